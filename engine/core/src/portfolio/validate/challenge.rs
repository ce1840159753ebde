//! Other programs on the same invoices: the rows that a validation's trial learnt from and was measured on, as a table,
//! and what a challenger says of them, measured beside the trial. A challenger never decides.

use std::collections::BTreeMap;
use std::io::Write;

use encours_domain::Day;
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series};
use serde::{Deserialize, Serialize};

use super::RESAMPLING;
use super::compare::Sample;
use super::report::{Gain, Measured, Validation};
use super::rows::TestRows;
use crate::CoreError;
use crate::features::registry;
use crate::ledger::{Attribute, Book};
use crate::portfolio::drift::Seen;
use crate::portfolio::scoring::ScoringModel;
use crate::portfolio::train::{TrainSettings, train};

/// What a challenger said, measured beside the trial on the later invoices, at the trial's headline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Challenge {
    /// Who it is, as they say.
    pub name: String,
    /// Days late.
    pub late_over_days: u16,
    /// The challenger.
    pub challenger: Measured,
    /// The trial, on the same invoices.
    pub model: Measured,
    /// AUC of the model less that of the challenger: above nought the model is better.
    pub auc_gain: Gain,
    /// Brier score of the challenger less that of the model: above nought the model is better.
    pub brier_gain: Gain,
}

/// The rows of a validation, for other programs to learn from and to predict.
pub struct ChallengeRows {
    earlier: Seen,
    later: Seen,
}

/// The trial of a validation made again, and the days between which it was measured.
fn trial(
    book: &Book,
    settings: &TrainSettings,
    validation: &Validation,
) -> Result<(ScoringModel, Day, Day), CoreError> {
    let (from, until): (Day, Day) = (validation.trained_before.parse()?, validation.known_before.parse()?);
    let artefact = train(book, &TrainSettings { cutoff: from, ..settings.clone() })?;
    if artefact.model_id() != validation.trial {
        let (found, expected) = (artefact.model_id(), &validation.trial);
        let reason = format!("made again it is `{found}`, expected `{expected}`: the model was trained in another way");
        return Err(CoreError::table("the trial of the validation", reason));
    }
    Ok((ScoringModel::new(artefact)?, from, until))
}

/// Reads the rows that the trial of `validation` learnt from, and those it was measured on, at its headline.
///
/// # Errors
/// When the trial cannot be trained or comes out otherwise, or a client is too large to be folded.
pub fn challenge_rows(
    book: &Book,
    settings: &TrainSettings,
    validation: &Validation,
) -> Result<ChallengeRows, CoreError> {
    let (model, from, until) = trial(book, settings, validation)?;
    let earlier = Seen::collect(book, &model, i32::MIN, from.number())?;
    let later = Seen::collect(book, &model, from.number(), until.number())?;
    Ok(ChallengeRows { earlier, later })
}

impl ChallengeRows {
    /// Writes them as Parquet: `row` (by which predictions come back), `part` (`earlier` or `later`), `issue_date`, `late`
    /// (1 or 0, as known at the end of the part; empty while it isn't), the features, and the ledger's further columns but for
    /// those that say who a client is.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write_parquet(&self, book: &Book, writer: impl Write) -> Result<(), CoreError> {
        let failed = |source| CoreError::Write { table: "challenge", source };
        let mut columns = self.keys()?;
        let features = registry::offered().zip(self.earlier.features.iter().zip(&self.later.features));
        columns.extend(features.map(|(feature, (earlier, later))| {
            let missing = |value: &f64| (!value.is_nan()).then_some(*value);
            let values: Vec<Option<f64>> = earlier.iter().chain(later).map(missing).collect();
            Series::new(feature.name.into(), values).into_column()
        }));
        let identity = encours_domain::ledger::IDENTITY_ATTRIBUTES;
        let usable = |attribute: &&Attribute| {
            !identity.contains(&attribute.name.as_str()) && registry::find(&attribute.name).is_none()
        };
        let reserved = ["row", "part", "issue_date", "late"];
        let usable = book.attributes().iter().filter(usable).filter(|one| !reserved.contains(&one.name.as_str()));
        columns.extend(usable.map(|attribute| {
            let records = self.earlier.records.iter().chain(&self.later.records);
            let values: Vec<Option<&str>> = records.map(|&record| book.attribute_of(&attribute.name, record)).collect();
            Series::new(attribute.name.as_str().into(), values).into_column()
        }));
        let height = self.earlier.records.len() + self.later.records.len();
        let mut frame = DataFrame::new(height, columns).map_err(failed)?;
        ParquetWriter::new(writer).with_compression(ParquetCompression::Snappy).finish(&mut frame).map_err(failed)?;
        Ok(())
    }

    fn keys(&self) -> Result<Vec<Column>, CoreError> {
        let (earlier, later) = (&self.earlier, &self.later);
        let records = earlier.records.iter().chain(&later.records);
        let rows: Vec<u32> = records.map(|&record| u32::try_from(record).unwrap_or(u32::MAX)).collect();
        let parts = std::iter::repeat_n("earlier", earlier.records.len());
        let parts: Vec<&str> = parts.chain(std::iter::repeat_n("later", later.records.len())).collect();
        let day = |&number: &i32| Ok::<String, CoreError>(Day::from_number(number)?.to_string());
        let days = earlier.issued.iter().chain(&later.issued).map(day).collect::<Result<Vec<String>, _>>()?;
        let late = earlier.late.iter().chain(&later.late).map(|late| late.map(u32::from));
        let late: Vec<Option<u32>> = late.collect();
        Ok(vec![
            Series::new("row".into(), rows).into_column(),
            Series::new("part".into(), parts).into_column(),
            Series::new("issue_date".into(), days).into_column(),
            Series::new("late".into(), late).into_column(),
        ])
    }
}

/// Measures what a challenger says of the later rows (`row` → chance of being late over the trial's headline) beside the
/// trial.
///
/// # Errors
/// When a later row of known outcome has no prediction, a prediction is no probability, or the trial cannot be trained.
pub fn challenge(
    book: &Book,
    settings: &TrainSettings,
    validation: &Validation,
    name: &str,
    predictions: &BTreeMap<u32, f64>,
) -> Result<Challenge, CoreError> {
    let (model, from, until) = trial(book, settings, validation)?;
    let test = TestRows::collect(book, &model, from, until)?;
    let place = model.headline_place();
    let rows = test.known_at(place);
    let of = |&row: &usize| {
        let record = test.records.get(row).and_then(|&record| u32::try_from(record).ok());
        record.and_then(|record| predictions.get(&record)).copied()
    };
    let given: Vec<f64> = rows.iter().filter_map(of).collect();
    if given.len() < rows.len() {
        let reason = format!(
            "found predictions for {} of the {} later rows of known outcome; every `row` of part `later` needs one",
            given.len(),
            rows.len()
        );
        return Err(CoreError::table("predictions", reason));
    }
    let sample = Sample::of(&test, &rows, place, model.priors().rate_over(model.headline_over()));
    let found = sample.against(given).compare(RESAMPLING)?;
    Ok(Challenge {
        name: name.to_owned(),
        late_over_days: model.headline_over(),
        challenger: found.past_rate,
        model: found.model,
        auc_gain: found.auc_gain,
        brier_gain: found.brier_gain,
    })
}
