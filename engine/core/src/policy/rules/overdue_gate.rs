//! Nothing more is sold on credit while enough has been overdue for long enough.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::amount;

pub(super) const RULE: Rule =
    Rule { code: "OVERDUE_GATE", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let (gate, history) = (&situation.policy.overdue_gate, situation.evidence.history);
    let much = history.overdue.minor() > 0 && history.overdue.minor() >= gate.min_amount.minor();
    let long = history.worst_overdue_days >= u32::from(gate.min_days);
    (much && long).then_some(gate.verdict)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let history = situation.evidence.history;
    let (overdue, days) = (amount(history.overdue), history.worst_overdue_days);
    Bilingual::new(
        format!("{} sont échus chez nous, depuis {days} jours pour la plus ancienne facture", overdue.fr),
        format!("{} is overdue with us, the oldest invoice for {days} days", overdue.en),
    )
}
