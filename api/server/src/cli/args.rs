//! The command line: what may be said, with its help. Nothing here does anything.

mod database;
mod law;
mod models;
mod people;
mod policies;
mod quote;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use encours_core::policy::{LONGEST_TERMS, VatRate};
use encours_domain::{Currency, Day, DomainError, Money, Share, Siren};
use encours_services::{ErasureBasis, Format};
use encours_sources::registry::source;
use encours_sources::{SOURCES, SourceSpec};

use super::company_args::{AskArgs, CompaniesCommand, PullArgs};
use crate::configuration::{DATABASES, database_scheme};
use crate::words::Lang;

pub use database::DatabaseCommand;
pub use law::{LawArgs, LawCommand};
pub use models::{CardArgs, CardFormat, ModelOnDayArgs, ModelsCommand, TrainArgs};
pub use people::{KeysCommand, UsersCommand};
pub use policies::{
    AuditCommand, DeciderArgs, DecisionsCommand, FinalVerdict, LimitsCommand, PolicyBacktestArgs, PolicyCommand,
    TableFormat,
};
pub use quote::QuoteArgs;
pub use webhooks::WebhooksCommand;

/// What a client may owe: will they pay, when, and on what terms should we sell?
///
/// Talk goes to stderr, data to stdout. Exit code 0: done, 1: failed, 2: wrong usage, bad input or too little evidence in it.
#[derive(Debug, Parser)]
#[command(name = "encours", version, max_term_width = 100)]
pub struct Cli {
    /// Folder that holds everything Encours knows [env: ENCOURS_DATA] [default: as configured, else ./encours-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Database, `postgres://…` or `sqlite:PATH` [env: ENCOURS_DATABASE] [default: as configured, else a SQLite file in the
    /// data folder]
    #[arg(long, global = true, value_name = "URL", value_parser = database_url)]
    pub database: Option<String>,
    /// Configuration [default: encours.toml in the data folder, where there is one]
    #[arg(long, global = true, env = "ENCOURS_CONFIG", value_name = "FILE.toml")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

/// Everything that `encours` can be asked to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the sample portfolio: import, train, score, then serve
    Demo(DemoArgs),
    /// Take ledger files into the data folder
    Import(ImportArgs),
    /// Pull invoices and payments from a live system
    PullLedger(PullLedgerArgs),
    /// Ask the public registers about companies
    Pull(PullArgs),
    /// The client file
    Clients {
        #[command(subcommand)]
        command: ClientsCommand,
    },
    /// Open orders
    Orders {
        #[command(subcommand)]
        command: OrdersCommand,
    },
    /// The stored ledger
    Ledger {
        #[command(subcommand)]
        command: LedgerCommand,
    },
    /// Facts of the public record
    Companies {
        #[command(subcommand)]
        command: CompaniesCommand,
    },
    /// Learn from the stored ledger and register the model as a candidate
    Train(TrainArgs),
    /// Trained models
    Models {
        #[command(subcommand)]
        command: ModelsCommand,
    },
    /// Answer for one client and one quote
    Assess(AssessArgs),
    /// Make a stored answer again with what was known then
    Replay(ReplayArgs),
    /// What persons decide about stored answers
    Decisions {
        #[command(subcommand)]
        command: DecisionsCommand,
    },
    /// Limits that persons set
    Limits {
        #[command(subcommand)]
        command: LimitsCommand,
    },
    /// The credit policy: check, rehearse, replay over the past, put in force
    Policy {
        #[command(subcommand)]
        command: PolicyCommand,
    },
    /// What the law says of a late invoice: interest, deadlines, VAT on what is lost
    Law(LawArgs),
    /// What was changed, when and by whom
    Audit {
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Score every client
    Rescore(RescoreArgs),
    /// Train on what was known on a day, then predict every later invoice
    Backtest(BacktestArgs),
    /// Serve the pages and the HTTP interface
    Serve(ServeArgs),
    /// The store as a whole: its form, a check, backups
    #[command(name = "db")]
    Database {
        #[command(subcommand)]
        command: DatabaseCommand,
    },
    /// People who may log in, and their roles
    Users {
        #[command(subcommand)]
        command: UsersCommand,
    },
    /// Access keys for programs that call over HTTP
    Keys {
        #[command(subcommand)]
        command: KeysCommand,
    },
    /// Addresses of other programs that are told what happens
    Webhooks {
        #[command(subcommand)]
        command: WebhooksCommand,
    },
    /// The configuration: defaults, file, environment, flags
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Print what all layers come to, as TOML, each value with where it came from; secrets are masked
    Show,
    /// Print every setting with its default and what it is for, to begin a file of one's own with
    Default,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Address to listen on [default: as configured, else 127.0.0.1:8080, or the next free port]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Stop after scoring
    #[arg(long, conflicts_with = "listen")]
    pub no_serve: bool,
}

#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Ledger files, or folders of them: accounting files (FEC, Cegid, Sage), tables, sheets, e-invoices
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// How to read the files; `auto` looks into each
    #[arg(long, value_parser = formats(), default_value = "auto")]
    pub format: Format,
    /// Map file, when the headers are not ours; the layout of an accounting text
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// Take the rows that read well and leave the others
    #[arg(long)]
    pub accept_partial: bool,
    /// Guess which columns are which, say why, and write a map file to stdout; nothing is imported
    #[arg(long, conflicts_with_all = ["map", "accept_partial", "json"])]
    pub suggest_map: bool,
    /// Give the whole report as JSON, the books held against their balances client by client
    #[arg(long)]
    pub json: bool,
}

