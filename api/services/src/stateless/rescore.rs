//! A ledger on the disk, every client scored.

use std::path::Path;

use encours_core::ledger::AttributeChoice;
use encours_core::ledger::{Book, ReadOptions};
use encours_core::portfolio::{ScoringModel, rescore};
use encours_domain::Day;
use encours_models::Artefact;

use super::table;
use crate::ServicesError;
use crate::folder::{INVOICES, PAYMENTS, expect_folder_for};
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
    let model = model.map_or_else(|| Ok(ScoringModel::prior_only()), read_model)?;
    let options = ReadOptions { invoice_ids: false, attributes: AttributeChoice::Named(model.attributes()) };
    let book = Book::read(&table(ledger, INVOICES), &table(ledger, PAYMENTS), &options)?;
    let rescored = rescore(&book, &model, as_of)?;
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
    let json = std::fs::read_to_string(path).map_err(ServicesError::file("reading the model", path))?;
    Ok(ScoringModel::new(Artefact::from_json(&json)?)?)
}
