//! The terms asked for are above the legal ceiling: only others can be offered.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "ASKED_TERMS_UNLAWFUL", holds_when_prepaid: false, reads: Reads::Offer, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let above = situation.ceiling.days().is_some() && !situation.ceiling.allows(situation.asked);
    above.then_some(Verdict::ApproveWithConditions)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let asked = situation.asked.says();
    let most = situation.ceiling.days().unwrap_or(0);
    Bilingual::new(
        format!("{} dépasse le plafond légal de {most} jours", asked.fr),
        format!("{} is above the legal ceiling of {most} days", asked.en),
    )
}
