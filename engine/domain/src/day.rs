//! A calendar day: days since 1 January 1970, no hour and no zone.

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize, Serializer};

use crate::error::DomainError;

/// A calendar day between 1900-01-01 and 2199-12-31.
///
/// Stored as days since 1970-01-01, so differences are plain integers.
///
/// ```
/// use encours_domain::Day;
/// let due: Day = "2026-05-31".parse()?;
/// assert_eq!(due.plus(30)?.to_string(), "2026-06-30");
/// assert_eq!(due.plus(30)?.days_since(due), 30);
/// assert!("2026-06-31".parse::<Day>().is_err());
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct Day(i32);

const EPOCH: NaiveDate = NaiveDate::from_ymd_opt(1970, 1, 1).expect("a constant date");

const DAY_COUNT: usize = 109_573;

/// Day of the month of every accepted day, 1900 to 2199.
static DAYS_OF_MONTH: [u8; DAY_COUNT] = days_of_month();

const fn days_of_month() -> [u8; DAY_COUNT] {
    let mut table = [0; DAY_COUNT];
    let (mut year, mut month, mut day, mut place) = (1900, 1, 1, 0);
    while place < DAY_COUNT {
        table[place] = day;
        place += 1;
        day += 1;
        if day > days_in_month(year, month) {
            (day, month) = (1, month + 1);
        }
        if month > 12 {
            (month, year) = (1, year + 1);
        }
    }
    table
}

const fn days_in_month(year: u32, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + leap as u8,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl Day {
    /// 1900-01-01, the first day that is accepted.
    pub const FIRST: Day = Day(-25_567);
    /// 2199-12-31, the last day that is accepted.
    pub const LAST: Day = Day(84_005);

    /// The day with this number, counted from 1970-01-01.
    ///
    /// # Errors
    /// When it lies outside 1900-01-01 to 2199-12-31.
    pub fn from_number(number: i32) -> Result<Self, DomainError> {
        if (Self::FIRST.0..=Self::LAST.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(DomainError::out_of_range("date", format!("day {number} from 1970-01-01"), Self::allowed()))
        }
    }

    /// The day of a calendar date.
    ///
    /// # Errors
    /// When it lies outside the accepted years.
    pub fn from_date(date: NaiveDate) -> Result<Self, DomainError> {
        let number = i32::try_from(date.signed_duration_since(EPOCH).num_days());
        number
            .ok()
            .and_then(|number| Self::from_number(number).ok())
            .ok_or_else(|| DomainError::out_of_range("date", date, Self::allowed()))
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// As a calendar date.
    pub fn date(self) -> NaiveDate {
        let distance = Days::new(u64::from(self.0.unsigned_abs()));
        let date = if self.0 < 0 { EPOCH.checked_sub_days(distance) } else { EPOCH.checked_add_days(distance) };
        date.unwrap_or(EPOCH)
    }

    /// This day plus a number of days (negative goes back).
    ///
    /// # Errors
    /// When the result leaves the accepted years.
    pub fn plus(self, days: i32) -> Result<Self, DomainError> {
        Self::from_number(self.0.saturating_add(days))
    }

    /// This day plus a number of days, held at the accepted bounds.
    pub fn plus_clamped(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(Self::FIRST.0, Self::LAST.0))
    }

    /// Days from `earlier` to this day; negative when `earlier` is later.
    pub const fn days_since(self, earlier: Day) -> i32 {
        self.0 - earlier.0
    }

    /// Monday is 0, Sunday 6.
    pub const fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7).unsigned_abs() as u8
    }

    /// 1900 to 2199.
    pub fn year(self) -> i32 {
        self.date().year()
    }

    /// 1 to 12.
    pub fn month(self) -> u32 {
        self.date().month()
    }

    /// 1 to 31, from a table: it is asked of every payment of a ledger.
    pub fn day_of_month(self) -> u8 {
        let place = usize::try_from(self.0 - Self::FIRST.0).unwrap_or(0);
        DAYS_OF_MONTH.get(place).copied().unwrap_or(1)
    }

    /// Saturday or Sunday.
    pub const fn is_weekend(self) -> bool {
        self.weekday() >= 5
    }

    /// The last day of this day's month.
    pub fn end_of_month(self) -> Self {
        let date = self.date();
        let first_of_next = date.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
        first_of_next.and_then(|next| next.pred_opt()).and_then(|last| Self::from_date(last).ok()).unwrap_or(self)
    }

    /// The same day of a later month, or the last of that month where it has none.
    ///
    /// # Errors
    /// When it leaves the accepted years.
    ///
    /// ```
    /// let day: encours_domain::Day = "2025-12-31".parse().unwrap();
    /// assert_eq!(day.plus_months(2).unwrap().to_string(), "2026-02-28");
    /// ```
    pub fn plus_months(self, months: u32) -> Result<Self, DomainError> {
        let later = self.date().checked_add_months(Months::new(months));
        let outside = || DomainError::out_of_range("date", format!("{self} and {months} months"), Self::allowed());
        later.ok_or_else(outside).and_then(Self::from_date)
    }

    /// 31 December of this day's year.
    pub fn end_of_year(self) -> Self {
        let last = NaiveDate::from_ymd_opt(self.date().year(), 12, 31);
        last.and_then(|date| Self::from_date(date).ok()).unwrap_or(self)
    }

    /// Reads a date in a chrono format such as `%d/%m/%Y`.
    ///
    /// # Errors
    /// When the text is no date in that form, or no date at all (31 June).
    pub fn parse_with(text: &str, format: &str) -> Result<Self, DomainError> {
        let date = NaiveDate::parse_from_str(text, format)
            .map_err(|_| DomainError::unreadable("date", text, format!("a calendar date as `{format}`")))?;
        Self::from_date(date)
    }

    fn allowed() -> String {
        "1900-01-01 to 2199-12-31".to_owned()
    }
}

