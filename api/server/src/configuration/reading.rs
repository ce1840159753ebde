//! Values of the layers as what they mean: each wrong one is noted, and reading goes on.
//!
//! A value that cannot be used gives a stand-in, which never leaves: a single fault refuses the whole.

use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use encours_domain::error::shortened;
use encours_services::Nightly;
use toml::Value;
use tracing_subscriber::EnvFilter;
use url::Url;

use super::layers::{Found, Layers};
use super::origin::{Origin, SettingFault};

/// Reads values out of layers.
pub(super) struct Reading<'l> {
    layers: &'l Layers,
    faults: Vec<SettingFault>,
}

impl<'l> Reading<'l> {
    /// Begins, with what could not be laid on.
    pub fn of(layers: &'l Layers, faults: Vec<SettingFault>) -> Self {
        Self { layers, faults }
    }

    /// Everything that was wrong.
    pub fn faults(self) -> Vec<SettingFault> {
        self.faults
    }

    /// Notes something wrong with a setting.
    pub fn refuse(&mut self, key: &str, found: String, allowed: &str) {
        let origin = self.layers.values().get(key).map_or(Origin::Default, |found| found.origin.clone());
        let (key, allowed) = (key.to_owned(), allowed.to_owned());
        self.faults.push(SettingFault { origin, key, found, allowed });
    }

    /// Where a setting stands.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.layers.values().get(key).map(|found| &found.origin)
    }

    fn take<T>(&mut self, key: &str, allowed: &str, stand_in: T, reader: impl Fn(&Value) -> Option<T>) -> T {
        let found = self.layers.values().get(key).map(|Found { value, .. }| value);
        if let Some(value) = found.and_then(reader) {
            return value;
        }
        let found = found.map_or_else(|| "nothing".to_owned(), |value| shortened(&value.to_string()));
        self.refuse(key, found, allowed);
        stand_in
    }

    /// A text on one line.
    pub fn text(&mut self, key: &str) -> String {
        let is_plain = |text: &&str| !text.chars().any(char::is_control);
        self.take(key, "a text on one line", String::new(), |value| value.as_str().filter(is_plain).map(str::to_owned))
    }

    /// A folder, be it there or not.
    pub fn folder(&mut self, key: &str) -> PathBuf {
        let named = |value: &Value| value.as_str().filter(|text| !text.is_empty()).map(PathBuf::from);
        self.take(key, "a folder", PathBuf::new(), named)
    }

    /// True or false.
    pub fn flag(&mut self, key: &str) -> bool {
        self.take(key, "true or false", false, Value::as_bool)
    }

    /// A whole number within a range.
    pub fn whole(&mut self, key: &str, range: RangeInclusive<u32>) -> u32 {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        let whole = |value: &Value| value.as_integer().and_then(|whole| u32::try_from(whole).ok());
        self.take(key, &allowed, *range.start(), |value| whole(value).filter(|whole| range.contains(whole)))
    }

    /// One of a few words.
    pub fn word<T: Copy>(&mut self, key: &str, words: &[(&str, T)], stand_in: T) -> T {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let reader =
            |value: &Value| words.iter().find(|(word, _)| value.as_str() == Some(word)).map(|(_, means)| *means);
        self.take(key, &known.join(" or "), stand_in, reader)
    }

    /// An address with its port.
    pub fn address(&mut self, key: &str) -> SocketAddr {
        let stand_in = SocketAddr::from(([127, 0, 0, 1], 0));
        let reader = |value: &Value| value.as_str().and_then(|text| text.parse().ok());
        self.take(key, "an address and a port, such as \"127.0.0.1:8080\"", stand_in, reader)
    }

    /// What is logged.
    pub fn filter(&mut self, key: &str) -> String {
        let allowed = "a level (error, warn, info, debug, trace), or PART=LEVEL with commas between them";
        let is_filter = |text: &&str| EnvFilter::try_new(text).is_ok();
        self.take(key, allowed, String::new(), |value| value.as_str().filter(is_filter).map(str::to_owned))
    }

    /// Sites, each as a browser names it in `Origin`.
    pub fn origins(&mut self, key: &str) -> Vec<String> {
        let allowed = "a list of origins, each scheme, host and port where it is not the usual one, such as \
                       \"https://shop.example\"";
        let each = |value: &Value| value.as_str().filter(|text| is_origin(text)).map(str::to_owned);
        self.take(key, allowed, Vec::new(), |value| value.as_array()?.iter().map(each).collect())
    }

    /// A time of each night in a time zone; nothing where there is no time. The zone is looked at all the same.
    pub fn nightly(&mut self, key: &str, zone_key: &str) -> Option<Nightly> {
        let (time, zone) = (self.text(key), self.text(zone_key));
        if Nightly::new("00:00", &zone).is_err() {
            let found = format!("\"{}\"", shortened(&zone));
            self.refuse(zone_key, found, "a name of the IANA database, such as \"Europe/Paris\"");
            return None;
        }
        if time.is_empty() {
            return None;
        }
        let nightly = Nightly::new(&time, &zone).ok();
        if nightly.is_none() {
            let found = format!("\"{}\"", shortened(&time));
            self.refuse(key, found, "hours and minutes such as \"02:30\", or \"\" for never");
        }
        nightly
    }

    /// A database; nothing where the text is empty. A wrong one may hold a password: only its scheme is told.
    pub fn database(&mut self, key: &str) -> Option<String> {
        let url = self.text(key);
        if url.is_empty() {
            return None;
        }
        if let Err(found) = database_scheme(&url) {
            self.refuse(key, found, DATABASES);
            return None;
        }
        Some(url)
    }
}

/// The databases that there may be, in words.
pub const DATABASES: &str = "`postgres://…` or `sqlite:PATH`";

/// Whether the store can be kept in such a database.
///
/// # Errors
/// What was found instead, without anything secret.
pub fn database_scheme(url: &str) -> Result<(), String> {
    match url.split_once(':') {
        Some(("sqlite" | "postgres" | "postgresql", _)) => Ok(()),
        Some((scheme, _)) => Err(format!("`{}`", shortened(scheme))),
        None => Err("no URL".to_owned()),
    }
}

fn is_origin(text: &str) -> bool {
    let parsed = Url::parse(text).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
    parsed.is_some_and(|url| url.origin().ascii_serialization() == text)
}
