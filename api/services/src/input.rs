//! Files as they come in: which form they have, and what is in them.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File as OpenFile;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use encours_core::CoreError;
use encours_core::ledger::{CheckedLedger, STORED_LEDGER, TableSource, snapshot::parquet_as_csv};
use encours_domain::accounting::Journal;
use encours_domain::fact::Fact;
use encours_domain::ledger::{LedgerRows, PaymentRow, Place};
use encours_domain::reader::einvoice::Documents;
use encours_domain::reader::format::{self, Content, FORMATS, File, ReadOptions};
use encours_domain::reader::{ColumnMap, NO_PAYMENTS, read_facts, read_ledger};
use encours_domain::{Day, Fault, FaultReport};

use crate::ServicesError;

/// A file as a person handed it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name, for messages.
    pub name: String,
    /// Its content, where it was read to: a large one isn't copied once more.
    pub bytes: Arc<Vec<u8>>,
}

impl InputFile {
    /// A file in memory.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: Arc::new(bytes.into()) }
    }

    /// Reads a file from the disk; messages call it by its last name.
    ///
    /// # Errors
    /// When it cannot be read, is no regular file, or is larger than 4 GiB.
    pub fn read(path: &Path) -> Result<Self, ServicesError> {
        crate::folder::expect_regular("reading", path)?;
        let bytes = read_whole(path).map_err(ServicesError::file("reading", path))?;
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        Ok(Self::new(name, bytes))
    }

    /// Hash of the content.
    pub fn hash(&self) -> String {
        crate::text::sha256(&self.bytes)
    }

    fn as_file(&self) -> File<'_> {
        File { name: &self.name, bytes: &self.bytes }
    }
}

/// A file's bytes. What costs with a large one is not the disk but the memory that is touched for the first time: two
/// threads do it in half the time.
fn read_whole(path: &Path) -> std::io::Result<Vec<u8>> {
    const WORTH_A_THREAD: u64 = 16 << 20;
    let length = std::fs::metadata(path)?.len();
    let (Ok(whole), true) = (usize::try_from(length), length > WORTH_A_THREAD) else { return std::fs::read(path) };
    let mut bytes = vec![0; whole];
    let (first, second) = bytes.split_at_mut(whole / 2);
    let from = u64::try_from(first.len()).unwrap_or(0);
    let read = |into: &mut [u8], from: u64| {
        let mut file = OpenFile::open(path)?;
        file.seek(SeekFrom::Start(from))?;
        file.read_exact(into)
    };
    let done = std::thread::scope(|scope| {
        let second = scope.spawn(move || read(second, from));
        read(first, 0).and(second.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    // What grew or shrank meanwhile is read in one go, as it is then.
    let has_changed = done.is_err() || std::fs::metadata(path)?.len() != length;
    if has_changed { std::fs::read(path) } else { Ok(bytes) }
}

/// A map file, or the layout of an accounting text, as the person gave it. Each format reads its own sections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MapFile {
    /// Its name, for messages.
    pub name: String,
    /// Its text.
    pub text: String,
}

/// Which form a ledger file has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format(&'static str);

/// Told from each file's content.
const AUTO: &str = "auto";
/// The one form that the text readers do not know: columns are the engine's.
const PARQUET: &str = "parquet";

impl Default for Format {
    fn default() -> Self {
        Self(AUTO)
    }
}

impl Format {
    /// The word of every form.
    pub fn names() -> impl Iterator<Item = &'static str> {
        [AUTO, PARQUET].into_iter().chain(FORMATS.iter().map(|format| format.name))
    }

    /// What this file is, as far as one can tell; what nobody knows is read as a table, whose reader says best what is
    /// wrong with it.
    fn of(self, file: &InputFile) -> Form {
        let named = |name: &str| FORMATS.iter().find(|format| format.name == name);
        match self.0 {
            PARQUET => Form::Parquet,
            AUTO if file.bytes.starts_with(b"PAR1") => Form::Parquet,
            AUTO => {
                let found = FORMATS.iter().find(|format| (format.looks_like)(file.as_file()));
                found.or(named("csv")).map_or(Form::Parquet, Form::Text)
            }
            name => named(name).map_or(Form::Parquet, Form::Text),
        }
    }
}

impl FromStr for Format {
    type Err = ServicesError;
    fn from_str(text: &str) -> Result<Self, ServicesError> {
        Self::names().find(|name| *name == text).map(Self).ok_or_else(|| {
            let known: Vec<&str> = Self::names().collect();
            let expected = format!("one of: {}", known.join(", "));
            ServicesError::UnknownWord { what: "format", found: text.to_owned(), expected }
        })
    }
}

#[derive(Clone, Copy)]
enum Form {
    Parquet,
    Text(&'static format::Format),
}

/// How ledger files are to be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Which form they have.
    pub format: Format,
    /// Map file; plain names when absent.
    pub map: Option<MapFile>,
    /// Whether an invoice due before its day of issue is kept with a note, as a back-test wants it.
    pub keeps_early_due_dates: bool,
}

impl Reading {
    /// As it is for files of a format that reads these sections of a map: one map goes with a mixed folder.
    fn with_map_for(&self, sections: &[&str]) -> Self {
        let own = |MapFile { name, text }: &MapFile| MapFile {
            name: name.clone(),
            text: format::part_of_map(text, sections),
        };
        let says = |map: &MapFile| {
            let lines = || map.text.lines().map(str::trim);
            lines().any(|line| !(line.is_empty() || line.starts_with('#')))
        };
        let is_foreign = |map: &MapFile| !format::sections_of_map(&map.text).is_empty();
        // A map that was empty from the start is one all the same.
        let map = self.map.as_ref().map(|map| (own(map), is_foreign(map)));
        let map = map.filter(|(own, is_foreign)| says(own) || !is_foreign).map(|(own, _)| own);
        Self { map, ..self.clone() }
    }

    /// Sections of the map that no file's format reads: they would be passed over in silence.
    fn unread_sections(&self, read: &BTreeSet<&str>) -> Vec<Fault> {
        let Some(MapFile { name, text }) = &self.map else { return Vec::new() };
        let unread = format::sections_of_map(text).into_iter().filter(|section| !read.contains(section));
        unread
            .map(|section| Fault::of_file(name, format!("no file of this import reads its section `[{section}]`")))
            .collect()
    }

    fn options(&self) -> ReadOptions<'_> {
        let map = self.map.as_ref().map(|map| (map.name.as_str(), map.text.as_str()));
        ReadOptions { map, keeps_early_due_dates: self.keeps_early_due_dates }
    }
}

