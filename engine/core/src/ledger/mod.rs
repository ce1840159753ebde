//! The ledger: rows checked ([`check`]), merged ([`merge`]), stored as two Parquet tables ([`snapshot`]), read back
//! column by column ([`columns`]) and laid out by client ([`book`]).
//!
//! Everything downstream reads a [`Book`]; a CSV for a back-test goes through the same snapshot bytes as the store's
//! ledger, so there is one layout and one order.

pub mod book;
pub mod check;
mod columns;
mod identifiers;
mod index;
mod later;
mod layout;
pub mod merge;
mod payments;
mod pieces;
mod read;
mod sales;
pub mod snapshot;
pub mod table;
mod types;

pub use book::{Attribute, Book, ClientView, InvoiceIds, InvoiceRecord};
pub use check::{CheckedLedger, checked};
pub use identifiers::SortedTexts;
pub use later::later_than;
pub use merge::STORED_LEDGER;
pub use read::{AttributeChoice, ReadOptions};
pub use snapshot::Snapshot;
pub use table::TableSource;

#[cfg(test)]
mod tests;
