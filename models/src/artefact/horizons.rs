//! One story over all horizons: P(late over k days) never grows with k, and the headline stays as it is.

use super::{Artefact, ArtefactBody, HorizonCard};
use crate::error::ModelError;

/// A horizon of lateness and where its probability comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Horizon {
    /// The horizon, in days.
    pub late_over_days: u16,
    /// Where its probability comes from.
    pub source: HorizonSource,
}

/// Where the probability of a horizon comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum HorizonSource {
    /// The headline card.
    Headline,
    /// The card at this position of the body's others.
    Other(usize),
    /// The headline's probability times this ratio.
    Ratio(f64),
}

impl ArtefactBody {
    /// All horizons, ascending in days.
    pub(super) fn all_horizons(&self) -> Vec<Horizon> {
        let mut all = vec![Horizon { late_over_days: self.headline.late_over_days, source: HorizonSource::Headline }];
        all.extend(
            self.others
                .iter()
                .enumerate()
                .map(|(at, one)| Horizon { late_over_days: one.late_over_days, source: HorizonSource::Other(at) }),
        );
        all.extend(
            self.derived
                .iter()
                .map(|one| Horizon { late_over_days: one.late_over_days, source: HorizonSource::Ratio(one.ratio) }),
        );
        all.sort_unstable_by_key(|horizon| horizon.late_over_days);
        all
    }
}

impl Artefact {
    /// All horizons, with and without a card, ascending in days.
    pub fn horizons(&self) -> &[Horizon] {
        &self.horizons
    }

    /// The card of a horizon; nothing when it is told by a ratio.
    pub fn card(&self, horizon: Horizon) -> Option<&HorizonCard> {
        match horizon.source {
            HorizonSource::Headline => Some(&self.body.headline),
            HorizonSource::Other(position) => self.body.others.get(position),
            HorizonSource::Ratio(_) => None,
        }
    }

    /// Fills `per_horizon` with one probability a horizon, in the order of [`Self::horizons`]: `predict` is asked for
    /// each card's, ratios fill the rest, and [`Self::consistent`] makes them one story.
    ///
    /// # Errors
    /// The first error of `predict`.
    pub fn distribution(
        &self,
        mut predict: impl FnMut(&HorizonCard) -> Result<f64, ModelError>,
        per_horizon: &mut Vec<f64>,
    ) -> Result<(), ModelError> {
        per_horizon.clear();
        for horizon in &self.horizons {
            let card = self.card(*horizon);
            per_horizon.push(card.map_or(Ok(0.0), &mut predict)?);
        }
        self.consistent(per_horizon)
    }

    /// Makes probabilities of all horizons (in the order of [`Self::horizons`]) one story.
    ///
    /// Entries of horizons without a card are overwritten: headline · ratio. Then, walking outward from the headline,
    /// which stays as it is, an earlier horizon is brought up to the one after it. A later horizon is told as a share of
    /// the one before it: what its own card says of that share, drawn in logarithms to what the ledger as a whole says
    /// (the ratio of base rates) with the weight of [`LATER_STRENGTH`] late invoices. So a card of few events, which is
    /// flat, does not make every client as likely to be late by 90 days as by 30.
    ///
    /// # Errors
    /// When there isn't one probability a horizon.
    pub fn consistent(&self, per_horizon: &mut [f64]) -> Result<(), ModelError> {
        ModelError::same_length("probabilities", per_horizon.len(), self.horizons.len())?;
        let headline_over = self.body.headline.late_over_days;
        let mut horizons = self.horizons.iter();
        let before = horizons.position(|horizon| horizon.late_over_days >= headline_over);
        let (earlier, later) = per_horizon.split_at_mut(before.unwrap_or(0));
        let headline = later.first().copied().unwrap_or(0.0);
        let (earlier_horizons, later_horizons) = self.horizons.split_at(earlier.len());

        let mut bound = headline;
        for (probability, horizon) in earlier.iter_mut().zip(earlier_horizons).rev() {
            *probability = told(*probability, horizon, headline).max(bound);
            bound = *probability;
        }
        bound = headline;
        let mut base = self.body.headline.base_rate;
        for (probability, horizon) in later.iter_mut().zip(later_horizons) {
            *probability = match self.card(*horizon) {
                Some(card) if horizon.late_over_days > headline_over => {
                    let told = later_share(*probability / bound, card, card.base_rate / base) * bound;
                    base = card.base_rate.min(base);
                    told.min(bound)
                }
                _ => told(*probability, horizon, headline).min(bound),
            };
            bound = *probability;
        }
        Ok(())
    }
}

/// Late invoices of a later horizon's card that weigh as much as the ratio of base rates.
pub const LATER_STRENGTH: f64 = 100.0;

/// The share of those late over one horizon who are late over the next, by its card and by the ledger as a whole.
fn later_share(by_card: f64, card: &HorizonCard, by_ledger: f64) -> f64 {
    let events = crate::number::real(card.card.learned_from().late);
    let weight = events / (events + LATER_STRENGTH);
    // A share is none above 1, and where nothing can be said (nought over nought) it is 1.
    let log = |share: f64| if share > 0.0 { libm::log(share.clamp(1e-9, 1.0)) } else { libm::log(1e-9) };
    let by_card = if by_card.is_nan() { 1.0 } else { by_card };
    let by_ledger = if by_ledger.is_nan() { 1.0 } else { by_ledger };
    libm::exp(weight * log(by_card) + (1.0 - weight) * log(by_ledger))
}

/// The probability of a horizon before it is bounded by its neighbour.
fn told(of_card: f64, horizon: &Horizon, headline: f64) -> f64 {
    match horizon.source {
        HorizonSource::Headline | HorizonSource::Other(_) => of_card,
        HorizonSource::Ratio(ratio) => (headline * ratio).min(1.0),
    }
}
