//! A model is learnt from the stored ledger, and measured on later invoices.

use std::sync::Arc;

use encours_core::CoreError;
use encours_core::ledger::Book;
use encours_core::portfolio::validate::{Stage, Verdict, validate};
use encours_core::portfolio::{ScoringModel, TrainSettings, Validation, application, train};
use encours_domain::Day;
use encours_models::{Artefact, ArtefactBody, ErrorClass};
use serde::Serialize;

use super::models::ModelInfo;
use crate::portfolio::{Portfolio, horizons, last_day};
use crate::services::blocking;
use crate::store::NewModel;
use crate::{Moment, Services, ServicesError};

/// What a training is asked for.
#[derive(Clone, Default)]
pub struct TrainOptions {
    /// Learn from what was known on the morning of this day. Without a day, everything in the ledger is learnt from; a day
    /// beyond the end of the ledger counts as its end: an invoice paid after it would else be taken for one never paid.
    pub as_of: Option<Day>,
    /// Who trains it, as they say.
    pub by: Option<String>,
    /// Told of each step as it begins.
    pub on_step: Option<OnStep>,
}

/// Told of each step as it begins: what it is, how many are done, and of how many.
pub type OnStep = Arc<dyn Fn(TrainStep) + Send + Sync>;

/// A step of a training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrainStep {
    /// What is being done.
    pub what: TrainStage,
    /// Steps done.
    pub done: u64,
    /// Steps in all.
    pub of: u64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrainStage {
    /// The model itself is learnt.
    Fitting,
    /// Its training is measured.
    Validating(Stage),
}

/// What a training gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainReport {
    /// The model.
    pub model: ModelInfo,
    /// Whether it was put in force: the first of all, and better than the past rate.
    pub promoted: bool,
    /// How the same training does on later invoices.
    pub validation: Option<Validation>,
    /// Why it could not be measured.
    pub unmeasured: Option<String>,
    /// Why there is no card for who has no history; absent where there is one.
    pub no_application: Option<String>,
    /// What decides now: a model, or the name of the published priors.
    pub in_force: String,
}

/// What was learnt, and how it does.
struct Learnt {
    artefact: Artefact,
    cutoff: Day,
    validation: Result<Validation, String>,
    no_application: Option<String>,
}

impl Services {
    /// Learns a model, measures the same training on later invoices, and registers both as a candidate. The first model of
    /// all is put in force at once when it beats the client's own past late rate and the policy asks for no second person;
    /// otherwise the published priors stay in force.
    ///
    /// # Errors
    /// [`ServicesError::TooLittleToTrain`] with what was found and what is needed; or when there is no ledger yet.
    pub async fn train(&self, options: TrainOptions, now: Moment) -> Result<TrainReport, ServicesError> {
        let TrainOptions { as_of, by, on_step } = options;
        let portfolio = self.portfolio().await?;
        let first = portfolio.made_with.model.is_none() && !portfolio.policy.models_need_second_person();
        let learnt = blocking(move || learn(&portfolio, as_of, now.today, on_step.as_ref())).await?;
        let id = learnt.artefact.model_id().to_owned();
        self.store().register_model(new_model(&learnt, by.clone())?, &self.act(now)).await?;
        tracing::info!(model = id, cutoff = %learnt.cutoff, "model trained");
        let model = self.model(&id).await?;
        let promoted = first && model.verdict.as_ref().is_some_and(Verdict::passes);
        let model = if promoted { self.promote(&id, by.as_deref(), now).await? } else { model };
        let in_force = self.portfolio().await?.model.id().to_owned();
        let (validation, unmeasured) = match learnt.validation {
            Ok(validation) => (Some(validation), None),
            Err(reason) => (None, Some(reason)),
        };
        let no_application = learnt.no_application;
        Ok(TrainReport { model, promoted, validation, unmeasured, no_application, in_force })
    }
}

