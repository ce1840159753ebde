//! The application card: late payment foretold of who has no history, from the public record and the order alone.
//!
//! It is learnt from the first invoices of the seller's own clients, each with the record as it was known on its day, and
//! joined with the card of histories by credibility: n / (n + k) of the answer is the history's when n outcomes are known.
//! k is the number that foretold later invoices best. A card that does not beat the card of histories on later first
//! invoices is not kept.
//!
//! Reading order: [`features`] (what is read), [`learn`](mod@learn) (rows, fit, measure), [`Applicant`] (what a caller gives).

mod features;
mod learn;

pub(super) use features::{FEATURES, registry_hash};
pub use learn::{NoApplication, learn};

use crate::company::{Order, RecordView};
use crate::features::Shape;
use crate::features::reading::float;

/// Who is asked about, as the application card sees it.
#[derive(Clone, Copy, Debug)]
pub struct Applicant<'a> {
    /// The public record as it was known on the day.
    pub record: &'a RecordView<'a>,
    /// Minor units in one unit of the ledger's currency.
    pub minor_units: i64,
}

/// What a feature of the card is called, in French and in English.
pub fn label(name: &str) -> Option<(&'static str, &'static str)> {
    FEATURES.iter().find(|feature| feature.name == name).map(|feature| (feature.fr, feature.en))
}

impl Applicant<'_> {
    /// The invoice or quote as an order.
    pub(super) fn order(&self, shape: Shape) -> Order {
        let terms_days = f64::from(shape.due.saturating_sub(shape.issued));
        Order { amount: float(shape.amount) / float(self.minor_units.max(1)), terms_days }
    }
}
