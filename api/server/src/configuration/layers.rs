//! The layers laid on one another: for each setting the value that counts, and where it stands. The file in the program
//! says which settings there are and of which kind they are; no other list does.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::origin::{Origin, SettingFault};

/// What a variable of the environment begins with.
const PREFIX: &str = "ENCOURS_";

/// What parts section and name in a variable.
const NESTED: &str = "__";

/// Variables that are older than the sections, each with its setting.
const SHORT: [(&str, &str); 3] =
    [("ENCOURS_DATA", "data"), ("ENCOURS_DATABASE", "database"), ("ENCOURS_LOG", "log.filter")];

/// A value, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// Where it stands.
    pub origin: Origin,
}

/// Settings by their key (`serve.listen`), and what could not be laid on.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    values: BTreeMap<String, Found>,
    faults: Vec<SettingFault>,
}

impl Layers {
    /// The first layer: it alone says which settings there are.
    pub fn first(text: &str) -> Self {
        let mut layers = Self::default();
        for (key, value, _) in layers.read(&Origin::Default, text) {
            layers.values.insert(key, Found { value, origin: Origin::Default });
        }
        layers
    }

    /// Lays a file on.
    pub fn lay_file(&mut self, path: &Path, text: &str) {
        for (key, value, line) in self.read(&Origin::File(path.to_path_buf(), 1), text) {
            self.lay(key, value, Origin::File(path.to_path_buf(), line));
        }
    }

    /// A file that was asked for and cannot be read.
    pub fn refuse_file(&mut self, path: PathBuf, found: String) {
        let allowed = "a TOML file".to_owned();
        self.faults.push(SettingFault { origin: Origin::File(path, 1), key: String::new(), found, allowed });
    }

    /// Lays the environment on: `ENCOURS_SECTION__NAME`, and the short names. A variable that is empty says nothing, and one
    /// of a single part belongs to somebody else (`ENCOURS_ASK`, credentials).
    pub fn lay_environment(&mut self, variables: impl IntoIterator<Item = (String, String)>) {
        let mut variables: Vec<(String, String)> = variables.into_iter().filter(|(_, text)| !text.is_empty()).collect();
        // The short name stands before the long one, which is laid on later and so counts.
        variables.sort();
        for (name, text) in variables {
            let short = SHORT.iter().find(|(short, _)| *short == name).map(|(_, key)| (*key).to_owned());
            let nested = || name.strip_prefix(PREFIX).filter(|rest| rest.contains(NESTED)).map(key_of_variable);
            if let Some(key) = short.or_else(nested) {
                let value =
                    self.values.get(&key).map_or(Value::String(text.clone()), |known| typed(&text, &known.value));
                self.lay(key, value, Origin::Environment(name));
            }
        }
    }

    /// Lays a flag on.
    pub fn lay_flag(&mut self, key: &str, flag: &'static str, text: Option<String>) {
        if let Some(text) = text {
            self.lay(key.to_owned(), Value::String(text), Origin::Flag(flag));
        }
    }

    fn lay(&mut self, key: String, value: Value, origin: Origin) {
        match self.values.get_mut(&key) {
            Some(found) => *found = Found { value, origin },
            None => {
                let (found, allowed) = ("a setting that there is not".to_owned(), self.known_beside(&key));
                self.faults.push(SettingFault { origin, key, found, allowed });
            }
        }
    }

    /// The settings of the same section, else the sections.
    fn known_beside(&self, key: &str) -> String {
        let section = key.rsplit_once('.').map(|(section, _)| format!("{section}."));
        let of_section = |known: &&String| section.as_ref().is_none_or(|section| known.starts_with(section));
        let beside: Vec<&str> = self.values.keys().filter(of_section).map(String::as_str).collect();
        if !beside.is_empty() {
            return beside.join(", ");
        }
        self.values.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// Keys, values and lines of a text; what is no TOML is a fault.
    fn read(&mut self, origin: &Origin, text: &str) -> Vec<(String, Value, usize)> {
        let table = match text.parse::<Table>() {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| line_at(text, span.start));
                let origin = match origin {
                    Origin::File(path, _) => Origin::File(path.clone(), line),
                    other => other.clone(),
                };
                let found = format!("no TOML ({})", error.message());
                let allowed = "a TOML file".to_owned();
                self.faults.push(SettingFault { origin, key: String::new(), found, allowed });
                return Vec::new();
            }
        };
        let mut lines = BTreeMap::new();
        if let Ok(spanned) = DeTable::parse(text) {
            list_lines(spanned.get_ref(), text, "", &mut lines);
        }
        let mut leaves = Vec::new();
        list_leaves(table, "", &mut leaves);
        leaves.into_iter().map(|(key, value)| (key.clone(), value, lines.get(&key).copied().unwrap_or(1))).collect()
    }

    /// What counts, by key.
    pub fn values(&self) -> &BTreeMap<String, Found> {
        &self.values
    }

    /// What could not be laid on, taken out.
    pub fn take_faults(&mut self) -> Vec<SettingFault> {
        std::mem::take(&mut self.faults)
    }
}

/// `SERVE__LISTEN` as `serve.listen`.
fn key_of_variable(rest: &str) -> String {
    rest.replace(NESTED, ".").to_ascii_lowercase()
}

/// A text as a value of the same kind as the default; one that is none stays a text, which its reader then refuses.
fn typed(text: &str, known: &Value) -> Value {
    let as_it_is = || Value::String(text.to_owned());
    match known {
        Value::Integer(_) => text.trim().parse().map_or_else(|_| as_it_is(), Value::Integer),
        Value::Boolean(_) => text.trim().parse().map_or_else(|_| as_it_is(), Value::Boolean),
        Value::Array(_) => {
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| Value::String(part.to_owned())).collect())
        }
        Value::String(_) | Value::Float(_) | Value::Datetime(_) | Value::Table(_) => as_it_is(),
    }
}

fn list_leaves(table: Table, prefix: &str, into: &mut Vec<(String, Value)>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            Value::Table(inner) => list_leaves(inner, &format!("{key}."), into),
            other => into.push((key, other)),
        }
    }
}

fn list_lines(table: &DeTable<'_>, text: &str, prefix: &str, into: &mut BTreeMap<String, usize>) {
    for (name, value) in table {
        let key = format!("{prefix}{}", name.get_ref());
        into.insert(key.clone(), line_at(text, name.span().start));
        if let DeValue::Table(inner) = value.get_ref() {
            list_lines(inner, text, &format!("{key}."), into);
        }
    }
}

fn line_at(text: &str, place: usize) -> usize {
    text.get(..place).map_or(0, |before| before.matches('\n').count()) + 1
}
