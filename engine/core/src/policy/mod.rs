//! The policy: law, exposure, offers, limit, rules, verdict and the sentence that says it.
//!
//! Reading order: [`Policy`] (the checked policy file, `default.toml`) and [`LawTable`] (`law.toml`), the records that
//! come in ([`Quote`], [`Evidence`]), then `situation` (everything worked out once), `offers`, `limit`, `rules`, and
//! [`decide`], which puts them together.
//!
//! What holds, and is tested in `tests.rs`:
//! - missing evidence gives *refer*: turning a present fact into one that was not fetched or is overdue never turns
//!   another verdict into an approval;
//! - a larger order or exposure never turns another verdict into an approval, and splitting an order does not help;
//! - longer terms never show an earlier cash date, a smaller risk or a higher worth than shorter ones; a larger deposit
//!   never shows a greater risk;
//! - no offer is above the legal ceiling;
//! - a natural person, or a client who may be one, is never declined without a human.
//!
//! **Absent here**: the model, the ledger, polars, the clock. The policy sees records that the assessment fills in.

mod counterfactual;
mod deadlines;
mod decide;
mod error;
mod evidence;
mod file;
mod first_invoice;
mod law;
mod limit;
mod matrix;
mod offers;
mod quote;
mod rules;
mod sentence;
mod situation;
mod terms;
mod wire;
pub mod words;

pub use counterfactual::{Change, Counterfactual};
pub use deadlines::DeadlineNote;
pub use decide::{Decision, ExposureReport, decide, decide_briefly};
pub(crate) use decide::{is_held_back_at_any_terms, verdict_of};
pub use error::{PolicyError, PolicyFault};
pub use evidence::{
    Evidence, EvidenceLevel, Exposure, Failing, Fed, GroupExposure, History, LatePoint, OrdersKnown, Seller,
};
pub use file::{CoverRule, OrdersRule, OrdersUse, Policy, PublicRecord, RetentionRule, ShippedLaw, SignalRule};
pub use first_invoice::{FirstInvoice, FirstInvoiceRule};
pub use law::{
    Ceiling, Clause, Deadline, GENERAL, InterestRun, LateInterest, LateInterestOwed, LateInvoice, LawNote, LawTable,
};
pub use limit::{Limit, SetLimit};
pub use matrix::{Matrix, MatrixCell};
pub use offers::{Alternative, Instalment, Offer, PutForward, candidate_terms};
pub use quote::{LONGEST_TERMS, Quote, RawQuote, Stage, VatRate};
pub use rules::codes as rule_codes;
pub use terms::{EndOfMonth, Terms};

#[cfg(test)]
mod tests;
