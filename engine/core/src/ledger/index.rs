//! From an invoice number to its record.

use super::book::{InvoiceIds, NO_RECORD, index};
use super::columns::Piece;
use super::identifiers::SortedTexts;
use super::layout::{InvoicePiece, Laid, PieceIds};
use super::payments::FindRecord;
use super::table::Layout;
use crate::CoreError;

/// `records[number - first]`, for numbers that are whole, used once and close together.
pub(crate) struct DenseIndex {
    first: i64,
    records: Vec<u32>,
}

/// Finds records by number: a plain table where numbers allow it, else sorted keys.
pub(crate) enum InvoiceIndex<'a> {
    /// By the number itself.
    Dense(&'a DenseIndex),
    /// Hashes of the numbers, sorted, with the rows to look at.
    Sorted { laid: &'a Laid, keys: Vec<(u64, u32)> },
}

impl InvoiceIndex<'_> {
    /// The record of a number, given the client and the instalment where they are known.
    fn find(&self, id: Id<'_>, client: Option<u32>, instalment: Option<u32>) -> Found {
        match self {
            InvoiceIndex::Dense(dense) => {
                let Id::Number(number) = id else { return Found::None };
                let place = number.checked_sub(dense.first).and_then(|place| usize::try_from(place).ok());
                match place.and_then(|place| dense.records.get(place)) {
                    Some(&record) if record != NO_RECORD => Found::One(record),
                    _ => Found::None,
                }
            }
            InvoiceIndex::Sorted { laid, keys } => {
                let key = id.key();
                let from = keys.partition_point(|(candidate, _)| *candidate < key);
                let rows = keys.get(from..).unwrap_or(&[]).iter().take_while(|(candidate, _)| *candidate == key);
                let mut fitting = rows.filter(|(_, row)| laid.fits(*row, id, client, instalment));
                match (fitting.next(), fitting.next()) {
                    (None, _) => Found::None,
                    (Some((_, row)), None) => {
                        Found::One(laid.record_of_row.get(index(*row)).copied().unwrap_or(NO_RECORD))
                    }
                    (Some(_), Some(_)) => Found::Several,
                }
            }
        }
    }
}

/// What a look-up finds.
enum Found {
    None,
    One(u32),
    Several,
}

/// An invoice number as a file has it.
#[derive(Clone, Copy)]
enum Id<'a> {
    Number(i64),
    Text(&'a str),
}

impl Id<'_> {
    /// A key under which equal numbers meet, whether written as text or as whole numbers.
    fn key(self) -> u64 {
        match self {
            Id::Number(number) => spread(number),
            Id::Text(text) => match canonical_number(text) {
                Some(number) => spread(number),
                None => hash(text),
            },
        }
    }

    fn same(self, other: Id<'_>) -> bool {
        match (self, other) {
            (Id::Number(left), Id::Number(right)) => left == right,
            (Id::Text(left), Id::Text(right)) => left == right,
            (Id::Number(number), Id::Text(text)) | (Id::Text(text), Id::Number(number)) => {
                canonical_number(text) == Some(number)
            }
        }
    }
}

/// A text that is exactly how a whole number prints (`7`, not `007`).
fn canonical_number(text: &str) -> Option<i64> {
    let leading_zero = text.len() > 1 && text.trim_start_matches('-').starts_with('0');
    if leading_zero || text.starts_with('+') { None } else { text.parse().ok() }
}

fn spread(number: i64) -> u64 {
    number.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn hash(text: &str) -> u64 {
    use std::hash::BuildHasher;
    foldhash::fast::FixedState::default().hash_one(text)
}

/// A table by number, when every number is whole, used once, and they leave at most three gaps an invoice.
pub(crate) fn dense(laid: &Laid) -> Option<DenseIndex> {
    let numbers = |piece: &'_ InvoicePiece| match &piece.ids {
        PieceIds::Numbers(numbers) => numbers.iter().copied().min().zip(numbers.iter().copied().max()),
        PieceIds::Texts(_) => None,
    };
    let ranges: Option<Vec<(i64, i64)>> = laid.pieces.iter().filter(|piece| piece.len() > 0).map(numbers).collect();
    let ranges = ranges?;
    let first = ranges.iter().map(|range| range.0).min()?;
    let last = ranges.iter().map(|range| range.1).max()?;
    let span = usize::try_from(last.checked_sub(first)?).ok()?.checked_add(1)?;
    if span > laid.records.len().saturating_mul(4) {
        return None;
    }
    let mut records = vec![NO_RECORD; span];
    for piece in &laid.pieces {
        let PieceIds::Numbers(numbers) = &piece.ids else { return None };
        for (row, number) in numbers.iter().enumerate() {
            let slot = usize::try_from(number - first).ok().and_then(|place| records.get_mut(place))?;
            if *slot != NO_RECORD {
                return None;
            }
            *slot = *laid.record_of_row.get(piece.start + row)?;
        }
    }
    Some(DenseIndex { first, records })
}

