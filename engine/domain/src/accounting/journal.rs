//! Many lines, kept small: records of numbers over texts that are kept once.

use super::account::{Claim, is_deposit};
use super::bare::is_bare;
use super::entries::Entries;
use super::line::{Line, LineNature};
use super::symbols::{Symbol, Symbols};
use crate::day::Day;
use crate::ledger::Place;
use crate::money::Currency;

/// One line, its texts as symbols.
#[derive(Clone, Copy, Debug)]
pub(super) struct Record {
    pub place: Place,
    pub journal: Symbol,
    pub journal_name: Symbol,
    pub entry: Symbol,
    pub account: Symbol,
    pub account_name: Symbol,
    pub auxiliary: Symbol,
    pub auxiliary_name: Symbol,
    pub piece: Symbol,
    /// Of one that mostly stands once: two symbols may be one text ([`Journal::take_labels_once`]).
    pub label: Symbol,
    pub letter: Symbol,
    pub means_of_payment: Symbol,
    pub establishment: Symbol,
    pub date: Day,
    pub piece_date: Option<Day>,
    pub letter_date: Option<Day>,
    pub validated_on: Option<Day>,
    pub due_date: Option<Day>,
    /// Last day of the file that the line was taken from, where a stored journal says so.
    pub state_of: Option<Day>,
    pub amount: i64,
    pub nature: Option<LineNature>,
    pub foreign: Option<(i64, Currency)>,
}

/// Many lines, of one or several files.
///
/// Lines of entries that touch no client can be left out ([`Journal::keep_client_entries`]): nothing of salaries or
/// purchases needs to stay.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    pub(super) files: Vec<String>,
    pub(super) symbols: Symbols,
    pub(super) records: Vec<Record>,
    taken: u64,
    last: LastTexts,
    /// The entries, once nothing repeats and only those of clients are left.
    pub(super) settled: Option<Entries>,
}

/// The line before: most of its texts stand in the next one too.
#[derive(Clone, Copy, Debug, Default)]
struct LastTexts([Symbol; 12]);

/// Where the label stands among them.
const LABEL: usize = 8;

impl Journal {
    /// An empty journal of one file.
    pub fn of_file(name: &str) -> Self {
        Self { files: vec![name.to_owned()], ..Self::default() }
    }

    /// Makes room for so many lines more.
    pub(crate) fn expect_lines(&mut self, lines: usize) {
        self.records.reserve(lines);
        // About every second line is the first of an entry or of a document.
        self.symbols.reserve(lines / 2);
    }

    /// Takes a line in.
    pub fn push(&mut self, line: Line<'_>) {
        self.push_state_of(line, None);
    }

    /// Counts lines that need not be kept.
    pub(super) fn leave_out(&mut self, lines: usize) {
        self.taken = self.taken.saturating_add(u64::try_from(lines).unwrap_or(u64::MAX));
    }

    /// Takes a line in that was kept from a file which reached to the given day.
    pub(crate) fn push_state_of(&mut self, line: Line<'_>, state_of: Option<Day>) {
        let account = line.account;
        let is_ours =
            Claim::of(account).is_some() || is_deposit(account) || account.starts_with("511") || is_bare(account);
        // Labels of other lines are many, and nothing is read from them.
        let label = if is_ours { line.label } else { "" };
        let texts = [
            line.journal,
            line.journal_name,
            line.entry,
            line.account,
            line.account_name,
            line.auxiliary,
            line.auxiliary_name,
            line.piece,
            label,
            line.letter,
            line.means_of_payment,
            line.establishment,
        ];
        for (at, (text, last)) in texts.iter().zip(&mut self.last.0).enumerate() {
            if text.is_empty() {
                *last = 0;
            } else if self.symbols.text(*last) != *text {
                *last = if at == LABEL { self.symbols.append(text) } else { self.symbols.symbol(text) };
            }
        }
        let [
            journal,
            journal_name,
            entry,
            account,
            account_name,
            auxiliary,
            auxiliary_name,
            piece,
            label,
            letter,
            means_of_payment,
            establishment,
        ] = self.last.0;
        self.taken += 1;
        self.settled = None;
        self.records.push(Record {
            place: line.place,
            journal,
            journal_name,
            entry,
            account,
            account_name,
            auxiliary,
            auxiliary_name,
            piece,
            label,
            letter,
            means_of_payment,
            establishment,
            date: line.date,
            piece_date: line.piece_date,
            letter_date: line.letter_date,
            validated_on: line.validated_on,
            due_date: line.due_date,
            state_of,
            amount: line.amount,
            nature: line.nature,
            foreign: line.foreign,
        });
    }

