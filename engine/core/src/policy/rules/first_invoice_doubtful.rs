//! From some chance on that the first invoice goes unpaid, a person decides.

use encours_domain::{Bilingual, Share, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::per_cent;

pub(super) const RULE: Rule =
    Rule { code: "FIRST_INVOICE_DOUBTFUL", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let found = situation.first_invoice.as_ref()?;
    (found.p_unpaid >= situation.policy.first_invoice.refer_from).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let chance = situation.first_invoice.as_ref().map_or(1.0, |found| found.p_unpaid.value());
    let chance = per_cent(Share::new(chance).unwrap_or(Share::WHOLE));
    Bilingual::new(
        format!("première facture : {} de risque d’impayé selon la règle d’expert", chance.fr),
        format!("first invoice: {} chance of going unpaid by the expert rule", chance.en),
    )
}
