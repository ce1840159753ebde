//! `train` and `models`.

use encours_services::{ModelInfo, Moment, Services, TrainReport};

use crate::cli::args::{ModelsCommand, TrainArgs};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, give, give_exactly, give_json, patiently, say};

/// `encours train`.
pub async fn train(services: &Services, args: TrainArgs, now: Moment) -> Result<(), Failure> {
    let report = patiently("training", services.train(args.as_of, now)).await?;
    say(trained(&report));
    if !report.promoted {
        say(format_args!("it waits as a candidate: `encours models promote {}` lets it decide", report.model.id));
    }
    Ok(())
}

/// What a training gave, in a sentence.
pub fn trained(report: &TrainReport) -> String {
    let model = &report.model;
    let invoices = counted(model.rows, "invoice", "invoices");
    let quality = quality(model).map_or_else(String::new, |auc| format!(", AUC {auc:.3} out of time"));
    let force = if report.promoted { ", in force" } else { "" };
    format!("model {} learnt from {invoices} known before {}{quality}{force}", model.id, model.cutoff)
}

/// Area under the curve at the headline, on invoices that a first fit did not see.
fn quality(model: &ModelInfo) -> Option<f64> {
    let headline = model.horizons.iter().find(|horizon| horizon.late_over == model.headline_over)?;
    headline.out_of_time.as_ref().map(|metrics| metrics.auc)
}

/// `encours models`.
pub async fn run(services: &Services, command: ModelsCommand, now: Moment) -> Result<(), Failure> {
    match command {
        ModelsCommand::List { json } => list(services, json).await,
        ModelsCommand::Show { id } => give_exactly(&services.model_json(&id).await?).map_err(Failure::of_output),
        ModelsCommand::Promote { id } => {
            let model = services.promote(&id, now).await?;
            say(format_args!("model {} decides from now on", model.id));
            Ok(())
        }
    }
}

async fn list(services: &Services, json: bool) -> Result<(), Failure> {
    let models = services.models().await?;
    if json {
        return give_json(&models);
    }
    if models.is_empty() {
        say("no model yet: `encours train` makes one from the stored ledger");
        return Ok(());
    }
    give(&show::models(&models)).map_err(Failure::of_output)
}
