//! `rescore`, of the store and of a folder.

use encours_core::portfolio::drift::{DriftAlert, DriftKind};
use encours_models::drift::DriftLevel;
use encours_services::{Moment, RescoreReport, Services, rescore_ledger};

use crate::cli::args::RescoreArgs;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, give, patiently, say};

/// Clients shown when no file was asked for.
const SHOWN: usize = 20;

/// `encours rescore`.
pub async fn stored(services: &Services, args: RescoreArgs, now: Moment) -> Result<(), Failure> {
    let work = services.rescore(args.as_of, args.out.as_deref(), now);
    let report = patiently("scoring", work).await?;
    say(show::wrapped(&rescored(&report), 0));
    for line in drifted(&report) {
        say(show::wrapped(&line, 0));
    }
    if report.out.is_some() {
        return Ok(());
    }
    let riskiest = super::demo::riskiest(services, report.as_of, SHOWN, now).await?;
    if riskiest.is_empty() {
        say("nobody owes anything; `--out FILE.parquet` writes every client");
        return Ok(());
    }
    let shown = counted(u64::try_from(riskiest.len()).unwrap_or(u64::MAX), "client", "clients");
    say(format_args!("the riskiest that owe something, {shown}; `--out FILE.parquet` writes all:"));
    give(&show::clients(&riskiest)).map_err(Failure::of_output)
}

/// `encours rescore --ledger`: nothing is read or kept besides the files.
pub async fn stateless(args: RescoreArgs) -> Result<(), Failure> {
    let RescoreArgs { ledger: Some(ledger), as_of: Some(as_of), out: Some(out), model } = args else {
        return Err(Failure::Usage("`--ledger` needs `--as-of` and `--out` beside it".to_owned()));
    };
    let work = tokio::task::spawn_blocking(move || rescore_ledger(&ledger, model.as_deref(), as_of, &out));
    let done = patiently("scoring", work).await.map_err(|error| Failure::System("scoring", error.into()))?;
    say(rescored(&done?));
    Ok(())
}

/// What a re-scoring did, in a sentence.
pub fn rescored(report: &RescoreReport) -> String {
    let clients = counted(report.clients, "client", "clients");
    let out = report.out.as_ref().map_or_else(String::new, |out| format!(", written to {}", out.display()));
    let shadow = report.shadow.as_ref().map_or_else(String::new, |shadow| format!(", {shadow} in its shadow"));
    format!("{clients} scored as of {} by {}{shadow}{out}", report.as_of, report.model)
}

/// What somebody should look at, a line each.
fn drifted(report: &RescoreReport) -> Vec<String> {
    let shadow =
        report.shadow_failed.iter().map(|why| format!("warning: the model in the shadow did not score: {why}"));
    let acts = report.drift.iter().filter(|alert| alert.level == DriftLevel::Act);
    let (mut moved, looks): (Vec<String>, usize) =
        (acts.map(alert).collect(), report.drift.iter().filter(|alert| alert.level == DriftLevel::Look).count());
    if moved.is_empty() && looks == 0 {
        return shadow.collect();
    }
    if moved.is_empty() {
        moved.push(format!("{looks} worth a look"));
    }
    let id = &report.model;
    let warning = format!("warning: the invoices drift from those the model was measured on: {}", moved.join("; "));
    shadow.chain([warning, format!("`encours models drift {id}` tells more")]).collect()
}

/// One thing that moved.
fn alert(alert: &DriftAlert) -> String {
    let month = &alert.month;
    match (alert.what, &alert.feature) {
        (DriftKind::Calibration, _) => format!("late {:+.1} points from foretold in {month}", alert.value * 100.0),
        (_, Some(feature)) => format!("CSI of {feature} {:.2} in {month}", alert.value),
        (_, None) => format!("PSI of the score {:.2} in {month}", alert.value),
    }
}
