//! `/v1/clients`: the clients of the ledger, scored.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use axum::extract::State;
use axum::{Extension, Json};
use encours_domain::Money;
use encours_services as services;
use encours_services::{EraseRequest, ErasureBasis};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::auth::Caller;
use super::body::{JsonBody, NoParameters, Parameters, PathPart};
use super::policies::document;
use super::problem::{FieldFault, Problem, Refusal};
use crate::answer::MoneySchema;

/// Clients on one page when nobody asked for another number.
const USUAL_PAGE: usize = 50;
/// The most that may be asked for.
const LONGEST_PAGE: usize = 1_000;

/// List the clients, page by page.
#[utoipa::path(
    get,
    path = "/v1/clients",
    operation_id = "listClients",
    tag = "clients",
    params(PageQuery),
    responses(
        (status = 200, description = "One page", body = ClientPage),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(
    State(app): State<App>,
    Parameters(query): Parameters<PageQuery>,
) -> Result<Json<ClientPage>, Problem> {
    let page = app.services.clients(query.checked()?, app.clock.now()).await?;
    Ok(Json(page.into()))
}

/// One client.
#[utoipa::path(
    get,
    path = "/v1/clients/{id}",
    operation_id = "getClient",
    tag = "clients",
    params(("id" = String, Path, description = "Id of the client in the ledger")),
    responses(
        (status = 200, description = "The client", body = ClientFile),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<ClientFile>, Problem> {
    let file = app.services.client(&id, None, app.clock.now()).await?;
    Ok(Json(file.into()))
}

/// Which page is asked for.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next` of the page before; the first page without it.
    cursor: Option<String>,
    /// Clients on a page, 1 to 1000; 50 unless given.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 1000)]
    limit: Option<String>,
    /// `id`, `overdue` (most overdue first) or `risk` (likeliest to pay late first); `id` unless given.
    #[param(pattern = "^(id|overdue|risk)$")]
    order: Option<String>,
}

impl PageQuery {
    fn checked(self) -> Result<services::ClientQuery, Problem> {
        let refused = |name: &str, found: &str, allowed: &str| {
            let found = encours_domain::error::shortened(found);
            Refusal::InvalidParameter.because(format!("{name}: found `{found}`, allowed {allowed}"))
        };
        let limit = match self.limit.as_deref() {
            None => USUAL_PAGE,
            Some(text) => {
                let limit = text.parse().ok().filter(|limit| (1..=LONGEST_PAGE).contains(limit));
                limit.ok_or_else(|| refused("limit", text, &format!("1 to {LONGEST_PAGE}")))?
            }
        };
        let order = match self.order.as_deref() {
            None | Some("id") => services::ClientOrder::Id,
            Some("overdue") => services::ClientOrder::Overdue,
            Some("risk") => services::ClientOrder::Risk,
            Some(other) => return Err(refused("order", other, "`id`, `overdue` or `risk`")),
        };
        Ok(services::ClientQuery { after: self.cursor, limit, order, as_of: None })
    }
}

/// A page of clients.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientPage {
    /// The evening as of which they are scored.
    #[schema(format = Date)]
    pub as_of: String,
    /// The clients.
    pub clients: Vec<ClientLine>,
    /// The `cursor` of the page that follows; `null` on the last.
    pub next: Option<String>,
    /// Clients on all pages.
    pub total: usize,
}

/// A client on one line. Chances are those of its next usual invoice.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientLine {
    /// Id in the ledger.
    pub id: String,
    /// Name as people know it.
    pub name: Option<String>,
    /// SIREN.
    pub siren: Option<String>,
    /// Invoices issued.
    pub invoices: u32,
    /// Of these settled.
    pub settled: u32,
    /// Left to pay.
    #[schema(value_type = MoneySchema)]
    pub open: Money,
    /// Of this past its due date.
    #[schema(value_type = MoneySchema)]
    pub overdue: Money,
    /// Most days that an open invoice stands past its due date.
    pub worst_open_days: Option<i32>,
    /// Mean days beyond terms of settled invoices.
    pub mean_days_beyond_terms: Option<f64>,
    /// The client's own smoothed past late rate.
    pub past_rate: f64,
    /// Chances of lateness, horizons ascending.
    pub late: Vec<LateOver>,
    /// Score; higher is safer.
    pub score: i32,
    /// Grade of the score.
    pub grade: String,
    /// Share of the evidence that is the client's own.
    pub own_history_weight: f64,
}

