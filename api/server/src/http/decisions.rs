//! What persons decide: about answers, about limits; answers made again; the audit chain.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use axum::extract::State;
use axum::{Extension, Json};
use encours_domain::{Day, Money};
use encours_services as services;
use encours_services::{Deed, LimitConfirmation, NewLimit, NewRuling};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, Parameters, PathPart, page_size};
use super::policies::document;
use super::problem::{FieldFault, Problem, Refusal};

/// Links of the audit chain on one page at most.
const LONGEST_PAGE: u64 = 1_000;
/// Links on a page when nobody asked for another number.
const USUAL_PAGE: u64 = 50;

/// Make a stored assessment again with what was known then.
#[utoipa::path(
    get,
    path = "/v1/assessments/{id}/replay",
    operation_id = "replayAssessment",
    tag = "assessments",
    params(("id" = String, Path, description = "Id of the assessment")),
    responses(
        (status = 200, description = "Whether it came out the same, and each difference with its cause", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn replay(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Value>, Problem> {
    document(&app.services.replay(&id).await?).map(Json)
}

/// What persons decided about an assessment.
#[utoipa::path(
    get,
    path = "/v1/assessments/{id}/override",
    operation_id = "listDecisions",
    tag = "assessments",
    params(("id" = String, Path, description = "Id of the assessment")),
    responses(
        (status = 200, description = "Where it stands, the verdict in force, and every decision", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn rulings(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<Value>, Problem> {
    document(&app.services.rulings(&id, app.clock.now()).await?).map(Json)
}

/// Decide about an assessment: another verdict, a hold, or a second person's word.
///
/// The name of the caller is kept as that of who decided, a user's or a key's; only a user may `confirm`. The assessment itself never changes. A decision that grants
/// more than was answered, above the amount that the role may grant alone, waits for another person's `confirm`.
#[utoipa::path(
    post,
    path = "/v1/assessments/{id}/override",
    operation_id = "overrideAssessment",
    tag = "assessments",
    params(("id" = String, Path, description = "Id of the assessment")),
    request_body = OverrideRequest,
    responses(
        (status = 200, description = "Where it stands, the verdict in force, and every decision", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn rule(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(assessment): PathPart<String>,
    JsonBody(body): JsonBody<OverrideRequest>,
) -> Result<Json<Value>, Problem> {
    let (deed, reason, role) = body.checked()?;
    let role = caller.deciding_role(role)?;
    let new = NewRuling { assessment, deed, reason, by: caller.name, role };
    document(&app.services.rule(new, app.clock.now()).await?).map(Json)
}

/// A decision of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OverrideRequest {
    /// `approve`, `approve_with_conditions`, `decline`, `hold` or `confirm`.
    #[schema(pattern = "^(approve|approve_with_conditions|decline|hold|confirm)$")]
    pub decision: String,
    /// Why.
    pub reason: String,
    /// In which role: a name of the policy's section `[roles]`. A person decides in their own and may leave it out.
    #[serde(default)]
    pub role: Option<String>,
    /// What the sale hangs on, in words.
    #[serde(default)]
    pub conditions: Option<String>,
    /// Of a hold: who sees to it.
    #[serde(default)]
    pub owner: Option<String>,
    /// Of a hold: until when.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub deadline: Option<Day>,
}

impl OverrideRequest {
    fn checked(self) -> Result<(Deed, String, Option<String>), Problem> {
        let Self { decision, reason, role, conditions, owner, deadline } = self;
        let missing = |field: &str| {
            let fault = FieldFault::new(format!("#/{field}"), "a hold needs it");
            Refusal::InvalidBody.because(format!("a hold needs `{field}`")).with(vec![fault])
        };
        let deed = match decision.as_str() {
            "hold" => Deed::Hold {
                owner: owner.ok_or_else(|| missing("owner"))?,
                deadline: deadline.ok_or_else(|| missing("deadline"))?,
                conditions,
            },
            _ if owner.is_some() || deadline.is_some() => {
                return Err(Refusal::InvalidBody.because("`owner` and `deadline` belong to the decision `hold` alone"));
            }
            "confirm" => Deed::Confirm,
            _ => Deed::Decide { verdict: decision, conditions },
        };
        Ok((deed, reason, role))
    }
}

/// Set a client's limit in the place of the engine's figure, or give that back.
///
/// The name of the caller is kept as that of who set it, a user's or a key's. A limit above the amount of the role waits for another person,
/// a user and no key, who sends `confirm`.
#[utoipa::path(
    put,
    path = "/v1/clients/{id}/limit",
    operation_id = "setLimit",
    tag = "clients",
    params(("id" = String, Path, description = "Id of the client in the ledger")),
    request_body = LimitRequest,
    responses(
        (status = 200, description = "The limit, as it was set", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn set_limit(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(client): PathPart<String>,
    JsonBody(body): JsonBody<LimitRequest>,
) -> Result<Json<Value>, Problem> {
    let LimitRequest { amount, currency, until, reason, role, confirm } = body;
    let role = caller.deciding_role(role)?;
    if confirm {
        let word = LimitConfirmation { client, by: caller.name, role };
        return document(&app.services.confirm_limit(word, app.clock.now()).await?).map(Json);
    }
    let currency = currency.as_deref().map_or(Ok(encours_domain::Currency::EUR), str::parse);
    let read = |text: &str| currency.clone().and_then(|currency| Money::parse(text, currency));
    let amount = amount.as_deref().map(read).transpose().map_err(|error| {
        let fault = FieldFault::new("#/amount", &error);
        Refusal::InvalidBody.because(error.to_string()).with(vec![fault])
    })?;
    let new = NewLimit { client, amount, until, reason, by: caller.name, role };
    document(&app.services.set_limit(new, app.clock.now()).await?).map(Json)
}

/// A limit that is to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LimitRequest {
    /// Gross exposure with an order, incl. VAT, a decimal as text; `null` gives the engine's own figure back.
    #[serde(default)]
    #[schema(example = "25000.00")]
    pub amount: Option<String>,
    /// ISO 4217; `EUR` unless given.
    #[serde(default)]
    pub currency: Option<String>,
    /// The last day on which it holds; until it is changed unless given.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Day>,
    /// Why; of no use beside `confirm`.
    #[serde(default)]
    pub reason: String,
    /// In which role: a name of the policy's section `[roles]`. A person decides in their own and may leave it out.
    #[serde(default)]
    pub role: Option<String>,
    /// Confirms, as a second person, the limit that waits for one.
    #[serde(default)]
    pub confirm: bool,
}

/// Read the audit chain, newest links first.
#[utoipa::path(
    get,
    path = "/v1/audit",
    operation_id = "listAudit",
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, description = "One page", body = Vec<AuditLink>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn audit(
    State(app): State<App>,
    Parameters(query): Parameters<AuditQuery>,
) -> Result<Json<Vec<AuditLink>>, Problem> {
    let limit = page_size(query.limit, USUAL_PAGE, LONGEST_PAGE)?;
    let links = app.services.audit(query.before, limit).await?;
    Ok(Json(links.into_iter().map(AuditLink::from).collect()))
}

/// Walk the audit chain, and hold every row and file against it.
///
/// Reads every file of the data folder: seconds for a large one.
#[utoipa::path(
    get,
    path = "/v1/audit/verification",
    operation_id = "verifyAudit",
    tag = "audit",
    responses(
        (status = 200, description = "What was walked, the end of the chain, and every fault", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn verify_audit(State(app): State<App>, _: NoParameters) -> Result<Json<Value>, Problem> {
    document(&app.services.verify_audit(None).await?).map(Json)
}

/// Which part of the chain.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Links before this one: the last of the page before.
    pub before: Option<i64>,
    /// Links on a page, 50 unless given, 1,000 at most.
    #[param(minimum = 1, maximum = 1000)]
    pub limit: Option<u64>,
}

/// A link of the chain.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditLink {
    /// Place in the chain, from 1.
    pub sequence: i64,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what, JSON as text, whose hash stands beside it; `null` when it was erased.
    pub document: Option<String>,
    /// Hash of the document.
    pub document_hash: String,
    /// Hash of the link before.
    pub previous: String,
    /// Hash of this link.
    pub hash: String,
}

impl From<services::store::AuditLink> for AuditLink {
    fn from(link: services::store::AuditLink) -> Self {
        let services::store::AuditLink { sequence, at, actor, action, document, document_hash, previous, hash } = link;
        Self { sequence, at, actor, action, document, document_hash, previous, hash }
    }
}
