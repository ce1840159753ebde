//! Which of several facts of one kind counts on a day.

use std::cmp::Reverse;

use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind};

use super::words::gravity;

/// The facts that were public on `day` and hold on it, of the kind asked for.
fn known_on(facts: &[Fact], kind: FactKind, day: Day) -> impl Iterator<Item = &Fact> {
    facts.iter().filter(move |fact| fact.kind == kind && fact.known_from <= day && fact.valid_from <= day)
}

/// The fact published last; of two published together the one that holds from later, then the graver, then the greater
/// text, so that the order of the list never matters.
///
/// Publication decides, not validity: a judgment published late still overrides an all-clear fetched before it.
pub(crate) fn latest(facts: &[Fact], kind: FactKind, day: Day) -> Option<&Fact> {
    known_on(facts, kind, day).max_by_key(|fact| {
        (fact.known_from, fact.valid_from, gravity(kind, &fact.value), &fact.value, Reverse(&fact.source))
    })
}

/// The fact about the latest period: accounts of an older year that were published late do not replace newer ones.
pub(super) fn latest_period(facts: &[Fact], kind: FactKind, day: Day) -> Option<&Fact> {
    known_on(facts, kind, day).max_by_key(|fact| (fact.valid_from, fact.known_from, &fact.value, Reverse(&fact.source)))
}
