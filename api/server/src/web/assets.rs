//! Style, script and picture, out of the binary.

use axum::Router;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;

use crate::http::App;

const STYLE: &str = include_str!("../../assets/app.css");
const SCRIPT: &str = include_str!("../../assets/app.js");
const PICTURE: &str = include_str!("../../assets/favicon.svg");

/// `/assets` and the picture that browsers ask for.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/assets/app.css", get(async || file("text/css; charset=utf-8", STYLE)))
        .route("/assets/app.js", get(async || file("text/javascript; charset=utf-8", SCRIPT)))
        .route("/favicon.ico", get(async || file("image/svg+xml", PICTURE)))
        .route("/assets/favicon.svg", get(async || file("image/svg+xml", PICTURE)))
}

fn file(kind: &'static str, content: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-cache")], content)
}
