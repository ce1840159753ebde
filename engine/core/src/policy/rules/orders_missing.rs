//! Open orders count in the exposure: where the policy asks for their list and it is missing, too old or in a currency that
//! cannot be summed, a person decides, at every amount.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::evidence::OrdersKnown;
use crate::policy::file::OrdersUse;
use crate::policy::words::date;

pub(super) const RULE: Rule =
    Rule { code: "ORDERS_MISSING", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

/// Below the entry amount too: what is open decides whether an order is below it.
fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let rule = situation.policy.orders;
    let orders = situation.evidence.exposure.fed.orders;
    let lacking = match (rule.needed, orders) {
        (OrdersUse::WhenGiven, _) | (OrdersUse::KeptUp, OrdersKnown::Never) => false,
        (OrdersUse::Required | OrdersUse::KeptUp, OrdersKnown::On(_)) => {
            orders.older_than(rule.max_age_days, situation.evidence.as_of).is_some()
        }
        (OrdersUse::Required | OrdersUse::KeptUp, _) => true,
    };
    lacking.then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    match situation.evidence.exposure.fed.orders {
        OrdersKnown::Never => {
            Bilingual::new("aucune liste des commandes en cours n’a été donnée", "no list of open orders was given")
        }
        OrdersKnown::Uncounted => Bilingual::new(
            "des commandes en cours de ce client sont dans une autre devise : leur total n’est pas connu",
            "some of this client’s open orders are in another currency: their total is not known",
        ),
        OrdersKnown::Undated => Bilingual::new(
            "on ne sait pas de quand date la liste des commandes en cours : importez-la à nouveau",
            "the day of the list of open orders is not known: import it again",
        ),
        OrdersKnown::On(given) => {
            let given = date(given);
            Bilingual::new(
                format!("la dernière liste des commandes en cours est du {}", given.fr),
                format!("the last list of open orders was given on {}", given.en),
            )
        }
    }
}
