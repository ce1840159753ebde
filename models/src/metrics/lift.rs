//! Lift: how much of what goes wrong stands in the worst tenths of a list.

use serde::{Deserialize, Serialize};

use super::{check, steps};
use crate::binning::Tally;
use crate::error::ModelError;
use crate::number::{count, real};

/// Tenths of a list.
const TENTHS: u32 = 10;

/// How much of the lateness the riskiest rows hold, one tenth more at each step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lift {
    /// Share of all late rows among the riskiest 10 %, 20 %, … 100 % of rows; empty when nothing was late. Equal
    /// predictions are taken in part, each row counting alike: a constant holds 10 %, 20 %, ….
    pub captured: Vec<f64>,
}

impl Lift {
    /// Ranks `probabilities` against `events` (`true` = late), one each a row.
    ///
    /// # Errors
    /// When lengths differ, there are no rows, or a probability lies outside 0 … 1.
    ///
    /// ```
    /// use encours_models::Lift;
    /// let late: Vec<bool> = (0..20).map(|row| row == 19 || row == 18 || row == 10).collect();
    /// let risk: Vec<f64> = (0..20).map(|row| f64::from(row) / 20.0).collect();
    /// let lift = Lift::measure(&late, &risk)?;
    /// assert_eq!(lift.captured[0], 2.0 / 3.0); // the worst two of twenty hold two of three
    /// assert_eq!(lift.worst(1), Some((2.0 / 3.0) / 0.1));
    /// # Ok::<(), encours_models::ModelError>(())
    /// ```
    pub fn measure(events: &[bool], probabilities: &[f64]) -> Result<Self, ModelError> {
        check(events, probabilities)?;
        let steps = steps(events, probabilities);
        let all = Tally::of(events.iter().copied());
        if all.late == 0 {
            return Ok(Self { captured: Vec::new() });
        }
        let rows = real(count(events.len()));
        let tenth = |tenths: u32| late_within(&steps, rows * f64::from(tenths) / f64::from(TENTHS)) / real(all.late);
        Ok(Self { captured: (1..=TENTHS).map(tenth).collect() })
    }

    /// Times as many late rows among the riskiest `tenths` tenths as among as many rows taken blindly.
    pub fn worst(&self, tenths: u32) -> Option<f64> {
        let place = usize::try_from(tenths.checked_sub(1)?).ok()?;
        let captured = self.captured.get(place)?;
        Some(captured / (f64::from(tenths) / f64::from(TENTHS)))
    }
}

/// Late rows among the first `wanted`, a step that reaches beyond counting in part.
fn late_within(steps: &[Tally], wanted: f64) -> f64 {
    let (mut left, mut late) = (wanted, 0.0);
    for step in steps {
        let taken = left.min(real(step.rows));
        late += real(step.late) * (taken / real(step.rows));
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    late
}
