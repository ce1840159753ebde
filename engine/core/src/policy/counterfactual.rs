//! What would change the verdict: limited to what seller or client can change, the deposit, the terms, what is overdue, and
//! (found by the assessment, which can read the chances anew) the amount.
//!
//! Each is found by judging the changed quote as a whole, so that what is promised here is what would be answered. The
//! chances of payment do not move with the deposit; they are read at the changed terms, and stay as they are once what is
//! overdue is paid, which only betters them.

use encours_domain::{Money, Share, Verdict};
use serde::Serialize;

use super::decide::verdict_of;
use super::error::PolicyError;
use super::evidence::{Evidence, Exposure, History};
use super::file::Policy;
use super::law::LawTable;
use super::offers::candidate_terms;
use super::quote::Quote;
use super::rules::{Finding, Reads, may_be_lifted};
use super::terms::EndOfMonth;

/// One change and what it leads to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counterfactual {
    /// What changes, and to what.
    #[serde(flatten)]
    pub change: Change,
    /// The verdict then.
    pub verdict: Verdict,
}

/// Something that seller or client can change.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A larger deposit, share of the price.
    DepositShare {
        /// The smallest that does it.
        to: Share,
    },
    /// Shorter terms.
    TermsDays {
        /// The longest that do it.
        to: u16,
        /// In this count, if any.
        end_of_month: Option<EndOfMonth>,
    },
    /// What is overdue is paid.
    OverduePaid {
        /// How much that is, incl. VAT.
        to: Money,
    },
    /// A smaller order.
    Amount {
        /// Excl. VAT.
        to: Money,
    },
}

/// The smallest deposit and the longest terms that lead to a better verdict without a person: none when the verdict is
/// already the best.
pub(super) fn counterfactuals(
    policy: &Policy,
    law: &LawTable,
    evidence: &Evidence<'_>,
    verdict: Verdict,
    findings: &[Finding],
) -> Result<Vec<Counterfactual>, PolicyError> {
    if verdict == Verdict::Approve || evidence.quote.is_prepaid() {
        return Ok(Vec::new());
    }
    let better = |quote: &Quote| -> Result<Option<Verdict>, PolicyError> {
        let changed = Evidence { quote, ..evidence.clone() };
        let then = verdict_of(policy, law, &changed)?;
        Ok(Some(then).filter(|then| then.is_approval() && then.gravity() < verdict.gravity()))
    };
    let is_public = law.is_public(evidence.quote.goods(policy));
    // Where a rule that reads neither terms nor deposit holds the quote back, no others can help.
    let (mut by_deposit, mut by_terms) = (None, None);
    if may_be_lifted(findings, Reads::Offer) {
        by_deposit = if is_public { None } else { first_deposit(policy, evidence.quote, &better)? };
        by_terms = first_terms(policy, law, evidence, &better)?;
    }
    let by_payment = once_paid(policy, law, evidence, verdict)?;
    Ok([by_payment, by_deposit, by_terms].into_iter().flatten().collect())
}

/// The client pays what is overdue: it no longer closes the gate, and is no longer owed.
fn once_paid(
    policy: &Policy,
    law: &LawTable,
    evidence: &Evidence<'_>,
    verdict: Verdict,
) -> Result<Option<Counterfactual>, PolicyError> {
    let overdue = evidence.history.overdue;
    if overdue.minor() <= 0 {
        return Ok(None);
    }
    let history =
        History { overdue: Money::zero(overdue.currency()), worst_overdue_days: 0, ..evidence.history.clone() };
    let left = evidence.exposure.invoices.minus(overdue)?;
    let invoices = Money::from_minor(left.minor().max(0), left.currency());
    let exposure = Exposure { invoices, ..*evidence.exposure };
    let changed = Evidence { history: &history, exposure: &exposure, ..evidence.clone() };
    let then = verdict_of(policy, law, &changed)?;
    let better = then.is_approval() && then.gravity() < verdict.gravity();
    Ok(better.then_some(Counterfactual { change: Change::OverduePaid { to: overdue }, verdict: then }))
}

type Better<'b> = dyn Fn(&Quote) -> Result<Option<Verdict>, PolicyError> + 'b;

fn first_deposit(policy: &Policy, quote: &Quote, better: &Better<'_>) -> Result<Option<Counterfactual>, PolicyError> {
    let larger = policy.deposit_steps.iter().filter(|step| **step > quote.deposit() && **step < Share::WHOLE);
    for step in larger {
        if let Some(verdict) = better(&quote.with_deposit(*step))? {
            return Ok(Some(Counterfactual { change: Change::DepositShare { to: *step }, verdict }));
        }
    }
    Ok(None)
}

fn first_terms(
    policy: &Policy,
    law: &LawTable,
    evidence: &Evidence<'_>,
    better: &Better<'_>,
) -> Result<Option<Counterfactual>, PolicyError> {
    let quote = evidence.quote;
    let invoice = quote.invoice_date(policy, evidence.as_of);
    let asked = quote.asked_terms(policy, law, evidence.as_of).due(invoice);
    let shorter = candidate_terms(policy, law, quote, evidence.as_of).into_iter().rev();
    for terms in shorter.filter(|terms| terms.due(invoice) < asked) {
        if let Some(verdict) = better(&quote.with_terms(terms))? {
            let change = Change::TermsDays { to: terms.days, end_of_month: terms.end_of_month };
            return Ok(Some(Counterfactual { change, verdict }));
        }
    }
    Ok(None)
}
