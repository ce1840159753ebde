//! The engine: a ledger, the public record and a quote go in; scores, reasons, offers and limits come out.
//!
//! Rooms, in the direction in which data flows: [`ledger`] (rows checked, stored, laid out by client) and [`company`]
//! (public facts as known on a day), [`features`] (the fold over a client's events), then the models of
//! `encours-models`, [`solvency`], [`signals`] (of identity and fraud), [`policy`] (law, offers, limit, verdict), [`assessment`] (one answer) and
//! [`portfolio`] (every client, training rows, back-tests).
//!
//! **Absent here**: network, database, clock, environment, file system, chance, printing. Readers take bytes or
//! anything that reads and seeks; the day, the seed and the settings are arguments. The same inputs give the same bytes.

pub mod assessment;
pub mod company;
pub mod error;
pub mod features;
mod group_rates;
pub mod ledger;
pub mod policy;
pub mod portfolio;
pub mod signals;
pub mod solvency;
mod text_hash;

pub use error::CoreError;
pub use group_rates::GroupRate;
