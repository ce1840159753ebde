//! While no model is trained, chances are base rates: enough for small amounts only.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::evidence::EvidenceLevel;

pub(super) const RULE: Rule =
    Rule { code: "PRIOR_ONLY", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let prior_only = situation.evidence.level == EvidenceLevel::PriorOnly;
    let much = situation.total.minor() > situation.policy.evidence.prior_only_up_to.minor();
    (prior_only && much).then_some(Verdict::Refer)
}

fn says(_: &Situation<'_>) -> Bilingual {
    Bilingual::new(
        "aucun modèle n’est entraîné : les chances sont des moyennes publiées",
        "no model is trained: the chances are published averages",
    )
}
