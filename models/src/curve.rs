//! A whole distribution of days: the chance of ending later than each.

use serde::Serialize;

use crate::error::ModelError;
use crate::number::{count, real};

/// Chances of ending later than each day, from a first day on; beyond the last an even fall.
///
/// ```
/// use encours_models::PaymentCurve;
/// // One in four ends on day 0, one in two on day 1, one in four on day 2.
/// let curve = PaymentCurve::new(0, vec![0.75, 0.25, 0.0], 60.0)?;
/// assert_eq!((curve.over(-1), curve.over(1), curve.over(9)), (1.0, 0.25, 0.0));
/// assert_eq!(curve.median(), 1);
/// assert_eq!(curve.expected_from(0), 1.0);
/// let range = curve.shortest(0.7);
/// assert_eq!((range.from, range.to, range.chance), (0, 1, 0.75));
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PaymentCurve {
    first: i32,
    over: Vec<f64>,
    tail_days: f64,
}

/// Days between which an ending should lie.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct DayRange {
    /// First day.
    pub from: i32,
    /// Last day.
    pub to: i32,
    /// Chance of a day within: what was asked for, or a little more, since days are whole.
    pub chance: f64,
}

/// Days beyond which no tail is followed.
const FARTHEST: i32 = 20_000;

impl PaymentCurve {
    /// `over` holds the chance of ending later than each day from `first` on. Beyond the last it falls by 1/`tail_days` a
    /// day: those who are left have that mean wait.
    ///
    /// # Errors
    /// When there is no day, a chance rises or leaves 0 … 1, or `tail_days` isn't from 1 to 3,650.
    pub fn new(first: i32, over: Vec<f64>, tail_days: f64) -> Result<Self, ModelError> {
        if !(1.0..=3_650.0).contains(&tail_days) {
            return Err(ModelError::Value { what: "tail_days", found: tail_days, expected: "1 to 3650" });
        }
        let mut before = 1.0;
        for chance in &over {
            if !(0.0..=before).contains(chance) {
                let expected = "chances within 0 to 1 that never rise";
                return Err(ModelError::Value { what: "a curve", found: *chance, expected });
            }
            before = *chance;
        }
        if over.is_empty() {
            return Err(ModelError::Shape { what: "days of a curve", found: 0, expected: 1 });
        }
        Ok(Self { first, over, tail_days })
    }

    /// Chance of ending later than a day.
    pub fn over(&self, day: i32) -> f64 {
        let Ok(place) = usize::try_from(i64::from(day) - i64::from(self.first)) else { return 1.0 };
        self.over.get(place).copied().unwrap_or_else(|| self.last() * self.tail(place - (self.over.len() - 1)))
    }

    /// Chance of ending later than the last day that is listed.
    fn last(&self) -> f64 {
        self.over.last().copied().unwrap_or(0.0)
    }

    /// Share of those who are left after the last day that are still left so many days later: (1 − 1/tail) a day.
    fn tail(&self, days: usize) -> f64 {
        libm::pow(1.0 - 1.0 / self.tail_days, real(count(days)))
    }

    /// The first day later than which it ends with at most this chance.
    pub fn first_at_most(&self, chance: f64) -> i32 {
        let listed = self.over.partition_point(|over| *over > chance);
        let mut day = self.first.saturating_add(i32::try_from(listed).unwrap_or(i32::MAX));
        if listed == self.over.len() {
            while day < FARTHEST && self.over(day) > chance {
                day += 1;
            }
        }
        day
    }

    /// The first day by which it has ended with a chance of a half at least.
    pub fn median(&self) -> i32 {
        self.first_at_most(0.5)
    }

    /// The shortest run of days that holds this share; of several the likeliest, then the earliest. Where too many end
    /// beyond the days that are listed, it begins where as many have ended as it leaves out at its later end.
    pub fn shortest(&self, share: f64) -> DayRange {
        let tail = (1.0 - share) / 2.0;
        let chance_of = |from: i32, to: i32| self.over(from.saturating_sub(1)) - self.over(to);
        let plain = {
            let (from, to) = (self.first_at_most(1.0 - tail), self.first_at_most(tail));
            DayRange { from, to, chance: chance_of(from, to) }
        };
        let mut best = plain;
        let mut to = self.first;
        let last = self.first.saturating_add(i32::try_from(self.over.len()).unwrap_or(i32::MAX)) - 1;
        for from in self.first..=last {
            to = to.max(from);
            // A hair's breadth, so that sums of decimals reach what they add up to.
            while to < last && chance_of(from, to) < share - 1e-12 {
                to += 1;
            }
            let chance = chance_of(from, to);
            if chance < share - 1e-12 {
                break;
            }
            let (length, shortest) = (to - from, best.to - best.from);
            if length < shortest || length == shortest && chance > best.chance {
                best = DayRange { from, to, chance };
            }
        }
        best
    }

    /// Mean days from `day` to the end, an end by then counting as none: Σ P(later than k) over k from `day` on.
    pub fn expected_from(&self, day: i32) -> f64 {
        let skipped = usize::try_from(day.saturating_sub(self.first)).unwrap_or(0);
        let before = if day < self.first { f64::from(self.first) - f64::from(day) } else { 0.0 };
        let listed = self.over.iter().skip(skipped).fold(before, |sum, over| sum + over);
        // Beyond the last day: last · (1 − 1/tail) · tail.
        listed + self.last() * (self.tail_days - 1.0)
    }
}