/// What some files hold, each kind together, and what is wrong with them.
#[derive(Default)]
pub(crate) struct Held {
    /// Rows of tables.
    pub tables: LedgerRows,
    /// Accounting lines, file by file.
    pub journals: Vec<Journal>,
    /// E-invoices and their statuses.
    pub documents: Documents,
    /// Faults and notes.
    pub report: FaultReport,
    /// What each file was read as, by the file's name.
    pub read_as: BTreeMap<String, &'static str>,
}

impl Held {
    /// Rows, lines and documents read.
    pub fn count(&self) -> usize {
        let lines: u64 = self.journals.iter().map(Journal::lines).sum();
        let lines = usize::try_from(lines).unwrap_or(usize::MAX);
        // A row may be an invoice and its payment.
        let invoices = self.tables.invoices.iter().map(|row| row.place);
        let mut places: Vec<Place> = invoices.chain(self.tables.payments.iter().map(|row| row.place)).collect();
        places.sort_unstable();
        places.dedup();
        places.len() + lines + self.documents.invoices.len() + self.documents.statuses.len()
    }
}

/// Reads files one after the other in an order that is theirs and not the caller's.
pub(crate) fn read_ledger_files(files: &[InputFile], reading: &Reading) -> Held {
    let mut held = Held { report: none_given(files), ..Held::default() };
    let mut read_sections: BTreeSet<&str> = BTreeSet::new();
    for file in in_own_order(files) {
        let form = reading.format.of(file);
        let sections = match form {
            Form::Parquet => format::TABLE_SECTIONS,
            Form::Text(format) => format.sections,
        };
        read_sections.extend(sections);
        let own = reading.with_map_for(sections);
        let (name, (content, faults)) = match form {
            Form::Parquet => (PARQUET, read_parquet(file, &own)),
            Form::Text(format) => (format.name, (format.read)(file.as_file(), &own.options())),
        };
        held.read_as.insert(file.name.clone(), name);
        held.report.append(faults);
        match content {
            Content::Ledger(rows) => held.tables.append(rows),
            Content::Entries(journal) => held.journals.push(journal),
            Content::Documents(documents) => held.documents.append(documents),
        }
    }
    held.report.faults.extend(reading.unread_sections(&read_sections));
    if has_payment_table(&held.tables) {
        held.report.notes.retain(|note| note.reason != NO_PAYMENTS);
    }
    held
}

/// Whether a file brought payments and no invoice.
fn has_payment_table(rows: &LedgerRows) -> bool {
    let with_invoices: BTreeSet<u32> = rows.invoices.iter().map(|row| row.place.file).collect();
    rows.payments.iter().any(|row| !with_invoices.contains(&row.place.file))
}

/// Which of two payments that say the same is refused must not hang on the order in which files are named.
fn in_own_order(files: &[InputFile]) -> Vec<&InputFile> {
    let mut ordered: Vec<&InputFile> = files.iter().collect();
    ordered.sort_by(|left, right| left.name.cmp(&right.name).then_with(|| left.bytes.cmp(&right.bytes)));
    ordered
}

