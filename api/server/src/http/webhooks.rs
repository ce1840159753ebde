//! `/v1/webhooks`: addresses that are told what happens, and the messages to them.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use encours_services as services;
use encours_services::store::DeliveryState;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, Parameters, PathPart, page_size};
use super::problem::Problem;

/// Messages on one page at most, and when nobody asked for another number.
const LONGEST_PAGE: u64 = 200;
const USUAL_PAGE: u64 = 50;

/// An address that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// Its name.
    pub id: String,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub events: Vec<String>,
    /// When it was added.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// With what messages are signed: shown this once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub secret: Option<String>,
}

impl From<services::Webhook> for Webhook {
    fn from(webhook: services::Webhook) -> Self {
        let services::Webhook { id, url, events, created_at, created_by } = webhook;
        Self { id, url, events, created_at, created_by, secret: None }
    }
}

/// A message to a webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// Its id, the same each time it is tried: `webhook-id` of its headers.
    pub id: String,
    /// What happened.
    pub event: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; `null` when it ended.
    pub next_at: Option<String>,
    /// What became of the last attempt.
    pub outcome: Option<String>,
    /// When it came up.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was taken, or given up.
    pub ended_at: Option<String>,
    /// The message.
    #[schema(value_type = Object)]
    pub body: Value,
}

impl From<services::Delivery> for Delivery {
    fn from(delivery: services::Delivery) -> Self {
        let services::Delivery { id, event, state, attempts, next_at, outcome, created_at, ended_at, body, .. } =
            delivery;
        Self { id, event, state: state.to_owned(), attempts, next_at, outcome, created_at, ended_at, body }
    }
}

/// Every webhook.
#[utoipa::path(
    get,
    path = "/v1/webhooks",
    operation_id = "listWebhooks",
    tag = "webhooks",
    responses(
        (status = 200, description = "Webhooks in the order in which they were added", body = Vec<Webhook>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(app): State<App>, _: NoParameters) -> Result<Json<Vec<Webhook>>, Problem> {
    Ok(Json(app.services.webhooks().await?.into_iter().map(Webhook::from).collect()))
}

/// An address to be told.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// `https:` (or `http:`), without a password, and no address of a private network unless the server allows that.
    #[schema(example = "https://hooks.example/encours")]
    pub url: String,
    /// Of what: actions of the audit chain such as `limit_set` or `policy_activated`, and `job_ended`.
    #[schema(example = json!(["limit_set", "job_ended"]))]
    pub events: Vec<String>,
}

/// Tell an address what happens from now on; the secret is shown this once.
#[utoipa::path(
    post,
    path = "/v1/webhooks",
    operation_id = "createWebhook",
    tag = "webhooks",
    request_body = NewWebhook,
    responses(
        (status = 201, description = "The webhook, with its secret", body = Webhook),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn add(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    JsonBody(NewWebhook { url, events }): JsonBody<NewWebhook>,
) -> Result<(StatusCode, Json<Webhook>), Problem> {
    let added = app.services.acting_as(&caller.name).add_webhook(&url, &events, app.clock.now()).await?;
    Ok((StatusCode::CREATED, Json(Webhook { secret: Some(added.secret), ..added.webhook.into() })))
}

/// Tell it nothing more; messages to it are gone.
#[utoipa::path(
    delete,
    path = "/v1/webhooks/{id}",
    operation_id = "removeWebhook",
    tag = "webhooks",
    params(("id" = String, Path, description = "Id of the webhook")),
    responses(
        (status = 204, description = "It is gone"),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn remove(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<StatusCode, Problem> {
    app.services.acting_as(&caller.name).remove_webhook(&id, app.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DeliveriesQuery {
    /// Those in this state; all unless given. `dead` are the dead letters.
    #[param(inline)]
    pub state: Option<StateWord>,
    /// `next` of the page before.
    pub cursor: Option<i64>,
    /// Messages on a page, 50 unless given, 200 at most.
    #[param(minimum = 1, maximum = 200)]
    pub limit: Option<u64>,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StateWord {
    /// It is tried, once more where it failed before.
    Waiting,
    /// It was taken.
    Delivered,
    /// It was given up.
    Dead,
}

impl From<StateWord> for DeliveryState {
    fn from(word: StateWord) -> Self {
        match word {
            StateWord::Waiting => Self::Waiting,
            StateWord::Delivered => Self::Delivered,
            StateWord::Dead => Self::Dead,
        }
    }
}

/// One page of messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveriesPage {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// For the next page; `null` on the last.
    pub next: Option<i64>,
}

/// Messages to a webhook, the newest first.
#[utoipa::path(
    get,
    path = "/v1/webhooks/{id}/deliveries",
    operation_id = "listDeliveries",
    tag = "webhooks",
    params(("id" = String, Path, description = "Id of the webhook"), DeliveriesQuery),
    responses(
        (status = 200, description = "One page", body = DeliveriesPage),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn deliveries(
    State(app): State<App>,
    Parameters(query): Parameters<DeliveriesQuery>,
    PathPart(id): PathPart<String>,
) -> Result<Json<DeliveriesPage>, Problem> {
    let limit = page_size(query.limit, USUAL_PAGE, LONGEST_PAGE)?;
    let state = query.state.map(DeliveryState::from);
    let mut found = app.services.deliveries(&id, state, query.cursor, limit.saturating_add(1)).await?;
    let page = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > page;
    found.truncate(page);
    let next = found.last().filter(|_| more).map(|one| one.sequence);
    Ok(Json(DeliveriesPage { deliveries: found.into_iter().map(Delivery::from).collect(), next }))
}

/// Try a dead letter anew.
#[utoipa::path(
    post,
    path = "/v1/webhooks/{id}/deliveries/{delivery}/retry",
    operation_id = "retryDelivery",
    tag = "webhooks",
    params(
        ("id" = String, Path, description = "Id of the webhook"),
        ("delivery" = String, Path, description = "Id of the message")
    ),
    responses(
        (status = 202, description = "It waits to be tried"),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn retry(
    State(app): State<App>,
    _: NoParameters,
    PathPart((id, delivery)): PathPart<(String, String)>,
) -> Result<StatusCode, Problem> {
    app.services.revive_delivery(&id, &delivery, app.clock.now()).await?;
    Ok(StatusCode::ACCEPTED)
}
