//! The decision: evidence, policy and law in; verdict, offers, limit, reasons and one sentence out.

use encours_domain::fact::MissingKind;
use encours_domain::reason::Reason;
use encours_domain::{Bilingual, Day, Light, Money, Share, Verdict};
use serde::Serialize;

use super::counterfactual::{Counterfactual, counterfactuals};
use super::deadlines::{DeadlineNote, deadlines};
use super::error::PolicyError;
use super::evidence::{Evidence, Exposure};
use super::file::{OrdersRule, Policy};
use super::first_invoice::FirstInvoice;
use super::law::{LawNote, LawTable, Subject, late_interest_sentence, notes};
use super::limit::Limit;
use super::matrix::MatrixCell;
use super::offers::{Alternative, Offer, PutForward};
use super::rules::{self, Finding, Reads};
use super::sentence::sentence;
use super::situation::Situation;
use crate::company::{MissingNote, SourceNote};
use crate::solvency::Failure;

/// What the client owes and may come to owe, incl. VAT.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExposureReport {
    /// Open invoices, bills and orders less deposits received.
    pub gross: Money,
    /// Open invoices.
    pub invoices: Money,
    /// Bills not yet matured.
    pub bills: Money,
    /// Open orders, without this one.
    pub orders: Money,
    /// Deposits received.
    pub deposits: Money,
    /// Cover; shown beside the limit, never subtracted twice.
    pub cover: Money,
    /// What the cover does not pay.
    pub own_risk: Money,
    /// The limit that needs no person, less gross exposure; below nought when it is exceeded already, and never above it
    /// for a client who is refused for what it is or owes.
    pub available: Money,
    /// What we owe the client, never netted.
    pub credit_balance: Money,
}

/// A decision, in the words and order of the wire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// The answer's first word.
    pub verdict: Verdict,
    /// Its light.
    pub light: Light,
    /// The answer in one sentence.
    pub sentence: Bilingual,
    /// Failure risk.
    pub failure: Failure,
    /// How likely the first invoice goes unpaid; absent once one was settled.
    pub first_invoice: Option<FirstInvoice>,
    /// Rules that hold the quote back, the gravest first.
    pub reasons: Vec<Reason>,
    /// What the client or we could change.
    pub counterfactuals: Vec<Counterfactual>,
    /// Lightest, balanced, safest; only the last when no credit passes or may be given.
    pub offers: Vec<Offer>,
    /// The same order with a guarantee, in instalments or with a discount, where that gives the client or us more.
    pub alternatives: Vec<Alternative>,
    /// Where the client stands between paying late and failing, and what the policy allows there.
    pub matrix: MatrixCell,
    /// The limit with its working.
    pub limit: Limit,
    /// The exposure before this order.
    pub exposure: ExposureReport,
    /// Which of the offers is put forward, and how likely that was; absent when no credit passes or may be given.
    pub put_forward: Option<PutForward>,
    /// What the law says, each with its article.
    pub law: Vec<LawNote>,
    /// Days that must not be missed, the earliest first.
    pub deadlines: Vec<DeadlineNote>,
    /// Evidence that is not there.
    pub missing: Vec<MissingNote>,
    /// Public sources that were read.
    pub sources: Vec<SourceNote>,
    /// When to look again.
    pub review_date: Day,
    /// Whether a smaller order could fare better: no rule holds the quote back at any amount.
    #[serde(skip)]
    pub(crate) amount_may_help: bool,
}

/// Judges a quote.
///
/// # Errors
/// When amounts are in another currency than the policy, sums leave 64 bits, or chances of payment are missing for one of
/// the [`candidate_terms`](super::candidate_terms). Missing evidence about the client is no error: it is a verdict.
pub fn decide(policy: &Policy, law: &LawTable, evidence: &Evidence<'_>) -> Result<Decision, PolicyError> {
    let situation = Situation::of(policy, law, evidence)?;
    let findings = rules::findings(&situation);
    let mut decision = written(law, situation, &findings)?;
    decision.counterfactuals = counterfactuals(policy, law, evidence, decision.verdict, &findings)?;
    Ok(decision)
}

