//! What may be said of companies and public registers.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren};
use encours_sources::{RegisterSpec, register};

#[derive(Debug, Subcommand)]
pub enum CompaniesCommand {
    /// Take facts into the data folder: CSV of subject,kind,value,valid_from,known_from,source; or of whole registers what
    /// they say of the companies of the book: Sirene stock, BODACC and ratios, Parquet or CSV
    Import(ImportFactsArgs),
    /// Take in what providers say (scores, limits, cover): CSV or workbook of provider,identifier,date,score,limit,cover
    Scores(ScoresArgs),
    /// How each provider's scores did on the invoices of the ledger
    Providers(ProvidersArgs),
    /// Turn a recorded answer of a public register into facts, as JSON on stdout; nothing is stored
    Parse(ParseArgs),
    /// Learn a model of failure from files of whole registers: the exports of ratios_inpi_bce and of the BODACC, and the
    /// Sirene stock of units where it is there, Parquet or CSV; put in force where it beats the expert rule
    Learn(LearnArgs),
    /// The model of failure in force: how it was measured, and what each part of it weighs
    Model(FailureModelArgs),
    /// Gather the quartiles of ratios by sector from files of whole registers: the export of ratios_inpi_bce, and the Sirene
    /// stock of units for the sectors, Parquet or CSV
    Quartiles(QuartilesArgs),
    /// How often invoices were late by sector and country of the client, and how often companies of a sector fail
    Sectors(SectorsArgs),
    /// A company's accounts year by year: ratios and published scores, each with its numbers
    Accounts(AccountsArgs),
}

#[derive(Debug, Args)]
pub struct ScoresArgs {
    /// CSV, XLSX or ODS
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Take the rows that read well and leave the others
    #[arg(long)]
    pub accept_partial: bool,
}

#[derive(Debug, Args)]
pub struct ProvidersArgs {
    /// Only what was known before this day is read [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct LearnArgs {
    /// Parquet or CSV files of whole registers
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Day on which they were fetched [default: today]
    #[arg(long, value_name = "DATE")]
    pub fetched_on: Option<Day>,
    /// The same files and seed give the same model
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub seed: u64,
    /// Who has it learnt: where the policy asks for a second person, somebody else puts it in force
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct SectorsArgs {
    /// Only what was known on the evening of this day is read [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct QuartilesArgs {
    /// Parquet or CSV files of whole registers
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Accounts closed within the two years before this day are read [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct FailureModelArgs {
    /// Put the one in force that `companies learn` kept under this name
    #[arg(long, value_name = "KEPT_AS", conflicts_with = "retire")]
    pub promote: Option<String>,
    /// Who puts it in force
    #[arg(long, value_name = "NAME", requires = "promote")]
    pub by: Option<String>,
    /// Take it out of force: the policy's expert rule answers again
    #[arg(long, conflicts_with = "json")]
    pub retire: bool,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct AccountsArgs {
    /// The company
    pub siren: Siren,
    /// Only what was known on this day is read [default: today]
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<Day>,
    /// As JSON
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub struct ImportFactsArgs {
    /// CSV or Parquet files
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Take the rows of facts that read well and leave the others
    #[arg(long)]
    pub accept_partial: bool,
    /// The BODACC file holds every notice since 2008: who stands in none about proceedings was in none
    #[arg(long)]
    pub complete: bool,
    /// Day on which whole registers were fetched [default: today]
    #[arg(long, value_name = "DATE")]
    pub fetched_on: Option<Day>,
}

#[derive(Debug, Args)]
pub struct ParseArgs {
    /// The register that gave the answer, such as bodacc
    #[arg(long, value_name = "NAME", value_parser = register)]
    pub source: &'static RegisterSpec,
    /// The answer as it came
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Whom was asked about, for answers that do not say: a SIREN, or a number after `vat:`, `lei:` or `gb:`
    #[arg(long, value_name = "NUMBER")]
    pub subject: Option<Subject>,
    /// Day on which the answer was fetched [default: today]
    #[arg(long, value_name = "DATE")]
    pub fetched_on: Option<Day>,
}

/// Which companies are asked about, and how.
#[derive(Debug, Args)]
pub struct PullArgs {
    /// Companies
    #[arg(value_name = "SIREN", required_unless_present = "clients")]
    pub sirens: Vec<Siren>,
    /// All clients of the ledger that have a SIREN
    #[arg(long, conflicts_with = "sirens")]
    pub clients: bool,
    /// Registers to ask [default: all that need no credential, and those whose credential is there]
    #[arg(long = "register", value_name = "NAME", value_parser = register)]
    pub registers: Vec<&'static RegisterSpec>,
    #[command(flatten)]
    pub reach: ReachArgs,
    /// What came in, as JSON
    #[arg(long)]
    pub json: bool,
}

/// How registers are reached.
#[derive(Debug, Default, Args)]
pub struct ReachArgs {
    /// Address below which a register answers, for a proxy or a test
    #[arg(long = "base-url", value_name = "NAME=URL", value_parser = base_url)]
    pub base_urls: Vec<(&'static str, String)>,
    /// TOML file with a section per register for its credentials, readable by its owner alone
    /// [default: the environment, ENCOURS_REGISTER_NAME]
    #[arg(long, value_name = "FILE.toml", env = "ENCOURS_CREDENTIALS")]
    pub credentials: Option<PathBuf>,
    /// Allow plain `http` to another machine
    #[arg(long)]
    pub plain_http: bool,
    /// Answers younger than this are not asked for again
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    pub max_age: u32,
}

/// Which registers an answer may ask.
#[derive(Debug, Default, Args)]
pub struct AskArgs {
    /// Registers that answers ask where public facts are absent or too old: names with commas between them, or
    /// `default` for those that `pull` asks [default: none; a file `local-register.csv` in the data folder is always asked]
    #[arg(long, value_name = "REGISTER", env = "ENCOURS_ASK", value_delimiter = ',', value_parser = ask_word)]
    pub ask: Vec<AskWord>,
    #[command(flatten)]
    pub reach: ReachArgs,
}

/// One of the words after `--ask`.
#[derive(Clone, Copy, Debug)]
pub enum AskWord {
    /// Those that `pull` asks without being told to.
    Default,
    /// One by its name.
    Named(&'static RegisterSpec),
}

fn ask_word(text: &str) -> Result<AskWord, String> {
    if text == "default" {
        return Ok(AskWord::Default);
    }
    register(text).map(AskWord::Named).map_err(|error| error.to_string())
}

fn base_url(text: &str) -> Result<(&'static str, String), String> {
    let (name, url) = text.split_once('=').ok_or("expected NAME=URL, such as bodacc=http://127.0.0.1:9000")?;
    let spec = register(name).map_err(|error| error.to_string())?;
    Ok((spec.name, url.to_owned()))
}
