//! A signal of identity or fraud that a person must look at before credit is given.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::signals::Signal;

pub(super) const RULE: Rule =
    Rule { code: "SIGNAL_FOR_A_PERSON", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    found(situation).map(|_| Verdict::Refer)
}

fn found<'a>(situation: &Situation<'a>) -> Option<&'a Signal> {
    situation.evidence.signals.iter().find(|signal| signal.refers)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let signal = found(situation).map(|signal| &signal.says);
    let (fr, en) = signal.map_or(("à regarder", "to be looked at"), |says| (&says.fr, &says.en));
    Bilingual::new(format!("un signal est à regarder : {fr}"), format!("a signal must be looked at: {en}"))
}
