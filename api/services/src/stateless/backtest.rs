//! Train on what was known on a day, predict what came after, and write the predictions down.

use std::path::Path;
use std::str::FromStr;

use csv::QuoteStyle;
use encours_core::CoreError;
use encours_core::features::Horizons;
use encours_core::ledger::AttributeChoice;
use encours_core::ledger::{Book, ReadOptions, Snapshot};
use encours_core::portfolio::validate::{Later, later};
use encours_core::portfolio::{CardParams, Prediction, ScoringModel, TrainSettings, backtest as predict, train};
use encours_domain::{Day, DomainError, FaultReport};
use encours_models::{AdditiveParams, ErrorClass, ScorecardParams};
use serde::Serialize;

use crate::folder::{expect_folder_for, write_atomically_with};
use crate::input::{Reading, read_ledger_files};
use crate::making::Making;
use crate::portfolio::last_day;
use crate::{InputFile, ServicesError};

/// Which model predicts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ModelKind {
    /// Additive cards trained on the ledger.
    #[default]
    Additive,
    /// Plain scorecards trained on the ledger.
    Scorecard,
    /// Published base rates and the client's own past.
    Prior,
}

impl ModelKind {
    /// Every kind with the word that names it.
    pub const ALL: &'static [(ModelKind, &'static str)] =
        &[(ModelKind::Additive, "additive"), (ModelKind::Scorecard, "scorecard"), (ModelKind::Prior, "prior")];
}

impl FromStr for ModelKind {
    type Err = ServicesError;
    fn from_str(text: &str) -> Result<Self, ServicesError> {
        let found = Self::ALL.iter().find(|(_, word)| *word == text).map(|(kind, _)| *kind);
        let (what, expected) = ("model kind", "one of: additive, scorecard, prior".to_owned());
        found.ok_or_else(|| ServicesError::UnknownWord { what, found: text.to_owned(), expected })
    }
}

/// What a back-test is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct BacktestOptions {
    /// How the files are to be read.
    pub reading: Reading,
    /// The day from which invoices are predicted; nothing dated on or after it is learnt from.
    pub cutoff: Day,
    /// Days late, one column of predictions each, in this order.
    pub late_over: Vec<u16>,
    /// Which model predicts.
    pub model_kind: ModelKind,
    /// Seed of the bags of an additive model.
    pub seed: u64,
}

/// What a back-test did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BacktestReport {
    /// Invoices predicted.
    pub predictions: u64,
    /// The model that predicted.
    pub model: String,
    /// Invoices it was trained on; none for the priors.
    pub trained_on: u64,
    /// Why the priors stood in for a trained model, when they did.
    pub stand_in: Option<String>,
    /// Hash of the ledger.
    pub ledger: String,
    /// Days of payment and clients' coming rates against what came by the end of the ledger; absent for the priors.
    pub later: Option<Later>,
    /// What is worth knowing of the files.
    pub notes: FaultReport,
}

/// Trains on what was known on the cut-off and predicts every later invoice on its own day of issue, history rolling on.
/// Writes `client_id,invoice_id,issue_date` and one column `p_late_over_K` for each K.
///
/// # Errors
/// When a row of the files is at fault, a horizon is none, or the file cannot be written.
pub fn backtest(files: &[InputFile], options: &BacktestOptions, out: &Path) -> Result<BacktestReport, ServicesError> {
    expect_folder_for(out)?;
    let (snapshot, notes) = read_snapshot(files, options)?;
    let book = snapshot.book(&ReadOptions { invoice_ids: true, attributes: AttributeChoice::All })?;
    let ledger = snapshot.hash();
    drop(snapshot);
    let (model, stand_in) = model(&book, options, &ledger)?;
    let columns = columns(&model, &options.late_over)?;
    let predictions = predict(&book, &model, options.cutoff)?;
    write(&predictions, &options.late_over, &columns, out)?;
    let until = last_day(&book).map(|last| last.plus_clamped(1)).filter(|until| *until > options.cutoff);
    let later = until.filter(|_| model.is_trained()).map(|until| later(&book, &model, options.cutoff, until));
    Ok(BacktestReport {
        predictions: u64::try_from(predictions.len()).unwrap_or(u64::MAX),
        model: model.id().to_owned(),
        trained_on: model.artefact().map_or(0, |artefact| artefact.body().trained.rows),
        stand_in,
        ledger,
        later: later.transpose()?,
        notes,
    })
}

