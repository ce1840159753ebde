//! Connections that say nothing, over real sockets.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use encours_server::http::connections::{Limits, serve};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::support::SAMPLE;

/// No test waits longer than this for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Serves the sample within limits while `client` runs, then stops. Gives back when serving has ended.
fn served(limits: Limits, client: impl FnOnce(SocketAddr)) {
    let runtime = Runtime::new().unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let serving = runtime.spawn(serve(listener, SAMPLE.router(), limits, stopped));
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
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").unwrap();
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
