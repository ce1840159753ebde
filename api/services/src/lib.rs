#![forbid(unsafe_code)]
#![warn(missing_docs)]
#![cfg_attr(
    not(test),
    warn(clippy::as_conversions, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)
)]
//! The use cases of Encours, and the store they keep their state in.
//!
//! Reading order: [`access`] (who may do what), [`folder`] (what lies where on disk), [`store`] (what changes one row at a time), [`input`] (files to
//! rows), [`portfolio`] (a ledger, its model and the public facts, held in memory), then [`Services`] and its use
//! cases, one file each in `use_cases`; [`stateless`] holds the two that need no data folder.
//!
//! What holds, and is tested in `tests/`:
//! - files are written first, under the hash of their content; the row that makes them visible comes last, in one
//!   transaction: a crash leaves the old state or the new;
//! - the same content imported twice changes nothing, and the order of files, rows and imports leaves no trace;
//! - a fault changes nothing unless the person accepted to lose the rows at fault;
//! - a database of a newer version is refused with a sentence.
//!
//! **Absent here**: HTTP and command line (a handler cannot grow what it cannot see), the calendar (each call is told its
//! [`Moment`]), judgement (that is the engine's).

pub mod access;
mod answers;
pub mod bulk;
pub mod client_book;
pub mod error;
pub mod folder;
mod groups;
pub mod input;
mod layers;
mod making;
pub mod moment;
mod moved;
pub mod portfolio;
mod ready;
mod services;
pub mod stateless;
pub mod store;
pub mod text;
pub mod use_cases;

pub use access::{AccessError, Role, Scope, Scopes};
pub use bulk::{BulkFile, BulkForm};
pub use error::ServicesError;
pub use folder::{DataFolder, expect_no_input};
pub use input::{Format, InputFile, MapFile, Reading};
pub use moment::Moment;
pub use services::Services;
pub use stateless::{
    BacktestOptions, BacktestReport, ModelKind, TrainLedgerOptions, TrainLedgerReport, backtest, rescore_ledger,
    train_ledger,
};
pub use store::Store;
pub use use_cases::*;
