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
    /// which stays as it is, a later horizon is brought down to the one before it and an earlier one up to the one
    /// after it.
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
        for (probability, horizon) in later.iter_mut().zip(later_horizons) {
            *probability = told(*probability, horizon, headline).min(bound);
            bound = *probability;
        }
        Ok(())
    }
}

/// The probability of a horizon before it is bounded by its neighbour.
fn told(of_card: f64, horizon: &Horizon, headline: f64) -> f64 {
    match horizon.source {
        HorizonSource::Headline | HorizonSource::Other(_) => of_card,
        HorizonSource::Ratio(ratio) => (headline * ratio).min(1.0),
    }
}
