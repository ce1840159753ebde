//! How good probabilities were, once the outcomes are known.

mod lift;
mod reliability;
mod resample;

pub use lift::Lift;
pub use reliability::{Reliability, ReliabilityBin};
pub use resample::{Interval, Ranked, Resampled, Resampling};

use serde::{Deserialize, Serialize};

use crate::binning::Tally;
use crate::error::{Faults, ModelError};
use crate::number::{count, real};

/// Probabilities are clipped this far from 0 and 1, so that one certain mistake doesn't cost infinity.
const CLIP: f64 = 1e-6;

/// Bins of the calibration error.
const CALIBRATION_BINS: usize = 10;

/// Quality of a set of predictions. All are shares without unit, but for `log_loss` in nats.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metrics {
    /// Predictions measured.
    pub rows: u64,
    /// How many were late.
    pub late: u64,
    /// Late share.
    pub base_rate: f64,
    /// Mean prediction.
    pub mean_prediction: f64,
    /// Probability that a late row was given more risk than an on-time one, ties counting half; 0.5 with one outcome.
    pub auc: f64,
    /// Mean precision at each late row, going from the riskiest down; tied predictions count as one step.
    pub average_precision: f64,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Mean −ln of the probability given to what happened.
    pub log_loss: f64,
    /// Expected calibration error over ten bins of equal width: Σ share · |mean prediction − late share|.
    pub calibration_error: f64,
}

impl Metrics {
    /// Measures `probabilities` against `events` (`true` = late), one each a row. Probabilities are clipped to
    /// 1e-6 … 1 − 1e-6. Sums run in row order.
    ///
    /// Sources: AUC by mid-ranks, Hanley and McNeil 1982; average precision as in scikit-learn; Brier 1950; calibration
    /// error, Naeini et al. 2015.
    ///
    /// # Errors
    /// When lengths differ, there are no rows, or a probability lies outside 0 … 1.
    ///
    /// ```
    /// use encours_models::Metrics;
    /// let metrics = Metrics::measure(&[true, false, true, false], &[0.9, 0.2, 0.4, 0.4])?;
    /// assert_eq!(metrics.auc, 0.875); // 3 pairs of 4 in order, one tied
    /// # Ok::<(), encours_models::ModelError>(())
    /// ```
    pub fn measure(events: &[bool], probabilities: &[f64]) -> Result<Self, ModelError> {
        check(events, probabilities)?;
        let clipped = clipped(probabilities);
        let tally = Tally::of(events.iter().copied());
        let steps = steps(events, &clipped);
        Ok(Self {
            rows: tally.rows,
            late: tally.late,
            base_rate: tally.rate(),
            mean_prediction: mean(clipped.iter().copied()),
            auc: auc(&steps, tally),
            average_precision: average_precision(&steps, tally),
            brier: brier(events, &clipped),
            log_loss: log_loss(events, &clipped),
            calibration_error: calibration_error(events, &clipped),
        })
    }

    /// Gini coefficient, 2 · AUC − 1.
    pub fn gini(&self) -> f64 {
        2.0 * self.auc - 1.0
    }

    /// Notes numbers that no measurement gives.
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        let shares = [
            ("base_rate", self.base_rate),
            ("mean_prediction", self.mean_prediction),
            ("auc", self.auc),
            ("average_precision", self.average_precision),
            ("brier", self.brier),
            ("calibration_error", self.calibration_error),
        ];
        for (name, found) in shares {
            let holds = (0.0..=1.0).contains(&found);
            faults.require(holds, || format!("{at}.{name}"), found, "0 to 1");
        }
        let loss = self.log_loss;
        let holds = loss.is_finite() && loss >= 0.0;
        faults.require(holds, || format!("{at}.log_loss"), loss, "0 or more");
        let holds = self.late <= self.rows;
        faults.require(holds, || format!("{at}.late"), self.late, "no more than the rows");
    }
}

