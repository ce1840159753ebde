//! The nightly run: every client's measures and the chances of its next usual invoice.
//!
//! The *next usual invoice* is of the client's median amount, issued on the day, on the terms it had last. It stands in
//! for a quote, so that all clients are asked the same question.

use encours_domain::Day;
use encours_domain::fact::Fact;
use encours_domain::ledger::InvoiceKind;
use polars::prelude::{
    Column, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series, StatisticsOptions,
};
use rayon::prelude::*;

use super::application::Applicant;
use super::measures::{Measures, Scratch};
use super::scoring::{Case, ScoringModel, baseline, own_history_weight, own_outcomes};
use crate::CoreError;
use crate::company::RecordView;
use crate::features::{ClientState, Cut, Detail, Shape};
use crate::ledger::{Book, ClientView};

/// One client's line of the nightly run.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Number of the client in the book.
    pub client: u32,
    /// What a plain query would say of it.
    pub measures: Measures,
    /// P(late over k) of its next usual invoice, one for each horizon of the model.
    pub late_over: Vec<f64>,
    /// The score.
    pub score: i32,
    /// The client's own smoothed past late rate at the headline horizon.
    pub baseline: f64,
    /// Share of the evidence that is the client's own.
    pub own_history_weight: f64,
}

/// The whole portfolio as of an evening.
#[derive(Clone, Debug)]
pub struct Rescored {
    /// One line for each client that had an invoice by then, in the order of names.
    pub lines: Vec<Line>,
    /// Horizons of `late_over`, days.
    pub horizons: Vec<u16>,
}

/// Scores every client with what was dated up to and including `as_of`; `facts_of` gives the public facts of a client by
/// its number in the book, for a model with an application card.
///
/// # Errors
/// When a client is too large to be folded.
pub fn rescore<'f>(
    book: &Book,
    model: &ScoringModel,
    as_of: Day,
    facts_of: &(dyn Fn(usize) -> &'f [Fact] + Sync),
) -> Result<Rescored, CoreError> {
    let runs: Vec<Vec<Line>> = even_runs(book)
        .into_par_iter()
        .map(|clients| {
            let mut worker = Worker { state: state_for(model), scratch: Scratch::default() };
            let record =
                |number| if model.has_application() { RecordView::as_known_on(facts_of(number), as_of) } else { None };
            let lines = clients
                .filter_map(|number| worker.line(book, model, (number, record(number)), as_of.number()).transpose());
            lines.collect()
        })
        .collect::<Result<_, CoreError>>()?;
    let horizons = model.horizons().days().to_vec();
    Ok(Rescored { lines: runs.into_iter().flatten().collect(), horizons })
}

/// A state that counts what a line reads: without a trained model, nothing but measures and outcomes.
fn state_for(model: &ScoringModel) -> ClientState {
    let detail = if model.is_trained() { Detail::Everything } else { Detail::Measures };
    ClientState::with_detail(model.horizons(), model.priors().paying_week, detail)
}

/// Runs of clients of about equally many invoices, more than there are threads, so that a giant delays nobody.
fn even_runs(book: &Book) -> Vec<std::ops::Range<usize>> {
    let wanted = (book.invoices() / (rayon::current_num_threads() * 8)).clamp(4_096, 262_144);
    let (mut runs, mut first, mut rows) = (Vec::new(), 0, 0);
    for number in 0..book.clients().len() {
        rows += book.client(number).records().len();
        if rows >= wanted {
            runs.push(first..number + 1);
            (first, rows) = (number + 1, 0);
        }
    }
    runs.push(first..book.clients().len());
    runs
}

struct Worker {
    state: ClientState,
    scratch: Scratch,
}

impl Worker {
    fn line(
        &mut self,
        book: &Book,
        model: &ScoringModel,
        (number, record): (usize, Option<RecordView<'_>>),
        as_of: i32,
    ) -> Result<Option<Line>, CoreError> {
        let client = book.client(number);
        self.state.fold(client, Cut::end_of(as_of))?;
        let measures = Measures::of(client, &self.state, as_of, &mut self.scratch);
        let Some((shape, last)) = usual_invoice(client, &measures, as_of) else { return Ok(None) };
        let mut late_over = Vec::with_capacity(model.horizons().days().len());
        let attribute = |name: &str| book.attribute_of(name, last);
        let minor_units = book.currency().scale();
        let applicant = record.as_ref().map(|record| Applicant { record, minor_units });
        let case = Case { state: &self.state, shape, today: as_of, attribute: &attribute, applicant };
        let score = model.predict(&case, &mut late_over)?;
        let reading = model.reading(&self.state, model.headline_place(), shape, as_of)?;
        let (_, known) = own_outcomes(&reading);
        let (baseline, own_history_weight) = (baseline(&reading), own_history_weight(known));
        let client = u32::try_from(number).unwrap_or(u32::MAX);
        Ok(Some(Line { client, measures, late_over, score, baseline, own_history_weight }))
    }
}

/// The client's next usual invoice as of a day, and the record whose attributes stand for it; `None` when it has had no
/// invoice by then.
pub(crate) fn usual_invoice(client: ClientView<'_>, measures: &Measures, as_of: i32) -> Option<(Shape, usize)> {
    let before = client.records().partition_point(|record| record.issued <= as_of);
    let usual = |&position: &usize| {
        let kind = client.records().get(position).map(|record| record.kind);
        kind != Some(InvoiceKind::CreditNote) && client.known(position) <= as_of
    };
    let position = (0..before).rev().find(usual)?;
    let last = client.records().get(position)?;
    #[expect(clippy::cast_possible_truncation, reason = "a median lies between two amounts, which are bounded")]
    let amount = measures.amount_med? as i64;
    let due = as_of.saturating_add(last.due - last.issued).min(Day::LAST.number());
    Some((Shape { issued: as_of, due, amount }, client.record_number(position)))
}

impl Rescored {
    /// Writes the run as Parquet: `client_id`, the measures under their short names (amounts in major units), then
    /// `p_late_over_K`, `score`, `past_late_rate` and `own_history_weight`; where a model runs in the shadow of this one,
    /// what it says of the same clients as of the same evening follows as `p_late_over_K_shadow` and `score_shadow`.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_parquet(
        &self,
        book: &Book,
        shadow: Option<&Rescored>,
        writer: impl std::io::Write,
    ) -> Result<(), CoreError> {
        let failed = |source| CoreError::Write { table: "portfolio", source };
        let mut columns = self.columns(book);
        columns.extend(shadow.into_iter().flat_map(|shadow| shadow.predictions("_shadow")));
        let mut frame = DataFrame::new(self.lines.len(), columns).map_err(failed)?;
        ParquetWriter::new(writer)
            .with_compression(ParquetCompression::Snappy)
            .with_statistics(StatisticsOptions::full())
            .set_parallel(true)
            .finish(&mut frame)
            .map_err(failed)?;
        Ok(())
    }

