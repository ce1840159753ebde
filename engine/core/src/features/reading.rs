//! What a feature may look at: the state so far, the invoice or quote in question, and frozen constants. Nothing else.

use encours_domain::Day;

use super::priors::{HorizonPriors, Priors};
use super::state::ClientState;

/// What is known of an invoice on the day it is issued, or of a quote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Day of issue; features see what is dated strictly before it.
    pub issued: i32,
    /// Day on which it will fall due.
    pub due: i32,
    /// Amount including VAT, minor units of the book's currency.
    pub amount: i64,
}

/// One reading of a client's state for one invoice or quote, at one horizon.
#[derive(Clone, Copy, Debug)]
pub struct Reading<'a> {
    pub(crate) state: &'a ClientState,
    pub(crate) priors: &'a Priors,
    pub(crate) horizon_priors: &'a HorizonPriors,
    /// Number of the horizon in the state.
    pub(crate) horizon: usize,
    /// The horizon, days.
    pub(crate) late_over: i32,
    pub(crate) shape: Shape,
    /// Day on which the history is looked at: the day of issue, or the day of a nightly run.
    pub(crate) today: i32,
    pub(crate) due_weekday: usize,
    pub(crate) due_day_of_month: usize,
    pub(crate) issue_weekday: usize,
    /// Of the client's known delays, the first that would make this invoice late: many features begin there.
    pub(crate) first_late_shift: usize,
}

impl<'a> Reading<'a> {
    /// A reading of `state` on `today`, for the horizon of this number.
    ///
    /// Returns `None` when the state or the priors lack the horizon.
    pub fn new(state: &'a ClientState, priors: &'a Priors, horizon: usize, shape: Shape, today: i32) -> Option<Self> {
        let late_over = *state.horizons.days().get(horizon)?;
        let horizon_priors = priors.horizons.iter().find(|prior| prior.late_over == late_over)?;
        Day::from_number(shape.due).ok()?;
        Some(Self {
            state,
            priors,
            horizon_priors,
            horizon,
            late_over: i32::from(late_over),
            shape,
            today,
            due_weekday: weekday(shape.due),
            due_day_of_month: day_of_month(shape.due),
            issue_weekday: weekday(shape.issued),
            first_late_shift: state.payday.first_late_shift(shape.due, i32::from(late_over)),
        })
    }
}

impl Reading<'_> {
    /// Base rate at the reading's horizon.
    pub(crate) fn base_rate(&self) -> f64 {
        self.horizon_priors.rate
    }

    /// What brings fading sums to the day of the reading.
    pub(crate) fn scale(&self, half_life: usize) -> f64 {
        self.state.scale(half_life, self.today)
    }
}

/// 1 to 31.
pub(crate) fn day_of_month(day: i32) -> usize {
    Day::from_number(day).map_or(0, |day| usize::from(day.day_of_month()))
}

/// Monday is 0.
pub(crate) fn weekday(day: i32) -> usize {
    usize::try_from((day + 3).rem_euclid(7)).unwrap_or(0)
}

/// A whole number as a float; exact below 2^53, which no count or sum of cents of one client reaches.
#[expect(clippy::cast_precision_loss, reason = "exact below 2^53")]
pub(crate) fn float(number: i64) -> f64 {
    number as f64
}

/// A share of a whole above nought.
#[expect(clippy::cast_precision_loss, reason = "counts of one client are exact below 2^53")]
pub(crate) fn share_of(part: u64, whole: u64) -> f64 {
    part as f64 / whole as f64
}

/// A count as a float.
pub(crate) fn count(number: usize) -> f64 {
    float(i64::try_from(number).unwrap_or(i64::MAX))
}
