//! The envelope of Opendatasoft: the same records in three versions of its interface, in an export, and with its errors.

use serde_json::Value;

use super::reading::Raw;
use crate::error::SourceError;

/// A page of records.
#[derive(Debug)]
pub(crate) struct Page {
    /// The fields of each record, with the day of the record where the envelope gives one.
    pub records: Vec<(Value, Option<String>)>,
    /// How many records there are in all, where it says so.
    pub total: Option<u64>,
}

/// Reads `{total_count, results[]}` (Explore 2.1), `{nhits, records[].fields}` (1.0), `records[].record.fields` (2.0), or
/// the bare list of an export. Every record must have the field `key`: one without it is no record of this dataset, and a
/// page of such would read as good news.
pub(crate) fn page(raw: &Raw<'_>, source: &'static str, key: &str) -> Result<Page, SourceError> {
    let answer: Value =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(source, ".", error.to_string()))?;
    let total = ["total_count", "nhits"].iter().find_map(|name| answer.get(name)?.as_u64());
    let list = match answer {
        Value::Array(list) => list,
        Value::Object(mut object) => {
            let found = ["results", "records"].iter().find_map(|name| object.remove(*name));
            match found {
                Some(Value::Array(list)) => list,
                _ => return Err(without_records(raw, source, &object)),
            }
        }
        _ => return Err(raw.shape(source, ".", "expected an object or a list")),
    };
    let records: Vec<(Value, Option<String>)> = list.into_iter().map(unwrapped).collect();
    let lacking = records.iter().position(|(record, _)| record.get(key).is_none_or(Value::is_null));
    if let Some(place) = lacking {
        return Err(raw.shape(
            source,
            &format!("results[{place}].{key}"),
            "nothing is there; expected a record of this dataset",
        ));
    }
    Ok(Page { records, total })
}

fn without_records(raw: &Raw<'_>, source: &'static str, object: &serde_json::Map<String, Value>) -> SourceError {
    let message = ["error", "message", "error_code"].iter().find_map(|name| object.get(*name)?.as_str());
    match message {
        Some(message) => raw.inside(source, message),
        None => raw.shape(source, "results", "nothing is there; expected a list of records"),
    }
}

fn unwrapped(mut record: Value) -> (Value, Option<String>) {
    if let Some(inner) = record.get_mut("record").map(Value::take) {
        return unwrapped(inner);
    }
    let stamp = ["record_timestamp", "timestamp"].iter().find_map(|name| record.get(name)?.as_str());
    let stamp = stamp.map(str::to_owned);
    match record.get_mut("fields").map(Value::take) {
        Some(fields @ Value::Object(_)) => (fields, stamp),
        _ => (record, stamp),
    }
}
