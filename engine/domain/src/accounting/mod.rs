//! Accounting: lines of a general ledger as French accounting programs write them, and the invoices and payments that
//! stand in them.
//!
//! Readers of the FEC and of accounting texts give [`Line`]s; they go into a [`Journal`], several journals become one
//! ([`Journal::union`]), and [`understand`] makes the ledger's rows of it, with a [`Reconciliation`] to the cent.
//!
//! Reading order: `line`, `journal` (how lines are kept), `run` (those that need not be), `union` (overlapping files), `bare` (clients without a general account), `entries` (which lines belong
//! together), `account` and `flows` (what a line is, by what stands on its other side), `opening` and `stock` (balances
//! carried over), `clients`, `letters`, `items` and `bounces` (claims and credits of one client), `matching` (which
//! credit pays which claim), `person` (rows), `reconciliation`, `understand` (the whole), `stored` (a journal as text).

mod account;
mod bare;
mod bounces;
mod clients;
mod entries;
mod flows;
mod items;
mod journal;
mod letters;
mod line;
mod matching;
mod opening;
mod options;
mod person;
mod reconciliation;
mod run;
mod stock;
mod stored;
mod symbols;
mod understand;
mod union;

pub use entries::Kept;
pub use journal::Journal;
pub use line::{Line, LineNature};
pub use options::Options;
pub use reconciliation::{Item, Reconciled, Reconciliation, Sums};
pub(crate) use run::{Runs, Seen};
pub use understand::{Understood, understand};
