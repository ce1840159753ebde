//! Moments and days: what a time stamp means as a day of the books.

use std::time::Duration;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc, Weekday};
use encours_domain::{Day, DomainError};

/// Hours that France is ahead of UTC at a moment: two from the last Sunday of March to the last Sunday of October,
/// 01:00 UTC, else one (directive 2000/84/EC; in force since 1996).
fn hours_ahead(moment: NaiveDateTime) -> i64 {
    let change = |month: u32| {
        let last = NaiveDate::from_ymd_opt(moment.year(), month, 31)?;
        let back = last.weekday().days_since(Weekday::Sun);
        last.checked_sub_days(chrono::Days::new(u64::from(back)))?.and_hms_opt(1, 0, 0)
    };
    match (change(3), change(10)) {
        (Some(spring), Some(autumn)) if spring <= moment && moment < autumn => 2,
        _ => 1,
    }
}

/// The day on which a moment falls in Paris, where the books are kept. Midnight there is 22:00 or 23:00 of the day
/// before in UTC, so cutting the text of a time stamp would lose a day.
///
/// # Errors
/// When the day lies outside the years that are accepted.
pub fn paris_day(moment: DateTime<Utc>) -> Result<Day, DomainError> {
    let plain = moment.naive_utc();
    let local = plain.checked_add_signed(chrono::Duration::hours(hours_ahead(plain)));
    local.map_or_else(
        || Err(DomainError::unreadable("date", &plain.to_string(), "a moment")),
        |l| Day::from_date(l.date()),
    )
}

/// The day in Paris of a time since 1970-01-01 00:00 UTC, as clocks give it.
pub(crate) fn day_at(moment: Duration) -> Day {
    let seconds = i64::try_from(moment.as_secs()).unwrap_or(i64::MAX);
    let moment = DateTime::from_timestamp(seconds, 0);
    moment.and_then(|moment| paris_day(moment).ok()).unwrap_or(Day::LAST)
}

/// Reads a day (`2026-03-31`), or the day in Paris of a time stamp with its zone (`2026-03-31T00:30:00+02:00`). A time
/// without a zone is refused, but for midnight, which systems write when they mean a day.
///
/// # Errors
/// When it is neither.
pub fn day_of(text: &str) -> Result<Day, DomainError> {
    if let Ok(day) = text.parse::<Day>() {
        return Ok(day);
    }
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return paris_day(moment.with_timezone(&Utc));
    }
    let midnight = ["T00:00:00", " 00:00:00"].iter().find_map(|end| text.strip_suffix(end));
    match midnight {
        Some(day) => day.parse(),
        None => Err(DomainError::unreadable("date", text, "a day as YYYY-MM-DD or a time stamp with its zone")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_stamps_are_days_in_paris() {
        for (text, day) in [
            ("2026-03-31", "2026-03-31"),
            ("2026-03-31T00:30:00+02:00", "2026-03-31"),
            ("2026-06-30T22:00:00Z", "2026-07-01"),
            ("2026-06-30T21:59:59Z", "2026-06-30"),
            ("2026-01-31T23:00:00Z", "2026-02-01"),
            ("2026-01-31T22:59:59Z", "2026-01-31"),
            ("2026-03-29T00:59:59Z", "2026-03-29"),
            ("2026-10-25T22:30:00Z", "2026-10-25"),
            ("2025-12-31T23:00:00.000000Z", "2026-01-01"),
            ("2026-05-04T00:00:00", "2026-05-04"),
            ("2026-05-04 00:00:00", "2026-05-04"),
        ] {
            assert_eq!(day_of(text).unwrap().to_string(), day, "{text}");
        }
        for text in ["", "04/05/2026", "2026-05-04T10:00:00", "2026-02-30", "1700000000"] {
            assert!(day_of(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_clock_changes_on_the_last_sundays() {
        for (text, hours) in [
            ("2026-03-29T00:59:59", 1),
            ("2026-03-29T01:00:00", 2),
            ("2026-10-25T00:59:59", 2),
            ("2026-10-25T01:00:00", 1),
            ("2024-03-31T01:00:00", 2),
            ("2023-10-29T01:00:00", 1),
        ] {
            assert_eq!(hours_ahead(text.parse().unwrap()), hours, "{text}");
        }
    }
}
