//! Above an amount a second person approves.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::amount;

pub(super) const RULE: Rule =
    Rule { code: "ABOVE_AUTOMATIC_AMOUNT", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let most = situation.policy.appetite.automatic_up_to;
    (situation.total.minor() > most.minor()).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let most = amount(situation.policy.appetite.automatic_up_to);
    Bilingual::new(
        format!("au-delà de {} d’encours, une seconde personne valide", most.fr),
        format!("above {} of exposure a second person approves", most.en),
    )
}
