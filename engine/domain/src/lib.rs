//! The vocabulary of Encours: what a day, an amount, a client, an invoice, a fact and a verdict are, and the text
//! readers that turn bytes into rows and faults.
//!
//! Reading order: [`day`] and [`calendar`], [`money`], [`identity`], [`probability`], then the rows of a ledger
//! ([`ledger`]) and of the public record ([`fact`]), the answer's words ([`verdict`], [`reason`], [`text`]) and the
//! readers ([`reader`]).
//!
//! **Absent here**: polars, files, network, database, clock, environment, chance. Readers take bytes and give rows
//! *and* faults; a broken line is not an error of ours but something to tell the person.

pub mod accounting;
pub mod annual_accounts;
pub mod calendar;
pub mod client;
pub mod day;
pub mod error;
pub mod fact;
pub mod fault;
pub mod identity;
pub mod ledger;
pub mod money;
pub mod order;
pub mod outside;
pub mod probability;
pub mod proceedings;
pub mod reader;
pub mod reason;
pub mod subject;
pub mod terms;
pub mod text;
pub mod verdict;
pub mod words;

pub use day::Day;
pub use error::{DomainError, ErrorClass};
pub use fault::{Fault, FaultReport};
pub use identity::{Siren, VatNumber};
pub use money::{Currency, Money};
pub use probability::{Probability, Share};
pub use terms::{EndOfMonth, Terms};
pub use text::Bilingual;
pub use verdict::{Light, Verdict};
