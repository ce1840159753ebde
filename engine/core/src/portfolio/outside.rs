//! Each provider's past record on the own book: what became of invoices that were issued while its score was known.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_domain::fact::Fact;
use encours_domain::outside::PROVIDERS;
use encours_models::Metrics;
use rayon::prelude::*;
use serde::Serialize;

use super::ScoringModel;
use super::rows::Outcome;
use crate::CoreError;
use crate::company::outside;
use crate::features::{ClientState, Cut};
use crate::ledger::Book;

/// The third of a provider's scores to which a share of invoices belongs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScoreBand {
    /// From this place on the axis of hundred.
    pub from: u8,
    /// Up to this one.
    pub to: u8,
    /// Invoices issued while the score stood there.
    pub invoices: u64,
    /// Of these paid more than the headline number of days late.
    pub late: u64,
}

/// A provider's past record.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProviderRecord {
    /// Its word.
    pub provider: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Clients of the book whom it had scored before an invoice.
    pub clients: u64,
    /// Their invoices of which the outcome is known.
    pub invoices: u64,
    /// Of these late.
    pub late: u64,
    /// How often a late invoice had the worse score than one on time, ties counting half; absent with one outcome alone.
    pub auc: Option<f64>,
    /// The axis in thirds.
    pub bands: Vec<ScoreBand>,
}

/// Scores older than this say nothing of an invoice any more.
const MOST_AGE_DAYS: i32 = 730;
/// Where the thirds of the axis begin and end.
const BANDS: [(u8, u8); 3] = [(0, 33), (34, 66), (67, 100)];

/// The past record of every provider that ever scored a client, at the model's headline horizon, as known on a morning.
/// `facts_of` gives the facts of the client of this name.
///
/// # Errors
/// When a client's history leaves the numbers it is counted in.
pub fn provider_records<'f>(
    book: &Book,
    model: &ScoringModel,
    facts_of: impl Fn(&str) -> &'f [Fact] + Sync,
    as_of: Day,
) -> Result<Vec<ProviderRecord>, CoreError> {
    let (horizon, cutoff) = (model.headline_place(), as_of.number());
    let of_client = |state: &mut ClientState, number: usize| -> Result<Vec<(&'static str, u8, bool)>, CoreError> {
        let (client, facts) = (book.client(number), facts_of(book.clients().text(number)));
        let mut seen = Vec::new();
        if facts.is_empty() {
            return Ok(seen);
        }
        state.load(client)?;
        state.advance(client, Cut::start_of(cutoff));
        for (position, record) in client.records().iter().enumerate() {
            let Some(outcome) = Outcome::known_by(state, record, position, horizon, cutoff) else { continue };
            // What was known in the morning of the day of issue.
            let Ok(before) = Day::from_number(record.issued.saturating_sub(1)) else { continue };
            for said in outside::latest(facts, before) {
                let recent = before.days_since(said.date) <= MOST_AGE_DAYS;
                if let Some(axis) = said.axis.filter(|_| recent) {
                    seen.push((said.provider, axis, outcome == Outcome::Late));
                }
            }
        }
        Ok(seen)
    };
    let start = || ClientState::new(model.horizons(), model.priors().paying_week);
    let numbers = (0..book.clients().len()).into_par_iter();
    let seen = numbers.map_init(start, of_client).collect::<Result<Vec<_>, CoreError>>()?;
    let mut clients: BTreeMap<&str, u64> = BTreeMap::new();
    for one in &seen {
        let mut of: Vec<&str> = one.iter().map(|(provider, ..)| *provider).collect();
        of.sort_unstable();
        of.dedup();
        of.into_iter().for_each(|provider| *clients.entry(provider).or_default() += 1);
    }
    let all: Vec<(&str, u8, bool)> = seen.into_iter().flatten().collect();
    let of = |code: &str| -> Vec<(u8, bool)> {
        all.iter().filter(|(provider, ..)| *provider == code).map(|(_, axis, late)| (*axis, *late)).collect()
    };
    let scored = PROVIDERS.iter().map(|provider| (provider, of(provider.code)));
    let records = scored.filter(|(_, rows)| !rows.is_empty()).map(|(provider, rows)| ProviderRecord {
        provider: provider.code,
        title: provider.title,
        clients: clients.get(provider.code).copied().unwrap_or(0),
        invoices: count(rows.len()),
        late: count(rows.iter().filter(|(_, late)| *late).count()),
        auc: auc(&rows),
        bands: BANDS.iter().map(|band| of_band(*band, &rows)).collect(),
    });
    Ok(records.collect())
}

fn of_band((from, to): (u8, u8), rows: &[(u8, bool)]) -> ScoreBand {
    let within: Vec<bool> = rows.iter().filter(|(axis, _)| (from..=to).contains(axis)).map(|(_, late)| *late).collect();
    ScoreBand { from, to, invoices: count(within.len()), late: count(within.iter().filter(|late| **late).count()) }
}

fn auc(rows: &[(u8, bool)]) -> Option<f64> {
    let late: Vec<bool> = rows.iter().map(|(_, late)| *late).collect();
    let risk: Vec<f64> = rows.iter().map(|(axis, _)| 1.0 - f64::from(*axis) / 100.0).collect();
    let both = late.contains(&true) && late.contains(&false);
    both.then(|| Metrics::measure(&late, &risk).ok()).flatten().map(|metrics| metrics.auc)
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
