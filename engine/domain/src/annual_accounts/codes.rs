//! Which cells make which line.
//!
//! Codes and columns follow the digitised filings of the national register (forms 2050 to 2053, 2033-A and 2033-B).
//! Some filings of type C hold lines of the simplified form, so a code is looked up whatever the form.

use crate::fact::FactKind;

/// The columns of this year and of the year before. Assets (A to C) and the income statement's first page (F, G) have
/// them third and fourth, liabilities (D, E) and the last page (H, R, Y) first and second; on the simplified form all
/// of the balance sheet (below 200) third and fourth, the income statement first and second.
pub(super) fn columns(code: &str) -> (usize, usize) {
    match code.bytes().next() {
        Some(b'A' | b'B' | b'C' | b'F' | b'G' | b'0' | b'1') => (2, 3),
        _ => (0, 1),
    }
}

/// A line and the ways to make it: the first of which any cell is filled. The cells of a way are added.
pub(super) struct Line {
    pub kind: FactKind,
    pub ways: &'static [&'static [&'static str]],
}

/// Lines that a form states itself.
pub(super) const STATED: &[Line] = &[
    Line { kind: FactKind::TotalAssets, ways: &[&["CO"], &["110"]] },
    Line { kind: FactKind::CurrentAssets, ways: &[&["CJ"], &["096"]] },
    Line { kind: FactKind::Receivables, ways: &[&["BX"], &["068"]] },
    Line { kind: FactKind::Securities, ways: &[&["CD"], &["080"]] },
    Line { kind: FactKind::Cash, ways: &[&["CF"], &["084"]] },
    Line { kind: FactKind::Equity, ways: &[&["DL"], &["142"]] },
    Line { kind: FactKind::PaidUpCapital, ways: &[&["DA"], &["120"]] },
    Line { kind: FactKind::Provisions, ways: &[&["DR"], &["154"]] },
    Line { kind: FactKind::Borrowings, ways: &[&["DS", "DT", "DU", "DV"], &["156"]] },
    Line { kind: FactKind::Suppliers, ways: &[&["DX"], &["166"]] },
    Line { kind: FactKind::TaxAndSocialDebts, ways: &[&["DY"]] },
    Line { kind: FactKind::TotalDebts, ways: &[&["EC"], &["176"]] },
    Line { kind: FactKind::DebtsWithinYear, ways: &[&["EG"]] },
    // Never FL's or FJ's first column, which is France alone; never 232, which is all income.
    Line { kind: FactKind::Turnover, ways: &[&["FL"], &["FJ"], &["210", "214", "218"]] },
    Line { kind: FactKind::OperatingResult, ways: &[&["GG"], &["270"]] },
    Line { kind: FactKind::FinancialCharges, ways: &[&["GU"], &["294"]] },
    Line { kind: FactKind::NetResult, ways: &[&["HN"], &["310"], &["DI"], &["136"]] },
    Line { kind: FactKind::Headcount, ways: &[&["YP"]] },
];

/// What stands in the consolidated form's own cells.
pub(super) const CONSOLIDATED: &[Line] = &[
    Line { kind: FactKind::GroupTotalAssets, ways: &[&["CO"]] },
    Line { kind: FactKind::GroupEquity, ways: &[&["DL"]] },
    Line { kind: FactKind::GroupTurnover, ways: &[&["FL"], &["FJ"]] },
    Line { kind: FactKind::GroupNetResult, ways: &[&["R6"], &["R8"]] },
];

/// A line worked out from cells of which the form states the total: blanks are noughts only if the total says so.
pub(super) struct Worked {
    pub kind: FactKind,
    /// Cells that are added.
    pub plus: &'static [&'static str],
    /// Cells that are taken away.
    pub minus: &'static [&'static str],
    /// Every part of the total.
    pub parts: &'static [&'static str],
    /// The total.
    pub total: &'static str,
}

const EXPENSES: &[&str] = &["FS", "FT", "FU", "FV", "FW", "FX", "FY", "FZ", "GA", "GB", "GC", "GD", "GE"];
const EXPENSES_SIMPLIFIED: &[&str] = &["234", "236", "238", "240", "242", "244", "250", "252", "254", "256", "262"];
const EQUITY: &[&str] = &["DA", "DB", "DC", "DD", "DE", "DF", "DG", "DH", "DI", "DJ", "DK"];
const EQUITY_SIMPLIFIED: &[&str] = &["120", "124", "126", "130", "132", "134", "136", "137", "140"];

/// Lines that are worked out.
pub(super) const WORKED: &[Worked] = &[
    Worked {
        kind: FactKind::GrossOperatingSurplus,
        plus: &["FL", "FM", "FN", "FO"],
        minus: &["FS", "FT", "FU", "FV", "FW", "FX", "FY", "FZ"],
        parts: EXPENSES,
        total: "GF",
    },
    Worked {
        kind: FactKind::GrossOperatingSurplus,
        plus: &["210", "214", "218", "222", "224", "226"],
        minus: &["234", "236", "238", "240", "242", "244", "250", "252"],
        parts: EXPENSES_SIMPLIFIED,
        total: "264",
    },
    Worked {
        kind: FactKind::ValueAdded,
        plus: &["FL", "FM", "FN"],
        minus: &["FS", "FT", "FU", "FV", "FW"],
        parts: EXPENSES,
        total: "GF",
    },
    Worked {
        kind: FactKind::ValueAdded,
        plus: &["210", "214", "218", "222", "224"],
        minus: &["234", "236", "238", "240", "242"],
        parts: EXPENSES_SIMPLIFIED,
        total: "264",
    },
    Worked { kind: FactKind::StaffCosts, plus: &["FY", "FZ"], minus: &[], parts: EXPENSES, total: "GF" },
    Worked { kind: FactKind::StaffCosts, plus: &["250", "252"], minus: &[], parts: EXPENSES_SIMPLIFIED, total: "264" },
    Worked {
        kind: FactKind::RetainedEarnings,
        plus: &["DD", "DE", "DF", "DG", "DH", "DI"],
        minus: &[],
        parts: EQUITY,
        total: "DL",
    },
    Worked {
        kind: FactKind::RetainedEarnings,
        plus: &["126", "130", "132", "134", "136"],
        minus: &[],
        parts: EQUITY_SIMPLIFIED,
        total: "142",
    },
];
