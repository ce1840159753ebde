//! The seller's ledger: clients, what they ordered, how they paid.

mod client;
mod document;
mod habit;
mod orders;
mod settlement;
mod terms;

pub use client::Client;
pub use document::{CreditNote, Dispute, Document, DocumentKind, Instalment, Payment, PaymentKind};

pub(crate) use client::Role;
pub(crate) use orders::documents;
