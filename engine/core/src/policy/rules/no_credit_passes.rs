//! No lawful terms with any deposit short of the whole pass the tests of loss and worth. A public buyer, who can pay neither
//! a deposit nor in advance, goes to a person.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "NO_CREDIT_PASSES", holds_when_prepaid: false, reads: Reads::Offer, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let verdict = if situation.public_buyer { Verdict::Refer } else { Verdict::Decline };
    situation.chosen.light.is_none().then_some(verdict)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    if situation.chosen.over_cap && situation.public_buyer {
        return Bilingual::new(
            "la perte attendue dépasse le plafond de la politique, et un acheteur public ne verse pas d’acompte",
            "the expected loss is above the policy’s cap, and a public buyer pays no deposit",
        );
    }
    if situation.chosen.over_cap {
        return Bilingual::new(
            "la perte attendue dépasse le plafond de la politique, quel que soit l’acompte",
            "the expected loss is above the policy’s cap, whatever the deposit",
        );
    }
    if situation.cell.most_days == 0 {
        return Bilingual::new(
            "à ce risque de retard et de défaillance, la politique ne donne aucun délai",
            "at this risk of lateness and failure the policy gives no days at all",
        );
    }
    Bilingual::new(
        "aucune vente à crédit ne laisse la marge voulue par la politique",
        "no sale on credit leaves what the policy wants an order to be worth",
    )
}
