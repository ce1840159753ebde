//! Letter groups of one client: letters restart with each account and year.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::account::Claim;
use super::journal::Journal;
use super::opening::opened_by;
use crate::day::Day;

/// The letter group of each lettered line.
pub(super) type Groups = HashMap<u32, u32, FixedState>;

/// Finds the groups of one client's lines.
///
/// Lines of one account, letter and day of matching are one group; without such a day, lines of one year. Groups of one
/// letter that only balance together are one.
pub(super) fn letter_groups(journal: &Journal, lines: &[u32], openings: &[Day]) -> Groups {
    type Key<'j> = (Claim, &'j str, Option<Day>, (Option<Day>, i32));
    let mut groups: BTreeMap<Key<'_>, (i128, Vec<u32>)> = BTreeMap::new();
    for &line in lines {
        let Some(record) = journal.records.get(line as usize).filter(|record| record.letter != 0) else { continue };
        let Some(claim) = Claim::of(journal.text(record.account)) else { continue };
        let year = match record.letter_date {
            Some(_) => (None, 0),
            None => year(openings, record.date),
        };
        let group = groups.entry((claim, journal.text(record.letter), record.letter_date, year)).or_default();
        group.0 += i128::from(record.amount);
        group.1.push(line);
    }
    // Sum and lines of each group.
    type Group = (i128, Vec<u32>);
    let mut by_letter: BTreeMap<(Claim, &str), Vec<Group>> = BTreeMap::new();
    for ((claim, letter, _, _), group) in groups {
        by_letter.entry((claim, letter)).or_default().push(group);
    }
    let mut found = Groups::with_hasher(FixedState::with_seed(31));
    let mut number = 0;
    for parts in by_letter.into_values() {
        let (whole, partial): (Vec<_>, Vec<_>) = parts.into_iter().partition(|(sum, _)| *sum == 0);
        let together = partial.iter().map(|(sum, _)| *sum).sum::<i128>() == 0;
        for (_, lines) in whole.into_iter().chain(if together { Vec::new() } else { partial.clone() }) {
            number += 1;
            found.extend(lines.into_iter().map(|line| (line, number)));
        }
        if together {
            number += 1;
            found.extend(partial.into_iter().flat_map(|(_, lines)| lines).map(|line| (line, number)));
        }
    }
    found
}

/// The accounting year of a day: the opening before it, else the calendar's.
fn year(openings: &[Day], day: Day) -> (Option<Day>, i32) {
    match opened_by(openings, day) {
        Some(opening) if is_within_its_year(opening, day) => (Some(opening), 0),
        _ => (None, chrono::Datelike::year(&day.date())),
    }
}

/// A year that opens with a month ends with the twelfth; one of weeks has at most 53.
fn is_within_its_year(opening: Day, day: Day) -> bool {
    const WEEKS: i32 = 53 * 7;
    const MONTHS: chrono::Months = chrono::Months::new(12);
    if opening.day_of_month() != 1 {
        return day.days_since(opening) < WEEKS;
    }
    opening.date().checked_add_months(MONTHS).is_none_or(|end| day.date() < end)
}
