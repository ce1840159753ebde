//! The scorecard: bins into a logistic regression, calibrated out of time, told in whole points.
//!
//! - [`ScorecardParams`] → checked → [`ScorecardValidParams::fit`] → [`Scorecard`].
//! - [`Scorecard::score_row`] scores one client with reasons, [`Scorecard::score_only`] millions without.
//! - [`Scale`]: from log-odds to points and back.

mod calibration;
mod card;
mod check;
mod fit;
mod learn;
mod params;
mod scale;
mod score;

pub use calibration::{Calibration, CalibrationOutcome};
pub use card::{CardFeature, Dropped, DroppedFeature, Scorecard};
pub(crate) use check::RawScorecard;
pub use params::{ScorecardParams, ScorecardValidParams};
pub use scale::Scale;
pub use score::{Contribution, Scored};
