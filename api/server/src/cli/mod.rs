//! The command line: [`args`] says what may be said, `commands` does it, `terminal` talks, `failure` ends.

mod args;
mod commands;
mod company_args;
mod failure;
mod log;
mod show;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use encours_services::{Services, ServicesError};

use crate::clock::Clock;
use crate::configuration::{Configuration, Given};
use args::{Cli, ClientsCommand, Command, ConfigCommand, DatabaseCommand, PolicyCommand};
use company_args::CompaniesCommand;
use failure::Failure;

/// Reads the command line and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    if let Command::Config { command: ConfigCommand::Default } = cli.command {
        // Whoever has a file at fault wants to see how one should be.
        let given = commands::config::give_default();
        return given.map_or_else(|failure| failure.told(), |()| ExitCode::SUCCESS);
    }
    let done = Configuration::load(&given(&cli), terminal::environment()).map_err(Failure::Configuration);
    let done = done.and_then(|configuration| {
        log::begin(&configuration.log)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
        runtime.map_err(|error| Failure::System("starting", error))?.block_on(run(cli.command, configuration))
    });
    done.map_or_else(|failure| failure.told(), |()| ExitCode::SUCCESS)
}

/// What the command line says of settings.
fn given(cli: &Cli) -> Given {
    let listen = match &cli.command {
        Command::Serve(serve) => serve.listen,
        _ => None,
    };
    Given { file: cli.config.clone(), data: cli.data.clone(), database: cli.database.clone(), listen }
}

async fn run(command: Command, configuration: Configuration) -> Result<(), Failure> {
    let Configuration { data, database, serve: settings, .. } = &configuration;
    let now = Clock::System.now();
    if reads_only_what_is_there(&command) && !data.exists() {
        return Err(ServicesError::NoLedger { folder: data.clone() }.into());
    }
    let open = async || {
        let services = Services::open(data, database.as_deref()).await?;
        Ok::<_, ServicesError>(services.acting_as(&operator()))
    };
    match command {
        Command::Demo(demo) => commands::demo::run(open().await?, demo, settings).await,
        Command::Import(import) if import.suggest_map => commands::import::suggest(import),
        Command::Import(import) => commands::import::ledger(&open().await?, import, now).await,
        Command::PullLedger(pull) => commands::pull_ledger::run(&open().await?, pull, now).await,
        Command::Clients { command } => commands::clients::run(&open().await?, command, now).await,
        Command::Orders { command } => commands::clients::orders(&open().await?, command, now).await,
        Command::Ledger { command } => commands::import::export(&open().await?, command).await,
        Command::Pull(pull) => commands::companies::pull(&open().await?, pull, now).await,
        Command::Companies { command: CompaniesCommand::Import(import) } => {
            commands::import::companies(&open().await?, import, now).await
        }
        Command::Companies { command: CompaniesCommand::Scores(scores) } => {
            commands::companies::scores(&open().await?, scores, now).await
        }
        Command::Companies { command: CompaniesCommand::Providers(providers) } => {
            commands::companies::providers(&open().await?, providers, now).await
        }
        Command::Companies { command: CompaniesCommand::Learn(learn) } => {
            commands::failure_model::learn(&open().await?, learn, now).await
        }
        Command::Companies { command: CompaniesCommand::Model(model) } => {
            commands::failure_model::model(&open().await?, model, now).await
        }
        Command::Companies { command: CompaniesCommand::Quartiles(quartiles) } => {
            commands::failure_model::quartiles(&open().await?, quartiles, now).await
        }
        Command::Companies { command: CompaniesCommand::Sectors(sectors) } => {
            commands::companies::sectors(&open().await?, sectors, now).await
        }
        Command::Companies { command: CompaniesCommand::Accounts(accounts) } => {
            commands::companies::accounts(&open().await?, accounts, now).await
        }
        Command::Companies { command: CompaniesCommand::Parse(parse) } => commands::companies::parse(parse, now),
        Command::Train(train) if train.ledger.is_some() => commands::models::train_file(train).await,
        Command::Train(train) => commands::models::train(&open().await?, train, now).await,
        Command::Models { command } => commands::models::run(&open().await?, command, now).await,
        Command::Assess(assess) => commands::assess::run(open().await?, assess, now).await,
        Command::Replay(replay) => commands::assess::replay(&open().await?, replay).await,
        Command::Decisions { command } => commands::decisions::run(&open().await?, command, now).await,
        Command::Limits { command } => commands::decisions::limits(&open().await?, command, now).await,
        Command::Policy { command: PolicyCommand::Check { file } } => commands::policies::check(&file),
        Command::Policy { command } => commands::policies::run(&open().await?, command, now).await,
        Command::Law(law) => commands::law::run(law, now),
        Command::Audit { command } => commands::decisions::audit(&open().await?, command).await,
        Command::Rescore(rescore) if rescore.ledger.is_some() => commands::rescore::stateless(rescore).await,
        Command::Rescore(rescore) => commands::rescore::stored(&open().await?, rescore, now).await,
        Command::Backtest(backtest) => commands::backtest::run(backtest).await,
        Command::Serve(serve) => commands::serve::run(open().await?, serve, settings).await,
        Command::Database { command } => commands::database::run(&open().await?, command, now).await,
        Command::Users { command } => commands::keys::users(&open().await?, command, now).await,
        Command::Keys { command } => commands::keys::run(&open().await?, command, now).await,
        Command::Webhooks { command } => {
            let services = open().await?.sending(commands::serve::courier(settings)?);
            commands::webhooks::run(&services, command, now).await
        }
        Command::Config { command } => commands::config::run(command, &configuration),
    }
}

/// Who sits at the machine, by the name that the system has for them: for the audit chain.
fn operator() -> String {
    let named = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    named("USER")
        .or_else(|| named("LOGNAME"))
        .or_else(|| named("USERNAME"))
        .unwrap_or_else(|| "command line".to_owned())
}

/// Whether a command is about a ledger that must be there: a mistyped folder must not be made.
const fn reads_only_what_is_there(command: &Command) -> bool {
    match command {
        Command::Rescore(rescore) => rescore.ledger.is_none(),
        Command::Train(train) => train.ledger.is_none(),
        Command::Clients { command } => !matches!(command, ClientsCommand::Import(_)),
        Command::Companies { command } => matches!(command, CompaniesCommand::Accounts(_) | CompaniesCommand::Model(_)),
        Command::Policy { command } => !matches!(command, PolicyCommand::Check { .. }),
        Command::Database { command } => !matches!(command, DatabaseCommand::Restore { .. } | DatabaseCommand::Migrate),
        Command::Ledger { .. }
        | Command::Models { .. }
        | Command::Assess(_)
        | Command::Replay(_)
        | Command::Decisions { .. }
        | Command::Limits { .. }
        | Command::Audit { .. } => true,
        Command::Demo(_)
        | Command::Import(_)
        | Command::PullLedger(_)
        | Command::Law(_)
        | Command::Orders { .. }
        | Command::Pull(_)
        | Command::Backtest(_)
        | Command::Serve(_)
        | Command::Users { .. }
        | Command::Config { .. }
        | Command::Webhooks { .. }
        | Command::Keys { .. } => false,
    }
}
