//! Many companies have their seat at the same address: a domiciliation, behind which nobody may be found.

use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind, hides_address};
use encours_domain::words::folded;

use super::{Detector, Looked, Seen, of_fact, stated};
use crate::company::latest;

pub(super) const SIGNAL: Detector = Detector { code: "SHARED_ADDRESS", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let own = looked.latest(FactKind::Address)?;
    let address = folded(&own.value);
    let others = looked.around.iter().filter(|(_, facts)| seat(facts, looked.as_of).as_ref() == Some(&address)).count();
    (others >= usize::from(looked.rule.shared_by)).then(|| {
        Seen::new(
            format!("{others} autres entreprises connues ont leur siège à la même adresse"),
            format!("{others} other companies that are known have their seat at the same address"),
            vec![of_fact(own), stated("companies_at_the_address", others.to_string())],
        )
    })
}

fn seat(facts: &[Fact], as_of: Day) -> Option<String> {
    let fact = latest(facts, FactKind::Address, as_of).filter(|_| !hides_address(facts))?;
    Some(folded(&fact.value))
}
