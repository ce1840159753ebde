//! A company that has ceased cannot owe anything new.

use encours_domain::{Bilingual, Verdict};

use super::{Rule, Situation};
use crate::company::CompanyState;

pub(super) const RULE: Rule = Rule { code: "COMPANY_CEASED", holds_when_prepaid: true, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let ceased = situation.company.state.present() == Some(&CompanyState::Ceased);
    ceased.then_some(Verdict::Decline)
}

fn says(_: &Situation<'_>) -> Bilingual {
    Bilingual::new("l’entreprise a cessé son activité", "the company has ceased")
}
