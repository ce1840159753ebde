//! When a use case is called. The clock is the edge's; this room is told.

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use encours_domain::Day;

/// The moment of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant, for the record.
    pub at: DateTime<Utc>,
    /// The calendar day where the caller is, for the answer.
    pub today: Day,
}

impl Moment {
    /// An instant, its day counted in UTC.
    pub fn utc(at: DateTime<Utc>) -> Self {
        let today = Day::from_date(at.date_naive()).unwrap_or(if at.timestamp() < 0 { Day::FIRST } else { Day::LAST });
        Self { at, today }
    }

    /// So much later. Its day is counted in UTC.
    #[must_use]
    pub fn later(self, by: TimeDelta) -> Self {
        self.at.checked_add_signed(by).map_or(self, Self::utc)
    }

    /// As it is recorded: `2026-11-21T09:30:00Z`. Texts of this form sort by time.
    pub fn stamp(self) -> String {
        self.at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
