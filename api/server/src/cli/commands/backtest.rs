//! `backtest`.

use std::path::PathBuf;

use encours_services::{BacktestOptions, Reading, backtest, expect_no_input};

use super::{files_of, read_files, read_map};
use crate::cli::args::BacktestArgs;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, patiently, say, say_faults};

/// `encours backtest`.
pub async fn run(args: BacktestArgs) -> Result<(), Failure> {
    let BacktestArgs { files, cutoff, late_over, out, map, model_kind, seed } = args;
    let paths = files_of(&files)?;
    expect_no_input(&out, paths.iter().chain(map.as_ref()).map(PathBuf::as_path))?;
    let (files, map) = (read_files(&paths)?, read_map(map.as_deref())?);
    // Every row counts here, also one whose due day was inferred to lie before its issue.
    let reading = Reading { map, keeps_early_due_dates: true, ..Reading::default() };
    let options = BacktestOptions { reading, cutoff, late_over, model_kind: model_kind.into(), seed };
    let written = out.clone();
    let work = tokio::task::spawn_blocking(move || backtest(&files, &options, &out));
    let done = patiently("back-testing", work).await.map_err(|error| Failure::System("back-testing", error.into()))?;
    let report = done?;
    say_faults(&report.notes);
    if report.predictions == 0 {
        say(format_args!("warning: no invoice was issued on or after {cutoff}: there is nothing to predict"));
    }
    if let Some(why) = &report.stand_in {
        say(format_args!("warning: no scorecard could be trained ({why}); base rates and own past stand in"));
    }
    let (predicted, learnt) =
        (counted(report.predictions, "invoice", "invoices"), counted(report.trained_on, "row", "rows"));
    if let Some(later) = &report.later {
        let coming = later.coming.iter().map(|(days, found)| (*days, found));
        show::later_lines(later.days.as_ref(), coming).into_iter().for_each(say);
    }
    say(format_args!(
        "{predicted} predicted by {} (learnt from {learnt}), written to {}",
        report.model,
        written.display()
    ));
    Ok(())
}
