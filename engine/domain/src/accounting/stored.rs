//! A journal as text: a FEC of our own writing, sorted, with the columns that the law does not ask for.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::BTreeMap;

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

impl Journal {
    /// The lines that matter for clients as text that the FEC reader reads back: tabs, UTF-8, sorted. Two journals of
    /// the same lines give the same text, and nothing that [`understand`](super::understand) uses is lost. Entries that
    /// touch no client are left out.
    pub fn to_fec(&self) -> String {
        if !self.is_settled() {
            let mut whole = self.clone();
            whole.settle();
            return whole.to_fec();
        }
        let are_plain = self.symbols.are_plain();
        let scribe = || Scribe { journal: self, are_plain, last_day: None };
        let order = scribe().written_order();
        let half = order.len().div_ceil(2);
        let (first, second) = order.split_at_checked(half).unwrap_or((&order, &[]));
        let mut text = COLUMNS.join("\t");
        text.push('\n');
        std::thread::scope(|scope| {
            let second = scope.spawn(|| scribe().written_lines(second));
            text.push_str(&scribe().written_lines(first));
            text.push_str(&second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        });
        text
    }
}

/// Writes lines of a journal.
struct Scribe<'j> {
    journal: &'j Journal,
    /// Whether no text holds anything that would end a field.
    are_plain: bool,
    /// The day written last: most lines repeat it.
    last_day: Option<(Day, [u8; 8])>,
}

