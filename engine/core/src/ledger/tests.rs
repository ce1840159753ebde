//! Checks, merges and layout through the room's public functions, on ledgers written as CSV.

use std::sync::Arc;

use encours_domain::FaultReport;
use encours_domain::ledger::LedgerRows;
use encours_domain::reader::{ColumnMap, read_ledger};

use super::snapshot::parquet_as_csv;
use super::{AttributeChoice, Book, CheckedLedger, ReadOptions, Snapshot, TableSource, checked};

const HEADER: &str =
    "client_id,invoice_id,issue_date,due_date,amount,paid_date,paid_amount,kind,instalment_no,corrects,currency\n";
const PAYMENTS: &str = "client_id,invoice_id,paid_date,amount,instalment_no\n";

fn rows(csv: &str) -> LedgerRows {
    let (rows, report) = read_ledger("ledger.csv", csv.as_bytes(), &ColumnMap::plain());
    assert_eq!(report.faults, [], "{csv}");
    rows
}

fn invoices(lines: &str) -> LedgerRows {
    rows(&format!("{HEADER}{lines}"))
}

fn with_payments(lines: &str, payments: &str) -> LedgerRows {
    let mut all = invoices(lines);
    all.append(rows(&format!("{PAYMENTS}{payments}")));
    all
}

fn sound(rows: LedgerRows) -> CheckedLedger {
    let (ledger, report) = checked(rows);
    assert_eq!(report.faults, []);
    ledger
}

fn only_fault(report: &FaultReport) -> String {
    assert_eq!(report.faults.len(), 1, "{:?}", report.faults);
    report.faults[0].to_string()
}

const ONE: &str = "A,F1,2024-01-01,2024-01-31,100.00,,,,,,\n";

#[test]
fn what_rows_say_against_each_other() {
    let two = format!("{ONE}A,F1,2024-01-02,2024-01-31,100.00,,,,,,\n");
    let cases: &[(LedgerRows, &str)] = &[
        (invoices(&two), "ledger.csv, line 3, column `invoice_id`, value `F1`: another invoice of client `A`"),
        (
            with_payments(ONE, "A,F2,2024-02-01,10.00,\n"),
            "line 2, column `invoice_id`, value `F2`: no invoice has this number",
        ),
        (with_payments(ONE, "B,F1,2024-02-01,10.00,\n"), "value `F1`: no invoice has this number for this client"),
        (
            with_payments(ONE, "A,F1,2024-02-01,60.00,\nA,F1,2024-02-02,60.00,\n"),
            "line 3, column `amount`, value `60.00`: more than is left to pay of invoice `F1`; expected at most 40.00 EUR",
        ),
        (
            with_payments(&format!("{ONE}B,F1,2024-01-01,2024-01-31,100.00,,,,,,\n"), ",F1,2024-02-01,10.00,\n"),
            "invoices of several clients have this number; expected client_id beside it",
        ),
        (
            with_payments("A,F1,2024-01-01,2024-01-31,100.00,,,,,,USD\n", "A,F1,2024-02-01,10.00,\n"),
            "column `currency`, value `EUR`: the payment is in another currency than its invoice `F1`; expected USD",
        ),
    ];
    let paid = |amount| format!("A,F1,2024-01-01,2024-01-31,100.00,2024-02-01,{amount},,,,\n");
    let more = [
        (invoices(&paid("100.01")), "line 2, column `paid_amount`, value `100.01`: more than is left to pay"),
        // Neither is taken, and of the payments in their rows nothing is told besides.
        (
            invoices(&format!("{}{}", paid("10.00"), paid("20.00").replace("100.00", "101.00"))),
            "ledger.csv, line 3, column `invoice_id`, value `F1`: another invoice of client `A`",
        ),
    ];
    for (rows, expected) in cases.iter().chain(&more) {
        let (_, report) = checked(rows.clone());
        let fault = only_fault(&report);
        assert!(fault.contains(expected), "found `{fault}`, expected `{expected}`");
    }
}

#[test]
fn a_payment_without_instalment_goes_to_the_oldest_open_one() {
    let lines = "A,F1,2024-01-01,2024-01-31,60.00,,,,1,,\nA,F1,2024-01-01,2024-02-29,40.00,,,,2,,\n";
    let ledger = sound(with_payments(lines, "A,F1,2024-01-30,60.00,\nA,F1,2024-03-05,40.00,\n"));
    let placed: Vec<_> = ledger.payments.iter().map(|payment| payment.instalment_no).collect();
    assert_eq!(placed, [Some(1), Some(2)]);
}

#[test]
fn a_credit_note_lowers_what_may_be_paid() {
    let lines = format!("{ONE}A,N1,2024-01-10,2024-01-10,-30.00,,,credit note,,F1,\n");
    assert_eq!(sound(with_payments(&lines, "A,F1,2024-02-01,70.00,\n")).payments(), 1);
    let (_, report) = checked(with_payments(&lines, "A,F1,2024-02-01,70.01,\n"));
    assert!(only_fault(&report).contains("at most 70.00 EUR"));
}

