//! Connections that say nothing, over real sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use encours_server::http::connections::{Limits, serve};
use encours_server::http::{App, router};
use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::support::{SAMPLE, limit, settings};

/// No test waits longer than this for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Serves until told to stop twice, once for the notice and once for good, and asks in between.
#[test]
fn a_stop_is_announced_while_everything_is_still_served() {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let ((stop, told), (enough, noticed)) = (oneshot::channel::<()>(), oneshot::channel::<()>());
    let app = App::new(SAMPLE.app.services.clone(), SAMPLE.app.clock, settings());
    let (limits, health) = (Limits::from(app.settings.as_ref()), app.health.clone());
    // What is told is told once the announcement has begun, so that no test need sleep.
    let (begun, announced) = std::sync::mpsc::channel();
    let noticed = async move {
        begun.send(()).unwrap();
        drop(noticed.await);
    };
    let stopped = async move { health.announced(async { drop(told.await) }, noticed).await };
    let serving = runtime.spawn(serve(listener, router(app), limits, stopped));
    let ask = |path: &str| get(&mut TcpStream::connect(address).unwrap(), path);
    assert!(ask("/readyz").starts_with("HTTP/1.1 200"));
    stop.send(()).unwrap();
    announced.recv_timeout(PATIENCE).unwrap();
    let ready = ask("/readyz");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.contains("the program is about to stop"), "{ready}");
    assert!(ask("/healthz").starts_with("HTTP/1.1 200") && ask("/login").starts_with("HTTP/1.1 200"));
    enough.send(()).unwrap();
    runtime.block_on(serving).unwrap();
    assert!(TcpStream::connect(address).is_err());
}

/// Addresses are told apart by where a connection comes from; other systems have one loopback address only.
#[cfg(target_os = "linux")]
#[test]
fn an_address_without_a_key_is_held_to_its_pace_over_a_socket() {
    let router = SAMPLE.served(|settings| settings.rate_limit = Some(limit(1, 1)));
    let limits = Limits { head: PATIENCE, connections: 8, last_requests: PATIENCE };
    served_by(router, limits, |address| {
        let from = |local: &str| get(&mut connected(local, address), "/login");
        assert!(from("127.0.0.1").starts_with("HTTP/1.1 200"));
        assert!(from("127.0.0.1").starts_with("HTTP/1.1 429"));
        assert!(from("127.0.0.2").starts_with("HTTP/1.1 200"));
    });
}

/// A connection that comes from an address.
fn connected(local: &str, address: SocketAddr) -> TcpStream {
    let local = SocketAddr::new(local.parse().unwrap(), 0);
    let stream = Runtime::new().unwrap().block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(local).unwrap();
        socket.connect(address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream
}

/// Serves the sample within limits while `client` runs, then stops. Gives back when serving has ended.
fn served(limits: Limits, client: impl FnOnce(SocketAddr)) {
    served_by(SAMPLE.router(), limits, client);
}

fn served_by(router: Router, limits: Limits, client: impl FnOnce(SocketAddr)) {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let serving = runtime.spawn(serve(listener, router, limits, stopped));
    client(address);
    stop.send(()).unwrap();
    runtime.block_on(serving).unwrap();
}

fn half_open(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\nX-Slow: ").unwrap();
    stream
}

fn health(stream: &mut TcpStream) -> String {
    get(stream, "/healthz")
}

fn get(stream: &mut TcpStream, path: &str) -> String {
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn two_hundred_that_stop_in_their_head_lose_their_places() {
    let limits = Limits { head: Duration::from_millis(300), connections: 64, last_requests: PATIENCE };
    served(limits, |address| {
        let mut open: Vec<TcpStream> = (0..200).map(|_| half_open(address)).collect();
        // Three times as many as there are places stand before this one.
        let answer = health(&mut TcpStream::connect(address).unwrap());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        for stream in &mut open {
            // The server may reset it, too; what counts is that it is over.
            let mut rest = Vec::new();
            let over = stream.read_to_end(&mut rest);
            assert!(
                over.as_ref().map_or_else(|error| error.kind() == std::io::ErrorKind::ConnectionReset, |_| true),
                "{over:?}"
            );
            assert!(!rest.starts_with(b"HTTP/1.1 200"));
        }
    });
}

#[test]
fn a_connection_that_is_kept_and_says_nothing_more_is_closed() {
    let limits = Limits { head: Duration::from_millis(300), connections: 1, last_requests: PATIENCE };
    served(limits, |address| {
        let mut kept = TcpStream::connect(address).unwrap();
        kept.set_read_timeout(Some(PATIENCE)).unwrap();
        kept.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
        let mut answer = String::new();
        kept.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("ok\n"), "{answer}");
        // The only place is free again.
        assert!(health(&mut TcpStream::connect(address).unwrap()).starts_with("HTTP/1.1 200"));
    });
}

#[test]
fn a_stop_does_not_wait_for_who_says_nothing() {
    let limits = Limits { head: PATIENCE * 10, connections: 8, last_requests: Duration::from_millis(200) };
    let mut left = None;
    served(limits, |address| {
        left = Some(half_open(address));
        assert!(health(&mut TcpStream::connect(address).unwrap()).starts_with("HTTP/1.1 200"));
    });
}
