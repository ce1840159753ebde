//! The chances of payment over terms, as a running maximum: longer terms never look better than shorter ones. Past long
//! terms went to good clients, and no model may take that for cause.

use encours_domain::{Day, Probability};

use crate::policy::error::PolicyError;
use crate::policy::evidence::LatePoint;
use crate::policy::terms::Terms;

/// The chances up to one due day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::policy) struct Chances {
    pub(in crate::policy) due: Day,
    pub(in crate::policy) p_over_30: Probability,
    pub(in crate::policy) p_severe: Probability,
    pub(in crate::policy) days_late: f64,
    /// First and last day of the run that holds four in five payments.
    pub(in crate::policy) range_80: Option<(Day, Day)>,
}

/// The chances at every step, in the order of due days, each at least as bad as the one before.
pub(super) fn curve(
    steps: &[Terms],
    points: &[LatePoint],
    invoice: Day,
    severe_after: u16,
) -> Result<Vec<Chances>, PolicyError> {
    let mut curve = Vec::with_capacity(steps.len());
    for terms in steps {
        let due = terms.due(invoice);
        let point = points.iter().find(|point| point.terms() == *terms);
        let point = point.ok_or_else(|| PolicyError::NoChances { terms: terms.to_string() })?;
        curve.push(Chances {
            due,
            p_over_30: point.p_over(30),
            p_severe: point.p_over(severe_after),
            days_late: point.expected_days_late(),
            range_80: point.range_80().map(|(from, to)| (due.plus_clamped(from), due.plus_clamped(to))),
        });
    }
    curve.sort_by_key(|chances| chances.due);
    for position in 1..curve.len() {
        curve[position] = curve[position].at_least(curve[position - 1]);
    }
    Ok(curve)
}

/// The chances at terms between two steps are those of the longer step.
pub(super) fn at(curve: &[Chances], due: Day) -> Option<Chances> {
    curve.iter().find(|chances| chances.due >= due).or(curve.last()).copied()
}

impl Chances {
    fn at_least(self, shorter: Chances) -> Self {
        let worse = |left: Probability, right: Probability| if left >= right { left } else { right };
        Self {
            due: self.due,
            p_over_30: worse(self.p_over_30, shorter.p_over_30),
            p_severe: worse(self.p_severe, shorter.p_severe),
            days_late: self.days_late.max(shorter.days_late),
            range_80: match (self.range_80, shorter.range_80) {
                (Some(own), Some(before)) => Some((own.0.max(before.0), own.1.max(before.1))),
                (own, before) => own.or(before),
            },
        }
    }
}
