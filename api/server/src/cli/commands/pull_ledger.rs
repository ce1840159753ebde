//! `pull-ledger`: invoices and payments of a live system.

use std::sync::Arc;

use encours_services::{Moment, PullOptions, Services};
use encours_sources::client::SystemClock;
use encours_sources::{Progress, Setup};
use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal};

use super::credentials::{self, Asking};
use crate::cli::args::PullLedgerArgs;
use crate::cli::failure::Failure;
use crate::cli::terminal::{counted, say, say_faults};

/// `encours pull-ledger`.
pub async fn run(services: &Services, args: PullLedgerArgs, now: Moment) -> Result<(), Failure> {
    let PullLedgerArgs { system, credentials, base_url, plain_http, full, fresh } = args;
    let asking = Asking { name: system.name, title: system.title, asks: system.asks };
    let credentials = credentials::needed(asking, credentials.as_deref())?;
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
pub fn bar(title: &'static str) -> ProgressBar {
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
