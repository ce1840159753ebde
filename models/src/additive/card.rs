//! The fitted card: what it holds, and how it scores.

use serde::{Deserialize, Serialize};

use crate::binning::{Bins, Tally};
use crate::calibration::Calibration;
use crate::card::{Contribution, DroppedFeature, PairFeature, Scored, ShownFeature, points_of};
use crate::error::ModelError;
use crate::scale::Scale;
use crate::table::FeatureSpec;
use crate::value::Value;

/// A feature of an additive card. Lists have one entry a bin, as [`Bins`] counts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeFeature {
    /// Name, kind and declared direction.
    pub spec: FeatureSpec,
    /// The cuts. Neighbours with the same points are one bin.
    pub bins: Bins,
    /// Rows and late rows the card was learned from.
    pub tallies: Vec<Tally>,
    /// Points; more is safer.
    pub points: Vec<i32>,
}

impl ShapeFeature {
    pub(crate) fn shown(&self) -> ShownFeature<'_> {
        ShownFeature { spec: &self.spec, bins: &self.bins, tallies: &self.tallies, points: &self.points }
    }
}

/// An additive card. Made by a fit or by a checked load, so that every list fits every other.
///
/// Score = base points + Σ points of the features' bins + Σ points of the pairs' cells; higher is safer; the probability
/// of being late is a function of the score alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AdditiveCard {
    pub(super) scale: Scale,
    pub(super) rows: u64,
    pub(super) late: u64,
    pub(super) calibration: Calibration,
    pub(super) base_points: i32,
    pub(super) features: Vec<ShapeFeature>,
    pub(super) pairs: Vec<PairFeature>,
    pub(super) dropped: Vec<DroppedFeature>,
}

impl AdditiveCard {
    /// The features, in the order in which rows are read and reasons are told.
    pub fn features(&self) -> &[ShapeFeature] {
        &self.features
    }

    /// The pairs.
    pub fn pairs(&self) -> &[PairFeature] {
        &self.pairs
    }

    /// What was offered and left out.
    pub fn dropped(&self) -> &[DroppedFeature] {
        &self.dropped
    }

    /// How points are told.
    pub fn scale(&self) -> Scale {
        self.scale
    }

    /// The calibration and what it was learned from.
    pub fn calibration(&self) -> &Calibration {
        &self.calibration
    }

    /// Score of the neutral client, in whom every feature moves nothing.
    pub fn base_points(&self) -> i32 {
        self.base_points
    }

    /// Rows learned from, and how many were late.
    pub fn learned_from(&self) -> Tally {
        Tally { rows: self.rows, late: self.late }
    }

    /// Scores one client with reasons; see [`crate::Card::score_row`].
    ///
    /// # Errors
    /// When the row has another length, or a value isn't of its feature's kind.
    pub fn score_row(&self, row: &[Value<'_>]) -> Result<Scored, ModelError> {
        ModelError::same_length("row", row.len(), self.features.len())?;
        let mut parts = Vec::with_capacity(row.len() + self.pairs.len());
        for (position, (feature, value)) in self.features.iter().zip(row).enumerate() {
            let (bin, points) = points_of(&feature.spec, &feature.bins, &feature.points, *value)?;
            parts.push((position, None, bin, points));
        }
        for pair in &self.pairs {
            let cell = pair.points_of(row);
            parts.extend(cell.map(|(cell, points)| (pair.first, Some(pair.second), cell, points)));
        }
        let mut score = self.base_points;
        let mut probability = self.scale.probability(score);
        let mut contributions = Vec::with_capacity(parts.len());
        for (feature, with, bin, points) in parts {
            score += points;
            let next = self.scale.probability(score);
            let probability_effect = next - probability;
            contributions.push(Contribution { feature, with, bin, points, probability_effect });
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
            score += points_of(&feature.spec, &feature.bins, &feature.points, *value)?.1;
        }
        for pair in &self.pairs {
            score += pair.points_of(row).map_or(0, |(_, points)| points);
        }
        Ok((score, self.scale.probability(score)))
    }
}
