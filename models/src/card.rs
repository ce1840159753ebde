//! What every card is to those who read it: features with bins and points, a score that is their sum, and its reasons.

use serde::{Deserialize, Serialize};

use crate::additive::AdditiveCard;
use crate::binning::{BinLabel, Bins, Tally};
use crate::calibration::Calibration;
use crate::error::ModelError;
use crate::scale::Scale;
use crate::scorecard::Scorecard;
use crate::table::FeatureSpec;
use crate::value::Value;

/// A fitted card of one kind or the other. Whatever the kind, points are whole numbers that add up to the score, and the
/// probability is a function of the score.
///
/// As JSON a scorecard is written as it always was; an additive card stands in `{"additive": …}`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Card {
    /// Weights of evidence into a logistic regression: the plain card.
    Scorecard(Scorecard),
    /// Boosted shapes and a few pairs.
    Additive {
        /// The card.
        additive: AdditiveCard,
    },
}

impl From<Scorecard> for Card {
    fn from(card: Scorecard) -> Self {
        Self::Scorecard(card)
    }
}

impl From<AdditiveCard> for Card {
    fn from(additive: AdditiveCard) -> Self {
        Self::Additive { additive }
    }
}

/// A feature of a card of any kind. Lists have one entry a bin, as [`Bins`] counts them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShownFeature<'a> {
    /// Name, kind and declared direction.
    pub spec: &'a FeatureSpec,
    /// The cuts.
    pub bins: &'a Bins,
    /// Rows and late rows learned from.
    pub tallies: &'a [Tally],
    /// Points; more is safer.
    pub points: &'a [i32],
}

/// A pair of features of an additive card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PairFeature {
    /// Position of the first feature on the card.
    pub first: usize,
    /// Position of the second.
    pub second: usize,
    /// Upper edges of the first feature's bins but the last, strictly ascending.
    pub first_edges: Vec<f64>,
    /// The same of the second.
    pub second_edges: Vec<f64>,
    /// Points: a list for each bin of the first feature, with one entry for each bin of the second. A row in which either
    /// is missing gets none.
    pub points: Vec<Vec<i32>>,
}

