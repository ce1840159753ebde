//! An e-invoice as rows of the ledger.

use super::invoice::{Due, EInvoice};
use crate::identity::Siren;
use crate::ledger::{InvoiceKind, InvoiceRow};
use crate::money::Money;

/// Attributes of an invoice read from an e-invoice, sorted.
pub(super) const ATTRIBUTES: [&str; 3] = ["billing_process", "client_name", "siren"];

/// The credit note that takes an invoice back.
pub(super) fn taken_back(part: &InvoiceRow, invoice_id: String, by: &EInvoice) -> InvoiceRow {
    InvoiceRow {
        place: by.place,
        invoice_id,
        issue_date: by.issued.max(part.issue_date),
        due_date: by.issued.max(part.issue_date),
        amount: Money::from_minor(-part.amount.minor(), part.amount.currency()),
        kind: InvoiceKind::CreditNote,
        corrects: Some(part.invoice_id.clone()),
        disputed_on: None,
        dispute_closed_on: None,
        known_on: by.issued.max(part.known_on),
        attributes: attributes_of(by),
        ..part.clone()
    }
}

/// What a client is told by.
pub(super) fn client_id(invoice: &EInvoice) -> Option<String> {
    invoice.buyer.key().map(str::to_owned)
}

fn attributes_of(invoice: &EInvoice) -> Vec<Option<String>> {
    let siren = invoice.buyer.siren.as_ref().map(Siren::to_string);
    vec![invoice.process.clone(), invoice.buyer.name.clone(), siren]
}

/// An invoice's rows, one for each instalment.
pub(super) fn rows_of(invoice: &EInvoice) -> Vec<InvoiceRow> {
    let Some(client_id) = client_id(invoice) else { return Vec::new() };
    let numbered = (1_u32..).zip(&invoice.due);
    let row = |(instalment_no, due): (u32, &Due)| InvoiceRow {
        place: invoice.place,
        client_id: client_id.clone(),
        invoice_id: invoice.number.clone(),
        instalment_no,
        issue_date: invoice.issued,
        due_date: due.date,
        due_date_origin: due.origin,
        amount: due.amount,
        kind: invoice.kind,
        corrects: invoice.earlier.clone().filter(|_| invoice.kind == InvoiceKind::CreditNote),
        entity: invoice.seller.key().map(str::to_owned),
        means_of_payment: invoice.means_of_payment.clone(),
        disputed_on: None,
        dispute_closed_on: None,
        known_on: invoice.issued,
        attributes: attributes_of(invoice),
    };
    numbered.map(row).collect()
}
