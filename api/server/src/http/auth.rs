//! Who is calling: a program with a key, or a person with a session; and whether they may.

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use encours_services::{KeyInfo, Role, Scopes, ServicesError, SessionInfo, UserInfo};

use super::App;
use super::problem::{FieldFault, Problem, Refusal};
use super::{rights, session};

/// Who is calling, for what is kept with a name.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The name of the user, or of the key.
    pub name: String,
    /// What they are.
    pub identity: Identity,
}

/// A person or a program.
#[derive(Clone, Debug)]
pub enum Identity {
    /// Somebody who is logged in.
    Person {
        /// What they are to the company.
        role: Role,
        /// Their session.
        session: SessionInfo,
    },
    /// A program with a key.
    Program {
        /// The key's id.
        key: String,
        /// What it may be used for.
        scopes: Scopes,
    },
}

impl Caller {
    fn person((session, user): (SessionInfo, UserInfo)) -> Self {
        Self { name: user.name, identity: Identity::Person { role: user.role, session } }
    }

    fn program(key: KeyInfo) -> Self {
        Self { name: key.name, identity: Identity::Program { key: key.id, scopes: key.scopes } }
    }

    /// In which role somebody decides: a person in their own, a program in the one that it names for whom it speaks.
    ///
    /// # Errors
    /// When a person names another role than theirs, or a program none.
    pub fn deciding_role(&self, named: Option<String>) -> Result<String, Problem> {
        match (&self.identity, named) {
            (Identity::Person { role, .. }, None) => Ok(role.code().to_owned()),
            (Identity::Person { role, .. }, Some(named)) if named == role.code() => Ok(named),
            (Identity::Person { role, .. }, Some(named)) => {
                Err(fault(format!("found `{named}`, your role is `{}`; leave it out", role.code())))
            }
            (Identity::Program { .. }, Some(named)) => Ok(named),
            (Identity::Program { .. }, None) => {
                Err(fault("a key must say in which role: a name of the policy's section `[roles]`".to_owned()))
            }
        }
    }
}

fn fault(detail: String) -> Problem {
    Refusal::InvalidBody.because(format!("#/role: {detail}")).with(vec![FieldFault::new("#/role", detail)])
}

/// Middleware of `/v1`: only who may goes on.
///
/// # Errors
/// When neither a key nor a session stands in the request, it is no longer good, or the table of rights says no.
pub async fn require_right(State(app): State<App>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let caller = match bearer(request.headers())? {
        Some(key) => app.services.check_key(key, app.clock.now()).await?.map(Caller::program),
        None => session_of(&app, request.headers()).await?,
    };
    let caller = caller.ok_or_else(|| {
        Refusal::Unauthenticated
            .because("send `Authorization: Bearer enc_…` with a key of `encours keys create`, or log in")
    })?;
    rights::expect(request.method(), route(&request), &caller)?;
    request.extensions_mut().insert(caller);
    Ok(next.run(request).await)
}

/// The pattern of the route that a request goes to.
pub fn route(request: &Request) -> &str {
    request.extensions().get::<MatchedPath>().map_or("", |path| path.as_str())
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

/// The person whose open session the request's cookie names.
///
/// # Errors
/// When the store fails.
pub async fn session_of(app: &App, headers: &HeaderMap) -> Result<Option<Caller>, ServicesError> {
    let Some(token) = super::cookie(headers, session::COOKIE) else { return Ok(None) };
    Ok(app.services.check_session(token, app.clock.now()).await?.map(Caller::person))
}
