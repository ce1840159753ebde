//! `/v1/policies`: policies, who would move under them, which one holds.

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use encours_services as services;
use encours_services::PolicyChoice;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, PathPart};
use super::problem::{Problem, Refusal};

/// List the policies, newest first.
#[utoipa::path(
    get,
    path = "/v1/policies",
    operation_id = "listPolicies",
    tag = "policies",
    responses(
        (status = 200, description = "Every policy", body = Vec<PolicyInfo>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(app): State<App>, _: NoParameters) -> Result<Json<Vec<PolicyInfo>>, Problem> {
    let policies = app.services.policies(app.clock.now()).await?;
    Ok(Json(policies.into_iter().map(PolicyInfo::from).collect()))
}

/// Bring a policy. It is checked as a whole, kept as a candidate, and changes nothing yet.
#[utoipa::path(
    post,
    path = "/v1/policies",
    operation_id = "addPolicy",
    tag = "policies",
    request_body = NewPolicy,
    responses(
        (status = 201, description = "The policy, kept", body = PolicyInfo),
        (status = "default", description = "A problem document; every fault of the text in `errors`", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn add(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(body): JsonBody<NewPolicy>,
) -> Result<(StatusCode, Json<PolicyInfo>), Problem> {
    let info = app.services.acting_as(&caller.name).add_policy(&body.text, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(info.into())))
}

/// One policy with its text.
#[utoipa::path(
    get,
    path = "/v1/policies/{id}",
    operation_id = "getPolicy",
    tag = "policies",
    params(("id" = String, Path, description = "Hash of the policy, its first 6 or more characters, or its version")),
    responses(
        (status = 200, description = "The policy", body = PolicyText),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<PolicyText>, Problem> {
    let (info, text) = app.services.policy_text(Some(&id), app.clock.now()).await?;
    Ok(Json(PolicyText { policy: info.into(), text }))
}

/// Who would move, in euros, if a policy took the place of the one in force. That somebody looked is kept with it.
#[utoipa::path(
    post,
    path = "/v1/policies/{id}/rehearsal",
    operation_id = "rehearsePolicy",
    tag = "policies",
    params(("id" = String, Path, description = "Hash of the policy, its first 6 or more characters, or its version")),
    responses(
        (status = 200, description = "The whole rehearsal: verdicts before and after, and every client that moves", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn rehearse(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Value>, Problem> {
    let services = app.services.acting_as(&caller.name);
    let found = services.rehearse_policy(&PolicyChoice::Kept(id), None, app.clock.now()).await?;
    document(&found).map(Json)
}

/// Put a policy in force.
///
/// Refused with `policy_not_rehearsed` while nobody looked at who would move from the one in force, and with
/// `second_person_needed` when the policy in force asks for another person than who brought it.
#[utoipa::path(
    post,
    path = "/v1/policies/{id}/activate",
    operation_id = "activatePolicy",
    tag = "policies",
    params(("id" = String, Path, description = "Hash of the policy, its first 6 or more characters, or its version")),
    responses(
        (status = 200, description = "The policy, in force", body = PolicyInfo),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn activate(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<PolicyInfo>, Problem> {
    let choice = PolicyChoice::Kept(id);
    Ok(Json(
        app.services
            .acting_as(&caller.name)
            .activate_policy(&choice, Some(&caller.name), app.clock.now())
            .await?
            .into(),
    ))
}

/// Anything that has a JSON form.
pub(super) fn document(part: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(part).map_err(|error| {
        tracing::error!(%error, "a document could not be written");
        Refusal::Internal.because("the failure is in the server's log")
    })
}

/// A policy to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPolicy {
    /// The whole TOML text.
    pub text: String,
}

/// A policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyInfo {
    /// SHA-256 of its text.
    pub hash: String,
    /// Its version, as its text says.
    pub version: String,
    /// `candidate`, `active` or `retired`.
    #[schema(value_type = String)]
    pub state: services::PolicyState,
    /// When it came in.
    #[schema(format = DateTime)]
    pub added_at: String,
    /// Who brought it.
    pub added_by: String,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
    /// When it was last put in force.
    pub activated_at: Option<String>,
    /// Who put it in force.
    pub activated_by: Option<String>,
}

impl From<services::PolicyInfo> for PolicyInfo {
    fn from(info: services::PolicyInfo) -> Self {
        let services::PolicyInfo { state, text } = info;
        Self {
            hash: text.hash,
            version: text.version,
            state,
            added_at: text.added_at,
            added_by: text.added_by,
            rehearsed_at: text.rehearsed_at,
            activated_at: text.activated_at,
            activated_by: text.activated_by,
        }
    }
}

/// A policy and its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolicyText {
    /// The policy.
    #[serde(flatten)]
    pub policy: PolicyInfo,
    /// Its text, word for word.
    pub text: String,
}
