//! From reports to facts: how a large British company says it pays its suppliers.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_domain::fact::FactKind;
use encours_domain::subject::{CompanyNumber, Subject};

use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use crate::error::SourceError;

/// Columns of figures: percentages and days.
const FIGURES: &[(FactKind, &str, f64)] = &[
    (FactKind::PaymentDays, "Average time to pay", 1_000.0),
    (FactKind::PaidWithin30, "% Invoices paid within 30 days", 100.0),
    (FactKind::PaidLate, "% Invoices not paid within agreed terms", 100.0),
    (FactKind::LongestTerms, "Longest standard payment period", 1_000.0),
];

/// Reads a CSV file; columns are found by their names, which came and went over the years.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let text = String::from_utf8_lossy(raw.bytes);
    let text = text.trim_start_matches('\u{feff}');
    let mut records = records(text);
    let header = records.next().unwrap_or_default();
    let position = |name: &str| header.iter().position(|column| column.trim() == name);
    let mut collector = Collector::new(SPEC.name, raw);
    let (Some(number), Some(end)) = (position("Company number"), position("End date")) else {
        return Err(raw.shape(SPEC.name, "Company number", "the first line must name the columns of a report"));
    };
    let (company, filed) = (position("Company"), position("Filing date"));
    let figures: BTreeMap<usize, (FactKind, f64)> =
        FIGURES.iter().filter_map(|(kind, name, most)| Some((position(name)?, (*kind, *most)))).collect();
    for record in records.filter(|record| record.len() > 1) {
        let field = |at: usize| record.get(at).map(|text| text.trim()).filter(|text| !text.is_empty());
        let subject = field(number).and_then(|text| text.parse::<CompanyNumber>().ok()).map(Subject::CompaniesHouse);
        let day = |at: Option<usize>| at.and_then(field).and_then(|text| text.get(..10)?.parse::<Day>().ok());
        let (Some(subject), Some(end)) = (subject, day(Some(end))) else {
            collector.note(None, "a report without a company number or the end of its period; left out");
            continue;
        };
        let known = day(filed).unwrap_or(raw.fetched_on).max(end);
        if let Some(name) = company.and_then(field) {
            collector.fact(&subject, FactKind::Name, name, end, known);
        }
        for (at, (kind, most)) in &figures {
            let value = field(*at).and_then(|text| text.parse::<f64>().ok());
            match value {
                Some(value) if (0.0..=*most).contains(&value) => {
                    collector.fact(&subject, *kind, value.to_string(), end, known);
                }
                Some(value) => {
                    let what = kind.code().replace('_', " ");
                    collector.note(Some(&subject), format!("{what} of {value} in the report of {end}; not taken"));
                }
                None => {}
            }
        }
    }
    Ok(collector.done())
}

/// Records of a CSV text with quotes (RFC 4180).
fn records(text: &str) -> impl Iterator<Item = Vec<String>> {
    let mut records = vec![vec![String::new()]];
    let (mut quoted, mut letters) = (false, text.chars().peekable());
    while let Some(letter) = letters.next() {
        let Some(record) = records.last_mut() else { break };
        let Some(field) = record.last_mut() else { break };
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => {
                letters.next();
                field.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(String::new()),
            '\n' if !quoted => records.push(vec![String::new()]),
            '\r' if !quoted => {}
            other => field.push(other),
        }
    }
    records.into_iter()
}
