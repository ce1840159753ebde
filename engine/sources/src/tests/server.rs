//! A local server that plays recorded shapes, misbehaviour included, and a clock that jumps instead of waiting.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::Pending;
use crate::client::Clock;

/// What was asked.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    pub path: String,
    pub query: BTreeMap<String, String>,
    pub headers: BTreeMap<String, String>,
    pub body: String,
    /// How many requests came before, over all connections.
    pub before: usize,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or(Value::Null)
    }
}

/// What is answered.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// Bytes of the body that are really sent.
    pub sent: Option<usize>,
}

impl Reply {
    pub fn json(body: &Value) -> Self {
        Self::text(200, "application/json", &body.to_string())
    }

    pub fn text(status: u16, kind: &str, body: &str) -> Self {
        let headers = vec![("Content-Type".to_owned(), kind.to_owned())];
        Self { status, headers, body: body.to_owned(), sent: None }
    }

    pub fn status(status: u16) -> Self {
        Self::text(status, "application/json", "{\"error\":\"no\"}")
    }

    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn cut(mut self) -> Self {
        self.sent = Some(self.body.len() / 2);
        self
    }
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

/// The server; it ends with the test's runtime.
pub struct Server {
    pub address: String,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    pub async fn start(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let log: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (kept, handler): (_, Arc<Handler>) = (log.clone(), Arc::new(handler));
        let count = Arc::new(AtomicUsize::new(0));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, handler, count) = (kept.clone(), handler.clone(), count.clone());
                tokio::spawn(async move { serve(stream, &kept, &*handler, &count).await });
            }
        });
        Self { address, log }
    }

    /// All requests so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.log.lock().unwrap().clone()
    }
}

async fn serve(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, handler: &Handler, count: &AtomicUsize) {
    let Some(mut asked) = receive(&mut stream).await else { return };
    asked.before = count.fetch_add(1, Ordering::SeqCst);
    let reply = handler(&asked);
    log.lock().unwrap().push(asked);
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", reply.status);
    if !reply.headers.iter().any(|(name, _)| name == "Date") {
        head.push_str("Date: Sun, 22 Nov 2026 08:00:00 GMT\r\n");
    }
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", reply.body.len()));
    let body = reply.body.as_bytes();
    let sent = reply.sent.unwrap_or(body.len());
    stream.write_all(head.as_bytes()).await.ok();
    stream.write_all(&body[..sent]).await.ok();
    stream.shutdown().await.ok();
}

async fn receive(stream: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines();
        let target = lines.next()?.split(' ').nth(1)?.to_owned();
        let header = |line: &str| line.split_once(": ").map(|(n, v)| (n.to_lowercase(), v.to_owned()));
        let headers: BTreeMap<String, String> = lines.filter_map(header).collect();
        let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if body.len() < length {
            continue;
        }
        let url = reqwest::Url::parse(&format!("http://x{target}")).ok()?;
        let query = url.query_pairs().into_owned().collect();
        return Some(Asked { path: url.path().to_owned(), query, headers, body: body.to_owned(), before: 0 });
    }
}

/// A clock that jumps: waits are counted and cost nothing.
pub struct JumpingClock {
    now: Mutex<Duration>,
    waits: Mutex<Vec<Duration>>,
}

impl JumpingClock {
    /// At 2026-11-22 08:00 UTC, as the server says.
    pub fn new() -> Arc<Self> {
        Arc::new(Self { now: Mutex::new(Duration::from_secs(1_795_334_400)), waits: Mutex::default() })
    }

    pub fn waits(&self) -> Vec<Duration> {
        self.waits.lock().unwrap().clone()
    }

    pub fn advance(&self, long: Duration) {
        *self.now.lock().unwrap() += long;
    }
}

impl Clock for JumpingClock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, long: Duration) -> Pending<'_, ()> {
        self.advance(long);
        self.waits.lock().unwrap().push(long);
        Box::pin(std::future::ready(()))
    }
}
