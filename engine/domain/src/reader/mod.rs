//! The text readers: bytes in, rows and faults out.
//!
//! | reader | what it takes | what it gives |
//! |---|---|---|
//! | [`read_ledger`] | an invoice table or a payment table as CSV, plain or by a [`ColumnMap`] | [`LedgerRows`](crate::ledger::LedgerRows) |
//! | [`read_facts`] | facts of the public record as CSV | [`Fact`](crate::fact::Fact)s |
//!
//! A broken row is told in the [`FaultReport`](crate::FaultReport) with file, line, column, value and what was
//! expected, and the sound rows are given beside it; whether they may be used alone is for the person to say. What
//! cannot be told apart (a decimal comma from a thousands separator, two payments from one typed twice) is asked, never
//! guessed.
//!
//! Reading order: `decode` (bytes to text), `table` (text to records with their true lines), [`map`] and `columns`
//! (their names to ours), `survey` (what the whole file says about its numbers and dates), `cells` (text to values),
//! `ledger_csv`, `ledger_rows`
//! and `part_payments` (rows), `facts_csv`.

mod amounts;
mod asides;
mod cells;
mod columns;
mod dates;
mod decode;
pub mod einvoice;
mod facts_csv;
mod field;
pub mod format;
mod ledger_csv;
mod ledger_rows;
pub mod map;
mod names;
mod part_payments;
mod reading;
mod rows;
mod sheet;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod written;

pub use columns::NO_PAYMENTS;
pub use facts_csv::read_facts;
pub use field::{Field, TableKind};
pub use ledger_csv::read_ledger;
pub use map::ColumnMap;
