//! Connections: how many there may be, and how long one may keep its place without saying what it wants.

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::rate::Peer;
use crate::configuration::ServeSettings;

/// What connections are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The longest from a connection's beginning, or from an answer, to the end of the next request's head.
    pub head: Duration,
    /// Connections at once; more wait in the system's own queue.
    pub connections: usize,
    /// What open requests are given to end when the server stops.
    pub last_requests: Duration,
}

impl From<&ServeSettings> for Limits {
    fn from(settings: &ServeSettings) -> Self {
        let ServeSettings { head_time: head, connections, last_requests, .. } = *settings;
        Self { head, connections, last_requests }
    }
}

/// Serves until `stop`, then lets open requests end, within reason.
pub async fn serve(listener: TcpListener, router: Router, limits: Limits, stop: impl Future<Output = ()>) {
    let places = Arc::new(Semaphore::new(limits.connections));
    let (stopping, watching) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, accepted(&listener).await)
        };
        let (place, (stream, peer)) = tokio::select! {
            () = &mut stop => break,
            next = next => next,
        };
        tokio::spawn(connection(stream, peer, router.clone(), limits.head, watching.clone(), place));
    }
    drop((listener, watching));
    let _ = stopping.send(());
    // Whoever still has a request open holds a watch on the stop.
    let _ = timeout(limits.last_requests, stopping.closed()).await;
}

/// The next connection. One that failed before it was taken is its client's trouble; where the system has no more files
/// it may have some in a second.
async fn accepted(listener: &TcpListener) -> (TcpStream, Peer) {
    loop {
        match listener.accept().await {
            Ok((stream, address)) => return (stream, Peer(address.ip())),
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                tracing::error!(%error, "no connection could be taken");
                sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// Serves the requests of one connection; its place is free again when this ends.
async fn connection(
    stream: TcpStream,
    peer: Peer,
    router: Router,
    head: Duration,
    mut stopping: watch::Receiver<()>,
    _place: Option<OwnedSemaphorePermit>,
) {
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(head);
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer);
        routes.call(request)
    });
    let mut served = pin!(protocol.serve_connection(TokioIo::new(stream), service));
    // A client that goes away, or says nothing in time, ends its connection and nothing else.
    tokio::select! {
        _ = served.as_mut() => {}
        _ = stopping.changed() => {
            served.as_mut().graceful_shutdown();
            let _ = served.await;
        }
    }
}
