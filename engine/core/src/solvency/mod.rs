//! Failure risk: how likely the company is to fail within twelve months.
//!
//! An expert rule, and it says so: a base rate moved in log-odds by what the register, the accounts and our own ledger show
//! ([`FailureRule`] holds every number, from the policy file). Where a model was learnt from failures and accounts are
//! known, the model takes the place of base rate, age, size and accounts ([`learnt`]), and the rule's moves for
//! proceedings, overdue accounts and our own ledger come on top.
//!
//! What holds of the rule: bad news never lowers the probability; good accounts do not lower it either (the base rate is that of a
//! company in order, so that reading accounts can only add a worry); a value that was not fetched or is overdue never
//! counts for less than a value in order, and an unknown age or size counts as the worst one.
//!
//! **Absent here**: verdicts. A probability is not a decision.

pub mod learnt;
mod moves;
mod peers;
pub mod published;
mod rule;

pub use learnt::{FailureEstimate, FailureModel};
pub use peers::{Gathered, PeerRatio, Quartiles, SectorQuartiles};
pub use rule::{ClassBound, FailureRule, Moves};

use encours_domain::fact::Known;
use encours_domain::{Bilingual, Probability};
use encours_models::prior::logistic;
use serde::{Serialize, Serializer};

use crate::company::CompanyView;

/// What our own ledger says about distress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerDistress {
    /// Debits or cheques that bounced in the last twelve months.
    pub bounced: u32,
    /// Whether more than the policy's minimum has been overdue for more than 90 days.
    pub long_overdue: bool,
}

/// One thing that moved the probability.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FailureMove {
    /// Stable code.
    pub code: &'static str,
    /// By how much, in log-odds; of the expert rule never below nought.
    pub log_odds: f64,
    /// In words.
    #[serde(flatten)]
    pub says: Bilingual,
}

/// The risk of failure within twelve months.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Failure {
    /// The probability; rounded to six decimals on the wire only.
    #[serde(serialize_with = "six_decimals")]
    pub p_12_months: Probability,
    /// The class by the policy's bounds, `"1"` the safest.
    pub class: String,
    /// Position of the class, 0 the safest.
    #[serde(skip)]
    pub class_index: usize,
    /// Where the figure comes from.
    pub basis: String,
    /// What moved it away from the base rate, in a fixed order.
    pub moves: Vec<FailureMove>,
}

/// Rates a company: by the policy's rule, or where a model has an estimate by that, with the rule's moves for news that the
/// model has not learnt from.
pub fn failure(
    rule: &FailureRule,
    company: &CompanyView,
    distress: LedgerDistress,
    estimate: Option<&FailureEstimate>,
) -> Failure {
    let (log_odds, moves) = match estimate {
        Some(estimate) => {
            let news = moves::beyond_a_model(rule, company, distress);
            let log_odds = news.iter().fold(estimate.log_odds, |sum, step| sum + step.log_odds);
            (log_odds, news.into_iter().chain(estimate.moves.iter().cloned()).collect())
        }
        None => {
            let moves = moves::all(rule, company, distress);
            (moves.iter().fold(logit(rule.base_rate.value()), |sum, step| sum + step.log_odds), moves)
        }
    };
    let p_12_months = Probability::clamped(logistic(log_odds), rule.base_rate);
    let class_index = rule.class_index(p_12_months);
    let class = rule.classes.get(class_index).map_or_else(String::new, |class| class.name.clone());
    let basis =
        estimate.map_or_else(|| basis(company).to_owned(), |estimate| format!("failure model {}", estimate.model));
    Failure { p_12_months, class, class_index, basis, moves }
}

fn basis(company: &CompanyView) -> &'static str {
    match (&company.proceedings, &company.accounts) {
        (Known::Present(_), Known::Present(_)) => "expert rule, public record and accounts",
        (Known::Present(_), Known::Missing(_)) => "expert rule, public record without accounts",
        (Known::Missing(_), _) => "expert rule, base rate and own ledger only",
    }
}

fn logit(probability: f64) -> f64 {
    libm::log(probability / (1.0 - probability))
}

pub(crate) fn six_decimals<S: Serializer>(value: &Probability, serializer: S) -> Result<S::Ok, S::Error> {
    six_decimals_of(&value.value(), serializer)
}

fn six_decimals_of<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e6).round() / 1e6)
}

#[cfg(test)]
mod tests;
