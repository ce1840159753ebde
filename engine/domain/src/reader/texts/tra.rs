//! Cegid's TRA: a header `***S5…` that names the kind of file, further `***` records, and lines of entries of 222
//! columns (standard) or more (extended). Where fields stand: from public programs that write the format.

use std::collections::HashMap;

use super::columns::{Columns, lines, text_of, unfinished};
use super::entries::{Take, give_all};
use super::layout::Amounts;
use super::records::nature;
use super::values::{cents, day, day_or_none};
use crate::accounting::Line;
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::Place;
use crate::money::Currency;
use crate::reader::dates::DateForm;
use crate::reader::format::File;

/// Columns of a line up to the end of its amount, without which it says nothing.
const LEAST: usize = 150;

/// Columns of a standard line.
const STANDARD: usize = 222;

/// Whether the file begins as a TRA does.
pub(super) fn looks_like(file: File<'_>) -> bool {
    let bytes = file.bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(file.bytes);
    let serie = |serie: &[u8]| bytes.starts_with(serie);
    serie(b"***S5") || serie(b"***S3") || serie(b"***S7") || serie(b"***S1")
}

/// Reads a TRA.
///
/// # Errors
/// The fault of the whole file, when nothing of it can be read.
pub(super) fn read(file: File<'_>, take: Take<'_>, report: &mut FaultReport) -> Result<(), Fault> {
    let text = text_of(file.name, file.bytes)?;
    let dates = DateForm::new("%d%m%Y").map_err(|reason| Fault::of_file(file.name, reason))?;
    if !looks_like(File { name: file.name, bytes: text.as_bytes() }) {
        return Err(Fault::of_line(file.name, 1, "expected a first line that begins with `***S5`"));
    }
    let mut reading = Reading { file: file.name, dates, names: Names::default(), counts: Counts::default() };
    let mut found = Vec::new();
    for (number, line) in lines(&text) {
        if line.trim().is_empty() {
            continue;
        }
        let columns = Columns::new(line, super::layout::Shape::Fixed);
        if line.starts_with("***") {
            reading.names.record(&columns);
            continue;
        }
        match reading.line(number, &columns) {
            Ok(Some(line)) => found.push(line),
            Ok(None) => {}
            Err(faults) => report.faults.extend(faults),
        }
    }
    for line in &mut found {
        reading.names.give(line);
    }
    tell_cut(file.name, &text, report);
    reading.counts.note(file.name, report);
    give_all(found, take);
    Ok(())
}

/// A last line without its end that is shorter than a standard line was cut off, by a copy that broke or a full disk.
fn tell_cut(file: &str, text: &str, report: &mut FaultReport) {
    let Some((number, line)) = unfinished(text) else { return };
    let width = Columns::new(line, super::layout::Shape::Fixed).width();
    if line.starts_with("***") || (LEAST..STANDARD).contains(&width) {
        let reason = format!("the last line lacks its line end and has {width} columns; is the file cut?");
        report.faults.push(Fault::of_line(file, number, reason));
    } else if width >= STANDARD {
        report.notes.push(Fault::of_line(file, number, "the last line lacks its line end; see that it is whole"));
    }
}

/// What the `***` records name.
#[derive(Default)]
struct Names<'t> {
    journals: HashMap<&'t str, &'t str>,
    accounts: HashMap<&'t str, &'t str>,
    clients: HashMap<&'t str, &'t str>,
}

impl<'t> Names<'t> {
    /// `***JAL` journals, `***CGN` general accounts, `***CAE` auxiliaries.
    fn record(&mut self, columns: &Columns<'t>) {
        let wide = (columns.between(6, 23), columns.between(23, 58));
        match columns.between(3, 6) {
            "JAL" => self.journals.insert(columns.between(6, 9), columns.between(9, 44)),
            "CGN" => self.accounts.insert(wide.0, wide.1),
            "CAE" => self.clients.insert(wide.0, wide.1),
            _ => None,
        };
    }

    fn give(&self, line: &mut Line<'t>) {
        let name = |names: &HashMap<&'t str, &'t str>, code| names.get(code).copied().unwrap_or_default();
        if line.journal_name.is_empty() {
            line.journal_name = name(&self.journals, line.journal);
        }
        line.account_name = name(&self.accounts, line.account);
        line.auxiliary_name = name(&self.clients, line.auxiliary);
    }
}

/// Lines that were passed over.
#[derive(Default)]
struct Counts {
    analytic: u64,
    simulated: u64,
    attached: u64,
}

impl Counts {
    fn note(&self, file: &str, report: &mut FaultReport) {
        for (count, what) in [
            (self.analytic, "analytic lines were passed over"),
            (self.simulated, "lines of simulated, forecast or revised entries were passed over"),
            (self.attached, "lines of attached documents, approvals or budgets were passed over"),
        ] {
            if count > 0 {
                report.notes.push(Fault::of_file(file, format!("{count} {what}")));
            }
        }
    }
}

struct Reading<'t> {
    file: &'t str,
    dates: DateForm,
    names: Names<'t>,
    counts: Counts,
}

