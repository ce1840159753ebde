//! A decision alone, for whole books: rehearsals of a policy and back-tests.

use encours_domain::{Day, Money, Share, Verdict};

use super::client::Known;
use super::gather::{Gathered, gathered, gathered_with};
use super::prepared::Prepared;
use super::{Context, Request, Subject};
use crate::CoreError;
use crate::policy::{
    Change, Counterfactual, Decision, History, LONGEST_TERMS, LatePoint, RawQuote, Terms, decide_briefly,
    is_held_back_at_any_terms, verdict_of,
};

/// A decision alone, without what only a person reads: for whole books.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What was asked, excl. VAT.
    pub amount: Money,
    /// Terms asked.
    pub asked: Terms,
    /// The decision; without counterfactuals.
    pub decision: Decision,
    /// Purchases of the last twelve months, incl. VAT; absent before the first invoice.
    pub yearly_purchases: Option<Money>,
}

/// Judges a question without writing an answer out.
///
/// # Errors
/// As [`assess`].
pub fn judge(context: &Context<'_>, request: &Request<'_>) -> Result<Judged, CoreError> {
    let Request { as_of, subject, quote } = request;
    let prepared = Prepared::read(context, *subject, *as_of)?;
    let known = Known::of(context, &prepared.folded, *as_of)?;
    gathered(context, &prepared, &known, quote.clone(), judged)
}

/// Judges the order that a client usually makes: its median invoice of the last twelve months at its usual terms. Nothing
/// for a client without an invoice.
///
/// # Errors
/// As [`assess`].
pub fn judge_usual_order(
    context: &Context<'_>,
    client: &str,
    vat_rate: f64,
    as_of: Day,
) -> Result<Option<Judged>, CoreError> {
    let prepared = Prepared::read(context, Subject::Client(client), as_of)?;
    let Some(quote) = usual_order(&prepared.folded.history, vat_rate) else { return Ok(None) };
    let known = Known::of(context, &prepared.folded, as_of)?;
    gathered(context, &prepared, &known, quote, judged).map(Some)
}

/// The largest of a few smaller orders that would be granted without a person: what the limit leaves, and parts of what was
/// asked. Each is judged as a whole, chances read anew. None is tried where a rule holds the quote back at any amount.
pub(super) fn smaller_amount<'a>(
    context: &Context<'a>,
    prepared: &'a Prepared,
    known: &Known<'a>,
    quote: &RawQuote,
    decision: &Decision,
    points: &[LatePoint],
) -> Result<Option<Counterfactual>, CoreError> {
    let asked = quote.amount;
    // Of an order that is checked anew the rest would stay open: it is no smaller for being delivered in parts.
    let is_checked = context.trade.checked.is_some();
    let is_best = decision.verdict == Verdict::Approve || quote.deposit == Share::WHOLE;
    if is_best || is_checked || !decision.amount_may_help {
        return Ok(None);
    }
    let left = decision.exposure.available.times(1.0 / (1.0 + quote.vat_rate));
    let parts = PARTS.map(|part| asked.times(part));
    let mut amounts: Vec<i64> = parts.iter().chain([&left]).map(|amount| whole(*amount)).collect();
    amounts.retain(|minor| (1..asked.minor()).contains(minor));
    amounts.sort_unstable();
    amounts.dedup();
    for minor in amounts.into_iter().rev() {
        let to = Money::from_minor(minor, asked.currency());
        let smaller = RawQuote { amount: to, ..quote.clone() };
        // Rules that read no more than the amount read no chances: those of the whole order will do for them.
        let chances = Some(points.to_vec());
        let is_held_back = gathered_with(context, prepared, known, smaller.clone(), chances, |gathered| {
            Ok(is_held_back_at_any_terms(context.policy, context.law, &gathered.evidence())?)
        })?;
        if is_held_back {
            continue;
        }
        let verdict = gathered(context, prepared, known, smaller, |gathered| {
            Ok(verdict_of(context.policy, context.law, &gathered.evidence())?)
        })?;
        if verdict.is_approval() && verdict.gravity() < decision.verdict.gravity() {
            return Ok(Some(Counterfactual { change: Change::Amount { to }, verdict }));
        }
    }
    Ok(None)
}

/// Parts of an order that are tried.
const PARTS: [f64; 3] = [0.75, 0.5, 0.25];

/// Down to whole tens, of whole thousands and more to whole hundreds: nobody quotes what is left to the cent.
fn whole(amount: Money) -> i64 {
    let unit = amount.currency().scale();
    let step = if amount.minor() >= 1_000 * unit { 100 * unit } else { 10 * unit };
    amount.minor() / step * step
}

fn usual_order(history: &History, vat_rate: f64) -> Option<RawQuote> {
    let median = history.median_invoice?;
    let terms = history.usual_terms_days.map(|days| Terms::net(days.min(LONGEST_TERMS)));
    let amount = Money::from_minor(median.times(1.0 / (1.0 + vat_rate)).minor().max(1), median.currency());
    Some(RawQuote { vat_rate, terms, ..RawQuote::of(amount) })
}

fn judged(gathered: &Gathered<'_, '_>) -> Result<Judged, CoreError> {
    let Gathered { context, as_of, quote, .. } = gathered;
    Ok(Judged {
        amount: quote.amount(),
        asked: quote.asked_terms(context.policy, context.law, *as_of),
        decision: decide_briefly(context.policy, context.law, &gathered.evidence())?,
        yearly_purchases: gathered.known.folded.history.annual_purchases_incl_vat,
    })
}
