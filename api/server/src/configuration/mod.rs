//! The configuration: the file in the program, then a file, then the environment, then flags.
//!
//! Reading order: [`Given`] (what the command line and the environment say), [`Configuration::load`], [`layers`] (what counts,
//! and where it stands), `reading` (values as what they mean), `show` (the way back to TOML).
//!
//! **Absent here**: defaults. They stand in `encours.default.toml` and nowhere else; here are only the ranges.

pub mod layers;
mod origin;
mod reading;
mod show;
#[cfg(test)]
mod tests;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use origin::{Origin, SettingFault, SettingFaults};
pub use reading::{DATABASES, database_scheme};
pub use show::without_password;

use encours_services::Nightly;

use crate::words::Lang;
use layers::Layers;
use reading::Reading;

/// Every setting with its default and what it is for.
pub const DEFAULT_TEXT: &str = include_str!("../../encours.default.toml");

/// The file that a data folder may hold.
pub const FILE_IN_DATA: &str = "encours.toml";

/// What the command line says of settings; the environment is beside it.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// `--config`, or the variable `ENCOURS_CONFIG`.
    pub file: Option<PathBuf>,
    /// `--data`.
    pub data: Option<PathBuf>,
    /// `--database`.
    pub database: Option<String>,
    /// `--listen` of `serve`.
    pub listen: Option<SocketAddr>,
}

/// Everything that can be set.
#[derive(Clone, Debug)]
pub struct Configuration {
    /// Folder that holds everything.
    pub data: PathBuf,
    /// The database; a SQLite file in the data folder where there is none.
    pub database: Option<String>,
    /// What is logged.
    pub log: LogSettings,
    /// How is served.
    pub serve: ServeSettings,
    layers: Layers,
}

/// What is logged, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// Levels, by part of the program where they differ.
    pub filter: String,
    /// For whom.
    pub form: LogForm,
}

/// For whom the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogForm {
    /// People.
    Text,
    /// Programs: one JSON object a line.
    Json,
}

/// How is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServeSettings {
    /// Where is listened.
    pub listen: SocketAddr,
    /// Language of the pages for who has not chosen one.
    pub language: Lang,
    /// Largest body of a request, bytes.
    pub largest_body: usize,
    /// The longest that an answer may take.
    pub request_time: Duration,
    /// Connections at once.
    pub connections: usize,
    /// The longest to the end of a request's head.
    pub head_time: Duration,
    /// How long is still served once told to stop.
    pub notice: Duration,
    /// What open requests are given to end then.
    pub last_requests: Duration,
    /// Sites whose pages may call the interface.
    pub cors_origins: Vec<String>,
    /// The pace that each caller is held to, if any.
    pub rate_limit: Option<RateLimit>,
    /// Whether the measures are read without a key.
    pub metrics_are_open: bool,
    /// Bytes that must be free where the data folder lies.
    pub least_free: u64,
    /// When the whole book is scored anew, if ever.
    pub nightly: Option<Nightly>,
    /// Whether webhooks may lead into a private network.
    pub webhooks_may_be_private: bool,
}

/// The pace that a caller is held to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests a minute.
    pub per_minute: NonZeroU32,
    /// Requests at once before that.
    pub burst: NonZeroU32,
}

impl Configuration {
    /// What comes of all layers. Files are read here and nowhere else.
    ///
    /// # Errors
    /// Everything that cannot be used, all at once.
    pub fn load(given: &Given, environment: impl IntoIterator<Item = (String, String)>) -> Result<Self, SettingFaults> {
        let environment: Vec<(String, String)> = environment.into_iter().collect();
        let mut layers = Layers::first(DEFAULT_TEXT);
        let in_data = match &given.file {
            Some(file) => {
                match fs::read_to_string(file) {
                    Ok(text) => layers.lay_file(file, &text),
                    Err(error) => layers.refuse_file(file.clone(), format!("no readable file ({error})")),
                }
                None
            }
            None => lay_file_in_data(&mut layers, given, &environment),
        };
        layers.lay_environment(environment);
        layers.lay_flag("data", "--data", given.data.as_ref().map(|path| path.to_string_lossy().into_owned()));
        layers.lay_flag("database", "--database", given.database.clone());
        layers.lay_flag("serve.listen", "--listen", given.listen.map(|address| address.to_string()));
        Self::read(layers, given, in_data.as_deref())
    }

