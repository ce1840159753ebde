//! Files as they come in: which form they have, and the rows in them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;
use std::sync::Arc;

use encours_core::ledger::{CheckedLedger, STORED_LEDGER, TableSource, snapshot::parquet_as_csv};
use encours_domain::fact::Fact;
use encours_domain::ledger::{LedgerRows, PaymentRow};
use encours_domain::reader::{ColumnMap, NO_PAYMENTS, read_facts, read_ledger};
use encours_domain::{Fault, FaultReport};

use encours_core::CoreError;

use crate::ServicesError;

/// A file as a person handed it over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputFile {
    /// Its name, for messages.
    pub name: String,
    /// Its content.
    pub bytes: Arc<[u8]>,
}

impl InputFile {
    /// A file in memory.
    pub fn new(name: impl Into<String>, bytes: impl Into<Arc<[u8]>>) -> Self {
        Self { name: name.into(), bytes: bytes.into() }
    }

    /// Reads a file from the disk; messages call it by its last name.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(path: &Path) -> Result<Self, ServicesError> {
        let bytes = std::fs::read(path).map_err(ServicesError::file("reading", path))?;
        let name = path.file_name().map_or_else(|| path.to_string_lossy(), |name| name.to_string_lossy());
        Ok(Self::new(name, bytes))
    }

    /// Hash of the content.
    pub fn hash(&self) -> String {
        crate::text::sha256(&self.bytes)
    }
}

/// Which form a ledger file has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Told from the content.
    #[default]
    Auto,
    /// Delimited text.
    Csv,
    /// Parquet.
    Parquet,
}

impl Format {
    /// Every form with the word that names it.
    pub const ALL: &'static [(Format, &'static str)] =
        &[(Format::Auto, "auto"), (Format::Csv, "csv"), (Format::Parquet, "parquet")];

    fn is_parquet(self, bytes: &[u8]) -> bool {
        match self {
            Format::Auto => bytes.starts_with(b"PAR1"),
            Format::Csv => false,
            Format::Parquet => true,
        }
    }
}

impl FromStr for Format {
    type Err = ServicesError;
    fn from_str(text: &str) -> Result<Self, ServicesError> {
        let found = Self::ALL.iter().find(|(_, word)| *word == text).map(|(format, _)| *format);
        let (what, expected) = ("format", "one of: auto, csv, parquet");
        found.ok_or_else(|| ServicesError::UnknownWord { what, found: text.to_owned(), expected })
    }
}

/// The rows of several files, one after the other in an order that is theirs and not the caller's, and what is wrong
/// with them.
pub(crate) fn read_ledger_files(
    files: &[InputFile],
    format: Format,
    map: Option<&ColumnMap>,
) -> (LedgerRows, FaultReport) {
    let plain = ColumnMap::plain();
    let map = map.unwrap_or(&plain);
    let (mut whole, mut report) = (LedgerRows::default(), none_given(files));
    for file in in_own_order(files) {
        let (rows, faults) = read_ledger_file(file, format, map);
        whole.append(rows);
        report.append(faults);
    }
    if has_payment_table(&whole) {
        report.notes.retain(|note| note.reason != NO_PAYMENTS);
    }
    (whole, report)
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

fn none_given(files: &[InputFile]) -> FaultReport {
    let faults =
        if files.is_empty() { vec![Fault::of_file("-", "no file was given, expected one or more")] } else { vec![] };
    FaultReport { faults, notes: Vec::new() }
}

fn read_ledger_file(file: &InputFile, format: Format, map: &ColumnMap) -> (LedgerRows, FaultReport) {
    if !format.is_parquet(&file.bytes) {
        return read_ledger(&file.name, &file.bytes, map);
    }
    let source = TableSource::from_bytes(file.name.clone(), Arc::clone(&file.bytes));
    match parquet_as_csv(&source) {
        // Dates and numbers of a table are plain by now, however its owner writes them elsewhere.
        Ok(text) => read_ledger(&file.name, &text, &map.names_only()),
        Err(error) => {
            let faults = vec![Fault::of_file(&file.name, without_name(error))];
            (LedgerRows::default(), FaultReport { faults, notes: Vec::new() })
        }
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
pub(crate) fn read_facts_files(files: &[InputFile]) -> (Vec<Fact>, FaultReport) {
    let (mut facts, mut report) = (Vec::new(), none_given(files));
    for file in files {
        let (read, faults) = read_facts(&file.name, &file.bytes);
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
        assert!(Format::Auto.is_parquet(b"PAR1..."));
        assert!(!Format::Auto.is_parquet(b"client_id,"));
        assert!(!Format::Csv.is_parquet(b"PAR1..."));
        for (format, word) in Format::ALL {
            assert_eq!(word.parse::<Format>().unwrap(), *format);
        }
        assert_eq!(
            "xlsx".parse::<Format>().unwrap_err().to_string(),
            "format: found `xlsx`, expected one of: auto, csv, parquet"
        );
    }

    #[test]
    fn a_map_renames_the_columns_of_a_parquet_table_and_no_more() {
        let plain = "client_id,invoice_id,issue_date,due_date,amount\nC,F,2026-01-05,2026-02-04,1200.50\n";
        let (rows, report) = read_ledger_files(&[InputFile::new("i.csv", plain.as_bytes())], Format::Auto, None);
        assert!(report.is_clean(), "{report:?}");
        let (ledger, _) = merged(CheckedLedger::default(), rows);
        let snapshot = encours_core::ledger::Snapshot::write(&ledger).unwrap();

        let file = InputFile::new("i.parquet", snapshot.invoices);
        let map = "[file]\ndelimiter = \";\"\ndecimal = \",\"\nthousands = \".\"\ndate = \"%d/%m/%Y\"";
        let map = ColumnMap::from_toml("m", map).unwrap();
        let (rows, report) = read_ledger_files(&[file], Format::Auto, Some(&map));
        assert!(report.is_clean(), "{report:?}");
        let told: Vec<_> = rows.invoices.iter().map(|one| (one.issue_date.to_string(), one.amount.minor())).collect();
        assert_eq!(told, [("2026-01-05".to_owned(), 120_050)]);
    }

    #[test]
    fn a_payment_in_two_files_is_one() {
        let invoices = "client_id,invoice_id,issue_date,due_date,amount\nC,F,2026-01-01,2026-02-01,100\n";
        let payments = "invoice_id,paid_date,amount\nF,2026-02-03,60\n";
        let file = |name: &str, text: &str| InputFile::new(name, text.as_bytes().to_vec());
        let files = [file("i.csv", invoices), file("january.csv", payments), file("winter.csv", payments)];
        let (rows, report) = read_ledger_files(&files, Format::Auto, None);
        assert!(report.is_clean(), "{report:?}");
        let (ledger, report) = merged(CheckedLedger::default(), rows);
        assert!(report.is_clean(), "{report:?}");
        assert_eq!((ledger.invoices(), ledger.payments()), (1, 1));
    }
}
