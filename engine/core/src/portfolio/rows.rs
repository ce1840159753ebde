//! One row an invoice: what was known of its client the moment it was issued, at one horizon.

use std::ops::Range;

use encours_models::{Column, FeatureSpec, ModelError, Table};
use rayon::prelude::*;

use crate::CoreError;
use crate::features::{ClientState, Cut, Feature, Horizons, PayingWeek, Priors, Reading, Shape, registry};
use crate::ledger::{Attribute, Book, ClientView, InvoiceRecord};

/// How an invoice turned out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    OnTime,
    Late,
}

impl Outcome {
    /// The outcome at a horizon as known on the morning of `cutoff`; `None` while the horizon lies ahead (an early
    /// payment then says nothing of those that are still open), or when nothing is learnt from the invoice.
    pub(crate) fn known_by(
        state: &ClientState,
        record: &InvoiceRecord,
        position: usize,
        horizon: usize,
        cutoff: i32,
    ) -> Option<Self> {
        let late_over = i32::from(*state.horizons.days().get(horizon)?);
        if record.due + late_over >= cutoff {
            return None;
        }
        match state.lives.get(position)?.outcome(horizon) {
            Some(true) => Some(Outcome::Late),
            Some(false) => Some(Outcome::OnTime),
            None => None,
        }
    }
}

