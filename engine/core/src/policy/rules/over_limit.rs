//! Gross exposure with this order stays under the limit.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::Stage;
use crate::policy::words::amount;

pub(super) const RULE: Rule =
    Rule { code: "OVER_LIMIT", holds_when_prepaid: false, reads: Reads::Offer, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let over = situation.tested_exposure().minor() > situation.most.minor();
    over.then_some(situation.policy.limit.over_limit)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let exposure = amount(situation.tested_exposure());
    let limit = amount(situation.limit.automatic(situation.policy));
    let (tolerated_fr, tolerated_en) =
        if situation.evidence.quote.stage() == Stage::Order || !situation.evidence.is_ordered {
            (String::new(), String::new())
        } else {
            let most = amount(situation.most);
            (format!(" ({} tolérés à ce stade)", most.fr), format!(" ({} tolerated at this stage)", most.en))
        };
    Bilingual::new(
        format!(
            "avec cette commande l’encours atteindrait {} pour une limite de {}{tolerated_fr}",
            exposure.fr, limit.fr
        ),
        format!(
            "with this order the exposure would reach {}, above the limit of {}{tolerated_en}",
            exposure.en, limit.en
        ),
    )
}
