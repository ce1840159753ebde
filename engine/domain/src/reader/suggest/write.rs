//! The map file of a suggestion.

use std::collections::BTreeSet;

use super::relations::Writing;
use super::synonyms::speaks_of_outcome;
use super::{Found, Guess};
use crate::reader::amounts::{DecimalMark, Thousands};
use crate::reader::cells::name_trouble;
use crate::reader::field::{Field, TableKind};
use crate::reader::names::normal;
use crate::words::folded;

/// The map as text. While a required column is missing, or the rows are entries of accounts, its
/// columns stand as comments.
pub(super) fn map_file(found: &Found, writing: &Writing, missing: &[Field], are_entries: bool) -> String {
    let Some(kind) = found.table else { return String::from("# no column is known; name them under [columns]\n") };
    let mut text = file_section(found, writing, kind);
    let is_whole = missing.is_empty() && !are_entries;
    let comment = if is_whole { "" } else { "# " };
    let mut named: BTreeSet<String> = BTreeSet::new();
    text.push_str(&format!("\n{comment}[columns]\n"));
    let known = |guess: &&Guess| guess.ours.is_some();
    for guess in found.guesses.iter().filter(known) {
        let Some(field) = guess.ours else { continue };
        if !named.insert(normal(&guess.column)) {
            continue;
        }
        let example = guess.example.as_deref().map(|text| format!(", {}", one_line(text))).unwrap_or_default();
        let line = format!("{} = {}", field.name(), quoted(&guess.column));
        text.push_str(&format!("{comment}{line:<48} # {} %{example}\n", guess.confidence));
    }
    for field in missing {
        text.push_str(&format!("# {} = \"?\"   # not found\n", field.name()));
    }
    if !is_whole {
        return text;
    }
    let attributes = if kind == TableKind::Invoices { attributes(found, &mut named) } else { Vec::new() };
    if kind == TableKind::Invoices {
        text.push_str("\n[attributes] # what is known when the invoice is issued\n");
        for (ours, theirs) in &attributes {
            text.push_str(&format!("{} = {}\n", quoted(ours), quoted(theirs)));
        }
    }
    let unread = unread(found, kind, &mut named);
    if !unread.is_empty() {
        let names: Vec<String> = unread.iter().map(|name| format!("    {},\n", quoted(name))).collect();
        text.push_str(&format!("\n[ignore]\ncolumns = [\n{}]\n", names.concat()));
    }
    text
}

fn file_section(found: &Found, writing: &Writing, kind: TableKind) -> String {
    let mut text = format!("[file]\ntable = {}\n", quoted(kind.code()));
    let mut say = |key: &str, value: &str| text.push_str(&format!("{key} = {}\n", quoted(value)));
    if let Some(sheet) = found.sheet.as_deref().filter(|_| found.names_sheet) {
        say("sheet", sheet);
    }
    match found.delimiter {
        Some(b'\t') => say("delimiter", "tab"),
        Some(delimiter) => say("delimiter", &char::from(delimiter).to_string()),
        None => {}
    }
    if found.windows_1252 {
        say("encoding", "windows-1252");
    }
    let word =
        |all: &[(DecimalMark, &'static str)], mark| all.iter().find(|(known, _)| *known == mark).map(|(_, text)| *text);
    if let Some(decimal) = writing.decimal.and_then(|mark| word(DecimalMark::ALL, mark)) {
        say("decimal", decimal);
    }
    let thousands = |mark| Thousands::ALL.iter().find(|(known, _)| *known == mark).map(|(_, text)| *text);
    if let Some(thousands) = writing.thousands.and_then(thousands) {
        say("thousands", thousands);
    }
    if let Some(date) = writing.date {
        say("date", date);
    }
    if let Some(currency) = writing.currency {
        say("currency", currency.code());
    }
    if found.states_vat_rate() {
        say("vat_rate", "20 %");
    }
    if let Some((line, lines)) = found.header_over {
        text.push_str(&format!("header_line = {line}\nheader_lines = {lines}\n"));
    }
    text
}

/// Further columns that look like something known at issue: few different values, and no word of the outcome.
fn attributes(found: &Found, named: &mut BTreeSet<String>) -> Vec<(String, String)> {
    let mut own_names: BTreeSet<String> = BTreeSet::new();
    let mut attributes = Vec::new();
    for (column, guess) in found.columns.iter().zip(&found.guesses) {
        let profile = &column.profile;
        let identity = identity(&column.name, profile.mostly(profile.sirens + profile.sirets));
        let few = profile.distinct >= 2 && profile.distinct * 5 <= profile.filled && !profile.is_days();
        let plain = !profile.has_decimals() && !profile.mostly(profile.emails);
        let fits = guess.ours.is_none() && !column.name.is_empty() && !speaks_of_outcome(&column.name);
        if !fits || identity.is_none() && !(few && plain) {
            continue;
        }
        let ours = identity.map_or_else(|| own_name(&column.name), str::to_owned);
        let is_field = Field::by_name(&ours).is_some_and(|field| TableKind::Invoices.has(field));
        if name_trouble(&ours).is_some() || is_field || own_names.contains(&ours) || !named.insert(normal(&column.name))
        {
            continue;
        }
        own_names.insert(ours.clone());
        attributes.push((ours, column.name.clone()));
    }
    attributes
}

/// Columns that say who the client is keep the names by which they are known.
fn identity(name: &str, has_sirens: bool) -> Option<&'static str> {
    use super::synonyms::{fit, plain};
    let name = plain(name);
    if fit(Field::Siren, &name) >= 90 && has_sirens {
        Some("siren")
    } else if fit(Field::Name, &name) >= 90 {
        Some("client_name")
    } else {
        None
    }
}

/// A name of our own making: `Zone géographique` is `zone_geographique`.
fn own_name(name: &str) -> String {
    let plain = folded(name);
    let words: Vec<&str> =
        plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("_")
}

/// Everything that is left; a column with one of our own names is found by it and stays.
fn unread(found: &Found, kind: TableKind, named: &mut BTreeSet<String>) -> Vec<String> {
    let is_ours = |name: &str| Field::by_name(name).is_some_and(|field| kind.has(field) && !field.stands_for_amount());
    let left = found.columns.iter().map(|column| &column.name).filter(|name| !name.is_empty() && !is_ours(name));
    let mut unread = Vec::new();
    for name in left {
        if named.insert(normal(name)) {
            unread.push(name.clone());
        }
    }
    unread
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A text for a comment: one line, and short.
fn one_line(text: &str) -> String {
    let plain: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    crate::error::shortened(&plain)
}
