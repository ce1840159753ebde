//! What statuses do to the invoices that they speak of.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::Documents;
use super::status::{Receipt, Status, StatusRow};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::{InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place};
use crate::money::{Currency, Money};

/// Statuses at work on rows.
pub(super) struct Life<'d> {
    pub documents: &'d Documents,
    pub report: &'d mut FaultReport,
}

/// What the statuses of one invoice say together.
#[derive(Default)]
struct Told {
    disputed_on: Option<Day>,
    closed_on: Option<Day>,
    refused: Option<(u16, Day)>,
}

impl<'d> Life<'d> {
    /// Puts every status to work on the invoices; what came in is given apart.
    pub fn apply(mut self, rows: &mut LedgerRows) -> Vec<PaymentRow> {
        let by_invoice = self.by_invoice();
        let mut payments = Vec::new();
        if by_invoice.is_empty() {
            return payments;
        }
        let spoken_of: BTreeSet<&str> = by_invoice.keys().map(|(number, _)| *number).collect();
        let mut there: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, row) in rows.invoices.iter().enumerate() {
            if let Some(number) = spoken_of.get(row.invoice_id.as_str()) {
                there.entry(number).or_default().push(at);
            }
        }
        for ((number, issued), statuses) in &by_invoice {
            let all = there.get(number).into_iter().flatten().copied();
            let found = all.filter_map(|at| rows.invoices.get(at).map(|row| (at, row)));
            let found = found.filter(|(_, row)| issued.is_none_or(|issued| row.issue_date == issued));
            let (places, candidates): (Vec<usize>, Vec<&InvoiceRow>) = found.unzip();
            let target = candidates.first().copied();
            if target.is_some_and(|target| candidates.iter().any(|row| row.client_id != target.client_id)) {
                self.tell(statuses, "two clients have an invoice of this number and day, so the status fits either");
                continue;
            }
            if candidates.is_empty() {
                self.note_lost(statuses);
                continue;
            }
            let told = self.told(statuses, &candidates);
            payments.extend(self.payments(statuses, target));
            for at in places {
                if let Some(row) = rows.invoices.get_mut(at) {
                    dispute(row, &told);
                }
            }
        }
        payments
    }

    /// Statuses by invoice, each once, in the order in which they happened.
    fn by_invoice(&self) -> BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> {
        let documents = self.documents;
        let mut found: BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> = BTreeMap::new();
        for row in &documents.statuses {
            found.entry((&row.invoice, row.issued)).or_default().push(row);
        }
        dated(&mut found);
        for statuses in found.values_mut() {
            statuses.sort_by(|left, right| order_of(left).cmp(&order_of(right)));
            // The same status is often sent twice, to the buyer and to the tax office.
            statuses.dedup_by(|left, right| {
                (left.code, &left.moment, &left.receipts) == (right.code, &right.moment, &right.receipts)
            });
        }
        found
    }

    fn tell(&mut self, statuses: &[&StatusRow], reason: &str) {
        if let Some(status) = statuses.first() {
            let fault = self.on(status, reason);
            self.report.faults.push(fault);
        }
    }

    fn note(&mut self, status: &StatusRow, reason: &str) {
        let note = self.on(status, reason);
        self.report.notes.push(note);
    }

    fn on(&self, status: &StatusRow, reason: &str) -> Fault {
        let file = self.documents.file_of(status.place);
        let value = format!("{} of {}", status.code, status.invoice);
        Fault::of_value(file, status.place.line, "status", &value, reason)
    }

    fn note_lost(&mut self, statuses: &[&StatusRow]) {
        let counts = |status: &&&StatusRow| !matches!(status.status, Status::OnItsWay | Status::SaidPaid);
        if let Some(status) = statuses.iter().find(counts) {
            self.note(status, "the invoice is not there yet; the status is kept for when it comes");
        }
    }

    fn told(&mut self, statuses: &[&StatusRow], candidates: &[&InvoiceRow]) -> Told {
        let disputed_on = candidates.iter().filter_map(|row| row.disputed_on).min();
        let mut told = Told { disputed_on, ..Told::default() };
        for status in statuses {
            match status.status {
                Status::Disputed => {
                    told.disputed_on = Some(told.disputed_on.map_or(status.day, |day| day.min(status.day)));
                    told.closed_on = None;
                }
                Status::Settled | Status::Paid if told.disputed_on.is_some_and(|day| day <= status.day) => {
                    told.closed_on = told.closed_on.or(Some(status.day));
                }
                Status::Refused => {
                    told.refused = Some((status.code, status.day));
                    let reason = "refused or rejected: it counts as disputed from that day and is not learnt from, and \
                                  is owed until its credit note comes";
                    self.note(status, reason);
                }
                _ => {}
            }
        }
        told
    }

    fn payments(&mut self, statuses: &[&StatusRow], target: Option<&InvoiceRow>) -> Vec<PaymentRow> {
        let mut payments = Vec::new();
        for status in statuses.iter().filter(|status| status.status == Status::Paid) {
            if target.is_some_and(|row| row.kind == InvoiceKind::CreditNote) {
                self.note(status, "a status of payment on a credit note is not taken");
                continue;
            }
            for receipt in &status.receipts {
                let Some(currency) = receipt.currency.or(target.map(|row| row.amount.currency())) else {
                    self.tell(&[status], "the amount names no currency and the invoice is not there");
                    continue;
                };
                if receipt.minor != 0 {
                    payments.push(payment(status, receipt.date, receipt.minor, currency, target));
                }
            }
        }
        payments
    }
}

/// A status that does not say when its invoice was issued belongs with those of the same number that do, where they
/// speak of one day.
fn dated<'d>(found: &mut BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>>) {
    let undated: Vec<&str> = found.keys().filter(|(_, issued)| issued.is_none()).map(|(number, _)| *number).collect();
    for number in undated {
        let days: Vec<Day> = found
            .range((number, Some(Day::FIRST))..=(number, Some(Day::LAST)))
            .filter_map(|((_, day), _)| *day)
            .collect();
        let [day] = days.as_slice() else { continue };
        let moved = found.remove(&(number, None)).unwrap_or_default();
        found.entry((number, Some(*day))).or_default().extend(moved);
    }
}

fn order_of(row: &StatusRow) -> (Day, &str, u16, &[Receipt], Place) {
    (row.day, &row.moment, row.code, &row.receipts, row.place)
}

fn payment(
    status: &StatusRow,
    date: Option<Day>,
    minor: i64,
    currency: Currency,
    target: Option<&InvoiceRow>,
) -> PaymentRow {
    let paid_date = date.unwrap_or(status.day);
    PaymentRow {
        place: status.place,
        client_id: target.map(|row| row.client_id.clone()),
        invoice_id: status.invoice.clone(),
        instalment_no: None,
        paid_date,
        amount: Money::from_minor(minor, currency),
        kind: if minor < 0 { PaymentKind::Reversal } else { PaymentKind::Payment },
        origin: PaymentOrigin::Stated,
        known_on: status.day.max(paid_date),
    }
}

/// Gives a row the days of its dispute; a refusal is a dispute that doesn't end.
fn dispute(row: &mut InvoiceRow, told: &Told) {
    (row.disputed_on, row.dispute_closed_on) = match (told.refused, told.disputed_on) {
        (Some((_, refused)), Some(disputed)) => (Some(refused.min(disputed)), None),
        (Some((_, refused)), None) => (Some(refused), None),
        (None, disputed) => (disputed, told.closed_on.or(row.dispute_closed_on)),
    };
}
