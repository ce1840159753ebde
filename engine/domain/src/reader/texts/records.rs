//! A text by its layout: lines of entries, and faults.

use std::collections::HashMap;

use super::columns::{Columns, lines, text_of, unfinished};
use super::entries::{Take, give_all};
use super::layout::{Amounts, Layout, What};
use super::sniff::{COMMAND, opened_section};
use super::values::{cents, day, day_or_none, has_mark, is_amount};
use crate::accounting::{Line, LineNature};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::Place;
use crate::reader::dates::DateForm;
use crate::reader::format::File;

/// Reads a text.
///
/// # Errors
/// The fault of the whole file, when nothing of it can be read.
pub(super) fn read(file: File<'_>, layout: &Layout, take: Take<'_>, report: &mut FaultReport) -> Result<(), Fault> {
    let text = text_of(file.name, file.bytes)?;
    let dates = DateForm::new(&layout.date).map_err(|allowed| {
        Fault::of_file(file.name, format!("the layout's date form `{}` is unknown, allowed: {allowed}", layout.date))
    })?;
    let amounts = amounts_of(file.name, &text, layout)?;
    let names = account_names(&text, layout);
    let mut reading = Reading { file: file.name, layout, dates, amounts, names, passed_over: 0, is_inside: false };
    let mut found = Vec::new();
    for (number, line) in lines(&text) {
        match reading.line(number, line, report) {
            Ok(Some(line)) => found.push(line),
            Ok(None) => {}
            Err(faults) => report.faults.extend(faults),
        }
    }
    note_end(file.name, &text, layout, report);
    reading.note_lines(found.len(), report);
    drop_due_dates_that_are_none(file.name, &mut found, report);
    give_all(found, take);
    Ok(())
}

/// How the file writes its amounts, where the layout leaves it open.
fn amounts_of(file: &str, text: &str, layout: &Layout) -> Result<Amounts, Fault> {
    if layout.amounts != Amounts::Ask {
        return Ok(layout.amounts);
    }
    let slots: Vec<_> = [What::Amount, What::SignedAmount, What::Debit, What::Credit]
        .into_iter()
        .filter_map(|what| layout.slot(what))
        .collect();
    let shows_mark = lines(text).skip(layout.skipped_lines).any(|(_, line)| {
        let columns = Columns::new(line, layout.shape);
        slots.iter().any(|slot| has_mark(columns.at(*slot)) && is_amount(columns.at(*slot)))
    });
    if shows_mark {
        return Ok(Amounts::Decimal);
    }
    let reason = "no amount shows a decimal mark, so `123450` may be 123450.00 or 1234.50; hint: give a layout with \
                  `amounts = \"decimal\"` or `amounts = \"cents\"`";
    Err(Fault::of_file(file, reason))
}

/// Names of accounts, from the records that give them.
fn account_names<'t>(text: &'t str, layout: &Layout) -> HashMap<&'t str, &'t str> {
    let Some(names) = layout.names else { return HashMap::new() };
    let mut found = HashMap::new();
    for (_, line) in lines(text).filter(|(_, line)| line.starts_with(names.record)) {
        let columns = Columns::new(line, layout.shape);
        let part = |(start, length): (usize, usize)| columns.between(start, start + length);
        found.insert(part(names.account), part(names.name));
    }
    found
}

fn note_end(file: &str, text: &str, layout: &Layout, report: &mut FaultReport) {
    let Some((number, line)) = unfinished(text) else { return };
    let width = Columns::new(line, layout.shape).width();
    if width >= layout.least_width() {
        report.notes.push(Fault::of_line(file, number, "the last line lacks its line end; see that it is whole"));
    }
}

/// Some exporters write the document's own day where the due date belongs: then nothing is known of due dates.
fn drop_due_dates_that_are_none(file: &str, found: &mut [Line<'_>], report: &mut FaultReport) {
    let is_none = |line: &Line<'_>| line.due_date.is_none_or(|due| due == line.date);
    let stated = found.iter().filter(|line| line.due_date.is_some()).count();
    if stated < 2 || !found.iter().all(is_none) {
        return;
    }
    for line in found.iter_mut() {
        line.due_date = None;
    }
    let reason = "every due date is the line's own day, as programs write it that know none; none was taken";
    report.notes.push(Fault::of_file(file, reason));
}

struct Reading<'t> {
    file: &'t str,
    layout: &'t Layout,
    dates: DateForm,
    amounts: Amounts,
    names: HashMap<&'t str, &'t str>,
    passed_over: u64,
    /// Whether the lines are of the section that holds entries.
    is_inside: bool,
}