/// Folds every client, in parallel, and returns the results in the order of clients.
pub(crate) fn each_client<T: Send>(
    book: &Book,
    horizons: &Horizons,
    week: PayingWeek,
    read: impl Fn(ClientView<'_>, &mut ClientState) -> Result<T, CoreError> + Sync,
) -> Result<Vec<T>, CoreError> {
    each_client_of(book, 0..book.clients().len(), horizons, week, read)
}

/// The same for some of the clients, by number.
fn each_client_of<T: Send>(
    book: &Book,
    clients: Range<usize>,
    horizons: &Horizons,
    week: PayingWeek,
    read: impl Fn(ClientView<'_>, &mut ClientState) -> Result<T, CoreError> + Sync,
) -> Result<Vec<T>, CoreError> {
    let start = || ClientState::new(horizons, week);
    let one = |state: &mut ClientState, number: usize| {
        let client = book.client(number);
        state.load(client)?;
        read(client, state)
    };
    clients.into_par_iter().map_init(start, one).collect()
}

/// Clients whose rows are read before they are put into columns.
const CLIENTS_AT_A_TIME: usize = 1_024;

/// The rows of a ledger: features by column, attributes beside them, for each horizon.
pub(crate) struct Rows {
    /// Record of each row, ascending.
    pub(crate) records: Vec<usize>,
    /// Number of the client of each row, ascending.
    pub(crate) clients: Vec<u32>,
    /// Day of issue of each row.
    pub(crate) days: Vec<i32>,
    /// For each horizon, the columns of the features in registry order.
    pub(crate) features: Vec<Vec<Vec<f64>>>,
    /// For each horizon, the outcome of each row as known at the cut-off.
    pub(crate) outcomes: Vec<Vec<Option<Outcome>>>,
}

/// One client's rows before they are put into columns: for each row its record and, for each horizon, its values.
struct ClientRows {
    records: Vec<usize>,
    days: Vec<i32>,
    values: Vec<f64>,
    outcomes: Vec<Option<Outcome>>,
}

impl Rows {
    /// Reads the features of every invoice that `wanted` wants, each strictly before its own day of issue; outcomes are
    /// those known on the morning of `cutoff`.
    pub(crate) fn collect(
        book: &Book,
        priors: &Priors,
        horizons: &Horizons,
        cutoff: i32,
        wanted: impl Fn(&InvoiceRecord) -> bool + Sync,
    ) -> Result<Self, CoreError> {
        let columns = registry::offered().count();
        let wanted_of = |number| book.client(number).records().iter().filter(|record| wanted(record)).count();
        let total = (0..book.clients().len()).map(wanted_of).sum();
        let mut rows = Self {
            records: Vec::with_capacity(total),
            clients: Vec::with_capacity(total),
            days: Vec::with_capacity(total),
            features: vec![(0..columns).map(|_| Vec::with_capacity(total)).collect(); horizons.days().len()],
            outcomes: vec![Vec::with_capacity(total); horizons.days().len()],
        };
        // Some clients at a time: their rows are held twice while they are put into columns.
        for start in (0..book.clients().len()).step_by(CLIENTS_AT_A_TIME) {
            let some = start..(start + CLIENTS_AT_A_TIME).min(book.clients().len());
            let clients = each_client_of(book, some.clone(), horizons, priors.paying_week, |client, state| {
                Ok(client_rows(client, state, priors, horizons, cutoff, &wanted))
            })?;
            for (number, client) in some.zip(clients) {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                rows.clients.extend(std::iter::repeat_n(number, client.records.len()));
                rows.append(client, columns);
            }
        }
        Ok(rows)
    }

    fn append(&mut self, client: ClientRows, columns: usize) {
        self.records.extend(client.records);
        self.days.extend(client.days);
        let horizons = self.features.len();
        for (place, values) in client.values.chunks_exact(columns.max(1)).enumerate() {
            if let Some(horizon) = self.features.get_mut(place % horizons) {
                for (column, &value) in horizon.iter_mut().zip(values) {
                    column.push(value);
                }
            }
        }
        for (place, outcome) in client.outcomes.into_iter().enumerate() {
            if let Some(horizon) = self.outcomes.get_mut(place % horizons) {
                horizon.push(outcome);
            }
        }
    }

    /// The tables that the cards are fitted on, one a horizon: rows whose outcome is known.
    pub(crate) fn into_tables(self, book: &Book) -> Result<Vec<Table>, ModelError> {
        let Self { records, days, features, outcomes, clients: _ } = self;
        let table = |(features, outcomes): (Vec<Vec<f64>>, Vec<Option<Outcome>>)| {
            let known: Vec<bool> = outcomes.iter().map(Option::is_some).collect();
            let (mut specs, mut columns) = (Vec::new(), Vec::new());
            for (feature, mut values) in registry::offered().zip(features) {
                specs.push(FeatureSpec::numeric(feature.name, feature.direction));
                keep(&mut values, &known);
                columns.push(Column::Numeric(values));
            }
            for attribute in usable_attributes(book) {
                specs.push(FeatureSpec::category(&attribute.name));
                let code = |record: &usize| attribute.codes.get(*record).copied().unwrap_or(Column::MISSING);
                let mut codes: Vec<u32> = records.iter().map(code).collect();
                keep(&mut codes, &known);
                let levels = (0..attribute.levels.len()).map(|level| attribute.levels.text(level).to_owned()).collect();
                columns.push(Column::Category { codes, levels });
            }
            let events = outcomes.into_iter().flatten().map(|outcome| outcome == Outcome::Late).collect();
            let mut days = days.clone();
            keep(&mut days, &known);
            Table::new(specs, columns, events, days)
        };
        features.into_iter().zip(outcomes).map(table).collect()
    }
}

/// Leaves the marked values.
fn keep<T>(values: &mut Vec<T>, marked: &[bool]) {
    let mut marked = marked.iter();
    values.retain(|_| marked.next().is_some_and(|marked| *marked));
}

/// Attributes that may enter a model: not who the client is, and not a name of its own for nearly every invoice.
fn usable_attributes(book: &Book) -> impl Iterator<Item = &Attribute> {
    let identity = encours_domain::ledger::IDENTITY_ATTRIBUTES;
    let repeats = move |attribute: &&Attribute| attribute.levels.len() * 5 <= book.invoices().max(1);
    let own_name = |attribute: &&Attribute| registry::find(&attribute.name).is_some();
    book.attributes()
        .iter()
        .filter(|attribute| !identity.contains(&attribute.name.as_str()))
        .filter(repeats)
        .filter(move |attribute| !own_name(attribute))
}

fn client_rows(
    client: ClientView<'_>,
    state: &mut ClientState,
    priors: &Priors,
    horizons: &Horizons,
    cutoff: i32,
    wanted: &(impl Fn(&InvoiceRecord) -> bool + Sync),
) -> ClientRows {
    let mut rows = ClientRows { records: Vec::new(), days: Vec::new(), values: Vec::new(), outcomes: Vec::new() };
    let mut positions = Vec::new();
    for (position, record) in client.records().iter().enumerate().filter(|(_, record)| wanted(record)) {
        state.advance(client, Cut::start_of(record.issued));
        positions.push(position);
        rows.records.push(client.record_number(position));
        rows.days.push(record.issued);
        let shape = Shape { issued: record.issued, due: record.due, amount: record.own_amount() };
        for horizon in 0..horizons.days().len() {
            let reading = Reading::new(state, priors, horizon, shape, record.issued);
            let value = |feature: &Feature| reading.as_ref().map_or(f64::NAN, |reading| (feature.value)(reading));
            rows.values.extend(registry::offered().map(value));
        }
    }
    state.advance(client, Cut::start_of(cutoff));
    for (position, record) in positions.iter().filter_map(|&at| client.records().get(at).map(|record| (at, record))) {
        for horizon in 0..horizons.days().len() {
            rows.outcomes.push(Outcome::known_by(state, record, position, horizon, cutoff));
        }
    }
    rows
}