/// A file that comes in beside the ledger.
#[derive(Debug, Args)]
pub struct BesideArgs {
    /// CSV, XLSX or ODS
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Map file, when the headers are not ours; `encours import FILE --suggest-map` writes one
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// Take the rows that read well and leave the others
    #[arg(long)]
    pub accept_partial: bool,
}

/// Why a person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BasisName {
    /// They asked for it
    Request,
    /// What is kept of them is no longer needed
    Retention,
}

impl From<BasisName> for ErasureBasis {
    fn from(name: BasisName) -> Self {
        match name {
            BasisName::Request => Self::Request,
            BasisName::Retention => Self::Retention,
        }
    }
}

#[derive(Debug, Subcommand)]
pub enum ClientsCommand {
    /// Take a client file in: names, numbers, agreed terms, cover
    Import(BesideArgs),
    /// Show accounts that look like one company
    Duplicates {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Make several accounts one: their invoices are the first one's from now on
    Join {
        /// The account that stays
        main: String,
        /// The accounts that are joined to it
        #[arg(required = true)]
        others: Vec<String>,
    },
    /// Propose companies of the public record for clients without a number; say which of them they are
    Match {
        /// This client is the company of this number
        #[arg(long, value_name = "CLIENT=SIREN", value_parser = client_and_siren)]
        accept: Vec<(String, Siren)>,
        /// Take back which company this client was said to be
        #[arg(long, value_name = "CLIENT")]
        forget: Vec<String>,
        /// As JSON
        #[arg(long, conflicts_with_all = ["accept", "forget"])]
        json: bool,
    },
    /// Erase a natural person: ledger, client file, facts, answers, decisions; the audit chain still holds
    Erase {
        /// A client of the ledger, or a SIREN
        who: String,
        /// Why
        #[arg(long, value_enum)]
        basis: BasisName,
        /// This is a natural person, where neither the register nor the client file says so
        #[arg(long)]
        is_person: bool,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// List natural persons of whom nothing need be kept any more, by the policy's periods
    Expired {
        /// On this day [default: today]
        #[arg(long, value_name = "DATE")]
        on: Option<Day>,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Take joins back
    Separate {
        /// Accounts that were joined to another
        #[arg(required = true)]
        accounts: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum OrdersCommand {
    /// Take the open orders in; they take the place of those known before
    Import(BesideArgs),
}

/// Where a live system is and how it is asked.
#[derive(Debug, Args)]
pub struct PullLedgerArgs {
    /// The system
    #[arg(value_name = "SYSTEM", value_parser = systems())]
    pub system: &'static SourceSpec,
    /// TOML file with a section per system for its credentials, readable by its owner alone
    /// [default: the environment, ENCOURS_SYSTEM_NAME]
    #[arg(long, value_name = "FILE.toml", env = "ENCOURS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
    /// Address below which the system answers [default: its own]
    #[arg(long, value_name = "URL")]
    pub base_url: Option<String>,
    /// Allow plain `http` to another machine
    #[arg(long)]
    pub plain_http: bool,
    /// Look at every record again instead of those that changed
    #[arg(long)]
    pub full: bool,
    /// Ask every record's details anew, too
    #[arg(long)]
    pub fresh: bool,
}

fn formats() -> impl TypedValueParser<Value = Format> {
    let names: Vec<&str> = Format::names().collect();
    PossibleValuesParser::new(names).try_map(|word| word.parse::<Format>())
}

fn systems() -> impl TypedValueParser<Value = &'static SourceSpec> {
    let names: Vec<&str> = SOURCES.iter().map(|spec| spec.name).collect();
    PossibleValuesParser::new(names).try_map(|word| source(&word))
}

#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Write `invoices.parquet` and `payments.parquet`
    Export {
        /// Folder to write into
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
    },
}

#[derive(Debug, Args)]
pub struct AssessArgs {
    /// Client of the ledger, or SIREN
    #[arg(value_name = "CLIENT|SIREN")]
    pub client: String,
    #[command(flatten)]
    pub quote: QuoteArgs,
    /// Day of the quote: only what was known before it is read [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// The assessment as JSON, byte for byte as HTTP gives it
    #[arg(long)]
    pub json: bool,
    /// Language of the answer
    #[arg(long, value_enum, default_value_t = Lang::Fr, conflicts_with = "json")]
    pub lang: Lang,
    #[command(flatten)]
    pub ask: AskArgs,
}

#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// Id of a stored assessment
    pub id: String,
    /// The stored bytes instead of a comparison
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct RescoreArgs {
    /// Score as of the evening of this day [default: today; required with --ledger]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// Parquet file to write
    #[arg(long, value_name = "FILE.parquet")]
    pub out: Option<PathBuf>,
    /// Score this folder's invoices.parquet and payments.parquet instead of the store
    #[arg(long, value_name = "DIR", requires = "as_of", requires = "out")]
    pub ledger: Option<PathBuf>,
    /// Model file to score with, as `models show` gives it [default: published base rates]
    #[arg(long, value_name = "FILE", requires = "ledger")]
    pub model: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct BacktestArgs {
    /// Ledger files in any form that `import` takes
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Train on what was known before this day, predict each invoice issued from it on
    #[arg(long, value_name = "DATE")]
    pub cutoff: Day,
    /// Horizons: late by more than so many calendar days
    #[arg(long, value_name = "DAYS", value_delimiter = ',', default_value = "0,30")]
    pub late_over: Vec<u16>,
    /// CSV file to write
    #[arg(long, value_name = "FILE.csv")]
    pub out: PathBuf,
    /// Map file, when the headers are not ours
    #[arg(long, value_name = "FILE.toml")]
    pub map: Option<PathBuf>,
    /// What predicts: the additive model, the plain scorecard, or each client's own smoothed past rate
    #[arg(long, value_enum, default_value_t = ModelKind::Additive)]
    pub model_kind: ModelKind,
    /// Seed of the additive model: which rows share a bag
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub seed: u64,
}

impl From<ModelKind> for encours_services::ModelKind {
    fn from(kind: ModelKind) -> Self {
        match kind {
            ModelKind::Additive => Self::Additive,
            ModelKind::Scorecard => Self::Scorecard,
            ModelKind::Prior => Self::Prior,
        }
    }
}

/// What predicts in a back-test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModelKind {
    Additive,
    Scorecard,
    Prior,
}

#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address to listen on [default: as configured, else 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    #[command(flatten)]
    pub ask: AskArgs,
}

fn terms_days() -> impl TypedValueParser<Value = u16> {
    clap::value_parser!(u16).range(0..=i64::from(LONGEST_TERMS))
}

fn euros(text: &str) -> Result<Money, DomainError> {
    Money::parse(text, Currency::EUR)
}

/// The last equals sign parts them: a client's name may hold one, a number none.
fn client_and_siren(text: &str) -> Result<(String, Siren), String> {
    let (client, siren) = text.rsplit_once('=').ok_or("expected `CLIENT=SIREN`")?;
    let siren = siren.parse().map_err(|error: DomainError| error.to_string())?;
    Ok((client.to_owned(), siren))
}

fn share(text: &str) -> Result<Share, DomainError> {
    Share::new(number("share", text)?)
}

fn vat_rate(text: &str) -> Result<VatRate, DomainError> {
    VatRate::new(number("VAT rate", text)?)
}

fn number(what: &'static str, text: &str) -> Result<f64, DomainError> {
    text.parse().map_err(|_| DomainError::unreadable(what, text, "a number such as 0.20"))
}

/// Another scheme is refused before anything is opened.
fn database_url(text: &str) -> Result<String, String> {
    database_scheme(text).map(|()| text.to_owned()).map_err(|found| format!("found {found}, expected {DATABASES}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split_whitespace())
    }

    #[test]
    fn definitions_hold_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn lines_of_the_design_are_read() {
        for line in [
            "encours demo",
            "encours demo --no-serve",
            "encours demo --listen 127.0.0.1:0",
            "encours --data x import a.csv b.parquet --format csv --map m.toml --accept-partial",
            "encours import books.txt folder --json",
            "encours import a.xlsx --suggest-map",
            "encours pull-ledger pennylane --full --base-url http://127.0.0.1:9",
            "encours clients import clients.xlsx --map m.toml --accept-partial",
            "encours clients duplicates --json",
            "encours clients join C-1 C-2 C-3",
            "encours clients separate C-2",
            "encours orders import orders.csv",
            "encours ledger export --out d --data x",
            "encours companies import facts.csv",
            "encours companies import ul.parquet etab.parquet --complete --fetched-on 2026-05-20",
            "encours companies scores scores.xlsx --accept-partial",
            "encours companies providers --as-of 2026-05-31 --json",
            "encours companies parse --source bodacc answer.json",
            "encours companies sectors --as-of 2026-05-31 --json",
            "encours companies quartiles ratios.csv StockUniteLegale.parquet --as-of 2026-05-31 --json",
            "encours companies parse --source ratios-inpi-bce a.json --subject 000100008 --fetched-on 2026-05-31",
            "encours pull 000100008 000500967 --register bodacc --base-url bodacc=http://127.0.0.1:9 --max-age 0",
            "encours pull --clients --json",
            "encours companies accounts 000100008 --as-of 2026-05-31 --json",
            "encours train --as-of 2026-05-31 --by Ada --json",
            "encours models list --json",
            "encours models promote abc --by Grace",
            "encours models card abc --format json",
            "encours models card abc --format md --lang en --as-of 2026-05-31",
            "encours models rehearse abc --json",
            "encours models drift abc --as-of 2026-05-31 --json",
            "encours models rows abc --out rows.parquet",
            "encours models export abc --out card.csv --clients clients.csv --as-of 2026-05-31",
            "encours models export abc --out card.xlsx",
            "encours models challenge abc predictions.csv --name LightGBM",
            "encours models shadow abc",
            "encours models retire abc",
            "encours assess C-0012 --amount 18000",
            "encours assess C-0012 --amount 18000 --vat 0.20 --terms 45 --margin 0.25 --as-of 2026-05-31 --json",
            "encours assess 000000216 --amount 18000.50 --terms 45 --end-of-month days_then_month_end --deposit 0.3",
            "encours assess 000100008 --amount 100 --ask default,vies --base-url bodacc=http://127.0.0.1:9 --max-age 0",
            "encours serve --ask recherche-entreprises --ask bodacc",
            "encours replay 0a1b --json",
            "encours models show abc",
            "encours train --ledger d --as-of 2026-05-31 --out m.json --late-over 30 --model-kind scorecard",
            "encours rescore",
            "encours rescore --as-of 2026-05-31 --out s.parquet",
            "encours rescore --ledger d --as-of 2026-05-31 --out s.parquet",
            "encours rescore --ledger d --model m.json --as-of 2026-05-31 --out s.parquet",
            "encours backtest a.csv --cutoff 2025-01-01 --late-over 0,30 --out p.csv --map m.toml --model-kind prior",
            "encours serve --listen 127.0.0.1:9000",
            "encours keys create web",
            "encours keys list",
            "encours keys revoke 12ab",
            "encours --config e.toml --data x config show",
            "encours config default",
        ] {
            assert!(parse(line).is_ok(), "{line}: {}", parse(line).unwrap_err());
        }
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_code_2() {
        for line in [
            "encours",
            "encours import",
            "encours import a.csv --format papyrus",
            "encours import a.csv --suggest-map --map m.toml",
            "encours pull-ledger nobody",
            "encours clients join C-1",
            "encours companies parse answer.json",
            "encours companies parse --source nobody answer.json",
            "encours pull",
            "encours pull 000100009",
            "encours pull 000100008 --clients",
            "encours pull 000100008 --base-url bodacc",
            "encours assess C-0012",
            "encours assess C-0012 --amount 18,000",
            "encours assess C-0012 --amount 100 --ask infogreffe",
            "encours assess C-0012 --amount 0.001",
            "encours assess C-0012 --amount 100 --vat 20",
            "encours assess C-0012 --amount 100 --deposit 1.5",
            "encours assess C-0012 --amount 100 --terms -1",
            "encours assess C-0012 --amount 100 --terms 366",
            "encours assess C-0012 --amount 100 --end-of-month days-then-month-end",
            "encours assess C-0012 --amount 100 --as-of 2026-06-31",
            "encours rescore --ledger d --out s.parquet",
            "encours rescore --ledger d --as-of 2026-05-31",
            "encours train --ledger d --as-of 2026-05-31",
            "encours train --out m.json",
            "encours train --late-over 30",
            "encours rescore --model m.json",
            "encours backtest a.csv --cutoff 2025-01-01",
            "encours demo --no-serve --listen 127.0.0.1:0",
            "encours serve --listen nowhere",
            "encours --database mysql://db/encours keys list",
        ] {
            let refused = parse(line).expect_err(line);
            assert_eq!(refused.exit_code(), 2, "{line}");
        }
    }

    #[test]
    fn another_database_is_refused_in_a_sentence() {
        let refused = parse("encours --database mysql://db/encours keys list").unwrap_err().to_string();
        assert!(refused.contains("expected `postgres://…` or `sqlite:PATH`"), "{refused}");
    }
}
