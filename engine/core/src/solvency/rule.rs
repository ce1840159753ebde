//! The numbers of the expert rule, as the policy file gives them once checked.

use encours_domain::Probability;

/// How far each piece of news moves the log-odds. None is negative: the base rate is that of a company in order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moves {
    /// Founded less than three years ago.
    pub young: f64,
    /// Founded three to ten years ago.
    pub settled: f64,
    /// Fewer than ten people.
    pub micro: f64,
    /// Ten to forty-nine.
    pub small: f64,
    /// A conciliation was made public.
    pub conciliation: f64,
    /// Proceedings in the past.
    pub closed: f64,
    /// A plan is being carried out.
    pub plan: f64,
    /// Safeguard.
    pub safeguard: f64,
    /// Receivership.
    pub receivership: f64,
    /// Liquidation, or struck off.
    pub liquidation: f64,
    /// Equity below nought.
    pub negative_equity: f64,
    /// A net loss.
    pub net_loss: f64,
    /// Accounts that should have been filed.
    pub accounts_overdue: f64,
    /// Accounts that nobody fetched.
    pub accounts_not_fetched: f64,
    /// A bounced debit or cheque with us.
    pub bounced: f64,
    /// Overdue with us for more than 90 days.
    pub long_overdue: f64,
}

/// A class of failure risk.
#[derive(Clone, Debug, PartialEq)]
pub struct ClassBound {
    /// Its name, `"4"`.
    pub name: String,
    /// Probabilities up to this one belong to it (the last class takes all above).
    pub up_to: Probability,
}

/// The expert rule.
#[derive(Clone, Debug, PartialEq)]
pub struct FailureRule {
    /// Probability within twelve months for a company in order, older than ten years, with fifty people or more.
    pub base_rate: Probability,
    /// The moves.
    pub moves: Moves,
    /// The classes, from the safest, bounds rising to 1.
    pub classes: Vec<ClassBound>,
}

impl FailureRule {
    /// The position of the class of a probability; bounds belong to the safer class.
    pub fn class_index(&self, probability: Probability) -> usize {
        let found = self.classes.iter().position(|class| probability <= class.up_to);
        found.unwrap_or(self.classes.len().saturating_sub(1))
    }
}
