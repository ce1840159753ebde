//! Opening entries, which restate the balances of the year before, and closing ones, which empty them.

use std::collections::BTreeSet;

use super::account::{Claim, is_of_balance_sheet};
use super::entries::Entries;
use super::journal::{Journal, Record};
use crate::day::Day;
use crate::reader::plain_letters;

/// What an entry is to its year.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Books what happened.
    Movement,
    /// Restates the balances of the evening before; the day on which the year opens.
    Opening(Day),
    /// Empties all accounts into the closing balance sheet (891).
    Closing,
    /// Restates balances, and a later file restates them anew.
    Superseded,
}

/// Each entry's role, and the days on which years open.
pub(super) struct Roles {
    pub of: Vec<Role>,
    pub days: Vec<Day>,
}

/// Days within which several opening entries belong to one opening.
const ONE_OPENING: i32 = 120;

impl Roles {
    /// Looks at every entry.
    pub fn of(journal: &Journal, entries: &Entries) -> Self {
        let mut of: Vec<Role> = entries.iter().map(|lines| first_look(journal, lines)).collect();
        let found: BTreeSet<Day> = of
            .iter()
            .filter_map(|role| match role {
                Role::Opening(day) => Some(*day),
                _ => None,
            })
            .collect();
        let mut days: Vec<Day> = Vec::new();
        for day in found {
            if days.last().is_none_or(|last| day.days_since(*last) > ONE_OPENING) {
                days.push(day);
            }
        }
        for role in &mut of {
            if let Role::Opening(day) = role {
                *day = opened_by(&days, *day).unwrap_or(*day);
            }
        }
        let mut roles = Self { of, days };
        roles.supersede(journal, entries);
        roles
    }

    /// Of the openings of one year that several files state, the one of the file that reaches furthest counts.
    fn supersede(&mut self, journal: &Journal, entries: &Entries) {
        let state = |lines: &[u32]| {
            lines
                .iter()
                .filter_map(|&line| journal.records.get(line as usize))
                .filter_map(|record| record.state_of)
                .max()
        };
        for &day in &self.days {
            let ours = || entries.iter().zip(&self.of).filter(|(_, role)| **role == Role::Opening(day));
            let latest = ours().filter_map(|(lines, _)| state(lines)).max();
            let old: Vec<usize> = (0..)
                .zip(entries.iter().zip(&self.of))
                .filter(|(_, (lines, role))| **role == Role::Opening(day) && state(lines) < latest)
                .map(|(at, _)| at)
                .collect();
            for at in old {
                if let Some(role) = self.of.get_mut(at) {
                    *role = Role::Superseded;
                }
            }
        }
    }
}

/// The year that a day lies in, named by its opening.
pub(super) fn opened_by(days: &[Day], day: Day) -> Option<Day> {
    days.iter().rev().find(|opening| **opening <= day).copied()
}

fn first_look(journal: &Journal, lines: &[u32]) -> Role {
    let records = || lines.iter().filter_map(|&line| journal.records.get(line as usize));
    let account = |record: &Record| journal.text(record.account);
    let Some(first) = records().next() else { return Role::Movement };
    if records().any(|record| account(record).starts_with("891")) {
        return Role::Closing;
    }
    if records().any(|record| account(record).starts_with("890")) {
        return Role::Opening(first.date);
    }
    if !records().all(|record| is_of_balance_sheet(account(record))) {
        return Role::Movement;
    }
    let code = plain_letters(journal.text(first.journal));
    let name = plain_letters(journal.text(first.journal_name));
    let by_code =
        matches!(code.as_str(), "an" | "ran" | "ano" | "anv" | "anx" | "anouv" | "anouveau" | "anouveaux" | "rn");
    let by_name = ["anouveau", "bilandouverture", "ouverture"].iter().any(|word| name.contains(word));
    // A label must begin so: `VIR SA NOUVEAU MONDE` opens nothing.
    let says = |label: &str| {
        ["anouveau", "reportanouveau", "soldeanouveau", "bilandouverture"].iter().any(|word| label.starts_with(word))
    };
    let labels = || {
        let claims = records().filter(|record| Claim::of(account(record)).is_some());
        claims.map(|record| plain_letters(journal.text(record.label)))
    };
    if by_code || by_name || (labels().next().is_some() && labels().all(|label| says(&label))) {
        return Role::Opening(first.date);
    }
    Role::Movement
}
