//! The limit: the least of need, capacity, own concentration and risk budget, all incl. VAT, all four shown.
//!
//! A candidate that is not known is never taken for boundless: it is named, the bold figure falls to the prudent one, and a
//! rule sends the case to a person.

use encours_domain::fact::{Known, MissingKind};
use encours_domain::money::LARGEST_MINOR;
use encours_domain::{Bilingual, Day, DomainError, Money, Probability, Share};
use serde::{Deserialize, Serialize};

use super::evidence::Evidence;
use super::file::{AutomaticUpTo, ByClass, Policy};
use super::rules::bears_nothing;
use crate::company::{Accounts, CompanyView, MissingNote};

/// The limit with its working.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Limit {
    /// Counts only a part of capacity and risk budget.
    pub prudent: Money,
    /// Counts them in full.
    pub bold: Money,
    /// What makes the figure up to which no person is needed: one of the four (of the prudent or the bold one, by the policy),
    /// or `set` where a person set it.
    pub binding: &'static str,
    /// Which of the four makes the prudent figure.
    pub prudent_binding: &'static str,
    /// Which of the four makes the bold figure.
    pub bold_binding: &'static str,
    /// What the client's rhythm of buying needs, whatever is ordered now; absent while there is no rhythm, and then the
    /// other three decide.
    pub need: Option<Money>,
    /// What its finances bear.
    pub capacity: Option<Money>,
    /// What one client may weigh in our sales.
    pub concentration: Option<Money>,
    /// What the loss that we accept allows.
    pub risk_budget: Option<Money>,
    /// Which of the four are not known, and why.
    pub unknown: Vec<MissingNote>,
    /// Why capacity is nought whatever the accounts say; absent where it is what finances bear.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity_reason: Option<Bilingual>,
    /// What a person set; absent where nobody did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub set: Option<SetLimit>,
}

/// A limit that a person set for the client: it takes the place of the figure up to which no person is needed, until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetLimit {
    /// Gross exposure with the order, incl. VAT.
    pub amount: Money,
    /// The last day on which it holds; absent when it holds until it is changed.
    pub until: Option<Day>,
}

/// What a limit is made from, besides the evidence.
pub(in crate::policy) struct Basis<'a> {
    pub(in crate::policy) company: &'a CompanyView,
    pub(in crate::policy) class_row: &'a ByClass,
    pub(in crate::policy) p_fail: Probability,
    /// Whether accounts are not even asked for.
    pub(in crate::policy) below_entry: bool,
    /// Share of both figures that counts, by the matrix.
    pub(in crate::policy) limit_share: Share,
}

/// What binds where a person set the limit.
const SET: &str = "set";

/// One of the four: its name, its value, and the share of it that the prudent figure counts.
struct Candidate {
    name: &'static str,
    value: Known<Money>,
    prudent_share: f64,
}

impl Limit {
    pub(in crate::policy) fn of(
        policy: &Policy,
        evidence: &Evidence<'_>,
        basis: &Basis<'_>,
    ) -> Result<Self, DomainError> {
        let prudent_share = policy.limit.prudent_share.value();
        // Up to the entry amount nothing about finances was asked, so nothing of it is halved.
        let capacity_share = if basis.below_entry { 1.0 } else { prudent_share };
        let bears_nothing = bears_nothing(basis.company);
        let capacity = match bears_nothing {
            Some(_) => Known::Present(Money::zero(policy.currency)),
            None => capacity(policy, basis),
        };
        let candidates = [
            Candidate { name: "need", value: need(policy, evidence)?, prudent_share: 1.0 },
            Candidate { name: "capacity", value: capacity, prudent_share: capacity_share },
            Candidate { name: "concentration", value: concentration(policy, evidence), prudent_share: 1.0 },
            Candidate {
                name: "risk_budget",
                value: Known::Present(risk_budget(policy, evidence, basis)),
                prudent_share,
            },
        ];
        let least = Self::least(policy, &candidates);
        // Nor is anything taken from the entry amount: a smaller order must not fare worse than a larger one.
        let share = if basis.below_entry { Share::WHOLE } else { basis.limit_share };
        let counted = |figure: Money| figure.times(share.value());
        let (prudent, bold) = (counted(least.prudent), counted(least.bold));
        let set = evidence.set_limit.filter(|set| set.until.is_none_or(|until| evidence.as_of <= until));
        let binding = set.map_or(least.binding, |_| SET);
        Ok(Self { capacity_reason: bears_nothing, set, binding, prudent, bold, ..least })
    }

