//! `train` and `models`.

use std::sync::Arc;

use encours_core::portfolio::validate::{Stage, Verdict};
use encours_services::{
    InputFile, ModelInfo, Moment, Services, ServicesError, TrainLedgerOptions, TrainOptions, TrainReport, TrainStage,
    TrainStep, train_ledger,
};

use crate::card;
use crate::cli::args::{CardArgs, CardFormat, ModelOnDayArgs, ModelsCommand, TrainArgs};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{Steps, counted, give, give_exactly, give_json, patiently, say};

/// `encours train`.
pub async fn train(services: &Services, args: TrainArgs, now: Moment) -> Result<(), Failure> {
    let TrainArgs { as_of, by, json, ledger: _, out: _, late_over: _, model_kind: _ } = args;
    let report = train_in_sight(services, TrainOptions { as_of, by, on_step: None }, now).await?;
    if json {
        return give_json(&report);
    }
    if let Some(validation) = &report.validation {
        give(&show::validation(validation)).map_err(Failure::of_output)?;
    }
    say(show::wrapped(&trained(&report), 0));
    say(show::wrapped(&what_now(&report), 0));
    say(show::wrapped(&for_strangers(&report), 0));
    Ok(())
}

/// `encours train --ledger`: nothing is read or kept besides the files.
pub async fn train_file(args: TrainArgs) -> Result<(), Failure> {
    let TrainArgs { ledger: Some(ledger), as_of: Some(cutoff), out: Some(out), json, late_over, model_kind, by: _ } =
        args
    else {
        return Err(Failure::Usage("`--ledger` needs `--as-of` and `--out` beside it".to_owned()));
    };
    let options = TrainLedgerOptions { cutoff, late_over, card: model_kind.params() };
    let written = out.clone();
    let work = tokio::task::spawn_blocking(move || train_ledger(&ledger, &options, &out));
    let done = patiently("learning", work).await.map_err(|error| Failure::System("learning", error.into()))?;
    let report = done?;
    if json {
        return give_json(&report);
    }
    let (invoices, written) = (counted(report.rows, "invoice", "invoices"), written.display());
    say(format_args!(
        "model {} learnt from {invoices}, {} of them late, written to {written}",
        report.model, report.late
    ));
    Ok(())
}

/// Trains, with a bar of its steps.
pub async fn train_in_sight(
    services: &Services,
    options: TrainOptions,
    now: Moment,
) -> Result<TrainReport, ServicesError> {
    let steps = Arc::new(Steps::new());
    let told = Arc::clone(&steps);
    let on_step = move |step: TrainStep| told.at(step.done, step.of, says(step.what));
    let options = TrainOptions { on_step: Some(Arc::new(on_step)), ..options };
    steps.during(services.train(options, now)).await
}

fn says(stage: TrainStage) -> String {
    match stage {
        TrainStage::Fitting => "learning".to_owned(),
        TrainStage::Validating(Stage::Trial) => "learning a trial at an earlier day".to_owned(),
        TrainStage::Validating(Stage::Predicting) => "predicting later invoices".to_owned(),
        TrainStage::Validating(Stage::Measuring(days)) => format!("measuring late over {days} days"),
        TrainStage::Validating(Stage::Noting) => "noting how features are spread".to_owned(),
    }
}

/// What a training gave, in a sentence.
pub fn trained(report: &TrainReport) -> String {
    let model = &report.model;
    let invoices = counted(model.rows, "invoice", "invoices");
    let quality = quality(model).map_or_else(String::new, |auc| format!(", AUC {auc:.3} out of time"));
    let force = if report.promoted { ", in force" } else { "" };
    format!("model {} learnt from {invoices} known before {}{quality}{force}", model.id, model.cutoff)
}

/// What decides from now on, and why.
fn what_now(report: &TrainReport) -> String {
    let (id, in_force) = (&report.model.id, &report.in_force);
    let goes_on = format!("{in_force} stays in force");
    match &report.model.verdict {
        Some(Verdict::Better { model, past_rate }) => {
            let better = format!("Brier {model:.4} against {past_rate:.4} of the clients' own past rates");
            match id == in_force {
                true => format!("{better}: it decides"),
                false => format!("{better}: it waits as a candidate, `encours models promote {id}` lets it decide"),
            }
        }
        Some(Verdict::NoBetter { model, past_rate }) => format!(
            "it can't be put in force: Brier {model:.4} against {past_rate:.4} of the clients' own past rates; {goes_on}"
        ),
        Some(Verdict::Untold { rows, late }) => format!(
            "it can't be put in force: only {} with a known outcome came later, {late} of them late; {goes_on}",
            counted(*rows, "invoice", "invoices")
        ),
        None => {
            let why = report.unmeasured.as_deref().unwrap_or("nothing came later");
            format!("it can't be put in force, for it can't be measured at an earlier day ({why}); {goes_on}")
        }
    }
}

