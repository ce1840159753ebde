//! `demo`: the sample portfolio from an empty folder to a page that answers.

use std::fmt::Display;
use std::io;
use std::net::SocketAddr;
use std::time::Instant;

use encours_datasets::{SAMPLE_AS_OF, sample};
use encours_domain::Day;
use encours_services::folder::write_atomically;
use encours_services::{
    ClientLine, ClientOrder, ClientQuery, ImportOptions, InputFile, LOCAL_REGISTER_FILE, Moment, PortfolioSummary,
    Role, Scopes, Services, TrainOptions,
};
use tokio::net::TcpListener;

use super::companies::asking;
use super::import::{companies_imported, imported};
use super::models::{train_in_sight, trained};
use super::rescore::rescored;
use super::serve::{address, bind, serve};
use crate::cli::args::DemoArgs;
use crate::cli::company_args::AskArgs;
use crate::cli::failure::Failure;
use crate::cli::show;
use crate::cli::terminal::{give, patiently, say};
use crate::clock::Clock;
use crate::configuration::ServeSettings;
use crate::http::App;
use crate::http::metrics::Metrics;
use crate::words::Lang;

/// Clients shown in the summary.
const RISKIEST: usize = 5;

/// Ports tried after the usual one.
const PORTS_TRIED: usize = 20;

/// `encours demo`.
pub async fn run(services: Services, args: DemoArgs, settings: &ServeSettings) -> Result<(), Failure> {
    let today: Day = SAMPLE_AS_OF.parse()?;
    let clock = Clock::Frozen(today);
    say(format_args!("The sample portfolio: an invented seller near Lyon. Its today is always {today}."));
    // A port that is taken is told before anything is computed.
    let listener = if args.no_serve { None } else { Some(listen(args.listen, settings.listen).await?) };
    load(&services, clock.now()).await?;
    learn(&services, today, clock.now()).await?;
    summarise(&services, today, clock.now()).await?;
    lay_register(&services)?;
    let Some(listener) = listener else { return Ok(()) };
    let key = fresh_key(&services, clock.now()).await?;
    let password = fresh_login(&services, clock.now()).await?;
    welcome(address(&listener, settings.listen), &password, &key, &services);
    let metrics = Metrics::default();
    let services = asking(services, &AskArgs::default(), Some(&metrics))?;
    serve(listener, App { metrics, ..App::new(services, clock, settings.clone()) }).await
}

/// Lays the sample's register into the folder: companies that nobody has asked about yet are then found without a network.
fn lay_register(services: &Services) -> Result<(), Failure> {
    let path = services.data_folder().path().join(LOCAL_REGISTER_FILE);
    Ok(write_atomically(&path, sample::REGISTER)?)
}

/// Imports the sample, unless the folder holds another ledger.
async fn load(services: &Services, now: Moment) -> Result<(), Failure> {
    refuse_other_data(services).await?;
    let [invoices, payments, companies] = files();
    let begun = Instant::now();
    let work = services.import(vec![invoices, payments], ImportOptions::default(), now);
    let report = patiently("importing the ledger", work).await?;
    step(begun, imported(&report));
    let begun = Instant::now();
    let work = services.import_companies(vec![companies], false, now);
    let report = patiently("importing the public record", work).await?;
    step(begun, companies_imported(&report));
    Ok(())
}

fn files() -> [InputFile; 3] {
    [
        InputFile::new("invoices.parquet", sample::INVOICES),
        InputFile::new("payments.parquet", sample::PAYMENTS),
        InputFile::new("companies.csv", sample::COMPANIES),
    ]
}

/// A folder that holds anything but the sample is somebody's own, and is left alone.
async fn refuse_other_data(services: &Services) -> Result<(), Failure> {
    let sample = files().map(|file| file.hash());
    let imports = services.imports().await?;
    if imports.iter().flat_map(|import| &import.files).all(|file| sample.contains(&file.hash)) {
        return Ok(());
    }
    let folder = services.data_folder().path().display();
    Err(Failure::Usage(format!("`{folder}` holds data that is not the sample; name another folder with `--data DIR`")))
}

