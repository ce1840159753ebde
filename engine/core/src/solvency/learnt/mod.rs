//! Failure risk learnt from failures: how likely proceedings are to be opened within twelve months of accounts becoming
//! known, for a company that was in none.
//!
//! Reading order: [`RecordView`] (what a company's last accounts say on a day), [`features`] (the list of numbers that are
//! read of them), [`observe`] (rows for learning, each as it was known then), then [`FailureModel`].
//!
//! **Absent here**: news about proceedings, a company that ceased, and what our own ledger saw. They stay moves of the
//! policy's rule, on top of what the model says.

pub(crate) mod features;
mod observe;
#[cfg(test)]
mod tests;

pub use observe::{FailureValidation, LearntFailure, Observations, Rated};

use encours_domain::fact::Fact;
use encours_domain::{Bilingual, Day};
use encours_models::{Artefact, Card, Value};

use super::FailureMove;
use crate::CoreError;
use crate::company::{RecordFeature, RecordView, features_of};
use features::{FEATURES, registry_hash};

/// Kind of the artefact.
pub(crate) const KIND: &str = "failure";

/// The days within which it foretells proceedings.
pub(crate) const WITHIN_DAYS: u16 = 365;

/// Contributions of less than this in log-odds are not told.
const LEAST_TOLD: f64 = 0.1;

/// A model of failure, bound to this engine's features.
#[derive(Clone, Debug)]
pub struct FailureModel {
    artefact: Artefact,
    /// The features that the card reads, in its order.
    features: Vec<&'static RecordFeature>,
}

/// What the model says of one company on one day.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureEstimate {
    /// Name of the model.
    pub model: String,
    /// Log-odds of proceedings within twelve months.
    pub log_odds: f64,
    /// What moved it away from the average company, the heaviest first; below nought where it speaks for the company.
    pub moves: Vec<FailureMove>,
}

/// A row as this room scores it: what is not known never speaks for a company, whatever the companies were like that did
/// not say it.
struct Scored {
    log_odds: f64,
    /// Feature, the other of a pair, and what they add in log-odds.
    parts: Vec<(usize, Option<usize>, f64)>,
}

impl Scored {
    fn of(card: &Card, row: &[Value<'_>]) -> Result<Self, CoreError> {
        let scale = card.scale();
        let missing = |feature: usize| matches!(row.get(feature), Some(Value::Missing) | None);
        let mut log_odds = (scale.offset() - f64::from(card.base_points())) / scale.factor();
        let mut parts = Vec::with_capacity(row.len());
        for part in card.score_row(row)?.contributions {
            let unknown = missing(part.feature) || part.with.is_some_and(missing);
            let points = if unknown { part.points.min(0) } else { part.points };
            let adds = -f64::from(points) / scale.factor();
            log_odds += adds;
            parts.push((part.feature, part.with, adds));
        }
        Ok(Self { log_odds, parts })
    }
}

impl FailureModel {
    /// Binds a model to the features.
    ///
    /// # Errors
    /// When it is no model of failure, or was learnt from another list of features.
    pub fn new(artefact: Artefact) -> Result<Self, CoreError> {
        let (found, expected) = (artefact.body().registry_hash.clone(), registry_hash());
        if artefact.body().kind != KIND || found != expected {
            return Err(CoreError::ForeignModel { found, expected });
        }
        let Some(features) = features_of(FEATURES, &artefact.headline().card) else {
            return Err(CoreError::ForeignModel { found, expected });
        };
        Ok(Self { features, artefact })
    }

    /// Its name, which ends in the hash of its content.
    pub fn id(&self) -> &str {
        self.artefact.model_id()
    }

    /// What it holds.
    pub fn artefact(&self) -> &Artefact {
        &self.artefact
    }

    /// What it says of a company on a day; nothing where no accounts of the last two years are known: it has learnt
    /// from companies that file them, and has nothing to say of others.
    ///
    /// # Errors
    /// When the card cannot read a value, which a bound model gives it no cause for.
    pub fn estimate(&self, facts: &[Fact], day: Day) -> Result<Option<FailureEstimate>, CoreError> {
        let record = RecordView::as_known_on(facts, day).filter(RecordView::has_closing);
        let Some(record) = record else { return Ok(None) };
        let card = &self.artefact.headline().card;
        let row: Vec<Value<'_>> = self.features.iter().map(|feature| feature.value(&record, None)).collect();
        let Scored { log_odds, parts } = Scored::of(card, &row)?;
        let mut moves: Vec<FailureMove> = Vec::new();
        for (feature, with, log_odds) in parts {
            let says = self.says(feature, with, &record);
            moves.extend(says.map(|(code, says)| FailureMove { code, log_odds, says }));
        }
        moves.retain(|step| step.log_odds.abs() >= LEAST_TOLD);
        moves.sort_by(|one, next| next.log_odds.abs().total_cmp(&one.log_odds.abs()).then(one.code.cmp(next.code)));
        Ok(Some(FailureEstimate { model: self.id().to_owned(), log_odds, moves }))
    }

    fn says(&self, first: usize, with: Option<usize>, record: &RecordView<'_>) -> Option<(&'static str, Bilingual)> {
        let first = self.features.get(first)?;
        let says = first.says(record, None);
        let Some(second) = with else { return Some((first.name, says)) };
        let next = self.features.get(second)?.says(record, None);
        Some((first.name, Bilingual::new(format!("{} ; {}", says.fr, next.fr), format!("{}; {}", says.en, next.en))))
    }
}
