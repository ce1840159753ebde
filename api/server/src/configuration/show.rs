//! The configuration as TOML again, each value with where it came from, secrets masked.

use std::fmt::Write;

use toml::Value;
use url::Url;

use super::layers::{Found, Layers};

/// What stands in the place of a secret.
const MASK: &str = "***";

/// The text: settings without a section first, as TOML wants it.
pub(super) fn shown(layers: &Layers) -> String {
    let mut text = String::new();
    let (bare, sectioned): (Vec<_>, Vec<_>) = layers.values().iter().partition(|(key, _)| !key.contains('.'));
    let mut section = "";
    for (key, found) in bare.into_iter().chain(sectioned) {
        let (of, name) = key.rsplit_once('.').unwrap_or(("", key));
        if of != section {
            section = of;
            // Writing to a text cannot fail.
            let _ = writeln!(text, "\n[{of}]");
        }
        let Found { value, origin } = found;
        let _ = writeln!(text, "{name} = {}  # {origin}", masked(key, value));
    }
    text
}

fn masked(key: &str, value: &Value) -> Value {
    match (key, value) {
        ("database", Value::String(url)) => Value::String(without_password(url)),
        (_, value) => value.clone(),
    }
}

/// A database's URL without its password, wherever it stands. One that is no URL is cut after its scheme.
pub fn without_password(text: &str) -> String {
    let (scheme, rest) = text.split_once(':').unwrap_or(("", text));
    // A path has no password.
    if text.is_empty() || scheme == "sqlite" {
        return text.to_owned();
    }
    let Ok(mut url) = Url::parse(text) else { return format!("{scheme}:{MASK}") };
    if url.cannot_be_a_base() || !rest.starts_with("//") {
        return format!("{scheme}:{MASK}");
    }
    if url.password().is_some() && url.set_password(Some(MASK)).is_err() {
        return format!("{scheme}:{MASK}");
    }
    if url.query().is_some() {
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let masked = pairs.iter().map(|(name, value)| {
            let secret = name.to_ascii_lowercase().contains("password");
            (name.as_str(), if secret { MASK } else { value.as_str() })
        });
        url.query_pairs_mut().clear().extend_pairs(masked);
    }
    url.to_string()
}
