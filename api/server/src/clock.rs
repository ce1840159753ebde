//! The clock: the one place of the whole program that asks what time it is.

use std::time::SystemTime;

use chrono::{DateTime, Utc};
use encours_domain::Day;
use encours_services::Moment;

/// Tells each call when it happens.
#[derive(Clone, Copy, Debug)]
pub enum Clock {
    /// The machine's time, days by UTC.
    System,
    /// The machine's time, but it is always this day: the demonstration's answers then stay the same.
    Frozen(Day),
    /// Always this instant.
    Still(DateTime<Utc>),
}

impl Clock {
    /// Now.
    pub fn now(self) -> Moment {
        let moment = Moment::utc(DateTime::from(SystemTime::now()));
        match self {
            Clock::System => moment,
            Clock::Frozen(today) => Moment { today, ..moment },
            Clock::Still(at) => Moment::utc(at),
        }
    }

    /// The day at which it stands still, if it does.
    pub const fn frozen(self) -> Option<Day> {
        match self {
            Clock::System | Clock::Still(_) => None,
            Clock::Frozen(day) => Some(day),
        }
    }
}
