//! One row of a FEC to one line of the journal.

use super::header::{Column, Header};
use super::lines::Lines;
use super::name::FecName;
use super::values::{AmountTrouble, Mark, cents, day, evidence, minor};
use crate::accounting::{Journal, Kept, Line, LineNature, Seen};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::ledger::Place;
use crate::money::Currency;
use crate::reader::names::plain_letters;

/// Details that could not be read are told so often of each column, then counted.
const TOLD: u64 = 20;

/// Takes rows into a journal.
pub(super) struct Taker<'t> {
    file: &'t str,
    header: &'t Header,
    places: Places,
    mark: Mark,
    closing: Option<Day>,
    /// The day before: most rows repeat it.
    last_date: (String, Option<Day>),
    pub taken: Taken,
}

/// What was taken of a file or of a part of it. Lines count from the part's first.
#[derive(Default)]
pub(super) struct Taken {
    pub journal: Journal,
    pub report: FaultReport,
    /// The runs of lines that were read.
    pub seen: Seen,
    /// Lines, those that gave nothing among them.
    pub lines: u64,
    zero: u64,
    short: u64,
    details: u64,
    past_closing: u64,
    without_account: u64,
    balance: i128,
    read: u64,
}

impl Taken {
    /// Nothing, after so many lines.
    pub fn after(lines: u64) -> Self {
        Self { lines, ..Self::default() }
    }

    /// Adds the part that follows.
    pub fn continue_with(&mut self, mut next: Taken) {
        let before = self.lines;
        for fault in next.report.faults.iter_mut().chain(&mut next.report.notes) {
            fault.line = fault.line.map(|line| line + before);
        }
        self.report.append(next.report);
        self.seen.append(next.seen);
        if self.journal.kept() == 0 && self.journal.files().is_empty() {
            self.journal = next.journal;
            self.journal.move_lines(before);
        } else {
            self.journal.continue_with(&next.journal, before);
        }
        self.lines += next.lines;
        self.zero += next.zero;
        self.short += next.short;
        self.details += next.details;
        self.past_closing += next.past_closing;
        self.without_account += next.without_account;
        self.balance += next.balance;
        self.read += next.read;
    }
}

struct Places {
    journal: Option<usize>,
    journal_name: Option<usize>,
    entry: Option<usize>,
    date: Option<usize>,
    account: Option<usize>,
    account_name: Option<usize>,
    auxiliary: Option<usize>,
    auxiliary_name: Option<usize>,
    piece: Option<usize>,
    piece_date: Option<usize>,
    label: Option<usize>,
    debit: Option<usize>,
    credit: Option<usize>,
    amount: Option<usize>,
    side: Option<usize>,
    letter: Option<usize>,
    letter_date: Option<usize>,
    validated: Option<usize>,
    foreign: Option<usize>,
    currency: Option<usize>,
    due: Option<usize>,
    means: Option<usize>,
    invoice: Option<usize>,
    client: Option<usize>,
    establishment: Option<usize>,
    nature: Option<usize>,
    state: Option<usize>,
    least: usize,
}

impl Places {
    fn of(header: &Header) -> Self {
        let at = |column| header.place(column);
        Self {
            journal: at(Column::Journal),
            journal_name: at(Column::JournalName),
            entry: at(Column::Entry),
            date: at(Column::Date),
            account: at(Column::Account),
            account_name: at(Column::AccountName),
            auxiliary: at(Column::Auxiliary),
            auxiliary_name: at(Column::AuxiliaryName),
            piece: at(Column::Piece),
            piece_date: at(Column::PieceDate),
            label: at(Column::Label),
            debit: at(Column::Debit).filter(|_| at(Column::Credit).is_some()),
            credit: at(Column::Credit).filter(|_| at(Column::Debit).is_some()),
            amount: at(Column::Amount),
            side: at(Column::Side),
            letter: at(Column::Letter),
            letter_date: at(Column::LetterDate),
            validated: at(Column::Validated),
            foreign: at(Column::Foreign),
            currency: at(Column::Currency),
            due: at(Column::Due),
            means: at(Column::Means),
            invoice: at(Column::Invoice),
            client: at(Column::Client),
            establishment: at(Column::Establishment),
            nature: at(Column::Nature),
            state: at(Column::State),
            least: header.least(),
        }
    }
}

