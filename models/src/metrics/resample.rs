//! Bootstrap intervals: how much of a measure hangs on which clients happened to be in the test.
//!
//! Whole groups (clients) are drawn with replacement, never single rows: a client with a thousand invoices is one piece of
//! evidence about clients, however sure a thousand rows look. Source: Efron 1979; drawn by cluster, Cameron, Gelbach and
//! Miller 2008.
//!
//! Chance is an argument. A round is a function of (seed, number of the round): rounds may be counted on any number of
//! threads, in any order.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::{CALIBRATION_BINS, CLIP, calibration_bin, check, ratio};
use crate::error::ModelError;
use crate::number::{count, real, whole_rows};

/// How intervals are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resampling {
    /// Where chance begins.
    pub seed: u64,
    /// Times that the groups are drawn anew.
    pub rounds: u32,
}

impl Resampling {
    /// How often each of `groups` groups is in the round of this number: as many draws as groups, with replacement.
    pub fn round(&self, round: u32, groups: usize) -> Vec<u32> {
        let mut chance = ChaCha8Rng::seed_from_u64(self.seed);
        chance.set_stream(u64::from(round));
        let mut times = vec![0_u32; groups];
        for _ in 0..groups {
            if let Some(time) = times.get_mut(below(chance.next_u64(), groups)) {
                *time += 1;
            }
        }
        times
    }
}

/// A number below `bound` from 64 random bits: the high half of their product (Lemire 2019, without the rejection, which
/// matters in one of 2⁴⁰ draws here).
fn below(bits: u64, bound: usize) -> usize {
    let product = u128::from(bits) * u128::from(count(bound));
    usize::try_from(product >> 64).unwrap_or(0)
}

/// Rows in the order of their predictions, so that each round is one walk over them.
#[derive(Debug, Clone)]
pub struct Ranked {
    rows: Vec<Row>,
    groups: usize,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    probability: f64,
    /// Prediction less outcome.
    error: f64,
    /// −ln of the probability given to what happened.
    loss: f64,
    group: u32,
    /// Bin of the calibration error.
    bin: u8,
    late: bool,
}

/// Measures of one round, as in [`Metrics`](super::Metrics).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resampled {
    /// Area under the curve; nothing when the round has but one outcome.
    pub auc: Option<f64>,
    /// Average precision; nothing when nothing is late in the round.
    pub average_precision: Option<f64>,
    /// Mean squared error of the probability.
    pub brier: f64,
    /// Mean −ln of the probability given to what happened.
    pub log_loss: f64,
    /// Expected calibration error over ten bins of equal width.
    pub calibration_error: f64,
}

impl Ranked {
    /// Puts rows in order. `groups` gives the number of each row's group, all below `of`.
    ///
    /// # Errors
    /// When lengths differ, there are no rows, a probability lies outside 0 … 1, or a group's number is not below `of`.
    pub fn new(events: &[bool], probabilities: &[f64], groups: &[u32], of: usize) -> Result<Self, ModelError> {
        check(events, probabilities)?;
        ModelError::same_length("groups", groups.len(), events.len())?;
        if let Some(&found) = groups.iter().find(|&&group| usize::try_from(group).is_ok_and(|group| group >= of)) {
            let expected = "a number below that of the groups";
            return Err(ModelError::Value { what: "group", found: f64::from(found), expected });
        }
        let mut rows: Vec<Row> = events
            .iter()
            .zip(probabilities)
            .zip(groups)
            .map(|((&late, p), &group)| {
                let probability = p.clamp(CLIP, 1.0 - CLIP);
                let given = if late { probability } else { 1.0 - probability };
                Row {
                    probability,
                    error: probability - f64::from(u8::from(late)),
                    loss: -libm::log(given),
                    group,
                    bin: u8::try_from(calibration_bin(probability)).unwrap_or(0),
                    late,
                }
            })
            .collect();
        // Within equal predictions by group and outcome: the order of rows leaves no trace in the sums.
        rows.sort_unstable_by(|one, next| {
            let ties = (one.group, one.late).cmp(&(next.group, next.late));
            next.probability.total_cmp(&one.probability).then(ties)
        });
        Ok(Self { rows, groups: of })
    }

