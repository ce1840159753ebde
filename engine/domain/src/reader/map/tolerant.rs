//! A map file to its raw form: what is no key of ours, or no value of its kind, is told and left out, so that one slip
//! does not hide the others.

use std::ops::Range;

use serde::Deserialize;
use toml::de::{DeTable, DeValue, Deserializer, Error};

use super::RawColumnMap;
use crate::fault::Fault;
use crate::reader::decode::line_at;

/// Reads what can be read, with the faults of the rest in the order of their lines.
///
/// # Errors
/// When the text is no TOML at all.
pub(super) fn read(file: &str, text: &str) -> Result<(RawColumnMap, Vec<Fault>), Vec<Fault>> {
    let mut table = DeTable::parse(text).map_err(|error| vec![fault(file, text, &error)])?;
    let mut faults = Vec::new();
    loop {
        match RawColumnMap::deserialize(Deserializer::from(table.clone())) {
            Ok(raw) => {
                faults.sort_by_key(|fault: &Fault| fault.line);
                return Ok((raw, faults));
            }
            Err(error) => {
                faults.push(fault(file, text, &error));
                let place = error.span().map_or(0, |span| span.start);
                if !leave_out(table.get_mut(), place, false) {
                    return Err(faults);
                }
            }
        }
    }
}

fn fault(file: &str, text: &str, error: &Error) -> Fault {
    let reason = format!("not a map file: {}", error.message().trim_end());
    match error.span() {
        Some(span) => Fault::of_line(file, line_at(text.as_bytes(), span.start), reason),
        None => Fault::of_file(file, reason),
    }
}

/// Takes the innermost entry at this place out; whether there was one, so that no reading goes on for ever.
fn leave_out(table: &mut DeTable<'_>, place: usize, names_columns: bool) -> bool {
    for (name, value) in table.iter_mut() {
        let names_columns = matches!(name.get_ref().as_ref(), "columns" | "attributes");
        if let DeValue::Table(section) = value.get_mut()
            && leave_out(section, place, names_columns)
        {
            return true;
        }
    }
    let is_there = |span: Range<usize>| span.contains(&place);
    let found = table.iter().find(|(name, value)| is_there(name.span()) || is_there(value.span()));
    let Some(name) = found.map(|(name, _)| name.get_ref().to_string()) else { return false };
    match table.get_mut(name.as_str()).filter(|_| names_columns) {
        // The column is meant to be there, so it must not be told as missing besides.
        Some(value) if !matches!(value.get_ref(), DeValue::String(_)) => {
            *value.get_mut() = DeValue::String(name.into());
            true
        }
        _ => table.remove(name.as_str()).is_some(),
    }
}
