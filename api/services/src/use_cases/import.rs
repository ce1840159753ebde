//! Invoices, payments and accounting lines come in.

use std::collections::BTreeMap;
use std::sync::Arc;

use encours_core::ledger::{CheckedLedger, Snapshot, later_than};
use encours_domain::accounting::{Journal, Reconciliation};
use encours_domain::reader::einvoice::Documents;
use encours_domain::reader::format::{Content, FORMATS, File, ReadOptions};
use encours_domain::{Day, FaultReport};
use encours_sources::PulledLedger;
use serde::Serialize;

use crate::client_book::ClientBook;
use crate::folder::Kept;
use crate::input::{Held, Reading, gave_rows, read_ledger_files, refuse_unreadable};
use crate::layers::Layers;
use crate::making::{Made, Making};
use crate::services::blocking;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::{DataFolder, InputFile, Moment, Services, ServicesError};

/// How ledger files are to be taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ImportOptions {
    /// How they are to be read.
    pub reading: Reading,
    /// Whether the sound rows are taken when others are at fault.
    pub accept_partial: bool,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Invoices, payments and lines read from the files.
    pub rows: u64,
    /// Invoices and instalments that the ledger holds now.
    pub invoices: u64,
    /// Payments that it holds now.
    pub payments: u64,
    /// Clients that it holds now.
    pub clients: u64,
    /// Whether the ledger is what it was before.
    pub unchanged: bool,
    /// Hash of the ledger.
    pub snapshot: String,
    /// What each file was read as, by its name.
    pub read_as: BTreeMap<String, &'static str>,
    /// The books held against their own balances, when accounting lines are among the layers.
    pub reconciliation: Option<Reconciliation>,
    /// Rows that were left out, and what is worth knowing.
    pub refused: FaultReport,
}

impl Services {
    /// Lays the content of some files on top of what is stored.
    ///
    /// # Errors
    /// [`ServicesError::Refused`] with every fault, and nothing is changed, unless the options accept a part; or when
    /// the disk or the database fails.
    pub async fn import(
        &self,
        files: Vec<InputFile>,
        options: ImportOptions,
        now: Moment,
    ) -> Result<ImportReport, ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.clone());
        let (report, next, files) = blocking(move || {
            let (names, prepared) = beside(|| named(&files), || prepare(&folder, &from, &files, &options, now.today));
            let (report, next) = prepared?;
            Ok((report, next, names))
        })
        .await?;
        if next != base {
            self.store().record_import(manifest(&report, base, next, files), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        tracing::info!(
            snapshot = report.snapshot,
            rows = report.rows,
            refused = report.refused.faults.len(),
            unchanged = report.unchanged,
            "ledger imported"
        );
        Ok(report)
    }
}

/// Reads, lays on, makes, and writes the files of the new ledger; nothing points at them yet.
fn prepare(
    folder: &DataFolder,
    base: &Current,
    files: &[InputFile],
    options: &ImportOptions,
    today: Day,
) -> Result<(ImportReport, Current), ServicesError> {
    let held = read_ledger_files(files, &options.reading);
    refuse_what_holds_nothing(&held)?;
    let (rows, read_as) = (count(held.count()), held.read_as.clone());
    let late = later_than(&held.tables, today);
    let mut layers = Layers::in_force(folder, base)?;
    let mut making = Making::read(folder, &layers)?;
    let brings_lines = !held.journals.is_empty();
    let mut report = making.add(held);
    report.notes.extend(late);
    if !(report.is_clean() || options.accept_partial) {
        return Err(refused(report));
    }
    let are_tables_alone = layers.are_tables_alone() && !brings_lines && making.are_its_tables();
    if !are_tables_alone {
        layers.tables = kept_tables(folder, &making.tables)?;
    }
    if !making.documents.is_empty() {
        let bytes = serde_json::to_vec(&making.documents).map_err(ServicesError::document("the documents"))?;
        layers.documents = Some(folder.keep(Kept::Documents, &bytes)?);
    }
    let waits = !making.documents.is_empty();
    let journal = making.journal.clone().filter(|_| brings_lines);
    let (journal, made) = beside(move || keep_journal(folder, journal), || made_and_kept(folder, making));
    let (made, hash) = made?;
    if let Some(journal) = journal? {
        layers.journal = Some(journal);
    }
    if are_tables_alone {
        layers.tables.clone_from(&hash);
    }
    let next = in_force(folder, base, &layers, hash.clone())?;
    if brings_lines {
        report.notes.extend(made.notes);
    }
    // Statuses may come before the invoices that they speak of.
    if made.ledger.invoices() == 0 && !waits {
        return Err(refused(report));
    }
    let Made { ledger, reconciliation, .. } = made;
    let report = ImportReport {
        rows,
        invoices: count(ledger.invoices()),
        payments: count(ledger.payments()),
        clients: count(ledger.clients()),
        unchanged: next.ledger == base.ledger,
        snapshot: hash.unwrap_or_default(),
        read_as,
        reconciliation,
        refused: report,
    };
    // A million rows take a while to be given back, and nobody needs to wait for it.
    std::thread::spawn(move || drop(ledger));
    Ok((report, next))
}

/// Files without a single row that can be taken are refused even when nothing in them is wrong.
fn refused(mut report: FaultReport) -> ServicesError {
    if report.is_clean() {
        report.faults.append(&mut report.notes);
    }
    ServicesError::Refused { what: "the ledger", report: Box::new(report) }
}

