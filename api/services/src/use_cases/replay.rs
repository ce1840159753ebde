//! An answer that was kept, made again with what was known then.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::assess::{AssessRequest, StoredAssessment};
use crate::{Services, ServicesError};

/// An answer and its repetition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Replay {
    /// The answer as it was kept.
    pub stored: StoredAssessment,
    /// The answer as it is computed now from the same ledger, facts and model.
    pub anew: String,
    /// Whether both are the same, byte for byte.
    pub equal: bool,
    /// Where they differ; empty when they do not.
    pub differences: Vec<Difference>,
}

/// A place at which two answers differ.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where: `late.p_over_30`, `offers[1].worth.amount`.
    pub field: String,
    /// What was kept.
    pub stored: Value,
    /// What is computed now.
    pub anew: Value,
}

impl Services {
    /// Makes a kept answer again with the ledger, the facts and the model of that time.
    ///
    /// # Errors
    /// When there is no such answer, or what it was made with can no longer be read.
    pub async fn replay(&self, id: &str) -> Result<Replay, ServicesError> {
        let record = self.store().assessment(id).await?;
        let made_with = record.assessment.made_with.clone();
        let request: AssessRequest = serde_json::from_str(&record.assessment.request).map_err(|error| {
            let path = self.data_folder().database();
            ServicesError::Damaged { path, reason: format!("the request of assessment `{id}` cannot be read: {error}") }
        })?;
        let held = self.portfolio().await?;
        let portfolio = if held.made_with == made_with {
            held
        } else {
            Arc::new(self.read_portfolio(made_with, Some(held)).await?)
        };
        let (_, again) = self.compute(portfolio, request).await?;
        let stored = StoredAssessment::from(record);
        let equal = stored.json == again.json;
        let differences = if equal { Vec::new() } else { differences(&stored.json, &again.json) };
        Ok(Replay { stored, anew: again.json, equal, differences })
    }
}

fn differences(stored: &str, anew: &str) -> Vec<Difference> {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let mut found = Vec::new();
    compare(String::new(), &read(stored), &read(anew), &mut found);
    found
}

fn compare(field: String, stored: &Value, anew: &Value, found: &mut Vec<Difference>) {
    match (stored, anew) {
        (Value::Object(left), Value::Object(right)) => {
            let further = right.keys().filter(|name| !left.contains_key(*name));
            for name in left.keys().chain(further) {
                let field = if field.is_empty() { name.clone() } else { format!("{field}.{name}") };
                compare(field, left.get(name).unwrap_or(&Value::Null), right.get(name).unwrap_or(&Value::Null), found);
            }
        }
        (Value::Array(left), Value::Array(right)) => {
            for place in 0..left.len().max(right.len()) {
                let at = |list: &[Value]| list.get(place).cloned().unwrap_or(Value::Null);
                compare(format!("{field}[{place}]"), &at(left), &at(right), found);
            }
        }
        (left, right) if left == right => {}
        (left, right) => found.push(Difference { field, stored: left.clone(), anew: right.clone() }),
    }
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn places_are_named() {
        let stored = r#"{"late": {"p_over_30": 0.1, "score": 5}, "offers": [{"name": "a"}], "light": "red"}"#;
        let anew =
            r#"{"late": {"p_over_30": 0.2, "score": 5}, "offers": [{"name": "a"}, 1], "more": true, "light": "red"}"#;
        let fields: Vec<String> = differences(stored, anew).into_iter().map(|difference| difference.field).collect();
        assert_eq!(fields, ["late.p_over_30", "offers[1]", "more"]);
        assert!(differences(stored, stored).is_empty());
    }
}