pub(crate) fn none_given(files: &[InputFile]) -> FaultReport {
    let faults =
        if files.is_empty() { vec![Fault::of_file("-", "no file was given, expected one or more")] } else { vec![] };
    FaultReport { faults, notes: Vec::new() }
}

/// The columns' names may be the map's; how a text writes days and numbers means nothing here.
fn read_parquet(file: &InputFile, reading: &Reading) -> (Content, FaultReport) {
    let told = |faults| (Content::Ledger(LedgerRows::default()), FaultReport { faults, notes: Vec::new() });
    let map = match &reading.map {
        Some(MapFile { name, text }) => ColumnMap::from_toml(name, text),
        None => Ok(ColumnMap::plain()),
    };
    let map = match map {
        Ok(map) if reading.keeps_early_due_dates => map.names_only().keeping_early_due_dates(),
        Ok(map) => map.names_only(),
        Err(faults) => return told(faults),
    };
    let bytes = Arc::clone(&file.bytes);
    let source = TableSource::new(file.name.clone(), move || Ok(Cursor::new(Shared(Arc::clone(&bytes)))));
    match parquet_as_csv(&source) {
        Ok(text) => {
            let (rows, mut report) = read_ledger(&file.name, &text, &map);
            report.faults.iter_mut().for_each(leave_out_hints_on_writing);
            (Content::Ledger(rows), report)
        }
        Err(error) => told(vec![Fault::of_file(&file.name, without_name(error))]),
    }
}

/// How a map says that a file writes days and numbers means nothing for a Parquet table.
fn leave_out_hints_on_writing(fault: &mut Fault) {
    if let Some((reason, hint)) = fault.reason.split_once("; hint: ")
        && hint.contains("map file")
    {
        fault.reason = format!("{reason}; hint: give the column the type of a date or a number");
    }
}

/// Bytes that several readers look at.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// What is wrong with a table; the fault names its file already.
fn without_name(error: CoreError) -> String {
    match error {
        CoreError::Table { reason, .. } => reason,
        error => error.to_string(),
    }
}

/// Refuses files of which no part can be taken: one that is no table at all, or all of them without a row.
///
/// # Errors
/// [`ServicesError::Unreadable`] with the faults; where there are none, the notes say what was found.
pub(crate) fn refuse_unreadable(
    what: &'static str,
    rows: usize,
    gave_rows: impl Fn(&str) -> bool,
    report: &FaultReport,
) -> Result<(), ServicesError> {
    // What is wrong with a row names its line, what is wrong with a value its column.
    let is_of_all = |fault: &Fault| fault.line.is_none() || (fault.column.is_none() && !gave_rows(&fault.file));
    if rows > 0 && !report.faults.iter().any(is_of_all) {
        return Ok(());
    }
    let mut report = report.clone();
    if report.is_clean() {
        report.faults.append(&mut report.notes);
    }
    Err(ServicesError::Unreadable { what, report: Box::new(report) })
}

/// Whether a file of this name brought a row.
pub(crate) fn gave_rows(rows: &LedgerRows, file: &str) -> bool {
    let places = rows.invoices.iter().map(|row| row.place).chain(rows.payments.iter().map(|row| row.place));
    places.into_iter().any(|place| rows.file_of(place) == file)
}

/// New rows on top of a ledger. Payments of several files are laid on one after the other: what two files both hold,
/// overlapping months, is there once, as when they come in two imports.
pub(crate) fn merged(base: CheckedLedger, mut rows: LedgerRows) -> (CheckedLedger, FaultReport) {
    let groups = by_file(std::mem::take(&mut rows.payments));
    let names = rows.files.clone();
    let (mut ledger, mut report);
    if groups.len() > 1 {
        (ledger, report) = base.merged(rows);
        for payments in groups.into_values() {
            let rows = LedgerRows { files: names.clone(), payments, ..LedgerRows::default() };
            let (next, faults) = ledger.merged(rows);
            ledger = next;
            report.append(faults);
        }
    } else {
        rows.payments = groups.into_values().flatten().collect();
        (ledger, report) = base.merged(rows);
    }
    // Notes on the rows that were there before were told when those came in.
    report.notes.retain(|note| note.file != STORED_LEDGER);
    (ledger, report)
}

fn by_file(payments: Vec<PaymentRow>) -> BTreeMap<u32, Vec<PaymentRow>> {
    let mut groups: BTreeMap<u32, Vec<PaymentRow>> = BTreeMap::new();
    for payment in payments {
        groups.entry(payment.place.file).or_default().push(payment);
    }
    groups
}

