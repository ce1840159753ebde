//! Invoices and payments come in.

use encours_core::ledger::{CheckedLedger, Snapshot, later_than};
use encours_domain::reader::ColumnMap;
use encours_domain::{Day, FaultReport};
use serde::Serialize;

use crate::input::{gave_rows, merged, read_ledger_files, refuse_unreadable};
use crate::services::blocking;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::{DataFolder, Format, InputFile, Moment, Services, ServicesError};

/// How ledger files are to be read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportOptions {
    /// Which form they have.
    pub format: Format,
    /// Which of their columns is which of ours; plain names when absent.
    pub map: Option<ColumnMap>,
    /// Whether the sound rows are taken when others are at fault.
    pub accept_partial: bool,
}

/// What an import did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// Invoices and payments read from the files.
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
    /// Rows that were left out, and what is worth knowing.
    pub refused: FaultReport,
}

impl Services {
    /// Lays the rows of some files on top of the stored ledger.
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
        let _alone = self.alone().await;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.ledger.clone());
        let (report, files) = blocking(move || {
            let report = prepare(&folder, from.as_deref(), &files, &options, now.today)?;
            Ok((report, named(&files)))
        })
        .await?;
        if !report.unchanged {
            self.store().record_import(manifest(&report, base, files), now).await?;
            self.doubt_portfolio().await;
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

/// Reads, merges, and writes the files of the new ledger; nothing points at them yet.
fn prepare(
    folder: &DataFolder,
    base: Option<&str>,
    files: &[InputFile],
    options: &ImportOptions,
    today: Day,
) -> Result<ImportReport, ServicesError> {
    let (rows, mut report) = read_ledger_files(files, options.format, options.map.as_ref());
    let read = rows.invoices.len() + rows.payments.len();
    refuse_unreadable("the ledger", read, |file| gave_rows(&rows, file), &report)?;
    report.notes.extend(later_than(&rows, today));
    let stored = match base {
        Some(hash) => folder.read_ledger(hash)?.ledger()?,
        None => CheckedLedger::default(),
    };
    let (ledger, faults) = merged(stored, rows);
    report.append(faults);
    if ledger.invoices() == 0 || !(report.is_clean() || options.accept_partial) {
        return Err(ServicesError::Refused { what: "the ledger", report: Box::new(with_a_reason(report)) });
    }
    let snapshot = Snapshot::write(&ledger)?;
    let hash = snapshot.hash();
    let unchanged = base == Some(hash.as_str());
    if !unchanged {
        folder.keep_ledger(&snapshot)?;
    }
    Ok(ImportReport {
        rows: count(read),
        invoices: count(ledger.invoices()),
        payments: count(ledger.payments()),
        clients: count(ledger.clients()),
        unchanged,
        snapshot: hash,
        refused: report,
    })
}

/// Files without a single row that can be taken are refused even when nothing in them is wrong.
fn with_a_reason(mut report: FaultReport) -> FaultReport {
    if report.is_clean() {
        report.faults.append(&mut report.notes);
    }
    report
}

pub(crate) fn named(files: &[InputFile]) -> Vec<ManifestFile> {
    files.iter().map(|file| ManifestFile { name: file.name.clone(), hash: file.hash() }).collect()
}

pub(crate) fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

fn manifest(report: &ImportReport, base: Current, files: Vec<ManifestFile>) -> NewManifest {
    NewManifest {
        kind: ManifestKind::Ledger,
        next: Current { ledger: Some(report.snapshot.clone()), ..base.clone() },
        base,
        snapshot: report.snapshot.clone(),
        files,
        rows: report.rows,
        refused: count(report.refused.faults.len()),
        records: report.invoices,
        payments: report.payments,
        subjects: report.clients,
    }
}
