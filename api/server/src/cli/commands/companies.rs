//! `companies parse`, `companies accounts` and `pull`: what the public registers say.

use std::fmt::Write as _;

use std::sync::Arc;
use std::time::Duration;

use encours_core::portfolio::outside::ProviderRecord;
use encours_core::solvency::published::Closing;
use encours_core::solvency::{PeerRatio, Quartiles};
use encours_domain::Day;
use encours_domain::fact::AnswerHash;
use encours_services::{Asking, CompaniesPulled, Consulted, InputFile, Moment, Services, ServicesError};
use encours_sources::client::SystemClock;
use encours_sources::{Progress, REGISTERS, Raw, Reading, Register, RegisterSetup, RegisterSpec, Setup};
use serde::Serialize;

use super::import::companies_imported;
use super::pull_ledger::bar;
use super::{credentials, read_files};
use crate::cli::company_args::{
    AccountsArgs, AskArgs, AskWord, ParseArgs, ProvidersArgs, PullArgs, ReachArgs, ScoresArgs, SectorsArgs,
};
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{counted, give, give_json, patiently, say, say_faults};
use crate::http::metrics::Metrics;
use crate::words::Lang;

/// What a recorded answer came to.
#[derive(Serialize)]
struct Parsed {
    /// The register.
    source: &'static str,
    /// Hash of the answer.
    answer: AnswerHash,
    /// Day on which it was fetched.
    fetched_on: Day,
    #[serde(flatten)]
    reading: Reading,
}

/// `encours companies parse`.
pub fn parse(args: ParseArgs, now: Moment) -> Result<(), Failure> {
    let ParseArgs { source, file, subject, fetched_on } = args;
    let bytes = InputFile::read(&file)?.bytes;
    let fetched_on = fetched_on.unwrap_or(now.today);
    let raw = Raw { bytes: &bytes, fetched_on, asked: subject.as_ref() };
    let reading = (source.parse)(&raw).map_err(|error| Failure::Usage(error.to_string()))?;
    give_json(&Parsed { source: source.name, answer: raw.hash(), fetched_on, reading })
}

/// `encours companies scores`.
pub async fn scores(services: &Services, args: ScoresArgs, now: Moment) -> Result<(), Failure> {
    let ScoresArgs { files, accept_partial } = args;
    let files = read_files(&files)?;
    let report = patiently("importing", services.import_outside_scores(files, accept_partial, now)).await?;
    say_faults(&report.refused);
    say(companies_imported(&report));
    Ok(())
}

/// `encours companies providers`.
pub async fn providers(services: &Services, args: ProvidersArgs, now: Moment) -> Result<(), Failure> {
    let records = services.provider_records(args.as_of.unwrap_or(now.today)).await?;
    if args.json {
        return give_json(&records);
    }
    let mut text = String::new();
    for record in &records {
        let auc = record.auc.map_or_else(|| "-".to_owned(), |auc| format!("{auc:.3}"));
        let ProviderRecord { title, clients, invoices, late, bands, .. } = record;
        text.push_str(&format!("{title}: {clients} clients, {invoices} invoices, {late} late, AUC {auc}\n"));
        for band in bands {
            text.push_str(&format!("  {} to {}: {} invoices, {} late\n", band.from, band.to, band.invoices, band.late));
        }
    }
    if records.is_empty() {
        text.push_str("no client was scored before an invoice whose outcome is known\n");
    }
    give(&text).map_err(Failure::of_output)
}

/// `encours companies sectors`.
pub async fn sectors(services: &Services, args: SectorsArgs, now: Moment) -> Result<(), Failure> {
    let found = services.sectors(args.as_of.unwrap_or(now.today)).await?;
    if args.json { give_json(&found) } else { give(&show::sectors(&found)).map_err(Failure::of_output) }
}

/// `encours companies accounts`.
pub async fn accounts(services: &Services, args: AccountsArgs, now: Moment) -> Result<(), Failure> {
    let accounts = services.company_accounts(&args.siren, args.as_of.unwrap_or(now.today)).await?;
    if args.json {
        return give_json(&accounts);
    }
    let mut text = format!("{} {}\n", accounts.siren, accounts.name.as_deref().unwrap_or("(no name)"));
    if accounts.closings.is_empty() {
        text.push_str("no accounts are known\n");
    }
    for closing in &accounts.closings {
        lines_of(&mut text, closing).map_err(|_| Failure::Usage("the accounts cannot be written".to_owned()))?;
    }
    if !accounts.peers.is_empty() {
        text.push_str("\namong its sector: a quarter of the companies below, half, three quarters\n");
    }
    accounts.peers.iter().for_each(|one| text.push_str(&peer(one)));
    give(&text).map_err(Failure::of_output)
}

/// A ratio among those of the sector.
fn peer(one: &PeerRatio) -> String {
    let among = one.division.as_ref().map_or("all sectors".to_owned(), |division| format!("division {division}"));
    let Quartiles { companies, lower, median, upper } = one.quartiles;
    let companies = Lang::En.count(companies.into());
    format!(
        "  {}: {:.0}, among {companies} of {among}: {lower:.0}, {median:.0}, {upper:.0}\n",
        one.label.en,
        one.value + 0.0
    )
}

