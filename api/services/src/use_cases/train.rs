//! A model is learnt from the stored ledger.

use encours_core::CoreError;
use encours_core::ledger::Book;
use encours_core::portfolio::{TrainSettings, train};
use encours_domain::Day;
use encours_models::{Artefact, ErrorClass};
use serde::Serialize;

use super::models::ModelInfo;
use crate::portfolio::{Portfolio, horizons, last_day};
use crate::services::blocking;
use crate::store::NewModel;
use crate::{Moment, Services, ServicesError};

/// What a training gave.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TrainReport {
    /// The model.
    pub model: ModelInfo,
    /// Whether it was put in force, because there was none; else it waits as a candidate for `models promote`.
    pub promoted: bool,
}

impl Services {
    /// Learns from what was known on the morning of `as_of`, and registers the model as a candidate. The first model of
    /// all is put in force at once.
    ///
    /// Without a day, everything in the ledger is learnt from. A day beyond the end of the ledger counts as its end: an
    /// invoice paid after it would else be taken for one that was never paid.
    ///
    /// # Errors
    /// [`ServicesError::TooLittleToTrain`] with what was found and what is needed; or when there is no ledger yet.
    pub async fn train(&self, as_of: Option<Day>, now: Moment) -> Result<TrainReport, ServicesError> {
        let portfolio = self.portfolio().await?;
        let active = portfolio.made_with.model.clone();
        let (artefact, cutoff) = blocking(move || learn(&portfolio, as_of, now.today)).await?;
        let id = artefact.model_id().to_owned();
        self.store().register_model(new_model(&artefact, cutoff)?, now).await?;
        tracing::info!(model = id, cutoff = %cutoff, "model trained");
        let promoted = active.is_none();
        let model = if promoted { self.promote(&id, now).await? } else { self.model(&id).await? };
        Ok(TrainReport { model, promoted })
    }
}

fn learn(portfolio: &Portfolio, as_of: Option<Day>, today: Day) -> Result<(Artefact, Day), ServicesError> {
    let book = portfolio.ledger()?;
    let cutoff = cutoff(book, as_of, today);
    let settings = TrainSettings::new(cutoff, horizons(), portfolio.ledger_hash());
    let artefact = train(book, &settings).map_err(|error| too_little(error, cutoff, portfolio.model.id()))?;
    Ok((artefact, cutoff))
}

fn new_model(artefact: &Artefact, cutoff: Day) -> Result<NewModel, ServicesError> {
    let (id, kind) = (artefact.model_id().to_owned(), artefact.body().kind.clone());
    let ledger = artefact.body().trained.ledger.clone();
    Ok(NewModel { id, kind, artefact: artefact.to_json()?, ledger, cutoff: cutoff.to_string() })
}

/// The day before which everything may be learnt from.
fn cutoff(book: &Book, as_of: Option<Day>, today: Day) -> Day {
    let asked = as_of.unwrap_or(today.plus_clamped(1));
    last_day(book).map_or(asked, |last| asked.min(last.plus_clamped(1)))
}

/// The honest refusal, told apart from trouble.
fn too_little(error: CoreError, cutoff: Day, meanwhile: &str) -> ServicesError {
    match error {
        CoreError::Model(found) if found.class() == ErrorClass::EvidenceMissing => {
            ServicesError::TooLittleToTrain { cutoff: cutoff.to_string(), meanwhile: meanwhile.to_owned(), found }
        }
        error => error.into(),
    }
}
