//! The scorecard: bins into a logistic regression, calibrated out of time, told in whole points.
//!
//! - [`ScorecardParams`] → checked → [`ScorecardValidParams::fit`] → [`Scorecard`].
//! - [`Scorecard::score_row`] scores one client with reasons, [`Scorecard::score_only`] millions without.

mod card;
mod check;
mod fit;
mod learn;
mod params;
mod score;

pub use card::{CardFeature, Scorecard};
pub(crate) use check::RawScorecard;
pub(crate) use learn::{Learned as PlainCard, learn as learn_plain};
pub use params::{ScorecardParams, ScorecardValidParams};
