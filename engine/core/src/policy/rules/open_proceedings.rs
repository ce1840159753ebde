//! Receivership, safeguard, plan or conciliation: what the policy says of each.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::company::Proceedings;

pub(super) const RULE: Rule =
    Rule { code: "OPEN_PROCEEDINGS", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let rule = &situation.policy.proceedings;
    match situation.company.proceedings.present()? {
        Proceedings::Receivership => Some(rule.receivership),
        Proceedings::Safeguard | Proceedings::Plan | Proceedings::Conciliation => Some(rule.safeguard),
        // The rule of liquidations speaks for the last; the first two are no open proceedings.
        Proceedings::None | Proceedings::Closed | Proceedings::Liquidation => None,
    }
}

fn says(situation: &Situation<'_>) -> Bilingual {
    match situation.company.proceedings.present() {
        Some(Proceedings::Receivership) => {
            Bilingual::new("un redressement judiciaire est ouvert", "receivership proceedings are open")
        }
        Some(Proceedings::Safeguard) => Bilingual::new("une sauvegarde est ouverte", "safeguard proceedings are open"),
        Some(Proceedings::Plan) => {
            Bilingual::new("un plan de continuation est en cours", "a recovery plan is being carried out")
        }
        _ => Bilingual::new("une conciliation a été rendue publique", "a conciliation was made public"),
    }
}
