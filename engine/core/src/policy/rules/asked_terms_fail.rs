//! The terms and deposit asked for do not pass the two tests, and others do.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "ASKED_TERMS_FAIL", holds_when_prepaid: false, reads: Reads::Offer, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let priced = situation.chosen.asked.is_some() && situation.chosen.light.is_some();
    (priced && !situation.asked_passes()).then_some(Verdict::ApproveWithConditions)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let asked = situation.chosen.asked.as_ref();
    if asked.is_some_and(|asked| !asked.loss_under_cap) {
        return Bilingual::new(
            "aux conditions demandées, la perte attendue dépasse le plafond de la politique",
            "on the terms asked, the expected loss is above the policy’s cap",
        );
    }
    if asked.is_some_and(|asked| !asked.worth_above_floor) {
        return Bilingual::new(
            "aux conditions demandées, la marge ne paie pas l’attente et le risque",
            "on the terms asked, the margin does not pay for the wait and the risk",
        );
    }
    if !situation.asked_within_matrix() {
        let days = situation.cell.most_days;
        return Bilingual::new(
            format!("pour un client à ce risque, la politique donne {days} jours au plus"),
            format!("for a client at this risk the policy gives {days} days at most"),
        );
    }
    Bilingual::new(
        "sans cet acompte, l’encours dépasserait la limite",
        "without this deposit the exposure would be above the limit",
    )
}
