//! Credentials of live systems and registers, from a file or from the environment.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use encours_sources::registry::Asked;
use encours_sources::{Credentials, Secret};
use serde::Deserialize;

use crate::cli::failure::Failure;

/// A credentials file: a section for each system, text for each name.
#[derive(Deserialize)]
struct CredentialsFile(BTreeMap<String, BTreeMap<String, String>>);

/// Who asks for credentials: a live system or a public register.
#[derive(Clone, Copy)]
pub struct Asking {
    /// The section of the file, and part of the variable's name.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it asks for.
    pub asks: &'static [Asked],
}

/// From the file when one is named, else from the environment; nothing where it holds none of what is asked for.
pub fn found(asking: Asking, file: Option<&Path>) -> Result<Option<Credentials>, Failure> {
    let values = match file {
        Some(path) => from_file(asking, path)?,
        None => from_environment(asking),
    };
    Ok((!values.is_empty() || asking.asks.is_empty()).then(|| Credentials::new(values)))
}

/// As [`found`]; that nothing is there is an error which says what is needed.
pub fn needed(asking: Asking, file: Option<&Path>) -> Result<Credentials, Failure> {
    if let Some(credentials) = found(asking, file)? {
        return Ok(credentials);
    }
    let missing = asking.asks.iter().map(|asked| format!("{} ({})", variable(asking, asked.name), asked.what));
    let missing: Vec<String> = missing.collect();
    let (title, missing) = (asking.title, missing.join(", "));
    Err(Failure::Usage(format!("{title} needs credentials: set {missing}, or name a file with `--credentials`")))
}
fn variable(asking: Asking, name: &str) -> String {
    format!("ENCOURS_{}_{}", asking.name, name).to_uppercase().replace('-', "_")
}

fn from_environment(asking: Asking) -> Vec<(&'static str, Secret)> {
    let read = |name: &'static str| Some((name, Secret::new(&std::env::var(variable(asking, name)).ok()?)));
    asking.asks.iter().filter_map(|asked| read(asked.name)).collect()
}

fn from_file(asking: Asking, path: &Path) -> Result<Vec<(&'static str, Secret)>, Failure> {
    refuse_open(path)?;
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::Usage(format!("`{}`: {error}", path.display())))?;
    // The parser's own message would quote the line, and with it a secret.
    let CredentialsFile(mut sections) = toml::from_str(&text).map_err(|_| {
        let expected = format!("a section `[{}]` with a text for each name", asking.name);
        Failure::Usage(format!("`{}` is no credentials file, expected {expected}", path.display()))
    })?;
    let Some(section) = sections.remove(asking.name) else { return Ok(Vec::new()) };
    if let Some(unknown) = section.keys().find(|name| !asking.asks.iter().any(|asked| asked.name == name.as_str())) {
        let known: Vec<&str> = asking.asks.iter().map(|asked| asked.name).collect();
        let (path, known) = (path.display(), known.join(", "));
        return Err(Failure::Usage(format!("`{path}`: found `{unknown}` in `[{}]`, expected {known}", asking.name)));
    }
    let value = |name: &'static str| Some((name, Secret::new(section.get(name)?)));
    Ok(asking.asks.iter().filter_map(|asked| value(asked.name)).collect())
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
