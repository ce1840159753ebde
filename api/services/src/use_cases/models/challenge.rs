//! Other programs on the same invoices. They are measured and shown, and never decide.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write};
use std::path::Path;

use encours_core::portfolio::Validation;
use encours_core::portfolio::validate::{Challenge, challenge, challenge_rows};
use encours_domain::Day;

use super::Registered;
use crate::folder::{expect_folder_for, write_atomically_with};
use crate::portfolio::Portfolio;
use crate::services::blocking;
use crate::use_cases::train::settings;
use crate::{InputFile, Moment, Services, ServicesError};

impl Services {
    /// Writes the rows that the trial of a model's validation learnt from and was measured on, as Parquet.
    ///
    /// # Errors
    /// When there is no such model, it was not measured, it is of another ledger than the one in force, or the file cannot
    /// be written.
    pub async fn challenge_rows(&self, id: &str, out: &Path) -> Result<(), ServicesError> {
        expect_folder_for(out)?;
        self.data_folder().expect_outside(out)?;
        let (model, portfolio, out) = (self.registered(id).await?, self.portfolio().await?, out.to_path_buf());
        blocking(move || {
            let (validation, cutoff) = measured(&model, &portfolio)?;
            let book = portfolio.ledger()?;
            let rows = challenge_rows(book, &settings(&portfolio, cutoff), validation)?;
            write_atomically_with(&out, |file| {
                let mut writer = BufWriter::new(file);
                rows.write_parquet(book, &mut writer)?;
                writer.flush().map_err(ServicesError::file("writing", &out))
            })
        })
        .await
    }

    /// Measures what a challenger said of those rows (CSV of `row,p_late`) beside the trial, and keeps it with the model;
    /// what was kept under the same name before is replaced.
    ///
    /// # Errors
    /// As [`Services::challenge_rows`]; or when a prediction cannot be read, is no probability, or is missing.
    pub async fn challenge(
        &self,
        id: &str,
        name: &str,
        file: InputFile,
        now: Moment,
    ) -> Result<Challenge, ServicesError> {
        let predictions = predictions(&file)?;
        let (model, portfolio, name) = (self.registered(id).await?, self.portfolio().await?, name.to_owned());
        let mut kept = model.challenges.clone();
        let found = blocking(move || {
            let (validation, cutoff) = measured(&model, &portfolio)?;
            let settings = settings(&portfolio, cutoff);
            Ok(challenge(portfolio.ledger()?, &settings, validation, &name, &predictions)?)
        })
        .await?;
        kept.retain(|other| other.name != found.name);
        kept.push(found.clone());
        let json = serde_json::to_string(&kept).map_err(ServicesError::document("a challenge"))?;
        self.store().keep_challenges(id, json, &self.act(now)).await?;
        Ok(found)
    }
}

/// The validation of a model whose ledger is the one in force, and the day before which it learnt.
fn measured<'a>(model: &'a Registered, portfolio: &Portfolio) -> Result<(&'a Validation, Day), ServicesError> {
    let (id, trained) = (model.record.id.clone(), &model.artefact.body().trained);
    if trained.ledger != portfolio.ledger_hash() {
        let (found, expected) = (trained.ledger.clone(), portfolio.ledger_hash().to_owned());
        return Err(ServicesError::OtherLedger { id, found, expected });
    }
    let late_over = model.artefact.headline().late_over_days;
    let missing = ServicesError::UnmeasuredModel { id, late_over, rows: 0, late: 0 };
    let validation = model.validation.as_ref().ok_or(missing)?;
    Ok((validation, trained.cutoff.parse()?))
}

fn predictions(file: &InputFile) -> Result<BTreeMap<u32, f64>, ServicesError> {
    let refused = |line: u64, reason: String| ServicesError::Predictions { file: file.name.clone(), line, reason };
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(file.bytes.as_slice());
    let header = reader.headers().map_err(|error| refused(1, error.to_string()))?;
    if header != ["row", "p_late"].as_slice() {
        let found: Vec<&str> = header.iter().collect();
        return Err(refused(1, format!("found columns `{}`, expected `row,p_late`", found.join(","))));
    }
    let mut predictions = BTreeMap::new();
    for (record, line) in reader.records().zip(2_u64..) {
        let record = record.map_err(|error| refused(line, error.to_string()))?;
        let (row, chance) = (record.get(0).unwrap_or_default(), record.get(1).unwrap_or_default());
        let number =
            row.parse::<u32>().map_err(|_| refused(line, format!("found `{row}`, expected a row's number")))?;
        let value = chance.parse::<f64>().ok().filter(|chance| (0.0..=1.0).contains(chance));
        let value = value.ok_or_else(|| refused(line, format!("found `{chance}`, expected a chance from 0 to 1")))?;
        if predictions.insert(number, value).is_some() {
            return Err(refused(line, format!("row {number} was given before")));
        }
    }
    Ok(predictions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn predictions_are_read_line_by_line() {
        let read = |text: &str| predictions(&InputFile::new("p.csv", text.as_bytes().to_vec()));
        assert_eq!(read("row,p_late\n7,0.25\n2, 1\n").unwrap(), BTreeMap::from([(7, 0.25), (2, 1.0)]));
        for (text, says) in [
            ("row,chance\n7,0.25\n", "p.csv, line 1: found columns `row,chance`"),
            ("row,p_late\nx,0.25\n", "p.csv, line 2: found `x`"),
            ("row,p_late\n7,1.5\n", "p.csv, line 2: found `1.5`"),
            ("row,p_late\n7,NaN\n", "p.csv, line 2: found `NaN`"),
            ("row,p_late\n7,0.5\n7,0.5\n", "p.csv, line 3: row 7 was given before"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.starts_with(says), "{error}");
        }
    }
}