/// The facts of several files, and what is wrong with them.
pub(crate) fn read_facts_files(files: &[InputFile], today: Day) -> (Vec<Fact>, FaultReport) {
    let (mut facts, mut report) = (Vec::new(), none_given(files));
    for file in files {
        let (read, faults) = read_facts(&file.name, &file.bytes, today);
        facts.extend(read);
        report.append(faults);
    }
    (facts, report)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_content_or_by_word() {
        let read_as = |name: &str, bytes: &[u8]| {
            let files = [InputFile::new(name, bytes.to_vec())];
            read_ledger_files(&files, &Reading::default()).read_as.remove(name)
        };
        assert_eq!(read_as("a", b"PAR1..."), Some("parquet"));
        assert_eq!(read_as("a", b"client_id,invoice_id,issue_date,due_date,amount\n"), Some("csv"));
        for name in Format::names() {
            assert_eq!(name.parse::<Format>().unwrap(), Format(name));
        }
        let unknown = "papyrus".parse::<Format>().unwrap_err().to_string();
        assert!(unknown.starts_with("format: found `papyrus`, expected one of: auto, parquet, "), "{unknown}");
    }

    #[test]
    fn a_map_renames_the_columns_of_a_parquet_table_and_no_more() {
        let plain = "client_id,invoice_id,issue_date,due_date,amount\nC,F,2026-01-05,2026-02-04,1200.50\n";
        let held = read_ledger_files(&[InputFile::new("i.csv", plain.as_bytes())], &Reading::default());
        assert!(held.report.is_clean(), "{:?}", held.report);
        let (ledger, _) = merged(CheckedLedger::default(), held.tables);
        let snapshot = encours_core::ledger::Snapshot::write(&ledger).unwrap();

        let file = InputFile::new("i.parquet", snapshot.invoices.to_vec());
        let map = "[file]\ndelimiter = \";\"\ndecimal = \",\"\nthousands = \".\"\ndate = \"%d/%m/%Y\"";
        let map = Some(MapFile { name: "m".to_owned(), text: map.to_owned() });
        let held = read_ledger_files(&[file], &Reading { map, ..Reading::default() });
        assert!(held.report.is_clean(), "{:?}", held.report);
        let told: Vec<_> =
            held.tables.invoices.iter().map(|one| (one.issue_date.to_string(), one.amount.minor())).collect();
        assert_eq!(told, [("2026-01-05".to_owned(), 120_050)]);
    }

    #[test]
    fn one_map_goes_with_a_mixed_folder() {
        let table = "N;Client;Date;Due;TTC\nF;C;05/01/2026;04/02/2026;12,50\n";
        let books = "JournalCode|EcritureNum|EcritureDate|CompteNum|CompAuxNum|PieceRef|Debit|Credit\n\
                     VE|1|20260105|411000|C2|F2|10,00|0\nVE|1|20260105|706000||F2|0|10,00\n";
        let columns = "[file]\ndate = \"%d/%m/%Y\"\n[columns]\nclient_id = \"Client\"\ninvoice_id = \"N\"\n\
                       issue_date = \"Date\"\ndue_date = \"Due\"\namount = \"TTC\"\n";
        let read = |text: String, names: [&str; 2]| {
            let files = [InputFile::new(names[0], table.as_bytes()), InputFile::new(names[1], books.as_bytes())];
            let map = Some(MapFile { name: "m.toml".to_owned(), text });
            read_ledger_files(&files, &Reading { map, ..Reading::default() })
        };
        let held = read(columns.to_owned(), ["table.csv", "books.txt"]);
        assert!(held.report.is_clean(), "{:?}", held.report);
        assert_eq!((held.tables.invoices.len(), held.journals.len()), (1, 1));
        // A section for files that are not there is told, and so is one that nobody knows.
        let held = read(format!("{columns}[seller]\nsiren = \"000500967\"\n"), ["table.csv", "books.txt"]);
        let told: Vec<String> = held.report.faults.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["m.toml: no file of this import reads its section `[seller]`"]);
        let held = read(format!("{columns}[colums]\n"), ["table.csv", "books.txt"]);
        assert!(held.report.faults.iter().any(|fault| fault.to_string().contains("colums")), "{:?}", held.report);
    }

    #[test]
    fn a_payment_in_two_files_is_one() {
        let invoices = "client_id,invoice_id,issue_date,due_date,amount\nC,F,2026-01-01,2026-02-01,100\n";
        let payments = "invoice_id,paid_date,amount\nF,2026-02-03,60\n";
        let file = |name: &str, text: &str| InputFile::new(name, text.as_bytes().to_vec());
        let files = [file("i.csv", invoices), file("january.csv", payments), file("winter.csv", payments)];
        let held = read_ledger_files(&files, &Reading::default());
        assert!(held.report.is_clean(), "{:?}", held.report);
        let (ledger, report) = merged(CheckedLedger::default(), held.tables);
        assert!(report.is_clean(), "{report:?}");
        assert_eq!((ledger.invoices(), ledger.payments()), (1, 1));
    }
}
