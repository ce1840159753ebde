//! What came back: a payment through the bank, a credit balance given back, a claim that a factor had bought.

use std::collections::{BTreeMap, BTreeSet};

use super::items::{Debit, Items};
use crate::ledger::PaymentKind;

/// What a debit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Back {
    /// Neither from the bank nor from a factor.
    NotBank,
    /// A factor gave a claim back; which assignment that undoes, where it is known.
    FromFactor { assigned: Option<usize> },
    /// A payment came back; which one, where it is known.
    Rejected { payment: Option<usize> },
    /// A credit balance was given back.
    Refunded,
}

/// Days within which a payment comes back: cheques and direct debits within weeks, contested debits within 13 months.
const LONGEST: i32 = 400;

/// Looks at each debit; they and what was given are sorted by day.
pub(super) fn found(items: &Items) -> Vec<Back> {
    let mut free: BTreeMap<(bool, i64), BTreeSet<usize>> = BTreeMap::new();
    for (at, given) in items.given.iter().enumerate() {
        let is_assigned = given.kind == PaymentKind::Assigned;
        if is_assigned || matches!(given.kind, PaymentKind::Payment | PaymentKind::BillMatured) {
            free.entry((is_assigned, given.amount)).or_default().insert(at);
        }
    }
    let balances = Balances::of(items);
    let mut backs = Vec::with_capacity(items.debits.len());
    for debit in &items.debits {
        if !debit.from_bank && !debit.from_factor {
            backs.push(Back::NotBank);
            continue;
        }
        let key = (debit.from_factor, debit.amount);
        let same = free.get(&key);
        let earlier = |at: &&usize| {
            items.given.get(**at).is_some_and(|given| (0..=LONGEST).contains(&debit.date.days_since(given.date)))
        };
        let lettered = |at: &&usize| {
            items.given.get(**at).is_some_and(|given| given.groups.iter().any(|group| debit.groups.contains(group)))
        };
        let with_letter = same.and_then(|same| same.iter().rev().find(|at| earlier(at) && lettered(at)));
        let last = same.and_then(|same| same.iter().rev().find(earlier));
        let pays_a_note = items.notes.iter().any(|note| {
            note.amount == debit.amount.saturating_neg() && note.groups.iter().any(|group| debit.groups.contains(group))
        });
        let payment = with_letter.or(last).copied();
        if debit.from_factor {
            if let (Some(payment), Some(same)) = (payment, free.get_mut(&key)) {
                same.remove(&payment);
            }
            backs.push(Back::FromFactor { assigned: payment });
            continue;
        }
        let is_refund = match Words::of(debit) {
            Words::Refund => true,
            Words::Reject => false,
            Words::Neither => {
                pays_a_note
                    || (with_letter.is_none()
                        && (balances.before(debit) <= -i128::from(debit.amount) || payment.is_none()))
            }
        };
        if is_refund {
            backs.push(Back::Refunded);
            continue;
        }
        if let (Some(payment), Some(same)) = (payment, free.get_mut(&key)) {
            same.remove(&payment);
        }
        backs.push(Back::Rejected { payment });
    }
    backs
}

/// What the label says.
enum Words {
    Reject,
    Refund,
    Neither,
}

impl Words {
    fn of(debit: &Debit) -> Self {
        let says = |words: &[&str]| debit.words.iter().any(|word| words.iter().any(|known| word.starts_with(known)));
        if says(&["rejet", "impay", "retour", "rej", "represent", "sansprovision"]) {
            Words::Reject
        } else if says(&["remb", "refund", "avoir", "tropper"]) {
            Words::Refund
        } else {
            Words::Neither
        }
    }
}

/// What the client owed on each day.
struct Balances(Vec<(i32, i128)>);

impl Balances {
    fn of(items: &Items) -> Self {
        let drafts = items.invoices.iter().chain(&items.notes).map(|draft| (draft.issue, i128::from(draft.amount)));
        let given = items.given.iter().map(|given| (given.date, -i128::from(given.amount)));
        let debits = items.debits.iter().map(|debit| (debit.date, i128::from(debit.amount)));
        let mut days: BTreeMap<i32, i128> = BTreeMap::new();
        for (day, amount) in drafts.chain(given).chain(debits) {
            *days.entry(day.number()).or_default() += amount;
        }
        let mut balance = 0;
        Self(
            days.into_iter()
                .map(|(day, amount)| {
                    balance += amount;
                    (day, balance)
                })
                .collect(),
        )
    }

    /// What was owed in the evening of the debit's day without it.
    fn before(&self, debit: &Debit) -> i128 {
        let after = self.0.partition_point(|(day, _)| *day <= debit.date.number());
        let balance = after.checked_sub(1).and_then(|at| self.0.get(at)).map_or(0, |(_, balance)| *balance);
        balance - i128::from(debit.amount)
    }
}