    /// Number of lines taken in, those left out since among them.
    pub fn lines(&self) -> u64 {
        self.taken
    }

    /// Number of lines that are kept.
    pub fn kept(&self) -> usize {
        self.records.len()
    }

    /// Names of the files, as the person gave them.
    pub fn files(&self) -> &[String] {
        &self.files
    }

    /// Adds another file's lines; lines that both hold are told apart later, when all files are there
    /// ([`Journal::union`]).
    pub fn append(&mut self, other: &Journal) {
        let shift = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.extend(other.files.iter().cloned());
        if other.files.is_empty() {
            self.files.push("?".to_owned());
        }
        self.join(other, Place { file: shift, line: 0 });
    }

    /// Adds lines of the same file, before which so many stand.
    pub(crate) fn continue_with(&mut self, other: &Journal, lines_before: u64) {
        self.join(other, Place { file: 0, line: lines_before });
    }

    /// Says that so many lines stand before these.
    pub(crate) fn move_lines(&mut self, lines: u64) {
        for record in &mut self.records {
            record.place.line += lines;
        }
    }

    /// Labels that say the same get one symbol, which until then they may not have.
    pub(super) fn take_labels_once(&mut self) {
        let mut texts = Symbols::default();
        let mut firsts: Vec<Symbol> = vec![0];
        for record in &mut self.records {
            let number = texts.symbol(self.symbols.text(record.label)) as usize;
            match firsts.get(number) {
                Some(first) => record.label = *first,
                None => firsts.push(record.label),
            }
        }
    }

    fn join(&mut self, other: &Journal, shift: Place) {
        self.settled = None;
        self.records.reserve(other.records.len());
        self.symbols.reserve(other.symbols.placed());
        let mut known: Vec<Option<Symbol>> = vec![None; other.symbols.len()];
        for record in &other.records {
            let place = Place {
                file: record.place.file.saturating_add(shift.file),
                line: record.place.line.saturating_add(shift.line),
            };
            // No label shares its symbol with anything else.
            let label = match known.get_mut(record.label as usize) {
                Some(slot) if record.label != 0 => {
                    *slot.get_or_insert_with(|| self.symbols.append(other.symbols.text(record.label)))
                }
                _ => 0,
            };
            let mut moved = |symbol: Symbol| -> Symbol {
                let Some(slot) = known.get_mut(symbol as usize) else { return 0 };
                *slot.get_or_insert_with(|| self.symbols.symbol(other.symbols.text(symbol)))
            };
            let record = Record {
                place,
                journal: moved(record.journal),
                journal_name: moved(record.journal_name),
                entry: moved(record.entry),
                account: moved(record.account),
                account_name: moved(record.account_name),
                auxiliary: moved(record.auxiliary),
                auxiliary_name: moved(record.auxiliary_name),
                piece: moved(record.piece),
                label,
                letter: moved(record.letter),
                means_of_payment: moved(record.means_of_payment),
                establishment: moved(record.establishment),
                ..*record
            };
            self.records.push(record);
        }
        self.taken = self.taken.saturating_add(other.taken);
    }

    /// A record's text.
    pub(super) fn text(&self, symbol: Symbol) -> &str {
        self.symbols.text(symbol)
    }

    /// First and last day of booking of what is kept.
    pub fn days(&self) -> Option<(Day, Day)> {
        let first = self.records.iter().map(|record| record.date).min()?;
        let last = self.records.iter().map(|record| record.date).max()?;
        Some((first, last))
    }
}
