//! Neither enough history of their own nor a public record to stand in for it: we abstain.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "TOO_LITTLE_EVIDENCE", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let least = situation.policy.evidence.min_own_history_weight;
    let thin = situation.evidence.history.own_history_weight < least;
    (thin && !situation.reads_public_record()).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let invoices = situation.evidence.history.invoices;
    Bilingual::new(
        format!("trop peu d’éléments : {invoices} factures chez nous et le registre n’est pas utilisé"),
        format!("too little evidence: {invoices} invoices with us, and the public record is not used"),
    )
}
