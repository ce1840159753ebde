//! Opening entries, which restate the balances of the year before, and closing ones, which empty them.

use std::collections::BTreeSet;

use super::account::{Claim, is_of_balance_sheet};
use super::entries::Entries;
use super::journal::{Journal, Record};
use super::symbols::Symbol;
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
        let mut look = Look { journal, last: None };
        let mut of: Vec<Role> = entries.iter().map(|lines| look.role(lines)).collect();
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

/// What an entry's own lines say of its role.
struct Look<'j> {
    journal: &'j Journal,
    /// Whether the journal before was one of openings: entries of one journal mostly follow each other.
    last: Option<((Symbol, Symbol), bool)>,
}

impl Look<'_> {
    fn role(&mut self, lines: &[u32]) -> Role {
        let journal = self.journal;
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
        let mut labels = records().filter(|record| Claim::of(account(record)).is_some()).map(|record| record.label);
        let all_say = labels.next().is_some_and(|label| {
            says_opening(journal.text(label)) && labels.all(|label| says_opening(journal.text(label)))
        });
        if all_say || self.is_of_openings(first) { Role::Opening(first.date) } else { Role::Movement }
    }

    fn is_of_openings(&mut self, record: &Record) -> bool {
        let named = (record.journal, record.journal_name);
        if let Some((_, is)) = self.last.filter(|(known, _)| *known == named) {
            return is;
        }
        let code = plain_letters(self.journal.text(record.journal));
        let name = plain_letters(self.journal.text(record.journal_name));
        let by_code =
            matches!(code.as_str(), "an" | "ran" | "ano" | "anv" | "anx" | "anouv" | "anouveau" | "anouveaux" | "rn");
        let by_name = ["anouveau", "bilandouverture", "ouverture"].iter().any(|word| name.contains(word));
        self.last = Some((named, by_code || by_name));
        by_code || by_name
    }
}

/// A label must begin so: `VIR SA NOUVEAU MONDE` opens nothing.
fn says_opening(label: &str) -> bool {
    // Millions of labels begin with another letter.
    let first = label.chars().find(|letter| letter.is_alphanumeric());
    if !first.is_some_and(|letter| {
        matches!(letter, 'a' | 'A' | 'à' | 'À' | 'r' | 'R' | 's' | 'S' | 'b' | 'B') || !letter.is_ascii()
    }) {
        return false;
    }
    let label = plain_letters(label);
    ["anouveau", "reportanouveau", "soldeanouveau", "bilandouverture"].iter().any(|word| label.starts_with(word))
}
