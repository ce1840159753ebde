//! What is open today, what of it is overdue and for how long, and what has gone wrong before.

use std::collections::VecDeque;

use encours_models::Direction;

use crate::features::reading::{Reading, float};
use crate::features::registry::{Feature, FeatureFamily, Unit};
use crate::features::says::{Phrase, Said, Tone};
use crate::features::state::Life;

/// What is counted of open claims. Amounts in minor units of the book's currency.
#[derive(Clone, Debug, Default)]
pub(crate) struct OpenTally {
    pub(crate) count: i64,
    pub(crate) amount: i64,
    pub(crate) overdue_count: i64,
    pub(crate) overdue_amount: i64,
    /// Claims in the order of their due dates since they fell overdue; some may have been closed or disputed since.
    queue: VecDeque<(i32, usize)>,
    pub(crate) bounces: i64,
    pub(crate) last_bounce: Option<i32>,
    pub(crate) disputes: i64,
    pub(crate) write_offs: i64,
}

impl OpenTally {
    pub(crate) fn reset(&mut self) {
        let mut queue = std::mem::take(&mut self.queue);
        queue.clear();
        *self = Self { queue, ..Self::default() };
    }

    pub(crate) fn opened(&mut self, amount: i64) {
        self.count += 1;
        self.amount = self.amount.saturating_add(amount);
    }

    pub(crate) fn changed(&mut self, change: i64, overdue: bool) {
        self.amount = self.amount.saturating_add(change);
        if overdue {
            self.overdue_amount = self.overdue_amount.saturating_add(change);
        }
    }

    pub(crate) fn closed(&mut self, left: i64, overdue: bool) {
        self.count -= 1;
        self.amount = self.amount.saturating_sub(left);
        if overdue {
            self.left_overdue(left);
        }
    }

    /// A claim is no longer overdue: closed, or disputed.
    pub(crate) fn left_overdue(&mut self, left: i64) {
        self.overdue_count -= 1;
        self.overdue_amount = self.overdue_amount.saturating_sub(left);
    }

    pub(crate) fn fell_overdue(&mut self, left: i64, due: i32, position: usize) {
        self.overdue_count += 1;
        self.overdue_amount = self.overdue_amount.saturating_add(left);
        // Claims come nearly always in the order of their due dates; only late bookings and bounces do not.
        if self.queue.back().is_none_or(|last| *last <= (due, position)) {
            self.queue.push_back((due, position));
            return;
        }
        let place = self.queue.partition_point(|entry| *entry <= (due, position));
        self.queue.insert(place, (due, position));
    }

    /// Forgets claims at the head of the queue that are no longer overdue.
    pub(crate) fn tidy(&mut self, lives: &[Life]) {
        let gone = |position: usize| lives.get(position).is_none_or(|life| !life.overdue);
        while self.queue.front().is_some_and(|&(_, position)| gone(position)) {
            self.queue.pop_front();
        }
    }

    pub(crate) fn bounced(&mut self, day: i32) {
        self.bounces += 1;
        self.last_bounce = self.last_bounce.max(Some(day));
    }

    pub(crate) fn disputed(&mut self) {
        self.disputes += 1;
    }

    pub(crate) fn written_off(&mut self) {
        self.write_offs += 1;
    }

    /// Due date of the claim that is overdue for longest.
    pub(crate) fn oldest_due(&self, lives: &[Life]) -> Option<i32> {
        let overdue = |position: usize| lives.get(position).is_some_and(|life| life.overdue);
        self.queue.iter().find(|(_, position)| overdue(*position)).map(|(due, _)| *due)
    }
}

/// Days since the oldest overdue claim fell due; nought when there is none.
pub(crate) fn oldest_overdue_days(reading: &Reading<'_>) -> f64 {
    let oldest = reading.state.open.oldest_due(&reading.state.lives);
    oldest.map_or(0.0, |due| f64::from(reading.today - due))
}

/// Natural logarithm of an amount plus one minor unit.
pub(crate) fn log_amount(minor: i64) -> f64 {
    libm::log1p(float(minor.max(0)))
}

