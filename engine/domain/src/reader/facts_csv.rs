//! Facts of the public record as CSV: `subject,kind,value,valid_from,known_from,source`, ISO dates, euros. A further column
//! `fetched_on` says when the source was asked; the day of the import stands in for it.

use std::collections::BTreeMap;

use super::cells::{expected, name_trouble};
use super::dates::DateForm;
use super::decode::decode;
use super::names::{listed, normal};
use super::rows::{MAY_BE_CUT, Rows};
use super::table::{Names, Table};
use crate::day::Day;
use crate::fact::{Fact, FactKind, ValueForm};
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::money::{Currency, Money};

const HEADER: [&str; 6] = ["subject", "kind", "value", "valid_from", "known_from", "source"];
const FETCHED_ON: &str = "fetched_on";

/// Reads facts; sound rows are given beside the faults of the others. `today` is the day on which rows without a
/// `fetched_on` count as fetched, and the last day that one may name.
///
/// ```
/// use encours_domain::reader::read_facts;
/// let text = "subject,kind,value,valid_from,known_from,source\n\
///             552032534,state,active,1995-01-01,1995-02-01,INSEE\n\
///             552032534,state,asleep,2020-01-01,2020-02-01,INSEE\n";
/// let (facts, report) = read_facts("facts.csv", text.as_bytes(), "2026-05-31".parse().unwrap());
/// assert_eq!((facts.len(), report.faults.len()), (1, 1));
/// ```
pub fn read_facts(file_name: &str, bytes: &[u8], today: Day) -> (Vec<Fact>, FaultReport) {
    let mut report = FaultReport::default();
    let facts = read_into(&mut report, file_name, bytes, today).unwrap_or_else(|fault| {
        report.faults.push(fault);
        Vec::new()
    });
    (facts, report)
}

fn read_into(report: &mut FaultReport, file: &str, bytes: &[u8], today: Day) -> Result<Vec<Fact>, Fault> {
    let decoded = decode(file, bytes, None)?;
    report.notes.extend(decoded.note);
    let is_known = |name: &str| HEADER.contains(&normal(name).as_str()) || normal(name) == FETCHED_ON;
    let names = Names { is_known: &is_known, expected: &HEADER, hint: "the first line must name the columns" };
    let table = Table::open(file, &decoded.text, None, &names)?;
    let positions = positions(&table, report)?;
    let fetched_at = table.header.iter().position(|name| normal(name) == FETCHED_ON);
    let mut facts = Vec::new();
    let mut seen: BTreeMap<Fact, u64> = BTreeMap::new();
    let mut rows = table.rows();
    while rows.advance() {
        if rows.is_blank() {
            report.notes.push(Fault::of_line(file, rows.line, "the row is blank and was passed over"));
            continue;
        }
        if let Some(reason) = rows.shape_fault(table.header.len()) {
            report.faults.push(Fault::of_line(file, rows.line, reason));
            continue;
        }
        let mut row = FactRow { file, rows: &rows, positions, fetched_at, today, faults: &mut report.faults };
        let Some(fact) = row.fact().filter(|_| !row.may_be_cut()) else { continue };
        let first = *seen.entry(fact.clone()).or_insert(rows.line);
        if first == rows.line {
            facts.push(fact);
        } else {
            report.notes.push(Fault::of_line(file, rows.line, format!("repeats line {first}, taken once")));
        }
    }
    Ok(facts)
}

fn positions(table: &Table<'_>, report: &mut FaultReport) -> Result<[usize; 6], Fault> {
    let names: Vec<String> = table.header.iter().map(|name| normal(name)).collect();
    let found = HEADER.map(|name| names.iter().position(|found| found == name));
    let missing: Vec<&str> = HEADER.iter().zip(found).filter(|(_, at)| at.is_none()).map(|(name, _)| *name).collect();
    if !missing.is_empty() {
        let reason = format!("missing columns {}: found {}", listed(&missing), listed(&table.header));
        return Err(Fault::of_line(table.file, table.header_line(), reason));
    }
    let further: Vec<&String> =
        names.iter().filter(|name| !HEADER.contains(&name.as_str()) && *name != FETCHED_ON).collect();
    if !further.is_empty() {
        let reason = format!("a file of facts has no such columns, not read: {}", listed(&further));
        report.notes.push(Fault::of_line(table.file, table.header_line(), reason));
    }
    Ok(found.map(Option::unwrap_or_default))
}

