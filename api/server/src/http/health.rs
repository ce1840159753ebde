//! Whether the program lives.

use axum::Router;
use axum::routing::get;

use super::App;

/// `/healthz`: open to everybody, says nothing about the data.
pub fn routes() -> Router<App> {
    Router::new().route("/healthz", get(async || "ok\n"))
}