/// What stands open says nothing of somebody who never bought.
fn known_client(reading: &Reading<'_>, says: impl FnOnce(&OpenTally) -> Said) -> Said {
    if reading.state.rhythm.count == 0 { Said::NoHistory } else { says(&reading.state.open) }
}

fn yes_or_no(yes: bool, against: Phrase, for_it: Phrase) -> Said {
    if yes { Said::of(Tone::Against, against) } else { Said::of(Tone::For, for_it) }
}

/// A feature of this family, risk up.
const fn up(
    name: &'static str,
    unit: Unit,
    missing: &'static str,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        unit,
        direction: Direction::RiskUp,
        missing,
        reads,
        code,
        says,
        offered: true,
        of_amount: false,
        value,
    }
}

const NEVER_MISSING: &str = "never missing: nought when there is none";

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "open",
    features: &[
        up(
            "overdue_count",
            Unit::Count,
            NEVER_MISSING,
            "open invoices past their due date and not in dispute",
            "OVERDUE_COUNT",
            |reading| {
                known_client(reading, |open| {
                    yes_or_no(
                        open.overdue_count > 0,
                        ("a des factures échues impayées", "has invoices past due and unpaid"),
                        ("n’a aucune facture échue impayée", "has no invoice past due"),
                    )
                })
            },
            |reading| float(reading.state.open.overdue_count),
        ),
        up(
            "overdue_amount",
            Unit::LogAmount,
            NEVER_MISSING,
            "logarithm of the amount past its due date and not in dispute",
            "OVERDUE_AMOUNT",
            |reading| {
                known_client(reading, |open| {
                    yes_or_no(
                        open.overdue_amount > 0,
                        ("doit des montants échus", "owes amounts past due"),
                        ("ne doit aucun montant échu", "owes nothing past due"),
                    )
                })
            },
            |reading| log_amount(reading.state.open.overdue_amount),
        ),
        up(
            "overdue_share",
            Unit::Share,
            "no open invoice",
            "overdue amount over open amount",
            "OVERDUE_SHARE",
            |reading| {
                known_client(reading, |open| {
                    if open.amount <= 0 {
                        return Said::of(Tone::Neither, ("n’a rien d’ouvert chez nous", "has nothing open with us"));
                    }
                    Said::level(
                        float(open.overdue_amount) / float(open.amount),
                        0.0,
                        0.5,
                        [
                            ("rien de ce qu’il doit n’est échu", "nothing of what it owes is past due"),
                            ("une part de ce qu’il doit est échue", "part of what it owes is past due"),
                            ("une grande part de ce qu’il doit est échue", "much of what it owes is past due"),
                        ],
                    )
                })
            },
            |reading| {
                let open = &reading.state.open;
                if open.amount > 0 { float(open.overdue_amount) / float(open.amount) } else { f64::NAN }
            },
        ),
        up(
            "oldest_overdue",
            Unit::Days,
            NEVER_MISSING,
            "days since the oldest overdue invoice fell due",
            "OLDEST_OVERDUE",
            |reading| {
                known_client(reading, |_| {
                    Said::level(
                        oldest_overdue_days(reading),
                        0.0,
                        30.0,
                        [
                            ("aucune facture n’attend au-delà de son échéance", "no invoice waits past its due date"),
                            (
                                "une facture a passé son échéance depuis peu",
                                "an invoice passed its due date a short while ago",
                            ),
                            ("une facture attend depuis longtemps", "an invoice has been waiting for long"),
                        ],
                    )
                })
            },
            oldest_overdue_days,
        ),
        up(
            "bounces",
            Unit::Count,
            NEVER_MISSING,
            "payments that came back (debits, cheques)",
            "BOUNCED",
            |reading| {
                if reading.state.open.bounces == 0 && reading.state.days.count == 0 {
                    return Said::NoHistory;
                }
                yes_or_no(
                    reading.state.open.bounces > 0,
                    ("un prélèvement ou un chèque est revenu impayé", "a debit or cheque came back unpaid"),
                    ("aucun impayé bancaire", "no debit or cheque came back"),
                )
            },
            |reading| float(reading.state.open.bounces),
        ),
    ],
};