    fn least(policy: &Policy, candidates: &[Candidate; 4]) -> Self {
        // The risk budget is always known, so that there is a least.
        let nothing = ("risk_budget", Money::zero(policy.currency));
        let least_by = |counted: &dyn Fn(&Candidate, Money) -> Money| {
            let known =
                candidates.iter().filter_map(|one| one.value.present().map(|value| (one.name, counted(one, *value))));
            known.min_by_key(|(_, value)| value.minor()).unwrap_or(nothing)
        };
        let (bold_binding, bold) = least_by(&|_, value| value);
        let (prudent_binding, prudent) = least_by(&|one, value| value.times(one.prudent_share));
        let unknown: Vec<MissingNote> = candidates
            .iter()
            .filter_map(|one| one.value.missing().map(|kind| MissingNote::new(one.name, kind)))
            .filter(|note| note.kind.lacks_evidence())
            .collect();
        let (bold_binding, bold) = if unknown.is_empty() { (bold_binding, bold) } else { (prudent_binding, prudent) };
        let binding = match policy.limit.automatic_up_to {
            AutomaticUpTo::Prudent => prudent_binding,
            AutomaticUpTo::Bold => bold_binding,
        };
        let [need, capacity, concentration, risk_budget] =
            candidates.each_ref().map(|one| one.value.present().copied());
        Self {
            prudent,
            bold,
            binding,
            prudent_binding,
            bold_binding,
            need,
            capacity,
            concentration,
            risk_budget,
            unknown,
            capacity_reason: None,
            set: None,
        }
    }

    /// The figure up to which no person is needed: what a person set, else the prudent or the bold one.
    pub fn automatic(&self, policy: &Policy) -> Money {
        if let Some(set) = self.set {
            return set.amount;
        }
        match policy.limit.automatic_up_to {
            AutomaticUpTo::Prudent => self.prudent,
            AutomaticUpTo::Bold => self.bold,
        }
    }
}

/// Yearly purchases over the days they stay open, at the busiest season (METHODS 4), and never less than the largest
/// invoice of the year, which cannot be delivered in halves; times the policy's room, since orders overlap and clients
/// grow. The order in question has no part in it: a large order does not make its own need.
fn need(policy: &Policy, evidence: &Evidence<'_>) -> Result<Known<Money>, DomainError> {
    let history = evidence.history;
    let purchases = history.annual_purchases_incl_vat.filter(|purchases| purchases.minor() > 0);
    let Some(purchases) = purchases else { return Ok(Known::Missing(MissingKind::NotApplicable)) };
    purchases.plus(Money::zero(policy.currency))?;
    let days = f64::from(history.usual_terms_days.unwrap_or(policy.limit.need_days));
    let peak = if history.seasonal_peak.is_finite() { history.seasonal_peak.max(1.0) } else { 1.0 };
    let rhythm = held(purchases, days / 365.0 * peak);
    let largest = history.largest_invoice.map_or(0, Money::minor);
    let least = Money::from_minor(rhythm.minor().max(largest), rhythm.currency());
    Ok(Known::Present(held(least, policy.limit.need_room)))
}

fn capacity(policy: &Policy, basis: &Basis<'_>) -> Known<Money> {
    if basis.below_entry {
        return Known::Present(policy.entry_amount);
    }
    match &basis.company.accounts {
        Known::Present(accounts) => from_accounts(accounts, basis.class_row, policy),
        Known::Missing(kind) if kind.lacks_evidence() => Known::Missing(*kind),
        Known::Missing(_) => Known::Present(basis.class_row.without_accounts),
    }
}

fn from_accounts(accounts: &Accounts, row: &ByClass, policy: &Policy) -> Known<Money> {
    let equity = match accounts.equity {
        Known::Present(equity) if equity.currency() == policy.currency => equity,
        _ => return Known::Missing(MissingKind::NotFetched),
    };
    let of_equity = Money::from_minor(equity.minor().max(0), policy.currency).times(row.equity_share.value());
    match accounts.turnover {
        Known::Present(turnover) => {
            let of_turnover =
                Money::from_minor(turnover.minor().max(0), policy.currency).times(row.turnover_share.value());
            Known::Present(if of_turnover.minor() < of_equity.minor() { of_turnover } else { of_equity })
        }
        Known::Missing(kind) if kind.lacks_evidence() => Known::Missing(kind),
        Known::Missing(_) => Known::Present(of_equity),
    }
}

/// What one group may weigh, less what its other companies owe already.
fn concentration(policy: &Policy, evidence: &Evidence<'_>) -> Known<Money> {
    let sales = evidence.seller.yearly_sales_incl_vat.filter(|sales| sales.minor() > 0);
    let Some(sales) = sales else { return Known::Missing(MissingKind::NotFetched) };
    let whole = sales.times(policy.limit.concentration_share.value());
    let others = evidence.group.map_or(0, |group| group.others.minor());
    Known::Present(Money::from_minor(whole.minor().saturating_sub(others).max(0), whole.currency()))
}

/// The loss accepted is excl. VAT; what may stand open for it is incl. VAT.
fn risk_budget(policy: &Policy, evidence: &Evidence<'_>, basis: &Basis<'_>) -> Money {
    let loss_rate = basis.p_fail.value() * policy.appetite.loss_given_default.value();
    let vat_factor = 1.0 + evidence.quote.vat_rate().value();
    held(policy.limit.risk_budget_loss, vat_factor / loss_rate)
}

/// A product held at the largest amount, so that a tiny risk does not overflow.
fn held(amount: Money, factor: f64) -> Money {
    let product = amount.times(if factor.is_nan() { 0.0 } else { factor });
    Money::from_minor(product.minor().min(LARGEST_MINOR), amount.currency())
}
