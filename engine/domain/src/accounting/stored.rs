//! A journal as text: a FEC of our own writing, sorted, with the columns that the law does not ask for.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::ops::Range;

use chrono::Datelike;

use super::journal::{Journal, Record};
use super::line::LineNature;
use super::symbols::{Symbol, may_hold_controls};
use crate::day::Day;
use crate::money::Money;

/// The columns, in order. The last five are ours: due date, means of payment, what the writing program calls the line,
/// and the last day of the file that the line was taken from.
pub(crate) const COLUMNS: [&str; 22] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
    "DateLimitReglmt",
    "ModeRglt",
    "NatureLigne",
    "EtatAu",
];

/// A further column, of books in which a line has one: others are stored as they were before it was known.
const ESTABLISHMENT: &str = "CodeEtablissement";

impl Journal {
    /// The lines that matter for clients as text that the FEC reader reads back: tabs, UTF-8, sorted. Two journals of
    /// the same lines give the same text, and nothing that [`understand`](super::understand) uses is lost. Entries that
    /// touch no client are left out.
    ///
    /// # Errors
    /// As `out` does: the text itself can always be written.
    pub fn write_fec(&self, out: &mut impl Write) -> io::Result<()> {
        if !self.is_settled() {
            let mut whole = self.clone();
            whole.settle();
            return whole.write_fec(out);
        }
        let mut scribe = Scribe {
            journal: self,
            are_plain: self.symbols.are_plain(),
            has_establishments: self.records.iter().any(|record| record.establishment != 0),
            days: LastDays::default(),
        };
        let order = scribe.written_order();
        let mut text: Vec<u8> = Vec::with_capacity(PIECE + PIECE / 8);
        text.extend_from_slice(COLUMNS.join("\t").as_bytes());
        if scribe.has_establishments {
            text.push(b'\t');
            text.extend_from_slice(ESTABLISHMENT.as_bytes());
        }
        text.push(b'\n');
        for record in order.into_iter().filter_map(|place| self.records.get(place as usize)) {
            scribe.write(record, &mut text);
            text.push(b'\n');
            if text.len() >= PIECE {
                out.write_all(&text)?;
                text.clear();
            }
        }
        out.write_all(&text)
    }

    /// As [`Journal::write_fec`], in memory.
    pub fn to_fec(&self) -> String {
        let mut text = Vec::new();
        // Memory takes everything, and every field is a text.
        let written = self.write_fec(&mut text);
        debug_assert!(written.is_ok(), "memory takes everything");
        String::from_utf8(text).unwrap_or_default()
    }
}

/// Bytes that are handed on at once: large books are never in memory as text.
const PIECE: usize = 256 * 1024;

/// Writes lines of a journal.
struct Scribe<'j> {
    journal: &'j Journal,
    /// Whether no text holds anything that would end a field.
    are_plain: bool,
    has_establishments: bool,
    days: LastDays,
}

/// Lines of one journal and number of entry that follow each other, and what they sort by.
struct Run<'j> {
    rank: u32,
    /// The first sixteen bytes of the number: mostly they tell.
    beginning: u128,
    entry: Cow<'j, str>,
    lines: Range<u32>,
}

