//! Figures measured on a portfolio: the ones printed on its card.

use chrono::NaiveDate;

use crate::company::Sector;
use crate::draw::calendar::{business_on_or_after, days_between};
use crate::draw::number::{count, float};
use crate::ledger::{Document, Instalment, PaymentKind};
use crate::portfolio::{Account, Portfolio};

/// How late a set of instalments was paid, in calendar days after the printed due day.
///
/// Only what clients settled counts: open, credited and written-off parts don't. An instalment is
/// settled on the day of its last payment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delays {
    /// Instalments settled.
    pub settled: usize,
    /// Share settled on the due day or before.
    pub on_time: f64,
    /// Share settled by the first business day from the due day on.
    pub on_time_business: f64,
    /// Mean days late, where on time counts 0.
    pub mean_days: f64,
    /// Share settled more than 30 days late.
    pub beyond_30: f64,
}

/// Counts and delays of a portfolio.
#[derive(Debug, Clone, PartialEq)]
pub struct Measures {
    /// Clients with at least one invoice.
    pub clients: usize,
    /// Invoices, deposits and retentions.
    pub invoices: usize,
    /// Instalments: one row each in the file.
    pub instalments: usize,
    /// Credit notes.
    pub credit_notes: usize,
    /// Invoices the client objected to.
    pub disputes: usize,
    /// Rows of payments.
    pub payments: usize,
    /// Payments that came back.
    pub reversals: usize,
    /// Billed including VAT less credit notes, in cents.
    pub billed: i64,
    /// Not settled on the last day, in cents.
    pub open: i64,
    /// Of which past due, in cents.
    pub overdue: i64,
    /// Written off, in cents.
    pub written_off: i64,
    /// Clients with collective proceedings.
    pub failures: usize,
    /// All settled instalments.
    pub delays: Delays,
    /// The same by sector.
    pub by_sector: Vec<(Sector, Delays)>,
}

/// Measures a portfolio on its last day.
#[must_use]
pub fn measure(portfolio: &Portfolio, as_of: NaiveDate) -> Measures {
    let accounts = &portfolio.accounts;
    let documents = || accounts.iter().flat_map(|account| &account.documents);
    let parts = || documents().flat_map(|document| document.instalments.iter().map(move |part| (document, part)));
    let payments = || parts().flat_map(|(_, part)| &part.payments);
    let count_kind = |kind| payments().filter(|payment| payment.kind == kind).count();
    Measures {
        clients: accounts.iter().filter(|account| !account.documents.is_empty()).count(),
        invoices: documents().count(),
        instalments: parts().count(),
        credit_notes: documents().map(|document| document.credit_notes.len()).sum(),
        disputes: documents().filter(|document| document.dispute.is_some()).count(),
        payments: payments().count(),
        reversals: count_kind(PaymentKind::Reversal),
        billed: documents().map(|document| document.amount() - document.credited()).sum(),
        open: parts().map(|(document, part)| owed(document, part)).sum(),
        overdue: parts().filter(|(_, part)| part.due_on < as_of).map(|(document, part)| owed(document, part)).sum(),
        written_off: payments()
            .filter(|payment| payment.kind == PaymentKind::WriteOff)
            .map(|payment| payment.amount)
            .sum(),
        failures: accounts.iter().filter(|account| account.client.fate.as_failure().is_some()).count(),
        delays: delays(accounts.iter()),
        by_sector: Sector::ALL
            .into_iter()
            .map(|sector| (sector, delays(accounts.iter().filter(|a| a.client.company.sector == sector))))
            .collect(),
    }
}

/// What an instalment still owes, in cents; only single instalments are ever credited.
fn owed(document: &Document, part: &Instalment) -> i64 {
    part.amount - document.credited() - part.paid()
}

fn delays<'a>(accounts: impl Iterator<Item = &'a Account>) -> Delays {
    let settlements: Vec<(NaiveDate, NaiveDate)> = accounts
        .flat_map(|account| &account.documents)
        .flat_map(|document| document.instalments.iter().map(move |part| (document, part)))
        .filter_map(|(document, part)| Some((part.due_on, settled_on(document, part)?)))
        .collect();
    let late = |(due, paid): &(NaiveDate, NaiveDate)| days_between(*due, *paid).max(0);
    let total = count(settlements.len().max(1));
    let share = |matching: usize| count(matching) / total;
    Delays {
        settled: settlements.len(),
        on_time: share(settlements.iter().filter(|pair| late(pair) == 0).count()),
        on_time_business: share(settlements.iter().filter(|(due, paid)| *paid <= business_on_or_after(*due)).count()),
        mean_days: float(settlements.iter().map(late).sum()) / total,
        beyond_30: share(settlements.iter().filter(|pair| late(pair) > 30).count()),
    }
}

/// The day of the last payment of an instalment that was settled by its client.
fn settled_on(document: &Document, part: &Instalment) -> Option<NaiveDate> {
    let given_up: i64 = part
        .payments
        .iter()
        .filter(|payment| payment.kind == PaymentKind::WriteOff)
        .map(|payment| payment.amount)
        .sum();
    let settled = owed(document, part) <= 0 && 2 * given_up < part.amount;
    let paid = part.payments.iter().rev().find(|payment| payment.kind != PaymentKind::WriteOff);
    paid.filter(|_| settled).map(|payment| payment.paid_on)
}
