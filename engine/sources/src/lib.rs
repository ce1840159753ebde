#![forbid(unsafe_code)]
#![warn(missing_docs)]
//! The sources: systems and registers, asked over the network.
//!
//! Reading order: [`pull`] (records by the system's ids, and how a round of pulling loses and doubles nothing),
//! [`client`] (how hosts are asked), [`registry`] (which systems there are), then a folder for each system, all of the
//! same shape: `payload` is what it says in its words, `convert` what that means in ours, the folder's own module what
//! is asked in which order. An unknown word of theirs is told and never guessed.
//!
//! | system | how |
//! |---|---|
//! | [`pennylane`] | REST, pages by cursor, a log of changes |
//! | [`sellsy`] | REST behind OAuth2, pages by cursor |
//! | [`axonaut`] | REST, pages by number |
//! | [`odoo`] | JSON-RPC, pages by id |
//!
//! [`registers`] are the public ones: an answer there becomes facts about companies, and a recorded answer the same facts
//! without the network.
//!
//! **Absent here**, and to stay absent: scores, policy and law (a source knows what was stated, not what it means),
//! polars, files, the environment and any database. Only the vocabulary of `encours-domain` is known. The clock is an
//! argument ([`client::Clock`]); credentials are given ([`secret::Credentials`]) and never read here.

use std::future::Future;
use std::pin::Pin;

pub mod axonaut;
pub mod client;
mod convert;
pub mod courier;
pub mod error;
pub mod moment;
pub mod odoo;
pub mod pennylane;
pub mod pull;
pub mod registers;
pub mod registry;
pub mod secret;
pub mod sellsy;
#[cfg(test)]
mod tests;

pub use courier::{Courier, NotDelivered};
pub use error::SourceError;
pub use pull::{Checkpoint, LedgerSource, Progress, PullState, PulledLedger};
pub use registers::{
    FoundCompanies, LocalRegister, REGISTERS, Raw, Reading, Register, RegisterSetup, RegisterSpec, register,
};
pub use registry::{SOURCES, Setup, SourceSpec};
pub use secret::{Credentials, Secret};

/// A future that is waited for behind a trait.
pub type Pending<'f, T> = Pin<Box<dyn Future<Output = T> + Send + 'f>>;
