//! A model learnt from a ledger on the disk, and written to a file.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use encours_core::features::Horizons;
use encours_core::ledger::{AttributeChoice, Book, ReadOptions};
use encours_core::portfolio::{CardParams, ScoringModel, TrainSettings, train};
use encours_domain::Day;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::table;
use crate::ServicesError;
use crate::folder::{INVOICES, PAYMENTS, expect_folder_for, expect_no_input, write_atomically};
use crate::use_cases::too_little;

/// What is learnt from a folder, and how.
#[derive(Clone, Debug)]
pub struct TrainLedgerOptions {
    /// Nothing dated on or after this day is learnt from.
    pub cutoff: Day,
    /// Horizons to learn, in days late.
    pub late_over: Vec<u16>,
    /// What is fitted.
    pub card: CardParams,
}

/// What was learnt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TrainLedgerReport {
    /// The model's id.
    pub model: String,
    /// Invoices that taught the headline.
    pub rows: u64,
    /// Late ones among them.
    pub late: u64,
}

/// Learns from `ledger/invoices.parquet` and `ledger/payments.parquet` and writes the model to `out`, for
/// [`rescore_ledger`](super::rescore_ledger) to score with. It isn't measured on later invoices: `encours train` does that
/// for the stored ledger.
///
/// # Errors
/// When a file cannot be read or lacks a column, there is too little to learn from, or `out` cannot be written.
pub fn train_ledger(
    ledger: &Path,
    options: &TrainLedgerOptions,
    out: &Path,
) -> Result<TrainLedgerReport, ServicesError> {
    expect_folder_for(out)?;
    expect_no_input(out, [INVOICES, PAYMENTS].map(|name| ledger.join(name)).iter().map(PathBuf::as_path))?;
    let reading = ReadOptions { invoice_ids: false, attributes: AttributeChoice::All };
    let book = Book::read(&table(ledger, INVOICES), &table(ledger, PAYMENTS), &reading)?;
    let horizons = Horizons::new(options.late_over.clone())?;
    let settings =
        TrainSettings { card: options.card.clone(), ..TrainSettings::new(options.cutoff, horizons, hash_of(ledger)?) };
    let priors = ScoringModel::prior_only();
    let artefact = train(&book, &settings).map_err(|error| too_little(error, options.cutoff, priors.id()))?;
    write_atomically(out, artefact.to_json()?.as_bytes())?;
    let trained = &artefact.body().trained;
    Ok(TrainLedgerReport { model: artefact.model_id().to_owned(), rows: trained.rows, late: trained.late })
}

/// The hash that a snapshot of these very bytes has.
fn hash_of(ledger: &Path) -> Result<String, ServicesError> {
    let mut hasher = Sha256::new();
    for (place, name) in [INVOICES, PAYMENTS].into_iter().enumerate() {
        let path = ledger.join(name);
        let failed = |source| ServicesError::file("reading the ledger", &path)(source);
        let mut file = File::open(&path).map_err(failed)?;
        if place == 0 {
            hasher.update(file.metadata().map_err(failed)?.len().to_le_bytes());
        }
        let mut buffer = vec![0; 1 << 16];
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            hasher.update(buffer.get(..read).unwrap_or_default());
        }
    }
    let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("sha256:{hex}"))
}
