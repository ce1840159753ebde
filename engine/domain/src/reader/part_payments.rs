//! Several rows of one invoice: part-payments, rows typed twice, and what cannot be told apart.
//!
//! Rows that agree in everything about the invoice are one invoice and give one payment each. A row that repeats
//! another is taken once, with a note, unless it states an amount paid: then it may as well be a second payment, and
//! is asked. An invoice that is paid whole twice is asked too. Two *different* invoices under one number both pass;
//! the ledger's own check speaks of those.

use std::collections::{BTreeMap, HashMap};

use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, PaymentKind, PaymentOrigin, PaymentRow};
use crate::money::Money;

/// A row of an invoice table.
#[derive(Debug)]
pub(super) struct ReadRow {
    pub invoice: InvoiceRow,
    pub payment: Option<ReadPayment>,
    /// Less is left to pay than was claimed, and the file has no days of payment.
    pub settled_undated: bool,
}

/// A payment with what tells it from another.
#[derive(Debug)]
pub(super) struct ReadPayment {
    pub row: PaymentRow,
    /// The file gives no amount: all of it was paid.
    pub whole: bool,
    /// The columns that give no value (a payment's own number, say).
    pub unread: String,
}

/// Client and invoice of rows that could not be taken, with the line.
pub(super) type Broken = BTreeMap<(String, String), u64>;

/// One row an invoice, one a payment.
pub(super) fn joined(
    file: &str,
    rows: Vec<ReadRow>,
    mut broken: Broken,
    report: &mut FaultReport,
) -> (Vec<InvoiceRow>, Vec<PaymentRow>) {
    let mut fates = first_looks(file, &rows, &mut broken, report);
    refuse_paid_whole_twice(file, &rows, &mut fates, &mut broken, report);
    leave_out_with(&broken, file, &rows, &mut fates, report);
    let (mut invoices, mut payments) = (Vec::with_capacity(rows.len()), Vec::with_capacity(rows.len()));
    for (at, (row, fate)) in rows.into_iter().zip(fates).enumerate() {
        let Fate::Taken { first } = fate else { continue };
        if first == at {
            invoices.push(row.invoice);
        }
        payments.extend(row.payment.map(|payment| payment.row));
    }
    (invoices, payments)
}