struct FactRow<'a> {
    file: &'a str,
    rows: &'a Rows<'a>,
    positions: [usize; 6],
    /// Where `fetched_on` stands, if it does.
    fetched_at: Option<usize>,
    today: Day,
    faults: &'a mut Vec<Fault>,
}

impl<'a> FactRow<'a> {
    fn fact(&mut self) -> Option<Fact> {
        let subject = self.read(0, |text| text.parse::<Siren>().map_err(|error| expected(&error)));
        let kind = self.read(1, |text| FactKind::parse(text).map_err(|error| expected(&error)));
        let value = kind.and_then(|kind| self.read(2, |text| value(kind, text)));
        let valid_from = self.read(3, DateForm::parse_fact);
        let known_from = self.read(4, DateForm::parse_fact);
        let source = self.read(5, named);
        let fetched_on = self.fetched_on();
        Some(Fact {
            subject: subject?,
            kind: kind?,
            value: value?,
            valid_from: valid_from?,
            known_from: known_from?,
            source: source?,
            fetched_on: Some(fetched_on?),
            answer: None,
        })
    }

    /// The day of the fetch: an empty cell is the day of the import.
    fn fetched_on(&mut self) -> Option<Day> {
        let text = self.fetched_at.and_then(|at| self.rows.record.get(at)).unwrap_or_default().trim();
        if text.is_empty() {
            return Some(self.today);
        }
        let read = DateForm::parse_fact(text);
        let read = read.and_then(|day| {
            let late = || format!("expected a day up to that of the import, {}", self.today);
            if day <= self.today { Ok(day) } else { Err(late()) }
        });
        read.map_err(|reason| self.faults.push(Fault::of_value(self.file, self.rows.line, FETCHED_ON, text, reason)))
            .ok()
    }

    /// Tells that the record's last value may be cut; a day in ISO form is whole or nothing.
    fn may_be_cut(&mut self) -> bool {
        let Some(last) = self.rows.record.len().checked_sub(1).filter(|_| self.rows.is_unfinished()) else {
            return false;
        };
        let column = self.positions.iter().position(|at| *at == last).and_then(|column| HEADER.get(column));
        let Some(name) = column.filter(|name| !matches!(**name, "valid_from" | "known_from")) else { return false };
        let text = self.rows.record.get(last).unwrap_or_default().trim();
        self.faults.push(Fault::of_value(self.file, self.rows.line, name, text, MAY_BE_CUT));
        true
    }

    fn read<T>(&mut self, column: usize, read: impl Fn(&'a str) -> Result<T, String>) -> Option<T> {
        let (name, at) = (HEADER.get(column)?, self.positions.get(column)?);
        let text = self.rows.record.get(*at)?.trim();
        let value = if text.is_empty() { Err("the value is missing".to_owned()) } else { read(text) };
        value.map_err(|reason| self.faults.push(Fault::of_value(self.file, self.rows.line, name, text, reason))).ok()
    }
}

/// Checks a value by its kind; gives it as it is kept.
fn value(kind: FactKind, text: &str) -> Result<String, String> {
    match kind.form() {
        ValueForm::Text => named(text),
        ValueForm::LegalForm => {
            let four_digits = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
            if four_digits { Ok(text.to_owned()) } else { Err("expected four digits".to_owned()) }
        }
        ValueForm::Word(words) => one_of(text, words),
        ValueForm::Day => DateForm::parse_fact(text).map(|day| day.to_string()),
        ValueForm::Amount { negative } => {
            let amount = Money::parse(text, Currency::EUR).map_err(|error| expected(&error))?;
            if !negative && amount.minor() < 0 {
                return Err(format!("expected no negative {}", kind.code().replace('_', " ")));
            }
            Ok(text.to_owned())
        }
        ValueForm::Number => match text.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(text.to_owned()),
            _ => Err("expected a number such as 12.5".to_owned()),
        },
    }
}

fn named(text: &str) -> Result<String, String> {
    name_trouble(text).map_or_else(|| Ok(text.to_owned()), |trouble| Err(trouble.to_owned()))
}

fn one_of(text: &str, allowed: &[&str]) -> Result<String, String> {
    if allowed.contains(&text) { Ok(text.to_owned()) } else { Err(format!("expected one of: {}", listed(allowed))) }
}
