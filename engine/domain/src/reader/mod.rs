//! The text readers: bytes in, rows and faults out.
//!
//! | reader | what it takes | what it gives |
//! |---|---|---|
//! | [`read_fec`] | a French accounting file (FEC) in any of its forms | a [`Journal`](crate::accounting::Journal) |
//! | [`format::FORMATS`] | every other format, told from its content: accounting texts, e-invoices | lines of entries ([`Journal`](crate::accounting::Journal)), [`einvoice::Documents`] |
//! | [`read_ledger`] | an invoice table or a payment table as text or workbook, plain or by a [`ColumnMap`] | [`LedgerRows`](crate::ledger::LedgerRows) |
//! | [`read_clients`] | a client file, the same ways | [`ClientRow`](crate::client::ClientRow)s |
//! | [`read_orders`] | open orders, the same ways | [`OrderRow`](crate::order::OrderRow)s |
//! | [`suggest_map`] | any of these four tables | a [`Suggestion`]: what the columns seem to be, and a map file |
//! | [`read_outside_scores`] | scores of providers as text or workbook | [`OutsideRow`]s |
//! | [`read_facts`] | facts of the public record as CSV | [`Fact`](crate::fact::Fact)s |
//!
//! A broken row is told in the [`FaultReport`](crate::FaultReport) with file, line, column, value and what was
//! expected, and the sound rows are given beside it; whether they may be used alone is for the person to say. What
//! cannot be told apart (a decimal comma from a thousands separator, two payments from one typed twice) is asked, never
//! guessed.
//!
//! Reading order: `decode` (bytes to text) and `sheet` (workbooks to cells), `table` and `rows` (both to records with
//! their true lines), [`map`] and `columns` (their names to ours), `survey` (what the whole file says about its numbers and
//! dates), `asides` (totals and other rows that are none), `written` and `cells` (text to values), `reading` (all of it in
//! order), then `ledger_csv`, `ledger_rows` and `part_payments`, `clients`, `orders`, `facts_csv`; `suggest` is the
//! assistant, [`format`](mod@format) the list of formats; `fec`, `texts` and [`einvoice`] read what is no table.

mod amounts;
mod asides;
mod cells;
mod clients;
mod columns;
mod dates;
mod decode;
pub mod einvoice;
mod facts_csv;
mod fec;
mod field;
pub mod format;
mod french_day;
mod hidden_rows;
mod ledger_csv;
mod ledger_rows;
pub mod map;
mod month_names;
mod names;
mod orders;
mod outside;
mod part_payments;
mod reading;
mod rows;
mod sheet;
mod suggest;
mod survey;
mod table;
#[cfg(test)]
mod tests;
mod texts;
mod written;
mod zip_weight;

pub use clients::read_clients;
pub use columns::NO_PAYMENTS;
pub use facts_csv::read_facts;
pub use fec::{FecName, read_fec};
pub use field::{Field, TableKind};
pub use french_day::french_day;
pub use ledger_csv::read_ledger;
pub use map::ColumnMap;
pub(crate) use names::{is_near, plain_letters};
pub use orders::read_orders;
pub use outside::{OutsideRow, read_outside_scores};
pub use suggest::{Guess, Suggestion, suggest_map};
