//! The columns of the two tables as plain vectors, checked value by value.

use encours_domain::{Currency, Day, Money, money};
use polars::frame::DataFrame;
use polars::prelude::{Column, DataType};

use super::table::{Layout, TableSource};
use crate::CoreError;

/// Stands for "no day" in columns of days; far outside the accepted years.
pub(crate) const NO_DAY: i32 = i32::MIN;

/// The amount column of a table: exact minor units when it has them, else decimals.
pub(crate) fn amount_column(layout: &Layout) -> &'static str {
    if layout.has("amount_minor") { "amount_minor" } else { "amount" }
}

/// Checks that a table has the columns without which it cannot be read.
pub(crate) fn require(source: &TableSource<'_>, layout: &Layout, names: &[&str]) -> Result<(), CoreError> {
    let absent: Vec<&str> = names.iter().copied().filter(|name| !layout.has(name)).collect();
    if absent.is_empty() {
        return Ok(());
    }
    let (absent, found) = (absent.join("`, `"), layout.columns.join("`, `"));
    Err(source.error(format!("column `{absent}` is missing; found `{found}`")))
}

/// What is allowed in a column of minor units; the figure is [`money::LARGEST_MINOR`].
const OF_MINOR: &str = "expected a whole number of minor units, at most 1000000000000000";

fn is_bounded(minor: i64) -> bool {
    minor.unsigned_abs() <= money::LARGEST_MINOR.unsigned_abs()
}

/// One read piece of a table, with what is needed to say where a value stands.
pub(crate) struct Piece<'a> {
    pub(crate) source: &'a TableSource<'a>,
    pub(crate) frame: &'a DataFrame,
    /// Row of the file at which the piece begins.
    pub(crate) start: usize,
}

