//! Business days: weekends and the public holidays of metropolitan France.
//!
//! A due date on a weekend or public holiday rolls to the next business day; lateness is counted from there.

use chrono::{Datelike, NaiveDate};

use crate::day::Day;

/// Names the calendar in an assessment's `made_with`, so that a later change of holidays shows.
pub const VERSION: &str = "fr-metropolitan-1";

/// Whether banks and offices are open: no weekend, no public holiday (Code du travail L3133-1).
pub fn is_business_day(day: Day) -> bool {
    !day.is_weekend() && !is_public_holiday(day)
}

/// The day itself when it is a business day, else the next one.
///
/// ```
/// use encours_domain::{Day, calendar};
/// let labour_day: Day = "2026-05-01".parse()?; // a Friday
/// assert_eq!(calendar::next_business_day(labour_day).to_string(), "2026-05-04");
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
pub fn next_business_day(day: Day) -> Day {
    // No French holiday cluster is longer than five days.
    (0..7).map(|ahead| day.plus_clamped(ahead)).find(|&candidate| is_business_day(candidate)).unwrap_or(day)
}

fn is_public_holiday(day: Day) -> bool {
    let date = day.date();
    let fixed = matches!(
        (date.month(), date.day()),
        (1, 1) | (5, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 1) | (11, 11) | (12, 25)
    );
    let after_easter = easter_sunday(date.year()).map(|easter| (date - easter).num_days());
    // Easter Monday, Ascension, Whit Monday.
    fixed || matches!(after_easter, Some(1 | 39 | 50))
}

/// Easter Sunday by the anonymous Gregorian algorithm (Meeus, *Astronomical Algorithms*, chapter 8).
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let a = year % 19;
    let (b, c) = (year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let f = (b + 8) / 25;
    let g = (b - f + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let month = (h + l - 7 * m + 114) / 31;
    let day = (h + l - 7 * m + 114) % 31 + 1;
    NaiveDate::from_ymd_opt(year, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holidays_of_known_years() {
        // Easter Mondays, Ascensions and Whit Mondays as printed in French calendars.
        for text in ["2024-04-01", "2024-05-09", "2024-05-20", "2026-04-06", "2026-05-14", "2026-05-25", "2026-12-25"] {
            assert!(is_public_holiday(text.parse().unwrap()), "{text}");
        }
        for text in ["2024-03-29", "2026-04-03", "2026-05-26", "2026-12-26"] {
            assert!(!is_public_holiday(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn rolls_over_weekend_and_holiday() {
        for (due, paid_by) in [
            ("2026-05-29", "2026-05-29"),
            ("2026-05-30", "2026-06-01"),
            ("2026-05-23", "2026-05-26"),
            ("2025-12-25", "2025-12-26"),
        ] {
            assert_eq!(next_business_day(due.parse().unwrap()).to_string(), paid_by);
        }
    }
}
