//! What providers said last of a company, on one axis.

use std::collections::BTreeMap;

use encours_domain::fact::{Fact, FactKind};
use encours_domain::outside::{Provider, provider};
use encours_domain::{Currency, Day, Money};
use serde::Serialize;

/// What a provider said last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutsideReport {
    /// Its word.
    pub provider: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The day of the last that it said.
    pub date: Day,
    /// Its score, as it writes it.
    pub score: Option<String>,
    /// The score on one axis for all providers, 0 the worst, 100 the safest.
    pub axis: Option<u8>,
    /// Its limit.
    pub limit: Option<Money>,
    /// Its cover; nought where it refuses.
    pub cover: Option<Money>,
}

/// The last score, limit and cover of each provider as known on a day, in the order of the providers.
pub fn latest(facts: &[Fact], as_of: Day) -> Vec<OutsideReport> {
    let mut said: BTreeMap<&str, (&'static Provider, [Option<&Fact>; 3])> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.known_from <= as_of) {
        let place = match fact.kind {
            FactKind::OutsideScore => 0,
            FactKind::OutsideLimit => 1,
            FactKind::OutsideCover => 2,
            _ => continue,
        };
        let Ok(who) = provider(&fact.source) else { continue };
        let (_, last) = said.entry(who.code).or_insert((who, [None; 3]));
        if let Some(slot) = last.get_mut(place) {
            let newer = |held: &&Fact| {
                (held.valid_from, held.known_from, &held.value) < (fact.valid_from, fact.known_from, &fact.value)
            };
            if slot.as_ref().is_none_or(newer) {
                *slot = Some(fact);
            }
        }
    }
    said.into_values().filter_map(|(who, last)| report(who, last)).collect()
}

/// The insurer whose last word on a day was that it gives no cover.
pub fn cover_refused(facts: &[Fact], as_of: Day) -> Option<OutsideReport> {
    latest(facts, as_of).into_iter().find(|one| one.cover.is_some_and(|cover| cover.minor() == 0))
}

fn report(who: &'static Provider, [score, limit, cover]: [Option<&Fact>; 3]) -> Option<OutsideReport> {
    let date = [score, limit, cover].into_iter().flatten().map(|fact| fact.valid_from).max()?;
    let amount = |fact: Option<&Fact>| fact.and_then(|fact| Money::parse(fact.value.trim(), Currency::EUR).ok());
    Some(OutsideReport {
        provider: who.code,
        title: who.title,
        date,
        score: score.map(|fact| fact.value.clone()),
        axis: score.and_then(|fact| who.on_axis(&fact.value).ok()),
        limit: amount(limit),
        cover: amount(cover),
    })
}
