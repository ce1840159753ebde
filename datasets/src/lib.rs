//! The sample portfolio of Encours and its generator.
//!
//! One seller near Lyon, four hundred clients that don't exist, three years of invoices and
//! payments, and what registers would say about the clients and forty prospects. Everything is
//! drawn from a seed: nothing in it belongs to a real company or person. `README.md` is the card of
//! the dataset, with figures measured on it.
//!
//! Two uses. The files as committed, compiled in, for a demonstration without a network:
//!
//! ```
//! use encours_datasets::sample;
//! assert!(sample::INVOICES.starts_with(b"PAR1"));
//! assert_eq!(encours_datasets::SAMPLE_AS_OF, "2026-05-31");
//! ```
//!
//! And the generator, for tests that want the truth behind the files or another portfolio:
//!
//! ```
//! let portfolio = encours_datasets::generate(7);
//! let first = &portfolio.accounts[0];
//! assert_eq!(first.client.id, "C-0001");
//! assert!(first.documents.iter().all(|document| document.amount() > 0));
//! ```
//!
//! What is absent: the clock, the network, the environment, and chance without a seed. The library
//! writes no file; the binary does.

mod card;
mod company;
mod draw;
mod files;
mod ledger;
mod measure;
mod portfolio;
pub mod sample;

use chrono::NaiveDate;

pub use company::{
    Company, CompanyFact, LegalForm, REGISTER_SOURCE, Region, SOURCE, Sector, Size, UNASSIGNED_PREFIX, has_check_digit,
};
pub use files::{File, WriteError, render};
pub use ledger::{Client, CreditNote, Dispute, Document, DocumentKind, Instalment, Payment, PaymentKind};
pub use measure::{Delays, Measures, measure};
pub use portfolio::{Account, Portfolio, generate};

/// The seed of the committed files: of a dozen tried, the one nearest to what is published.
pub const SEED: u64 = 7;

/// The day up to which everything is known.
pub const SAMPLE_AS_OF: &str = "2026-05-31";

/// [`SAMPLE_AS_OF`] as a date.
pub const SAMPLE_AS_OF_DATE: NaiveDate = draw::calendar::day(2026, 5, 31);

/// The first day of the ledger: invoices from before aren't in it.
pub const FIRST_DAY: NaiveDate = draw::calendar::day(2023, 6, 1);
