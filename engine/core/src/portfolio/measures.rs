//! The measures of a client as of an evening: what a credit manager reads in one line, and what other programs compute
//! too.
//!
//! Definitions are those of a plain query over the two tables: an invoice is *settled* when nothing is left to pay; its
//! days beyond terms (`dbt`) run to its last payment, or to the day itself while it is open; `recent` is paid within
//! the last 180 days. Days are whole calendar days, amounts are of the book's currency, `None` is "there is none".

use crate::features::{ClientState, NEVER};
use crate::ledger::{ClientView, InvoiceRecord};
use encours_domain::ledger::InvoiceKind;

/// Days that count as recent.
const RECENT: i32 = 180;

/// One client's measures.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// Invoices issued.
    pub n: u32,
    /// Of these settled.
    pub n_settled: u32,
    /// Mean days beyond terms of settled invoices.
    pub dbt_mean: Option<f64>,
    /// Their standard deviation (one less than the count below the sum of squares).
    pub dbt_std: Option<f64>,
    /// Most days beyond terms of a settled invoice.
    pub dbt_max: Option<i32>,
    /// Their median.
    pub dbt_med: Option<f64>,
    /// Their mean, each weighing by its amount.
    pub dbt_w: Option<f64>,
    /// Share of settled invoices paid after the due date.
    pub late: Option<f64>,
    /// Share paid more than 30 days after it.
    pub late30: Option<f64>,
    /// Mean days beyond terms of those paid within the last 180 days.
    pub dbt_recent: Option<f64>,
    /// Mean of those paid before.
    pub dbt_before: Option<f64>,
    /// Left to pay, minor units.
    pub exposure: i64,
    /// Of this past its due date, minor units.
    pub overdue: i64,
    /// Most days that an open invoice stands past its due date (negative while none has fallen due).
    pub worst_open: Option<i32>,
    /// Days since money last came in.
    pub last_paid: Option<i32>,
    /// Days since the first invoice.
    pub tenure: Option<i32>,
    /// Median amount, minor units (halves occur).
    pub amount_med: Option<f64>,
    /// Invoices of the last 90 days.
    pub n_90: u32,
}

/// Scratch that is reused from client to client.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    days: Vec<i32>,
    amounts: Vec<i64>,
}

/// Sums over settled invoices; whole numbers, so that their order is of no matter.
#[derive(Default)]
struct Settled {
    days: i64,
    squares: i64,
    late: i64,
    late30: i64,
    amount: i128,
    amount_days: i128,
    recent: (i64, i64),
    before: (i64, i64),
}

impl Measures {
    /// The measures of a client whose state has eaten everything up to the evening of `as_of`.
    pub(crate) fn of(client: ClientView<'_>, state: &ClientState, as_of: i32, scratch: &mut Scratch) -> Self {
        scratch.days.clear();
        scratch.amounts.clear();
        let mut measures = Self::default();
        let mut settled = Settled::default();
        let mut first = None::<i32>;
        for (record, life) in client.records().iter().zip(&state.lives).filter(|(_, life)| life.issued) {
            if record.kind == InvoiceKind::CreditNote {
                continue;
            }
            measures.n += 1;
            measures.n_90 += u32::from(record.issued > as_of - 90);
            first = Some(first.map_or(record.issued, |first| first.min(record.issued)));
            scratch.amounts.push(record.own_amount());
            if life.settled != NEVER {
                settled.add(record, life.settled, as_of);
                scratch.days.push(life.settled - record.due);
            } else if !life.closed {
                measures.add_open(record, life.left, as_of);
            }
        }
        measures.tenure = first.map(|first| as_of - first);
        measures.last_paid = state.payday.last_money.map(|last| as_of - last);
        measures.amount_med = median(&mut scratch.amounts, |amount| amount);
        measures.take_settled(&settled, &mut scratch.days);
        measures
    }

    fn add_open(&mut self, record: &InvoiceRecord, left: i64, as_of: i32) {
        let left = if record.flags & InvoiceRecord::FOREIGN == 0 { left.max(0) } else { 0 };
        let days = as_of - record.due;
        self.exposure = self.exposure.saturating_add(left);
        if days > 0 {
            self.overdue = self.overdue.saturating_add(left);
        }
        self.worst_open = self.worst_open.max(Some(days));
    }

