//! A company that directs this one has failed, or directs others that failed. Natural persons are not looked at: the
//! record keeps none of them.

use encours_domain::Siren;
use encours_domain::fact::{Fact, FactKind};
use encours_domain::reason::ReasonEvidence;

use super::{Detector, Looked, Seen, of_fact};
use crate::company::{CompanyState, Proceedings, latest};

pub(super) const SIGNAL: Detector = Detector { code: "DIRECTOR_OF_FAILED", find };

/// Companies that are named.
const NAMED: usize = 5;

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let own = looked.known(FactKind::CompanyDirector);
    let directors: Vec<(&Fact, Siren)> = own.iter().filter_map(|fact| Some((*fact, director(fact)?))).collect();
    let failed = |(siren, facts): &&(&Siren, &[Fact])| {
        let directed = facts.iter().filter(|fact| fact.kind == FactKind::CompanyDirector);
        let directed = directed.filter_map(director).any(|by| directors.iter().any(|(_, ours)| *ours == by));
        let directs = directors.iter().any(|(_, ours)| ours == *siren);
        directed || directs
    };
    let evidence: Vec<ReasonEvidence> = looked
        .around
        .iter()
        .filter(failed)
        .filter_map(|(siren, facts)| {
            let evidence = of_fact(failure(facts, looked)?);
            Some(ReasonEvidence { value: format!("{siren}: {}", evidence.value), ..evidence })
        })
        .collect();
    let by = directors.first().filter(|_| !evidence.is_empty())?;
    let count = evidence.len();
    let behind = std::iter::once(of_fact(by.0)).chain(evidence.into_iter().take(NAMED)).collect();
    let (fr, en) = match count {
        1 => {
            ("une entreprise du même dirigeant a failli".to_owned(), "a company of the same director failed".to_owned())
        }
        _ => (
            format!("{count} entreprises du même dirigeant ont failli"),
            format!("{count} companies of the same director failed"),
        ),
    };
    Some(Seen::new(fr, en, behind))
}

/// The number before the office.
fn director(fact: &Fact) -> Option<Siren> {
    fact.value.split(' ').next()?.parse().ok()
}

/// The fact by which a company has failed on the day.
fn failure<'f>(facts: &'f [Fact], looked: &Looked<'_>) -> Option<&'f Fact> {
    let proceedings = latest(facts, FactKind::Proceedings, looked.as_of);
    let open = proceedings.filter(|fact| {
        matches!(Proceedings::read(&fact.value), Some(Proceedings::Receivership | Proceedings::Liquidation))
    });
    let state = latest(facts, FactKind::State, looked.as_of);
    let ceased = || state.filter(|fact| CompanyState::read(&fact.value) == Some(CompanyState::Ceased));
    open.or_else(ceased)
}
