//! Login by name and password, logout.

use askama::Template;
use axum::extract::rejection::FormRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Router, routing};
use encours_services::Login;
use serde::Deserialize;

use super::screen::{Screen, page};
use crate::http::App;
use crate::http::auth::{route, session_of};
use crate::http::body::{Parameters, plain};
use crate::http::problem::{Problem, Refusal};
use crate::http::session::{COOKIE, set_cookie};
use crate::http::{cookie, rights};

/// `/login` and `/logout`.
pub fn routes() -> Router<App> {
    Router::new().route("/login", routing::get(show).post(enter)).route("/logout", routing::post(leave))
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    screen: Screen,
    next: String,
    name: String,
    fault: Option<String>,
}

#[derive(Deserialize)]
struct Wanted {
    next: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    name: String,
    password: String,
    next: Option<String>,
}

async fn show(screen: Screen, query: Result<Parameters<Wanted>, Problem>) -> Response {
    let query = match query {
        Ok(Parameters(query)) => query,
        Err(problem) => return super::failed(screen, &problem),
    };
    page(StatusCode::OK, &LoginPage { screen, next: here(query.next), name: String::new(), fault: None })
}

async fn enter(
    State(app): State<App>,
    screen: Screen,
    headers: HeaderMap,
    login: Result<Form<Entry>, FormRejection>,
) -> Response {
    let login = match login {
        Ok(Form(login)) => login,
        Err(rejection) => {
            return super::failed(screen, &Refusal::InvalidBody.because(plain(&rejection.body_text())));
        }
    };
    let next = here(login.next);
    let entered = app.services.log_in(&login.name, login.password, app.clock.now()).await;
    let (status, fault) = match entered {
        Ok(Login::Opened { token, .. }) => return opened(screen, &set_cookie(&token, &headers), &next),
        Ok(Login::Refused) => {
            let fault = screen.t(
                "Ce nom et ce mot de passe ne vont pas ensemble, ou l’accès est fermé.",
                "This name and password do not belong together, or the access is closed.",
            );
            (StatusCode::UNAUTHORIZED, fault.to_owned())
        }
        Ok(Login::Closed { seconds }) => {
            let (fr, en) =
                ("Trop d’échecs sous ce nom. Réessayez dans", "Too many failures under this name. Try again in");
            (StatusCode::TOO_MANY_REQUESTS, format!("{} {seconds} s.", screen.t(fr, en)))
        }
        Err(error) => return super::failed(screen, &error.into()),
    };
    page(status, &LoginPage { screen, next, name: login.name, fault: Some(fault) })
}

fn opened(screen: Screen, cookie: &str, next: &str) -> Response {
    match HeaderValue::try_from(cookie).ok() {
        Some(cookie) => ([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response(),
        None => super::broken(screen),
    }
}

async fn leave(State(app): State<App>, screen: Screen, headers: HeaderMap) -> Response {
    if let Some(token) = cookie(&headers, COOKIE)
        && let Err(error) = app.services.log_out(token).await
    {
        return super::failed(screen, &error.into());
    }
    ([(header::SET_COOKIE, set_cookie("", &headers))], Redirect::to("/login")).into_response()
}

/// Middleware of the pages: whoever is not logged in is asked to, and whoever may not is told.
pub async fn require_session(State(app): State<App>, screen: Screen, mut request: Request, next: Next) -> Response {
    match session_of(&app, request.headers()).await {
        Ok(Some(caller)) => {
            if let Err(problem) = rights::expect(request.method(), route(&request), &caller) {
                return super::failed(screen, &problem);
            }
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Ok(None) => {
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
