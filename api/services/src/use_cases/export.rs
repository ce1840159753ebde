//! The stored ledger goes out, as the two tables that any program reads.

use std::path::{Path, PathBuf};

use encours_core::ledger::Snapshot;
use serde::Serialize;

use crate::folder::{INVOICES, PAYMENTS, write_atomically};
use crate::services::blocking;
use crate::{Services, ServicesError};

/// What an export wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ExportReport {
    /// The invoice table.
    pub invoices: PathBuf,
    /// The payment table.
    pub payments: PathBuf,
    /// Hash of the ledger.
    pub snapshot: String,
}

impl Services {
    /// Writes the stored ledger as `invoices.parquet` and `payments.parquet`; files of these names are replaced, others
    /// are left alone.
    ///
    /// # Errors
    /// When there is no ledger yet, it is damaged, or the disk refuses.
    pub async fn export_ledger(&self, out_dir: &Path) -> Result<ExportReport, ServicesError> {
        self.data_folder().expect_outside(&out_dir.join(INVOICES))?;
        let missing = || ServicesError::NoLedger { folder: self.data_folder().path().to_path_buf() };
        let snapshot = self.store().current().await?.ledger.ok_or_else(missing)?;
        let (folder, out_dir) = (self.data_folder().clone(), out_dir.to_path_buf());
        blocking(move || {
            let ledger = Snapshot::write_for_others(&folder.read_ledger(&snapshot)?.ledger()?)?;
            let (invoices, payments) = (out_dir.join(INVOICES), out_dir.join(PAYMENTS));
            write_atomically(&invoices, &ledger.invoices)?;
            write_atomically(&payments, &ledger.payments)?;
            Ok(ExportReport { invoices, payments, snapshot })
        })
        .await
    }
}
