//! A newer import on top of an older ledger.
//!
//! Invoices of one name must agree word for word in what defines them; an attribute or dispute that the older one
//! lacks is taken from the newer, and a due date that one of them knows takes the place of the legal default. Payments are a multiset: what both have is there once, so that the same file twice,
//! or overlapping months, change nothing, and the order of imports leaves no trace.

use std::collections::HashMap;

use encours_domain::FaultReport;
use encours_domain::ledger::{DueDateOrigin, InvoiceRow, LedgerRows, PaymentKind, PaymentRow};
use foldhash::fast::FixedState;

use super::check::{CheckedLedger, by_name, checked};

/// What faults and notes call the rows that were there before.
pub const STORED_LEDGER: &str = "the stored ledger";

impl CheckedLedger {
    /// This ledger and new rows together, checked as a whole.
    pub fn merged(self, mut new: LedgerRows) -> (CheckedLedger, FaultReport) {
        let mut old = LedgerRows {
            files: vec![STORED_LEDGER.to_owned()],
            attribute_names: self.attribute_names,
            invoices: self.invoices,
            payments: Vec::new(),
        };
        let known = self.payments;
        let shift = old.files.len();
        let incoming = std::mem::take(&mut new.payments);
        old.append(new);
        old.invoices = with_gaps_filled(old.invoices);
        old.payments = together(known, incoming, u32::try_from(shift).unwrap_or(u32::MAX));
        checked(old)
    }
}

/// Where one row of an invoice lacks an attribute or a dispute that another has, it takes it over.
fn with_gaps_filled(invoices: Vec<InvoiceRow>) -> Vec<InvoiceRow> {
    let mut invoices = by_name(invoices);
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
    if row.due_date_origin == DueDateOrigin::LegalDefault && from.due_date_origin != DueDateOrigin::LegalDefault {
        (row.due_date, row.due_date_origin) = (from.due_date, from.due_date_origin);
    }
    row.disputed_on = row.disputed_on.or(from.disputed_on);
    row.dispute_closed_on = row.dispute_closed_on.or(from.dispute_closed_on);
    for (own, other) in row.attributes.iter_mut().zip(&from.attributes) {
        if own.is_none() {
            own.clone_from(other);
        }
    }
}

/// Everything that makes two payments the same payment.
type Name<'p> = (&'p str, i32, i64, PaymentKind);

fn name(payment: &PaymentRow) -> Name<'_> {
    (&payment.invoice_id, payment.paid_date.number(), payment.amount.minor(), payment.kind)
}

/// Whether a payment of a new file can be one that is known: the file may leave client and instalment out.
fn may_be(known: &PaymentRow, new: &PaymentRow) -> bool {
    let agrees = |known: bool, new: bool| !new || known;
    name(known) == name(new)
        && agrees(known.client_id == new.client_id, new.client_id.is_some())
        && agrees(known.instalment_no == new.instalment_no, new.instalment_no.is_some())
}

fn together(known: Vec<PaymentRow>, mut new: Vec<PaymentRow>, shift: u32) -> Vec<PaymentRow> {
    for payment in &mut new {
        payment.place.file = payment.place.file.saturating_add(shift);
    }
    if known.is_empty() {
        return new;
    }
    let mut waiting: HashMap<Name<'_>, Vec<usize>, FixedState> = HashMap::with_hasher(FixedState::with_seed(17));
    for (position, payment) in known.iter().enumerate() {
        waiting.entry(name(payment)).or_default().push(position);
    }
    let mut is_new: Vec<bool> = Vec::with_capacity(new.len());
    for payment in &new {
        let found = waiting.get_mut(&name(payment)).and_then(|positions| {
            let fits = |&position: &usize| known.get(position).is_some_and(|known| may_be(known, payment));
            let place = positions.iter().position(fits);
            place.map(|place| positions.swap_remove(place))
        });
        is_new.push(found.is_none());
    }
    let mut together = known;
    together.extend(new.into_iter().zip(is_new).filter_map(|(payment, is_new)| is_new.then_some(payment)));
    together
}
