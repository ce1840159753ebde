//! The header: which position of a file is which column of ours.

use std::collections::{BTreeMap, BTreeSet};

use super::cells::attribute_trouble;
use super::field::{Field, TableKind};
use super::map::ColumnMap;
use super::names::{is_near, listed, normal};
use super::reading::Wanted;
use super::table::Table;
use crate::error::shortened;
use crate::fault::{Fault, FaultReport};
use crate::ledger::IDENTITY_ATTRIBUTES;

/// The note on an invoice table that says nothing of payments; who has a payment table beside it leaves it out.
pub const NO_PAYMENTS: &str = "no column `paid_date`: without a payment table every invoice counts as open";

/// The note on an invoice table that states no due date.
const NO_DUE_DATES: &str = "no column `due_date`: due dates come from agreed terms (client file), from terms that other \
                            invoices state, else from the legal default; only against agreed terms is lateness learnt";

/// Where each column stands.
#[derive(Debug)]
pub(super) struct Columns {
    pub kind: TableKind,
    /// Whether an invoice may lack its due date, which terms give then.
    pub due_dates_from_terms: bool,
    pub header: Vec<String>,
    positions: BTreeMap<Field, usize>,
    /// Name and position, by name.
    pub attributes: Vec<(String, usize)>,
    /// Positions that give no value; they still tell two like rows apart.
    pub unread: Vec<usize>,
}

impl Columns {
    /// Joins a file's header to our columns.
    ///
    /// # Errors
    /// When a required or mapped column is not there.
    pub fn resolve(
        table: &Table<'_>,
        map: &ColumnMap,
        wanted: Wanted,
        report: &mut FaultReport,
    ) -> Result<Self, Fault> {
        let by_name: BTreeMap<String, usize> =
            table.header.iter().enumerate().map(|(at, name)| (normal(name), at)).collect();
        let kind = match wanted {
            Wanted::Kind(kind) => kind,
            Wanted::Ledger => kind_of(&by_name, map),
        };
        let positions = positions(&by_name, map, kind);
        refuse_gaps(table, map, kind, &positions)?;
        refuse_ignored_gaps(table, map, kind, &by_name)?;
        let mut attributes = match kind {
            TableKind::Payments | TableKind::Clients | TableKind::Orders => Vec::new(),
            TableKind::Invoices => attributes(table, map, &positions, &by_name)?,
        };
        attributes.sort_unstable();
        let attribute_positions = attributes.iter().map(|(_, at)| at);
        let read: BTreeSet<usize> = positions.values().chain(attribute_positions).copied().collect();
        let unread = (0..table.header.len()).filter(|at| !read.contains(at)).collect();
        let due_dates_from_terms = map.due_dates_from_terms;
        let columns = Self { kind, due_dates_from_terms, header: table.header.clone(), positions, attributes, unread };
        columns.note_doubts(table, map, report);
        Ok(columns)
    }

    /// Where a column of ours stands, if it is there.
    pub fn position(&self, field: Field) -> Option<usize> {
        self.positions.get(&field).copied()
    }

    /// The columns of ours that are there.
    pub fn fields(&self) -> impl Iterator<Item = (Field, usize)> {
        self.positions.iter().map(|(field, at)| (*field, *at))
    }

    /// The file's name for a column of ours.
    pub fn name(&self, field: Field) -> &str {
        self.position(field).and_then(|at| self.header.get(at)).map_or(field.name(), String::as_str)
    }

