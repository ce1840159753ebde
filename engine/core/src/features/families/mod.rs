//! The feature families: one file each, with what it counts (a tally that `ClientState` feeds) and the features that
//! read it back.

pub mod calendar;
pub mod days;
pub mod lateness;
pub mod open;
pub mod payday;
pub mod rhythm;
pub mod similar;
