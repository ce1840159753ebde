//! Letter groups of one client: letters restart with each account and year.

use std::collections::HashMap;

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
    let mut lettered: Vec<Lettered<'_>> = Vec::with_capacity(lines.len());
    for &line in lines {
        let Some(record) = journal.records.get(line as usize).filter(|record| record.letter != 0) else { continue };
        let Some(claim) = Claim::of(journal.text(record.account)) else { continue };
        let year = match record.letter_date {
            Some(_) => (None, 0),
            None => year(openings, record.date),
        };
        let letter = (claim, journal.text(record.letter));
        lettered.push(Lettered { letter, part: (record.letter_date, year), line, amount: record.amount });
    }
    // Lines of one part stay in their order.
    lettered.sort_by(|left, right| (left.letter, left.part).cmp(&(right.letter, right.part)));
    let mut found = Groups::with_capacity_and_hasher(lettered.len(), FixedState::with_seed(31));
    let mut number = 0;
    for letter in lettered.chunk_by(|left, right| left.letter == right.letter) {
        let parts = || letter.chunk_by(|left, right| left.part == right.part);
        let (whole, partial): (Vec<_>, Vec<_>) = parts().partition(|part| sum(part) == 0);
        let together = partial.iter().map(|part| sum(part)).sum::<i128>() == 0;
        for part in whole.iter().chain(partial.iter().filter(|_| !together)) {
            number += 1;
            found.extend(part.iter().map(|one| (one.line, number)));
        }
        if together {
            number += 1;
            found.extend(partial.iter().copied().flatten().map(|one| (one.line, number)));
        }
    }
    found
}

/// A line with a letter.
struct Lettered<'j> {
    /// Account and letter.
    letter: (Claim, &'j str),
    /// Day of matching, else the year.
    part: (Option<Day>, (Option<Day>, i32)),
    line: u32,
    amount: i64,
}

fn sum(part: &[Lettered<'_>]) -> i128 {
    part.iter().map(|one| i128::from(one.amount)).sum()
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
