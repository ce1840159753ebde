//! The eighteen measures that other programs compute too, on a ledger worked out by hand.

use encours_core::portfolio::measures::Measures;
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::ledger::LedgerRows;

use crate::support::{START, book_of, day, invoice, payment};

/// | invoice | issued | due | amount | paid on |
/// |---|---:|---:|---:|---|
/// | 1 | -30 | 0 | 100.00 | day 10: 10 days late, more than 180 days ago |
/// | 2 | 0 | 30 | 300.00 | day 25: 5 days early |
/// | 3 | 20 | 50 | 200.00 | 50.00 on day 60, 150.00 on day 90: 40 days late |
/// | 4 | 100 | 130 | 500.00 | 120.00 on day 150, 380.00 open, 70 days past due |
/// | 5 | 190 | 220 | 80.00 | open, due in 20 days |
/// | 6 | 111 | 141 | 60.00 | day 141, on the day |
fn ledger() -> LedgerRows {
    let mut rows = LedgerRows { files: vec!["hand.csv".to_owned()], ..LedgerRows::default() };
    for (number, issued, due, cents) in [
        ("1", -30, 0, 10_000),
        ("2", 0, 30, 30_000),
        ("3", 20, 50, 20_000),
        ("4", 100, 130, 50_000),
        ("5", 190, 220, 8_000),
        ("6", 111, 141, 6_000),
    ] {
        rows.invoices.push(invoice("A", number, START + issued, START + due, cents));
    }
    for (number, paid, cents) in [
        ("1", 10, 10_000),
        ("2", 25, 30_000),
        ("3", 60, 5_000),
        ("3", 90, 15_000),
        ("4", 150, 12_000),
        ("6", 141, 6_000),
    ] {
        rows.payments.push(payment(number, START + paid, cents));
    }
    rows.invoices.push(invoice("B", "7", START + 110, START + 200, 10_001));
    rows.invoices.push(invoice("B", "8", START + 180, START + 210, 10_000));
    // Paid only after the day: open on it.
    rows.payments.push(payment("8", START + 201, 10_000));
    // Issued after the day: not there yet.
    rows.invoices.push(invoice("C", "9", START + 201, START + 210, 10_000));
    rows
}

fn measured() -> Vec<Measures> {
    let lines = rescore(&book_of(ledger()), &ScoringModel::prior_only(), day(START + 200), &|_| &[]).unwrap().lines;
    lines.into_iter().map(|line| line.measures).collect()
}

fn close(found: Option<f64>, expected: f64) {
    assert!((found.unwrap() - expected).abs() <= 1e-9 * expected.abs(), "{found:?} instead of {expected}");
}

#[test]
fn all_eighteen_of_a_client_with_history() {
    let found = &measured()[0];
    assert_eq!((found.n, found.n_settled, found.n_90), (6, 4, 2));
    // 10, -5, 40, 0.
    close(found.dbt_mean, 45.0 / 4.0);
    // Squared distances from 11.25: 1.5625 + 264.0625 + 826.5625 + 126.5625 = 1218.75, over 3.
    close(found.dbt_std, 20.155_644_370_746_373);
    assert_eq!(found.dbt_max, Some(40));
    close(found.dbt_med, 5.0);
    // (10 · 100 - 5 · 300 + 40 · 200 + 0 · 60) / 660.
    close(found.dbt_w, 7_500.0 / 660.0);
    close(found.late, 0.5);
    close(found.late30, 0.25);
    close(found.dbt_recent, 35.0 / 3.0);
    close(found.dbt_before, 10.0);
    assert_eq!((found.exposure, found.overdue), (46_000, 38_000));
    assert_eq!((found.worst_open, found.last_paid, found.tenure), (Some(70), Some(50), Some(230)));
    // 60, 80, 100, 200, 300, 500: half of 100 and 200.
    close(found.amount_med, 15_000.0);
}

#[test]
fn a_client_that_has_paid_nothing_has_no_days() {
    let found = &measured()[1];
    let expected = Measures {
        n: 2,
        exposure: 20_001,
        // Due on the day itself is not overdue.
        overdue: 0,
        worst_open: Some(0),
        tenure: Some(90),
        amount_med: Some(10_000.5),
        // Issued exactly 90 days ago does not count.
        n_90: 1,
        ..Measures::default()
    };
    assert_eq!(*found, expected);
}

#[test]
fn a_client_without_an_invoice_by_then_has_no_line() {
    assert_eq!(measured().len(), 2);
}
