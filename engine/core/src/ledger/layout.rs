//! From the pieces of the invoice table to records in client order.

use encours_domain::Currency;
use encours_domain::ledger::{DueDateOrigin, InvoiceKind};
use rayon::prelude::*;

use super::book::{Details, InvoiceIds, InvoiceRecord, index};
use super::columns::{NO_DAY, Piece, amount_column, require};
use super::identifiers::{Interner, LookUpMap, SortedTexts, u32_of};
use super::payments::filled;
use super::pieces::read_with_workers;
use super::table::{Layout, TableSource};
use crate::CoreError;

/// The identifiers of one piece.
pub(crate) enum PieceIds {
    Numbers(Vec<i64>),
    Texts(InvoiceIds),
}

/// One piece of the invoice table; optional columns are empty when the table has none.
pub(crate) struct InvoicePiece {
    pub(crate) start: usize,
    clients: Vec<u32>,
    pub(crate) ids: PieceIds,
    issued: Vec<i32>,
    due: Vec<i32>,
    amounts: Vec<i64>,
    currencies: Vec<Currency>,
    kinds: Vec<InvoiceKind>,
    inferred: Vec<bool>,
    known: Vec<i32>,
    disputed: Vec<i32>,
    dispute_closed: Vec<i32>,
    instalments: Vec<u32>,
    pub(crate) corrects: Vec<Option<Box<str>>>,
}

/// The invoice table in client order.
pub(crate) struct Laid {
    pub(crate) clients: SortedTexts,
    pub(crate) starts: Vec<u32>,
    pub(crate) records: Vec<InvoiceRecord>,
    pub(crate) details: Details,
    pub(crate) currency: Currency,
    pub(crate) record_of_row: Vec<u32>,
    pub(crate) pieces: Vec<InvoicePiece>,
}

const COLUMNS: &[&str] = &["client_id", "invoice_id", "issue_date", "due_date"];
const OPTIONAL: &[&str] = &[
    "currency",
    "kind",
    "due_date_origin",
    "known_on",
    "disputed_on",
    "dispute_closed_on",
    "instalment_no",
    "corrects",
];

/// Reads the invoice table and puts it in client order.
pub(crate) fn read(source: &TableSource<'_>) -> Result<Laid, CoreError> {
    let layout = source.layout()?;
    let amount = amount_column(&layout);
    let mut columns = COLUMNS.to_vec();
    columns.push(amount);
    require(source, &layout, &columns)?;
    columns.extend(OPTIONAL.iter().filter(|name| layout.has(name)));
    u32_of("invoices", layout.rows)?;
    let (pieces, interners) = read_with_workers(source, &layout, &columns, Interner::default, |interner, piece| {
        read_piece(interner, piece, &layout, amount)
    })?;
    let (clients, pieces) = ranked(pieces, interners);
    lay_out(clients, pieces, layout.rows)
}

fn read_piece(
    interner: &mut Interner,
    piece: &Piece<'_>,
    layout: &Layout,
    amount: &str,
) -> Result<InvoicePiece, CoreError> {
    let mut clients = Vec::with_capacity(piece.frame.height());
    piece.each_id("client_id", |_, text| interner.number(text).map(|number| clients.push(number)))?;
    let ids = match piece.integer_ids("invoice_id")? {
        Some(numbers) => PieceIds::Numbers(numbers),
        None => {
            let mut texts = InvoiceIds::default();
            piece.each_id("invoice_id", |_, text| {
                texts.push(text);
                Ok(())
            })?;
            PieceIds::Texts(texts)
        }
    };
    let issued = piece.days("issue_date")?;
    let due = piece.days("due_date")?;
    let days = |name| if layout.has(name) { piece.optional_days(name) } else { Ok(Vec::new()) };
    let currencies = if layout.has("currency") { currencies(piece)? } else { Vec::new() };
    Ok(InvoicePiece {
        start: piece.start,
        clients,
        ids,
        amounts: if currencies.is_empty() {
            piece.amounts(amount, Currency::EUR)?
        } else {
            piece.amounts_in(amount, &currencies)?
        },
        currencies,
        kinds: if layout.has("kind") { kinds(piece)? } else { Vec::new() },
        inferred: if layout.has("due_date_origin") { inferred(piece)? } else { Vec::new() },
        known: if layout.has("known_on") { filled(days("known_on")?, &issued) } else { Vec::new() },
        disputed: days("disputed_on")?,
        dispute_closed: days("dispute_closed_on")?,
        instalments: if layout.has("instalment_no") { instalments(piece)? } else { Vec::new() },
        corrects: if layout.has("corrects") {
            piece
                .text_cells("corrects")?
                .into_iter()
                .map(|text| text.filter(|text| !text.is_empty()).map(Box::from))
                .collect()
        } else {
            Vec::new()
        },
        issued,
        due,
    })
}

