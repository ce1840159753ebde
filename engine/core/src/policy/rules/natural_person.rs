//! A natural person, or a client who may be one: every adverse outcome is a human's, and a full grant passes alone only
//! where the policy says so (GDPR article 22).

use encours_domain::fact::Known;
use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "NATURAL_PERSON", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

/// The rule by itself only holds back full grants; adverse outcomes are turned by [`for_a_human`].
fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    (may_be(situation) && !situation.policy.full_grant_alone).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    if situation.natural_person == Known::Present(true) {
        return Bilingual::new("personne physique : un humain décide", "a natural person: a human decides");
    }
    Bilingual::new("peut-être une personne physique : un humain décide", "perhaps a natural person: a human decides")
}

/// Anything short of a full grant becomes a person's decision.
pub(super) fn for_a_human(verdict: Verdict, situation: &Situation<'_>) -> Verdict {
    match verdict {
        Verdict::ApproveWithConditions | Verdict::Decline if may_be(situation) => Verdict::Refer,
        other => other,
    }
}

fn may_be(situation: &Situation<'_>) -> bool {
    situation.natural_person != Known::Present(false)
}
