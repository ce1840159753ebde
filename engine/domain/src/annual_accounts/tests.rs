use super::*;
use crate::fact::FactKind;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Lines as `code m1 m2 m3 m4`, `-` for a blank.
fn filing(form: Form, lines: &[&str]) -> Filing {
    let cells = lines.iter().map(|line| {
        let mut words = line.split_whitespace();
        let code = words.next().unwrap().to_owned();
        let mut columns = [None; 4];
        for (column, word) in columns.iter_mut().zip(words) {
            *column = word.parse().ok();
        }
        Cell { code, columns }
    });
    Filing { form, closed_on: day("2024-12-31"), previous_closed_on: None, months: Some(12), cells: cells.collect() }
}

fn line(statement: &Statement, kind: FactKind) -> Option<i64> {
    statement.lines.get(&kind).copied()
}

/// A balance sheet of 1,000 with an income statement of which every part is there.
const WHOLE: &[&str] = &[
    "BX 330 30 300 280",
    "CF 100 - 100 90",
    "CJ 500 30 470 450",
    "CO 1200 200 1000 950",
    "DA 100 100",
    "DD 10 10",
    "DH 150 130",
    "DI 40 20",
    "DL 300 260",
    "DU 350 340",
    "DX 200 210",
    "DY 100 90",
    "EC 700 690",
    "EE 1000 950",
    "EG 450 -",
    "FJ 1500 500 2000 1900",
    "FL 1600 500 2100 2000",
    "FW - - 900 -",
    "FX - - 30 -",
    "FY - - 600 -",
    "FZ - - 250 -",
    "GA - - 120 -",
    "GF - - 1900 -",
    "GG - - 200 150",
    "GU - - 15 10",
    "HN 40 20",
];

#[test]
fn a_company_form_is_read_column_by_column() {
    let understood = understand(&filing(Form::Company, WHOLE));
    assert_eq!(understood.refused, []);
    let now = &understood.current;
    for (kind, value) in [
        (FactKind::TotalAssets, 1000),
        (FactKind::Receivables, 300),
        (FactKind::CurrentAssets, 470),
        (FactKind::Equity, 300),
        (FactKind::RetainedEarnings, 200),
        (FactKind::Borrowings, 350),
        (FactKind::DebtsWithinYear, 450),
        // All of the turnover, not the part in France.
        (FactKind::Turnover, 2100),
        (FactKind::OperatingResult, 200),
        // 2100 − 900 − 30 − 600 − 250, the blanks being noughts since the parts make 1,900.
        (FactKind::GrossOperatingSurplus, 320),
        (FactKind::ValueAdded, 1200),
        (FactKind::StaffCosts, 850),
        (FactKind::FinancialCharges, 15),
        (FactKind::NetResult, 40),
    ] {
        assert_eq!(line(now, kind), Some(value), "{kind:?}");
    }
    let before = understood.previous.unwrap();
    assert_eq!((before.closed_on, line(&before, FactKind::Turnover)), (day("2023-12-31"), Some(2000)));
    assert_eq!(line(&before, FactKind::DebtsWithinYear), None, "a blank is no nought");
    assert_eq!(line(&before, FactKind::GrossOperatingSurplus), None, "nobody stated the expenses");
}

#[test]
fn the_digitised_turnover_may_stand_one_line_above() {
    let lines = ["FJ 1500 500 2000 1900"];
    assert_eq!(line(&understand(&filing(Form::Company, &lines)).current, FactKind::Turnover), Some(2000));
    // France alone is not the turnover.
    assert_eq!(line(&understand(&filing(Form::Company, &["FJ 1500"])).current, FactKind::Turnover), None);
}

#[test]
fn a_simplified_form_is_read_in_its_own_columns() {
    let lines = [
        "110 5000000 - 4500000",
        "142 2000000 - 1800000",
        "180 5000000 - 4500000",
        "210 1000000 -",
        "214 1500000 -",
        "218 500000 -",
        "232 3200000 -",
        "270 150000 -",
        "310 85000 -",
    ];
    let now = understand(&filing(Form::Simplified, &lines)).current;
    for (kind, value) in [
        (FactKind::TotalAssets, 4_500_000),
        (FactKind::Equity, 1_800_000),
        (FactKind::Turnover, 3_000_000),
        (FactKind::OperatingResult, 150_000),
        (FactKind::NetResult, 85_000),
    ] {
        assert_eq!(line(&now, kind), Some(value), "{kind:?}");
    }
    // Some filings of the full form hold lines of the simplified one.
    assert_eq!(line(&understand(&filing(Form::Company, &lines)).current, FactKind::Turnover), Some(3_000_000));
}

#[test]
fn consolidated_figures_are_the_groups() {
    let lines = ["CO - - 9000 -", "DL 3000 -", "FL - - 20000 -", "R6 700 -", "HN 1 -"];
    let now = understand(&filing(Form::Consolidated, &lines)).current;
    assert_eq!(line(&now, FactKind::GroupTurnover), Some(20_000));
    assert_eq!(line(&now, FactKind::GroupNetResult), Some(700));
    for kind in [FactKind::Turnover, FactKind::Equity, FactKind::NetResult, FactKind::TotalAssets] {
        assert_eq!(line(&now, kind), None, "{kind:?}");
    }
    assert!(understand(&filing(Form::Other, &lines)).current.lines.is_empty());
}

#[test]
fn noughts_that_mean_nothing_are_left_out() {
    let now = understand(&filing(Form::Company, &["FL 0 0 0 0", "CO - - 0 0", "HN 0 0", "DL 0 0"])).current;
    assert_eq!(now.lines.len(), 1, "{now:?}");
    assert_eq!(line(&now, FactKind::Equity), Some(0));
}

#[test]
fn what_cannot_be_true_is_refused() {
    // Two sides that differ.
    let broken = understand(&filing(Form::Company, &["CO - - 1000 -", "EE 990 -", "DL 300 -", "FL - - 500 -"]));
    assert_eq!(broken.refused.len(), 1);
    assert_eq!(broken.current.lines.keys().copied().collect::<Vec<_>>(), [FactKind::Turnover]);
    // One year in thousands.
    let jump = ["CO - - 9000000 9100", "DL 3000000 2900", "FL - - 20000000 19000"];
    let understood = understand(&filing(Form::Company, &jump));
    assert!(understood.current.lines.is_empty() && understood.previous.is_none());
    assert!(understood.refused[0].reason.contains("a thousand times"));
    // One year that repeats the other.
    let twice = ["CO - - 9000 9000", "DL 3000 3000", "FL - - 20000 20000"];
    let understood = understand(&filing(Form::Company, &twice));
    assert!(understood.current.lines.is_empty());
    assert_eq!(line(&understood.previous.unwrap(), FactKind::Turnover), Some(20_000));
    // A cell that stands twice with two values.
    assert!(understand(&filing(Form::Company, &["DL 1 -", "DL 2 -"])).current.lines.is_empty());
    // Sums beyond what a number holds.
    let huge = format!("DT {}", i64::MAX);
    assert_eq!(understand(&filing(Form::Company, &["DS 1", &huge])).current.lines.len(), 0);
}

#[test]
fn the_year_before_needs_a_day() {
    let mut short = filing(Form::Company, WHOLE);
    short.months = Some(9);
    assert_eq!(understand(&short).previous, None);
    short.previous_closed_on = Some(day("2024-03-31"));
    assert_eq!(understand(&short).previous.unwrap().closed_on, day("2024-03-31"));
    short.previous_closed_on = Some(day("2025-03-31"));
    assert_eq!(understand(&short).previous, None);
}
