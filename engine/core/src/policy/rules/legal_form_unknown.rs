//! An unknown legal form lacks evidence, and the client may be a natural person.

use encours_domain::fact::MissingKind;
use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "LEGAL_FORM_UNKNOWN", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let lacking = situation.company.natural_person.missing().is_some_and(MissingKind::lacks_evidence);
    (situation.reads_public_record() && lacking).then_some(Verdict::Refer)
}

fn says(_: &Situation<'_>) -> Bilingual {
    Bilingual::new(
        "forme juridique inconnue : il peut s’agir d’une personne physique",
        "legal form unknown: this may be a natural person",
    )
}
