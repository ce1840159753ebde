//! From what came in at the bank to what was paid of one invoice: a transfer may pay several.

use encours_domain::ledger::{PaymentKind, PaymentOrigin};
use encours_domain::{Day, Money};

use super::record::{OrderedMoney, Paid, Remark};

/// An amount of money that was joined to an invoice, and whether all of it is known to be this invoice's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Joined {
    /// Day of the money.
    pub on: Day,
    /// All of it, also the part that pays other invoices.
    pub amount: Money,
    /// Whether it pays this invoice alone.
    pub alone: bool,
}

/// What of each amount was paid on an invoice of which `paid` is settled in all; without `paid`, all of it.
///
/// While the amounts do not go beyond what is settled they stand as stated. Beyond it, those that pay this invoice
/// alone stand first, and the others fill what is left, oldest first: joined by the system, the share worked out, and
/// a remark says so when there was more than one way to share.
pub(crate) fn settled(mut joined: Vec<Joined>, paid: Option<Money>, field: &str) -> (Vec<Paid>, Vec<Remark>) {
    joined.sort_by_key(|one| (one.on, one.amount.minor()));
    let sum: i64 = joined.iter().map(|one| one.amount.minor()).fold(0, i64::saturating_add);
    let Some(paid) = paid.filter(|paid| sum > paid.minor()) else {
        return (joined.iter().map(|one| Paid::stated(one.on, one.amount)).collect(), Vec::new());
    };
    let own = |one: &&Joined| one.alone || one.amount.minor() < 0;
    let alone: i64 = joined.iter().filter(own).map(|one| one.amount.minor()).fold(0, i64::saturating_add);
    let shared = joined.iter().filter(|one| !own(one)).count();
    if shared == 0 {
        // More came in than is settled: stated as it is, and the ledger tells the contradiction.
        return (joined.iter().map(|one| Paid::stated(one.on, one.amount)).collect(), Vec::new());
    }
    let mut room = paid.minor().saturating_sub(alone).max(0);
    let mut payments = Vec::with_capacity(joined.len());
    for one in &joined {
        if own(&one) {
            payments.push(Paid::stated(one.on, one.amount));
            continue;
        }
        let share = one.amount.minor().min(room);
        room = room.saturating_sub(share);
        if share > 0 {
            payments.push(Paid {
                on: one.on,
                kind: PaymentKind::Payment,
                origin: PaymentOrigin::ByLetter,
                amount: OrderedMoney(Money::from_minor(share, paid.currency())),
                credit_note: None,
            });
        }
    }
    let reason = "these payments are larger than what is settled of the invoice; shared out oldest first";
    let notes = if shared > 1 { vec![Remark::new(field, paid, reason)] } else { Vec::new() };
    (payments, notes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use encours_domain::Currency;

    fn joined(lines: &[(&str, i64, bool)]) -> Vec<Joined> {
        let one = |&(on, minor, alone): &(&str, i64, bool)| Joined {
            on: on.parse().unwrap(),
            amount: Money::from_minor(minor, Currency::EUR),
            alone,
        };
        lines.iter().map(one).collect()
    }

    fn check(lines: &[(&str, i64, bool)], paid: Option<i64>, expected: &[(&str, i64)], notes: usize) {
        let paid = paid.map(|minor| Money::from_minor(minor, Currency::EUR));
        let (found, remarks) = settled(joined(lines), paid, "matched_transactions");
        let found: Vec<(String, i64)> = found.iter().map(|p| (p.on.to_string(), p.amount.0.minor())).collect();
        let expected: Vec<(String, i64)> = expected.iter().map(|&(on, minor)| (on.to_owned(), minor)).collect();
        assert_eq!(found, expected, "{lines:?}");
        assert_eq!(remarks.len(), notes, "{lines:?}");
    }

    #[test]
    fn transfers_are_shared_only_as_far_as_the_invoice_goes() {
        // Two part-payments of their own.
        check(
            &[("2026-02-01", 400, false), ("2026-01-01", 600, false)],
            Some(1000),
            &[("2026-01-01", 600), ("2026-02-01", 400)],
            0,
        );
        // One transfer for several invoices: this one's share is what is settled.
        check(&[("2026-01-01", 5000, false)], Some(1000), &[("2026-01-01", 1000)], 0);
        // One of its own and one shared.
        check(
            &[("2026-01-01", 5000, false), ("2026-02-01", 300, true)],
            Some(1000),
            &[("2026-01-01", 700), ("2026-02-01", 300)],
            0,
        );
        // Two shared ones: more than one way, and it is said.
        check(
            &[("2026-01-01", 800, false), ("2026-02-01", 900, false)],
            Some(1000),
            &[("2026-01-01", 800), ("2026-02-01", 200)],
            1,
        );
        // Came in and went back.
        check(
            &[("2026-01-01", 1000, true), ("2026-01-09", -1000, true)],
            Some(0),
            &[("2026-01-01", 1000), ("2026-01-09", -1000)],
            0,
        );
        // What is settled is not known.
        check(&[("2026-01-01", 1000, false)], None, &[("2026-01-01", 1000)], 0);
        check(&[], Some(1000), &[], 0);
    }
}
