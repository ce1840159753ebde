//! A register that lies in a file: facts as CSV, asked as the others are and without a network.
//!
//! The demonstration has one about companies that don't exist. What such a file says of itself in its column `source`
//! stands in every answer, so that nobody takes it for a public register. A question is answered with what the file knows
//! of the company, and of those that share its address or a director with it.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use encours_domain::Siren;
use encours_domain::client::search_words;
use encours_domain::fact::{Fact, FactKind, shown};
use encours_domain::reader::read_facts;
use encours_domain::subject::Subject;
use encours_domain::words::folded;

use super::reading::{Collector, FoundCompanies, Raw, Reading};
use super::registry::{Register, RegisterSpec};
use crate::Pending;
use crate::client::Clock;
use crate::error::SourceError;
use crate::moment::day_at;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "local-register",
    title: "Registre local (fichier)",
    asks: &[],
    base: "",
    by_default: false,
    tells: &["name", "legal_form", "state", "created_on", "sector", "size", "proceedings", "accounts"],
    parse,
    build: None,
};

/// Companies that stand round another and are told with it, at most.
const MOST_AROUND: usize = 20;
/// Companies that a search gives, at most.
const MOST_FOUND: usize = 25;

/// Reads a file of facts.
fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let (facts, report) = read_facts("facts", raw.bytes, raw.fetched_on);
    if let Some(fault) = report.faults.first().filter(|_| facts.is_empty()) {
        return Err(raw.shape(SPEC.name, fault.column.as_deref().unwrap_or("."), fault.reason.clone()));
    }
    if facts.is_empty() {
        return Err(raw.shape(SPEC.name, ".", "no fact is there"));
    }
    let mut collector = Collector::new(SPEC.name, raw);
    for fault in &report.faults {
        collector.note(None, fault.to_string());
    }
    let mut reading = collector.done();
    let with_answer = |fact: Fact| {
        let Fact { subject, kind, value, valid_from, known_from, source, fetched_on, answer: _ } = fact;
        let (subject, answer) = (Subject::Siren(subject), Some(raw.hash()));
        Fact { subject, kind, value, valid_from, known_from, source, fetched_on, answer }
    };
    reading.facts = facts.into_iter().map(with_answer).collect();
    Ok(reading.in_order())
}

/// The register, held in memory.
pub struct LocalRegister {
    facts: BTreeMap<Siren, Vec<Fact>>,
    /// Companies by what they share: an address, a director.
    sharing: BTreeMap<String, BTreeSet<Siren>>,
    /// Number and names, folded, each after a space.
    words: BTreeMap<Siren, String>,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for LocalRegister {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "LocalRegister {{ {} companies }}", self.facts.len())
    }
}

/// What two companies may have in common, as text.
fn shared(fact: &Fact) -> Option<String> {
    match fact.kind {
        FactKind::Address => Some(format!("address {}", folded(&fact.value))),
        FactKind::CompanyDirector => Some(format!("director {}", fact.value.split(' ').next()?)),
        _ => None,
    }
}

impl LocalRegister {
    /// Reads a file of facts.
    ///
    /// # Errors
    /// When no fact of it can be read.
    pub fn read(bytes: &[u8], clock: Arc<dyn Clock>) -> Result<Self, SourceError> {
        let reading = parse(&Raw { bytes, fetched_on: day_at(clock.now()), asked: None })?;
        let mut facts: BTreeMap<Siren, Vec<Fact>> = BTreeMap::new();
        for fact in reading.facts.into_iter().filter_map(Fact::of_siren) {
            facts.entry(fact.subject.clone()).or_default().push(fact);
        }
        let (mut sharing, mut words): (BTreeMap<String, BTreeSet<Siren>>, BTreeMap<Siren, String>) = Default::default();
        for (siren, facts) in &facts {
            for what in facts.iter().filter_map(shared) {
                sharing.entry(what).or_default().insert(siren.clone());
            }
            let names = shown(facts).filter(|fact| fact.kind == FactKind::Name);
            let names = names.flat_map(|fact| search_words(&fact.value).into_iter());
            let text = std::iter::once(siren.to_string()).chain(names).map(|word| format!(" {word}")).collect();
            words.insert(siren.clone(), text);
        }
        Ok(Self { facts, sharing, words, clock })
    }

    /// The company first, then those that stand round it.
    fn around(&self, siren: &Siren) -> Option<Vec<Siren>> {
        let own = self.facts.get(siren)?;
        let mut round: BTreeSet<&Siren> = BTreeSet::new();
        for fact in own {
            round.extend(shared(fact).and_then(|what| self.sharing.get(&what)).into_iter().flatten());
            let director = fact.value.split(' ').next().filter(|_| fact.kind == FactKind::CompanyDirector);
            round.extend(
                director
                    .and_then(|number| number.parse::<Siren>().ok())
                    .as_ref()
                    .and_then(|director| self.facts.get_key_value(director).map(|(siren, _)| siren)),
            );
        }
        round.remove(siren);
        let first = std::iter::once(siren.clone());
        Some(first.chain(round.into_iter().take(MOST_AROUND).cloned()).collect())
    }

    fn told(&self, sirens: &[Siren]) -> Reading {
        let today = day_at(self.clock.now());
        let of = |siren: &Siren| self.facts.get(siren).into_iter().flatten();
        let facts = sirens.iter().flat_map(of).map(|fact| {
            let Fact { subject, kind, value, valid_from, known_from, source, fetched_on: _, answer } = fact.clone();
            let (subject, fetched_on) = (Subject::Siren(subject), Some(today));
            Fact { subject, kind, value, valid_from, known_from, source, fetched_on, answer }
        });
        Reading { facts: facts.collect(), ..Reading::default() }.in_order()
    }

    /// Companies in whose names every word begins one, or whose number begins so; in the order of their numbers.
    fn search(&self, text: &str) -> FoundCompanies {
        let wanted = search_words(text);
        let fits = |text: &str| wanted.iter().all(|word| text.contains(&format!(" {word}")));
        let found = self.words.iter().filter(|(_, text)| !wanted.is_empty() && fits(text));
        let order: Vec<Siren> = found.map(|(siren, _)| siren.clone()).take(MOST_FOUND).collect();
        FoundCompanies { reading: self.told(&order), order }
    }
}

impl Register for LocalRegister {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        let reading = match self.around(siren) {
            Some(sirens) => self.told(&sirens),
            None => Reading { not_found: vec![siren.to_string()], ..Reading::default() },
        };
        Box::pin(std::future::ready(Ok(reading)))
    }

    fn find<'r>(&'r self, text: &'r str) -> Option<Pending<'r, Result<FoundCompanies, SourceError>>> {
        Some(Box::pin(std::future::ready(Ok(self.search(text)))))
    }
}
