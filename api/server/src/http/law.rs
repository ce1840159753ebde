//! `/v1/law`: what the law table in force says.

use axum::Json;
use axum::extract::State;
use serde_json::Value;

use super::App;
use super::body::NoParameters;
use super::policies::document;
use super::problem::Problem;

/// Clauses for the general terms of sale, with today's figures and their articles: a draft for a lawyer to read.
#[utoipa::path(
    get,
    path = "/v1/law/clauses",
    operation_id = "listClauses",
    tag = "law",
    responses(
        (status = 200, description = "Each clause in French and English, by the law that the policy names", body = Value),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn clauses(State(app): State<App>, _: NoParameters) -> Result<Json<Value>, Problem> {
    let portfolio = app.services.portfolio().await?;
    document(&portfolio.law.clauses(app.clock.now().today)).map(Json)
}