/// The row is told already.
struct Told;

impl<'t> Taker<'t> {
    pub fn new(file: &'t str, header: &'t Header, mark: Mark, closing: Option<Day>) -> Self {
        let taken = Taken { journal: Journal::of_file(file), ..Taken::default() };
        Self { file, header, places: Places::of(header), mark, closing, last_date: (String::new(), None), taken }
    }

    /// Makes room for so many rows.
    pub fn expect_lines(&mut self, lines: usize) {
        self.taken.journal.expect_lines(lines);
    }

    /// What was taken, of so many lines.
    pub fn taken(self, lines: u64) -> Taken {
        Taken { lines, ..self.taken }
    }

    /// Refuses a row.
    pub fn refuse(&mut self, line: u64, reason: impl Into<String>) {
        self.taken.report.faults.push(Fault::of_line(self.file, line, reason));
    }

    /// The line of a row, and the day to which its file reached where a stored one says so; or tells what is wrong.
    pub fn line<'f>(&mut self, line: u64, fields: &[&'f str]) -> Option<(Line<'f>, Option<Day>)> {
        if fields.iter().all(|field| cleaned(field).is_empty()) {
            return None;
        }
        if let Some(total) = self.total(fields) {
            let reason = "a total, not taken";
            let column = self.header.names.first().map_or("", String::as_str);
            self.taken.report.notes.push(Fault::of_value(self.file, line, column, total, reason));
            return None;
        }
        let expected = self.header.names.len();
        let found = fields
            .iter()
            .rposition(|field| !field.trim().is_empty())
            .map_or(0, |last| last + 1)
            .max(fields.len().min(expected));
        if found > expected || found < self.places.least {
            let hint = if found > expected {
                "is there a separator inside a value?"
            } else {
                "is the line broken in two, or a total?"
            };
            self.refuse(line, format!("found {found} fields, expected {expected}; {hint}"));
            return None;
        }
        self.taken.short += u64::from(found < expected);
        // What is wrong was told where it was found.
        self.row(line, fields).unwrap_or(None)
    }

    /// What a line without day and account calls itself, when that is a total.
    fn total<'f>(&self, fields: &[&'f str]) -> Option<&'f str> {
        let at = |place: Option<usize>| place.and_then(|at| fields.get(at)).map_or("", |field| cleaned(field));
        if !(at(self.places.date).is_empty() && at(self.places.account).is_empty()) {
            return None;
        }
        let first = fields.iter().map(|field| cleaned(field)).find(|field| !field.is_empty())?;
        let plain = plain_letters(first);
        ["total", "totaux", "soustota", "solde"].iter().any(|word| plain.starts_with(word)).then_some(first)
    }

    fn row<'f>(&mut self, line: u64, fields: &[&'f str]) -> Result<Option<(Line<'f>, Option<Day>)>, Told> {
        let at = |place: Option<usize>| place.and_then(|at| fields.get(at)).map_or("", |field| cleaned(field));
        let date = self.booked(line, at(self.places.date));
        let account = at(self.places.account);
        let amount = self.amount(
            line,
            at(self.places.debit),
            at(self.places.credit),
            at(self.places.amount),
            at(self.places.side),
        );
        if account.is_empty() {
            return Err(self.tell(line, Column::Account, "", "expected an account"));
        }
        let (date, amount) = (date?, amount?);
        if amount == 0 {
            self.taken.zero += 1;
            return Ok(None);
        }
        if !account.bytes().take(3).all(|byte| byte.is_ascii_digit()) || account.len() < 3 {
            self.taken.without_account += 1;
        }
        let piece_date = self.detail(line, Column::PieceDate, at(self.places.piece_date));
        let letter_date = self.detail(line, Column::LetterDate, at(self.places.letter_date));
        let validated_on = self.detail(line, Column::Validated, at(self.places.validated));
        let due_date = self.detail(line, Column::Due, at(self.places.due));
        let state = self.detail(line, Column::State, at(self.places.state));
        let foreign = self.foreign(line, at(self.places.foreign), at(self.places.currency), amount);
        if self.closing.is_some_and(|closing| date > closing) {
            self.taken.past_closing += 1;
        }
        let auxiliary = at(self.places.auxiliary);
        let is_claim = account.starts_with("411");
        let auxiliary = if auxiliary.is_empty() && is_claim { at(self.places.client) } else { auxiliary };
        let invoice = at(self.places.invoice);
        let piece = if invoice.is_empty() { at(self.places.piece) } else { invoice };
        self.taken.balance += i128::from(amount);
        self.taken.read += 1;
        let taken = Line {
            place: Place { file: 0, line },
            journal: at(self.places.journal),
            journal_name: at(self.places.journal_name),
            entry: at(self.places.entry),
            date,
            account,
            account_name: at(self.places.account_name),
            auxiliary,
            auxiliary_name: at(self.places.auxiliary_name),
            piece,
            piece_date,
            label: at(self.places.label),
            amount,
            letter: at(self.places.letter),
            letter_date,
            validated_on,
            due_date,
            means_of_payment: at(self.places.means),
            establishment: at(self.places.establishment),
            nature: nature(at(self.places.nature)),
            foreign,
        };
        Ok(Some((taken, state)))
    }

    fn tell(&mut self, line: u64, column: Column, value: &str, reason: &str) -> Told {
        self.taken.report.faults.push(Fault::of_value(self.file, line, self.header.name(column), value, reason));
        Told
    }

    fn booked(&mut self, line: u64, text: &str) -> Result<Day, Told> {
        if let (true, Some(day)) = (self.last_date.0 == text, self.last_date.1) {
            return Ok(day);
        }
        match day(text) {
            Ok(Some(day)) => {
                text.clone_into(&mut self.last_date.0);
                self.last_date.1 = Some(day);
                Ok(day)
            }
            Ok(None) => Err(self.tell(line, Column::Date, text, "expected a day of booking as `AAAAMMJJ`")),
            Err(reason) => Err(self.tell(line, Column::Date, text, reason)),
        }
    }

    /// Debit less credit, or the amount with its side.
    fn amount(&mut self, line: u64, debit: &str, credit: &str, amount: &str, side: &str) -> Result<i64, Told> {
        let (mark, has_sides) = (self.mark, self.places.debit.is_some());
        let mut read = |column, text| {
            cents(text, mark).map_err(|trouble: AmountTrouble| self.tell(line, column, text, trouble.expected()))
        };
        if has_sides {
            let (debit_minor, credit_minor) = (read(Column::Debit, debit), read(Column::Credit, credit));
            let (debit_minor, credit_minor) = (debit_minor?, credit_minor?);
            if debit_minor != 0 && credit_minor != 0 {
                return Err(self.tell(line, Column::Credit, credit, "expected a debit or a credit, found both"));
            }
            return Ok(debit_minor - credit_minor);
        }
        let minor = read(Column::Amount, amount)?;
        match plain_side(side) {
            Some(sign) => Ok(minor * sign),
            None if minor == 0 => Ok(0),
            None => Err(self.tell(line, Column::Side, side, "expected `D` or `C`, or `+1` or `-1`")),
        }
    }

    /// A day beside the point: the line is taken without one that cannot be read.
    fn detail(&mut self, line: u64, column: Column, text: &str) -> Option<Day> {
        if text.is_empty() {
            return None;
        }
        // Documents and validations mostly bear the day of booking.
        if text == self.last_date.0 {
            return self.last_date.1;
        }
        match day(text) {
            Ok(day) => day,
            Err(reason) => {
                self.note_detail(line, column, text, &format!("{reason}; the line was taken without it"));
                None
            }
        }
    }

    fn note_detail(&mut self, line: u64, column: Column, text: &str, reason: &str) {
        self.taken.details += 1;
        if self.taken.details <= TOLD {
            self.taken.report.notes.push(Fault::of_value(self.file, line, self.header.name(column), text, reason));
        }
    }

    /// The amount in another currency takes the side of the line: programs write it with a sign or without.
    fn foreign(&mut self, line: u64, text: &str, currency: &str, amount: i64) -> Option<(i64, Currency)> {
        if text.is_empty() || currency.is_empty() {
            return None;
        }
        let currency: Currency = match currency.to_ascii_uppercase().parse() {
            Ok(currency) => currency,
            Err(_) => {
                self.note_detail(
                    line,
                    Column::Currency,
                    currency,
                    "expected a three-letter ISO 4217 code; the line was taken without it",
                );
                return None;
            }
        };
        match minor(text, self.mark, currency) {
            Ok(0) => None,
            Ok(_) if currency == Currency::EUR => None,
            Ok(minor) => Some((minor.saturating_abs() * amount.signum(), currency)),
            Err(trouble) => {
                let reason = format!("{}; the line was taken without it", trouble.expected());
                self.note_detail(line, Column::Foreign, text, &reason);
                None
            }
        }
    }
}

