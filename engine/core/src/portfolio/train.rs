//! Training: rows as they were known on a day, a card for each horizon that has enough events, sealed.

use encours_domain::Day;
use encours_models::{
    AdditiveParams, Artefact, ArtefactBody, Derived, HorizonCard, ModelError, ParamGuard, ScorecardParams, Table,
    Trained,
};
use rayon::prelude::*;

use crate::CoreError;
use crate::features::{Horizons, Priors, registry};
use crate::ledger::Book;
use crate::portfolio::rows::Rows;
use crate::portfolio::scoring::ScoringModel;
use crate::portfolio::{coming, hazards};

/// What training needs beyond the ledger.
#[derive(Clone, Debug)]
pub struct TrainSettings {
    /// Nothing dated on or after this day is learnt from.
    pub cutoff: Day,
    /// Horizons to learn.
    pub horizons: Horizons,
    /// Hash of the ledger, kept in the artefact.
    pub ledger: String,
    /// What is fitted.
    pub card: CardParams,
}

/// Which cards are fitted, and how.
#[derive(Clone, Debug)]
pub enum CardParams {
    /// Boosted shapes and a few pairs.
    Additive(AdditiveParams),
    /// The plain card: weights of evidence into a logistic regression.
    Scorecard(ScorecardParams),
}

impl Default for CardParams {
    fn default() -> Self {
        Self::Additive(AdditiveParams::default())
    }
}

impl CardParams {
    fn fit(&self, late_over_days: u16, table: &Table) -> Result<HorizonCard, ModelError> {
        match self {
            Self::Additive(params) => Ok(HorizonCard::new(late_over_days, params.check_ref()?.fit(table)?)),
            Self::Scorecard(params) => Ok(HorizonCard::new(late_over_days, params.check_ref()?.fit(table)?)),
        }
    }

    /// The kind of model they make.
    fn kind(&self) -> &'static str {
        match self {
            Self::Additive(_) => "behavioural-additive",
            Self::Scorecard(_) => "behavioural-scorecard",
        }
    }
}

impl TrainSettings {
    /// The usual settings: additive cards.
    pub fn new(cutoff: Day, horizons: Horizons, ledger: impl Into<String>) -> Self {
        Self { cutoff, horizons, ledger: ledger.into(), card: CardParams::default() }
    }
}

/// The horizon that the score speaks of, when there is enough to learn it from.
const HEADLINE: u16 = 30;

/// Trains a model on what was known on the morning of the cut-off.
///
/// The headline is 30 days, or the longest shorter horizon with enough events; a horizon with too few takes the
/// headline's probability times the ratio of base rates.
///
/// # Errors
/// [`ModelError::TooFewRows`] or [`ModelError::TooFewEvents`] when not even one horizon can be learnt: the honest
/// refusal, upon which priors are used and said to be.
pub fn train(book: &Book, settings: &TrainSettings) -> Result<Artefact, CoreError> {
    let cutoff = settings.cutoff.number();
    let priors = Priors::learnt(book, &settings.horizons, cutoff)?;
    let rows = Rows::collect(book, &priors, &settings.horizons, cutoff, |record| {
        record.issued < cutoff && record.teaches_lateness()
    })?;
    let spreads = coming::spreads(&rows, settings.horizons.days())?;
    let (cards, refused) = fit_all(rows.into_tables(book)?, settings.horizons.days(), &settings.card)?;
    let Some(headline) = headline_of(&cards) else { return Err(refused.unwrap_or_else(no_horizon)) };
    let mut body = body(cards, headline, &priors, settings);
    body.spreads = spreads;
    let model = ScoringModel::new(Artefact::seal(body.clone())?)?;
    body.hazards = hazards::learnt(book, &model, cutoff)?;
    Ok(Artefact::seal(body)?)
}

fn no_horizon() -> CoreError {
    CoreError::Model(ModelError::TooFewRows { found: 0, needed: 1 })
}

/// One card for each horizon that allows it, and the first refusal.
fn fit_all(
    tables: Vec<Table>,
    late_overs: &[u16],
    params: &CardParams,
) -> Result<(Vec<HorizonCard>, Option<CoreError>), CoreError> {
    let fit = |(table, &late_over_days): (Table, &u16)| -> Result<Result<HorizonCard, ModelError>, CoreError> {
        match params.fit(late_over_days, &table) {
            Ok(card) => Ok(Ok(card)),
            Err(error @ (ModelError::TooFewRows { .. } | ModelError::TooFewEvents { .. })) => Ok(Err(error)),
            Err(error) => Err(error.into()),
        }
    };
    // Each horizon on a core of its own; they come back in order.
    let fitted = tables.into_par_iter().zip(late_overs).map(fit).collect::<Result<Vec<_>, _>>()?;
    let (mut cards, mut refused) = (Vec::new(), None);
    for card in fitted {
        match card {
            Ok(card) => cards.push(card),
            Err(error) => refused = refused.or(Some(CoreError::Model(error))),
        }
    }
    Ok((cards, refused))
}

/// Position of the headline: 30 days, else the longest below it, else the shortest there is.
fn headline_of(cards: &[HorizonCard]) -> Option<usize> {
    let within = cards.iter().rposition(|card| card.late_over_days <= HEADLINE);
    within.or(if cards.is_empty() { None } else { Some(0) })
}

fn body(mut cards: Vec<HorizonCard>, headline: usize, priors: &Priors, settings: &TrainSettings) -> ArtefactBody {
    let headline = cards.remove(headline);
    let missing = settings.horizons.days().iter().filter(|&&late_over| {
        late_over != headline.late_over_days && cards.iter().all(|card| card.late_over_days != late_over)
    });
    let base = priors.rate_over(headline.late_over_days);
    let derived = missing.map(|&late_over_days| {
        let ratio = priors.rate_over(late_over_days) / base;
        let ratio = if late_over_days > headline.late_over_days { ratio.min(1.0) } else { ratio.max(1.0) };
        Derived { late_over_days, ratio }
    });
    let learnt = headline.card.learned_from();
    ArtefactBody {
        kind: settings.card.kind().to_owned(),
        derived: derived.collect(),
        others: cards,
        trained: Trained {
            ledger: settings.ledger.clone(),
            cutoff: settings.cutoff.to_string(),
            lateness_rule: "calendar days after the due date, no grace".to_owned(),
            rows: learnt.rows,
            late: learnt.late,
        },
        registry_hash: registry::hash(),
        baselines: priors.to_baselines(),
        headline,
        hazards: None,
        spreads: Vec::new(),
        application: None,
    }
}