/// The currency of each row; a table usually has one, so each distinct word is read once.
pub(crate) fn currencies(piece: &Piece<'_>) -> Result<Vec<Currency>, CoreError> {
    let mut last: (Option<&str>, Currency) = (None, Currency::EUR);
    let mut read = Vec::with_capacity(piece.frame.height());
    for (row, text) in piece.text_cells("currency")?.into_iter().enumerate() {
        let text = text.filter(|text| !text.is_empty());
        if text != last.0 {
            let currency = match text {
                None => Currency::EUR,
                Some(text) => text.parse().map_err(|error| piece.error_at(row, "currency", error))?,
            };
            last = (text, currency);
        }
        read.push(last.1);
    }
    Ok(read)
}

fn kinds(piece: &Piece<'_>) -> Result<Vec<InvoiceKind>, CoreError> {
    let kind = |(row, text): (usize, Option<&str>)| match text {
        None | Some("") => Ok(InvoiceKind::Invoice),
        Some(text) => InvoiceKind::parse(text).map_err(|error| piece.error_at(row, "kind", error)),
    };
    piece.text_cells("kind")?.into_iter().enumerate().map(kind).collect()
}

fn inferred(piece: &Piece<'_>) -> Result<Vec<bool>, CoreError> {
    let flag = |(row, text): (usize, Option<&str>)| match text {
        None | Some("") => Ok(false),
        Some(text) => DueDateOrigin::parse(text)
            .map(|origin| !origin.is_stated())
            .map_err(|error| piece.error_at(row, "due_date_origin", error)),
    };
    piece.text_cells("due_date_origin")?.into_iter().enumerate().map(flag).collect()
}

fn instalments(piece: &Piece<'_>) -> Result<Vec<u32>, CoreError> {
    let number = |(row, text): (usize, String)| match text.as_str() {
        "" => Ok(1),
        text => text.parse().map_err(|_| {
            piece.error_at(row, "instalment_no", format!("found `{text}`, expected a whole number from 1"))
        }),
    };
    piece.as_text("instalment_no")?.into_iter().enumerate().map(number).collect()
}

/// Sorts the clients of all workers and gives every row its client's rank.
fn ranked(pieces: Vec<(usize, InvoicePiece)>, interners: Vec<Interner>) -> (SortedTexts, Vec<InvoicePiece>) {
    let mut ranks: Vec<Vec<u32>> = Vec::with_capacity(interners.len());
    let mut entries: Vec<(Box<str>, usize, usize)> = Vec::new();
    for (worker, interner) in interners.into_iter().enumerate() {
        let texts = interner.into_texts();
        ranks.push(vec![0; texts.len()]);
        entries.extend(texts.into_iter().enumerate().map(|(number, text)| (text, worker, number)));
    }
    entries.par_sort_unstable();
    let mut clients: Vec<Box<str>> = Vec::new();
    for (text, worker, number) in entries {
        if clients.last() != Some(&text) {
            clients.push(text);
        }
        // Numbers of clients were checked to fit when they were given.
        let rank = u32::try_from(clients.len() - 1).unwrap_or(u32::MAX);
        if let Some(slot) = ranks.get_mut(worker).and_then(|ranks| ranks.get_mut(number)) {
            *slot = rank;
        }
    }
    let pieces = pieces.into_par_iter().map(|(worker, mut piece)| {
        if let Some(ranks) = ranks.get(worker) {
            for client in &mut piece.clients {
                *client = ranks.get(index(*client)).copied().unwrap_or(u32::MAX);
            }
        }
        piece
    });
    let pieces = pieces.collect();
    (SortedTexts::from_sorted(clients), pieces)
}

