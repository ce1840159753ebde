//! Kinds of clients and invoices among the later ones.

use std::collections::BTreeMap;

use super::report::SegmentKind;
use super::rows::TestRows;
use crate::ledger::{Attribute, Book, InvoiceRecord};

/// Known outcomes from which a history is thick.
const THICK: f64 = 10.0;

/// Parts of a column that are shown; the rest are one part together.
const MOST_PARTS: usize = 8;

/// Values beyond which a column names things rather than kinds of them.
const MOST_VALUES: usize = 60;

/// The name of the part that holds the rarer values.
const THE_REST: &str = "…";

/// A part of the rows, before it is measured.
pub(super) struct Part {
    pub(super) kind: SegmentKind,
    pub(super) column: Option<String>,
    pub(super) name: String,
    pub(super) amounts: Option<(i64, i64)>,
    pub(super) rows: Vec<usize>,
}

/// Every part of `rows` in the order in which it is told.
pub(super) fn parts(book: &Book, test: &TestRows, rows: &[usize], horizon: usize) -> Vec<Part> {
    let mut parts = by_history(test, rows, horizon);
    parts.extend(by_amount(book, test, rows));
    parts.extend(by_currency(book, test, rows));
    parts.extend(by_attribute(book, test, rows));
    parts
}

fn part(kind: SegmentKind, name: &str, rows: Vec<usize>) -> Option<Part> {
    (!rows.is_empty()).then(|| Part { kind, column: None, name: name.to_owned(), amounts: None, rows })
}

fn by_history(test: &TestRows, rows: &[usize], horizon: usize) -> Vec<Part> {
    let band = |row: usize| match test.value(&test.known, row, horizon) {
        none if none < 1.0 => "new",
        few if few < THICK => "thin",
        _ => "thick",
    };
    let of =
        |name: &str| part(SegmentKind::History, name, rows.iter().copied().filter(|&row| band(row) == name).collect());
    ["new", "thin", "thick"].into_iter().filter_map(of).collect()
}

fn record<'a>(book: &'a Book, test: &TestRows, row: usize) -> Option<&'a InvoiceRecord> {
    test.records.get(row).and_then(|&number| book.record(number))
}

fn is_foreign(book: &Book, test: &TestRows, row: usize) -> bool {
    record(book, test, row).is_some_and(|record| record.flags & InvoiceRecord::FOREIGN != 0)
}

/// Quarters of the amounts; equal amounts stay together, in the quarter of the first of them.
fn by_amount(book: &Book, test: &TestRows, rows: &[usize]) -> Vec<Part> {
    let own = rows.iter().copied().filter(|&row| !is_foreign(book, test, row));
    let mut amounts: Vec<(i64, usize)> =
        own.filter_map(|row| record(book, test, row).map(|record| (record.amount, row))).collect();
    amounts.sort_unstable();
    let mut quarters: [Vec<(i64, usize)>; 4] = Default::default();
    let mut before = 0;
    for equal in amounts.chunk_by(|one, next| one.0 == next.0) {
        if let Some(quarter) = quarters.get_mut(before * 4 / amounts.len()) {
            quarter.extend_from_slice(equal);
        }
        before += equal.len();
    }
    let of = |(number, quarter): (usize, Vec<(i64, usize)>)| {
        let amounts = quarter.first().zip(quarter.last()).map(|(least, most)| (least.0, most.0));
        let rows = quarter.into_iter().map(|(_, row)| row).collect();
        let part = part(SegmentKind::Amount, &format!("quarter_{}", number + 1), rows)?;
        Some(Part { amounts, ..part })
    };
    quarters.into_iter().enumerate().filter_map(of).collect()
}

/// The ledger's currency and the others; nothing when all are alike.
fn by_currency(book: &Book, test: &TestRows, rows: &[usize]) -> Vec<Part> {
    let (foreign, own): (Vec<usize>, Vec<usize>) = rows.iter().partition(|&&row| is_foreign(book, test, row));
    if foreign.is_empty() {
        return Vec::new();
    }
    let parts = [part(SegmentKind::Currency, "own", own), part(SegmentKind::Currency, "other", foreign)];
    parts.into_iter().flatten().collect()
}

/// The column that tells kinds of clients apart: `sector` where there is one, else the first with few values.
fn telling(book: &Book) -> Option<&Attribute> {
    let identity = encours_domain::ledger::IDENTITY_ATTRIBUTES;
    let mut usable = book.attributes().iter().filter(|attribute| {
        !identity.contains(&attribute.name.as_str()) && (2..=MOST_VALUES).contains(&attribute.levels.len())
    });
    let sector = book.attributes().iter().find(|attribute| attribute.name == "sector");
    sector.or_else(|| usable.next())
}

fn by_attribute(book: &Book, test: &TestRows, rows: &[usize]) -> Vec<Part> {
    let Some(attribute) = telling(book) else { return Vec::new() };
    let mut levels: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
    for &row in rows {
        let code = test.records.get(row).and_then(|&record| attribute.codes.get(record)).copied().unwrap_or(u32::MAX);
        levels.entry(code).or_default().push(row);
    }
    let mut levels: Vec<(u32, Vec<usize>)> = levels.into_iter().collect();
    levels.sort_by_key(|(code, rows)| (std::cmp::Reverse(rows.len()), *code));
    let rest: Vec<usize> =
        levels.split_off(levels.len().min(MOST_PARTS)).into_iter().flat_map(|level| level.1).collect();
    let name = |code: u32| match code {
        u32::MAX => "",
        code => attribute.levels.text(usize::try_from(code).unwrap_or(usize::MAX)),
    };
    let shown = levels.into_iter().filter_map(|(code, rows)| part(SegmentKind::Attribute, name(code), rows));
    let parts = shown.chain(part(SegmentKind::Attribute, THE_REST, rest));
    parts.map(|part| Part { column: Some(attribute.name.clone()), ..part }).collect()
}
