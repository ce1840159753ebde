//! `/v1/users`, `/v1/keys`, `/v1/me`: who may come in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use encours_domain::Day;
use encours_services::{KeyInfo, NewPassword, Role, Scopes, ServicesError, SessionInfo, UserInfo};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::auth::{Caller, Identity};
use super::body::{JsonBody, NoParameters, PathPart};
use super::problem::{FieldFault, Problem, Refusal};

/// Somebody who may log in.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// Under which name.
    pub name: String,
    /// `sales`, `controller`, `administrator` or `auditor`.
    pub role: &'static str,
    /// When they were added.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When they were shut out; `null` for who may log in.
    pub disabled_at: Option<String>,
    /// The password that was just made: shown this once. Absent where none was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
}

impl From<UserInfo> for User {
    fn from(user: UserInfo) -> Self {
        let UserInfo { name, role, created_at, disabled_at } = user;
        Self { name, role: role.code(), created_at, disabled_at, password: None }
    }
}

impl From<NewPassword> for User {
    fn from(made: NewPassword) -> Self {
        Self { password: made.password, ..made.user.into() }
    }
}

/// Everybody who may log in, or once could.
#[utoipa::path(
    get,
    path = "/v1/users",
    operation_id = "listUsers",
    tag = "administration",
    responses(
        (status = 200, description = "Users by name", body = Vec<User>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn users(State(app): State<App>, _: NoParameters) -> Result<Json<Vec<User>>, Problem> {
    Ok(Json(app.services.users().await?.into_iter().map(User::from).collect()))
}

/// Somebody to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// Letters a to z, digits, `.`, `_`, `@`, `-`.
    #[schema(example = "anna", pattern = "^[a-z0-9][a-z0-9._@-]{1,63}$")]
    pub name: String,
    /// `sales`, `controller`, `administrator` or `auditor`.
    #[schema(example = "sales", pattern = "^(sales|controller|administrator|auditor)$")]
    pub role: String,
    /// Their password, 12 characters at least; one is made and shown once unless given.
    #[serde(default)]
    #[schema(min_length = 12, max_length = 200)]
    pub password: Option<String>,
}

/// Add a user.
#[utoipa::path(
    post,
    path = "/v1/users",
    operation_id = "createUser",
    tag = "administration",
    request_body = NewUser,
    responses(
        (status = 201, description = "The user, with the password where one was made", body = User),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn add_user(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(body): JsonBody<NewUser>,
) -> Result<(StatusCode, Json<User>), Problem> {
    let NewUser { name, role, password } = body;
    let role = role_of(&role)?;
    let made = app.services.acting_as(&caller.name).create_user(&name, role, password, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(made.into())))
}

/// What to change of a user. Each change ends their sessions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChanges {
    /// Another role.
    #[serde(default)]
    #[schema(pattern = "^(sales|controller|administrator|auditor)$")]
    pub role: Option<String>,
    /// Whether they are shut out.
    #[serde(default)]
    pub disabled: Option<bool>,
    /// `true`: a new password is made and shown once.
    #[serde(default)]
    pub new_password: bool,
}

/// Change a user: another role, a new password, shut out or let in again.
#[utoipa::path(
    patch,
    path = "/v1/users/{name}",
    operation_id = "changeUser",
    tag = "administration",
    params(("name" = String, Path, description = "Name of the user")),
    request_body = UserChanges,
    responses(
        (status = 200, description = "The user as they are now", body = User),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn change_user(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(name): PathPart<String>,
    JsonBody(body): JsonBody<UserChanges>,
) -> Result<Json<User>, Problem> {
    let UserChanges { role, disabled, new_password } = body;
    let (services, now) = (app.services.acting_as(&caller.name), app.clock.now());
    let role = role.as_deref().map(role_of).transpose()?;
    let mut user = None;
    if let Some(role) = role {
        user = Some(services.set_role(&name, role, now).await?.into());
    }
    if let Some(disabled) = disabled {
        user = Some(services.set_disabled(&name, disabled, now).await?.into());
    }
    if new_password {
        user = Some(services.set_password(&name, None, now).await?.into());
    }
    let nothing = || Refusal::InvalidBody.because("expected `role`, `disabled` or `new_password`: nothing to change");
    user.map(Json).ok_or_else(nothing)
}

fn role_of(word: &str) -> Result<Role, Problem> {
    word.parse().map_err(|error| {
        let fault = FieldFault::new("#/role", &error);
        Problem::from(ServicesError::Access(error)).with(vec![fault])
    })
}

/// A key, without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Key {
    /// Its name in lists.
    pub id: String,
    /// What uses it.
    pub name: String,
    /// What it may be used for.
    pub scopes: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it ends by itself; `null` for never.
    pub expires_at: Option<String>,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// The key that was just made: shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl From<KeyInfo> for Key {
    fn from(key: KeyInfo) -> Self {
        let KeyInfo { id, name, created_at, revoked_at, scopes, expires_at } = key;
        Self { id, name, scopes: scopes.to_string(), created_at, expires_at, revoked_at, key: None }
    }
}