    /// What the file in the program says, and nothing else: for the tests of what is served.
    ///
    /// # Errors
    /// When that file is at fault.
    pub fn shipped() -> Result<Self, SettingFaults> {
        Self::read(Layers::first(DEFAULT_TEXT), &Given::default(), None)
    }

    fn read(mut layers: Layers, given: &Given, in_data: Option<&Path>) -> Result<Self, SettingFaults> {
        let faults = layers.take_faults();
        let mut reading = Reading::of(&layers, faults);
        let data = reading.folder("data");
        if let Some(Origin::File(path, _)) = reading.origin("data")
            && in_data == Some(path.as_path())
        {
            let found = format!("`{}`", data.display());
            reading.refuse("data", found, "no `data` in a file that lies in the data folder: it is found there");
        }
        let database = reading.database("database");
        let log = log_settings(&mut reading);
        let serve = serve_settings(&mut reading);
        let faults = reading.faults();
        if !faults.is_empty() {
            return Err(SettingFaults(faults));
        }
        // A path need not be UTF-8.
        let data = given.data.clone().unwrap_or(data);
        Ok(Self { data, database, log, serve, layers })
    }

    /// As TOML, each value with where it came from, secrets masked.
    pub fn shown(&self) -> String {
        show::shown(&self.layers)
    }
}

/// Lays the file of the data folder on, if there is one, and says which it was.
fn lay_file_in_data(layers: &mut Layers, given: &Given, environment: &[(String, String)]) -> Option<PathBuf> {
    let of_environment = || {
        let mut without_file = layers.clone();
        without_file.lay_environment(environment.to_vec());
        without_file.values().get("data").and_then(|found| found.value.as_str()).map(PathBuf::from)
    };
    let path = given.data.clone().or_else(of_environment)?.join(FILE_IN_DATA);
    match fs::read_to_string(&path) {
        Ok(text) => layers.lay_file(&path, &text),
        Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory].contains(&error.kind()) => return None,
        Err(error) => layers.refuse_file(path.clone(), format!("no readable file ({error})")),
    }
    Some(path)
}

fn log_settings(reading: &mut Reading<'_>) -> LogSettings {
    let filter = reading.filter("log.filter");
    let form = reading.word("log.form", &[("text", LogForm::Text), ("json", LogForm::Json)], LogForm::Text);
    LogSettings { filter, form }
}

const KIB: usize = 1024;
const MIB: u64 = 1024 * 1024;

fn serve_settings(reading: &mut Reading<'_>) -> ServeSettings {
    let mut seconds = |key: &str, range| Duration::from_secs(u64::from(reading.whole(key, range)));
    let request_time = seconds("serve.request_seconds", 1..=3_600);
    let head_time = seconds("serve.head_seconds", 1..=600);
    let notice = seconds("serve.notice_seconds", 0..=600);
    let last_requests = seconds("serve.last_requests_seconds", 0..=600);
    let mut size = |key: &str, range| usize::try_from(reading.whole(key, range)).unwrap_or(usize::MAX);
    let largest_body = size("serve.largest_body_kib", 1..=1_048_576).saturating_mul(KIB);
    let connections = size("serve.connections", 1..=65_536);
    ServeSettings {
        listen: reading.address("serve.listen"),
        language: reading.word("serve.language", &[("fr", Lang::Fr), ("en", Lang::En)], Lang::Fr),
        largest_body,
        request_time,
        connections,
        head_time,
        notice,
        last_requests,
        cors_origins: reading.origins("serve.cors_origins"),
        rate_limit: rate_limit(reading),
        metrics_are_open: reading.flag("metrics.open"),
        nightly: reading.nightly("schedule.nightly", "schedule.time_zone"),
        webhooks_may_be_private: reading.flag("webhooks.allow_private_addresses"),
        least_free: u64::from(reading.whole("ready.least_free_mib", 0..=1_048_576)).saturating_mul(MIB),
    }
}

/// No limit where its pace is nought; the burst is read all the same, so that a wrong one is told.
fn rate_limit(reading: &mut Reading<'_>) -> Option<RateLimit> {
    let per_minute = reading.whole("rate_limit.requests_per_minute", 0..=1_000_000);
    let burst = reading.whole("rate_limit.burst", 1..=1_000_000);
    Some(RateLimit { per_minute: NonZeroU32::new(per_minute)?, burst: NonZeroU32::new(burst)? })
}
