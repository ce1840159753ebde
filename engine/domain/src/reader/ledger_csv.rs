//! A ledger as CSV or as a sheet: an invoice table (a row is an invoice, with its payment if there is one) or a payment table.
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

use std::collections::BTreeSet;

use super::field::TableKind;
use super::ledger_rows::{invoice_row, payment_row};
use super::map::ColumnMap;
use super::part_payments::{Broken, ReadRow, joined, payments_once};
use super::reading::{Read, Reading, Wanted, with_table};
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
    let read = with_table(file_name, bytes, map, Wanted::Ledger, &mut report, |reading, report| {
        read_into(&mut rows, reading, map, report);
    });
    if let Err(faults) = read {
        report.faults.extend(faults);
    }
    report.faults.sort_by_key(|fault| fault.line);
    report.notes.sort_by_key(|note| note.line);
    (rows, report)
}

fn read_into(rows: &mut LedgerRows, reading: &Reading<'_>, map: &ColumnMap, report: &mut FaultReport) {
    let (file, columns) = (reading.table.file, reading.columns);
    rows.files = vec![file.to_owned()];
    if columns.kind == TableKind::Payments {
        let read = reading.rows(report, payment_row, |read| Some(read.row.amount));
        rows.payments = payments_once(file, read.rows, report);
        return;
    }
    let read = reading.rows(report, invoice_row, |read| Some(read.invoice.amount));
    let Read { rows: mut read, mut broken, doubts } = read;
    if map.keeps_early_due_dates {
        report.notes.extend(doubts);
    } else {
        refuse(doubts, &mut read, &mut broken, report);
    }
    note_settled_elsewhere(reading, &mut read, report);
    rows.attribute_names = columns.attributes.iter().map(|(name, _)| name.clone()).collect();
    (rows.invoices, rows.payments) = joined(file, read, broken, report);
}

/// Where the file says what is left to pay and never when it was paid, payments must come from elsewhere.
fn note_settled_elsewhere(reading: &Reading<'_>, read: &mut [ReadRow], report: &mut FaultReport) {
    let settled = read.iter().filter(|row| row.settled_undated).count();
    if settled > 0 {
        let reason = format!(
            "{settled} invoices are paid in whole or in part by what is left of them, and the file does not say when: \
             without a payment table they count as open"
        );
        report.notes.push(Fault::of_line(reading.table.file, reading.table.header_line(), reason));
    }
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
