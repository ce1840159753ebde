//! Reads a TOML file as a whole: every field that is wrong, missing or unknown is noted, and reading goes on.
//!
//! A field that cannot be read gives a stand-in, so that the caller can build its value and go on reading;
//! [`Reading::done`] refuses the whole when a single fault was noted, so that no stand-in ever leaves.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use encours_domain::error::shortened;
use encours_domain::{Currency, Day, Money, Probability, Share};
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use crate::policy::error::{PolicyError, PolicyFault};

pub(in crate::policy) struct Reading {
    file: &'static str,
    root: Value,
    read: BTreeSet<String>,
    faults: Vec<PolicyFault>,
    lines: BTreeMap<String, usize>,
    pub(in crate::policy) currency: Currency,
}

impl Reading {
    pub(in crate::policy) fn of(file: &'static str, text: &str) -> Result<Self, PolicyError> {
        let table = text.parse::<Table>();
        let table = table.map_err(|source| PolicyError::Syntax { file, source: Box::new(source) })?;
        let (read, faults) = (BTreeSet::new(), Vec::new());
        let mut lines = BTreeMap::new();
        if let Ok(spanned) = DeTable::parse(text) {
            list_lines(spanned.get_ref(), text, "", &mut lines);
        }
        Ok(Self { file, root: Value::Table(table), read, faults, lines, currency: Currency::EUR })
    }

    /// The checked value, unless anything at all was wrong.
    pub(in crate::policy) fn done<T>(mut self, value: T) -> Result<T, PolicyError> {
        let mut leaves = Vec::new();
        list_leaves(&self.root, String::new(), &mut leaves);
        for (path, found) in leaves {
            if !self.read.contains(&path) {
                let allowed = "no such field".to_owned();
                let line = self.line_of(&path);
                self.faults.push(PolicyFault { field: path, line, found, allowed });
            }
        }
        self.faults.sort();
        if self.faults.is_empty() {
            return Ok(value);
        }
        Err(PolicyError::Faults { file: self.file, faults: self.faults })
    }

    pub(in crate::policy) fn fault(&mut self, field: &str, found: impl Into<String>, allowed: impl Into<String>) {
        let (field, found) = (field.to_owned(), shortened(&found.into()));
        let line = self.line_of(&field);
        self.faults.push(PolicyFault { field, line, found, allowed: allowed.into() });
    }

    /// The line of a field, or of the nearest section round it.
    fn line_of(&self, field: &str) -> Option<usize> {
        let mut path = field;
        loop {
            if let Some(line) = self.lines.get(path) {
                return Some(*line);
            }
            path = path.rsplit_once('.')?.0;
        }
    }

    /// Whether the file has this field.
    pub(in crate::policy) fn has(&self, field: &str) -> bool {
        lookup(&self.root, field).is_some()
    }

    /// How many tables `[[name]]` there are.
    pub(in crate::policy) fn count(&self, field: &str) -> usize {
        lookup(&self.root, field).and_then(Value::as_array).map_or(0, Vec::len)
    }

    /// Reads a field with a reader that says no by `None`; a missing or refused field is a fault.
    fn take<T>(&mut self, field: &str, allowed: &str, stand_in: T, reader: impl Fn(&Value) -> Option<T>) -> T {
        self.read.insert(field.to_owned());
        let Some(found) = lookup(&self.root, field) else {
            self.fault(field, "nothing", allowed);
            return stand_in;
        };
        if let Some(value) = reader(found) {
            return value;
        }
        let found = shown(found);
        self.fault(field, found, allowed);
        stand_in
    }

    pub(in crate::policy) fn text(&mut self, field: &str) -> String {
        let is_plain = |text: &&str| !text.trim().is_empty() && !text.chars().any(char::is_control);
        let reader = |value: &Value| value.as_str().filter(is_plain).map(str::to_owned);
        self.take(field, "a text that is not empty, on one line", String::new(), reader)
    }

    pub(in crate::policy) fn flag(&mut self, field: &str) -> bool {
        self.take(field, "true or false", false, Value::as_bool)
    }

    pub(in crate::policy) fn day(&mut self, field: &str) -> Day {
        let reader = |value: &Value| value.as_datetime().and_then(|date| date.to_string().parse().ok());
        self.take(field, "a date as 2026-01-31, without quotes", Day::FIRST, reader)
    }

    pub(in crate::policy) fn word<T: Copy>(&mut self, field: &str, words: &[(&str, T)], stand_in: T) -> T {
        let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let reader =
            |value: &Value| words.iter().find(|(word, _)| value.as_str() == Some(word)).map(|(_, value)| *value);
        self.take(field, &known.join(" or "), stand_in, reader)
    }

    pub(in crate::policy) fn number(&mut self, field: &str, range: RangeInclusive<f64>) -> f64 {
        let allowed = format!("a number from {} to {}", range.start(), range.end());
        self.take(field, &allowed, *range.start(), |value| as_number(value).filter(|number| range.contains(number)))
    }

