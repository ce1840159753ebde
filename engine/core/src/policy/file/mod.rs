//! The policy file: raw text to checked [`Policy`], all faults at once.

mod check;
mod model;
pub(in crate::policy) mod reading;

pub(in crate::policy) use model::{AutomaticUpTo, ByClass, FormsRule};
pub use model::{CoverRule, OrdersRule, OrdersUse, Policy, PublicRecord, RetentionRule, ShippedLaw, SignalRule};

#[cfg(test)]
mod tests;
