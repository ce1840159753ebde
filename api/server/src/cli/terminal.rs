//! Talk to stderr, data to stdout.

use std::borrow::Cow;
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::{Duration, Instant};

use encours_domain::text::{on_one_line, printable};
use encours_domain::{Fault, FaultReport};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio::time::timeout;

use super::failure::Failure;

/// What a person waits for without being told why.
const PATIENCE: Duration = Duration::from_secs(2);

/// Faults printed at most; a file with the wrong separator has one in each row.
const FAULTS_SHOWN: usize = 20;

/// Says something to the person; what a file or a register says may hold a terminal's own signs, which are written out.
/// Nobody listening is no error.
pub fn say(line: impl Display) {
    let line = line.to_string();
    let _ = writeln!(io::stderr(), "{}", printable(&line));
}

/// Writes data.
///
/// # Errors
/// When stdout takes no more.
pub fn give(data: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(data.as_bytes())?;
    out.flush()
}

/// Writes something as JSON.
///
/// # Errors
/// When it has no JSON form or stdout takes no more.
pub fn give_json(data: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(data).map_err(Failure::Document)?;
    give(&format!("{text}\n")).map_err(Failure::of_output)
}

/// Writes data that must stay as it is, byte for byte; a person at a terminal gets a line's end besides.
///
/// # Errors
/// When stdout takes no more.
pub fn give_exactly(data: &str) -> io::Result<()> {
    give(data)?;
    if io::stdout().is_terminal() && !data.ends_with('\n') { give("\n") } else { Ok(()) }
}

/// Whether stdout shows colours: at a terminal, unless `NO_COLOR` is set.
pub fn shows_colours() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// The variables of the environment; one that is no text is no setting.
pub fn environment() -> Vec<(String, String)> {
    let texts = std::env::vars_os().map(|(name, value)| (name.into_string(), value.into_string()));
    texts.filter_map(|(name, value)| Some((name.ok()?, value.ok()?))).collect()
}

/// Waits for work; after two seconds a spinner says for what, when stderr is a terminal.
pub async fn patiently<T>(what: &'static str, work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    if !io::stderr().is_terminal() {
        return work.await;
    }
    if let Ok(done) = timeout(PATIENCE, &mut work).await {
        return done;
    }
    let spinner = ProgressBar::new_spinner().with_message(what);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        spinner.set_style(style);
    }
    spinner.enable_steady_tick(Duration::from_millis(120));
    let done = work.await;
    spinner.finish_and_clear();
    done
}

/// A bar of steps, shown after two seconds when stderr is a terminal.
pub struct Steps {
    bar: ProgressBar,
    begun: Instant,
}

impl Steps {
    /// A bar that is not shown yet.
    pub fn new() -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {msg} ({elapsed})") {
            bar.set_style(style);
        }
        Self { bar, begun: Instant::now() }
    }

    /// A step begins: so many are done.
    pub fn at(&self, done: u64, of: u64, what: impl Into<Cow<'static, str>>) {
        self.bar.set_length(of);
        self.bar.set_position(done);
        self.bar.set_message(what);
    }

    /// Waits for work whose steps are told meanwhile.
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        if !io::stderr().is_terminal() {
            return work.await;
        }
        if let Ok(done) = timeout(PATIENCE.saturating_sub(self.begun.elapsed()), &mut work).await {
            return done;
        }
        self.bar.set_draw_target(ProgressDrawTarget::stderr());
        self.bar.enable_steady_tick(Duration::from_millis(120));
        let done = work.await;
        self.bar.finish_and_clear();
        done
    }
}

/// Prints what could not be read, then what is worth knowing.
pub fn say_faults(report: &FaultReport) {
    say_list(&report.faults, "");
    say_list(&report.notes, "note: ");
}

/// Prints faults, one a line, up to a number.
fn say_list(faults: &[Fault], prefix: &str) {
    for fault in faults.iter().take(FAULTS_SHOWN) {
        say(format_args!("{prefix}{}", on_one_line(&fault.to_string())));
    }
    if faults.len() > FAULTS_SHOWN {
        say(format_args!("{prefix}… and {} more", faults.len() - FAULTS_SHOWN));
    }
}

/// `1 row` and `27,304 rows`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    let digits = crate::words::Lang::En.count(number);
    format!("{digits} {}", if number == 1 { one } else { many })
}
