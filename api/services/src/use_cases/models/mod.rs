//! The register of models: what there is, what decides, what runs beside it.

mod card;
mod challenge;
mod drift;
mod points;
mod rehearse;

pub use card::ModelCard;
pub use rehearse::{GradeChange, Move, Rehearsal, Standing};

use encours_core::portfolio::validate::{Challenge, Verdict};
use encours_core::portfolio::{ScoringModel, Validation};
use encours_models::{Application, ApplicationMeasured, Artefact, Metrics};
use serde::Serialize;

use super::failure_model::{CardRow, card_rows};
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
    /// The card for who has no history; absent where the record gave too little to learn it from, or it did not help.
    pub application: Option<ApplicationInfo>,
    /// Whether its training beats the client's own past late rate at the headline; absent when it was not measured.
    pub verdict: Option<Verdict>,
    /// When it was trained.
    pub registered_at: String,
    /// Who trained it, as they said.
    pub trained_by: Option<String>,
    /// When it was last put in force.
    pub promoted_at: Option<String>,
    /// Who put it in force, as they said.
    pub promoted_by: Option<String>,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
}

/// One horizon of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct HorizonInfo {
    /// Days late.
    pub late_over: u16,
    /// Late share of the invoices learnt from; absent where the horizon is told from the headline.
    pub base_rate: Option<f64>,
    /// Quality of the same training on later invoices.
    pub out_of_time: Option<Metrics>,
}

/// The application card of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ApplicationInfo {
    /// First invoices learnt from.
    pub rows: u64,
    /// Of these late at the headline horizon.
    pub late: u64,
    /// Known outcomes of a client at which its history weighs as much as this card.
    pub strength: f64,
    /// How the same training did on later first invoices, beside the model without it.
    pub measured: ApplicationMeasured,
    /// What each feature can add, the widest first.
    pub card: Vec<CardRow>,
}

impl From<&Application> for ApplicationInfo {
    fn from(application: &Application) -> Self {
        let card = &application.card.card;
        Self {
            rows: card.learned_from().rows,
            late: card.learned_from().late,
            strength: application.strength,
            measured: application.measured.clone(),
            card: card_rows(card),
        }
    }
}

/// A model of the register, read.
pub(crate) struct Registered {
    pub(crate) record: ModelRecord,
    pub(crate) artefact: Artefact,
    pub(crate) validation: Option<Validation>,
    pub(crate) challenges: Vec<Challenge>,
}

impl Registered {
    pub(crate) fn read(record: ModelRecord) -> Result<Self, ServicesError> {
        let artefact = Artefact::from_json(&record.artefact).map_err(ServicesError::stored_model(&record.id))?;
        let damaged = |source| ServicesError::StoredValidation { id: record.id.clone(), source };
        let validation = record.validation.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?;
        let challenges = record.challenges.as_deref().map(serde_json::from_str).transpose().map_err(damaged)?;
        Ok(Self { artefact, validation, challenges: challenges.unwrap_or_default(), record })
    }

    /// Bound to this engine's features.
    pub(crate) fn scoring(&self) -> Result<ScoringModel, ServicesError> {
        ScoringModel::new(self.artefact.clone()).map_err(ServicesError::stored_model(&self.record.id))
    }

    pub(crate) fn verdict(&self) -> Option<Verdict> {
        let headline = self.artefact.headline().late_over_days;
        self.validation.as_ref().map(|validation| validation.verdict(headline))
    }

    pub(crate) fn info(&self) -> ModelInfo {
        let (body, record) = (self.artefact.body(), &self.record);
        ModelInfo {
            id: record.id.clone(),
            kind: body.kind.clone(),
            state: record.state,
            ledger: body.trained.ledger.clone(),
            cutoff: body.trained.cutoff.clone(),
            lateness_rule: body.trained.lateness_rule.clone(),
            rows: body.trained.rows,
            late: body.trained.late,
            headline_over: self.artefact.headline().late_over_days,
            horizons: self.horizons(),
            application: body.application.as_ref().map(ApplicationInfo::from),
            verdict: self.verdict(),
            registered_at: record.registered_at.clone(),
            trained_by: record.trained_by.clone(),
            promoted_at: record.promoted_at.clone(),
            promoted_by: record.promoted_by.clone(),
            rehearsed_at: record.rehearsed_at.clone(),
        }
    }

    fn horizons(&self) -> Vec<HorizonInfo> {
        let info = |horizon: &encours_models::Horizon| {
            let late_over = horizon.late_over_days;
            let measured = self.validation.as_ref().and_then(|validation| validation.at(late_over));
            HorizonInfo {
                late_over,
                base_rate: self.artefact.card(*horizon).map(|card| card.base_rate),
                out_of_time: measured.map(|measured| measured.all.model.metrics),
            }
        };
        self.artefact.horizons().iter().map(info).collect()
    }

