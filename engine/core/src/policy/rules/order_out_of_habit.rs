//! An order far beyond what the client has bought before is a person's: a planned fraud looks like that.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::words::amount;

pub(super) const RULE: Rule =
    Rule { code: "ORDER_OUT_OF_HABIT", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

/// Open orders count with this one, so that an order in parts is the same order. Up to the entry amount nobody asks.
fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let history = situation.evidence.history;
    let (largest, median) = (history.largest_invoice?, history.median_invoice?);
    let ordered = situation.ordered.minor();
    let habit = &situation.policy.habit;
    let beyond_largest = ordered > largest.times(habit.times_largest).minor();
    let beyond_median = ordered > largest.minor() && ordered > median.times(habit.times_median).minor();
    (!situation.below_entry && (beyond_largest || beyond_median)).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let ordered = amount(situation.ordered);
    let largest = situation.evidence.history.largest_invoice.unwrap_or(situation.ordered);
    let largest = amount(largest);
    Bilingual::new(
        format!("{} commandés, loin des habitudes de ce client (plus grosse facture : {})", ordered.fr, largest.fr),
        format!("{} ordered, far from this client’s habit (largest invoice: {})", ordered.en, largest.en),
    )
}