/// A closing as a person reads it.
fn lines_of(text: &mut String, closing: &Closing) -> std::fmt::Result {
    writeln!(text, "\n{} ({} months)", closing.closed_on, closing.months)?;
    if closing.capital_below_half == Some(true) {
        writeln!(text, "  equity is below half of the capital (Code de commerce L223-42, L225-248)")?;
    }
    for ratio in &closing.ratios {
        writeln!(text, "  {}: {:.2}", ratio.name, ratio.value)?;
    }
    for score in &closing.scores {
        let outside = score.outside.map_or_else(String::new, |outside| format!(" ({outside})"));
        writeln!(text, "  {}: {:.2}, {:?}{outside}", score.name, score.value, score.zone)?;
    }
    for score in &closing.not_computed {
        writeln!(text, "  {}: not computed, {}", score.name, score.lacking)?;
    }
    Ok(())
}

/// `encours pull`.
pub async fn pull(services: &Services, args: PullArgs, now: Moment) -> Result<(), Failure> {
    let registers = registers(services, &args)?;
    let sirens = if args.clients { services.client_sirens().await? } else { args.sirens };
    if sirens.is_empty() {
        return Err(Failure::Usage("no client of the ledger has a SIREN".to_owned()));
    }
    let bar = bar("public registers");
    let shown = bar.clone();
    let show = move |progress: Progress| {
        if let Some(total) = progress.total {
            shown.set_length(total);
        }
        shown.set_position(progress.done);
    };
    let done = services.pull_companies(sirens, registers, &show, now).await;
    bar.finish_and_clear();
    let report = done?;
    told(&report);
    if args.json {
        give_json(&report)?;
    }
    let nobody_answered = report.registers.iter().all(|one| one.answered == 0);
    if nobody_answered { Err(Failure::NobodyAnswered) } else { Ok(()) }
}

/// The registers that are asked: those that were named, else all that can be.
fn registers(services: &Services, args: &PullArgs) -> Result<Vec<Arc<dyn Register>>, Failure> {
    let named = !args.registers.is_empty();
    let chosen = if named { args.registers.clone() } else { by_default().collect() };
    let mut registers: Vec<Arc<dyn Register>> = Vec::new();
    for spec in chosen {
        match built(services, spec, &args.reach, named, None)? {
            Some(register) => registers.push(register),
            None => say(format_args!("{} is not asked: it needs a credential", spec.title)),
        }
    }
    Ok(registers)
}

fn by_default() -> impl Iterator<Item = &'static RegisterSpec> {
    REGISTERS.iter().filter(|spec| spec.by_default)
}

/// Services whose answers may ask the registers that were named, and the one that lies in the data folder.
/// Questions are counted where there are measures.
pub fn asking(services: Services, args: &AskArgs, metrics: Option<&Metrics>) -> Result<Services, Failure> {
    let mut consulted: Vec<Consulted> = Vec::new();
    let named = args.ask.iter().filter_map(|word| match word {
        AskWord::Named(spec) => Some((*spec, true)),
        AskWord::Default => None,
    });
    let usual = args.ask.iter().any(|word| matches!(word, AskWord::Default));
    for (spec, named) in named.chain(by_default().filter(|_| usual).map(|spec| (spec, false))) {
        if consulted.iter().any(|one| one.register.name() == spec.name) {
            continue;
        }
        if let Some(register) = built(&services, spec, &args.reach, named, Some(Asking::BUDGET))? {
            consulted.push(Consulted::new(spec, register));
        }
    }
    services.with_local_register(&mut consulted)?;
    if let Some(metrics) = metrics {
        for one in &mut consulted {
            one.register = metrics.counting(Arc::clone(&one.register));
        }
    }
    Ok(if consulted.is_empty() { services } else { services.asking(Asking::new(consulted)) })
}

/// A register that can be asked; none where it lacks a credential and nobody named it.
fn built(
    services: &Services,
    spec: &'static RegisterSpec,
    reach: &ReachArgs,
    named: bool,
    within: Option<Duration>,
) -> Result<Option<Arc<dyn Register>>, Failure> {
    let asking = credentials::Asking { name: spec.name, title: spec.title, asks: spec.asks };
    let file = reach.credentials.as_deref();
    let credentials = if named { Some(credentials::needed(asking, file)?) } else { credentials::found(asking, file)? };
    let Some(credentials) = credentials else { return Ok(None) };
    let Some(build) = spec.build else {
        return Err(Failure::Usage(format!("{} is only read from files", spec.title)));
    };
    let setup = Setup {
        credentials,
        base: reach.base_urls.iter().rev().find(|(name, _)| *name == spec.name).map(|(_, url)| url.clone()),
        plain_http: reach.plain_http,
        manners: None,
        clock: Arc::new(SystemClock),
        // Programs that were started together must not come back together.
        seed: u64::from(std::process::id()),
    };
    let max_age = Duration::from_secs(u64::from(reach.max_age) * 3600);
    let setup = RegisterSetup { setup, cache: services.kept_answers(), max_age, within };
    Ok(Some(build(&setup).map_err(ServicesError::from)?.into()))
}

/// What came of it, in lines for a person.
fn told(report: &CompaniesPulled) {
    for note in &report.notes {
        say(format_args!("note: {note}"));
    }
    for number in &report.not_found {
        say(format_args!("not found: {number}"));
    }
    for register in &report.registers {
        let trouble = register.trouble.as_ref().map_or_else(String::new, |trouble| format!("; {trouble}"));
        let missed = register.failed + register.not_asked;
        let missed = if missed == 0 { String::new() } else { format!(", {missed} not fetched{trouble}") };
        say(format_args!("{}: {} answered{missed}", register.name, register.answered));
    }
    let news = if report.unchanged { "nothing new, " } else { "" };
    say(format_args!(
        "{} asked about; {news}{} known of {}",
        counted(report.asked, "company", "companies"),
        counted(report.facts, "fact", "facts"),
        counted(report.companies, "company", "companies"),
    ));
}