    #[expect(clippy::type_complexity, reason = "tables of a name and how to read it")]
    fn columns(&self, book: &Book) -> Vec<Column> {
        let names: Vec<&str> = self.lines.iter().map(|line| book.clients().text(index(line.client))).collect();
        let mut columns = vec![Series::new("client_id".into(), names).into_column()];
        let counts: [(&str, fn(&Measures) -> u32); 2] = [("n", |own| own.n), ("n_settled", |own| own.n_settled)];
        columns.extend(counts.map(|(name, value)| self.column(name, value)));
        let shares: [(&str, fn(&Measures) -> Option<f64>); 8] = [
            ("dbt_mean", |own| own.dbt_mean),
            ("dbt_std", |own| own.dbt_std),
            ("dbt_med", |own| own.dbt_med),
            ("dbt_w", |own| own.dbt_w),
            ("late", |own| own.late),
            ("late30", |own| own.late30),
            ("dbt_recent", |own| own.dbt_recent),
            ("dbt_before", |own| own.dbt_before),
        ];
        columns.extend(shares.map(|(name, value)| self.optional(name, value)));
        let days: [(&str, fn(&Measures) -> Option<i32>); 4] = [
            ("dbt_max", |own| own.dbt_max),
            ("worst_open", |own| own.worst_open),
            ("last_paid", |own| own.last_paid),
            ("tenure", |own| own.tenure),
        ];
        columns.extend(days.map(|(name, value)| self.optional_days(name, value)));
        let currency = book.currency();
        let major = |minor: i64| encours_domain::Money::from_minor(minor, currency).major();
        let amounts = |value: fn(&Measures) -> i64| -> Vec<f64> {
            self.lines.iter().map(|line| major(value(&line.measures))).collect()
        };
        columns.push(Series::new("exposure".into(), amounts(|own| own.exposure)).into_column());
        columns.push(Series::new("overdue".into(), amounts(|own| own.overdue)).into_column());
        let scale = crate::features::reading::float(currency.scale());
        let medians: Vec<Option<f64>> =
            self.lines.iter().map(|line| line.measures.amount_med.map(|minor| minor / scale)).collect();
        columns.push(Series::new("amount_med".into(), medians).into_column());
        columns.push(self.column("n_90", |own| own.n_90));
        columns.extend(self.score_columns());
        columns
    }

    /// Chances and score, their names ending in `suffix`.
    fn predictions(&self, suffix: &str) -> Vec<Column> {
        let mut columns = Vec::new();
        for (place, days) in self.horizons.iter().enumerate() {
            let values: Vec<Option<f64>> = self.lines.iter().map(|line| line.late_over.get(place).copied()).collect();
            columns.push(Series::new(format!("p_late_over_{days}{suffix}").into(), values).into_column());
        }
        let scores: Vec<i32> = self.lines.iter().map(|line| line.score).collect();
        columns.push(Series::new(format!("score{suffix}").into(), scores).into_column());
        columns
    }

    fn score_columns(&self) -> Vec<Column> {
        let mut columns = self.predictions("");
        let of = |value: fn(&Line) -> f64| -> Vec<f64> { self.lines.iter().map(value).collect() };
        columns.push(Series::new("past_late_rate".into(), of(|line| line.baseline)).into_column());
        columns.push(Series::new("own_history_weight".into(), of(|line| line.own_history_weight)).into_column());
        columns
    }

    fn column(&self, name: &str, value: fn(&Measures) -> u32) -> Column {
        let values: Vec<u32> = self.lines.iter().map(|line| value(&line.measures)).collect();
        Series::new(name.into(), values).into_column()
    }

    fn optional(&self, name: &str, value: fn(&Measures) -> Option<f64>) -> Column {
        let values: Vec<Option<f64>> = self.lines.iter().map(|line| value(&line.measures)).collect();
        Series::new(name.into(), values).into_column()
    }

    fn optional_days(&self, name: &str, value: fn(&Measures) -> Option<i32>) -> Column {
        let values: Vec<Option<i32>> = self.lines.iter().map(|line| value(&line.measures)).collect();
        Series::new(name.into(), values).into_column()
    }
}

fn index(client: u32) -> usize {
    usize::try_from(client).unwrap_or(usize::MAX)
}
