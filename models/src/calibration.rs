//! Calibration out of time: a card of the earlier rows meets the later ones, and a slope and an intercept set it right.

use serde::{Deserialize, Serialize};

use crate::binning::{Tally, at_least_one, within};
use crate::error::{Faults, ModelError};
use crate::metrics::Metrics;
use crate::number::{count, logistic, nine_decimals, real, whole_rows};
use crate::table::Table;

/// The slope is kept within these: beyond them the later rows are too few or too strange to be followed.
const SLOPES: (f64, f64) = (0.5, 1.5);

/// Most steps of the solver; it needs about six.
const MOST_STEPS: usize = 50;

/// Calibrated log-odds = intercept + slope · log-odds (Platt 1999).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Added to the log-odds.
    pub intercept: f64,
    /// Multiplies the log-odds; 0.5 to 1.5.
    pub slope: f64,
    /// What it was learned from.
    pub outcome: CalibrationOutcome,
}

/// Whether there was something to learn the calibration from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CalibrationOutcome {
    /// Learned from the rows of `from_day` on, predicted by a card of the rows before.
    Learned {
        /// First day of the later rows.
        from_day: i32,
        /// Whether the slope had to be brought back to its bounds.
        slope_was_bounded: bool,
        /// The earlier card on the later rows, not yet calibrated: an honest forecast out of time.
        out_of_time: Metrics,
    },
    /// Not calibrated: too few rows after the cut, or one outcome only before or after it.
    Skipped {
        /// Late rows after the cut.
        late: u64,
        /// On-time rows after the cut.
        on_time: u64,
    },
}

impl Calibration {
    fn skipped(later: Tally) -> Self {
        Self {
            intercept: 0.0,
            slope: 1.0,
            outcome: CalibrationOutcome::Skipped { late: later.late, on_time: later.on_time() },
        }
    }

    /// Quality of the earlier card on the later rows, where there was enough to measure it.
    pub fn out_of_time(&self) -> Option<&Metrics> {
        match &self.outcome {
            CalibrationOutcome::Learned { out_of_time, .. } => Some(out_of_time),
            CalibrationOutcome::Skipped { .. } => None,
        }
    }

    /// Notes every fault, under the path `at`.
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        let slope = self.slope;
        faults.require((0.5..=1.5).contains(&slope), || format!("{at}.slope"), slope, "0.5 to 1.5");
        let finite = self.intercept.is_finite();
        faults.require(finite, || format!("{at}.intercept"), self.intercept, "a finite number");
        if let Some(out_of_time) = self.out_of_time() {
            out_of_time.check(&format!("{at}.outcome.out_of_time"), faults);
        }
    }

    /// Calibrated log-odds.
    pub fn apply(&self, log_odds: f64) -> f64 {
        self.intercept + self.slope * log_odds
    }
}

/// Learns the calibration of the cards that `trial` fits: it is given the earlier rows and the later ones, and returns
/// what it learned and the log-odds of the later rows. Without enough later rows, or without both outcomes on both sides,
/// nothing is learned.
pub(crate) fn calibrated<T>(
    holdout: &Holdout,
    table: &Table,
    trial: impl FnOnce(&Table, &Table) -> Result<(T, Vec<f64>), ModelError>,
) -> Result<(Calibration, Option<T>), ModelError> {
    let Some(day) = cut_day(table, holdout.share) else {
        return Ok((Calibration::skipped(Tally::default()), None));
    };
    let (earlier, later) = table.split_at_day(day);
    let before = Tally::of(earlier.events().iter().copied());
    let after = Tally::of(later.events().iter().copied());
    let learnable = before.check_both().and(after.check_both()).is_ok();
    if !learnable || after.rows < holdout.rows {
        return Ok((Calibration::skipped(after), None));
    }
    let (learned, log_odds) = trial(&earlier, &later)?;
    Ok((fitted(holdout.ridge, &later, log_odds, day)?, Some(learned)))
}

/// How the later rows are kept aside, and how strongly the calibration is held.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Holdout {
    /// Share of the latest rows.
    pub(crate) share: f64,
    /// Fewest such rows.
    pub(crate) rows: u64,
    /// How strongly slope 1 and intercept 0 are held.
    pub(crate) ridge: f64,
}

impl Default for Holdout {
    fn default() -> Self {
        Self { share: 0.25, rows: 50, ridge: 50.0 }
    }
}