impl PairFeature {
    /// The cell (row by row) and its points for the values of a card's features; nothing where either is missing.
    pub(crate) fn points_of(&self, row: &[Value<'_>]) -> Option<(usize, i32)> {
        let number = |feature: usize| match row.get(feature) {
            Some(Value::Number(number)) => *number,
            _ => f64::NAN,
        };
        self.points_at(number(self.first), number(self.second))
    }

    /// The same for the two numbers; what isn't finite is missing.
    pub fn points_at(&self, first: f64, second: f64) -> Option<(usize, i32)> {
        let place =
            |number: f64, edges: &[f64]| number.is_finite().then(|| edges.partition_point(|edge| *edge < number));
        let (line, column) = (place(first, &self.first_edges)?, place(second, &self.second_edges)?);
        let points = *self.points.get(line)?.get(column)?;
        Some((line * (self.second_edges.len() + 1) + column, points))
    }
}

/// Bin and points of a value of a feature.
pub(crate) fn points_of(
    spec: &FeatureSpec,
    bins: &Bins,
    points: &[i32],
    value: Value<'_>,
) -> Result<(usize, i32), ModelError> {
    let bin = bins.bin_of(value);
    let points = bin.and_then(|bin| Some((bin, *points.get(bin)?)));
    points.ok_or_else(|| ModelError::Feature {
        feature: spec.name.clone(),
        found: format!("{value:?}"),
        expected: "a value of the feature's kind",
    })
}

impl Card {
    /// The word for its kind.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Scorecard(_) => "scorecard",
            Self::Additive { .. } => "additive",
        }
    }

    /// The features, in the order in which rows are read and reasons are told.
    pub fn features(&self) -> Vec<ShownFeature<'_>> {
        match self {
            Self::Scorecard(card) => card.features().iter().map(crate::scorecard::CardFeature::shown).collect(),
            Self::Additive { additive } => {
                additive.features().iter().map(crate::additive::ShapeFeature::shown).collect()
            }
        }
    }

    /// The pairs; none on a scorecard.
    pub fn pairs(&self) -> &[PairFeature] {
        match self {
            Self::Scorecard(_) => &[],
            Self::Additive { additive } => additive.pairs(),
        }
    }

    /// What was offered and left out.
    pub fn dropped(&self) -> &[DroppedFeature] {
        match self {
            Self::Scorecard(card) => card.dropped(),
            Self::Additive { additive } => additive.dropped(),
        }
    }

    /// How points are told.
    pub fn scale(&self) -> Scale {
        match self {
            Self::Scorecard(card) => card.scale(),
            Self::Additive { additive } => additive.scale(),
        }
    }

    /// The calibration and what it was learned from.
    pub fn calibration(&self) -> &Calibration {
        match self {
            Self::Scorecard(card) => card.calibration(),
            Self::Additive { additive } => additive.calibration(),
        }
    }

    /// Score of the neutral client.
    pub fn base_points(&self) -> i32 {
        match self {
            Self::Scorecard(card) => card.base_points(),
            Self::Additive { additive } => additive.base_points(),
        }
    }

    /// Rows learned from, and how many were late.
    pub fn learned_from(&self) -> Tally {
        match self {
            Self::Scorecard(card) => card.learned_from(),
            Self::Additive { additive } => additive.learned_from(),
        }
    }

    /// Probability of being late of the neutral client.
    pub fn neutral_probability(&self) -> f64 {
        self.probability_of(self.base_points())
    }

    /// Probability of being late at a score.
    pub fn probability_of(&self, score: i32) -> f64 {
        self.scale().probability(score)
    }

    /// Points of a value of one of its features.
    ///
    /// # Errors
    /// When there is no such feature, or the value isn't of its kind.
    pub fn points_of(&self, feature: usize, value: Value<'_>) -> Result<i32, ModelError> {
        let found = match self {
            Self::Scorecard(card) => card.features().get(feature).map(crate::scorecard::CardFeature::shown),
            Self::Additive { additive } => additive.features().get(feature).map(crate::additive::ShapeFeature::shown),
        };
        let missing = || ModelError::Shape { what: "features", found: feature, expected: self.features().len() };
        let ShownFeature { spec, bins, points, .. } = found.ok_or_else(missing)?;
        Ok(points_of(spec, bins, points, value)?.1)
    }

    /// What a bin of a feature holds, for people; nothing when there is no such bin.
    pub fn bin_label(&self, feature: usize, bin: usize) -> Option<BinLabel<'_>> {
        match self {
            Self::Scorecard(card) => card.bin_label(feature, bin),
            Self::Additive { additive } => additive.features().get(feature)?.bins.label(bin),
        }
    }

    /// Scores one client with reasons. `row` holds one value for each feature of the card, in its order.
    ///
    /// # Errors
    /// When the row has another length, or a value isn't of its feature's kind.
    pub fn score_row(&self, row: &[Value<'_>]) -> Result<Scored, ModelError> {
        match self {
            Self::Scorecard(card) => card.score_row(row),
            Self::Additive { additive } => additive.score_row(row),
        }
    }

    /// Score and probability of being late without reasons: the same bits as [`Self::score_row`].
    ///
    /// # Errors
    /// As [`Self::score_row`].
    pub fn score_only(&self, row: &[Value<'_>]) -> Result<(i32, f64), ModelError> {
        match self {
            Self::Scorecard(card) => card.score_only(row),
            Self::Additive { additive } => additive.score_only(row),
        }
    }
}

/// A score with its reasons.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Scored {
    /// Base points plus the points of all contributions; higher is safer.
    pub score: i32,
    /// Probability of being late.
    pub probability: f64,
    /// One for each feature of the card, in its order, then one for each pair.
    pub contributions: Vec<Contribution>,
}

/// What one feature, or a pair of them, did to a score.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Contribution {
    /// Position of the feature on the card; of a pair, of its first.
    pub feature: usize,
    /// Position of the second feature of a pair.
    pub with: Option<usize>,
    /// Bin its value fell into; of a pair, the cell of its grid.
    pub bin: usize,
    /// Points of that bin; negative is riskier than neutral.
    pub points: i32,
    /// Change in the probability of being late, as features are added in the card's order from the neutral client. The
    /// effects sum to the probability less the neutral one.
    pub probability_effect: f64,
}

/// A feature that was offered and isn't on the card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DroppedFeature {
    /// Its name.
    pub name: String,
    /// Why.
    pub why: Dropped,
}

/// Why a feature isn't on the card.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Dropped {
    /// Its bins say too little.
    LittleInformation {
        /// Information value, in nats.
        information_value: f64,
    },
    /// Beside the others it would have pushed against its own bins.
    WrongSign {
        /// Its coefficient in the last regression that held it.
        coefficient: f64,
    },
    /// It moves no score by a whole point.
    NoPoints,
}
