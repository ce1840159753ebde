//! A reason: a stable code, a sentence in both languages, and what it weighs.
//!
//! The sentences live where the reason is found: a feature's with the feature, a rule's with the rule. Here is only the
//! shape that they share.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// A value that stands behind a reason, from whom it is and since when it is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReasonEvidence {
    /// What it is, in the words of the fact kinds.
    pub what: String,
    /// The value; never one that may not be shown.
    pub value: String,
    /// The day on which it became known; absent where the seller says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_from: Option<Day>,
    /// Who says so; absent where it is counted from several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// One reason of an answer. Reasons of the model carry points and the effect in probability; reasons of the policy
/// carry neither.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// Stable code in capitals, `PAYDAY_MISS`.
    pub code: String,
    /// Points it adds to the score (higher is safer); absent for a rule.
    pub points: Option<i32>,
    /// What it adds to the headline probability of lateness, telescoping in the order of the features.
    pub p_effect: Option<f64>,
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
    /// What stands behind it; signals of identity and fraud have some.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<ReasonEvidence>,
}

impl Reason {
    /// A reason of the policy or the law, without points.
    pub fn of_rule(code: &str, fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code: code.to_owned(), points: None, p_effect: None, fr: fr.into(), en: en.into(), evidence: Vec::new() }
    }
}
