//! The register of numbers for VAT says that the number is not in force.

use encours_domain::fact::FactKind;

use super::{Detector, Looked, Seen, of_fact};

pub(super) const SIGNAL: Detector = Detector { code: "VAT_NOT_IN_FORCE", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let fact = looked.latest(FactKind::VatRegistration).filter(|fact| fact.value == "invalid")?;
    let (fr, en) = ("le numéro de TVA n’est pas en vigueur", "the VAT number is not in force");
    Some(Seen::new(fr, en, vec![of_fact(fact)]))
}
