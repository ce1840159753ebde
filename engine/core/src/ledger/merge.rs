//! A newer import on top of an older ledger.
//!
//! Invoices of one name must agree word for word in what defines them; an attribute or dispute that the older one
//! lacks is taken from the newer. Payments are a multiset: what both have is there once, so that the same file twice,
//! or overlapping months, change nothing, and the order of imports leaves no trace.

use std::collections::BTreeMap;

use encours_domain::FaultReport;
use encours_domain::ledger::{InvoiceRow, LedgerRows, PaymentRow};

use super::check::{CheckedLedger, checked};

/// What faults and notes call the rows that were there before.
pub const STORED_LEDGER: &str = "the stored ledger";

impl CheckedLedger {
    /// This ledger and new rows together, checked as a whole.
    pub fn merged(self, new: LedgerRows) -> (CheckedLedger, FaultReport) {
        let mut old = LedgerRows {
            files: vec![STORED_LEDGER.to_owned()],
            attribute_names: self.attribute_names,
            invoices: self.invoices,
            payments: Vec::new(),
        };
        let known = self.payments;
        let shift = old.files.len();
        let incoming = new.payments.clone();
        old.append(LedgerRows { payments: Vec::new(), ..new });
        old.invoices = with_gaps_filled(old.invoices);
        old.payments = together(known, incoming, u32::try_from(shift).unwrap_or(u32::MAX));
        checked(old)
    }
}

/// Where one row of an invoice lacks an attribute or a dispute that another has, it takes it over.
fn with_gaps_filled(mut invoices: Vec<InvoiceRow>) -> Vec<InvoiceRow> {
    let name = |invoice: &InvoiceRow| {
        (invoice.client_id.clone(), invoice.invoice_id.clone(), invoice.instalment_no, invoice.place)
    };
    invoices.sort_by_cached_key(name);
    for run in invoices.chunk_by_mut(|left, right| {
        (&left.client_id, &left.invoice_id, left.instalment_no)
            == (&right.client_id, &right.invoice_id, right.instalment_no)
    }) {
        if run.len() < 2 {
            continue;
        }
        let mut whole = run.first().cloned();
        for row in run.iter() {
            if let Some(whole) = &mut whole {
                fill(whole, row);
            }
        }
        if let Some(whole) = whole {
            for row in run.iter_mut() {
                fill(row, &whole);
            }
        }
    }
    invoices
}

fn fill(row: &mut InvoiceRow, from: &InvoiceRow) {
    row.disputed_on = row.disputed_on.or(from.disputed_on);
    row.dispute_closed_on = row.dispute_closed_on.or(from.dispute_closed_on);
    for (own, other) in row.attributes.iter_mut().zip(&from.attributes) {
        if own.is_none() {
            own.clone_from(other);
        }
    }
}

/// Everything that makes two payments the same payment.
fn name(payment: &PaymentRow) -> (String, i32, i64, encours_domain::ledger::PaymentKind) {
    (payment.invoice_id.clone(), payment.paid_date.number(), payment.amount.minor(), payment.kind)
}

/// Whether a payment of a new file can be one that is known: the file may leave client and instalment out.
fn may_be(known: &PaymentRow, new: &PaymentRow) -> bool {
    let agrees = |known: bool, new: bool| !new || known;
    name(known) == name(new)
        && agrees(known.client_id == new.client_id, new.client_id.is_some())
        && agrees(known.instalment_no == new.instalment_no, new.instalment_no.is_some())
}

fn together(known: Vec<PaymentRow>, new: Vec<PaymentRow>, shift: u32) -> Vec<PaymentRow> {
    let mut waiting: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (position, payment) in known.iter().enumerate() {
        waiting.entry(name(payment)).or_default().push(position);
    }
    let mut together = known;
    for mut payment in new {
        let same = waiting.get_mut(&name(&payment));
        let found = same.and_then(|positions| {
            let place = positions
                .iter()
                .position(|&position| together.get(position).is_some_and(|known| may_be(known, &payment)));
            place.map(|place| positions.swap_remove(place))
        });
        if found.is_none() {
            payment.place.file = payment.place.file.saturating_add(shift);
            together.push(payment);
        }
    }
    together
}