    pub(in crate::policy) fn share(&mut self, field: &str) -> Share {
        self.take(field, "a share from 0 to 1", Share::NONE, |value| {
            as_number(value).and_then(|it| Share::new(it).ok())
        })
    }

    /// A probability that is neither nought nor one, so that its odds exist.
    pub(in crate::policy) fn inner_probability(&mut self, field: &str) -> Probability {
        let open = |value: &f64| *value > 0.0 && *value < 1.0;
        self.take(field, "a probability above 0 and below 1", Probability::ZERO, |value| {
            as_number(value).filter(open).and_then(|it| Probability::new(it).ok())
        })
    }

    pub(in crate::policy) fn whole(&mut self, field: &str, range: RangeInclusive<u16>) -> u16 {
        let allowed = format!("a whole number from {} to {}", range.start(), range.end());
        self.take(field, &allowed, *range.start(), |value| as_whole(value, &range))
    }

    pub(in crate::policy) fn money(&mut self, field: &str) -> Money {
        let currency = self.currency;
        let allowed = format!("an amount of 0 or more in {currency}: a whole number, or a text with decimals");
        self.take(field, &allowed, Money::zero(currency), |value| as_money(value, currency))
    }

    pub(in crate::policy) fn shares(&mut self, field: &str) -> Vec<Share> {
        let each = |value: &Value| as_number(value).and_then(|number| Share::new(number).ok());
        self.list(field, "a list of shares from 0 to 1", each)
    }

    pub(in crate::policy) fn wholes(&mut self, field: &str, range: RangeInclusive<u16>) -> Vec<u16> {
        let allowed = format!("a list of whole numbers from {} to {}", range.start(), range.end());
        self.list(field, &allowed, |value| as_whole(value, &range))
    }

    pub(in crate::policy) fn moneys(&mut self, field: &str) -> Vec<Money> {
        let currency = self.currency;
        let allowed = format!("a list of amounts of 0 or more in {currency}: whole numbers, or texts with decimals");
        self.list(field, &allowed, |value| as_money(value, currency))
    }

    pub(in crate::policy) fn texts(&mut self, field: &str) -> Vec<String> {
        self.list(field, "a list of texts", |value| value.as_str().map(str::to_owned))
    }

    fn list<T>(&mut self, field: &str, allowed: &str, each: impl Fn(&Value) -> Option<T>) -> Vec<T> {
        let filled = |value: &&Vec<Value>| !value.is_empty();
        self.take(field, allowed, Vec::new(), |value| value.as_array().filter(filled)?.iter().map(&each).collect())
    }
}

fn as_number(value: &Value) -> Option<f64> {
    // Policies hold small numbers; the narrow way through i32 keeps the conversion exact.
    value.as_float().or_else(|| value.as_integer().and_then(|whole| i32::try_from(whole).ok()).map(f64::from))
}

fn as_whole(value: &Value, range: &RangeInclusive<u16>) -> Option<u16> {
    value.as_integer().and_then(|whole| u16::try_from(whole).ok()).filter(|whole| range.contains(whole))
}

fn as_money(value: &Value, currency: Currency) -> Option<Money> {
    let text = match value {
        Value::Integer(whole) => whole.to_string(),
        Value::String(text) => text.clone(),
        _ => return None,
    };
    Money::parse(&text, currency).ok().filter(|amount| amount.minor() >= 0)
}

/// Finds `a.b`, `a[2].b`.
fn lookup<'v>(root: &'v Value, field: &str) -> Option<&'v Value> {
    field.split('.').try_fold(root, |value, step| {
        let (name, index) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
            Some((name, index)) => (name, index.parse::<usize>().ok()),
            None => (step, None),
        };
        let found = value.get(name)?;
        index.map_or(Some(found), |index| found.get(index))
    })
}

/// The line of every key, by its path.
fn list_lines(table: &DeTable<'_>, text: &str, prefix: &str, into: &mut BTreeMap<String, usize>) {
    let line = |at: usize| text.get(..at).map_or(0, |before| before.matches('\n').count()) + 1;
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        into.insert(path.clone(), line(key.span().start));
        match value.get_ref() {
            DeValue::Table(inner) => list_lines(inner, text, &format!("{path}."), into),
            DeValue::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    if let DeValue::Table(inner) = item.get_ref() {
                        let path = format!("{path}[{index}]");
                        into.insert(path.clone(), line(item.span().start));
                        list_lines(inner, text, &format!("{path}."), into);
                    }
                }
            }
            _ => {}
        }
    }
}

fn list_leaves(value: &Value, path: String, into: &mut Vec<(String, String)>) {
    match value {
        Value::Table(table) => {
            let prefix = if path.is_empty() { String::new() } else { format!("{path}.") };
            for (name, inner) in table {
                list_leaves(inner, format!("{prefix}{name}"), into);
            }
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            for (index, inner) in items.iter().enumerate() {
                list_leaves(inner, format!("{path}[{index}]"), into);
            }
        }
        _ => into.push((path, shown(value))),
    }
}

fn shown(value: &Value) -> String {
    shortened(&value.to_string())
}
