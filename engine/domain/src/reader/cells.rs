//! One row's fields as values; what cannot be read is told and leaves the row out.

use csv::StringRecord;

use super::amounts::AmountForm;
use super::columns::Columns;
use super::dates::DateForm;
use super::field::Field;
use crate::day::Day;
use crate::error::DomainError;
use crate::fault::{Fault, FaultReport};
use crate::money::{Currency, Money};

/// Ids and names longer than this are a sign of a shifted column.
const LONGEST_NAME: usize = 200;

/// How a file writes its values.
#[derive(Debug)]
pub(super) struct Writing<'m> {
    pub amounts: AmountForm,
    pub dates: &'m DateForm,
    pub currency: Currency,
}

/// A value that could not be read; its fault is told already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told;

/// The fields of one row.
#[derive(Debug)]
pub(super) struct Cells<'a> {
    pub file: &'a str,
    pub line: u64,
    pub record: &'a StringRecord,
    pub columns: &'a Columns,
    pub writing: &'a Writing<'a>,
    pub report: &'a mut FaultReport,
    /// What is odd enough to be a fault where it is frequent.
    pub doubts: &'a mut Vec<Fault>,
}

impl<'a> Cells<'a> {
    /// The trimmed text of a column; absent when the column is, or when it is blank.
    pub fn text(&self, field: Field) -> Option<&'a str> {
        self.at(self.columns.position(field)?)
    }

    /// The trimmed text at a position; absent when it is blank.
    pub fn at(&self, position: usize) -> Option<&'a str> {
        self.record.get(position).map(str::trim).filter(|text| !text.is_empty())
    }

    /// Tells what is wrong with a column's value.
    pub fn tell(&mut self, field: Field, reason: impl Into<String>) -> Told {
        let fault = self.fault(field, reason);
        self.report.faults.push(fault);
        Told
    }

    /// Notes what is odd about a column's value and refuses nothing.
    pub fn note(&mut self, field: Field, reason: impl Into<String>) {
        let note = self.fault(field, reason);
        self.report.notes.push(note);
    }

    /// Tells what is a fault if it is frequent in the file, and else a note.
    pub fn doubt(&mut self, field: Field, reason: impl Into<String>) {
        let doubt = self.fault(field, reason);
        self.doubts.push(doubt);
    }

    fn fault(&self, field: Field, reason: impl Into<String>) -> Fault {
        let value = self.text(field).unwrap_or_default();
        Fault::of_value(self.file, self.line, self.columns.name(field), value, reason)
    }

    /// The texts of the columns that give no value, as one.
    pub fn unread(&self) -> String {
        let texts: Vec<&str> = self.columns.unread.iter().filter_map(|at| self.record.get(*at)).collect();
        texts.join("\u{1f}")
    }

    /// A value that must be there.
    pub fn required<T>(&mut self, field: Field, read: Result<Option<T>, Told>) -> Result<T, Told> {
        match read {
            Ok(Some(value)) => Ok(value),
            Ok(None) => Err(self.tell(field, "the value is missing")),
            Err(told) => Err(told),
        }
    }

    /// An id or a name.
    pub fn name(&mut self, field: Field) -> Result<Option<String>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        match name_trouble(text) {
            None => Ok(Some(text.to_owned())),
            Some(trouble) => Err(self.tell(field, trouble)),
        }
    }

    /// A day.
    pub fn day(&mut self, field: Field) -> Result<Option<Day>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        self.writing.dates.parse(text).map(Some).map_err(|mut reason| {
            if field == Field::PaidDate && text.contains("9999") {
                reason.push_str("; hint: leave it empty while the invoice is open");
            }
            self.tell(field, reason)
        })
    }

    /// The row's currency, or the file's.
    pub fn currency(&mut self) -> Result<Currency, Told> {
        let Some(text) = self.text(Field::Currency) else { return Ok(self.writing.currency) };
        let known = text.parse().or_else(|_| text.to_ascii_uppercase().parse());
        known.map_err(|error: DomainError| self.tell(Field::Currency, expected(&error)))
    }

    /// An amount.
    pub fn amount(&mut self, field: Field, currency: Currency) -> Result<Option<Money>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        self.writing.amounts.parse(text, currency).map(Some).map_err(|reason| self.tell(field, reason))
    }

    /// The number of an instalment.
    pub fn instalment(&mut self) -> Result<Option<u32>, Told> {
        let Some(text) = self.text(Field::InstalmentNo) else { return Ok(None) };
        let number = text.parse::<u32>().ok().filter(|number| (1..=1_000_000).contains(number));
        number.map(Some).ok_or_else(|| self.tell(Field::InstalmentNo, "expected a whole number from 1 to 1000000"))
    }

    /// One of a list of words.
    pub fn word<T>(&mut self, field: Field, parse: fn(&str) -> Result<T, DomainError>) -> Result<Option<T>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        parse(text).map(Some).map_err(|error| self.tell(field, expected(&error)))
    }
}

/// The vocabulary's error without the value, which a fault names already.
pub(super) fn expected(error: &DomainError) -> String {
    match error {
        DomainError::Unreadable { expected, .. } => format!("expected {expected}"),
        DomainError::OutOfRange { allowed, .. } => format!("allowed {allowed}"),
        DomainError::CurrencyMismatch { .. } => error.to_string(),
    }
}

/// Why a text cannot be an id or a name.
pub(super) fn name_trouble(text: &str) -> Option<&'static str> {
    if text.is_empty() {
        Some("the name is empty")
    } else if text.chars().any(char::is_control) {
        Some("expected no line ends or other control characters; is a quote not closed?")
    } else if text.len() > LONGEST_NAME && text.chars().count() > LONGEST_NAME {
        Some("expected at most 200 characters")
    } else {
        None
    }
}