    fn note_doubts(&self, table: &Table<'_>, map: &ColumnMap, report: &mut FaultReport) {
        let mut note = |reason| report.notes.push(Fault::of_line(table.file, table.header_line(), reason));
        if self.header.iter().any(String::is_empty) {
            note("a column without a name is not read".to_owned());
        }
        if self.kind == TableKind::Invoices && self.position(Field::DueDate).is_none() {
            note(NO_DUE_DATES.to_owned());
        }
        if self.kind == TableKind::Invoices && self.position(Field::PaidDate).is_none() {
            note(NO_PAYMENTS.to_owned());
        }
        if self.kind != TableKind::Invoices {
            let unread = self.unread.iter().filter_map(|at| self.header.get(*at));
            let unread: Vec<&String> = unread.filter(|name| !name.is_empty() && !map.ignores(&normal(name))).collect();
            if !unread.is_empty() {
                let table = match self.kind {
                    TableKind::Clients => "client",
                    TableKind::Orders => "order",
                    TableKind::Payments | TableKind::Invoices => "payment",
                };
                let article = if self.kind == TableKind::Orders { "an" } else { "a" };
                note(format!("{article} {table} table has no such columns, not read: {}", listed(&unread)));
            }
        }
        for (name, at) in &self.attributes {
            let theirs = self.header.get(*at).map_or("", String::as_str);
            if map.attributes.is_some() {
                continue;
            }
            if let Some(meant) = self.absent_fields().find(|field| is_near(theirs, field.name())) {
                note(format!("column `{name}` is taken as an attribute; is `{}` meant?", meant.name()));
            } else if speaks_of_payment(theirs) {
                note(format!(
                    "column `{name}` is taken as an attribute known at issue; hint: if it is known only later, put it \
                     under `[ignore]` in a map file"
                ));
            }
        }
    }

    fn absent_fields(&self) -> impl Iterator<Item = Field> {
        let is_absent = |field: &Field| self.kind.has(*field) && self.position(*field).is_none();
        Field::ALL.iter().copied().filter(is_absent).filter(|field| !field.stands_for_amount())
    }
}

/// Words of columns that are filled in when the money comes, or does not.
fn speaks_of_payment(name: &str) -> bool {
    const WORDS: [&str; 12] = [
        "paid",
        "payment",
        "settle",
        "clear",
        "late",
        "delay",
        "overdue",
        "dispute",
        "retard",
        "reglement",
        "règlement",
        "paiement",
    ];
    const AGREED_BEFORE: [&str; 4] = ["term", "mode", "method", "means"];
    let name = normal(name);
    let has_one = |words: &[&str]| words.iter().any(|word| name.contains(word));
    has_one(&WORDS) && !has_one(&AGREED_BEFORE)
}

fn kind_of(by_name: &BTreeMap<String, usize>, map: &ColumnMap) -> TableKind {
    let has = |field: Field| by_name.contains_key(&normal(map.theirs(field)));
    let is_dated = has(Field::IssueDate) || has(Field::DueDate);
    // A mistyped invoice table must not pass for a payment table.
    let mistyped = || {
        let dates = [Field::IssueDate, Field::DueDate];
        by_name.keys().any(|name| dates.iter().any(|field| is_near(name, field.name())))
    };
    let is_payments = TableKind::Payments.required().iter().all(|field| has(*field));
    if is_payments && !is_dated && !mistyped() { TableKind::Payments } else { TableKind::Invoices }
}

fn positions(by_name: &BTreeMap<String, usize>, map: &ColumnMap, kind: TableKind) -> BTreeMap<Field, usize> {
    let position = |field: Field| {
        let theirs = normal(map.theirs(field));
        let taken_otherwise = !map.columns.contains_key(&field) && map.speaks_of(&theirs);
        by_name.get(&theirs).copied().filter(|_| kind.has(field) && !taken_otherwise)
    };
    let mut positions: BTreeMap<Field, usize> =
        Field::ALL.iter().copied().filter_map(|field| Some((field, position(field)?))).collect();
    // What an amount can be made of is somebody else's column where the amount is there, or where a part is missing.
    let has_amount = positions.contains_key(&Field::Amount);
    let has_debit = !has_amount && positions.contains_key(&Field::Debit);
    let has_net = !has_amount && !has_debit && positions.contains_key(&Field::AmountExclVat);
    positions.retain(|field, _| match field {
        _ if map.columns.contains_key(field) => true,
        Field::Debit | Field::Credit => has_debit,
        Field::AmountExclVat | Field::VatAmount => has_net,
        _ => true,
    });
    positions
}

