//! `/v1/models`: the register of models.

use axum::extract::State;
use axum::{Extension, Json};
use encours_models::Metrics;
use encours_services as services;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::App;
use super::auth::Caller;
use super::body::{NoParameters, PathPart};
use super::policies::document;
use super::problem::Problem;

/// List the models, newest first.
#[utoipa::path(
    get,
    path = "/v1/models",
    operation_id = "listModels",
    tag = "models",
    responses(
        (status = 200, description = "Every model", body = Vec<ModelInfo>),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn list(State(app): State<App>, _: NoParameters) -> Result<Json<Vec<ModelInfo>>, Problem> {
    Ok(Json(app.services.models().await?.into_iter().map(ModelInfo::from).collect()))
}

/// One model.
#[utoipa::path(
    get,
    path = "/v1/models/{id}",
    operation_id = "getModel",
    tag = "models",
    params(("id" = String, Path, description = "Id of the model")),
    responses(
        (status = 200, description = "The model", body = ModelInfo),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn show(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<ModelInfo>, Problem> {
    Ok(Json(app.services.model(&id).await?.into()))
}

/// A model's card: how its training does on later invoices, and whether it still holds.
#[utoipa::path(
    get,
    path = "/v1/models/{id}/card",
    operation_id = "getModelCard",
    tag = "models",
    params(("id" = String, Path, description = "Id of the model")),
    responses(
        (status = 200, description = "The card", body = ModelCard),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn card(
    State(app): State<App>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<ModelCard>, Problem> {
    let card = app.services.model_card(&id, None, app.clock.now()).await?;
    Ok(Json(ModelCard {
        challenges: card.challenges.iter().map(document).collect::<Result<_, _>>()?,
        validation: card.validation.as_ref().map(document).transpose()?,
        drift: card.drift.as_ref().map(document).transpose()?,
        currency: card.currency.map(|currency| currency.to_string()),
        model: card.model.into(),
    }))
}

/// Put a model in force.
///
/// The name of the caller is kept as that of who promoted it; where the policy asks for a second person, a key is none. Refused with `model_no_better` when its training does
/// not beat the clients' own past late rates, with `model_not_measured` when that is not known, and with
/// `second_person_needed` when the policy asks for another person than who trained it.
#[utoipa::path(
    post,
    path = "/v1/models/{id}/promote",
    operation_id = "promoteModel",
    tag = "models",
    params(("id" = String, Path, description = "Id of the model")),
    responses(
        (status = 200, description = "The model, in force", body = ModelInfo),
        (status = "default", description = "A problem document", body = Problem, content_type = "application/problem+json")
    )
)]
pub async fn promote(
    State(app): State<App>,
    Extension(caller): Extension<Caller>,
    _: NoParameters,
    PathPart(id): PathPart<String>,
) -> Result<Json<ModelInfo>, Problem> {
    Ok(Json(app.services.acting_as(&caller.name).promote(&id, Some(&caller.name), app.clock.now()).await?.into()))
}

/// A model of the register.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelInfo {
    /// Its id, which ends in the hash of its content.
    pub id: String,
    /// Kind of model.
    pub kind: String,
    /// `candidate`, `shadow` (scores beside, decides nothing), `active` or `retired`.
    #[schema(value_type = String)]
    pub state: services::store::ModelState,
    /// Hash of the ledger it was trained on.
    pub ledger: String,
    /// Nothing dated on or after this day was read.
    #[schema(format = Date)]
    pub cutoff: String,
    /// How lateness was counted.
    pub lateness_rule: String,
    /// Invoices learnt from.
    pub rows: u64,
    /// Of these late at the headline horizon.
    pub late: u64,
    /// Days late that the score speaks of.
    pub headline_over: u16,
    /// Every horizon, ascending.
    pub horizons: Vec<ModelHorizon>,
    /// The card for who has no history, as `encours models card --format json` gives it; `null` where there is none.
    #[schema(value_type = Option<Object>)]
    pub application: Option<services::ApplicationInfo>,
    /// `is`: `better`, `no_better` (both with the Brier scores `model` and `past_rate`) or `untold` (with `rows`, `late`);
    /// `null` when it was not measured.
    #[schema(value_type = Option<Object>)]
    pub verdict: Option<encours_core::portfolio::validate::Verdict>,
    /// When it was trained.
    #[schema(format = DateTime)]
    pub registered_at: String,
    /// Who trained it, as they said.
    pub trained_by: Option<String>,
    /// When it was last put in force.
    pub promoted_at: Option<String>,
    /// Who put it in force.
    pub promoted_by: Option<String>,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
}

/// One horizon of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelHorizon {
    /// Days late.
    pub late_over: u16,
    /// Late share of the invoices learnt from; `null` where the horizon is told from the headline.
    pub base_rate: Option<f64>,
    /// Quality of the same training on later invoices.
    pub out_of_time: Option<ModelQuality>,
}

/// Quality of predictions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelQuality {
    /// Predictions measured.
    pub rows: u64,
    /// How many were late.
    pub late: u64,
    /// Late share.
    pub base_rate: f64,
    /// Mean prediction.
    pub mean_prediction: f64,
    /// Area under the curve.
    pub auc: f64,
    /// Average precision.
    pub average_precision: f64,
    /// Brier score.
    pub brier: f64,
    /// Log loss, nats.
    pub log_loss: f64,
    /// Expected calibration error, ten bins of equal width.
    pub calibration_error: f64,
}

/// Everything that is known of a model.
#[derive(Debug, Serialize, ToSchema)]
pub struct ModelCard {
    /// What it is and where it stands.
    pub model: ModelInfo,
    /// How its training did on later invoices, as `encours models card --format json` gives it.
    #[schema(value_type = Option<Object>)]
    pub validation: Option<Value>,
    /// What other programs said of the same invoices; they decide nothing.
    #[schema(value_type = Vec<Object>)]
    pub challenges: Vec<Value>,
    /// How far the invoices since are from those.
    #[schema(value_type = Option<Object>)]
    pub drift: Option<Value>,
    /// Currency of the amounts by which invoices are split.
    pub currency: Option<String>,
}

impl From<services::ModelInfo> for ModelInfo {
    fn from(model: services::ModelInfo) -> Self {
        let services::ModelInfo {
            id,
            kind,
            state,
            ledger,
            cutoff,
            lateness_rule,
            rows,
            late,
            headline_over,
            horizons,
            application,
            verdict,
            registered_at,
            trained_by,
            promoted_at,
            promoted_by,
            rehearsed_at,
        } = model;
        Self {
            id,
            kind,
            state,
            ledger,
            cutoff,
            lateness_rule,
            rows,
            late,
            headline_over,
            horizons: horizons.into_iter().map(ModelHorizon::from).collect(),
            application,
            verdict,
            registered_at,
            trained_by,
            promoted_at,
            promoted_by,
            rehearsed_at,
        }
    }
}

impl From<services::HorizonInfo> for ModelHorizon {
    fn from(horizon: services::HorizonInfo) -> Self {
        let services::HorizonInfo { late_over, base_rate, out_of_time } = horizon;
        Self { late_over, base_rate, out_of_time: out_of_time.map(ModelQuality::from) }
    }
}

impl From<Metrics> for ModelQuality {
    fn from(metrics: Metrics) -> Self {
        let Metrics {
            rows,
            late,
            base_rate,
            mean_prediction,
            auc,
            average_precision,
            brier,
            log_loss,
            calibration_error,
        } = metrics;
        Self { rows, late, base_rate, mean_prediction, auc, average_precision, brier, log_loss, calibration_error }
    }
}
