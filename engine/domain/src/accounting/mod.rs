//! Accounting: lines of a general ledger as French accounting programs write them, and the invoices and payments that
//! stand in them.
//!
//! Readers of the FEC and of accounting texts give [`Line`]s; they go into a [`Journal`], from which the ledger's rows
//! are made.

mod line;

pub use line::{Journal, Line, LineNature};
