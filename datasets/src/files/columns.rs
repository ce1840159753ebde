//! Columns of a table, by what they hold.

use chrono::{Datelike, NaiveDate};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, PolarsResult, Series};

use crate::draw::number::euros;

/// Days from the first day of the common era to 1 January 1970.
const UNIX_EPOCH: i32 = 719_163;

/// A table under construction.
pub(super) struct Columns {
    rows: usize,
    columns: Vec<Column>,
}

impl Columns {
    pub(super) fn new(rows: usize) -> Self {
        Self { rows, columns: Vec::new() }
    }

    pub(super) fn text<'a>(&mut self, name: &str, values: impl Iterator<Item = Option<&'a str>>) {
        let values: Vec<Option<&str>> = values.collect();
        self.columns.push(Series::new(name.into(), values).into_column());
    }

    pub(super) fn number(&mut self, name: &str, values: impl Iterator<Item = i32>) {
        let values: Vec<i32> = values.collect();
        self.columns.push(Series::new(name.into(), values).into_column());
    }

    /// Cents in, euros in the file.
    pub(super) fn amount(&mut self, name: &str, cents: impl Iterator<Item = i64>) {
        let values: Vec<f64> = cents.map(euros).collect();
        self.columns.push(Series::new(name.into(), values).into_column());
    }

    pub(super) fn date(&mut self, name: &str, values: impl Iterator<Item = Option<NaiveDate>>) {
        let days: Vec<Option<i32>> = values.map(|date| date.map(|date| date.num_days_from_ce() - UNIX_EPOCH)).collect();
        self.columns.push(Series::new(name.into(), days).into_date().into_column());
    }

    pub(super) fn table(self) -> PolarsResult<DataFrame> {
        DataFrame::new(self.rows, self.columns)
    }
}