/// A line's fields, and what is wrong with them.
struct Fields<'r, 't> {
    reading: &'r Reading<'t>,
    columns: Columns<'t>,
    number: u64,
    faults: Vec<Fault>,
}

impl<'t> Fields<'_, 't> {
    fn text(&self, what: What) -> &'t str {
        self.reading.layout.slot(what).map_or("", |slot| self.columns.at(slot))
    }

    fn first(&self, whats: &[What]) -> &'t str {
        whats.iter().map(|what| self.text(*what)).find(|text| !text.is_empty()).unwrap_or_default()
    }

    fn tell(&mut self, what: What, reason: impl Into<String>) {
        let fault = Fault::of_value(self.reading.file, self.number, what.word(), self.text(what), reason);
        self.faults.push(fault);
    }

    fn day(&mut self, what: What) -> Option<Day> {
        match day_or_none(self.text(what), &self.reading.dates) {
            Ok(day) => day,
            Err(reason) => {
                self.tell(what, reason);
                None
            }
        }
    }

    fn cents(&mut self, what: What) -> Option<i64> {
        self.reading.layout.slot(what)?;
        match cents(self.text(what), self.reading.amounts) {
            Ok(amount) => amount,
            Err(reason) => {
                self.tell(what, reason);
                None
            }
        }
    }

    /// Debit positive, credit negative.
    fn amount(&mut self) -> i64 {
        let has = |what| self.reading.layout.slot(what).is_some();
        if has(What::Amount) && has(What::Side) {
            return self.sided_amount();
        }
        if has(What::SignedAmount) {
            return self.required_cents(What::SignedAmount);
        }
        let (debit, credit) = (self.cents(What::Debit), self.cents(What::Credit));
        match (debit.unwrap_or(0), credit.unwrap_or(0)) {
            (debit, 0) if debit != 0 => debit,
            (0, credit) if credit != 0 => -credit,
            (0, 0) if debit.is_some() || credit.is_some() || !self.faults.is_empty() => 0,
            (0, 0) => {
                self.tell(What::Debit, "neither debit nor credit, expected one of them");
                0
            }
            _ => {
                self.tell(What::Debit, "both debit and credit, expected one of them");
                0
            }
        }
    }

    fn sided_amount(&mut self) -> i64 {
        let amount = self.required_cents(What::Amount);
        let amount = match self.text(What::Sign) {
            "" | "+" => amount,
            "-" => -amount,
            // The amount's first digit, where it takes 13 columns.
            digit if digit.bytes().all(|byte| byte == b'0') => amount,
            _ => {
                self.tell(What::Sign, "expected `+`, `-` or a blank");
                amount
            }
        };
        match self.text(What::Side) {
            "D" | "d" => amount,
            "C" | "c" => -amount,
            _ => {
                self.tell(What::Side, "expected `D` (debit) or `C` (credit)");
                0
            }
        }
    }

    fn required_cents(&mut self, what: What) -> i64 {
        if self.text(what).is_empty() {
            self.tell(what, "the amount is missing");
        }
        self.cents(what).unwrap_or(0)
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

impl<'t> Reading<'t> {
    fn line(&mut self, number: u64, text: &'t str, report: &mut FaultReport) -> Result<Option<Line<'t>>, Vec<Fault>> {
        let skipped = usize::try_from(number).is_ok_and(|number| number <= self.layout.skipped_lines);
        if skipped || text.trim().is_empty() {
            return Ok(None);
        }
        if self.is_elsewhere(text) {
            return Ok(None);
        }
        let columns = Columns::new(text, self.layout.shape);
        let layout = self.layout;
        let at = |what| layout.slot(what).map(|slot| columns.at(slot));
        if let (Some(record), Some(found)) = (layout.record, at(What::Record))
            && !found.starts_with(record)
        {
            let is_name = layout.names.is_some_and(|names| found.starts_with(names.record));
            self.passed_over += u64::from(!is_name);
            return Ok(None);
        }
        // The company's name may stand above; a line with a side and an amount is an entry, whatever else is wrong with it.
        let is_booked =
            matches!(at(What::Side), Some("D" | "C" | "d" | "c")) && at(What::Amount).is_some_and(has_digit);
        let is_entry = is_booked || at(What::Date).is_some_and(|date| day(date, &self.dates).is_ok());
        if number == 1 && layout.is_usual && layout.record.is_none() && !is_entry {
            let reason = "the first line is no line of an entry and was passed over";
            report.notes.push(Fault::of_line(self.file, 1, reason));
            return Ok(None);
        }
        if columns.width() < layout.least_width() {
            let reason = format!(
                "the line has {} columns, expected at least {}; is it cut?",
                columns.width(),
                layout.least_width()
            );
            return Err(vec![Fault::of_line(self.file, number, reason)]);
        }
        if matches!(at(What::LineType), Some("A" | "a")) {
            self.passed_over += 1;
            return Ok(None);
        }
        self.entry_line(number, columns)
    }

    /// Whether a line is a command, or stands in a section that holds no entries.
    fn is_elsewhere(&mut self, text: &str) -> bool {
        if self.layout.section.is_none() {
            return false;
        }
        if text.starts_with(COMMAND) {
            self.is_inside = opened_section(text, self.layout).unwrap_or(self.is_inside);
            return true;
        }
        self.passed_over += u64::from(!self.is_inside);
        !self.is_inside
    }

    fn entry_line(&self, number: u64, columns: Columns<'t>) -> Result<Option<Line<'t>>, Vec<Fault>> {
        let mut fields = Fields { reading: self, columns, number, faults: Vec::new() };
        let date = fields.day(What::Date);
        if date.is_none() && fields.faults.is_empty() {
            fields.tell(What::Date, "the day is missing");
        }
        let (due_date, piece_date) = (fields.day(What::Due), fields.day(What::PieceDate));
        let letter_date = fields.day(What::LetterDate);
        let amount = fields.amount();
        if fields.text(What::Account).is_empty() {
            fields.tell(What::Account, "the account is missing");
        }
        if !matches!(fields.text(What::LineType), "" | "G" | "g" | "X" | "x") {
            fields.tell(What::LineType, "expected `G` or a blank (general), `X` (auxiliary) or `A` (analytic)");
        }
        let (Some(date), true) = (date, fields.faults.is_empty()) else { return Err(fields.faults) };
        Ok(Some(Line {
            place: Place { file: 0, line: number },
            journal: fields.text(What::Journal),
            journal_name: "",
            entry: fields.text(What::Entry),
            date,
            account: fields.text(What::Account),
            account_name: self.account_name(&fields),
            auxiliary: fields.text(What::Auxiliary),
            auxiliary_name: fields.text(What::AuxiliaryName),
            piece: fields.first(&[What::Invoice, What::Piece, What::Reference]),
            piece_date,
            label: fields.text(What::Label),
            amount,
            letter: fields.text(What::Letter),
            letter_date,
            validated_on: None,
            due_date,
            means_of_payment: fields.text(What::Means),
            establishment: "",
            nature: nature(fields.text(What::Nature)),
            foreign: None,
        }))
    }

    fn account_name(&self, fields: &Fields<'_, 't>) -> &'t str {
        match fields.text(What::AccountName) {
            "" => self.names.get(fields.text(What::Account)).copied().unwrap_or_default(),
            name => name,
        }
    }

    fn note_lines(&self, taken: usize, report: &mut FaultReport) {
        let layout = self.layout;
        if layout.is_usual {
            let reason = format!("{taken} lines were read as {} writes them by default", layout.name);
            report.notes.push(Fault::of_file(self.file, reason));
        }
        if self.passed_over > 0 {
            let reason = format!(
                "{} lines that are no lines of entries (analytic and others) were passed over",
                self.passed_over
            );
            report.notes.push(Fault::of_file(self.file, reason));
        }
    }
}

/// What a program's word for the nature of a line says, where it says it of a client.
pub(super) fn nature(word: &str) -> Option<LineNature> {
    match word {
        "FC" => Some(LineNature::Invoice),
        "AC" => Some(LineNature::CreditNote),
        "RC" => Some(LineNature::Receipt),
        _ => None,
    }
}
