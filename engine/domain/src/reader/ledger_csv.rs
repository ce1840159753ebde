//! A ledger as CSV: an invoice table (a row is an invoice, with its payment if there is one) or a payment table.
//!
//! Invoice table: `client_id, invoice_id, issue_date, due_date, amount`, mostly `paid_date` (empty while open), and by
//! choice every other column of [`Field`](super::Field); any further column is an attribute known at issue. A table
//! with `invoice_id, paid_date, amount` and neither `issue_date` nor `due_date` is a payment table.
//!
//! What is taken where a column is absent or empty: `currency` the map's, else EUR; `paid_amount` the whole amount;
//! `kind` by the sign (a negative invoice is a credit note, a negative payment a reversal); `instalment_no` 1;
//! `due_date_origin` stated; `known_on` and `payment_known_on` the event's own day.
//!
//! A due date before the day of issue is a fault, unless the map keeps such rows
//! ([`ColumnMap::keeping_early_due_dates`]): then it is a note.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::{Cells, Told, Writing};
use super::columns::Columns;
use super::decode::decode;
use super::field::{Field, TableKind};
use super::ledger_rows::{invoice_row, payment_row};
use super::map::ColumnMap;
use super::names::normal;
use super::part_payments::{Broken, ReadRow, joined, payments_once};
use super::survey::survey;
use super::table::{Names, Table};
use crate::fault::{Fault, FaultReport};
use crate::ledger::LedgerRows;

/// Reads an invoice table or a payment table.
///
/// Sound rows are given beside the faults of the others. An invoice of which one row is at fault is left out whole:
/// with a part-payment lost it would look unpaid.
///
/// ```
/// use encours_domain::reader::{ColumnMap, read_ledger};
/// let text = "client_id,invoice_id,issue_date,due_date,amount,paid_date\n\
///             C1,F1,2026-01-05,2026-02-04,1200.00,\n\
///             C1,F2,2026-01-09,2026-02-08,950.50,2026-02-31\n";
/// let (rows, report) = read_ledger("ledger.csv", text.as_bytes(), &ColumnMap::plain());
/// assert_eq!(rows.invoices.len(), 1);
/// assert_eq!(
///     report.faults[0].to_string(),
///     "ledger.csv, line 3, column `paid_date`, value `2026-02-31`: \
///      no such day in the calendar, expected a date as `YYYY-MM-DD`",
/// );
/// ```
pub fn read_ledger(file_name: &str, bytes: &[u8], map: &ColumnMap) -> (LedgerRows, FaultReport) {
    let mut rows = LedgerRows { files: vec![file_name.to_owned()], ..LedgerRows::default() };
    let mut report = FaultReport::default();
    if let Err(faults) = read_into(&mut rows, &mut report, file_name, bytes, map) {
        report.faults.extend(faults);
    }
    report.faults.sort_by_key(|fault| fault.line);
    report.notes.sort_by_key(|note| note.line);
    (rows, report)
}

fn read_into(
    rows: &mut LedgerRows,
    report: &mut FaultReport,
    file: &str,
    bytes: &[u8],
    map: &ColumnMap,
) -> Result<(), Vec<Fault>> {
    let decoded = decode(file, bytes, map.encoding).map_err(|fault| vec![fault])?;
    report.notes.extend(decoded.note);
    let is_known = |name: &str| {
        let name = normal(name);
        Field::by_name(&name).is_some() || map.speaks_of(&name)
    };
    let expected = TableKind::Invoices.required().iter().chain(&[Field::PaidDate]);
    let expected: Vec<&str> = expected.map(|field| map.theirs(*field)).collect();
    let hint = "the first line must name the columns, and other names need a map file";
    let names = Names { is_known: &is_known, expected: &expected, hint };
    let table = Table::open(file, &decoded.text, map.delimiter, &names).map_err(|fault| vec![fault])?;
    let columns = Columns::resolve(&table, map, report).map_err(|fault| vec![fault])?;
    let amounts = survey(&table, &columns, map)?;
    let writing = Writing { amounts, dates: &map.date, currency: map.currency };
    let reading = Reading { table: &table, columns: &columns, writing: &writing };
    match columns.kind {
        TableKind::Invoices => {
            let Read { rows: mut read, mut broken, doubts } = reading.rows(report, invoice_row);
            if map.keeps_early_due_dates {
                report.notes.extend(doubts);
            } else {
                refuse(doubts, &mut read, &mut broken, report);
            }
            rows.attribute_names = columns.attributes.iter().map(|(name, _)| name.clone()).collect();
            (rows.invoices, rows.payments) = joined(file, read, broken, report);
        }
        TableKind::Payments => {
            let read = reading.rows(report, payment_row);
            rows.payments = payments_once(file, read.rows, report);
        }
    }
    Ok(())
}

/// Rows in doubt are faults, and their invoices are left out whole.
fn refuse(doubts: Vec<Fault>, read: &mut Vec<ReadRow>, broken: &mut Broken, report: &mut FaultReport) {
    let lines: BTreeSet<u64> = doubts.iter().filter_map(|doubt| doubt.line).collect();
    read.retain(|row| {
        let place = row.invoice.place;
        let is_sound = !lines.contains(&place.line);
        if !is_sound {
            let ids = (row.invoice.client_id.clone(), row.invoice.invoice_id.clone());
            broken.entry(ids).or_insert(place.line);
        }
        is_sound
    });
    report.faults.extend(doubts);
}

/// Every row that can be read, the invoices of those that cannot, and what is in doubt.
struct Read<T> {
    rows: Vec<T>,
    broken: Broken,
    doubts: Vec<Fault>,
}

struct Reading<'a> {
    table: &'a Table<'a>,
    columns: &'a Columns,
    writing: &'a Writing<'a>,
}

impl Reading<'_> {
    fn rows<T>(&self, report: &mut FaultReport, read: fn(&mut Cells<'_>) -> Result<T, Told>) -> Read<T> {
        let (file, columns, writing) = (self.table.file, self.columns, self.writing);
        let mut found = Read { rows: Vec::new(), broken: BTreeMap::new(), doubts: Vec::new() };
        let mut any = false;
        let mut rows = self.table.rows();
        while rows.advance() {
            any = true;
            if rows.is_blank() {
                report.notes.push(Fault::of_line(file, rows.line, "the row is blank and was passed over"));
                continue;
            }
            if let Some(reason) = rows.shape_fault(self.columns.header.len()) {
                report.faults.push(Fault::of_line(file, rows.line, reason));
                continue;
            }
            let (line, record) = (rows.line, &rows.record);
            let doubts = &mut found.doubts;
            let mut cells = Cells { file, line, record, columns, writing, report, doubts };
            match read(&mut cells) {
                Ok(row) => found.rows.push(row),
                Err(Told) => {
                    let id = |field| cells.text(field).unwrap_or_default().to_owned();
                    found.broken.entry((id(Field::ClientId), id(Field::InvoiceId))).or_insert(line);
                }
            }
        }
        self.note_end(any, report);
        found
    }

    fn note_end(&self, any: bool, report: &mut FaultReport) {
        if !any {
            report.notes.push(Fault::of_file(self.table.file, "the file has a header and no rows"));
        } else if let Some(line) = self.table.unfinished_line() {
            let reason = "the last line lacks its line end; see that it is whole";
            report.notes.push(Fault::of_line(self.table.file, line, reason));
        }
    }
}
