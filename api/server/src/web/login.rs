//! Login by key, logout.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Router, routing};
use serde::Deserialize;

use super::screen::{Screen, page};
use crate::http::App;
use crate::http::auth::has_session;
use crate::http::body::{Parameters, plain};
use crate::http::problem::{Problem, Refusal};
use crate::http::session::set_cookie;

/// `/login` and `/logout`.
pub fn routes() -> Router<App> {
    Router::new().route("/login", routing::get(show).post(enter)).route("/logout", routing::post(leave))
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    screen: Screen,
    next: String,
    refused: bool,
}

#[derive(Deserialize)]
struct Wanted {
    next: Option<String>,
}

#[derive(Deserialize)]
struct Login {
    key: String,
    next: Option<String>,
}

async fn show(screen: Screen, query: Result<Parameters<Wanted>, Problem>) -> Response {
    let query = match query {
        Ok(Parameters(query)) => query,
        Err(problem) => return super::failed(screen, &problem),
    };
    page(StatusCode::OK, &LoginPage { screen, next: here(query.next), refused: false })
}

async fn enter(
    State(app): State<App>,
    screen: Screen,
    headers: HeaderMap,
    login: Result<Form<Login>, FormRejection>,
) -> Response {
    let login = match login {
        Ok(Form(login)) => login,
        Err(rejection) => {
            return super::failed(screen, &Refusal::InvalidBody.because(plain(&rejection.body_text())));
        }
    };
    let next = here(login.next);
    let key = match app.services.check_key(login.key.trim()).await {
        Ok(Some(key)) => key,
        Ok(None) => return page(StatusCode::UNAUTHORIZED, &LoginPage { screen, next, refused: true }),
        Err(error) => return super::failed(screen, &error.into()),
    };
    let session = app.sessions.open(&key.id, app.clock.now().at);
    match session.ok().and_then(|id| HeaderValue::try_from(set_cookie(&id, &headers)).ok()) {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(&next)).into_response(),
        None => super::broken(screen),
    }
}

async fn leave(State(app): State<App>, headers: HeaderMap) -> Response {
    app.sessions.close(&headers);
    ([(header::SET_COOKIE, set_cookie("", &headers))], Redirect::to("/login")).into_response()
}

/// Middleware of the pages: whoever is not logged in is asked to.
pub async fn require_session(State(app): State<App>, screen: Screen, request: Request, next: Next) -> Response {
    match has_session(&app, request.headers()).await {
        Ok(true) => next.run(request).await,
        Ok(false) => {
            let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
            Redirect::to(&format!("/login?next={}", super::escaped(asked))).into_response()
        }
        Err(error) => super::failed(screen, &error.into()),
    }
}

/// An address of ours, or the first page: nobody is sent to another site.
fn here(next: Option<String>) -> String {
    let ours = |next: &String| {
        next.starts_with('/')
            && !next.starts_with("//")
            && next.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\')
    };
    next.filter(ours).unwrap_or_else(|| "/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (next, goes) in [
            (Some("/?q=C-1&amount=5"), "/?q=C-1&amount=5"),
            (Some("//evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/a\r\nSet-Cookie: x"), "/"),
            (None, "/"),
        ] {
            assert_eq!(here(next.map(str::to_owned)), goes);
        }
    }
}
