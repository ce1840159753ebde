//! The register of models.

use encours_models::{Artefact, Metrics};
use serde::Serialize;

use crate::store::{ModelRecord, ModelState};
use crate::{Moment, Services, ServicesError};

/// A model of the register, as a person reads it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelInfo {
    /// Its name, which ends in the hash of its content.
    pub id: String,
    /// Kind of model.
    pub kind: String,
    /// Where it stands.
    pub state: ModelState,
    /// Hash of the ledger it was trained on.
    pub ledger: String,
    /// Nothing dated on or after this day was read.
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
    pub horizons: Vec<HorizonInfo>,
    /// When it was trained.
    pub registered_at: String,
    /// When it was last put in force.
    pub promoted_at: Option<String>,
}

/// One horizon of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HorizonInfo {
    /// Days late.
    pub late_over: u16,
    /// Late share of the invoices learnt from; absent where the horizon is told from the headline.
    pub base_rate: Option<f64>,
    /// Quality on the latest fifth, which a first fit did not see.
    pub out_of_time: Option<Metrics>,
}

impl ModelInfo {
    pub(crate) fn new(record: &ModelRecord) -> Result<Self, ServicesError> {
        let artefact = Artefact::from_json(&record.artefact).map_err(ServicesError::stored_model(&record.id))?;
        let body = artefact.body();
        Ok(Self {
            id: record.id.clone(),
            kind: body.kind.clone(),
            state: record.state,
            ledger: body.trained.ledger.clone(),
            cutoff: body.trained.cutoff.clone(),
            lateness_rule: body.trained.lateness_rule.clone(),
            rows: body.trained.rows,
            late: body.trained.late,
            headline_over: body.headline.late_over_days,
            horizons: horizons(&artefact),
            registered_at: record.registered_at.clone(),
            promoted_at: record.promoted_at.clone(),
        })
    }
}

fn horizons(artefact: &Artefact) -> Vec<HorizonInfo> {
    let info = |horizon: &encours_models::Horizon| {
        let card = artefact.card(*horizon);
        HorizonInfo {
            late_over: horizon.late_over_days,
            base_rate: card.map(|card| card.base_rate),
            out_of_time: card.and_then(|card| card.out_of_time),
        }
    };
    artefact.horizons().iter().map(info).collect()
}

impl Services {
    /// Every model, newest first.
    ///
    /// # Errors
    /// When the database fails or a stored model cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ServicesError> {
        self.store().models().await?.iter().map(ModelInfo::new).collect()
    }

    /// One model.
    ///
    /// # Errors
    /// When there is no such model, or it cannot be read.
    pub async fn model(&self, id: &str) -> Result<ModelInfo, ServicesError> {
        ModelInfo::new(&self.store().model(id).await?)
    }

    /// The artefact of a model, JSON: what `rescore --model` reads.
    ///
    /// # Errors
    /// When there is no such model.
    pub async fn model_json(&self, id: &str) -> Result<String, ServicesError> {
        Ok(self.store().model(id).await?.artefact)
    }

    /// Puts a model in force. The one before is kept as retired, and can be promoted again.
    ///
    /// # Errors
    /// When there is no such model, it is not of this engine, or the database fails.
    pub async fn promote(&self, id: &str, now: Moment) -> Result<ModelInfo, ServicesError> {
        let artefact = Artefact::from_json(&self.store().model(id).await?.artefact);
        let artefact = artefact.map_err(ServicesError::stored_model(id))?;
        // A model of another engine would leave nobody able to answer.
        encours_core::portfolio::ScoringModel::new(artefact).map_err(ServicesError::stored_model(id))?;
        let old = self.store().current().await?.model;
        self.store().promote_model(id, old.as_deref(), now).await?;
        self.doubt_portfolio().await;
        tracing::info!(model = id, "model promoted");
        self.model(id).await
    }
}
