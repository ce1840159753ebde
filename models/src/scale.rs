//! From log-odds to points and back.

use serde::{Deserialize, Serialize};

use crate::binning::within;
use crate::error::ModelError;
use crate::number::logistic;

/// How points are told: a higher score is safer, and every `points_to_double` points halve the odds of being late.
///
/// factor = points_to_double / ln 2; offset = base_score + factor · ln(base_odds); score = offset − factor · ln(odds).
/// Source: Siddiqi, *Credit Risk Scorecards*, 2006, chapter 6.
///
/// ```
/// use encours_models::Scale;
/// // A worked number often printed: 481.86 − 28.8539 · ln(odds).
/// let scale = Scale { points_to_double: 20.0, base_score: 600.0, base_odds: 1.0 / 60.0 };
/// assert!((scale.factor() - 28.8539).abs() < 1e-4);
/// assert!((scale.offset() - 481.86).abs() < 5e-3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// Points that halve the odds of being late, 1 to 1,000.
    pub points_to_double: f64,
    /// Score at `base_odds`, −100,000 to 100,000.
    pub base_score: f64,
    /// Odds of being late (late to on-time) at `base_score`, 1e-6 to 1e6.
    pub base_odds: f64,
}

impl Default for Scale {
    /// 600 points at 1 late to 60 on time, 40 points to double the odds.
    fn default() -> Self {
        Self { points_to_double: 40.0, base_score: 600.0, base_odds: 1.0 / 60.0 }
    }
}

impl Scale {
    /// Points for each unit of log-odds.
    pub fn factor(&self) -> f64 {
        self.points_to_double / std::f64::consts::LN_2
    }

    /// Score at even odds.
    pub fn offset(&self) -> f64 {
        self.base_score + self.factor() * libm::log(self.base_odds)
    }

    /// Score, not rounded, at these log-odds of being late.
    pub fn score(&self, log_odds: f64) -> f64 {
        self.offset() - self.factor() * log_odds
    }

    /// Probability of being late at a score.
    pub fn probability(&self, score: i32) -> f64 {
        logistic((self.offset() - f64::from(score)) / self.factor())
    }

    /// Fails unless all three numbers lie within their bounds.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        let Self { points_to_double, base_score, base_odds } = *self;
        within("points_to_double", points_to_double, 1.0, 1000.0, "1 to 1000")?;
        within("base_score", base_score, -1e5, 1e5, "-100000 to 100000")?;
        within("base_odds", base_odds, 1e-6, 1e6, "1e-6 to 1e6")
    }
}