fn lay_out(clients: SortedTexts, pieces: Vec<InvoicePiece>, rows: usize) -> Result<Laid, CoreError> {
    let starts = starts(clients.len(), &pieces);
    let currency = main_currency(&pieces);
    let mut by_row = row_details(&pieces);
    let mut records =
        vec![InvoiceRecord { amount: 0, issued: 0, due: 0, row: 0, kind: InvoiceKind::Invoice, flags: 0 }; rows];
    parts(&starts, &mut records).into_par_iter().for_each(|part| fill(part, &starts, &pieces, currency, &by_row));
    let record_of_row = inverted(&records);
    by_row.put_in_record_order(&records);
    Ok(Laid { clients, starts, records, details: by_row, currency, record_of_row, pieces })
}

/// The record of each row. Every thread looks through all records and keeps those of its own rows.
fn inverted(records: &[InvoiceRecord]) -> Vec<u32> {
    let mut record_of_row = vec![0_u32; records.len()];
    let run = records.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
    record_of_row.par_chunks_mut(run).enumerate().for_each(|(number, rows)| {
        let first = number * run;
        for (record, place) in records.iter().zip(0_u32..) {
            if let Some(slot) = index(record.row).checked_sub(first).and_then(|own| rows.get_mut(own)) {
                *slot = place;
            }
        }
    });
    record_of_row
}

/// Where each client's records begin.
fn starts(clients: usize, pieces: &[InvoicePiece]) -> Vec<u32> {
    let mut starts = vec![0_u32; clients + 1];
    for &client in pieces.iter().flat_map(|piece| &piece.clients) {
        if let Some(count) = starts.get_mut(index(client) + 1) {
            *count += 1;
        }
    }
    let mut so_far = 0;
    for start in &mut starts {
        so_far += *start;
        *start = so_far;
    }
    starts
}

/// The currency of most rows; between equals the first by code.
fn main_currency(pieces: &[InvoicePiece]) -> Currency {
    let mut counts: LookUpMap<Currency, usize> = LookUpMap::default();
    for &currency in pieces.iter().flat_map(|piece| &piece.currencies) {
        *counts.entry(currency).or_default() += 1;
    }
    let best = counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(&left.0)));
    best.map_or(Currency::EUR, |(currency, _)| currency)
}

fn row_details(pieces: &[InvoicePiece]) -> Details {
    fn joined<T: Copy>(pieces: &[InvoicePiece], column: impl Fn(&InvoicePiece) -> &Vec<T>) -> Vec<T> {
        pieces.iter().flat_map(|piece| column(piece).iter().copied()).collect()
    }
    Details {
        known: joined(pieces, |piece| &piece.known),
        disputed: joined(pieces, |piece| &piece.disputed),
        dispute_closed: joined(pieces, |piece| &piece.dispute_closed),
        corrects: Vec::new(),
        instalments: joined(pieces, |piece| &piece.instalments),
    }
}

impl Details {
    /// What two records of equal days and amounts may still differ in.
    /// (Not in a dispute: one that comes later must not change the order of today.)
    fn key(&self, row: u32) -> (i32, u32) {
        let known = self.known.get(index(row)).copied().unwrap_or(NO_DAY);
        (known, self.instalments.get(index(row)).copied().unwrap_or(1))
    }

    fn put_in_record_order(&mut self, records: &[InvoiceRecord]) {
        fn reordered<T: Copy>(column: &mut Vec<T>, records: &[InvoiceRecord]) {
            if !column.is_empty() {
                *column = records.iter().filter_map(|record| column.get(index(record.row)).copied()).collect();
            }
        }
        reordered(&mut self.known, records);
        reordered(&mut self.disputed, records);
        reordered(&mut self.dispute_closed, records);
        reordered(&mut self.instalments, records);
    }
}

/// A run of clients and the records that are theirs.
struct Part<'a> {
    clients: std::ops::Range<usize>,
    records: &'a mut [InvoiceRecord],
}

/// Cuts the records between clients into about equal parts, one for each thread.
fn parts<'a>(starts: &[u32], mut records: &'a mut [InvoiceRecord]) -> Vec<Part<'a>> {
    let threads = rayon::current_num_threads().max(1);
    let clients = starts.len().saturating_sub(1);
    let wanted = records.len().div_ceil(threads).max(1);
    let mut parts = Vec::with_capacity(threads);
    let mut first = 0;
    while first < clients {
        let from = starts.get(first).copied().map_or(0, index);
        let enough = |start: &u32| index(*start) < from + wanted;
        let last = starts.partition_point(enough).clamp(first + 1, clients);
        let rows = starts.get(last).copied().map_or(0, index) - from;
        let (own, rest) = records.split_at_mut(rows);
        parts.push(Part { clients: first..last, records: own });
        records = rest;
        first = last;
    }
    parts
}