#[test]
fn a_bounced_payment_makes_room_for_another() {
    let payments = "A,F1,2024-02-01,100.00,\nA,F1,2024-02-05,-100.00,\nA,F1,2024-02-20,100.00,\n";
    assert_eq!(sound(with_payments(ONE, payments)).payments(), 3);
}

#[test]
fn imports_in_either_order_make_one_ledger() {
    let first = || with_payments(ONE, "A,F1,2024-02-01,40.00,\n");
    let second = || {
        let lines = format!("{ONE}B,G1,2024-03-01,2024-03-31,10.00,2024-04-02,,,,,\n");
        with_payments(&lines, "A,F1,2024-02-01,40.00,\nA,F1,2024-03-01,60.00,\n")
    };
    let hash = |ledger: &CheckedLedger| Snapshot::write(ledger).unwrap().hash();
    let (forward, report) = sound(first()).merged(second());
    assert_eq!(report.faults, []);
    let (backward, report) = sound(second()).merged(first());
    assert_eq!(report.faults, []);
    assert_eq!((forward.invoices(), forward.payments(), forward.clients()), (2, 3, 2));
    assert_eq!(hash(&forward), hash(&backward));
    let (again, _) = forward.clone().merged(second());
    assert_eq!(hash(&again), hash(&forward));
    // What comes back from the stored bytes is what was stored.
    assert_eq!(Snapshot::write(&forward).unwrap().ledger().unwrap(), forward);
}

#[test]
fn what_is_stored_outlives_a_row_that_contradicts_it() {
    let stored = sound(with_payments(ONE, "A,F1,2024-02-01,40.00,\n"));
    let (kept, report) = stored.clone().merged(invoices("A,F1,2024-01-01,2024-01-31,101.00,,,,,,\n"));
    let fault = only_fault(&report);
    assert!(
        fault.contains("another invoice of client `A` has this number and instalment 1 (the stored ledger)"),
        "{fault}"
    );
    assert_eq!(kept, stored);
}

#[test]
fn an_export_can_be_imported_again() {
    let lines = format!("{ONE}B,G1,2024-03-01,2024-03-31,1500,2024-04-02,,,,,JPY\n");
    let ledger = sound(with_payments(&lines, "A,F1,2024-02-01,40.50,\n"));
    let snapshot = Snapshot::write(&ledger).unwrap();
    let csv = |name: &'static str, bytes: &Arc<[u8]>| {
        let table = parquet_as_csv(&TableSource::from_bytes(name, Arc::clone(bytes))).unwrap();
        rows(&String::from_utf8(table).unwrap())
    };
    let mut again = csv("invoices.parquet", &snapshot.invoices);
    again.append(csv("payments.parquet", &snapshot.payments));
    assert_eq!(Snapshot::write(&sound(again)).unwrap().hash(), snapshot.hash());
}

#[test]
fn the_book_stands_by_client_and_content() {
    let lines = "B,2,2024-01-05,2024-02-05,20.00,,,,,,\nA,9,2024-01-02,2024-02-01,5.00,2024-02-03,,,,,\nA,1,2024-01-01,2024-01-31,7.00,,,,,,\n";
    let options = ReadOptions { invoice_ids: true, attributes: AttributeChoice::All };
    let book = Snapshot::write(&sound(invoices(lines))).unwrap().book(&options).unwrap();
    assert_eq!((book.clients().len(), book.invoices(), book.payments()), (2, 3, 1));
    assert_eq!(book.clients().number("B"), Some(1));
    let amounts: Vec<i64> = book.client(0).records().iter().map(|record| record.amount).collect();
    assert_eq!(amounts, [700, 500]);
    let numbers: Vec<&str> =
        book.client(0).records().iter().map(|record| book.invoice_ids().text(record.row)).collect();
    assert_eq!(numbers, ["1", "9"]);
    assert!(book.client(7).records().is_empty());
}

#[test]
fn damaged_tables_are_errors_with_a_place() {
    let snapshot = Snapshot::write(&sound(with_payments(ONE, "A,F1,2024-02-01,40.00,\n"))).unwrap();
    let cut: Arc<[u8]> = snapshot.invoices[..snapshot.invoices.len() / 2].into();
    let read = |invoices: &Arc<[u8]>, payments: &Arc<[u8]>| {
        let invoices = TableSource::from_bytes("invoices.parquet", Arc::clone(invoices));
        let payments = TableSource::from_bytes("payments.parquet", Arc::clone(payments));
        Book::read(&invoices, &payments, &ReadOptions::default()).map(|_| ()).unwrap_err().to_string()
    };
    let said = read(&cut, &snapshot.payments);
    assert!(said.starts_with("invoices.parquet: no readable Parquet file"), "{said}");
    let said = read(&snapshot.payments, &snapshot.invoices);
    assert!(said.contains("invoices.parquet: column `issue_date`, `due_date` is missing; found `client_id`"), "{said}");
    let other = Snapshot::write(&sound(invoices("A,F2,2024-01-01,2024-01-31,100.00,,,,,,\n"))).unwrap();
    let said = read(&other.invoices, &snapshot.payments);
    assert_eq!(said, "payments.parquet: line 2, column `invoice_id`: found `F1`, which no invoice has");
}
