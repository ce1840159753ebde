//! Days, months and French public holidays.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// A date known when this is compiled; an impossible one doesn't compile.
#[expect(clippy::panic, reason = "evaluated by the compiler, which it stops")]
pub(crate) const fn day(year: i32, month: u32, of_month: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, of_month) {
        Some(date) => date,
        None => panic!("impossible date in the source"),
    }
}

/// The date so many days later (earlier if negative).
pub(crate) fn plus(date: NaiveDate, days: i64) -> NaiveDate {
    let distance = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(distance) } else { date.checked_add_days(distance) };
    moved.unwrap_or(date)
}

/// Days from `from` to `to`.
pub(crate) fn days_between(from: NaiveDate, to: NaiveDate) -> i64 {
    (to - from).num_days()
}

/// The last day of the date's month.
pub(crate) fn month_end(date: NaiveDate) -> NaiveDate {
    of_month(date, 31)
}

/// The given day of the date's month, or its last day when the month is shorter.
pub(crate) fn of_month(date: NaiveDate, number: u32) -> NaiveDate {
    (28..=number.min(31)).rev().chain([number]).find_map(|number| date.with_day(number)).unwrap_or(date)
}

/// The first day of the next month.
pub(crate) fn next_month(date: NaiveDate) -> NaiveDate {
    plus(month_end(date), 1)
}

/// Monday to Friday and no public holiday.
pub(crate) fn is_business_day(date: NaiveDate) -> bool {
    !matches!(date.weekday(), Weekday::Sat | Weekday::Sun) && !is_holiday(date)
}

/// The date itself or the first business day after it.
pub(crate) fn business_on_or_after(date: NaiveDate) -> NaiveDate {
    (0..10).map(|days| plus(date, days)).find(|date| is_business_day(*date)).unwrap_or(date)
}

/// The date itself or the last business day before it.
pub(crate) fn business_on_or_before(date: NaiveDate) -> NaiveDate {
    (0..10).map(|days| plus(date, -days)).find(|date| is_business_day(*date)).unwrap_or(date)
}

/// So many business days later.
pub(crate) fn business_days_later(date: NaiveDate, count: i64) -> NaiveDate {
    (0..count).fold(date, |date, _| business_on_or_after(plus(date, 1)))
}

/// The eleven public holidays of metropolitan France (without Alsace-Moselle).
fn is_holiday(date: NaiveDate) -> bool {
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    let since_easter = easter(date.year()).map(|easter| days_between(easter, date));
    fixed.contains(&(date.month(), date.day())) || matches!(since_easter, Some(1 | 39 | 50))
}

/// Easter Sunday of the Gregorian calendar (Gauss, in the form of Meeus, Jones and Butcher).
fn easter(year: i32) -> Option<NaiveDate> {
    let (golden, century, of_century) = (year % 19, year / 100, year % 100);
    let lunar = (19 * golden + century - century / 4 - (century - (century + 8) / 25 + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (of_century / 4) - lunar - of_century % 4) % 7;
    let late = (golden + 11 * lunar + 22 * weekday) / 451;
    let number = lunar + weekday - 7 * late + 114;
    let month = u32::try_from(number / 31).ok()?;
    let of_month = u32::try_from(number % 31 + 1).ok()?;
    NaiveDate::from_ymd_opt(year, month, of_month)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_falls_where_it_fell() {
        for (year, month, of_month) in [(2023, 4, 9), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5)] {
            assert_eq!(easter(year), NaiveDate::from_ymd_opt(year, month, of_month));
        }
    }

    #[test]
    fn business_days_skip_weekends_and_holidays() {
        // 8 May 2025 is a Thursday; the 9th a working Friday.
        assert_eq!(business_on_or_after(day(2025, 5, 8)), day(2025, 5, 9));
        assert_eq!(business_on_or_before(day(2025, 5, 11)), day(2025, 5, 9));
        assert_eq!(business_days_later(day(2025, 5, 7), 2), day(2025, 5, 12));
        assert!(!is_business_day(day(2026, 5, 25)), "Whit Monday");
    }

    #[test]
    fn short_months_end_early() {
        assert_eq!(month_end(day(2024, 2, 3)), day(2024, 2, 29));
        assert_eq!(of_month(day(2025, 4, 3), 31), day(2025, 4, 30));
        assert_eq!(of_month(day(2025, 4, 3), 10), day(2025, 4, 10));
        assert_eq!(next_month(day(2025, 12, 31)), day(2026, 1, 1));
    }
}
