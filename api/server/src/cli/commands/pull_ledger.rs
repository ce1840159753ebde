//! `pull-ledger`: invoices and payments of a live system.

use std::path::Path;
use std::sync::Arc;

use encours_services::{Moment, PullOptions, Services};
use encours_sources::client::SystemClock;
use encours_sources::{Credentials, Progress, Secret, Setup, SourceSpec};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};

use crate::cli::args::PullLedgerArgs;
use crate::cli::failure::Failure;
use crate::cli::terminal::{counted, say, say_faults};

/// `encours pull-ledger`.
pub async fn run(services: &Services, args: PullLedgerArgs, now: Moment) -> Result<(), Failure> {
    let PullLedgerArgs { system, credentials, base_url, plain_http, full, fresh } = args;
    let credentials = credentials_of(system, credentials.as_deref())?;
    let setup = Setup {
        credentials,
        base: base_url,
        plain_http,
        manners: None,
        clock: Arc::new(SystemClock),
        // Programs that were started together must not come back together.
        seed: u64::from(std::process::id()),
    };
    let source = (system.build)(&setup).map_err(encours_services::ServicesError::from)?;
    let bar = bar(system.title);
    let shown = bar.clone();
    let show = move |progress: Progress| {
        if let Some(total) = progress.total {
            shown.set_length(total.max(progress.done));
        }
        shown.set_position(progress.done);
    };
    let done = services.pull_ledger(source.as_ref(), PullOptions { full, fresh }, &show, now).await;
    bar.finish_and_clear();
    let report = done?;
    say_faults(&report.refused);
    let news = if report.unchanged { "nothing new, " } else { "" };
    say(format_args!(
        "{}: {}, {} held; {news}the ledger holds {} and {} of {}",
        system.title,
        counted(report.seen, "record seen", "records seen"),
        counted(report.records, "record", "records"),
        counted(report.invoices, "invoice", "invoices"),
        counted(report.payments, "payment", "payments"),
        counted(report.clients, "client", "clients"),
    ));
    Ok(())
}

/// A bar where the system says how many there are, else a counter; nothing when nobody looks.
fn bar(title: &'static str) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0).with_message(title);
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} ({elapsed})") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// A credentials file: a section for each system, text for each name.
#[derive(Deserialize)]
struct CredentialsFile(BTreeMap<String, BTreeMap<String, String>>);

/// From the file when one is named, else from the environment.
fn credentials_of(system: &SourceSpec, file: Option<&Path>) -> Result<Credentials, Failure> {
    let values = match file {
        Some(path) => from_file(system, path)?,
        None => from_environment(system),
    };
    let missing: Vec<String> = system
        .asks
        .iter()
        .filter(|asked| !values.iter().any(|(name, _)| *name == asked.name))
        .map(|asked| format!("{} ({})", variable(system, asked.name), asked.what))
        .collect();
    // A system may do without some of what it asks for; it says itself what it cannot do without.
    if missing.len() == system.asks.len() {
        let missing = missing.join(", ");
        return Err(Failure::Usage(format!(
            "{} needs credentials: set {missing}, or name a file with `--credentials`",
            system.title
        )));
    }
    Ok(Credentials::new(values))
}

fn variable(system: &SourceSpec, name: &str) -> String {
    format!("ENCOURS_{}_{}", system.name, name).to_uppercase().replace('-', "_")
}

fn from_environment(system: &SourceSpec) -> Vec<(&'static str, Secret)> {
    let read = |name: &'static str| Some((name, Secret::new(&std::env::var(variable(system, name)).ok()?)));
    system.asks.iter().filter_map(|asked| read(asked.name)).collect()
}

fn from_file(system: &SourceSpec, path: &Path) -> Result<Vec<(&'static str, Secret)>, Failure> {
    refuse_open(path)?;
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("`{}`: {error}", path.display())))?;
    // The parser's own message would quote the line, and with it a secret.
    let CredentialsFile(mut sections) = toml::from_str(&text).map_err(|_| {
        let expected = format!("a section `[{}]` with a text for each name", system.name);
        Failure::Usage(format!("`{}` is no credentials file, expected {expected}", path.display()))
    })?;
    let section = sections
        .remove(system.name)
        .ok_or_else(|| Failure::Usage(format!("`{}` has no section `[{}]`", path.display(), system.name)))?;
    if let Some(unknown) = section.keys().find(|name| !system.asks.iter().any(|asked| asked.name == name.as_str())) {
        let known: Vec<&str> = system.asks.iter().map(|asked| asked.name).collect();
        let (path, known) = (path.display(), known.join(", "));
        return Err(Failure::Usage(format!("`{path}`: found `{unknown}` in `[{}]`, expected {known}", system.name)));
    }
    let value = |name: &'static str| Some((name, Secret::new(section.get(name)?)));
    Ok(system.asks.iter().filter_map(|asked| value(asked.name)).collect())
}

/// A file with credentials is for its owner's eyes.
#[cfg(unix)]
fn refuse_open(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::PermissionsExt;
    let told = |error: io::Error| Failure::Usage(format!("`{}`: {error}", path.display()));
    let mode = std::fs::metadata(path).map_err(told)?.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    let path = path.display();
    Err(Failure::Usage(format!("`{path}` can be read by others (mode {mode:o}); hint: `chmod 600 {path}`")))
}

/// Elsewhere the system's own rights decide.
#[cfg(not(unix))]
fn refuse_open(_: &Path) -> Result<(), Failure> {
    Ok(())
}
