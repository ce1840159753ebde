//! The portfolio laid flat, one row as the files have it, by client and then by date.

use chrono::NaiveDate;

use crate::ledger::{Client, CreditNote, Dispute, Document, Payment};
use crate::portfolio::{Account, Portfolio};

/// One row of `invoices.parquet`.
pub(super) struct InvoiceRow<'a> {
    pub client: &'a Client,
    pub number: &'a str,
    pub instalment: i32,
    pub kind: &'static str,
    pub issued_on: NaiveDate,
    pub due_on: NaiveDate,
    pub known_on: NaiveDate,
    /// Negative on credit notes.
    pub amount: i64,
    pub corrects: Option<&'a str>,
    pub dispute: Option<Dispute>,
}

/// One row of `payments.parquet`.
pub(super) struct PaymentRow<'a> {
    pub client_id: &'a str,
    pub number: &'a str,
    pub instalment: i32,
    pub payment: Payment,
}

pub(super) fn invoice_rows(portfolio: &Portfolio) -> Vec<InvoiceRow<'_>> {
    portfolio.accounts.iter().flat_map(invoices_of).collect()
}

pub(super) fn payment_rows(portfolio: &Portfolio) -> Vec<PaymentRow<'_>> {
    portfolio.accounts.iter().flat_map(payments_of).collect()
}

fn invoices_of(account: &Account) -> Vec<InvoiceRow<'_>> {
    let mut rows = Vec::new();
    for document in &account.documents {
        rows.extend(claims(&account.client, document));
        rows.extend(document.credit_notes.iter().map(|note| credit(&account.client, document, note)));
    }
    rows.sort_by_key(|row| (row.issued_on, row.number, row.instalment));
    rows
}

fn claims<'a>(client: &'a Client, document: &'a Document) -> impl Iterator<Item = InvoiceRow<'a>> {
    (1..).zip(&document.instalments).map(move |(instalment, part)| InvoiceRow {
        client,
        number: &document.number,
        instalment,
        kind: document.kind.label(),
        issued_on: document.issued_on,
        due_on: part.due_on,
        known_on: document.known_on,
        amount: part.amount,
        corrects: None,
        dispute: document.dispute,
    })
}

fn credit<'a>(client: &'a Client, document: &'a Document, note: &'a CreditNote) -> InvoiceRow<'a> {
    InvoiceRow {
        client,
        number: &note.number,
        instalment: 1,
        kind: "credit note",
        issued_on: note.issued_on,
        due_on: note.issued_on,
        known_on: note.known_on,
        amount: -note.amount,
        corrects: Some(&document.number),
        dispute: None,
    }
}

fn payments_of(account: &Account) -> Vec<PaymentRow<'_>> {
    let mut rows = Vec::new();
    for document in &account.documents {
        for (instalment, part) in (1..).zip(&document.instalments) {
            rows.extend(part.payments.iter().map(|payment| PaymentRow {
                client_id: &account.client.id,
                number: &document.number,
                instalment,
                payment: *payment,
            }));
        }
    }
    rows.sort_by_key(|row| (row.payment.paid_on, row.number, row.instalment));
    rows
}
