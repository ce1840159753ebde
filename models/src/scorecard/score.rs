//! Scoring: with reasons for one client, without for millions. Both give the same bits.

use super::card::{CardFeature, Scorecard};
use crate::card::{Contribution, Scored, points_of};
use crate::error::ModelError;
use crate::value::Value;

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
            let probability_effect = next - probability;
            contributions.push(Contribution { feature: position, with: None, bin, points, probability_effect });
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
        points_of(&self.spec, &self.bins, &self.points, value)
    }
}