fn learn(
    portfolio: &Portfolio,
    as_of: Option<Day>,
    today: Day,
    on_step: Option<&OnStep>,
) -> Result<Learnt, ServicesError> {
    let book = portfolio.ledger()?;
    let cutoff = cutoff(book, as_of, today);
    let settings = settings(portfolio, cutoff);
    let steps = Steps { on_step, horizons: settings.horizons.days().to_vec() };
    steps.begin(TrainStage::Fitting);
    let artefact = train(book, &settings).map_err(|error| too_little(error, cutoff, portfolio.model.id()))?;
    let validation = validate(book, &settings, &artefact, &|stage| steps.begin(TrainStage::Validating(stage)));
    let validation = match validation {
        Ok(validation) => Ok(validation),
        Err(CoreError::Model(found)) if found.class() == ErrorClass::EvidenceMissing => Err(found.to_string()),
        Err(error) => return Err(error.into()),
    };
    let (artefact, no_application) = with_application(portfolio, artefact, cutoff)?;
    Ok(Learnt { artefact, cutoff, validation, no_application })
}

/// The model with an application card, or why it has none.
fn with_application(
    portfolio: &Portfolio,
    artefact: Artefact,
    cutoff: Day,
) -> Result<(Artefact, Option<String>), ServicesError> {
    let model = ScoringModel::new(artefact.clone())?;
    let facts_of = |number| portfolio.facts_of_client(number);
    match application::learn(portfolio.ledger()?, &model, cutoff, &facts_of)? {
        Ok(application) => {
            let body = ArtefactBody { application: Some(application), ..artefact.body().clone() };
            Ok((Artefact::seal(body).map_err(CoreError::from)?, None))
        }
        Err(why) => Ok((artefact, Some(why.to_string()))),
    }
}

/// How every model of the store is trained.
pub(super) fn settings(portfolio: &Portfolio, cutoff: Day) -> TrainSettings {
    TrainSettings::new(cutoff, horizons(), portfolio.ledger_hash())
}

/// Counts the steps of a training.
struct Steps<'a> {
    on_step: Option<&'a OnStep>,
    horizons: Vec<u16>,
}

impl Steps<'_> {
    fn begin(&self, what: TrainStage) {
        let Some(tell) = self.on_step else { return };
        let measured = super::import::count(self.horizons.len());
        let place = |days: u16| super::import::count(self.horizons.iter().take_while(|&&one| one < days).count());
        let done = match what {
            TrainStage::Fitting => 0,
            TrainStage::Validating(Stage::Trial) => 1,
            TrainStage::Validating(Stage::Predicting) => 2,
            TrainStage::Validating(Stage::Measuring(days)) => 3 + place(days),
            TrainStage::Validating(Stage::Noting) => 3 + measured,
        };
        tell(TrainStep { what, done, of: 4 + measured });
    }
}

fn new_model(learnt: &Learnt, trained_by: Option<String>) -> Result<NewModel, ServicesError> {
    let artefact = &learnt.artefact;
    let validation = learnt.validation.as_ref().ok().map(serde_json::to_string).transpose();
    Ok(NewModel {
        id: artefact.model_id().to_owned(),
        kind: artefact.body().kind.clone(),
        artefact: artefact.to_json()?,
        validation: validation.map_err(ServicesError::document("a validation"))?,
        ledger: artefact.body().trained.ledger.clone(),
        cutoff: learnt.cutoff.to_string(),
        trained_by,
    })
}

/// The day before which everything may be learnt from.
fn cutoff(book: &Book, as_of: Option<Day>, today: Day) -> Day {
    let asked = as_of.unwrap_or(today.plus_clamped(1));
    last_day(book).map_or(asked, |last| asked.min(last.plus_clamped(1)))
}

/// The honest refusal, told apart from trouble.
pub(crate) fn too_little(error: CoreError, cutoff: Day, meanwhile: &str) -> ServicesError {
    match error {
        CoreError::Model(found) if found.class() == ErrorClass::EvidenceMissing => {
            ServicesError::TooLittleToTrain { cutoff: cutoff.to_string(), meanwhile: meanwhile.to_owned(), found }
        }
        error => error.into(),
    }
}