    fn take_settled(&mut self, settled: &Settled, days: &mut [i32]) {
        let count = i64::try_from(days.len()).unwrap_or(i64::MAX);
        self.n_settled = u32::try_from(count).unwrap_or(u32::MAX);
        if count == 0 {
            return;
        }
        self.dbt_mean = ratio(settled.days, count);
        self.dbt_std = deviation(settled, count);
        self.dbt_max = days.iter().copied().max();
        self.dbt_med = median(days, i64::from);
        #[expect(clippy::cast_precision_loss, reason = "a mean of days needs no more than 53 bits")]
        let weighted = (settled.amount_days as f64, settled.amount as f64);
        self.dbt_w = (settled.amount > 0).then(|| weighted.0 / weighted.1);
        self.late = ratio(settled.late, count);
        self.late30 = ratio(settled.late30, count);
        self.dbt_recent = ratio(settled.recent.0, settled.recent.1);
        self.dbt_before = ratio(settled.before.0, settled.before.1);
    }
}

impl Settled {
    fn add(&mut self, record: &InvoiceRecord, day: i32, as_of: i32) {
        let days = i64::from(day - record.due);
        self.days += days;
        self.squares += days * days;
        self.late += i64::from(days > 0);
        self.late30 += i64::from(days > 30);
        let amount = i128::from(record.own_amount());
        self.amount += amount;
        self.amount_days += amount * i128::from(days);
        let group = if day > as_of - RECENT { &mut self.recent } else { &mut self.before };
        group.0 += days;
        group.1 += 1;
    }
}

fn ratio(sum: i64, count: i64) -> Option<f64> {
    use crate::features::reading::float;
    (count > 0).then(|| float(sum) / float(count))
}

/// The sample deviation from whole-number sums: (n·Σd² − (Σd)²) / (n·(n − 1)), exact until the last division.
fn deviation(settled: &Settled, count: i64) -> Option<f64> {
    if count < 2 {
        return None;
    }
    let (count, days, squares) = (i128::from(count), i128::from(settled.days), i128::from(settled.squares));
    #[expect(clippy::cast_precision_loss, reason = "one rounding, at the division")]
    let variance = (count * squares - days * days) as f64 / (count * (count - 1)) as f64;
    Some(libm::sqrt(variance))
}

/// The median of whole numbers: the middle one, or half the sum of the two.
fn median<T: Copy + Ord>(values: &mut [T], number: impl Fn(T) -> i64) -> Option<f64> {
    use crate::features::reading::float;
    let middle = values.len() / 2;
    if values.is_empty() {
        return None;
    }
    let odd = values.len() % 2 == 1;
    let (below, &mut upper, _) = values.select_nth_unstable(middle);
    if odd {
        return Some(float(number(upper)));
    }
    let lower = below.iter().copied().max()?;
    Some(float(number(lower).saturating_add(number(upper))) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_of_even_and_odd_counts() {
        for (mut values, expected) in [
            (vec![], None),
            (vec![7], Some(7.0)),
            (vec![3, -1], Some(1.0)),
            (vec![9, 1, 5], Some(5.0)),
            (vec![1, 2, 4, 8], Some(3.0)),
        ] {
            assert_eq!(median(&mut values, |value: i64| value), expected);
        }
    }

    #[test]
    fn deviation_of_a_hand_worked_case() {
        // 2, 4, 4, 4, 5, 5, 7, 9: mean 5, squared distances add up to 32, over 7.
        let days = [2, 4, 4, 4, 5, 5, 7, 9_i64];
        let settled =
            Settled { days: days.iter().sum(), squares: days.iter().map(|day| day * day).sum(), ..Settled::default() };
        assert!((deviation(&settled, 8).unwrap() - (32.0_f64 / 7.0).sqrt()).abs() < 1e-12);
        assert_eq!(deviation(&settled, 1), None);
    }
}