    /// Refuses a model that was not measured, or is no better than what costs nothing.
    fn refuse_unless_better(&self) -> Result<(), ServicesError> {
        let id = self.record.id.clone();
        let late_over = self.artefact.headline().late_over_days;
        match self.verdict() {
            Some(Verdict::Better { .. }) => Ok(()),
            Some(Verdict::NoBetter { model, past_rate }) => {
                Err(ServicesError::NoBetterModel { id, late_over, model, past_rate })
            }
            Some(Verdict::Untold { rows, late }) => Err(ServicesError::UnmeasuredModel { id, late_over, rows, late }),
            None => Err(ServicesError::UnmeasuredModel { id, late_over, rows: 0, late: 0 }),
        }
    }
}

impl Services {
    /// Every model, newest first.
    ///
    /// # Errors
    /// When the database fails or a stored model cannot be read.
    pub async fn models(&self) -> Result<Vec<ModelInfo>, ServicesError> {
        let records = self.store().models().await?;
        records.into_iter().map(|record| Ok(Registered::read(record)?.info())).collect()
    }

    /// One model.
    ///
    /// # Errors
    /// When there is no such model, or it cannot be read.
    pub async fn model(&self, id: &str) -> Result<ModelInfo, ServicesError> {
        Ok(self.registered(id).await?.info())
    }

    pub(crate) async fn registered(&self, id: &str) -> Result<Registered, ServicesError> {
        Registered::read(self.store().model(id).await?)
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
    /// Where the policy asks for a second person, `by` must be another than who trained the model, and somebody must have
    /// looked at who would move from the model that is in force.
    ///
    /// # Errors
    /// When there is no such model, it is not of this engine, its training does not beat the client's own past late rate,
    /// the policy's second person is missing, or the database fails.
    pub async fn promote(&self, id: &str, by: Option<&str>, now: Moment) -> Result<ModelInfo, ServicesError> {
        let model = self.registered(id).await?;
        // A model of another engine would leave nobody able to answer.
        model.scoring()?;
        model.refuse_unless_better()?;
        let old = self.store().current().await?.model;
        if self.portfolio().await?.policy.models_need_second_person() {
            self.expect_other_person("model", id, by, model.record.trained_by.as_deref()).await?;
            expect_rehearsed(&model.record, old.as_deref())?;
        }
        self.store().promote_model(id, old.as_deref(), by, &self.act(now)).await?;
        self.doubt_portfolio();
        tracing::info!(model = id, "model promoted");
        self.model(id).await
    }

    /// Lets a model run in the shadow of the one in force: `rescore` writes its scores beside, and nothing else reads them.
    /// Another one in that place becomes a candidate again.
    ///
    /// # Errors
    /// When there is no such model, it is not of this engine, it is in force, or the database fails.
    pub async fn shadow(&self, id: &str, now: Moment) -> Result<ModelInfo, ServicesError> {
        let model = self.registered(id).await?;
        model.scoring()?;
        if model.record.state == ModelState::Active {
            return Err(ServicesError::ModelInForce { id: id.to_owned() });
        }
        let old = self.store().shadow().await?;
        self.store().shadow_model(id, old.as_deref(), &self.act(now)).await?;
        tracing::info!(model = id, "model put in the shadow");
        self.model(id).await
    }

    /// Puts a model aside. When it was in force, the published priors answer until another is promoted.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn retire(&self, id: &str, now: Moment) -> Result<ModelInfo, ServicesError> {
        self.store().retire_model(id, &self.act(now)).await?;
        self.doubt_portfolio();
        tracing::info!(model = id, "model retired");
        self.model(id).await
    }
}

/// Somebody must have looked at who would move.
fn expect_rehearsed(record: &ModelRecord, active: Option<&str>) -> Result<(), ServicesError> {
    let refused = |reason: String| Err(ServicesError::SecondPerson { what: "model", id: record.id.clone(), reason });
    match &record.rehearsed_against {
        None => refused("nobody has looked at who would move".to_owned()),
        Some(against) if against != active.unwrap_or_default() => {
            refused("another model was in force when somebody looked at who would move".to_owned())
        }
        Some(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(trained_by: Option<&str>, rehearsed_against: Option<&str>) -> ModelRecord {
        let text = |text: &str| text.to_owned();
        ModelRecord {
            id: text("m"),
            state: ModelState::Candidate,
            artefact: text("{}"),
            validation: None,
            challenges: None,
            registered_at: text("2026-06-01T08:30:00Z"),
            trained_by: trained_by.map(text),
            promoted_at: None,
            promoted_by: None,
            rehearsed_at: None,
            rehearsed_against: rehearsed_against.map(text),
        }
    }

    #[test]
    fn somebody_has_looked_at_who_would_move() {
        for (rehearsed, active, refused) in [
            (Some("old"), Some("old"), None),
            (Some(""), None, None),
            (None, Some("old"), Some("nobody has looked")),
            (Some("older"), Some("old"), Some("another model was in force")),
            (Some("old"), None, Some("another model was in force")),
        ] {
            let found = expect_rehearsed(&record(None, rehearsed), active);
            match refused {
                None => assert!(found.is_ok(), "{found:?}"),
                Some(reason) => {
                    let error = found.unwrap_err();
                    assert_eq!(error.class(), encours_domain::ErrorClass::Forbidden);
                    assert!(error.to_string().contains(reason), "{error}");
                }
            }
        }
    }
}