/// The payments of a payment table; one that repeats another word for word is asked.
pub(super) fn payments_once(file: &str, read: Vec<ReadPayment>, report: &mut FaultReport) -> Vec<PaymentRow> {
    let mut seen: HashMap<PaymentContent<'_>, u64> = HashMap::with_capacity(read.len());
    let mut taken = Vec::with_capacity(read.len());
    for payment in &read {
        let line = payment.row.place.line;
        let first = *seen.entry(payment.content()).or_insert(line);
        if first != line {
            report.faults.push(Fault::of_line(file, line, typed_twice(first)));
        }
        taken.push(first == line);
    }
    read.into_iter().zip(taken).filter(|(_, taken)| *taken).map(|(payment, _)| payment.row).collect()
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fate {
    /// Belongs to the invoice of the row at this index, perhaps its own.
    Taken { first: usize },
    /// Repeats another, or is at fault.
    LeftOut,
}

/// Finds each row's invoice, and the rows that repeat another.
fn first_looks(file: &str, rows: &[ReadRow], broken: &mut Broken, report: &mut FaultReport) -> Vec<Fate> {
    let shares_its_ids = sharing_ids(rows);
    let mut invoices: HashMap<InvoiceContent<'_>, usize> = HashMap::new();
    let mut seen: HashMap<(usize, Option<PaymentContent<'_>>), u64> = HashMap::new();
    let mut fates = Vec::with_capacity(rows.len());
    for (at, (row, shares)) in rows.iter().zip(shares_its_ids).enumerate() {
        if !shares {
            fates.push(Fate::Taken { first: at });
            continue;
        }
        let first = *invoices.entry(InvoiceContent::of(&row.invoice)).or_insert(at);
        let line = row.invoice.place.line;
        let before = *seen.entry((first, row.payment.as_ref().map(ReadPayment::content))).or_insert(line);
        if before == line {
            fates.push(Fate::Taken { first });
            continue;
        }
        fates.push(Fate::LeftOut);
        if row.payment.as_ref().is_some_and(|payment| !payment.whole) {
            report.faults.push(Fault::of_line(file, line, typed_twice(before)));
            broken.entry(key(row)).or_insert(line);
        } else {
            report.notes.push(Fault::of_line(file, line, format!("repeats line {before}, taken once")));
        }
    }
    fates
}

/// Which rows have another row's client, invoice and instalment: mostly none, and only those are looked at closely.
fn sharing_ids(rows: &[ReadRow]) -> Vec<bool> {
    let mut firsts: HashMap<(&str, &str, u32), usize> = HashMap::with_capacity(rows.len());
    let mut shares = vec![false; rows.len()];
    for (at, ReadRow { invoice, .. }) in rows.iter().enumerate() {
        let first = *firsts.entry((&invoice.client_id, &invoice.invoice_id, invoice.instalment_no)).or_insert(at);
        if first != at {
            for place in [first, at] {
                if let Some(shares) = shares.get_mut(place) {
                    *shares = true;
                }
            }
        }
    }
    shares
}

fn typed_twice(line: u64) -> String {
    format!("repeats line {line}: two payments, or one typed twice? hint: drop the row, or put both into one amount")
}

fn key(row: &ReadRow) -> (String, String) {
    (row.invoice.client_id.clone(), row.invoice.invoice_id.clone())
}

/// Each payment of the whole amount but one needs a reversal of another.
fn refuse_paid_whole_twice(
    file: &str,
    rows: &[ReadRow],
    fates: &mut [Fate],
    broken: &mut Broken,
    report: &mut FaultReport,
) {
    let mut tallies: HashMap<usize, Tally> = HashMap::new();
    let whole_payments = |row: &ReadRow, fate: Fate| match (fate, &row.payment) {
        (Fate::Taken { first }, Some(payment)) if payment.whole => Some((first, payment.row.kind)),
        _ => None,
    };
    for (row, fate) in rows.iter().zip(fates.iter()) {
        let Some((first, kind)) = whole_payments(row, *fate) else { continue };
        let tally = tallies.entry(first).or_default();
        match kind {
            PaymentKind::Reversal => tally.reversed += 1,
            _ => tally.paid += 1,
        }
    }
    for (row, fate) in rows.iter().zip(fates) {
        let Some((first, kind)) = whole_payments(row, *fate) else { continue };
        let Some(tally) = tallies.get_mut(&first).filter(|tally| tally.paid > tally.reversed + 1) else { continue };
        let line = row.invoice.place.line;
        match tally.first_line {
            None if kind != PaymentKind::Reversal => tally.first_line = Some(line),
            Some(before) if kind != PaymentKind::Reversal => {
                let reason = format!(
                    "the whole amount is paid on line {before} already; hint: part-payments need `paid_amount`"
                );
                report.faults.push(Fault::of_line(file, line, reason));
                broken.entry(key(row)).or_insert(line);
                *fate = Fate::LeftOut;
            }
            _ => {}
        }
    }
}

#[derive(Default)]
struct Tally {
    paid: u64,
    reversed: u64,
    first_line: Option<u64>,
}

/// With one of its rows lost an invoice would look unpaid, so it is left out whole.
fn leave_out_with(broken: &Broken, file: &str, rows: &[ReadRow], fates: &mut [Fate], report: &mut FaultReport) {
    if broken.is_empty() {
        return;
    }
    for (row, fate) in rows.iter().zip(fates).filter(|(_, fate)| **fate != Fate::LeftOut) {
        let Some(line) = broken.get(&key(row)) else { continue };
        let reason = format!("left out with line {line}, which is of the same invoice and cannot be taken");
        report.faults.push(Fault::of_line(file, row.invoice.place.line, reason));
        *fate = Fate::LeftOut;
    }
}

/// Everything about an invoice but where it stood.
#[derive(PartialEq, Eq, Hash)]
struct InvoiceContent<'a> {
    ids: (&'a str, &'a str, u32),
    dates: (Day, Day, DueDateOrigin, Day),
    claim: (Money, InvoiceKind),
    names: (&'a Option<String>, &'a Option<String>, &'a Option<String>),
    dispute: (Option<Day>, Option<Day>),
    attributes: &'a [Option<String>],
}

impl<'a> InvoiceContent<'a> {
    fn of(invoice: &'a InvoiceRow) -> Self {
        let InvoiceRow {
            place: _,
            client_id,
            invoice_id,
            instalment_no,
            issue_date,
            due_date,
            due_date_origin,
            amount,
            kind,
            corrects,
            entity,
            means_of_payment,
            disputed_on,
            dispute_closed_on,
            known_on,
            attributes,
        } = invoice;
        Self {
            ids: (client_id, invoice_id, *instalment_no),
            dates: (*issue_date, *due_date, *due_date_origin, *known_on),
            claim: (*amount, *kind),
            names: (corrects, entity, means_of_payment),
            dispute: (*disputed_on, *dispute_closed_on),
            attributes,
        }
    }
}

/// Everything about a payment but where it stood.
#[derive(PartialEq, Eq, Hash)]
struct PaymentContent<'a> {
    ids: (Option<&'a str>, &'a str, Option<u32>),
    dates: (Day, Day),
    paid: (Money, PaymentKind, PaymentOrigin),
    whole: bool,
    unread: &'a str,
}

impl ReadPayment {
    fn content(&self) -> PaymentContent<'_> {
        let PaymentRow { place: _, client_id, invoice_id, instalment_no, paid_date, amount, kind, origin, known_on } =
            &self.row;
        PaymentContent {
            ids: (client_id.as_deref(), invoice_id, *instalment_no),
            dates: (*paid_date, *known_on),
            paid: (*amount, *kind, *origin),
            whole: self.whole,
            // A whole payment is one payment, whatever stands beside it.
            unread: if self.whole { "" } else { &self.unread },
        }
    }
}