impl Taken {
    /// Tells what concerns the whole file.
    pub fn tell(&mut self, file: &str, name: Option<&FecName>, text: &str, kept: &Kept) {
        let mut notes = Vec::new();
        let mut note = |count: u64, reason: &str| {
            if count > 0 {
                notes.push(Fault::of_file(file, format!("{count} {reason}")));
            }
        };
        note(self.zero, "lines of nought were left out");
        note(self.short, "lines lack their last columns and were taken without them");
        note(self.details.saturating_sub(TOLD), "more details could not be read; their lines were taken without them");
        note(self.past_closing, "lines are dated after the closing day that the file's name says");
        note(
            self.without_account.saturating_sub(kept.odd_client_lines()),
            "lines stand on accounts that do not begin with three digits: which general account they belong to can't be \
             told, and they are not read as a client's",
        );
        if self.balance != 0 {
            let (side, minor) = if self.balance > 0 { ("debit", self.balance) } else { ("credit", -self.balance) };
            let reason = format!("the file does not balance: {side} is {},{:02} more", minor / 100, minor % 100);
            notes.push(Fault::of_file(file, reason));
        }
        if name.is_some_and(|name| name.siren.is_none()) {
            notes.push(Fault::of_file(file, "the file's name begins with no SIREN: its check digit is wrong"));
        }
        if self.read == 0 && self.report.faults.is_empty() {
            notes.push(Fault::of_file(file, "the file has a header and no lines"));
        }
        if !text.ends_with(['\n', '\r']) {
            let line = Lines::new(text, 0, 1).last().map_or(1, |(line, _, _)| line);
            notes.push(Fault::of_line(file, line, "the last line lacks its end; is the file cut?"));
        }
        self.report.notes.extend(notes);
    }
}

