//! Which terms may be offered at all.

use encours_domain::Day;

use crate::policy::file::Policy;
use crate::policy::law::{Ceiling, LawTable};
use crate::policy::quote::Quote;
use crate::policy::terms::Terms;

/// Every lawful set of terms whose chances of payment a decision needs, shortest first: the policy's steps, the ceiling
/// itself in every lawful count, and the terms asked for. Give a `LatePoint` for each.
pub fn candidate_terms(policy: &Policy, law: &LawTable, quote: &Quote, as_of: Day) -> Vec<Terms> {
    let invoice = quote.invoice_date(policy, as_of);
    let ceiling = law.ceiling(quote.goods(policy), invoice);
    let mut terms = steps(policy, &ceiling);
    terms.push(quote.asked_terms(policy, law, as_of));
    terms.retain(|terms| ceiling.allows(*terms));
    terms.sort_by_key(|terms| (terms.due(invoice), *terms));
    terms.dedup();
    terms
}

/// The lawful terms at which chances are read: the same for every quote of the same goods and day, so that two quotes
/// that differ in the terms asked are priced on the same points.
pub(super) fn steps(policy: &Policy, ceiling: &Ceiling) -> Vec<Terms> {
    let mut terms: Vec<Terms> = policy.terms.steps.iter().map(|days| Terms::net(*days)).collect();
    if let Ceiling::Known { days, end_of_month_days, end_of_month_counts, .. } = ceiling {
        terms.push(Terms::net(*days));
        let counted = end_of_month_counts.iter().zip(std::iter::repeat(*end_of_month_days));
        terms.extend(counted.filter_map(|(count, days)| days.map(|days| Terms::end_of_month(days, *count))));
    }
    terms.retain(|terms| ceiling.allows(*terms));
    terms.sort();
    terms.dedup();
    terms
}
