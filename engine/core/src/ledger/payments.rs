//! Payments in the order of the invoices they belong to.

use encours_domain::Currency;
use encours_domain::ledger::PaymentKind;

use super::book::index;
use rayon::prelude::*;

use super::columns::{NO_DAY, Piece, amount_column, require};
use super::identifiers::u32_of;
use super::table::{Layout, TableSource};
use crate::CoreError;

/// All payments: those of record `r` stand from `starts[r]` to `starts[r + 1]`, by day, amount and kind.
#[derive(Clone, Debug, Default)]
pub(crate) struct Payments {
    pub(crate) starts: Vec<u32>,
    pub(crate) days: Vec<i32>,
    pub(crate) amounts: Vec<i64>,
    /// Empty when the table has no such column: every payment is known on its day.
    pub(crate) known: Vec<i32>,
    /// Empty when the table has no such column: every payment is one.
    pub(crate) kinds: Vec<PaymentKind>,
}

impl Payments {
    pub(crate) fn len(&self) -> usize {
        self.days.len()
    }

    pub(crate) fn of_record(&self, record: usize) -> std::ops::Range<usize> {
        match self.starts.get(record).zip(self.starts.get(record + 1)) {
            Some((&start, &end)) => index(start)..index(end),
            None => 0..0,
        }
    }

    pub(crate) fn known(&self, payment: usize) -> i32 {
        self.known.get(payment).or_else(|| self.days.get(payment)).copied().unwrap_or(NO_DAY)
    }

    pub(crate) fn kind(&self, payment: usize) -> PaymentKind {
        self.kinds.get(payment).copied().unwrap_or(PaymentKind::Payment)
    }
}

/// Finds the record that a payment belongs to: invoice identifier, client if the file says, instalment if it says.
pub(crate) trait FindRecord: Sync {
    /// Records of the payments of one piece, in its order.
    fn records_of(&self, piece: &Piece<'_>, layout: &Layout) -> Result<Vec<u32>, CoreError>;
}

/// The payment table row by row, before it is put in the order of the records.
#[derive(Default)]
struct Unsorted {
    records: Vec<u32>,
    days: Vec<i32>,
    amounts: Vec<i64>,
    known: Vec<i32>,
    kinds: Vec<PaymentKind>,
}

/// Reads the payment table and puts it in the order of the records.
pub(crate) fn read(
    source: &TableSource<'_>,
    currency: Currency,
    record_count: usize,
    finder: &dyn FindRecord,
) -> Result<Payments, CoreError> {
    let layout = source.layout()?;
    let amount = amount_column(&layout);
    require(source, &layout, &["invoice_id", "paid_date", amount])?;
    u32_of("payments", layout.rows)?;
    let optional = ["client_id", "instalment_no", "currency", "known_on", "kind"];
    let mut columns = vec!["invoice_id", "paid_date", amount];
    columns.extend(optional.iter().filter(|name| layout.has(name)));
    let rows = super::pieces::read_all(source, &layout, &columns, |piece| {
        read_piece(piece, &layout, amount, currency, finder)
    })?;
    sorted(rows, record_count)
}

fn read_piece(
    piece: &Piece<'_>,
    layout: &Layout,
    amount: &str,
    currency: Currency,
    finder: &dyn FindRecord,
) -> Result<Unsorted, CoreError> {
    let days = piece.days("paid_date")?;
    let known = if layout.has("known_on") { filled(piece.optional_days("known_on")?, &days) } else { Vec::new() };
    Ok(Unsorted {
        records: finder.records_of(piece, layout)?,
        amounts: if layout.has("currency") {
            piece.amounts_in(amount, &super::layout::currencies(piece)?)?
        } else {
            piece.amounts(amount, currency)?
        },
        kinds: if layout.has("kind") { kinds(piece)? } else { Vec::new() },
        days,
        known,
    })
}

/// Where there is no day of booking, the event's own stands; a booking before the event is the event's own too.
pub(crate) fn filled(mut known: Vec<i32>, days: &[i32]) -> Vec<i32> {
    for (known, &day) in known.iter_mut().zip(days) {
        *known = (*known).max(day);
    }
    known
}

fn kinds(piece: &Piece<'_>) -> Result<Vec<PaymentKind>, CoreError> {
    let kind = |(row, text): (usize, Option<&str>)| match text {
        None | Some("") => Ok(PaymentKind::Payment),
        Some(text) => PaymentKind::parse(text).map_err(|error| piece.error_at(row, "kind", error)),
    };
    piece.text_cells("kind")?.into_iter().enumerate().map(kind).collect()
}

/// Counting sort by record, then by content inside a record. Every thread has records of its own and looks through
/// all pieces for their payments.
fn sorted(pieces: Vec<Unsorted>, record_count: usize) -> Result<Payments, CoreError> {
    let run = record_count.div_ceil(rayon::current_num_threads().max(1)).max(1);
    let starts = starts(&pieces, record_count, run);
    let total: usize = pieces.iter().map(|piece| piece.records.len()).sum();
    let mut sorted = Payments { days: vec![0; total], amounts: vec![0; total], ..Payments::default() };
    if pieces.iter().any(|piece| !piece.known.is_empty()) {
        sorted.known = vec![0; total];
    }
    if pieces.iter().any(|piece| !piece.kinds.is_empty()) {
        sorted.kinds = vec![PaymentKind::Payment; total];
    }
    parts(&mut sorted, &starts, run).into_par_iter().for_each(|mut part| part.fill(&pieces));
    sorted.starts = starts;
    Ok(sorted)
}

/// Where each record's payments begin.
fn starts(pieces: &[Unsorted], record_count: usize, run: usize) -> Vec<u32> {
    let mut starts = vec![0_u32; record_count + 1];
    if let Some((_, counts)) = starts.split_first_mut() {
        counts.par_chunks_mut(run).enumerate().for_each(|(number, counts)| {
            let first = number * run;
            for &record in pieces.iter().flat_map(|piece| &piece.records) {
                if let Some(count) = index(record).checked_sub(first).and_then(|own| counts.get_mut(own)) {
                    *count += 1;
                }
            }
        });
    }
    let mut so_far = 0;
    for start in &mut starts {
        so_far += *start;
        *start = so_far;
    }
    starts
}

/// A run of records and the room for their payments.
struct Part<'a> {
    /// First record.
    first: usize,
    /// Where each record's payments begin, from the start of the room; one more at the end.
    starts: Vec<u32>,
    days: &'a mut [i32],
    amounts: &'a mut [i64],
    known: &'a mut [i32],
    kinds: &'a mut [PaymentKind],
}

