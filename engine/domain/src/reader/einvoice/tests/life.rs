//! Statuses: payments, disputes, refusals.

use super::writers::{Invoice, OTHER, Told};
use super::{faults, notes, settle, settle_with, told};
use crate::reader::format::ReadOptions;

const INVOICE: &str = "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR invoice ";

/// What an invoice becomes by statuses, in any order of the files, each sent twice.
fn becomes(statuses: &[Told<'_>]) -> Vec<String> {
    let mut files = vec![Invoice::default().ubl()];
    files.extend(statuses.iter().map(Told::cdar));
    files.extend(statuses.iter().map(Told::cdar));
    let (rows, report) = settle(&files, &ReadOptions::default());
    assert_eq!(faults(&report), Vec::<String>::new());
    files.reverse();
    let (reversed, _) = settle(&files, &ReadOptions::default());
    assert_eq!(told(&rows), told(&reversed), "the order leaves no trace");
    told(&rows)
}

#[test]
fn statuses_at_work() {
    let at = |code: &'static str, moment: &'static str| Told { code, moment, ..Told::default() };
    let paid = Told { receipts: &[("1000.00", "2026-02-10"), ("200.00", "2026-02-10")], ..at("212", "20260211090000") };
    for (statuses, expected) in [
        (vec![at("200", "20260105101010"), at("211", "20260209080000")], vec![format!("{INVOICE}|")]),
        (
            vec![paid.clone()],
            vec![format!("{INVOICE}|"), "000000018 F-1 2026-02-10 1200.00 EUR payment known 2026-02-11".to_owned()],
        ),
        (
            vec![
                Told { receipts: &[("500.00", "")], ..at("212", "20260211090000") },
                Told { receipts: &[("700.00", "")], ..at("212", "20260311090000") },
            ],
            vec![
                format!("{INVOICE}|"),
                "000000018 F-1 2026-02-11 500.00 EUR payment known 2026-02-11".to_owned(),
                "000000018 F-1 2026-03-11 700.00 EUR payment known 2026-03-11".to_owned(),
            ],
        ),
        (
            vec![Told { receipts: &[("-500.00", "")], ..at("212", "20260211090000") }],
            vec![format!("{INVOICE}|"), "000000018 F-1 2026-02-11 -500.00 EUR reversal known 2026-02-11".to_owned()],
        ),
        (vec![at("207", "20260120090000")], vec![format!("{INVOICE}2026-01-20|")]),
        (
            vec![at("207", "20260120090000"), at("205", "20260125090000")],
            vec![format!("{INVOICE}2026-01-20|2026-01-25")],
        ),
        (vec![at("205", "20260110090000"), at("207", "20260120090000")], vec![format!("{INVOICE}2026-01-20|")]),
        (
            vec![at("207", "20260120090000"), at("205", "20260125090000"), at("207", "20260130090000")],
            vec![format!("{INVOICE}2026-01-20|")],
        ),
        (vec![at("210", "20260120090000")], vec![format!("{INVOICE}2026-01-20|")]),
        (vec![at("213", "20260106090000"), at("205", "20260125090000")], vec![format!("{INVOICE}2026-01-06|")]),
    ] {
        assert_eq!(becomes(&statuses), expected, "{statuses:?}");
    }
}

#[test]
fn statuses_of_invoices_that_came_before() {
    let (known, _) = settle(&[Invoice::default().ubl()], &ReadOptions::default());
    let disputed = Told { code: "207", moment: "20260120090000", ..Told::default() };
    let (rows, report) = settle_with(&[disputed.cdar()], &ReadOptions::default(), &known);
    assert!(report.is_clean());
    assert_eq!(told(&rows), [format!("{INVOICE}2026-01-20|")]);
    assert_eq!(rows.attribute_names, known.attribute_names);
    let ended = Told { code: "205", moment: "20260125090000", ..Told::default() };
    let (rows, _) = settle_with(&[ended.cdar()], &ReadOptions::default(), &rows);
    assert_eq!(told(&rows), [format!("{INVOICE}2026-01-20|2026-01-25")]);
    let paid = Told { code: "212", receipts: &[("1200.00", "2026-02-10")], ..Told::default() };
    let (rows, _) = settle_with(&[paid.cdar()], &ReadOptions::default(), &known);
    assert_eq!(told(&rows), ["000000018 F-1 2026-02-10 1200.00 EUR payment known 2026-02-10"]);
}

#[test]
fn a_status_without_the_day_of_the_invoice() {
    let at = |code: &'static str, moment: &'static str| Told { code, moment, ..Told::default() };
    let undated = at("205", "20260125090000").cdar().replace(">20260105<", "><");
    let (rows, report) =
        settle(&[Invoice::default().ubl(), undated, at("207", "20260120090000").cdar()], &ReadOptions::default());
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(told(&rows), [format!("{INVOICE}2026-01-20|2026-01-25")]);
}

#[test]
fn statuses_that_change_nothing() {
    let plain = Invoice::default();
    let foreign = Told { code: "212", seller: OTHER, receipts: &[("1200.00", "")], ..Told::default() };
    let (rows, report) = settle(&[plain.ubl(), foreign.cdar()], &ReadOptions::default());
    assert!(rows.payments.is_empty());
    assert!(notes(&report).iter().any(|note| note.contains("1 statuses are of invoices that others sold")));
    let unknown = Told { invoice: "F-99", code: "207", ..Told::default() };
    let (rows, report) = settle(&[plain.ubl(), unknown.cdar()], &ReadOptions::default());
    assert_eq!(told(&rows), [format!("{INVOICE}|")]);
    assert!(notes(&report).iter().any(|note| note.contains("the invoice is not there")));
    // Another invoice of the same number, a year before.
    let other_year = Told { issued: "2025-01-05", code: "207", ..Told::default() };
    let (rows, _) = settle(&[plain.ubl(), other_year.cdar()], &ReadOptions::default());
    assert_eq!(told(&rows), [format!("{INVOICE}|")]);
    let credit = Invoice { kind: "381", ..plain };
    let refunded = Told { code: "212", receipts: &[("1200.00", "")], ..Told::default() };
    let (rows, report) = settle(&[credit.ubl(), refunded.cdar()], &ReadOptions::default());
    assert!(rows.payments.is_empty());
    assert!(notes(&report).iter().any(|note| note.contains("on a credit note is not taken")));
}

#[test]
fn faults_of_statuses() {
    let plain = Told::default();
    let paid = Told { code: "212", receipts: &[("12.00", "")], ..plain.clone() };
    for (text, expected) in [
        (Told { code: "212", ..plain.clone() }.cdar(), "column `MDT-207 amounts of kind `MEN``: the value is missing"),
        (Told { code: "999", ..plain.clone() }.cdar(), "column `MDT-105 status`, value `999`: expected a status"),
        (Told { code: "", ..plain.clone() }.cdar(), "column `MDT-105 status`: the value is missing"),
        (Told { invoice: "", ..plain.clone() }.cdar(), "column `MDT-87 invoice`: the value is missing"),
        (Told { moment: "2026", ..plain.clone() }.cdar(), "column `MDT-78 moment of the status`, value `2026`"),
        (paid.cdar().replace(">12.00<", ">12,00<"), "column `MDT-215 amount`, value `12,00`"),
        (plain.cdar().replace("ReferenceReferencedDocument", "Reference"), "the message names no invoice"),
    ] {
        let (rows, report) = settle(&[text], &ReadOptions::default());
        assert!(rows.payments.is_empty());
        assert!(faults(&report).iter().any(|fault| fault.contains(expected)), "{expected}: {:?}", faults(&report));
    }
}

#[test]
fn a_number_that_two_clients_share_is_asked() {
    let first = Invoice::default();
    let second = Invoice { buyer: OTHER, ..first.clone() };
    let paid = Told { code: "212", receipts: &[("1200.00", "")], ..Told::default() };
    let (rows, report) = settle(&[first.ubl(), second.ubl(), paid.cdar()], &ReadOptions::default());
    assert!(rows.payments.is_empty());
    assert!(faults(&report)[0].contains("two clients have an invoice of this number and day"));
}
