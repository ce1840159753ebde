//! One row's fields as values; what cannot be read is told and leaves the row out.

use csv::StringRecord;

use super::amounts::{AmountForm, DecimalMark};
use super::columns::Columns;
use super::dates::DateForm;
use super::field::Field;
use super::rows::MAY_BE_CUT;
use super::sheet::Kind;
use super::written::{Mark, Written, currency_named};
use crate::day::Day;
use crate::error::DomainError;
use crate::fault::{Fault, FaultReport};
use crate::money::{Currency, Money};
use crate::probability::Share;
use crate::text::{is_unseen, turns_direction};

/// Ids and names longer than this are a sign of a shifted column.
const LONGEST_NAME: usize = 200;

/// Further columns may hold sentences; longer than this, a file has been put into a cell.
const LONGEST_ATTRIBUTE: usize = 1_000;

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
    /// What the cells of a sheet are; empty for a text file.
    pub kinds: &'a [Kind],
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

    /// What the cell of a column is.
    fn kind(&self, field: Field) -> Kind {
        let at = self.columns.position(field);
        at.and_then(|at| self.kinds.get(at)).copied().unwrap_or(Kind::Text)
    }

    /// A cell of a sheet that holds an error has no value.
    fn refuse_error(&mut self, field: Field) -> Result<(), Told> {
        match self.kind(field) {
            Kind::Error => Err(self.tell(field, "the cell holds an error, expected a value")),
            Kind::Text | Kind::Number | Kind::SharedNumber | Kind::Date => Ok(()),
        }
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
        self.refuse_error(field)?;
        // Beyond 15 digits a spreadsheet has lost the last ones, and two ids may have become one.
        if self.kind(field) == Kind::Number && text.len() > 15 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(self.tell(field, "a number of more than 15 digits loses its last ones, expected a text cell"));
        }
        match name_trouble(text) {
            None => Ok(Some(text.to_owned())),
            Some(trouble) => Err(self.tell(field, trouble)),
        }
    }

    /// Tells that the record's last value may be cut, unless a shorter one could not have been read: a day in ISO form
    /// and a word of a list are whole or nothing.
    pub fn refuse_cut(&mut self) -> Result<(), Told> {
        let Some(last) = self.columns.header.len().checked_sub(1) else { return Ok(()) };
        let field = self.columns.fields().find(|(_, at)| *at == last).map(|(field, _)| field);
        let is_whole = match field {
            _ if self.columns.unread.contains(&last) => true,
            Some(field) if self.text(field).is_some() => match field {
                Field::Kind | Field::PaymentKind | Field::Origin | Field::DueDateOrigin => true,
                field => field.is_date() && *self.writing.dates == DateForm::ISO,
            },
            _ => false,
        };
        if is_whole {
            return Ok(());
        }
        let (name, text) = (self.columns.header.get(last), self.record.get(last));
        let (name, text) = (name.map_or("", String::as_str), text.unwrap_or_default().trim());
        self.report.faults.push(Fault::of_value(self.file, self.line, name, text, MAY_BE_CUT));
        Err(Told)
    }

    /// The value of a further column; a cell of a sheet that holds an error is missing, and that is noted.
    pub fn attribute(&mut self, position: usize) -> Result<Option<String>, Told> {
        let Some(text) = self.at(position) else { return Ok(None) };
        let name = self.columns.header.get(position).map_or("", String::as_str);
        if self.kinds.get(position) == Some(&Kind::Error) {
            let reason = "the cell holds an error and counts as missing";
            self.report.notes.push(Fault::of_value(self.file, self.line, name, text, reason));
            return Ok(None);
        }
        let Some(trouble) = attribute_trouble(text) else { return Ok(Some(text.to_owned())) };
        self.report.faults.push(Fault::of_value(self.file, self.line, name, text, trouble));
        Err(Told)
    }

    /// A day.
    pub fn day(&mut self, field: Field) -> Result<Option<Day>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        self.refuse_error(field)?;
        let read = match self.kind(field) {
            // A moment counts for its day.
            Kind::Date => DateForm::ISO.parse(text.get(..10).unwrap_or(text)),
            _ => self.writing.dates.parse(text),
        };
        read.map(Some).map_err(|mut reason| {
            if field == Field::PaidDate && text.contains("9999") {
                reason.push_str("; hint: leave it empty while the invoice is open");
            }
            self.tell(field, reason)
        })
    }

    /// The row's currency: its own column's, that beside its amount, or the file's.
    pub fn currency(&mut self) -> Result<Currency, Told> {
        if let Some(text) = self.text(Field::Currency) {
            self.refuse_error(Field::Currency)?;
            let known = currency_named(text).ok_or(());
            return known.map_err(|()| self.tell(Field::Currency, "expected a three-letter ISO 4217 code such as EUR"));
        }
        const AMOUNTS: [Field; 7] = [
            Field::Amount,
            Field::Debit,
            Field::Credit,
            Field::AmountExclVat,
            Field::CreditLimit,
            Field::InsuredAmount,
            Field::GuaranteedAmount,
        ];
        let stated = self.writing.currency;
        let marked = AMOUNTS.into_iter().find_map(|field| Some((field, Written::of(self.text(field)?).mark?)));
        match marked {
            Some((_, Mark::Certain(currency))) => Ok(currency),
            Some((_, mark)) if mark.may_be(stated) => Ok(stated),
            Some((field, Mark::OneOf(codes))) => {
                let codes = super::names::listed(codes);
                let reason = format!("the sign may mean one of {codes}; hint: say `currency` in a map file");
                Err(self.tell(field, reason))
            }
            None => Ok(stated),
        }
    }

    /// An amount.
    pub fn amount(&mut self, field: Field, currency: Currency) -> Result<Option<Money>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        self.refuse_error(field)?;
        let form = match self.kind(field) {
            Kind::Number => AmountForm { decimal: DecimalMark::Point, thousands: None },
            Kind::SharedNumber => {
                return Err(self.tell(field, "the cell is merged over several rows, expected an amount for each"));
            }
            Kind::Text | Kind::Date | Kind::Error => self.writing.amounts,
        };
        let written = Written::of(text);
        if let Some(mark) = written.mark.filter(|mark| !mark.may_be(currency)) {
            let own = if let Mark::Certain(own) = mark { own.code() } else { "another currency" };
            return Err(
                self.tell(field, format!("the amount is in {own}, expected {currency} as in the rest of the row"))
            );
        }
        let thousands = form.thousands.or_else(|| written.shown_thousands(form.decimal));
        let read = AmountForm { thousands, ..form }.parse(&written.digits, currency);
        read.map(Some).map_err(|mut reason| {
            if self.kind(field) == Kind::Number {
                reason.push_str("; hint: the cell may hold more decimals than it shows, round it in the sheet");
            }
            self.tell(field, reason)
        })
    }

    /// The amount including VAT: its own column's, debit less credit, or the amount without VAT and the VAT.
    pub fn claim(&mut self, currency: Currency) -> Result<Option<Money>, Told> {
        let has = |field| self.columns.position(field).is_some();
        if has(Field::Amount) {
            return self.amount(Field::Amount, currency);
        }
        if has(Field::Debit) {
            let (debit, credit) = (self.amount(Field::Debit, currency), self.amount(Field::Credit, currency));
            return match (debit?, credit?) {
                (None, None) => Ok(None),
                (debit, credit) => {
                    let minor = |amount: Option<Money>| amount.map_or(0, Money::minor);
                    Ok(Some(Money::from_minor(minor(debit) - minor(credit), currency)))
                }
            };
        }
        let (net, vat) = (self.amount(Field::AmountExclVat, currency), self.amount(Field::VatAmount, currency));
        match (net?, vat?) {
            (Some(net), Some(vat)) => Ok(Some(Money::from_minor(net.minor() + vat.minor(), currency))),
            (Some(_), None) => Err(self.tell(Field::VatAmount, "the value is missing; nought is written `0`")),
            (None, Some(_)) => Err(self.tell(Field::AmountExclVat, "the value is missing")),
            (None, None) => Ok(None),
        }
    }

    /// A share of a whole: `25 %` and `25` are a quarter, as `0.25` and `0,25` are; `1` may be either and is asked.
    pub fn share(&mut self, field: Field) -> Result<Option<Share>, Told> {
        let Some(text) = self.text(field) else { return Ok(None) };
        self.refuse_error(field)?;
        let (digits, percent) = text.strip_suffix('%').map_or((text, false), |digits| (digits.trim(), true));
        let is_plain =
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
        let number = digits.replace(',', ".").parse::<f64>().ok().filter(|_| is_plain);
        let Some(number) = number else { return Err(self.tell(field, "expected a share such as `25 %` or `0.25`")) };
        if number == 1.0 && !percent {
            return Err(self.tell(field, "may be the whole or a hundredth, expected `100 %` or `1 %`"));
        }
        let share = if percent || number > 1.0 { number / 100.0 } else { number };
        Share::new(share).map(Some).map_err(|error| self.tell(field, expected(&error)))
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
        self.refuse_error(field)?;
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
    } else if text.chars().any(is_unseen) {
        Some(NO_TURNING)
    } else if text.len() > LONGEST_NAME && text.chars().count() > LONGEST_NAME {
        Some("expected at most 200 characters")
    } else {
        None
    }
}

const NO_TURNING: &str = "expected no separators of lines and no marks that turn the direction of writing";

/// Why a text cannot be the value of a further column; an address may have several lines.
pub(super) fn attribute_trouble(text: &str) -> Option<&'static str> {
    let has = |found: fn(char) -> bool| text.chars().any(found);
    if has(|letter| letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')) {
        Some("expected no control characters")
    } else if has(turns_direction) {
        Some(NO_TURNING)
    } else if text.len() > LONGEST_ATTRIBUTE && text.chars().count() > LONGEST_ATTRIBUTE {
        Some("expected at most 1000 characters; hint: a column that is not needed goes under `[ignore]` in a map file")
    } else {
        None
    }
}
