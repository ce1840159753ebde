//! An answer that was kept, made again with what was known then.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::assess::{AssessRequest, StoredAssessment};
use crate::store::sha256_of_answer;
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
    /// What it was made with then and is made with now, where the two differ: the causes of all differences.
    pub causes: Vec<Cause>,
    /// Where they differ; empty when they do not.
    pub differences: Vec<Difference>,
}

/// Something that an answer is made with and that is another one now.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cause {
    /// Which: `engine`, `policy`, `law_table`, `calendar`, `model`; `kept_bytes` where the answer or its question was altered
    /// since, by the hash in the audit chain; `build` where everything has the same name and hash, so
    /// that only the program itself can be another one.
    pub part: String,
    /// The one then.
    pub stored: String,
    /// The one now.
    pub anew: String,
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
    /// The part that makes the difference; several where several changed and this place does not tell which.
    pub cause: Vec<String>,
}

impl Services {
    /// Makes a kept answer again with the ledger, the facts and the model of that time.
    ///
    /// # Errors
    /// When there is no such answer, or what it was made with can no longer be read.
    pub async fn replay(&self, id: &str) -> Result<Replay, ServicesError> {
        let record = self.store().assessment(id).await?;
        let made_with = record.assessment.made_with.clone();
        let kept = sha256_of_answer(&record.assessment.request, &record.assessment.json);
        let request: AssessRequest = serde_json::from_str(&record.assessment.request).map_err(|error| {
            let path = self.data_folder().database();
            ServicesError::Damaged { path, reason: format!("the request of assessment `{id}` cannot be read: {error}") }
        })?;
        let held = self.portfolio().await?;
        let portfolio = if held.is_made_with(&made_with) {
            held
        } else {
            Arc::new(self.read_portfolio(made_with, Some(held)).await?)
        };
        let (_, again) = self.compute(portfolio, request).await?;
        let stored = StoredAssessment::from(record);
        let equal = stored.json == again.json;
        let (mut causes, mut differences) =
            if equal { (Vec::new(), Vec::new()) } else { differences(&stored.json, &again.json) };
        // What was altered since explains everything, and nothing else does.
        let told = if equal { None } else { self.store().told_of_answer(id).await? };
        if let Some(told) = told.filter(|told| *told != kept) {
            causes = vec![Cause { part: KEPT_BYTES.to_owned(), stored: told, anew: kept }];
            differences.iter_mut().for_each(|one| one.cause = vec![KEPT_BYTES.to_owned()]);
        }
        Ok(Replay { stored, anew: again.json, equal, causes, differences })
    }
}

fn differences(stored: &str, anew: &str) -> (Vec<Cause>, Vec<Difference>) {
    let read = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let (stored, anew): (Value, Value) = (read(stored), read(anew));
    let causes = causes(&stored, &anew);
    let mut found = Vec::new();
    compare(String::new(), &stored, &anew, &mut found);
    for difference in &mut found {
        difference.cause = cause_of(&difference.field, &causes);
    }
    (causes, found)
}

/// The parts of `made_with` that are other ones now.
fn causes(stored: &Value, anew: &Value) -> Vec<Cause> {
    let parts = |answer: &Value| answer.get("made_with").and_then(Value::as_object).cloned().unwrap_or_default();
    let (then, now) = (parts(stored), parts(anew));
    let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
    let further = now.keys().filter(|part| !then.contains_key(*part));
    let changed = then.keys().chain(further).filter(|part| then.get(*part) != now.get(*part));
    let mut causes: Vec<Cause> = changed
        .map(|part| Cause { part: part.clone(), stored: text(then.get(part)), anew: text(now.get(part)) })
        .collect();
    if causes.is_empty() {
        let engine = text(now.get("engine"));
        causes.push(Cause { part: BUILD.to_owned(), stored: engine.clone(), anew: engine });
    }
    causes
}

/// The kept question or answer is not the one of which the audit chain holds the hash: one of the two was altered.
const KEPT_BYTES: &str = "kept_bytes";

/// The same version of the program, built from other sources.
const BUILD: &str = "build";

/// What a place can hang on, where its name alone tells.
const OWN_CAUSES: [(&str, &[&str]); 3] = [
    ("law", &["law_table", "engine", BUILD]),
    ("late", &["model", "evidence", "ledger", "engine", BUILD]),
    ("known", &["facts", "engine", BUILD]),
];

fn cause_of(field: &str, causes: &[Cause]) -> Vec<String> {
    if let Some(part) = field.strip_prefix("made_with.") {
        return vec![part.to_owned()];
    }
    let first = field.split(['.', '[']).next().unwrap_or_default();
    let own = OWN_CAUSES.iter().find(|(place, _)| *place == first).map(|(_, parts)| *parts);
    let possible = |cause: &&Cause| own.is_none_or(|parts| parts.contains(&cause.part.as_str()));
    let told: Vec<String> = causes.iter().filter(possible).map(|cause| cause.part.clone()).collect();
    if told.is_empty() { causes.iter().map(|cause| cause.part.clone()).collect() } else { told }
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
        (left, right) => {
            found.push(Difference { field, stored: left.clone(), anew: right.clone(), cause: Vec::new() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn places_are_named_and_causes_too() {
        let stored = r#"{"late": {"p_over_30": 0.1, "score": 5}, "offers": [{"name": "a"}], "light": "red",
                         "made_with": {"engine": "1", "model": "a", "policy": "p1"}}"#;
        let anew = r#"{"late": {"p_over_30": 0.2, "score": 5}, "offers": [{"name": "a"}, 1], "more": true, "light": "red",
                       "made_with": {"engine": "1", "model": "b", "policy": "p2"}}"#;
        let (causes, found) = differences(stored, anew);
        let parts: Vec<&str> = causes.iter().map(|cause| cause.part.as_str()).collect();
        assert_eq!(parts, ["model", "policy"]);
        let told: Vec<(&str, String)> = found.iter().map(|one| (one.field.as_str(), one.cause.join(" "))).collect();
        let expected = [
            ("late.p_over_30", "model"),
            ("made_with.model", "model"),
            ("made_with.policy", "policy"),
            ("offers[1]", "model policy"),
            ("more", "model policy"),
        ];
        assert_eq!(told, expected.map(|(field, cause)| (field, cause.to_owned())));
        assert!(differences(stored, stored).1.is_empty());
        let other_build = stored.replace("0.1", "0.3");
        assert_eq!(differences(stored, &other_build).1[0].cause, ["build"]);
    }
}
