//! `/v1/portfolio` and `/v1/worklist`: the whole book on one line, and what waits for somebody.
#![expect(unused_qualifications, reason = "the description of parameters is written by a macro")]

use axum::Json;
use axum::extract::State;
use encours_domain::Day;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use super::App;
use super::body::{NoParameters, Parameters};
use super::policies::document;
use super::problem::{FieldFault, Problem, Refusal};

/// As of which evening.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PortfolioQuery {
    /// What was dated up to and including this day; today unless given.
    #[param(value_type = Option<String>, format = Date)]
    pub as_of: Option<Day>,
}

/// The portfolio on one line: clients, what is open and overdue, grades.
#[utoipa::path(
    get,
    path = "/v1/portfolio",
    operation_id = "getPortfolio",
    tag = "portfolio",
    params(PortfolioQuery),
    responses(
        (status = 200, description = "The portfolio as of that evening", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    Parameters(query): Parameters<PortfolioQuery>,
) -> Result<Json<Value>, Problem> {
    let now = app.clock.now();
    if let Some(as_of) = query.as_of.filter(|as_of| *as_of > now.today) {
        let fault = FieldFault::new("as_of", format!("found {as_of}, allowed up to today, {}", now.today));
        return Err(Refusal::InvalidParameter.because(fault.detail.clone()).with(vec![fault]));
    }
    document(&app.services.summary(query.as_of, now).await?).map(Json)
}

/// Answers that wait for somebody: held, with a deadline that passed, or for a second person; the earliest deadline first.
#[utoipa::path(
    get,
    path = "/v1/worklist",
    operation_id = "getWorklist",
    tag = "portfolio",
    responses(
        (status = 200, description = "What waits, each with what was decided so far", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn worklist(State(app): State<App>, _: NoParameters) -> Result<Json<Value>, Problem> {
    document(&app.services.waiting(app.clock.now()).await?).map(Json)
}
