//! Work on files alone, without a data folder. Both hold up the thread that calls them.

mod backtest;
mod rescore;

pub use backtest::{BacktestOptions, BacktestReport, ModelKind, backtest};
pub use rescore::rescore_ledger;
