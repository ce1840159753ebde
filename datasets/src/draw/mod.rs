//! What everything else draws with: chance, the French calendar, and number conversions.

pub(crate) mod calendar;
pub(crate) mod chance;
pub(crate) mod number;
