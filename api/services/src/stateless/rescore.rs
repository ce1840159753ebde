//! A ledger on the disk, every client scored.

use std::path::{Path, PathBuf};

use encours_core::ledger::AttributeChoice;
use encours_core::ledger::{Book, ReadOptions};
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::Day;
use encours_models::Artefact;

use super::table;
use crate::ServicesError;
use crate::folder::{INVOICES, PAYMENTS, expect_folder_for, expect_no_input, read_input};
use crate::use_cases::RescoreReport;
use crate::use_cases::scores::write_table;

/// Scores every client of `ledger/invoices.parquet` and `ledger/payments.parquet` with what is dated up to and including
/// `as_of`, and writes `out`. Without a model, the published priors stand in.
///
/// # Errors
/// When a file cannot be read or lacks a column, the model is not of this engine, or `out` cannot be written.
pub fn rescore_ledger(
    ledger: &Path,
    model: Option<&Path>,
    as_of: Day,
    out: &Path,
) -> Result<RescoreReport, ServicesError> {
    expect_folder_for(out)?;
    let tables = [ledger.join(INVOICES), ledger.join(PAYMENTS)];
    expect_no_input(out, tables.iter().map(PathBuf::as_path).chain(model))?;
    let model = model.map_or_else(|| Ok(ScoringModel::prior_only()), read_model)?;
    let options = ReadOptions { invoice_ids: false, attributes: AttributeChoice::Named(model.attributes()) };
    let book = Book::read(&table(ledger, INVOICES), &table(ledger, PAYMENTS), &options)?;
    let rescored = rescore(&book, &model, as_of, &|_| &[])?;
    write_table(&rescored, None, &book, out)?;
    let clients = u64::try_from(rescored.lines.len()).unwrap_or(u64::MAX);
    Ok(RescoreReport {
        as_of,
        clients,
        model: model.id().to_owned(),
        out: Some(out.to_path_buf()),
        shadow: None,
        shadow_failed: None,
        drift: Vec::new(),
    })
}

/// Reads a model that `models` or a training wrote.
///
/// # Errors
/// When it cannot be read, or is not of this engine.
pub fn read_model(path: &Path) -> Result<ScoringModel, ServicesError> {
    let bytes = read_input("reading the model", path)?;
    let unfit = |_| ServicesError::UnfitFile {
        path: path.to_path_buf(),
        reason: "is no text in UTF-8, expected a model as `encours models show ID` gives it".to_owned(),
    };
    let json = String::from_utf8(bytes).map_err(unfit)?;
    let failed = |source| ServicesError::ModelFile { path: path.to_path_buf(), source };
    let artefact = Artefact::from_json(&json).map_err(|error| failed(error.into()))?;
    ScoringModel::new(artefact).map_err(failed)
}
