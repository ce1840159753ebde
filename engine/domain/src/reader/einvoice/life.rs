//! What statuses do to the invoices that they speak of.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::documents::Documents;
use super::status::{Receipt, Status, StatusRow};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::ledger::{InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place};
use crate::money::{Currency, Money};

/// Statuses at work on rows.
pub(super) struct Life<'d> {
    pub documents: &'d Documents,
    pub own: &'d BTreeSet<String>,
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
    /// Puts every status to work, on the rows and on what is known.
    pub fn apply(mut self, rows: &mut LedgerRows, known: &LedgerRows) {
        let by_invoice = self.by_invoice();
        if by_invoice.is_empty() {
            return;
        }
        let mut here: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, row) in rows.invoices.iter().enumerate() {
            here.entry(row.invoice_id.clone()).or_default().push(at);
        }
        let mut before: HashMap<&str, Vec<&InvoiceRow>> = HashMap::new();
        for row in &known.invoices {
            before.entry(&row.invoice_id).or_default().push(row);
        }
        let mut copies = Vec::new();
        for ((number, issued), statuses) in &by_invoice {
            let is_meant = |row: &InvoiceRow| issued.is_none_or(|issued| row.issue_date == issued);
            let found: Vec<usize> = here.get(*number).into_iter().flatten().copied().collect();
            let found: Vec<(usize, InvoiceRow)> =
                found.into_iter().filter_map(|at| Some((at, rows.invoices.get(at)?.clone()))).collect();
            let found: Vec<(usize, InvoiceRow)> = found.into_iter().filter(|(_, row)| is_meant(row)).collect();
            let stored: Vec<&InvoiceRow> =
                before.get(number).into_iter().flatten().copied().filter(|row| is_meant(row)).collect();
            let candidates: Vec<&InvoiceRow> = found.iter().map(|(_, row)| row).chain(stored.iter().copied()).collect();
            let target = candidates.first().copied();
            if target.is_some_and(|target| candidates.iter().any(|row| row.client_id != target.client_id)) {
                self.tell(statuses, "two clients have an invoice of this number and day, so the status fits either");
                continue;
            }
            let told = self.told(statuses, &candidates);
            rows.payments.extend(self.payments(statuses, target));
            for (at, row) in &found {
                if let Some(slot) = rows.invoices.get_mut(*at) {
                    *slot = with_dispute(row, &told);
                }
            }
            if let (true, Some(status)) = (found.is_empty(), statuses.first()) {
                let changed = stored.iter().map(|row| (with_dispute(row, &told), *row));
                let changed = changed.filter(|(new, old)| new != *old);
                copies.extend(changed.map(|(row, _)| InvoiceRow { place: status.place, ..row }));
            }
        }
        if !copies.is_empty() {
            // Their attributes stand in another order; the files are the same.
            let names = known.attribute_names.clone();
            let mut others = LedgerRows { attribute_names: names, invoices: copies, ..LedgerRows::default() };
            others.append(std::mem::take(rows));
            *rows = others;
        }
    }

    /// Statuses by invoice, each once, in the order in which they happened; those of purchases are passed over.
    fn by_invoice(&mut self) -> BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> {
        let documents = self.documents;
        let mut found: BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> = BTreeMap::new();
        let mut foreign = 0_u64;
        for row in &documents.statuses {
            let is_own = |seller: &Siren| self.own.is_empty() || self.own.contains(seller.as_str());
            if row.seller.as_ref().is_none_or(is_own) {
                found.entry((&row.invoice, row.issued)).or_default().push(row);
            } else {
                foreign += 1;
            }
        }
        if foreign > 0 {
            let reason = format!("{foreign} statuses are of invoices that others sold and were passed over");
            self.report.notes.push(Fault::of_file("the statuses", reason));
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
            if candidates.is_empty() && matches!(status.status, Status::Disputed | Status::Refused) {
                self.note(status, "the invoice is not there, so the status changes nothing; import both together");
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

/// A row with the days of its dispute; a refusal is a dispute that doesn't end.
fn with_dispute(row: &InvoiceRow, told: &Told) -> InvoiceRow {
    let (disputed_on, closed) = match (told.refused, told.disputed_on) {
        (Some((_, refused)), Some(disputed)) => (Some(refused.min(disputed)), None),
        (Some((_, refused)), None) => (Some(refused), None),
        (None, disputed) => (disputed, told.closed_on.or(row.dispute_closed_on)),
    };
    InvoiceRow { disputed_on, dispute_closed_on: closed, ..row.clone() }
}
