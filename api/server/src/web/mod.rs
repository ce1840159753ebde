//! The pages: one check of a prospect or client, its answer at a glance, and the login before it.
//!
//! They work without JavaScript; with it a client is found as one types. Texts are in the templates, French beside
//! English.

mod assets;
mod check;
mod form;
mod login;
mod models;
mod problems;
mod screen;
mod search;
mod typed;

use askama::Template;
use axum::Router;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;

use crate::http::App;
use crate::http::problem::Problem;
use crate::problems::trouble;
pub use screen::UsualLanguage;
use screen::{Screen, page};

/// Every page. Those besides login and assets want a session.
pub fn routes(app: &App) -> Router<App> {
    let closed = check::routes().merge(search::routes()).merge(models::routes());
    let closed = closed.route_layer(from_fn_with_state(app.clone(), login::require_session));
    closed.merge(login::routes()).merge(problems::routes()).layer(from_fn(screen::remember)).merge(assets::routes())
}

/// The day at which a demonstration stands still.
fn frozen(app: &App, screen: &Screen) -> Option<String> {
    app.clock.frozen().map(|day| screen.lang.date(day))
}

/// A page that says what went wrong.
#[derive(Template)]
#[template(path = "message.html")]
struct Message {
    screen: Screen,
    title: String,
    says: String,
    /// What the engine says of it, in English.
    detail: Option<String>,
}

/// The page of an address that is not served.
pub fn not_found(uri: &Uri, headers: &HeaderMap, usual: UsualLanguage) -> Response {
    let screen = Screen::of(uri, headers, usual);
    let title = screen.t("Page inconnue", "Unknown page").to_owned();
    let says = screen.t("Il n’y a rien à cette adresse.", "There is nothing at this address.").to_owned();
    page(StatusCode::NOT_FOUND, &Message { screen, title, says, detail: None })
}

/// The page of a use case that could not do what was asked.
fn failed(screen: Screen, problem: &Problem) -> Response {
    if problem.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return broken(screen);
    }
    let title = screen.t("Impossible de répondre", "No answer possible").to_owned();
    let says = trouble(problem.code, problem.class(), screen.lang);
    let message = Message { screen, title, says, detail: Some(problem.detail.clone()) };
    page(problem.status(), &message)
}

/// The page of our own failure.
fn broken(screen: Screen) -> Response {
    let title = screen.t("Le serveur a échoué", "The server failed").to_owned();
    let says = screen.t("La cause est dans le journal du serveur.", "The cause is in the server’s log.").to_owned();
    page(StatusCode::INTERNAL_SERVER_ERROR, &Message { screen, title, says, detail: None })
}

/// A text as part of an address.
fn escaped(text: &str) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(escape).collect()
}
