//! Scoring: with reasons for one client, without for millions. Both give the same bits.

use serde::Serialize;

use super::card::{CardFeature, Scorecard};
use crate::error::ModelError;
use crate::value::Value;

/// A score with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Base points plus the points of all contributions; higher is safer.
    pub score: i32,
    /// Probability of being late.
    pub probability: f64,
    /// One for each feature of the card, in its order.
    pub contributions: Vec<Contribution>,
}

/// What one feature did to a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Contribution {
    /// Position of the feature on the card.
    pub feature: usize,
    /// Bin its value fell into.
    pub bin: usize,
    /// Points of that bin; negative is riskier than neutral.
    pub points: i32,
    /// Change in the probability of being late, as features are added in the card's order from the neutral client. The
    /// effects sum to the probability less the neutral one.
    pub probability_effect: f64,
}

impl Scorecard {
    /// Scores one client with reasons. `row` holds one value for each feature of the card, in its order.
    ///
    /// # Errors
    /// When the row has another length, or a value isn't of its feature's kind.
    pub fn score_row(&self, row: &[Value<'_>]) -> Result<Scored, ModelError> {
        ModelError::same_length("row", row.len(), self.features.len())?;
        let mut score = self.base_points;
        let mut probability = self.neutral_probability();
        let mut contributions = Vec::with_capacity(row.len());
        for (position, (feature, value)) in self.features.iter().zip(row).enumerate() {
            let (bin, points) = feature.points_of(*value)?;
            score += points;
            let next = self.probability_of(score);
            contributions.push(Contribution { feature: position, bin, points, probability_effect: next - probability });
            probability = next;
        }
        Ok(Scored { score, probability, contributions })
    }

    /// Score and probability of being late, without reasons and without allocating: the same bits as
    /// [`Self::score_row`].
    ///
    /// # Errors
    /// As [`Self::score_row`].
    pub fn score_only(&self, row: &[Value<'_>]) -> Result<(i32, f64), ModelError> {
        ModelError::same_length("row", row.len(), self.features.len())?;
        let mut score = self.base_points;
        for (feature, value) in self.features.iter().zip(row) {
            // Can't overflow: a checked card has at most 1,000 features of at most a million points.
            score += feature.points_of(*value)?.1;
        }
        Ok((score, self.probability_of(score)))
    }
}

impl CardFeature {
    /// Bin and points of a value.
    ///
    /// # Errors
    /// When the value isn't of the feature's kind.
    pub fn points_of(&self, value: Value<'_>) -> Result<(usize, i32), ModelError> {
        let bin = self.bins.bin_of(value);
        let points = bin.and_then(|bin| Some((bin, *self.points.get(bin)?)));
        points.ok_or_else(|| ModelError::Feature {
            feature: self.spec.name.clone(),
            found: format!("{value:?}"),
            expected: "a value of the feature's kind",
        })
    }
}