impl FromStr for Day {
    type Err = DomainError;

    /// Reads `YYYY-MM-DD`; a time of day after it is refused.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let plain = text.len() == 10;
        let date = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| plain);
        let date = date.ok_or_else(|| DomainError::unreadable("date", text, "a calendar date as YYYY-MM-DD"))?;
        Self::from_date(date)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A year of four digits: chrono writes ISO 8601, without the cost of reading a format first.
        write!(formatter, "{}", self.date())
    }
}

impl TryFrom<String> for Day {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The English short name of a weekday number (Monday is 0).
pub fn weekday_name(weekday: u8) -> Weekday {
    Weekday::try_from(weekday % 7).unwrap_or(Weekday::Mon)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    #[test]
    fn bounds_are_the_days_they_name() {
        assert_eq!(Day::FIRST.to_string(), "1900-01-01");
        assert_eq!(Day::LAST.to_string(), "2199-12-31");
        assert!(Day::LAST.plus(1).is_err());
        assert!(Day::FIRST.plus(-1).is_err());
    }

    #[test]
    fn weekdays_and_month_ends() {
        for (text, weekday, end) in [
            ("1970-01-01", 3, "1970-01-31"),
            ("2024-02-10", 5, "2024-02-29"),
            ("2026-11-21", 5, "2026-11-30"),
            ("1969-12-28", 6, "1969-12-31"),
        ] {
            assert_eq!(day(text).weekday(), weekday, "{text}");
            assert_eq!(day(text).end_of_month(), day(end), "{text}");
        }
    }

    #[test]
    fn days_of_month_are_the_calendars() {
        for number in Day::FIRST.number()..=Day::LAST.number() {
            let day = Day::from_number(number).unwrap();
            assert_eq!(u32::from(day.day_of_month()), day.date().day(), "{day}");
        }
    }

    #[test]
    fn refuses_what_is_no_day() {
        for text in ["", "2026-06-31", "2026-6-1", "01/06/2026", "2026-06-01T00:00:00", "1899-12-31", "9999-01-01"] {
            assert!(text.parse::<Day>().is_err(), "{text}");
        }
    }
}