impl<'t> Reading<'t> {
    fn line(&mut self, number: u64, columns: &Columns<'t>) -> Result<Option<Line<'t>>, Vec<Fault>> {
        match columns.between(30, 31) {
            "A" | "O" => {
                self.counts.analytic += 1;
                return Ok(None);
            }
            "G" | "P" | "B" => {
                self.counts.attached += 1;
                return Ok(None);
            }
            _ => {}
        }
        if columns.width() < LEAST {
            let reason = format!("the line has {} columns, expected at least {LEAST}; is it cut?", columns.width());
            return Err(vec![Fault::of_line(self.file, number, reason)]);
        }
        if !matches!(columns.between(150, 151), "N" | "") {
            self.counts.simulated += 1;
            return Ok(None);
        }
        let mut faults = Vec::new();
        let mut cell = Cell { file: self.file, number, dates: &self.dates, faults: &mut faults };
        let line = cell.line(columns);
        line.filter(|_| faults.is_empty()).map(Some).ok_or(faults)
    }
}

/// One line being read.
struct Cell<'r> {
    file: &'r str,
    number: u64,
    dates: &'r DateForm,
    faults: &'r mut Vec<Fault>,
}

impl Cell<'_> {
    fn tell(&mut self, column: &str, value: &str, reason: impl Into<String>) {
        self.faults.push(Fault::of_value(self.file, self.number, column, value, reason));
    }

    fn day(&mut self, column: &str, text: &str) -> Option<Day> {
        match day_or_none(text, self.dates) {
            Ok(day) => day,
            Err(reason) => {
                self.tell(column, text, reason);
                None
            }
        }
    }

    fn line<'t>(&mut self, columns: &Columns<'t>) -> Option<Line<'t>> {
        let date = match day(columns.between(3, 11), self.dates) {
            Ok(date) => Some(date),
            Err(reason) => {
                self.tell("date (4-11)", columns.between(3, 11), reason);
                None
            }
        };
        let due_date = self.day("due date (122-129)", columns.between(121, 129));
        // The extended part; empty in a standard line.
        let piece_date = self.day("date of the external reference (258-265)", columns.between(257, 265));
        let (amount, foreign) = self.amounts(columns).unwrap_or_default();
        let account = columns.between(13, 30);
        if account.is_empty() {
            self.tell("account (14-30)", account, "the account is missing");
        }
        let auxiliary = match columns.between(30, 31) {
            "X" | "H" => columns.between(31, 48),
            "" => "",
            found => {
                self.tell("kind of line (31)", found, "expected a blank, `X` (auxiliary) or `A` (analytic)");
                ""
            }
        };
        let piece = [columns.between(48, 83), columns.between(222, 257)];
        Some(Line {
            place: Place { file: 0, line: self.number },
            journal: columns.between(0, 3),
            // `H` and `OAN` mark entries that open a year.
            journal_name: if matches!(columns.between(301, 304), "H" | "OAN") { "A nouveau" } else { "" },
            entry: columns.between(151, 159),
            date: date?,
            account,
            account_name: "",
            auxiliary,
            auxiliary_name: "",
            piece: piece.into_iter().find(|text| !text.is_empty()).unwrap_or_default(),
            piece_date,
            label: columns.between(83, 118),
            amount,
            letter: columns.between(1013, 1018),
            letter_date: None,
            validated_on: None,
            due_date,
            means_of_payment: columns.between(118, 121),
            establishment: "",
            nature: nature(columns.between(11, 13)),
            foreign,
        })
    }

    /// The amount in euros, and in another currency where the line has one. Three amounts may stand in a line; a code
    /// says in what each is: `E` euro, `D` the line's currency, `-` none.
    fn amounts(&mut self, columns: &Columns<'_>) -> Option<(i64, Option<(i64, Currency)>)> {
        let sign = match columns.between(129, 130) {
            "D" => 1,
            "C" => -1,
            found => {
                self.tell("direction (130)", found, "expected `D` (debit) or `C` (credit)");
                return None;
            }
        };
        let code = columns.between(172, 175);
        let code = if code.is_empty() { "E--" } else { code };
        let texts = [columns.between(130, 150), columns.between(175, 195), columns.between(195, 215)];
        let place_of = |letter| code.chars().position(|found| found == letter);
        let Some(place) = place_of('E') else {
            self.tell("code of amounts (173-175)", code, "none of the amounts is in euros (`E`)");
            return None;
        };
        let euros = self.cents(texts.get(place).copied().unwrap_or_default())?;
        let foreign = place_of('D').and_then(|place| {
            let currency: Currency = columns.between(159, 162).parse().ok()?;
            let amount = cents(texts.get(place)?, Amounts::Decimal).ok().flatten()?;
            // Cents here; other currencies have other minor units.
            (currency != Currency::EUR && currency.decimals() == 2).then_some((sign * amount, currency))
        });
        Some((sign * euros, foreign))
    }

    fn cents(&mut self, text: &str) -> Option<i64> {
        match cents(text, Amounts::Decimal) {
            Ok(Some(amount)) => Some(amount),
            Ok(None) => {
                self.tell("amount (131-150)", text, "the amount is missing");
                None
            }
            Err(reason) => {
                self.tell("amount (131-150)", text, reason);
                None
            }
        }
    }
}