/// A table of which no row can be read is refused, whatever the person accepts to lose. Among many documents one may be
/// damaged, and what lies in their folder may be no ledger at all.
fn refuse_what_holds_nothing(held: &Held) -> Result<(), ServicesError> {
    const TABLES: [&str; 3] = ["csv", "xlsx", "parquet"];
    let are_documents = !held.documents.is_empty();
    let is_table = |file: &str| !are_documents && held.read_as.get(file).is_none_or(|form| TABLES.contains(form));
    let gave = |file: &str| !is_table(file) || gave_rows(&held.tables, file);
    let mut report = held.report.clone();
    if held.count() > 0 {
        report.faults.retain(|fault| is_table(&fault.file));
    }
    refuse_unreadable("the ledger", held.count(), gave, &report)
}

/// A ledger that was made and written, and what is in force when it is put there.
pub(crate) struct Put {
    pub made: Made,
    pub next: Current,
}

/// Makes the ledger of some layers and writes all that is needed to put it in force.
pub(crate) fn put(folder: &DataFolder, base: &Current, layers: &Layers, making: Making) -> Result<Put, ServicesError> {
    let (made, hash) = made_and_kept(folder, making)?;
    Ok(Put { made, next: in_force(folder, base, layers, hash)? })
}

/// Makes a ledger and writes it; with its hash.
fn made_and_kept(folder: &DataFolder, making: Making) -> Result<(Made, Option<String>), ServicesError> {
    let made = making.ledger();
    let hash = kept_tables(folder, &made.ledger)?;
    Ok((made, hash))
}

/// What is in force with this ledger, made of these layers.
fn in_force(
    folder: &DataFolder,
    base: &Current,
    layers: &Layers,
    ledger: Option<String>,
) -> Result<Current, ServicesError> {
    let kept = layers.keep(folder, ledger.as_deref())?;
    // Once there were layers they stay, or an older answer would name none.
    Ok(Current { ledger, layers: kept.or_else(|| base.layers.clone()), ..base.clone() })
}

/// Writes accounting lines; with the hash of what was written.
fn keep_journal(folder: &DataFolder, journal: Option<Arc<Journal>>) -> Result<Option<String>, ServicesError> {
    journal.map(|journal| folder.keep_written(Kept::Journal, |out| journal.write_fec(out))).transpose()
}

/// Two things that have nothing to do with each other, at the same time.
fn beside<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        (one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), other)
    })
}

/// Writes a ledger and gives its hash; none for an empty one.
fn kept_tables(folder: &DataFolder, ledger: &CheckedLedger) -> Result<Option<String>, ServicesError> {
    if ledger.invoices() == 0 {
        return Ok(None);
    }
    let snapshot = Snapshot::write(ledger)?;
    let hash = snapshot.hash();
    folder.keep_ledger(&snapshot)?;
    Ok(Some(hash))
}

impl Making {
    /// Reads what the layers hold.
    pub(crate) fn read(folder: &DataFolder, layers: &Layers) -> Result<Self, ServicesError> {
        let Layers { tables, documents, journal, pulled, clients, orders: _, failure_model: _, quartiles: _ } = layers;
        let tables = tables.as_deref().map_or(Ok(CheckedLedger::default()), |hash| {
            folder.read_ledger(hash)?.ledger().map_err(ServicesError::from)
        })?;
        let journal = journal.as_deref().map(|hash| read_journal(folder, hash)).transpose()?.map(Arc::new);
        let pulled = pulled.values().map(|hash| read_pulled(folder, hash)).collect::<Result<Vec<_>, _>>()?;
        let documents =
            documents.as_deref().map_or(Ok(Documents::default()), |hash| folder.read_json(Kept::Documents, hash))?;
        let clients =
            clients.as_deref().map_or(Ok(ClientBook::default()), |hash| folder.read_json(Kept::Clients, hash))?;
        Ok(Self { tables, documents, journal, pulled, clients })
    }
}

/// A journal is kept as the text that its reader reads.
fn read_journal(folder: &DataFolder, hash: &str) -> Result<Journal, ServicesError> {
    let bytes = folder.read(Kept::Journal, hash)?;
    let damaged = |reason: &str| ServicesError::Damaged {
        path: folder.place(Kept::Journal, hash),
        reason: format!("it is no journal: {reason}"),
    };
    let fec = FORMATS.iter().find(|format| format.name == "fec").ok_or_else(|| damaged("no reader of a FEC"))?;
    let file = File { name: "the stored books", bytes: &bytes };
    match (fec.read)(file, &ReadOptions::default()) {
        (Content::Entries(journal), report) if report.is_clean() => Ok(journal),
        (_, report) => Err(damaged(&report.faults.first().map(ToString::to_string).unwrap_or_default())),
    }
}

fn read_pulled(folder: &DataFolder, hash: &str) -> Result<PulledLedger, ServicesError> {
    let bytes = folder.read(Kept::Pulled, hash)?;
    PulledLedger::from_bytes(&bytes)
        .map_err(|error| ServicesError::Damaged { path: folder.place(Kept::Pulled, hash), reason: error.to_string() })
}

pub(crate) fn named(files: &[InputFile]) -> Vec<ManifestFile> {
    files.iter().map(|file| ManifestFile { name: file.name.clone(), hash: file.hash() }).collect()
}

pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn manifest(report: &ImportReport, base: Current, next: Current, files: Vec<ManifestFile>) -> NewManifest {
    NewManifest {
        kind: ManifestKind::Ledger,
        base,
        next,
        snapshot: report.snapshot.clone(),
        files,
        rows: report.rows,
        refused: count(report.refused.faults.len()),
        records: report.invoices,
        payments: report.payments,
        subjects: report.clients,
    }
}