impl<'j> Scribe<'j> {
    fn text(&self, symbol: Symbol) -> Cow<'j, str> {
        plain(self.journal.text(symbol), self.are_plain)
    }

    /// Positions of the lines as their texts sort: a tab sorts before everything that a field holds, so field by field.
    fn written_order(&self) -> Vec<u32> {
        let books = |record: &Record| (self.text(record.journal), self.text(record.journal_name));
        let mut ranks: BTreeMap<_, u16> = self
            .journal
            .records
            .chunk_by(|left, right| left.books() == right.books())
            .filter_map(<[Record]>::first)
            .map(|record| (books(record), 0))
            .collect();
        // Beyond so many journals the last of them share a rank, and are told apart by their whole lines.
        for (rank, number) in ranks.values_mut().zip((0..=u16::MAX).chain(std::iter::repeat(u16::MAX))) {
            *rank = number;
        }
        let mut last = None;
        let mut order: Vec<(u128, u32)> = Vec::with_capacity(self.journal.records.len());
        for (place, record) in (0..).zip(&self.journal.records) {
            let rank = match last {
                Some((known, rank)) if known == record.books() => rank,
                _ => ranks.get(&books(record)).copied().unwrap_or(u16::MAX),
            };
            last = Some((record.books(), rank));
            order.push((u128::from(rank) << 112 | beginning(&self.text(record.entry)), place));
        }
        order.sort_unstable_by(|(left_key, left), (right_key, right)| {
            left_key.cmp(right_key).then_with(|| self.in_written_order(*left, *right))
        });
        order.into_iter().map(|(_, place)| place).collect()
    }

    /// How two lines sort: what mostly tells them apart first, else all of them.
    fn in_written_order(&self, left: u32, right: u32) -> Ordering {
        let record = |place: u32| self.journal.records.get(place as usize);
        let (Some(left), Some(right)) = (record(left), record(right)) else { return Ordering::Equal };
        let texts = |of: fn(&Record) -> Symbol| {
            let (left, right) = (of(left), of(right));
            if left == right { Ordering::Equal } else { self.text(left).cmp(&self.text(right)) }
        };
        let whole = |record: &Record| {
            let mut line = String::with_capacity(200);
            Scribe { last_day: None, ..*self }.write(record, &mut line);
            line
        };
        texts(|record| record.journal)
            .then_with(|| texts(|record| record.journal_name))
            .then_with(|| texts(|record| record.entry))
            .then_with(|| left.date.cmp(&right.date))
            .then_with(|| texts(|record| record.account))
            .then_with(|| texts(|record| record.account_name))
            .then_with(|| texts(|record| record.auxiliary))
            .then_with(|| whole(left).cmp(&whole(right)))
    }

    fn written_lines(mut self, places: &[u32]) -> String {
        let mut text = String::with_capacity(places.len().saturating_mul(150));
        for record in places.iter().filter_map(|&place| self.journal.records.get(place as usize)) {
            self.write(record, &mut text);
            text.push('\n');
        }
        text
    }

    fn write(&mut self, record: &Record, line: &mut String) {
        let (debit, credit) = if record.amount < 0 { (0, record.amount.saturating_neg()) } else { (record.amount, 0) };
        let nature = match record.nature {
            None => "",
            Some(LineNature::Invoice) => "facture",
            Some(LineNature::CreditNote) => "avoir",
            Some(LineNature::Receipt) => "reglement",
        };
        line.push_str(&self.text(record.journal));
        for symbol in [record.journal_name, record.entry] {
            line.push('\t');
            line.push_str(&self.text(symbol));
        }
        self.push_day(line, Some(record.date));
        for symbol in [record.account, record.account_name, record.auxiliary, record.auxiliary_name, record.piece] {
            line.push('\t');
            line.push_str(&self.text(symbol));
        }
        self.push_day(line, record.piece_date);
        line.push('\t');
        line.push_str(&self.text(record.label));
        push_cents(line, debit);
        push_cents(line, credit);
        line.push('\t');
        line.push_str(&self.text(record.letter));
        self.push_day(line, record.letter_date);
        self.push_day(line, record.validated_on);
        line.push('\t');
        if let Some((minor, currency)) = record.foreign {
            line.push_str(&Money::from_minor(minor, currency).decimal().replace('.', ","));
            line.push('\t');
            line.push_str(currency.code());
        } else {
            line.push('\t');
        }
        self.push_day(line, record.due_date);
        line.push('\t');
        line.push_str(&self.text(record.means_of_payment));
        line.push('\t');
        line.push_str(nature);
        self.push_day(line, record.state_of);
    }

    /// A tab, and the day if there is one.
    fn push_day(&mut self, line: &mut String, day: Option<Day>) {
        line.push('\t');
        let Some(day) = day else { return };
        let digits = match self.last_day {
            Some((known, digits)) if known == day => digits,
            _ => digits_of(day),
        };
        self.last_day = Some((day, digits));
        line.extend(digits.map(char::from));
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

/// The first fourteen bytes as a number that sorts as they do.
fn beginning(text: &str) -> u128 {
    let padded = text.bytes().chain(std::iter::repeat(0));
    padded.take(14).fold(0, |number, byte| number << 8 | u128::from(byte))
}

/// The digits of a number from this power of ten on.
fn push_digits(line: &mut String, number: u32, mut power: u32) {
    while power > 0 {
        line.push(char::from(b'0' + u8::try_from(number / power % 10).unwrap_or(0)));
        power /= 10;
    }
}

/// A tab and two decimals, whatever the currency of the books calls them.
fn push_cents(line: &mut String, minor: i64) {
    line.push('\t');
    if minor == 0 {
        return line.push_str("0,00");
    }
    let mut digits = [0_u8; 20];
    let (mut left, mut length) = (minor / 100, 0);
    for digit in &mut digits {
        *digit = b'0' + u8::try_from(left % 10).unwrap_or(0);
        left /= 10;
        length += 1;
        if left == 0 {
            break;
        }
    }
    line.extend(digits.iter().take(length).rev().map(|digit| char::from(*digit)));
    line.push(',');
    push_digits(line, u32::try_from(minor % 100).unwrap_or(0), 10);
}

/// A text without anything that would end a field.
fn plain(text: &str, are_plain: bool) -> Cow<'_, str> {
    if are_plain || !may_hold_controls(text) {
        return Cow::Borrowed(text);
    }
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}
