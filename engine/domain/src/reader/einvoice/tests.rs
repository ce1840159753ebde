//! E-invoices written by the tests' own writers, in the shapes that public examples have.

mod bombs;
mod life;
mod pdfs;
mod sales;
mod writers;

use super::Documents;
use crate::fault::FaultReport;
use crate::ledger::{InvoiceRow, LedgerRows};
use crate::reader::format::{Content, FORMATS, File, ReadOptions};

/// Reads a file as `auto` does.
fn read(name: &str, bytes: &[u8], options: &ReadOptions<'_>) -> (Documents, FaultReport) {
    let file = File { name, bytes };
    let format = FORMATS.iter().find(|format| (format.looks_like)(file)).unwrap_or_else(|| panic!("{name}: no format"));
    match (format.read)(file, options) {
        (Content::Documents(documents), report) => (documents, report),
        other => panic!("{name}: {other:?}"),
    }
}

/// Reads files and settles them.
fn settle<S: AsRef<str>>(files: &[S], options: &ReadOptions<'_>) -> (LedgerRows, FaultReport) {
    settle_with(files, options, &LedgerRows::default())
}

fn settle_with<S: AsRef<str>>(files: &[S], options: &ReadOptions<'_>, known: &LedgerRows) -> (LedgerRows, FaultReport) {
    let (mut documents, mut report) = (Documents::default(), FaultReport::default());
    for (at, text) in files.iter().enumerate() {
        let (read, told) = read(&format!("{at}.xml"), text.as_ref().as_bytes(), options);
        documents.append(read);
        report.append(told);
    }
    let (rows, told) = together(&documents, known);
    report.append(told);
    (rows, report)
}

/// What documents come to when these rows are there already: new rows and those that the documents change.
fn together(documents: &Documents, known: &LedgerRows) -> (LedgerRows, FaultReport) {
    let (mut all, kept, mut report) = documents.sales();
    let known_rows = known.invoices.len();
    all.append(known.clone());
    let before: Vec<InvoiceRow> = all.invoices.clone();
    let (payments, told) = kept.apply(&mut all);
    report.append(told);
    let is_old = |at: usize| (before.len() - known_rows..before.len()).contains(&at);
    let changed = |at: usize, row: &InvoiceRow| !is_old(at) || before.get(at) != Some(row);
    let invoices: Vec<InvoiceRow> =
        all.invoices.into_iter().enumerate().filter(|(at, row)| changed(*at, row)).map(|(_, row)| row).collect();
    (LedgerRows { invoices, payments: payments.payments, ..all }, report)
}

fn faults(report: &FaultReport) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

fn notes(report: &FaultReport) -> Vec<String> {
    report.notes.iter().map(ToString::to_string).collect()
}

/// What a row says, in one line.
fn told(rows: &LedgerRows) -> Vec<String> {
    let mut told: Vec<String> = rows
        .invoices
        .iter()
        .map(|row| {
            let day = |day: Option<crate::Day>| day.map_or(String::new(), |day| day.to_string());
            format!(
                "{} {} {} {} {} {} {} {}|{}",
                row.client_id,
                row.invoice_id,
                row.issue_date,
                row.due_date,
                row.due_date_origin.code(),
                row.amount,
                row.kind.code(),
                day(row.disputed_on),
                day(row.dispute_closed_on)
            )
        })
        .collect();
    told.extend(rows.payments.iter().map(|row| {
        let (client, kind) = (row.client_id.as_deref().unwrap_or("?"), row.kind.code());
        format!("{client} {} {} {} {kind} known {}", row.invoice_id, row.paid_date, row.amount, row.known_on)
    }));
    told
}
