//! Once a night, at a time of the clock on the wall, across the days on which it is put forward or back.

use std::str::FromStr;

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

use crate::ServicesError;

/// A time of each night somewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nightly {
    at: NaiveTime,
    zone: Tz,
}

impl Nightly {
    /// Such a time, as `02:30`, in a zone of the IANA database, as `Europe/Paris`.
    ///
    /// # Errors
    /// When there is no such time or zone.
    pub fn new(at: &str, zone: &str) -> Result<Self, ServicesError> {
        let unknown = |what, found: &str, expected: &str| ServicesError::UnknownWord {
            what,
            found: found.to_owned(),
            expected: expected.to_owned(),
        };
        let time = NaiveTime::parse_from_str(at, "%H:%M");
        let at = time.map_err(|_| unknown("time of the night", at, "hours and minutes such as 02:30"))?;
        let zone = Tz::from_str(zone);
        let zone =
            zone.map_err(|_| unknown("time zone", "that name", "a name of the IANA database such as Europe/Paris"))?;
        Ok(Self { at, zone })
    }

    /// Whether the time comes after `from` and no later than `to`.
    pub fn falls_between(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.next(from).is_some_and(|next| next <= to)
    }

    /// The next such instant after another: once a day, on the day that lacks the time as soon as the clock goes on, on the day
    /// that has it twice the first time.
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = after.with_timezone(&self.zone).date_naive();
        let days = (0..3).filter_map(|days| today.checked_add_days(Days::new(days)));
        days.filter_map(|day| self.on(day)).find(|instant| *instant > after)
    }

    fn on(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        const LONGEST_GAP_IN_MINUTES: i64 = 24 * 60;
        let wanted = day.and_time(self.at);
        let at = |minutes| match self.zone.from_local_datetime(&(wanted + TimeDelta::minutes(minutes))) {
            LocalResult::Single(instant) | LocalResult::Ambiguous(instant, _) => Some(instant.with_timezone(&Utc)),
            LocalResult::None => None,
        };
        (0..=LONGEST_GAP_IN_MINUTES).find_map(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// France: summer time begins on 29 March 2026 at 02:00, which is 03:00 then, and ends on 25 October at 03:00, which is 02:00.
    #[test]
    fn once_a_night_across_the_change_of_the_clock() {
        let nightly = Nightly::new("02:30", "Europe/Paris").unwrap();
        for (after, next) in [
            ("2026-03-27T12:00:00Z", "2026-03-28T01:30:00Z"),
            // There is no 02:30 on this day: as soon as it is 03:00.
            ("2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"),
            ("2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"),
            ("2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z"),
            // The second 02:30 of this day is not another night.
            ("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"),
            ("2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"),
        ] {
            let (after, next): (DateTime<Utc>, DateTime<Utc>) = (after.parse().unwrap(), next.parse().unwrap());
            assert_eq!(nightly.next(after), Some(next), "{after}");
            assert!(nightly.falls_between(after, next) && !nightly.falls_between(after, next - TimeDelta::seconds(1)));
        }
        // A whole day was left out at the date line: 30 December 2011 in Samoa.
        let samoa = Nightly::new("02:30", "Pacific/Apia").unwrap();
        let nights = std::iter::successors(Some("2011-12-29T00:00:00Z".parse().unwrap()), |after| samoa.next(*after));
        assert_eq!(nights.take(5).collect::<std::collections::BTreeSet<_>>().len(), 5);
    }

    #[test]
    fn what_is_no_time_or_zone_is_refused() {
        for (at, zone) in [("25:00", "Europe/Paris"), ("2", "Europe/Paris"), ("02:30", "Paris"), ("02:30", "")] {
            assert!(Nightly::new(at, zone).is_err(), "{at} {zone}");
        }
    }
}
