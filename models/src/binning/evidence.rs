//! Weight of evidence and information value.
//!
//! Sign, fixed once for the whole house: **positive is riskier**. Authors differ (many write good over bad);
//! here late stands above on-time, so that a coefficient and a weight of the same sign both mean more risk.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::number::real;

/// Rows and late rows of a bin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tally {
    /// All rows.
    pub rows: u64,
    /// Late rows, never more than `rows`.
    pub late: u64,
}

impl Tally {
    /// Counts outcomes, `true` = late.
    pub fn of(events: impl IntoIterator<Item = bool>) -> Self {
        let mut tally = Self::default();
        for late in events {
            tally.add(late);
        }
        tally
    }

    /// Adds one row.
    pub fn add(&mut self, late: bool) {
        self.rows += 1;
        self.late += u64::from(late);
    }

    /// Rows that were on time.
    pub fn on_time(self) -> u64 {
        self.rows.saturating_sub(self.late)
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, late: self.late + other.late }
    }

    /// This one without `other`, which is a part of it.
    pub(crate) fn less(self, other: Self) -> Self {
        Self { rows: self.rows.saturating_sub(other.rows), late: self.late.saturating_sub(other.late) }
    }

    /// Share of late rows; 0 of none.
    pub fn rate(self) -> f64 {
        if self.rows == 0 {
            return 0.0;
        }
        real(self.late) / real(self.rows)
    }

    /// Fails unless both outcomes occur.
    pub(crate) fn check_both(self) -> Result<(), ModelError> {
        self.check_events(1)
    }

    /// Fails unless each outcome occurs at least `needed` times.
    pub(crate) fn check_events(self, needed: u64) -> Result<(), ModelError> {
        if self.late.min(self.on_time()) >= needed {
            return Ok(());
        }
        Err(ModelError::TooFewEvents { late: self.late, on_time: self.on_time(), needed })
    }

    /// Weight of evidence of this bin within `total`, in nats; positive is riskier.
    ///
    /// ln((lateᵢ/L + s/N) / (onᵢ/O + s/N)), where L and O are all late and on-time rows, N both, and `smoothing` s is
    /// a number of rows at the overall rate that are added to the bin. A bin without rows weighs 0.
    pub(crate) fn weight(self, total: Self, smoothing: f64) -> f64 {
        if self.rows == 0 {
            return 0.0;
        }
        let floor = smoothing / real(total.rows);
        let late = real(self.late) / real(total.late) + floor;
        let on_time = real(self.on_time()) / real(total.on_time()) + floor;
        libm::log(late / on_time)
    }
}

/// Weight of evidence of each bin, in nats: ln(share of the late / share of the on-time), positive = riskier.
///
/// `smoothing` is a number of rows at the overall rate added to every bin; it must be positive, so that a bin with one
/// outcome only stays finite. A bin without rows, and every bin of a table with one outcome only, weighs 0.
///
/// ```
/// use encours_models::{Tally, weights_of_evidence};
/// // 30 of 40 late rows and 20 of 60 on-time rows stand in the first bin: ln(0.75 / 0.3333) = 0.8109.
/// let tallies = [Tally { rows: 50, late: 30 }, Tally { rows: 50, late: 10 }];
/// let woe = weights_of_evidence(&tallies, 1e-9);
/// assert!((woe[0] - 0.810_930_216).abs() < 1e-6);
/// assert!((woe[1] + 0.980_829_253).abs() < 1e-6);
/// ```
pub fn weights_of_evidence(tallies: &[Tally], smoothing: f64) -> Vec<f64> {
    let total = sum(tallies);
    if total.late == 0 || total.on_time() == 0 {
        return vec![0.0; tallies.len()];
    }
    let weight = |tally: &Tally| tally.weight(total, smoothing);
    tallies.iter().map(weight).collect()
}

/// Information value in nats: Σ (share of the late − share of the on-time) · weight, over the bins.
///
/// Usual reading: below 0.02 none, to 0.1 weak, to 0.3 medium, to 0.5 strong, above 0.5 suspect a leak.
///
/// ```
/// use encours_models::{Tally, information_value, weights_of_evidence};
/// let tallies = [Tally { rows: 50, late: 30 }, Tally { rows: 50, late: 10 }];
/// let woe = weights_of_evidence(&tallies, 1e-9);
/// // (0.75 − 0.3333) · 0.8109 + (0.25 − 0.6667) · (−0.9808) = 0.7466
/// assert!((information_value(&tallies, &woe) - 0.746_566_4).abs() < 1e-6);
/// ```
pub fn information_value(tallies: &[Tally], woe: &[f64]) -> f64 {
    let total = sum(tallies);
    if total.late == 0 || total.on_time() == 0 {
        return 0.0;
    }
    let mut value = 0.0;
    for (tally, weight) in tallies.iter().zip(woe) {
        let late = real(tally.late) / real(total.late);
        let on_time = real(tally.on_time()) / real(total.on_time());
        value += (late - on_time) * weight;
    }
    value
}

pub(super) fn sum(tallies: &[Tally]) -> Tally {
    tallies.iter().copied().fold(Tally::default(), Tally::plus)
}