/// The chance of being paid late by more than so many days.
#[derive(Debug, Serialize, ToSchema)]
pub struct LateOver {
    /// Days.
    pub days: u16,
    /// The chance.
    pub probability: f64,
}

/// A client with everything that the ledger says of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientFile {
    /// The evening as of which it is scored.
    #[schema(format = Date)]
    pub as_of: String,
    /// Id in the ledger.
    pub id: String,
    /// Name as people know it.
    pub name: Option<String>,
    /// SIREN.
    pub siren: Option<String>,
    /// Its line in the list; `null` while it has no invoice.
    pub line: Option<ClientLine>,
    /// Further columns of the ledger, as its latest invoice has them.
    pub attributes: Vec<Attribute>,
}

/// A further column of the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct Attribute {
    /// Name of the column.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl From<services::ClientPage> for ClientPage {
    fn from(page: services::ClientPage) -> Self {
        let services::ClientPage { as_of, clients, next, total } = page;
        Self { as_of: as_of.to_string(), clients: clients.into_iter().map(ClientLine::from).collect(), next, total }
    }
}

impl From<services::ClientLine> for ClientLine {
    fn from(line: services::ClientLine) -> Self {
        let services::ClientLine {
            id,
            name,
            siren,
            invoices,
            settled,
            open,
            overdue,
            worst_open_days,
            mean_days_beyond_terms,
            past_rate,
            late,
            score,
            grade,
            own_history_weight,
        } = line;
        let siren = siren.map(|siren| siren.to_string());
        let late = late.into_iter().map(|late| LateOver { days: late.days, probability: late.probability }).collect();
        Self {
            id,
            name,
            siren,
            invoices,
            settled,
            open,
            overdue,
            worst_open_days,
            mean_days_beyond_terms,
            past_rate,
            late,
            score,
            grade,
            own_history_weight,
        }
    }
}

impl From<services::ClientFile> for ClientFile {
    fn from(file: services::ClientFile) -> Self {
        let services::ClientFile { as_of, id, name, siren, line, attributes } = file;
        let attributes = attributes.into_iter().map(|(name, value)| Attribute { name, value }).collect();
        let (as_of, siren) = (as_of.to_string(), siren.map(|siren| siren.to_string()));
        Self { as_of, id, name, siren, line: line.map(ClientLine::from), attributes }
    }
}

/// Erase a natural person: ledger, client file, facts, answers, decisions; the audit chain still holds.
///
/// Invoices stay as amounts and days under a name from which nothing leads back. Companies, and persons who owe something, are
/// not erased.
#[utoipa::path(
    post,
    path = "/v1/clients/{id}/erasure",
    operation_id = "eraseClient",
    tag = "clients",
    params(("id" = String, Path, description = "Id of the client in the ledger, or a SIREN")),
    request_body = ErasureRequest,
    responses(
        (status = 200, description = "What was erased", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn erase(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(who): PathPart<String>,
    JsonBody(body): JsonBody<ErasureRequest>,
) -> Result<Json<Value>, Problem> {
    let basis = match body.basis.as_str() {
        "request" => ErasureBasis::Request,
        "retention" => ErasureBasis::Retention,
        other => {
            let fault = FieldFault::new("#/basis", format!("found `{other}`, expected `request` or `retention`"));
            return Err(Refusal::InvalidBody.because(fault.detail.clone()).with(vec![fault]));
        }
    };
    let request = EraseRequest { who, basis, is_person: body.is_person };
    document(&app.services.acting_as(&caller.name).erase(request, app.clock.now()).await?).map(Json)
}

/// Why a person is erased.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ErasureRequest {
    /// `request` where they asked for it, `retention` where what is kept is no longer needed.
    #[schema(pattern = "^(request|retention)$")]
    pub basis: String,
    /// This is a natural person, where neither the register nor the client file says so.
    #[serde(default)]
    pub is_person: bool,
}
