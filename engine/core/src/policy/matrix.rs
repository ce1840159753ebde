//! Two axes: how likely the client pays late, and how likely it fails. What is slow but safe is priced, since waiting has its
//! price; what is prompt but fragile is capped, in days and in money.

use encours_domain::{Probability, Share};
use serde::Serialize;

/// What a cell of the matrix allows.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct MatrixCell {
    /// Where the client stands between paying late seldom (1) and often.
    pub late_band: usize,
    /// Where it stands between safe (1) and fragile.
    pub failure_band: usize,
    /// Days from the invoice, at most.
    pub most_days: u16,
    /// Share of the limit's figures that counts.
    pub limit_share: Share,
}

/// The matrix, checked: neither axis ever allows more where it is worse.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Bounds of P(late over 30 days), which belong to the better band; the last is 1.
    pub(in crate::policy) late_up_to: Vec<Share>,
    /// Positions of failure classes, which belong to the better band; the last is the last class.
    pub(in crate::policy) class_up_to: Vec<usize>,
    /// Row by row: a row a late band, in it a cell a failure band.
    pub(in crate::policy) cells: Vec<(u16, Share)>,
}

impl Matrix {
    /// The cell of a client. Beyond the last bound the last band holds.
    pub(in crate::policy) fn cell(&self, p_late_over_30: Probability, class_index: usize) -> MatrixCell {
        let within = |bound: &&Share| p_late_over_30.value() > bound.value();
        let late = self.late_up_to.iter().take_while(within).count().min(self.late_up_to.len().saturating_sub(1));
        let fails = self.class_up_to.iter().take_while(|bound| class_index > **bound).count();
        let fails = fails.min(self.class_up_to.len().saturating_sub(1));
        let place = late * self.class_up_to.len() + fails;
        // A matrix without cells, which the check refuses, would allow nothing.
        let (most_days, limit_share) = self.cells.get(place).copied().unwrap_or((0, Share::NONE));
        MatrixCell { late_band: late + 1, failure_band: fails + 1, most_days, limit_share }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_belong_to_the_better_band() {
        let share = |value| Share::new(value).unwrap();
        let (late_up_to, class_up_to) = (vec![share(0.1), share(1.0)], vec![2, 7]);
        let cells = vec![(60, share(1.0)), (30, share(0.5)), (45, share(0.9)), (15, share(0.25))];
        let matrix = Matrix { late_up_to, class_up_to, cells };
        let found = |p, class| {
            let cell = matrix.cell(Probability::new(p).unwrap(), class);
            (cell.late_band, cell.failure_band, cell.most_days)
        };
        assert_eq!(found(0.1, 2), (1, 1, 60));
        assert_eq!(found(0.100_001, 2), (2, 1, 45));
        assert_eq!(found(0.1, 3), (1, 2, 30));
        assert_eq!(found(1.0, 7), (2, 2, 15));
        assert_eq!(found(1.0, 99), (2, 2, 15));
    }
}