/// Puts the records of a run of clients in place and in content order.
fn fill(part: Part<'_>, starts: &[u32], pieces: &[InvoicePiece], currency: Currency, details: &Details) {
    let Part { clients, records } = part;
    let base = starts.get(clients.start).copied().unwrap_or(0);
    let mut next: Vec<u32> = starts.get(clients.clone()).unwrap_or(&[]).iter().map(|start| start - base).collect();
    for piece in pieces {
        for (row, &client) in piece.clients.iter().enumerate() {
            let Some(slot) = index(client).checked_sub(clients.start).and_then(|own| next.get_mut(own)) else {
                continue;
            };
            if let Some(record) = records.get_mut(index(*slot)) {
                *record = piece.record(row, currency);
            }
            *slot += 1;
        }
    }
    let mut start = 0;
    for end in next {
        let own = records.get_mut(start..index(end)).unwrap_or(&mut []);
        if own.len() > 1 {
            own.sort_unstable_by(|left, right| {
                let key =
                    |record: &InvoiceRecord| (record.issued, record.due, record.amount, record.kind, record.flags);
                key(left)
                    .cmp(&key(right))
                    .then_with(|| details.key(left.row).cmp(&details.key(right.row)))
                    .then_with(|| by_number(pieces, left.row, right.row))
                    .then(left.row.cmp(&right.row))
            });
        }
        start = index(end);
    }
}

/// The order of two rows by the text of their numbers: twins keep it however the file is sorted, and whether numbers
/// are written as text or as integers.
fn by_number(pieces: &[InvoicePiece], left: u32, right: u32) -> std::cmp::Ordering {
    let text = |row: u32| {
        let row = index(row);
        let after = pieces.partition_point(|piece| piece.start <= row);
        let piece = after.checked_sub(1).and_then(|last| pieces.get(last));
        piece.map(|piece| piece.number_text(row - piece.start))
    };
    text(left).cmp(&text(right))
}

impl InvoicePiece {
    /// The number of a row, as text.
    fn number_text(&self, row: usize) -> std::borrow::Cow<'_, str> {
        match &self.ids {
            PieceIds::Numbers(numbers) => numbers.get(row).map_or_else(String::new, i64::to_string).into(),
            PieceIds::Texts(texts) => texts.text(u32::try_from(row).unwrap_or(u32::MAX)).into(),
        }
    }

    fn record(&self, row: usize, currency: Currency) -> InvoiceRecord {
        let amount = self.amounts.get(row).copied().unwrap_or(0);
        let foreign = self.currencies.get(row).is_some_and(|&own| own != currency);
        let inferred = self.inferred.get(row).copied().unwrap_or(false);
        let stated_kind = self.kinds.get(row).copied().unwrap_or(InvoiceKind::Invoice);
        let negative_invoice = amount < 0 && stated_kind == InvoiceKind::Invoice;
        InvoiceRecord {
            amount,
            issued: self.issued.get(row).copied().unwrap_or(NO_DAY),
            due: self.due.get(row).copied().unwrap_or(NO_DAY),
            row: u32::try_from(self.start + row).unwrap_or(u32::MAX),
            kind: if negative_invoice { InvoiceKind::CreditNote } else { stated_kind },
            flags: u8::from(foreign) * InvoiceRecord::FOREIGN + u8::from(inferred) * InvoiceRecord::DUE_INFERRED,
        }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.clients.len()
    }

    /// The client of a row.
    pub(crate) fn client(&self, row: usize) -> u32 {
        self.clients.get(row).copied().unwrap_or(u32::MAX)
    }

    /// The instalment number of a row.
    pub(crate) fn instalment(&self, row: usize) -> u32 {
        self.instalments.get(row).copied().unwrap_or(1)
    }

    /// Drops what the records now hold.
    pub(crate) fn shrink(&mut self) {
        self.issued = Vec::new();
        self.due = Vec::new();
        self.amounts = Vec::new();
        self.currencies = Vec::new();
        self.kinds = Vec::new();
        self.known = Vec::new();
        self.disputed = Vec::new();
        self.dispute_closed = Vec::new();
    }
}
