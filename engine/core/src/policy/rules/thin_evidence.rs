//! Little history of their own, and more at stake than a public record alone may carry: we abstain.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::amount;

pub(super) const RULE: Rule =
    Rule { code: "THIN_EVIDENCE", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

/// Where no public record is read either, another rule holds whatever the amount.
fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let evidence = &situation.policy.evidence;
    let thin = situation.evidence.history.own_history_weight < evidence.min_own_history_weight;
    let much = situation.total.minor() > evidence.thin_up_to.minor();
    (thin && much && situation.reads_public_record()).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let invoices = situation.evidence.history.invoices;
    let most = amount(situation.policy.evidence.thin_up_to);
    Bilingual::new(
        format!("trop peu d’histoire chez nous ({invoices} factures) pour plus de {} d’encours", most.fr),
        format!("too little history with us ({invoices} invoices) for more than {} of exposure", most.en),
    )
}
