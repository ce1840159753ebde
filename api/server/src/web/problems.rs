//! A page for each code of a problem document: what it means and what helps, for who reads a log or a program's error.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use axum::{Extension, Router, routing};

use super::screen::{Screen, UsualLanguage, page};
use super::{Message, not_found};
use crate::http::App;
use crate::problems::find;

/// `/problems/{code}`, to be read without a login: it tells nothing of anybody.
pub fn routes() -> Router<App> {
    Router::new().route("/problems/{code}", routing::get(show))
}

async fn show(
    State(_): State<App>,
    Path(code): Path<String>,
    uri: Uri,
    headers: HeaderMap,
    Extension(usual): Extension<UsualLanguage>,
) -> Response {
    let Some(known) = find(&code) else { return not_found(&uri, &headers, usual) };
    let screen = Screen::of(&uri, &headers, usual);
    let says = known.says(screen.lang);
    page(StatusCode::OK, &Message { screen, title: known.code.to_owned(), says, detail: None })
}
