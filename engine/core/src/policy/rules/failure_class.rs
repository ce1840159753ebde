//! From some failure class on, a person decides.

use encours_domain::{Bilingual, Share, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::per_cent;

pub(super) const RULE: Rule =
    Rule { code: "FAILURE_CLASS", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let from = situation.policy.appetite.refer_from_class;
    (situation.failure.class_index >= from).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let failure = &situation.failure;
    let chance = per_cent(Share::new(failure.p_12_months.value()).unwrap_or(Share::WHOLE));
    let class = &failure.class;
    Bilingual::new(
        format!("risque de défaillance de {} à douze mois (classe {class})", chance.fr),
        format!("failure risk of {} within twelve months (class {class})", chance.en),
    )
}