/// What foretells who has no history.
fn for_strangers(report: &TrainReport) -> String {
    match (&report.model.application, &report.no_application) {
        (Some(card), _) => format!(
            "who has no history is foretold by an application card, learnt from {}: Brier {:.4} on later ones, {:.4} without it",
            counted(card.rows, "first invoice", "first invoices"),
            card.measured.card.brier,
            card.measured.without.brier
        ),
        (None, why) => {
            format!("no application card for who has no history: {}", why.as_deref().unwrap_or("none was learnt"))
        }
    }
}

/// Area under the curve at the headline, on invoices that a trial did not see.
fn quality(model: &ModelInfo) -> Option<f64> {
    let headline = model.horizons.iter().find(|horizon| horizon.late_over == model.headline_over)?;
    headline.out_of_time.as_ref().map(|metrics| metrics.auc)
}

/// `encours models`.
pub async fn run(services: &Services, mut command: ModelsCommand, now: Moment) -> Result<(), Failure> {
    if let Some(id) = command.id() {
        *id = whole_id(services, id).await?;
    }
    match command {
        ModelsCommand::List { json } => list(services, json).await,
        ModelsCommand::Show { id } => give_exactly(&services.model_json(&id).await?).map_err(Failure::of_output),
        ModelsCommand::Card(args) => model_card(services, args, now).await,
        ModelsCommand::Rehearse(args) => rehearse(services, args, now).await,
        ModelsCommand::Drift(args) => drift(services, args, now).await,
        ModelsCommand::Rows { id, out } => {
            patiently("reading the rows", services.challenge_rows(&id, &out)).await?;
            say(format_args!("written to {}", out.display()));
            Ok(())
        }
        ModelsCommand::Export { id, out, clients, as_of } => {
            let work = services.export_points(&id, &out, clients.as_deref(), as_of, now);
            patiently("writing the points", work).await?;
            for path in std::iter::once(&out).chain(&clients) {
                say(format_args!("written to {}", path.display()));
            }
            Ok(())
        }
        ModelsCommand::Challenge { id, file, name } => {
            let file = InputFile::read(&file)?;
            let found = patiently("measuring", services.challenge(&id, &name, file, now)).await?;
            give(&show::challenge(&found)).map_err(Failure::of_output)
        }
        ModelsCommand::Shadow { id } => {
            let model = services.shadow(&id, now).await?;
            say(format_args!("model {} scores beside the one in force from now on, and decides nothing", model.id));
            Ok(())
        }
        ModelsCommand::Promote { id, by } => {
            let model = services.promote(&id, by.as_deref(), now).await?;
            say(format_args!("model {} decides from now on", model.id));
            Ok(())
        }
        ModelsCommand::Retire { id } => {
            let model = services.retire(&id, now).await?;
            let in_force = services.status().await?.model;
            say(format_args!("model {} is put aside; in force is {in_force}", model.id));
            Ok(())
        }
    }
}

/// Fewer letters than this are too easily a slip.
const SHORTEST_PREFIX: usize = 6;

/// The id that begins so, where one alone does; what is none stays as it is and is refused where it is asked for.
async fn whole_id(services: &Services, asked: &str) -> Result<String, Failure> {
    let ids: Vec<String> = services.models().await?.into_iter().map(|model| model.id).collect();
    if asked.len() < SHORTEST_PREFIX || ids.iter().any(|id| id == asked) {
        return Ok(asked.to_owned());
    }
    let begin_so: Vec<String> = ids.into_iter().filter(|id| id.starts_with(asked)).collect();
    match begin_so.as_slice() {
        [] => Ok(asked.to_owned()),
        [one] => Ok(one.clone()),
        several => Err(Failure::Usage(format!("several models begin with `{asked}`: {}", several.join(", ")))),
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

async fn model_card(services: &Services, args: CardArgs, now: Moment) -> Result<(), Failure> {
    let found = patiently("reading the invoices since", services.model_card(&args.id, args.as_of, now)).await?;
    match args.format {
        CardFormat::Json => give_json(&found),
        CardFormat::Md => give(&card::markdown(&found, args.lang)).map_err(Failure::of_output),
    }
}

async fn rehearse(services: &Services, args: ModelOnDayArgs, now: Moment) -> Result<(), Failure> {
    let found = patiently("scoring twice", services.rehearse(&args.id, args.as_of, now)).await?;
    if args.json {
        return give_json(&found);
    }
    give(&show::rehearsal(&found)).map_err(Failure::of_output)
}

async fn drift(services: &Services, args: ModelOnDayArgs, now: Moment) -> Result<(), Failure> {
    let found = patiently("reading the invoices since", services.drift(&args.id, args.as_of, now)).await?;
    if args.json {
        return give_json(&found);
    }
    if found.months.is_empty() {
        say(format_args!("no invoice was issued since the model was trained, as of {}", found.as_of));
        return Ok(());
    }
    give(&show::drift(&found)).map_err(Failure::of_output)
}
