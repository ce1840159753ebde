#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::as_conversions, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
#![doc = include_str!("../README.md")]

mod additive;
mod application;
pub mod artefact;
mod binning;
mod binomial;
mod calibration;
mod card;
mod curve;
pub mod drift;
mod error;
mod hazard;
mod logistic;
mod metrics;
mod number;
pub mod prior;
mod scale;
mod scorecard;
mod spread;
mod table;
mod value;

pub use additive::{AdditiveCard, AdditiveParams, AdditiveValidParams, ShapeFeature};
pub use application::{Application, ApplicationMeasured, Joined, application_weight, joined_score};
pub use artefact::{Artefact, ArtefactBody, Derived, Horizon, HorizonCard, HorizonSource, HorizonSpread, Trained};
pub use binning::{
    BinLabel, BinningParams, BinningValidParams, Bins, FittedBins, Tally, information_value, weights_of_evidence,
};
pub use binomial::{Coverage, binomial_test};
pub use calibration::{Calibration, CalibrationOutcome};
pub use card::{Card, Contribution, Dropped, DroppedFeature, PairFeature, Scored, ShownFeature};
pub use curve::{DayRange, PaymentCurve};
pub use error::{ErrorClass, Fault, ModelError};
pub use hazard::{
    BandEvidence, Bands, DayEvidence, FIRST_BAND_DAYS, HazardParams, HazardValidParams, Hazards, MOST_BANDS, Seen,
    Spell,
};
pub use linfa::ParamGuard;
pub use logistic::{Logistic, fit_logistic};
pub use metrics::{Interval, Lift, Metrics, Ranked, Reliability, ReliabilityBin, Resampled, Resampling};
pub use scale::Scale;
pub use scorecard::{CardFeature, Scorecard, ScorecardParams, ScorecardValidParams};
pub use spread::{BetaBinomial, Came, CountInterval, Spread};
pub use table::{Column, Direction, FeatureKind, FeatureSpec, Table};
pub use value::Value;
