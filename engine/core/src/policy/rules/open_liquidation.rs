//! A company in liquidation no longer manages its money: nothing is sold to it on credit.

use encours_domain::{Bilingual, Verdict};

use super::{Rule, Situation};
use crate::company::Proceedings;

pub(super) const RULE: Rule = Rule { code: "OPEN_LIQUIDATION", holds_when_prepaid: true, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let open = situation.company.proceedings.present() == Some(&Proceedings::Liquidation);
    open.then_some(Verdict::Decline)
}

fn says(_: &Situation<'_>) -> Bilingual {
    Bilingual::new("une liquidation judiciaire est ouverte", "liquidation proceedings are open")
}
