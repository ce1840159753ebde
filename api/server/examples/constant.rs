//! The yardstick of the load: a bare axum handler that answers every request with the same bytes.
//!
//! `cargo run --release --example constant -- ADDRESS FILE` serves the bytes of FILE; `benches/serve/run` measures it beside
//! `encours serve`.
#![expect(clippy::expect_used, clippy::disallowed_methods, reason = "a measuring device stops where it cannot go on")]

use axum::Router;
use axum::http::header;
use axum::routing::post;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next().expect("an address");
    let bytes = std::fs::read_to_string(arguments.next().expect("a file")).expect("a file that can be read");
    let answer: &'static str = Box::leak(bytes.into_boxed_str());
    let json = move || async move { ([(header::CONTENT_TYPE, "application/json")], answer) };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address).await.expect("an address that is free");
        axum::serve(listener, Router::new().route("/v1/assessments", post(json))).await.expect("serving");
    });
}