impl Piece<'_> {
    /// The column of this name.
    pub(crate) fn column(&self, name: &str) -> Result<&Column, CoreError> {
        self.frame.column(name).map_err(|error| self.source.error(error.to_string()))
    }

    /// An error at a row of this piece.
    pub(crate) fn error_at(&self, row: usize, column: &str, reason: impl std::fmt::Display) -> CoreError {
        self.source.error(format!("line {}, column `{column}`: {reason}", self.line(row)))
    }

    /// The line at which a row would stand in a CSV file.
    const fn line(&self, row: usize) -> usize {
        self.start + row + 2
    }

    /// As [`Piece::error_at`], with the value that stands there.
    fn error_of_value(&self, row: usize, column: &str, reason: impl std::fmt::Display) -> CoreError {
        let cells = self.column(column).ok();
        let value = cells.and_then(|cells| cells.get(row).ok()).map(|value| value.str_value().to_string());
        let (line, value) = (self.line(row), value.unwrap_or_default());
        self.source.error(format!("line {line}, column `{column}`, value `{value}`: {reason}"))
    }

    fn cast(&self, name: &str, to: &DataType, expected: &str) -> Result<Column, CoreError> {
        let column = self.column(name)?;
        let wrong =
            || self.source.error(format!("column `{name}`: found type {}, expected {expected}", column.dtype()));
        if column.dtype() == to { Ok(column.clone()) } else { column.strict_cast(to).map_err(|_| wrong()) }
    }

    /// Days since 1970, all present.
    pub(crate) fn days(&self, name: &str) -> Result<Vec<i32>, CoreError> {
        let days = self.optional_days(name)?;
        match days.iter().position(|&day| day == NO_DAY) {
            Some(row) => Err(self.error_at(row, name, "found no value, expected a date")),
            None => Ok(days),
        }
    }

    /// Days since 1970; [`NO_DAY`] where there is none.
    pub(crate) fn optional_days(&self, name: &str) -> Result<Vec<i32>, CoreError> {
        let column = self.column(name)?;
        if column.dtype() == &DataType::String {
            return self.days_from_text(name);
        }
        if !column.dtype().is_temporal() {
            return Err(self.source.error(format!("column `{name}`: found type {}, expected a date", column.dtype())));
        }
        let dates = self.cast(name, &DataType::Date, "a date")?;
        let numbers = dates.to_physical_repr();
        let numbers = numbers.i32().map_err(|error| self.source.error(error.to_string()))?;
        let days: Vec<i32> = match numbers.cont_slice() {
            Ok(days) => days.to_vec(),
            Err(_) => numbers.iter().map(|day| day.unwrap_or(NO_DAY)).collect(),
        };
        let allowed = Day::FIRST.number()..=Day::LAST.number();
        match days.iter().position(|day| *day != NO_DAY && !allowed.contains(day)) {
            Some(row) => Err(self.error_of_value(row, name, "allowed from 1900-01-01 to 2199-12-31")),
            None => Ok(days),
        }
    }

    fn days_from_text(&self, name: &str) -> Result<Vec<i32>, CoreError> {
        let day = |(row, text): (usize, Option<&str>)| match text.filter(|text| !text.is_empty()) {
            None => Ok(NO_DAY),
            Some(text) => text.parse::<Day>().map(Day::number).map_err(|error| self.error_at(row, name, error)),
        };
        self.text_cells(name)?.into_iter().enumerate().map(day).collect()
    }

    /// Amounts in minor units, all present. Decimals must be whole minor units.
    pub(crate) fn amounts(&self, name: &str, currency: Currency) -> Result<Vec<i64>, CoreError> {
        let column = self.column(name)?;
        if column.null_count() > 0 {
            let row = column.is_null().iter().position(|null| null == Some(true)).unwrap_or(0);
            return Err(self.error_at(row, name, "found no value, expected an amount"));
        }
        if column.dtype() == &DataType::String {
            return self.amounts_from_text(name, |_| currency);
        }
        if !column.dtype().is_numeric() {
            return Err(self
                .source
                .error(format!("column `{name}`: found type {}, expected a number", column.dtype())));
        }
        if name == "amount_minor" {
            return self.integers(name);
        }
        let floats = self.cast(name, &DataType::Float64, "a number")?;
        let floats = floats.f64().map_err(|error| self.source.error(error.to_string()))?;
        if let Ok(values) = floats.cont_slice() {
            let minor = |(row, &value): (usize, &f64)| {
                money::minor_from_float(value, currency).map_err(|error| self.error_at(row, name, error))
            };
            return values.iter().enumerate().map(minor).collect();
        }
        let minor = |(row, value): (usize, Option<f64>)| {
            money::minor_from_float(value.unwrap_or(f64::NAN), currency)
                .map_err(|error| self.error_at(row, name, error))
        };
        floats.iter().enumerate().map(minor).collect()
    }

    /// As [`Piece::amounts`], each row in its own currency.
    pub(crate) fn amounts_in(&self, name: &str, currencies: &[Currency]) -> Result<Vec<i64>, CoreError> {
        let one = currencies.first().copied().unwrap_or(Currency::EUR);
        if name == "amount_minor" || currencies.iter().all(|&currency| currency == one) {
            return self.amounts(name, one);
        }
        if self.column(name)?.dtype() == &DataType::String {
            return self.amounts_from_text(name, |row| currencies.get(row).copied().unwrap_or(one));
        }
        let floats = self.cast(name, &DataType::Float64, "a number")?;
        let floats = floats.f64().map_err(|error| self.source.error(error.to_string()))?;
        let minor = |(row, (value, &currency)): (usize, (Option<f64>, &Currency))| {
            money::minor_from_float(value.unwrap_or(f64::NAN), currency)
                .map_err(|error| self.error_at(row, name, error))
        };
        floats.iter().zip(currencies).enumerate().map(minor).collect()
    }

    /// Decimals, which come as texts, and texts that are such.
    fn amounts_from_text(&self, name: &str, currency: impl Fn(usize) -> Currency) -> Result<Vec<i64>, CoreError> {
        let whole = |row, text: &str| {
            let number = text.parse::<i64>().ok().filter(|number| is_bounded(*number));
            number.ok_or_else(|| self.error_of_value(row, name, OF_MINOR))
        };
        let minor = |(row, text): (usize, Option<&str>)| match text.filter(|text| !text.is_empty()) {
            None => Err(self.error_at(row, name, "found no value, expected an amount")),
            Some(text) if name == "amount_minor" => whole(row, text),
            Some(text) => {
                Money::parse(text, currency(row)).map(Money::minor).map_err(|error| self.error_at(row, name, error))
            }
        };
        self.text_cells(name)?.into_iter().enumerate().map(minor).collect()
    }

    fn integers(&self, name: &str) -> Result<Vec<i64>, CoreError> {
        let numbers = self.cast(name, &DataType::Int64, "a whole number")?;
        let numbers = numbers.i64().map_err(|error| self.source.error(error.to_string()))?;
        let bounded = |(row, value): (usize, Option<i64>)| {
            let value = value.filter(|value| is_bounded(*value));
            value.ok_or_else(|| self.error_of_value(row, name, OF_MINOR))
        };
        numbers.iter().enumerate().map(bounded).collect()
    }

    /// Whole numbers from a column of any integer type, all present; `None` when the column is text.
    pub(crate) fn integer_ids(&self, name: &str) -> Result<Option<Vec<i64>>, CoreError> {
        let column = self.column(name)?;
        if !column.dtype().is_integer() {
            return Ok(None);
        }
        let numbers = self.cast(name, &DataType::Int64, "a whole number or a text")?;
        let numbers = numbers.i64().map_err(|error| self.source.error(error.to_string()))?;
        if let Ok(numbers) = numbers.cont_slice() {
            return Ok(Some(numbers.to_vec()));
        }
        let present = |(row, value): (usize, Option<i64>)| {
            value.ok_or_else(|| self.error_at(row, name, "found no value, expected an identifier"))
        };
        numbers.iter().enumerate().map(present).collect::<Result<_, _>>().map(Some)
    }

    /// The cells of a text column.
    pub(crate) fn text_cells(&self, name: &str) -> Result<Vec<Option<&str>>, CoreError> {
        let column = self.column(name)?;
        let texts = column.str();
        let texts = texts
            .map_err(|_| self.source.error(format!("column `{name}`: found type {}, expected text", column.dtype())))?;
        Ok(texts.iter().collect())
    }

    /// Calls `take` with every identifier of a column, as text; numbers are written out.
    pub(crate) fn each_id(
        &self,
        name: &str,
        mut take: impl FnMut(usize, &str) -> Result<(), CoreError>,
    ) -> Result<(), CoreError> {
        if let Some(numbers) = self.integer_ids(name)? {
            return numbers.iter().enumerate().try_for_each(|(row, number)| take(row, &number.to_string()));
        }
        let column = self.column(name)?;
        let texts = column.str().map_err(|_| {
            self.source.error(format!("column `{name}`: found type {}, expected text or whole numbers", column.dtype()))
        })?;
        for (row, text) in texts.iter().enumerate() {
            match text {
                Some(text) if !text.is_empty() => take(row, text)?,
                _ => return Err(self.error_at(row, name, "found no value, expected an identifier")),
            }
        }
        Ok(())
    }

    /// Every cell as text: dates in ISO form, numbers as they are written plainly, missing as an empty text.
    pub(crate) fn as_text(&self, name: &str) -> Result<Vec<String>, CoreError> {
        let column = self.column(name)?;
        let dtype = column.dtype();
        if dtype == &DataType::String {
            return Ok(self.text_cells(name)?.into_iter().map(|text| text.unwrap_or("").to_owned()).collect());
        }
        if dtype.is_temporal() {
            let text = |&day: &i32| Day::from_number(day).map_or_else(|_| String::new(), |day| day.to_string());
            return Ok(self.optional_days(name)?.iter().map(text).collect());
        }
        if dtype == &DataType::Boolean {
            let flags = column.bool().map_err(|error| self.source.error(error.to_string()))?;
            return Ok(flags.iter().map(|flag| flag.map_or_else(String::new, |flag| flag.to_string())).collect());
        }
        if dtype.is_integer() {
            let numbers = self.cast(name, &DataType::Int64, "a whole number")?;
            let numbers = numbers.i64().map_err(|error| self.source.error(error.to_string()))?;
            return Ok(numbers.iter().map(|value| value.map_or_else(String::new, |value| value.to_string())).collect());
        }
        let numbers = self.cast(name, &DataType::Float64, "text, a date or a number")?;
        let numbers = numbers.f64().map_err(|error| self.source.error(error.to_string()))?;
        Ok(numbers.iter().map(|value| value.map_or_else(String::new, plain)).collect())
    }
}

/// A float as it was meant: the last bit's noise of a decimal (0.30000000000000004) is not written out.
fn plain(value: f64) -> String {
    let six_decimals = (value * 1e6).round() / 1e6;
    let same = (six_decimals - value).abs() <= value.abs() * 4.0 * f64::EPSILON;
    if same { six_decimals.to_string() } else { value.to_string() }
}