async fn learn(services: &Services, today: Day, now: Moment) -> Result<(), Failure> {
    let begun = Instant::now();
    let report = train_in_sight(services, TrainOptions { as_of: Some(today), ..TrainOptions::default() }, now).await?;
    step(begun, trained(&report));
    if !report.promoted {
        services.promote(&report.model.id, None, now).await?;
    }
    let begun = Instant::now();
    let report = patiently("scoring", services.rescore(Some(today), None, now)).await?;
    step(begun, rescored(&report));
    Ok(())
}

/// One line for each step, with the time that it took.
fn step(begun: Instant, what: impl Display) {
    let seconds = begun.elapsed().as_secs_f64();
    say(format_args!("{seconds:>6.2} s  {}", show::wrapped(&what.to_string(), 10)));
}

/// The portfolio in a few lines, on stdout.
async fn summarise(services: &Services, today: Day, now: Moment) -> Result<(), Failure> {
    let summary = services.summary(Some(today), now).await?;
    let riskiest = riskiest(services, today, RISKIEST, now).await?;
    let text = format!("\n{}\nRiskiest of those that owe something:\n{}", totals(&summary), show::clients(&riskiest));
    give(&text).map_err(Failure::of_output)
}

fn totals(summary: &PortfolioSummary) -> String {
    let (open, overdue) = (Lang::En.rounded(summary.open), Lang::En.rounded(summary.overdue));
    let share = Lang::En.per_cent(summary.overdue.major() / summary.open.major().max(1.0));
    let grades: Vec<String> = summary.grades.iter().map(|(grade, clients)| format!("{grade} {clients}")).collect();
    format!(
        "{} clients as of {}: {open} open, of which {overdue} ({share}) past due.\nClients by grade: {}.\n",
        Lang::En.count(summary.clients),
        summary.as_of,
        grades.join(", "),
    )
}

/// The clients likeliest to pay late, of those that owe something.
pub async fn riskiest(services: &Services, as_of: Day, shown: usize, now: Moment) -> Result<Vec<ClientLine>, Failure> {
    let query =
        ClientQuery { limit: LOOKED_AT, order: ClientOrder::Risk, as_of: Some(as_of), ..ClientQuery::default() };
    let page = services.clients(query, now).await?;
    Ok(page.clients.into_iter().filter(|client| client.open.minor() > 0).take(shown).collect())
}

/// Clients looked at to find those shown.
const LOOKED_AT: usize = 1_000;

/// Listens where told, else on the usual port or the next free one.
async fn listen(asked: Option<SocketAddr>, usual: SocketAddr) -> Result<TcpListener, Failure> {
    if let Some(asked) = asked {
        return bind(asked).await;
    }
    let mut taken = bind(usual).await;
    for port in (usual.port().saturating_add(1)..).take(PORTS_TRIED) {
        match taken {
            Err(Failure::Listen(address, error)) if error.kind() == io::ErrorKind::AddrInUse => {
                say(format_args!("port {} is taken, trying the next", address.port()));
                taken = bind(SocketAddr::new(usual.ip(), port)).await;
            }
            found => return found,
        }
    }
    taken
}

/// A key for this run; those of runs before are taken back.
async fn fresh_key(services: &Services, now: Moment) -> Result<String, Failure> {
    let old = services.keys().await?.into_iter().filter(|key| key.name == KEY && key.revoked_at.is_none());
    for key in old {
        services.revoke_key(&key.id, now).await?;
    }
    Ok(services.create_key(KEY, Scopes::all(), None, now).await?.key)
}

/// Name of the demonstration's key.
const KEY: &str = "demo-key";

/// A password for this run.
async fn fresh_login(services: &Services, now: Moment) -> Result<String, Failure> {
    let is_there = services.users().await?.iter().any(|user| user.name == USER);
    let made = match is_there {
        true => services.set_password(USER, None, now).await?,
        false => services.create_user(USER, Role::Administrator, None, now).await?,
    };
    Ok(made.password.unwrap_or_default())
}

/// Who logs in to the demonstration.
const USER: &str = "demo";

fn welcome(address: SocketAddr, password: &str, key: &str, services: &Services) {
    let data = services.data_folder().path().display();
    say(format_args!("\nOpen   http://{address}\nLog in {USER} with the password {password}\n"));
    say(format_args!(
        "The same from the command line:\n  encours --data {data} assess C-0012 --amount 18000 --terms 45 --as-of {SAMPLE_AS_OF}"
    ));
    say(format_args!("and over HTTP, described at http://{address}/docs, with the key\n  {key}\nCtrl-C ends it."));
}
