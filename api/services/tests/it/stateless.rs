//! Work on files alone.

use std::path::Path;

use encours_domain::ErrorClass;
use encours_services::{
    BacktestOptions, BacktestReport, InputFile, ModelKind, Reading, ServicesError, backtest, rescore_ledger,
};
use tempfile::TempDir;

use crate::support::{csv, day, files_below, sample_ledger};

fn options(cutoff: &str, late_over: &[u16], model_kind: ModelKind) -> BacktestOptions {
    let late_over = late_over.to_vec();
    BacktestOptions { reading: Reading::default(), cutoff: day(cutoff), late_over, model_kind, seed: 0 }
}

fn run(files: &[InputFile], options: &BacktestOptions) -> Result<(BacktestReport, String), ServicesError> {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("predictions.csv");
    let report = backtest(files, options, &out)?;
    Ok((report, std::fs::read_to_string(out).unwrap()))
}

#[test]
fn every_later_invoice_is_predicted() {
    let (report, text) = run(&sample_ledger(), &options("2025-10-01", &[30, 0], ModelKind::Scorecard)).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("client_id,invoice_id,issue_date,p_late_over_30,p_late_over_0"));
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), usize::try_from(report.predictions).unwrap());
    assert!(rows.len() > 5_000 && report.trained_on > 10_000 && report.stand_in.is_none());
    for row in &rows {
        let (over_30, over_0): (f64, f64) = (row[3].parse().unwrap(), row[4].parse().unwrap());
        assert!(0.0 < over_30 && over_30 <= over_0 && over_0 < 1.0, "{row:?}");
        assert!(row[2] >= "2025-10-01");
    }
    let mut backwards = sample_ledger();
    backwards.reverse();
    let (again, same) = run(&backwards, &options("2025-10-01", &[30, 0], ModelKind::Scorecard)).unwrap();
    assert!(same == text && again.model == report.model);
}

#[test]
fn a_small_ledger_is_predicted_by_the_priors() {
    let files = [csv("a.csv", "C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\nC1,F2,2024-06-05,2024-07-04,12.00,\n")];
    let (report, text) = run(&files, &options("2024-06-01", &[0, 30], ModelKind::Scorecard)).unwrap();
    assert_eq!((report.predictions, report.trained_on, report.model.as_str()), (1, 0, "priors-published-1"));
    assert!(report.stand_in.unwrap().contains("expected at least"));
    let (_, plain) = run(&files, &options("2024-06-01", &[0, 30], ModelKind::Prior)).unwrap();
    assert_eq!(plain, text);
}

#[test]
fn faults_leave_no_file() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("predictions.csv");
    let files = [csv("a.csv", "C1,F1,2024-01-05,2024-02-31,1200.00,\n")];
    let error = backtest(&files, &options("2024-06-01", &[0], ModelKind::Prior), &out).unwrap_err();
    assert_eq!(error.faults().unwrap().faults.len(), 1);
    assert!(files_below(folder.path()).is_empty());
    assert!("forest".parse::<ModelKind>().is_err());
}

#[test]
fn a_missing_ledger_is_named() {
    let folder = TempDir::new().unwrap();
    let out = folder.path().join("out.parquet");
    let error = rescore_ledger(folder.path(), None, day("2026-05-31"), &out).unwrap_err();
    assert_eq!(error.class(), ErrorClass::InvalidInput);
    assert!(error.to_string().contains("invoices.parquet"), "{error}");
    let error = rescore_ledger(folder.path(), Some(Path::new("none.json")), day("2026-05-31"), &out).unwrap_err();
    assert!(error.to_string().contains("none.json"), "{error}");
    assert!(files_below(folder.path()).is_empty());
}