/// The same without counterfactuals, which cost a dozen further judgements: for batches.
///
/// # Errors
/// As [`decide`].
pub fn decide_briefly(policy: &Policy, law: &LawTable, evidence: &Evidence<'_>) -> Result<Decision, PolicyError> {
    let situation = Situation::of(policy, law, evidence)?;
    let findings = rules::findings(&situation);
    written(law, situation, &findings)
}

fn written(law: &LawTable, situation: Situation<'_>, findings: &[Finding]) -> Result<Decision, PolicyError> {
    let evidence = situation.evidence;
    let verdict = rules::verdict(findings, &situation);
    let reasons = reasons(findings, verdict, &situation);
    let offers = offers(findings, &situation, law);
    let subject = Subject {
        ceiling: &situation.ceiling,
        asked: situation.asked,
        as_of: evidence.as_of,
        public_buyer: situation.public_buyer,
        goods: evidence.quote.goods(situation.policy),
        deposit_in_play: !situation.public_buyer
            && (is_deposit(evidence.quote.deposit()) || offers.iter().any(|offer| is_deposit(offer.deposit_share))),
        oldest_overdue: oldest_overdue(evidence),
        cut: cut(&situation, &offers),
        opening_published: situation.company.opening_published.filter(|_| situation.gross.minor() > 0),
    };
    Ok(Decision {
        verdict,
        light: verdict.light(),
        sentence: sentence(verdict, findings, &situation),
        reasons,
        counterfactuals: Vec::new(),
        law: notes(law, &subject),
        deadlines: deadlines(law, &situation, subject.oldest_overdue),
        put_forward: put_forward(findings, &situation),
        alternatives: alternatives(findings, &situation, law),
        offers,
        exposure: exposure_report(evidence.exposure, findings, &situation)?,
        missing: missing(evidence.exposure, &situation),
        sources: situation.company.sources.clone(),
        review_date: review_date(&situation),
        failure: situation.failure,
        first_invoice: situation.first_invoice,
        matrix: situation.cell,
        limit: situation.limit,
        amount_may_help: rules::may_be_lifted(findings, Reads::Amount),
    })
}

/// The verdict alone.
///
/// # Errors
/// As [`decide`].
pub(crate) fn verdict_of(policy: &Policy, law: &LawTable, evidence: &Evidence<'_>) -> Result<Verdict, PolicyError> {
    let situation = Situation::of(policy, law, evidence)?;
    Ok(rules::verdict(&rules::findings(&situation), &situation))
}

/// Whether a rule that reads neither terms nor deposit holds the quote back. Such rules don't read the chances of payment either.
///
/// # Errors
/// As [`decide`].
pub(crate) fn is_held_back_at_any_terms(
    policy: &Policy,
    law: &LawTable,
    evidence: &Evidence<'_>,
) -> Result<bool, PolicyError> {
    let situation = Situation::of(policy, law, evidence)?;
    Ok(!rules::may_be_lifted(&rules::findings(&situation), Reads::Offer))
}

fn reasons(findings: &[Finding], verdict: Verdict, situation: &Situation<'_>) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = findings.iter().map(|finding| finding.reason(situation)).collect();
    let worst = findings.first().map_or(Verdict::Approve, |finding| finding.at_best);
    if worst != verdict {
        reasons.extend(rules::turned_for_a_human(situation));
    }
    reasons
}

/// The usual terms of an established client, and the longest that it is offered where they are shorter; by price, by the law
/// or by a rule, but not because it asked for less.
fn cut(situation: &Situation<'_>, offers: &[Offer]) -> Option<(u16, Option<u16>)> {
    let history = situation.evidence.history;
    let established = situation.policy.established_from.is_some_and(|from| history.settled >= u32::from(from));
    let usual = history.usual_terms_days.filter(|usual| established && *usual > 0)?;
    let asked = situation.asked.due(situation.order.invoice).days_since(situation.order.invoice);
    if asked < i32::from(usual) || situation.evidence.quote.is_prepaid() {
        return None;
    }
    let lightest = offers.iter().find(|offer| offer.name == "lightest");
    let days = lightest.map(|offer| offer.due_date.days_since(offer.expected_invoice_date).max(0));
    let days = days.and_then(|days| u16::try_from(days).ok());
    days.is_none_or(|days| days < usual).then_some((usual, days))
}

