//! A company that has ceased cannot owe anything new.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::company::{CompanyState, CompanyView};

pub(super) const RULE: Rule =
    Rule { code: "COMPANY_CEASED", holds_when_prepaid: true, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    holds(&situation.company).then_some(Verdict::Decline)
}

pub(super) fn holds(company: &CompanyView) -> bool {
    company.state.present() == Some(&CompanyState::Ceased)
}

fn says(_: &Situation<'_>) -> Bilingual {
    words()
}

pub(super) fn words() -> Bilingual {
    Bilingual::new("l’entreprise a cessé son activité", "the company has ceased")
}