fn refuse_gaps(
    table: &Table<'_>,
    map: &ColumnMap,
    kind: TableKind,
    positions: &BTreeMap<Field, usize>,
) -> Result<(), Fault> {
    let is_needed = |field: &Field| {
        // One map may serve both tables, and a payment table has less.
        kind.required().contains(field) || (kind != TableKind::Payments && map.columns.contains_key(field))
    };
    let mistyped_paid_date = |field: &Field| {
        let names = table.header.iter().map(|name| normal(name));
        kind == TableKind::Invoices
            && *field == Field::PaidDate
            && names.filter(|name| !map.speaks_of(name)).any(|name| is_near(&name, field.name()))
    };
    let has_an_amount =
        kind.has_an_amount(|field| positions.contains_key(&field) || field == Field::VatRate && map.vat_rate.is_some());
    let missing: Vec<&str> = Field::ALL
        .iter()
        .filter(|field| kind.has(**field) && !positions.contains_key(field))
        .filter(|field| **field != Field::Amount || !has_an_amount)
        .filter(|field| **field != Field::DueDate || !map.due_dates_from_terms || map.columns.contains_key(field))
        .filter(|field| is_needed(field) || mistyped_paid_date(field))
        .map(|field| map.theirs(*field))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut reason = format!("missing columns {}: found {}", listed(&missing), listed(&table.header));
    if missing == [Field::DueDate.name()] {
        reason.push_str("; hint: if it states none, say `due_dates = \"from terms\"` under `[file]` in a map file");
    }
    Err(Fault::of_line(table.file, table.header_line(), reason))
}

/// A column to leave out that is not there is a slip, and the one that was meant would be read.
fn refuse_ignored_gaps(
    table: &Table<'_>,
    map: &ColumnMap,
    kind: TableKind,
    by_name: &BTreeMap<String, usize>,
) -> Result<(), Fault> {
    // One map may serve both tables, and a payment table has less.
    let missing = map.ignored().filter(|(normal, _)| kind != TableKind::Payments && !by_name.contains_key(*normal));
    let missing: Vec<&str> = missing.map(|(_, name)| name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let (missing, found) = (listed(&missing), listed(&table.header));
    let reason = format!("`[ignore]` of the map names columns that are not there, {missing}: found {found}");
    Err(Fault::of_line(table.file, table.header_line(), reason))
}

fn attributes(
    table: &Table<'_>,
    map: &ColumnMap,
    positions: &BTreeMap<Field, usize>,
    by_name: &BTreeMap<String, usize>,
) -> Result<Vec<(String, usize)>, Fault> {
    if let Some(named) = &map.attributes {
        let found = |theirs: &String| by_name.get(&normal(theirs)).copied();
        let missing: Vec<&String> = named.values().filter(|theirs| found(theirs).is_none()).collect();
        if !missing.is_empty() {
            let reason = format!("missing columns {}: found {}", listed(&missing), listed(&table.header));
            return Err(Fault::of_line(table.file, table.header_line(), reason));
        }
        return Ok(named.iter().filter_map(|(ours, theirs)| Some((ours.clone(), found(theirs)?))).collect());
    }
    let is_further = |name: &str, at: usize| {
        !name.is_empty() && !map.ignores(&normal(name)) && positions.values().all(|taken| *taken != at)
    };
    let further = table.header.iter().enumerate().filter(|(at, name)| is_further(name, *at));
    let further: Vec<(String, usize)> = further.map(|(at, name)| (own_name(name), at)).collect();
    if let Some((name, trouble)) = further.iter().find_map(|(name, _)| Some((name, attribute_trouble(name)?))) {
        let (file, line) = (table.file, table.header_line());
        return Err(Fault {
            value: Some(shortened(name)),
            ..Fault::of_line(file, line, format!("name of a column: {trouble}"))
        });
    }
    Ok(further)
}

/// A column keeps its name, save that what says who the client is must be known as such.
fn own_name(name: &str) -> String {
    let identity = IDENTITY_ATTRIBUTES.iter().find(|known| **known == normal(name));
    identity.map_or_else(|| name.to_owned(), |known| (*known).to_owned())
}