/// When the oldest overdue invoice fell due, where so much is overdue that it counts.
fn oldest_overdue(evidence: &Evidence<'_>) -> Option<Day> {
    let days = i32::try_from(evidence.history.worst_overdue_days).ok()?;
    (evidence.history.overdue.minor() > 0).then(|| evidence.as_of.plus_clamped(-days))
}

/// A part of the price: payment in advance is no deposit.
fn is_deposit(share: Share) -> bool {
    share > Share::NONE && share < Share::WHOLE
}

/// What the public record lacks, then the parts of the exposure that nothing feeds.
fn missing(exposure: &Exposure, situation: &Situation<'_>) -> Vec<MissingNote> {
    let unfed = exposure.fed.missing().map(|part| MissingNote::new(part, MissingKind::NotFetched));
    let OrdersRule { needed: _, max_age_days } = situation.policy.orders;
    let old = exposure.fed.orders.older_than(max_age_days, situation.evidence.as_of);
    let old = old.map(|given| MissingNote::after("orders", given));
    situation.company.missing().into_iter().chain(unfed).chain(old).collect()
}

/// What is put forward, where credit may be given.
fn put_forward(findings: &[Finding], situation: &Situation<'_>) -> Option<PutForward> {
    let refused = findings.first().is_some_and(|finding| finding.at_best == Verdict::Decline);
    let credit = !(refused || situation.evidence.quote.is_prepaid());
    situation.put_forward().filter(|_| credit).map(|(put_forward, _)| put_forward)
}

/// Lightest, balanced and safest. Where a rule refuses credit for good only payment in advance stays, and not even that to
/// whoever may not pay at all.
fn offers(findings: &[Finding], situation: &Situation<'_>, law: &LawTable) -> Vec<Offer> {
    let refused = findings.first().is_some_and(|finding| finding.at_best == Verdict::Decline);
    let prepaid = situation.evidence.quote.is_prepaid();
    let credit = !(refused || prepaid);
    let chosen = &situation.chosen;
    let light = chosen.light.as_ref().filter(|_| credit).map(|priced| ("lightest", priced));
    let balanced = chosen.balanced.as_ref().filter(|_| credit).map(|priced| ("balanced", priced));
    let may_prepay = !(rules::refuses_prepayment(findings) || situation.public_buyer);
    let prudent = Some(("safest", &chosen.prepaid)).filter(|_| may_prepay);
    let named = [light, balanced, prudent];
    let offers = named.into_iter().flatten().map(|(name, priced)| {
        let clause = late_interest_sentence(law, situation.public_buyer, situation.evidence.as_of);
        Offer::of(name, priced, &situation.order, &clause)
    });
    offers.collect()
}

/// Other forms, where credit may be given at all.
fn alternatives(findings: &[Finding], situation: &Situation<'_>, law: &LawTable) -> Vec<Alternative> {
    // What price alone refuses another form may save; what the client is or owes none.
    let is_plain = situation.evidence.quote.is_prepaid() || situation.public_buyer;
    if rules::knocked_out(findings) || is_plain {
        return Vec::new();
    }
    let clause = late_interest_sentence(law, situation.public_buyer, situation.evidence.as_of);
    situation.alternatives(law, &clause)
}

fn exposure_report(
    exposure: &Exposure,
    findings: &[Finding],
    situation: &Situation<'_>,
) -> Result<ExposureReport, PolicyError> {
    let Exposure { invoices, bills, orders, deposits, cover, insured_share: _, credit_balance, fed: _ } = *exposure;
    let left = situation.limit.automatic(situation.policy).minus(situation.gross)?;
    let nothing = Money::zero(left.currency());
    let available = if rules::knocked_out(findings) && left.minor() > 0 { nothing } else { left };
    Ok(ExposureReport {
        gross: situation.gross,
        invoices,
        bills,
        orders,
        deposits,
        cover,
        own_risk: exposure.own_risk()?,
        available,
        credit_balance,
    })
}

fn review_date(situation: &Situation<'_>) -> Day {
    let row = situation.policy.class_row(situation.failure.class_index);
    situation.evidence.as_of.plus_clamped(row.map_or(1, |row| i32::from(row.review_days)))
}