fn check(events: &[bool], probabilities: &[f64]) -> Result<(), ModelError> {
    ModelError::same_length("probabilities", probabilities.len(), events.len())?;
    if events.is_empty() {
        return Err(ModelError::TooFewRows { found: 0, needed: 1 });
    }
    match probabilities.iter().find(|p| !(0.0..=1.0).contains(*p)) {
        Some(found) => Err(ModelError::Value { what: "probability", found: *found, expected: "0 to 1" }),
        None => Ok(()),
    }
}

/// Probabilities that a certain mistake doesn't cost infinity.
fn clipped(probabilities: &[f64]) -> Vec<f64> {
    probabilities.iter().map(|probability| probability.clamp(CLIP, 1.0 - CLIP)).collect()
}

/// Predictions with their outcomes, from the riskiest down.
fn in_order(events: &[bool], probabilities: &[f64]) -> Vec<(f64, bool)> {
    let mut pairs: Vec<(f64, bool)> = probabilities.iter().copied().zip(events.iter().copied()).collect();
    pairs.sort_unstable_by(|one, next| next.0.total_cmp(&one.0));
    pairs
}

/// The rows of each distinct prediction, from the riskiest down.
fn steps(events: &[bool], probabilities: &[f64]) -> Vec<Tally> {
    let pairs = in_order(events, probabilities);
    pairs.chunk_by(|one, next| one.0 == next.0).map(|tied| Tally::of(tied.iter().map(|(_, late)| *late))).collect()
}

/// Pairs in order over all pairs, counted in whole halves so that no rounding enters before the division.
fn auc(steps: &[Tally], all: Tally) -> f64 {
    let pairs = u128::from(all.late) * u128::from(all.on_time());
    if pairs == 0 {
        return 0.5;
    }
    let mut half_pairs = 0_u128;
    let mut on_time_below = u128::from(all.on_time());
    for step in steps {
        on_time_below -= u128::from(step.on_time());
        let won = 2 * on_time_below + u128::from(step.on_time());
        half_pairs += u128::from(step.late) * won;
    }
    ratio(half_pairs, 2 * pairs)
}

/// Both numbers are at most 2¹²⁸; beyond 2⁵³ the quotient is exact to the last bits only.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a quotient in 0..=1 of two counts of pairs")]
fn ratio(part: u128, whole: u128) -> f64 {
    part as f64 / whole as f64
}

fn average_precision(steps: &[Tally], all: Tally) -> f64 {
    if all.late == 0 {
        return 0.0;
    }
    let mut above = Tally::default();
    let mut sum = 0.0;
    for step in steps {
        above = above.plus(*step);
        sum += real(step.late) / real(all.late) * above.rate();
    }
    sum
}

fn brier(events: &[bool], probabilities: &[f64]) -> f64 {
    let errors = events.iter().zip(probabilities).map(|(late, p)| {
        let error = p - f64::from(u8::from(*late));
        error * error
    });
    mean(errors)
}

fn log_loss(events: &[bool], probabilities: &[f64]) -> f64 {
    let losses = events.iter().zip(probabilities).map(|(late, p)| {
        let given = if *late { *p } else { 1.0 - p };
        -libm::log(given)
    });
    mean(losses)
}

fn calibration_error(events: &[bool], probabilities: &[f64]) -> f64 {
    let mut bins = [(Tally::default(), 0.0); CALIBRATION_BINS];
    for (late, probability) in events.iter().zip(probabilities) {
        if let Some((tally, sum)) = bins.get_mut(calibration_bin(*probability)) {
            tally.add(*late);
            *sum += probability;
        }
    }
    let gaps = bins.iter().map(|(tally, sum)| (sum - real(tally.late)).abs());
    gaps.fold(0.0, |total, gap| total + gap) / real(count(events.len()))
}

/// Tenth of a probability; 1 falls into the last.
fn calibration_bin(probability: f64) -> usize {
    let tenth = crate::number::whole_rows(probability * 10.0);
    usize::try_from(tenth).map_or(0, |bin| bin.min(CALIBRATION_BINS - 1))
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let rows = real(count(values.len()));
    values.fold(0.0, |sum, value| sum + value) / rows
}