/// A field without blanks (no-break ones among them) and quotes around it.
fn cleaned(field: &str) -> &str {
    let bytes = field.as_bytes();
    let is_plain = |byte: Option<&u8>| byte.is_none_or(|byte| byte.is_ascii_graphic() && *byte != b'"');
    if is_plain(bytes.first()) && is_plain(bytes.last()) {
        return field;
    }
    let is_blank =
        |letter: char| letter.is_whitespace() || letter.is_control() || matches!(letter, '\u{feff}' | '\u{200b}');
    let mut cleaned = field.trim_matches(is_blank);
    while let Some(inner) = cleaned.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        cleaned = inner.trim_matches(is_blank);
    }
    cleaned
}

fn plain_side(text: &str) -> Option<i64> {
    match text {
        "D" | "d" | "+1" | "1" | "+" => return Some(1),
        "C" | "c" | "-1" | "-" => return Some(-1),
        _ => {}
    }
    match plain_letters(text).as_str() {
        "debit" | "db" => Some(1),
        "credit" | "cr" => Some(-1),
        _ => None,
    }
}

fn nature(text: &str) -> Option<LineNature> {
    match text {
        "facture" => Some(LineNature::Invoice),
        "avoir" => Some(LineNature::CreditNote),
        "reglement" => Some(LineNature::Receipt),
        _ => None,
    }
}

/// What stands before cents: the first amount of the file that tells decides for those that do not.
pub(super) fn mark_of(text: &str, header: &Header) -> Mark {
    let columns = [Column::Debit, Column::Credit, Column::Amount];
    let places: Vec<usize> = columns.into_iter().filter_map(|column| header.place(column)).collect();
    let delimiter = char::from(header.delimiter);
    let mut lines = Lines::new(text, header.end, header.line);
    lines.next();
    lines
        .filter_map(|(_, _, line)| {
            let fields = line.split(delimiter).enumerate().filter(|(at, _)| places.contains(at));
            fields.filter_map(|(_, field)| evidence(cleaned(field))).next()
        })
        .next()
}