impl<'j> Scribe<'j> {
    fn text(&self, symbol: Symbol) -> Cow<'j, str> {
        plain(self.journal.text(symbol), self.are_plain)
    }

    /// Positions of the lines as their texts sort: a tab sorts before everything that a field holds, so field by field.
    /// Runs of lines are sorted first, which mostly are in order already, then the few lines of each.
    fn written_order(&self) -> Vec<u32> {
        let runs = self.runs();
        let mut order: Vec<u32> = Vec::with_capacity(self.journal.records.len());
        for same in runs.chunk_by(|left, right| left.order(right).is_eq()) {
            let from = order.len();
            order.extend(same.iter().flat_map(|run| run.lines.clone()));
            if let Some(lines) = order.get_mut(from..) {
                lines.sort_by(|left, right| self.in_written_order(*left, *right));
            }
        }
        order
    }

    fn runs(&self) -> Vec<Run<'j>> {
        let records = &self.journal.records;
        let books = |record: &Record| (self.text(record.journal), self.text(record.journal_name));
        let same_books = |left: &Record, right: &Record| left.books() == right.books();
        let names: BTreeSet<_> = records.chunk_by(same_books).filter_map(<[Record]>::first).map(books).collect();
        let ranks: BTreeMap<_, u32> = names.into_iter().zip(0..).collect();
        let mut runs: Vec<Run<'j>> = Vec::with_capacity(records.len() / 2);
        let (mut last, mut place) = (None, 0);
        for run in records.chunk_by(|left, right| left.entry == right.entry && same_books(left, right)) {
            let lines = place..place + u32::try_from(run.len()).unwrap_or(u32::MAX);
            place = lines.end;
            let Some(record) = run.first() else { continue };
            let rank = match last {
                Some((known, rank)) if known == record.books() => rank,
                _ => ranks.get(&books(record)).copied().unwrap_or(u32::MAX),
            };
            last = Some((record.books(), rank));
            let entry = self.text(record.entry);
            runs.push(Run { rank, beginning: beginning(&entry), entry, lines });
        }
        // Each journal by itself is mostly in order, and a sort that sees that has little to do.
        runs.sort_by_key(|run| run.rank);
        runs.sort_by(Run::order);
        runs
    }

    /// How two lines of one journal and number sort: what mostly tells them apart first, else all of them.
    fn in_written_order(&self, left: u32, right: u32) -> Ordering {
        let record = |place: u32| self.journal.records.get(place as usize);
        let (Some(left), Some(right)) = (record(left), record(right)) else { return Ordering::Equal };
        let texts = |of: fn(&Record) -> Symbol| {
            let (left, right) = (of(left), of(right));
            if left == right { Ordering::Equal } else { self.text(left).cmp(&self.text(right)) }
        };
        let whole = |record: &Record| {
            let mut line = Vec::with_capacity(200);
            Scribe { days: LastDays::default(), ..*self }.write(record, &mut line);
            line
        };
        left.date
            .cmp(&right.date)
            .then_with(|| texts(|record| record.account))
            .then_with(|| texts(|record| record.account_name))
            .then_with(|| texts(|record| record.auxiliary))
            .then_with(|| whole(left).cmp(&whole(right)))
    }

    fn write(&mut self, record: &Record, line: &mut Vec<u8>) {
        let (debit, credit) = if record.amount < 0 { (0, record.amount.saturating_neg()) } else { (record.amount, 0) };
        let nature = match record.nature {
            None => "",
            Some(LineNature::Invoice) => "facture",
            Some(LineNature::CreditNote) => "avoir",
            Some(LineNature::Receipt) => "reglement",
        };
        line.extend_from_slice(self.text(record.journal).as_bytes());
        for symbol in [record.journal_name, record.entry] {
            self.push_text(line, symbol);
        }
        self.push_day(line, Some(record.date));
        for symbol in [record.account, record.account_name, record.auxiliary, record.auxiliary_name, record.piece] {
            self.push_text(line, symbol);
        }
        self.push_day(line, record.piece_date);
        self.push_text(line, record.label);
        push_cents(line, debit);
        push_cents(line, credit);
        self.push_text(line, record.letter);
        self.push_day(line, record.letter_date);
        self.push_day(line, record.validated_on);
        line.push(b'\t');
        if let Some((minor, currency)) = record.foreign {
            line.extend_from_slice(Money::from_minor(minor, currency).decimal().replace('.', ",").as_bytes());
            line.push(b'\t');
            line.extend_from_slice(currency.code().as_bytes());
        } else {
            line.push(b'\t');
        }
        self.push_day(line, record.due_date);
        self.push_text(line, record.means_of_payment);
        line.push(b'\t');
        line.extend_from_slice(nature.as_bytes());
        self.push_day(line, record.state_of);
        if self.has_establishments {
            self.push_text(line, record.establishment);
        }
    }

    /// A tab and a text.
    fn push_text(&self, line: &mut Vec<u8>, symbol: Symbol) {
        line.push(b'\t');
        if symbol != 0 {
            line.extend_from_slice(self.text(symbol).as_bytes());
        }
    }

    /// A tab, and the day if there is one.
    fn push_day(&mut self, line: &mut Vec<u8>, day: Option<Day>) {
        line.push(b'\t');
        if let Some(day) = day {
            line.extend_from_slice(&self.days.digits(day));
        }
    }
}

impl Run<'_> {
    fn order(&self, other: &Self) -> Ordering {
        (self.rank, self.beginning).cmp(&(other.rank, other.beginning)).then_with(|| self.entry.cmp(&other.entry))
    }
}

/// Days written lately: books of a few years repeat them.
#[derive(Default)]
struct LastDays(Vec<Option<(Day, [u8; 8])>>);

impl LastDays {
    const KEPT: usize = 2048;

    fn digits(&mut self, day: Day) -> [u8; 8] {
        if self.0.is_empty() {
            self.0.resize(Self::KEPT, None);
        }
        let at = day.number().unsigned_abs() as usize % Self::KEPT;
        match self.0.get_mut(at) {
            Some(Some((known, digits))) if *known == day => *digits,
            Some(slot) => slot.insert((day, digits_of(day))).1,
            None => digits_of(day),
        }
    }
}

/// `AAAAMMJJ`.
fn digits_of(day: Day) -> [u8; 8] {
    let date = day.date();
    let number = date.year().unsigned_abs() * 10_000 + date.month() * 100 + date.day();
    let mut digits = [b'0'; 8];
    let mut left = number;
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
    }
    digits
}

impl Record {
    /// The journal that the line stands in.
    fn books(&self) -> (Symbol, Symbol) {
        (self.journal, self.journal_name)
    }
}

/// The first sixteen bytes as a number that sorts as they do.
fn beginning(text: &str) -> u128 {
    let mut bytes = [0_u8; 16];
    for (byte, of) in bytes.iter_mut().zip(text.bytes()) {
        *byte = of;
    }
    u128::from_be_bytes(bytes)
}

/// A tab and two decimals, whatever the currency of the books calls them.
fn push_cents(line: &mut Vec<u8>, minor: i64) {
    if minor == 0 {
        return line.extend_from_slice(b"\t0,00");
    }
    let mut digits = [b'0'; 24];
    let (mut left, mut from) = (minor.unsigned_abs(), digits.len());
    while left > 0 || digits.len() - from < 4 {
        from -= 1;
        let digit = if digits.len() - from == 3 {
            b','
        } else {
            let digit = b'0' + u8::try_from(left % 10).unwrap_or(0);
            left /= 10;
            digit
        };
        if let Some(slot) = digits.get_mut(from) {
            *slot = digit;
        }
    }
    line.push(b'\t');
    line.extend_from_slice(digits.get(from..).unwrap_or_default());
}

/// A text without anything that would end a field.
fn plain(text: &str, are_plain: bool) -> Cow<'_, str> {
    if are_plain || !may_hold_controls(text) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cents() {
        for (minor, expected) in [
            (0, "0,00"),
            (5, "0,05"),
            (50, "0,50"),
            (123, "1,23"),
            (100_000, "1000,00"),
            (i64::MAX, "92233720368547758,07"),
        ] {
            let mut line = Vec::new();
            push_cents(&mut line, minor);
            assert_eq!(String::from_utf8(line).unwrap(), format!("\t{expected}"));
        }
    }
}