/// Every key, also those that were taken back.
#[utoipa::path(
    get,
    path = "/v1/keys",
    operation_id = "listKeys",
    tag = "administration",
    responses(
        (status = 200, description = "Keys in the order in which they were made", body = Vec<Key>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn keys(State(app): State<App>, _: NoParameters) -> Result<Json<Vec<Key>>, Problem> {
    Ok(Json(app.services.keys().await?.into_iter().map(Key::from).collect()))
}

/// A key to make.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What will use it.
    #[schema(example = "erp")]
    pub name: String,
    /// Words with spaces between them: `read`, `assess`, `decide`, `import`, `administer`, `metrics`.
    #[schema(
        example = "read assess",
        pattern = "^(read|assess|decide|import|administer|metrics)( (read|assess|decide|import|administer|metrics))*$"
    )]
    pub scopes: String,
    /// The last day on which it is good; for ever unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub last_day: Option<Day>,
}

/// Make a key; it is shown this once.
#[utoipa::path(
    post,
    path = "/v1/keys",
    operation_id = "createKey",
    tag = "administration",
    request_body = NewKey,
    responses(
        (status = 201, description = "The key, with its secret", body = Key),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn add_key(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(body): JsonBody<NewKey>,
) -> Result<(StatusCode, Json<Key>), Problem> {
    let NewKey { name, scopes, last_day } = body;
    let scopes: Scopes = scopes.parse().map_err(|error| {
        let fault = FieldFault::new("#/scopes", &error);
        Problem::from(ServicesError::Access(error)).with(vec![fault])
    })?;
    let made = app.services.acting_as(&caller.name).create_key(&name, scopes, last_day, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(Key { key: Some(made.key), ..made.info.into() })))
}

/// Take a key back, at once and for good.
#[utoipa::path(
    delete,
    path = "/v1/keys/{id}",
    operation_id = "revokeKey",
    tag = "administration",
    params(("id" = String, Path, description = "Id of the key")),
    responses(
        (status = 200, description = "The key, refused from now on", body = Key),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn revoke_key(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Key>, Problem> {
    Ok(Json(app.services.acting_as(&caller.name).revoke_key(&id, app.clock.now()).await?.into()))
}

/// Who is calling.
#[derive(Debug, Serialize, ToSchema)]
pub struct Me {
    /// Name of the user or key.
    pub name: String,
    /// A person's role; `null` for a key.
    pub role: Option<&'static str>,
    /// A key's scopes; `null` for a person.
    pub scopes: Option<String>,
}

/// Who I am, and what I may do.
#[utoipa::path(
    get,
    path = "/v1/me",
    operation_id = "whoAmI",
    tag = "administration",
    responses(
        (status = 200, description = "The caller", body = Me),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn me(Extension(caller): Extension<Caller>, _: NoParameters) -> Json<Me> {
    let (role, scopes) = match caller.identity {
        Identity::Person { role, .. } => (Some(role.code()), None),
        Identity::Program { scopes, .. } => (None, Some(scopes.to_string())),
    };
    Json(Me { name: caller.name, role, scopes })
}

/// A new password of one's own.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    /// The one of before.
    pub old: String,
    /// The new one, 12 characters at least.
    #[schema(min_length = 12, max_length = 200)]
    pub new: String,
}

/// Change one's own password. Every session ends, this one too.
#[utoipa::path(
    put,
    path = "/v1/me/password",
    operation_id = "changePassword",
    tag = "administration",
    request_body = PasswordChange,
    responses(
        (status = 204, description = "It was changed: log in again"),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn change_password(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(body): JsonBody<PasswordChange>,
) -> Result<StatusCode, Problem> {
    let PasswordChange { old, new } = body;
    app.services.acting_as(&caller.name).change_own_password(&caller.name, old, new, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// Its name in lists.
    pub id: String,
    /// When it was opened.
    #[schema(format = DateTime)]
    pub opened_at: String,
    /// When it ends.
    #[schema(format = DateTime)]
    pub ends_at: String,
    /// Whether it is the one that asks.
    pub this: bool,
}

/// One's own open sessions.
#[utoipa::path(
    get,
    path = "/v1/me/sessions",
    operation_id = "listSessions",
    tag = "administration",
    responses(
        (status = 200, description = "Sessions, the newest first", body = Vec<Session>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn sessions(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
) -> Result<Json<Vec<Session>>, Problem> {
    let found = app.services.sessions_of(&caller.name, app.clock.now()).await?;
    let is_this = |id: &str| matches!(&caller.identity, Identity::Person { session, .. } if session.id == id);
    let line = |one: SessionInfo| {
        let SessionInfo { id, opened_at, ends_at } = one;
        Session { this: is_this(&id), id, opened_at, ends_at }
    };
    Ok(Json(found.into_iter().map(line).collect()))
}

/// End one of one's own sessions.
#[utoipa::path(
    delete,
    path = "/v1/me/sessions/{id}",
    operation_id = "endSession",
    tag = "administration",
    params(("id" = String, Path, description = "Id of the session")),
    responses(
        (status = 204, description = "It ended"),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn end_session(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<StatusCode, Problem> {
    app.services.close_session_of(&caller.name, &id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
