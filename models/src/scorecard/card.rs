//! The fitted card: what it holds, and how to read it.

use serde::{Deserialize, Serialize};

use crate::binning::{BinLabel, Bins, Tally};
use crate::calibration::Calibration;
use crate::card::{DroppedFeature, ShownFeature};
use crate::scale::Scale;
use crate::table::FeatureSpec;

/// A feature of a card. Lists have one entry a bin, as [`Bins`] counts them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardFeature {
    /// Name, kind and declared direction.
    pub spec: FeatureSpec,
    /// Information value, in nats.
    pub information_value: f64,
    /// Coefficient of the weight of evidence; never negative.
    pub coefficient: f64,
    /// The cuts.
    pub bins: Bins,
    /// Rows and late rows the card was learned from.
    pub tallies: Vec<Tally>,
    /// Weights of evidence; positive is riskier.
    pub woe: Vec<f64>,
    /// Points; more is safer.
    pub points: Vec<i32>,
}

impl CardFeature {
    pub(crate) fn shown(&self) -> ShownFeature<'_> {
        ShownFeature { spec: &self.spec, bins: &self.bins, tallies: &self.tallies, points: &self.points }
    }
}

/// A scorecard. Made by a fit or by a checked load, so that every list fits every other.
///
/// Score = base points + Σ points of the features' bins; higher is safer; the probability of being late is a function of
/// the score alone.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scorecard {
    pub(super) scale: Scale,
    pub(super) rows: u64,
    pub(super) late: u64,
    pub(super) intercept: f64,
    pub(super) calibration: Calibration,
    pub(super) base_points: i32,
    pub(super) features: Vec<CardFeature>,
    pub(super) dropped: Vec<DroppedFeature>,
}

impl Scorecard {
    /// The features, in the order in which rows are read and reasons are told.
    pub fn features(&self) -> &[CardFeature] {
        &self.features
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

    /// Score of the neutral client, whose every bin weighs 0.
    pub fn base_points(&self) -> i32 {
        self.base_points
    }

    /// Rows learned from, and how many were late.
    pub fn learned_from(&self) -> Tally {
        Tally { rows: self.rows, late: self.late }
    }

    /// Probability of being late of the neutral client.
    pub fn neutral_probability(&self) -> f64 {
        self.probability_of(self.base_points)
    }

    /// Probability of being late at a score.
    pub fn probability_of(&self, score: i32) -> f64 {
        self.scale.probability(score)
    }

    /// What a bin of a feature holds, for people; nothing when there is no such bin.
    pub fn bin_label(&self, feature: usize, bin: usize) -> Option<BinLabel<'_>> {
        self.features.get(feature)?.bins.label(bin)
    }
}
