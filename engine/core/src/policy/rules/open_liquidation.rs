//! A company in liquidation no longer manages its money: nothing is sold to it on credit.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::company::{CompanyView, Proceedings};

pub(super) const RULE: Rule =
    Rule { code: "OPEN_LIQUIDATION", holds_when_prepaid: true, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    holds(&situation.company).then_some(Verdict::Decline)
}

pub(super) fn holds(company: &CompanyView) -> bool {
    company.proceedings.present() == Some(&Proceedings::Liquidation)
}

fn says(_: &Situation<'_>) -> Bilingual {
    words()
}

pub(super) fn words() -> Bilingual {
    Bilingual::new("une liquidation judiciaire est ouverte", "liquidation proceedings are open")
}
