//! The readers from outside: files in, rows and faults out.

mod client_files;
mod facts;
mod ledger_faults;
mod ledger_rows;
mod people;
mod properties;
mod suggestions;
mod tables;
mod workbooks;

use super::{ColumnMap, read_ledger};
use crate::fault::FaultReport;
use crate::ledger::LedgerRows;

/// The plain header, with a line end.
const PLAIN: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n";

/// Reads a plain ledger named `f` and compares everything it gives, a line each.
fn check(input: impl AsRef<[u8]>, expected: &[&str]) {
    check_map("", input, expected);
}

/// As [`check`], with a map.
fn check_map(map: &str, input: impl AsRef<[u8]>, expected: &[&str]) {
    let input = input.as_ref();
    let map = ColumnMap::from_toml("m", map).unwrap();
    let (rows, report) = read_ledger("f", input, &map);
    assert_eq!(shown(&rows, &report), expected, "{}", String::from_utf8_lossy(input));
}

/// Rows as words in the order of their columns, defaults left out; then faults and notes.
fn shown(rows: &LedgerRows, report: &FaultReport) -> Vec<String> {
    let mut lines: Vec<String> = rows.invoices.iter().map(|row| invoice(row, &rows.attribute_names)).collect();
    lines.extend(rows.payments.iter().map(payment));
    lines.extend(told(report));
    lines
}

fn told(report: &FaultReport) -> impl Iterator<Item = String> {
    let faults = report.faults.iter().map(ToString::to_string);
    faults.chain(report.notes.iter().map(|note| format!("note: {note}")))
}

fn invoice(row: &crate::ledger::InvoiceRow, names: &[String]) -> String {
    let mut text = format!(
        "{}: {} {} {} {} {} {}",
        row.place.line,
        row.kind.code(),
        row.client_id,
        row.invoice_id,
        row.issue_date,
        row.due_date,
        row.amount
    );
    let further = [
        (row.instalment_no != 1).then(|| format!("instalment {}", row.instalment_no)),
        (row.due_date_origin != crate::ledger::DueDateOrigin::Stated).then(|| row.due_date_origin.code().to_owned()),
        row.corrects.as_ref().map(|id| format!("corrects {id}")),
        row.entity.as_ref().map(|entity| format!("entity {entity}")),
        row.means_of_payment.as_ref().map(|means| format!("by {means}")),
        row.disputed_on.map(|day| format!("disputed {day}")),
        row.dispute_closed_on.map(|day| format!("closed {day}")),
        (row.known_on != row.issue_date).then(|| format!("known {}", row.known_on)),
    ];
    for further in further.into_iter().flatten() {
        text.push_str(&format!(", {further}"));
    }
    for (name, value) in names.iter().zip(&row.attributes) {
        text.push_str(&format!(", {name}={}", value.as_deref().unwrap_or("-")));
    }
    text
}

fn payment(row: &crate::ledger::PaymentRow) -> String {
    let mut text =
        format!("{}: {} {} {} {}", row.place.line, row.kind.code(), row.invoice_id, row.paid_date, row.amount);
    if row.known_on != row.paid_date {
        text.push_str(&format!(", known {}", row.known_on));
    }
    text
}
