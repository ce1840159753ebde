//! Who is calling: a program with a key, or a person with a session.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use encours_services::{KeyInfo, ServicesError};

use super::App;
use super::problem::{Problem, Refusal};

/// Who is calling, for what is kept with a name.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The name of the key.
    pub name: String,
}

/// Middleware of `/v1`: only who holds a key goes on.
///
/// # Errors
/// When neither a key nor a session stands in the request, or it is no longer good.
pub async fn require_key(State(app): State<App>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let key = match bearer(request.headers())? {
        Some(key) => app.services.check_key(key).await?,
        None => session_key(&app, request.headers()).await?,
    };
    if let Some(key) = key {
        request.extensions_mut().insert(Caller { name: key.name });
        return Ok(next.run(request).await);
    }
    Err(Refusal::Unauthenticated.because("send `Authorization: Bearer enc_…` with a key of `encours keys create`"))
}

/// The key in `Authorization: Bearer`, if that header is there.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Ok(None) };
    let parts = value.to_str().ok().and_then(|text| text.split_once(' '));
    match parts {
        Some((scheme, key)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(key.trim())),
        _ => Err(Refusal::Unauthenticated.because("expected `Authorization: Bearer enc_…`")),
    }
}

/// Whether the request's cookie names an open session whose key has not been revoked since.
///
/// # Errors
/// When the store fails.
pub async fn has_session(app: &App, headers: &HeaderMap) -> Result<bool, ServicesError> {
    Ok(session_key(app, headers).await?.is_some())
}

/// The key of the open session that the request's cookie names, unless it was revoked since.
async fn session_key(app: &App, headers: &HeaderMap) -> Result<Option<KeyInfo>, ServicesError> {
    let Some(key_id) = app.sessions.key_of(headers, app.clock.now().at) else { return Ok(None) };
    let key = app.services.key(&key_id).await?;
    Ok(key.filter(|key| key.revoked_at.is_none()))
}
