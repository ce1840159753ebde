//! From a verdict to facts. An outage is not *invalid*.

use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::identity::VatNumber;
use encours_domain::subject::Subject;

use super::super::json::Text;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::Answer;
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let answer: Answer =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    let mut collector = Collector::new(SPEC.name, raw);
    let number = number(&answer);
    let subject = number.as_ref().map(subject_of).or_else(|| raw.asked.cloned());
    if let Some(error) = outage(&answer) {
        let why = format!("VIES could not tell: {error}");
        collector.missing(subject.as_ref(), FactKind::VatRegistration.code(), MissingKind::NotFetched, why);
        return Ok(collector.done());
    }
    let Some(valid) = answer.valid.or(answer.is_valid) else {
        return Err(raw.shape(SPEC.name, "valid", "nothing is there; expected `valid`, `isValid` or an error"));
    };
    let Some(subject) = subject else {
        let country = answer.country_code.any().unwrap_or_default();
        let text = format!("`{country}{}` is no number for VAT", answer.vat_number.any().unwrap_or_default());
        collector.note(None, text);
        return Ok(collector.done());
    };
    let day = answer.request_date.day().unwrap_or(raw.fetched_on).min(raw.fetched_on);
    let word = if valid { "valid" } else { "invalid" };
    collector.fact(&subject, FactKind::VatRegistration, word, day, day);
    if let Some(number) = number.filter(|_| valid) {
        collector.fact(&subject, FactKind::VatNumber, number.as_str(), day, day);
        // A French unit may object to being shown, and this answer does not say whether it does.
        if let Subject::Vat(number) = &subject {
            let country = number.as_str().get(..2).unwrap_or_default();
            collector.fact(&subject, FactKind::Country, country, day, day);
            for (kind, field) in [(FactKind::Name, &answer.name), (FactKind::Address, &answer.address)] {
                match given(field) {
                    Some(text) => collector.fact(&subject, kind, text, day, day),
                    None => {
                        let why = "the member state does not tell";
                        collector.missing(Some(&subject), kind.code(), MissingKind::Confidential, why);
                    }
                }
            }
        }
    }
    Ok(collector.done())
}

/// The number with its country. Greece is EL, Northern Ireland XI.
fn number(answer: &Answer) -> Option<VatNumber> {
    let (country, number) = (answer.country_code.any().unwrap_or_default(), answer.vat_number.any()?);
    let whole = if number.starts_with(country) { number.to_owned() } else { format!("{country}{number}") };
    whole.parse().ok()
}

/// A French number is about the unit of which it holds the SIREN.
fn subject_of(number: &VatNumber) -> Subject {
    number.siren().map_or_else(|| Subject::Vat(number.clone()), Subject::Siren)
}

/// Why nobody could tell whether the number is in force.
fn outage(answer: &Answer) -> Option<String> {
    let wrapped = answer.error_wrappers.entries.iter().find_map(|wrapped| wrapped.error.any());
    if let Some(error) = wrapped {
        return Some(error.to_owned());
    }
    if answer.action_succeed == Some(false) {
        return Some("the action failed, no reason given".to_owned());
    }
    answer.user_error.any().filter(|word| !matches!(*word, "VALID" | "INVALID")).map(str::to_owned)
}

/// What the state gives, on one line; `---` is nothing.
fn given(field: &Text) -> Option<String> {
    let text = field.get().filter(|text| text.chars().any(char::is_alphanumeric))?;
    Some(text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(", "))
}