fn read_snapshot(files: &[InputFile], options: &BacktestOptions) -> Result<(Snapshot, FaultReport), ServicesError> {
    let mut making = Making::default();
    let mut report = making.add(read_ledger_files(files, &options.reading));
    if !report.is_clean() {
        return Err(ServicesError::Incomplete { report: Box::new(report) });
    }
    let made = making.ledger();
    report.notes.extend(made.notes);
    Ok((Snapshot::write(&made.ledger)?, report))
}

/// The model asked for; where there is too little to train one, the priors, and why.
fn model(
    book: &Book,
    options: &BacktestOptions,
    ledger: &str,
) -> Result<(ScoringModel, Option<String>), ServicesError> {
    let horizons = Horizons::new(options.late_over.clone())?;
    let card = match options.model_kind {
        ModelKind::Additive => CardParams::Additive(AdditiveParams::default().seed(options.seed)),
        ModelKind::Scorecard => CardParams::Scorecard(ScorecardParams::default()),
        ModelKind::Prior => return Ok((ScoringModel::prior_only_over(horizons), None)),
    };
    match train(book, &TrainSettings { card, ..TrainSettings::new(options.cutoff, horizons, ledger) }) {
        Ok(artefact) => Ok((ScoringModel::new(artefact)?, None)),
        Err(CoreError::Model(error)) if error.class() == ErrorClass::EvidenceMissing => {
            Ok((ScoringModel::prior_only_over(horizons), Some(error.to_string())))
        }
        Err(error) => Err(error.into()),
    }
}

/// Where the chances asked for stand among the model's.
fn columns(model: &ScoringModel, late_over: &[u16]) -> Result<Vec<usize>, ServicesError> {
    let known = model.horizons().days();
    let place = |days: &u16| {
        known.iter().position(|known| known == days).ok_or_else(|| {
            let allowed = format!("with model `{}` one of {known:?}", model.id());
            ServicesError::from(DomainError::out_of_range("days late over", days, allowed))
        })
    };
    late_over.iter().map(place).collect()
}

fn write(predictions: &[Prediction], late_over: &[u16], columns: &[usize], out: &Path) -> Result<(), ServicesError> {
    let failed = |source| ServicesError::Csv { path: out.to_path_buf(), source };
    write_atomically_with(out, |file| {
        let mut writer =
            csv::WriterBuilder::new().quote_style(quotes(predictions)).from_writer(std::io::BufWriter::new(file));
        writer.write_record(header(late_over)).map_err(failed)?;
        for prediction in predictions {
            writer.write_record(record(prediction, columns)).map_err(failed)?;
        }
        writer.flush().map_err(ServicesError::file("writing", out))
    })
}

/// An id stays what it is, for the programs that read the file. Where one looks like a formula all texts are quoted, which
/// is as far as a CSV can say that they are texts.
fn quotes(predictions: &[Prediction]) -> QuoteStyle {
    let is_formula = |one: &Prediction| [&one.client_id, &one.invoice_id].into_iter().any(|id| looks_like_formula(id));
    if predictions.iter().any(is_formula) { QuoteStyle::NonNumeric } else { QuoteStyle::Necessary }
}

/// What a spreadsheet would compute instead of show.
fn looks_like_formula(value: &str) -> bool {
    value.starts_with(['=', '+', '-', '@'])
}

fn header(late_over: &[u16]) -> Vec<String> {
    let names = ["client_id", "invoice_id", "issue_date"].map(str::to_owned);
    names.into_iter().chain(late_over.iter().map(|days| format!("p_late_over_{days}"))).collect()
}

fn record(prediction: &Prediction, columns: &[usize]) -> Vec<String> {
    let names = [prediction.client_id.clone(), prediction.invoice_id.clone(), prediction.issue_date.to_string()];
    let chance = |&column: &usize| prediction.late_over.get(column).map_or_else(String::new, f64::to_string);
    names.into_iter().chain(columns.iter().map(chance)).collect()
}
