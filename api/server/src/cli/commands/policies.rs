//! `policy`.

use std::path::Path;

use encours_core::CoreError;
use encours_core::policy::Policy;
use encours_services::{InputFile, Moment, PolicyBacktestOptions, PolicyChoice, Services, ServicesError};

use crate::cli::args::{PolicyBacktestArgs, PolicyCommand, TableFormat};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, give_exactly, give_json, patiently, say};

/// `encours policy check`: needs no data folder.
pub fn check(file: &Path) -> Result<(), Failure> {
    let policy = Policy::from_toml(&text(file)?).map_err(|error| ServicesError::from(CoreError::from(error)))?;
    say(format_args!("policy {} is sound; sha256 {}", policy.version(), policy.hash()));
    Ok(())
}

/// `encours policy`.
pub async fn run(services: &Services, command: PolicyCommand, now: Moment) -> Result<(), Failure> {
    match command {
        PolicyCommand::Check { file } => check(&file),
        PolicyCommand::List { json } => {
            let policies = services.policies(now).await?;
            if json { give_json(&policies) } else { give(&show::policies(&policies)).map_err(Failure::of_output) }
        }
        PolicyCommand::Show { id } => {
            let (info, text) = services.policy_text(id.as_deref(), now).await?;
            say(format_args!("policy {}, {}", info.text.version, show::state_of(&info)));
            give_exactly(&text).map_err(Failure::of_output)
        }
        PolicyCommand::Rehearse { policy, as_of, by, json } => {
            let choice = choice(&policy)?;
            let services = by.map_or_else(|| services.clone(), |by| services.acting_as(&by));
            let found = patiently("judging every client twice", services.rehearse_policy(&choice, as_of, now)).await?;
            if json { give_json(&found) } else { give(&show::policy_rehearsal(&found)).map_err(Failure::of_output) }
        }
        PolicyCommand::Backtest(args) => backtest(services, args, now).await,
        PolicyCommand::Activate { policy, by } => {
            let info = services.activate_policy(&choice(&policy)?, by.as_deref(), now).await?;
            say(format_args!("policy {} holds from now on", info.text.version));
            Ok(())
        }
    }
}

async fn backtest(services: &Services, args: PolicyBacktestArgs, now: Moment) -> Result<(), Failure> {
    let PolicyBacktestArgs { policy, months, most_orders, format } = args;
    let choice = policy.as_deref().map(choice).transpose()?;
    let most_orders = usize::try_from(most_orders).unwrap_or(usize::MAX);
    let options = PolicyBacktestOptions { choice, months, most_orders };
    let found = patiently("replaying the orders", services.backtest_policy(options, now)).await?;
    match format {
        TableFormat::Json => give_json(&found),
        TableFormat::Md => give(&show::policy_backtest_markdown(&found)).map_err(Failure::of_output),
        TableFormat::Text => give(&show::policy_backtest(&found)).map_err(Failure::of_output),
    }
}

/// A file where there is one of this name, else a policy that was kept.
fn choice(policy: &str) -> Result<PolicyChoice, Failure> {
    let path = Path::new(policy);
    if path.exists() || policy.ends_with(".toml") {
        return Ok(PolicyChoice::Text(text(path)?));
    }
    Ok(PolicyChoice::Kept(policy.to_owned()))
}

fn text(path: &Path) -> Result<String, Failure> {
    let file = InputFile::read(path)?;
    String::from_utf8(file.bytes.to_vec())
        .map_err(|_| Failure::Usage(format!("`{}` is no text in UTF-8", path.display())))
}