    /// Groups that a round draws from.
    pub fn groups(&self) -> usize {
        self.groups
    }

    /// The measures when each group counts so many `times`; nothing when no row does.
    pub fn measure(&self, times: &[u32]) -> Option<Resampled> {
        let mut sums = Sums::default();
        for tied in self.rows.chunk_by(|one, next| one.probability == next.probability) {
            let (mut late, mut on_time) = (0_u64, 0_u64);
            for row in tied {
                let weight = usize::try_from(row.group).ok().and_then(|group| times.get(group)).copied().unwrap_or(0);
                if weight > 0 {
                    sums.add(row, f64::from(weight));
                    *(if row.late { &mut late } else { &mut on_time }) += u64::from(weight);
                }
            }
            sums.step(late, on_time);
        }
        sums.measures()
    }
}

#[derive(Default)]
struct Sums {
    late: u64,
    on_time: u64,
    half_pairs: u128,
    precision: f64,
    squares: f64,
    losses: f64,
    /// Sum of predictions less late rows, by bin.
    gaps: [f64; CALIBRATION_BINS],
}

impl Sums {
    fn add(&mut self, row: &Row, weight: f64) {
        self.squares += weight * row.error * row.error;
        self.losses += weight * row.loss;
        if let Some(gap) = self.gaps.get_mut(usize::from(row.bin)) {
            *gap += weight * row.error;
        }
    }

    /// Rows of equal predictions, riskier than all that follow.
    fn step(&mut self, late: u64, on_time: u64) {
        self.half_pairs += u128::from(on_time) * (2 * u128::from(self.late) + u128::from(late));
        self.late += late;
        self.on_time += on_time;
        if late > 0 {
            self.precision += real(late) * real(self.late) / real(self.late + self.on_time);
        }
    }

    fn measures(&self) -> Option<Resampled> {
        let rows = real(self.late + self.on_time);
        if rows == 0.0 {
            return None;
        }
        let pairs = u128::from(self.late) * u128::from(self.on_time);
        Some(Resampled {
            auc: (pairs > 0).then(|| ratio(self.half_pairs, 2 * pairs)),
            average_precision: (self.late > 0).then(|| self.precision / real(self.late)),
            brier: self.squares / rows,
            log_loss: self.losses / rows,
            calibration_error: self.gaps.iter().fold(0.0, |sum, gap| sum + gap.abs()) / rows,
        })
    }
}

/// A two-sided 90 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// 5 % bound.
    pub low: f64,
    /// 95 % bound.
    pub high: f64,
}

impl Interval {
    /// The 5 % and 95 % points of `values`, linear between neighbours (the default of NumPy's `quantile`); nothing when
    /// there are fewer than twenty, of which no twentieth can be told.
    ///
    /// ```
    /// use encours_models::Interval;
    /// let values: Vec<f64> = (0..=100).map(f64::from).collect();
    /// assert_eq!(Interval::of(values), Some(Interval { low: 5.0, high: 95.0 }));
    /// ```
    pub fn of(mut values: Vec<f64>) -> Option<Self> {
        if values.len() < 20 || values.iter().any(|value| value.is_nan()) {
            return None;
        }
        values.sort_unstable_by(f64::total_cmp);
        Some(Self { low: quantile(&values, 0.05)?, high: quantile(&values, 0.95)? })
    }
}

/// Quantile of values in order, linear between neighbours.
fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * real(count(sorted.len().checked_sub(1)?));
    let below = usize::try_from(whole_rows(place)).ok()?;
    let low = sorted.get(below)?;
    let high = sorted.get(below + 1).unwrap_or(low);
    Some(low + (high - low) * (place - place.floor()))
}
