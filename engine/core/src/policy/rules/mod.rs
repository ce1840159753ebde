//! The rules that can hold a quote back: one file each, one line each in [`RULES`].
//!
//! A rule says how good the verdict may be at best; the verdict is the worst that any rule says. No rule is a yes or no,
//! and none can lift what another holds back.

mod above_automatic_amount;
mod accounts_missing;
mod asked_terms_fail;
mod asked_terms_unlawful;
mod ceiling_unknown;
mod company_ceased;
mod failure_class;
mod first_invoice_doubtful;
mod group_member_fails;
mod legal_form_unknown;
mod limit_unknown;
mod natural_person;
mod no_credit_passes;
mod open_liquidation;
mod open_proceedings;
mod order_out_of_habit;
mod orders_missing;
mod over_limit;
mod overdue_gate;
mod prior_only;
mod public_record_missing;
mod signal_for_a_person;
mod thin_evidence;
mod too_little_evidence;

use encours_domain::reason::Reason;
use encours_domain::{Bilingual, Verdict};

use super::situation::Situation;
use crate::company::CompanyView;

/// What of a quote a rule reads, each with all that stands before it. Neither reads a payment in advance, which most rules
/// don't hold for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::policy) enum Reads {
    /// Nothing that a change of terms, deposit or amount would move: who the client is, what it owes, what is sold.
    Nothing,
    /// The amount, alone or with what is open already.
    Amount,
    /// The terms or the deposit.
    Offer,
}

/// A rule of the policy.
pub(in crate::policy) struct Rule {
    /// Stable code in capitals.
    pub(in crate::policy) code: &'static str,
    /// Whether it also holds when everything is paid in advance.
    pub(in crate::policy) holds_when_prepaid: bool,
    /// What of the quote decides whether it applies.
    pub(in crate::policy) reads: Reads,
    /// The best verdict that it lets through; nothing when it does not apply.
    pub(in crate::policy) at_best: fn(&Situation<'_>) -> Option<Verdict>,
    /// Why, in both languages; French with plain spaces.
    pub(in crate::policy) says: fn(&Situation<'_>) -> Bilingual,
}

/// Every rule, in the order in which equal verdicts are explained.
pub(in crate::policy) const RULES: &[Rule] = &[
    open_liquidation::RULE,
    company_ceased::RULE,
    open_proceedings::RULE,
    overdue_gate::RULE,
    no_credit_passes::RULE,
    public_record_missing::RULE,
    legal_form_unknown::RULE,
    accounts_missing::RULE,
    signal_for_a_person::RULE,
    order_out_of_habit::RULE,
    orders_missing::RULE,
    over_limit::RULE,
    limit_unknown::RULE,
    group_member_fails::RULE,
    failure_class::RULE,
    first_invoice_doubtful::RULE,
    above_automatic_amount::RULE,
    ceiling_unknown::RULE,
    prior_only::RULE,
    too_little_evidence::RULE,
    thin_evidence::RULE,
    asked_terms_unlawful::RULE,
    asked_terms_fail::RULE,
    natural_person::RULE,
];

/// The code of every rule, in the order in which equal verdicts are explained: for the documentation and its test.
pub fn codes() -> impl Iterator<Item = &'static str> {
    RULES.iter().map(|rule| rule.code)
}

/// Why a company can bear nothing, whatever its accounts say: it is in liquidation, or has ceased.
pub(in crate::policy) fn bears_nothing(company: &CompanyView) -> Option<Bilingual> {
    let why = if open_liquidation::holds(company) {
        open_liquidation::words()
    } else if company_ceased::holds(company) {
        company_ceased::words()
    } else {
        return None;
    };
    Some(super::words::say(why.fr, why.en))
}

/// A rule that applies.
#[derive(Clone, Copy)]
pub(in crate::policy) struct Finding {
    pub(in crate::policy) rule: &'static Rule,
    pub(in crate::policy) at_best: Verdict,
}

impl Finding {
    pub(in crate::policy) fn reason(self, situation: &Situation<'_>) -> Reason {
        let says = (self.rule.says)(situation);
        Reason::of_rule(self.rule.code, super::words::french(&says.fr), says.en)
    }
}

/// All that applies, the gravest first, equals in the order of [`RULES`].
pub(in crate::policy) fn findings(situation: &Situation<'_>) -> Vec<Finding> {
    let prepaid = situation.evidence.quote.is_prepaid();
    let applicable = RULES.iter().filter(|rule| !prepaid || rule.holds_when_prepaid);
    let mut found: Vec<Finding> =
        applicable.filter_map(|rule| (rule.at_best)(situation).map(|at_best| Finding { rule, at_best })).collect();
    found.sort_by_key(|finding| std::cmp::Reverse(finding.at_best.gravity()));
    found
}

/// Whether the quote is refused for what the client is or owes, not for its price or size: then there is nothing left to
/// sell on credit.
pub(in crate::policy) fn knocked_out(findings: &[Finding]) -> bool {
    const OF_THE_ORDER: [&str; 2] = [no_credit_passes::RULE.code, over_limit::RULE.code];
    findings.iter().any(|one| one.at_best == Verdict::Decline && !OF_THE_ORDER.contains(&one.rule.code))
}

/// Whether a change of what is named here (of the terms or the deposit; of the amount) could lead to an approval: no rule
/// that reads less holds the quote back.
pub(in crate::policy) fn may_be_lifted(findings: &[Finding], changes: Reads) -> bool {
    findings.iter().all(|one| one.at_best.is_approval() || one.rule.reads >= changes)
}

/// Whether not even payment in advance may be taken.
pub(in crate::policy) fn refuses_prepayment(findings: &[Finding]) -> bool {
    findings.iter().any(|one| one.at_best == Verdict::Decline && one.rule.holds_when_prepaid)
}

/// The verdict: the worst that any rule says, and for a natural person never a refusal without a human.
pub(in crate::policy) fn verdict(findings: &[Finding], situation: &Situation<'_>) -> Verdict {
    let worst = findings.first().map_or(Verdict::Approve, |finding| finding.at_best);
    natural_person::for_a_human(worst, situation)
}

/// The reason to add when an adverse verdict was turned into a person's decision and no rule has said why.
pub(in crate::policy) fn turned_for_a_human(situation: &Situation<'_>) -> Option<Reason> {
    let said = (natural_person::RULE.at_best)(situation).is_some();
    let finding = Finding { rule: &natural_person::RULE, at_best: Verdict::Refer };
    (!said).then(|| finding.reason(situation))
}