/// Sorted keys; two rows of one client, number and instalment are an error.
pub(crate) fn sorted<'a>(laid: &'a Laid, table: &str) -> Result<InvoiceIndex<'a>, CoreError> {
    use rayon::slice::ParallelSliceMut;
    let mut keys = Vec::with_capacity(laid.records.len());
    for piece in &laid.pieces {
        for row in 0..piece.len() {
            let number = u32::try_from(piece.start + row).unwrap_or(u32::MAX);
            keys.push((piece.id(row).key(), number));
        }
    }
    keys.par_sort_unstable();
    for run in keys.chunk_by(|left, right| left.0 == right.0).filter(|run| run.len() > 1) {
        refuse_repeats(laid, table, run)?;
    }
    Ok(InvoiceIndex::Sorted { laid, keys })
}

/// Refuses two rows of one client, number and instalment.
fn refuse_repeats(laid: &Laid, table: &str, run: &[(u64, u32)]) -> Result<(), CoreError> {
    let mut seen: Vec<(u32, u32, &str, u32)> = Vec::with_capacity(run.len());
    for &(_, row) in run {
        if let Some((piece, place)) = laid.place(row) {
            seen.push((piece.client(place), piece.instalment(place), piece.id_text(place), row));
        }
    }
    seen.sort_unstable();
    for pair in seen.windows(2) {
        if let [left, right] = pair
            && (left.0, left.1, left.2) == (right.0, right.1, right.2)
            && laid.id(left.3).zip(laid.id(right.3)).is_some_and(|(one, other)| one.same(other))
        {
            let client = laid.clients.text(index(left.0));
            let (first, second) = (left.3 + 2, right.3 + 2);
            let reason = format!(
                "lines {first} and {second}: two invoices of one number and instalment {} for client `{client}`",
                left.1
            );
            return Err(CoreError::table(table, reason));
        }
    }
    Ok(())
}

impl InvoicePiece {
    fn id(&self, row: usize) -> Id<'_> {
        match &self.ids {
            PieceIds::Numbers(numbers) => Id::Number(numbers.get(row).copied().unwrap_or(i64::MIN)),
            PieceIds::Texts(texts) => Id::Text(texts.text(u32::try_from(row).unwrap_or(u32::MAX))),
        }
    }

    fn id_text(&self, row: usize) -> &str {
        match self.id(row) {
            Id::Number(_) => "",
            Id::Text(text) => text,
        }
    }
}

impl Laid {
    /// The piece and the place in it of a row of the table.
    fn place(&self, row: u32) -> Option<(&InvoicePiece, usize)> {
        let row = index(row);
        let after = self.pieces.partition_point(|piece| piece.start <= row);
        let piece = self.pieces.get(after.checked_sub(1)?)?;
        Some((piece, row - piece.start))
    }