impl Holdout {
    /// Fails unless the three lie within their bounds.
    pub(crate) fn check(&self) -> Result<(), ModelError> {
        within("holdout_share", self.share, 0.0, 0.5, "0 to 0.5")?;
        at_least_one("holdout_rows", self.rows)?;
        within("calibration_ridge", self.ridge, 1e-6, 1e6, "1e-6 to 1e6")
    }
}

/// The day that leaves about `share` of the rows on or after it, with rows on both sides; nothing when there is none.
fn cut_day(table: &Table, share: f64) -> Option<i32> {
    let mut days = table.days().to_vec();
    days.sort_unstable();
    let before = whole_rows((1.0 - share) * real(count(days.len())));
    let day = *days.get(usize::try_from(before).ok()?)?;
    (days.first() < Some(&day)).then_some(day)
}

fn fitted(ridge: f64, later: &Table, log_odds: Vec<f64>, from_day: i32) -> Result<Calibration, ModelError> {
    let mut rows: Vec<(f64, bool)> = log_odds.into_iter().zip(later.events().iter().copied()).collect();
    // One order, however the rows came: the sums below depend on it in their last bits.
    rows.sort_unstable_by(|one, next| one.0.total_cmp(&next.0).then(one.1.cmp(&next.1)));
    let (events, probabilities): (Vec<bool>, Vec<f64>) =
        rows.iter().map(|(odds, late)| (*late, logistic(*odds))).unzip();
    let out_of_time = Metrics::measure(&events, &probabilities)?;
    let (free_intercept, free_slope) = solve(&rows, ridge, None);
    let slope = free_slope.clamp(SLOPES.0, SLOPES.1);
    let slope_was_bounded = slope != free_slope;
    let intercept = if slope_was_bounded { solve(&rows, ridge, Some(slope)).0 } else { free_intercept };
    Ok(Calibration {
        intercept: nine_decimals(intercept),
        slope: nine_decimals(slope),
        outcome: CalibrationOutcome::Learned { from_day, slope_was_bounded, out_of_time },
    })
}

/// Intercept and slope that minimise Σ log-loss + ridge/2 · (intercept² + (slope − 1)²), by Newton's method; with a
/// slope given, the intercept alone. The ridge holds a small slice near "no change" and makes the optimum unique.
fn solve(rows: &[(f64, bool)], ridge: f64, fixed: Option<f64>) -> (f64, f64) {
    let (mut intercept, mut slope) = (0.0, fixed.unwrap_or(1.0));
    for _ in 0..MOST_STEPS {
        let sums = Sums::at(rows, ridge, intercept, slope);
        let (by_intercept, by_slope) = match fixed {
            Some(_) => (sums.gradient.0 / sums.hessian.0, 0.0),
            None => sums.step(),
        };
        intercept -= by_intercept.clamp(-1.0, 1.0);
        slope -= by_slope.clamp(-1.0, 1.0);
        if by_intercept.abs().max(by_slope.abs()) < 1e-12 {
            break;
        }
    }
    (intercept, slope)
}

/// Gradient (intercept, slope) and Hessian (intercept², both, slope²) at a point.
struct Sums {
    gradient: (f64, f64),
    hessian: (f64, f64, f64),
}

impl Sums {
    fn at(rows: &[(f64, bool)], ridge: f64, intercept: f64, slope: f64) -> Self {
        let mut gradient = (ridge * intercept, ridge * (slope - 1.0));
        let mut hessian = (ridge, 0.0, ridge);
        for (log_odds, late) in rows {
            let probability = logistic(intercept + slope * log_odds);
            let residual = probability - f64::from(u8::from(*late));
            let weight = probability * (1.0 - probability);
            gradient.0 += residual;
            gradient.1 += residual * log_odds;
            hessian.0 += weight;
            hessian.1 += weight * log_odds;
            hessian.2 += weight * log_odds * log_odds;
        }
        Self { gradient, hessian }
    }

    /// Hessian⁻¹ · gradient. The ridge keeps the determinant positive.
    fn step(&self) -> (f64, f64) {
        let (first, both, second) = self.hessian;
        let determinant = first * second - both * both;
        let by_intercept = (second * self.gradient.0 - both * self.gradient.1) / determinant;
        let by_slope = (first * self.gradient.1 - both * self.gradient.0) / determinant;
        (by_intercept, by_slope)
    }
}