fn parts<'a>(sorted: &'a mut Payments, starts: &[u32], run: usize) -> Vec<Part<'a>> {
    let (mut days, mut amounts) = (&mut sorted.days[..], &mut sorted.amounts[..]);
    let (mut known, mut kinds) = (&mut sorted.known[..], &mut sorted.kinds[..]);
    let mut parts = Vec::new();
    let records = starts.len().saturating_sub(1);
    let mut first = 0;
    while first < records {
        let last = (first + run).min(records);
        let own = starts.get(first..=last).unwrap_or(&[]);
        let base = own.first().copied().unwrap_or(0);
        let length = index(own.last().copied().unwrap_or(0) - base);
        parts.push(Part {
            first,
            starts: own.iter().map(|start| start - base).collect(),
            days: taken(&mut days, length),
            amounts: taken(&mut amounts, length),
            known: taken(&mut known, length),
            kinds: taken(&mut kinds, length),
        });
        first = last;
    }
    parts
}

/// Splits the head off a slice; an empty column stays empty.
fn taken<'a, T>(rest: &mut &'a mut [T], length: usize) -> &'a mut [T] {
    let whole = std::mem::take(rest);
    let (head, tail) = whole.split_at_mut(length.min(whole.len()));
    *rest = tail;
    head
}

impl Part<'_> {
    fn fill(&mut self, pieces: &[Unsorted]) {
        let mut next = self.starts.clone();
        for piece in pieces {
            for (row, &record) in piece.records.iter().enumerate() {
                let own = index(record).checked_sub(self.first).filter(|own| own + 1 < self.starts.len());
                let Some(slot) = own.and_then(|own| next.get_mut(own)) else { continue };
                let place = index(*slot);
                *slot += 1;
                copy(&piece.days, row, self.days, place);
                copy(&piece.amounts, row, self.amounts, place);
                copy(&piece.known, row, self.known, place);
                copy(&piece.kinds, row, self.kinds, place);
            }
        }
        let starts = std::mem::take(&mut self.starts);
        for pair in starts.windows(2) {
            if let [start, end] = pair
                && end - start > 1
            {
                self.order_by_content(index(*start)..index(*end));
            }
        }
    }

    fn order_by_content(&mut self, own: std::ops::Range<usize>) {
        let row = |payment: usize| {
            let known = self.known.get(payment).copied().unwrap_or(0);
            let kind = self.kinds.get(payment).copied().unwrap_or(PaymentKind::Payment);
            (known, self.days[payment], self.amounts[payment], kind)
        };
        let mut rows: Vec<_> = own.clone().map(row).collect();
        rows.sort_unstable();
        for (payment, (known, day, amount, kind)) in own.zip(rows) {
            self.days[payment] = day;
            self.amounts[payment] = amount;
            if let Some(slot) = self.known.get_mut(payment) {
                *slot = known;
            }
            if let Some(slot) = self.kinds.get_mut(payment) {
                *slot = kind;
            }
        }
    }
}

fn copy<T: Copy>(from: &[T], row: usize, to: &mut [T], place: usize) {
    if let (Some(&value), Some(slot)) = (from.get(row), to.get_mut(place)) {
        *slot = value;
    }
}