    fn id(&self, row: u32) -> Option<Id<'_>> {
        self.place(row).map(|(piece, place)| piece.id(place))
    }

    fn fits(&self, row: u32, id: Id<'_>, client: Option<u32>, instalment: Option<u32>) -> bool {
        self.place(row).is_some_and(|(piece, place)| {
            piece.id(place).same(id)
                && client.is_none_or(|client| piece.client(place) == client)
                && instalment.is_none_or(|instalment| piece.instalment(place) == instalment)
        })
    }

    /// Records that credit notes correct, in the order of the records; empty when the table has no such column.
    pub(crate) fn corrected(&self, found: &InvoiceIndex<'_>) -> Vec<u32> {
        if self.pieces.iter().all(|piece| piece.corrects.is_empty()) {
            return Vec::new();
        }
        let mut corrects = vec![NO_RECORD; self.records.len()];
        for piece in &self.pieces {
            for (row, text) in piece.corrects.iter().enumerate() {
                let Some(text) = text else { continue };
                let target = match found.find(id_of(text, found), Some(piece.client(row)), None) {
                    Found::One(record) => record,
                    Found::None | Found::Several => continue,
                };
                let own = self.record_of_row.get(piece.start + row).copied().unwrap_or(NO_RECORD);
                if let Some(slot) = corrects.get_mut(index(own)) {
                    *slot = target;
                }
            }
        }
        corrects
    }

    /// Every invoice number as text, by row.
    pub(crate) fn id_texts(&self) -> InvoiceIds {
        let mut texts = InvoiceIds::default();
        for piece in &self.pieces {
            for row in 0..piece.len() {
                match piece.id(row) {
                    Id::Number(number) => texts.push(&number.to_string()),
                    Id::Text(text) => texts.push(text),
                }
            }
        }
        texts
    }
}

fn id_of<'a>(text: &'a str, found: &InvoiceIndex<'_>) -> Id<'a> {
    match (found, canonical_number(text)) {
        (InvoiceIndex::Dense(_), Some(number)) => Id::Number(number),
        _ => Id::Text(text),
    }
}

/// The index together with the clients, which payments may name.
pub(crate) struct Finder<'a> {
    pub(crate) index: &'a InvoiceIndex<'a>,
    pub(crate) clients: &'a SortedTexts,
}

impl FindRecord for Finder<'_> {
    fn records_of(&self, piece: &Piece<'_>, layout: &Layout) -> Result<Vec<u32>, CoreError> {
        let rows = piece.frame.height();
        let by_key = matches!(self.index, InvoiceIndex::Sorted { .. });
        let clients = if by_key && layout.has("client_id") { self.clients_of(piece)? } else { Vec::new() };
        let instalments = if by_key && layout.has("instalment_no") { instalments(piece)? } else { Vec::new() };
        let mut records = Vec::with_capacity(rows);
        let mut take = |row: usize, id: Id<'_>, shown: &dyn Fn() -> String| {
            let (client, instalment) = (clients.get(row).copied(), instalments.get(row).copied().flatten());
            match self.index.find(id, client, instalment) {
                Found::One(record) => {
                    records.push(record);
                    Ok(())
                }
                Found::None => {
                    Err(piece.error_at(row, "invoice_id", format!("found `{}`, which no invoice has", shown())))
                }
                Found::Several => Err(piece.error_at(
                    row,
                    "invoice_id",
                    format!(
                        "found `{}`, which several invoices have; expected client_id and instalment_no too",
                        shown()
                    ),
                )),
            }
        };
        match piece.integer_ids("invoice_id")? {
            Some(numbers) => numbers
                .iter()
                .enumerate()
                .try_for_each(|(row, &number)| take(row, Id::Number(number), &|| number.to_string()))?,
            None => piece.each_id("invoice_id", |row, text| take(row, id_of(text, self.index), &|| text.to_owned()))?,
        }
        Ok(records)
    }
}

impl Finder<'_> {
    fn clients_of(&self, piece: &Piece<'_>) -> Result<Vec<u32>, CoreError> {
        let mut clients = Vec::with_capacity(piece.frame.height());
        piece.each_id("client_id", |row, text| {
            let number = self.clients.number(text).and_then(|number| u32::try_from(number).ok());
            let number = number
                .ok_or_else(|| piece.error_at(row, "client_id", format!("found `{text}`, which no invoice has")))?;
            clients.push(number);
            Ok(())
        })?;
        Ok(clients)
    }
}

fn instalments(piece: &Piece<'_>) -> Result<Vec<Option<u32>>, CoreError> {
    let number = |(row, text): (usize, String)| match text.as_str() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| {
            piece.error_at(row, "instalment_no", format!("found `{text}`, expected a whole number from 1"))
        }),
    };
    piece.as_text("instalment_no")?.into_iter().enumerate().map(number).collect()
}
