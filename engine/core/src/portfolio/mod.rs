//! Whole ledgers: training rows (`rows`), priors ([`learnt`]), training ([`train`]), back-tests ([`backtest`]), the model bound to the features
//! ([`scoring`]), how well training does on later invoices ([`validate`](mod@validate)) and whether it still holds ([`drift`]), the measures of
//! every client ([`measures`]), the days of payment (`hazards`), what providers' scores were worth ([`outside`]) and the
//! nightly score ([`rescore`]).
//!
//! Clients are folded in parallel and put together in the order of their names; nothing is ever added up across
//! threads, so the number of threads leaves no trace.

pub mod application;
pub(crate) mod at_due;
pub mod backtest;
pub(crate) mod coming;
pub mod drift;
pub(crate) mod hazards;
pub mod inputs;
pub mod learnt;
pub mod measures;
pub mod outside;
pub mod rescore;
mod rows;
pub mod scoring;
pub mod surroundings;
pub mod train;
pub mod validate;

pub use application::{Applicant, NoApplication};
pub use backtest::{Prediction, backtest};
pub use rescore::{Rescored, rescore};
pub use scoring::{Case, ScoringModel};
pub use train::{CardParams, TrainSettings, train};
pub use validate::{Validation, validate};
