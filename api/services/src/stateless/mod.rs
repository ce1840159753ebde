//! Work on files alone, without a data folder. Each holds up the thread that calls it.

use std::fs::File;
use std::path::Path;

use encours_core::ledger::TableSource;

mod backtest;
mod rescore;
mod train;

pub use backtest::{BacktestOptions, BacktestReport, ModelKind, backtest};
pub use rescore::rescore_ledger;
pub use train::{TrainLedgerOptions, TrainLedgerReport, train_ledger};

/// A table that each worker opens for itself.
fn table(folder: &Path, name: &str) -> TableSource<'static> {
    let path = folder.join(name);
    TableSource::new(path.display().to_string(), move || File::open(&path))
}
