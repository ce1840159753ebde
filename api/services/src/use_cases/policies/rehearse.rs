//! A rehearsal: whose verdict, terms or limit moves if a policy takes the place of the one in force.
//!
//! Each client is asked for what it usually orders: its median invoice of the last twelve months at its usual terms.

use std::collections::BTreeMap;

use encours_core::assessment::{Context, Judged, judge_usual_order};
use encours_core::policy::{Policy, SetLimit};
use encours_domain::{Day, Money, Verdict};
use serde::Serialize;

use super::PolicyChoice;
use crate::portfolio::{Portfolio, client_siren, last_day};
use crate::services::blocking;
use crate::use_cases::assess::USUAL_VAT_RATE;
use crate::use_cases::search::client_name;
use crate::{Moment, Services, ServicesError};

/// Who moves, and by how much.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyRehearsal {
    /// Version of the policy in force.
    pub before: String,
    /// Version of the policy that would take its place.
    pub after: String,
    /// The morning as of which clients were judged.
    pub as_of: Day,
    /// The last day of the ledger, where it is so old that the policy says it is missing since.
    pub ledger_ended: Option<Day>,
    /// Clients with a usual order.
    pub clients: u64,
    /// Their usual orders together, excl. VAT.
    pub orders: Money,
    /// Clients and usual orders by verdict before and after: the whole matrix, but for cells without clients.
    pub verdicts: Vec<VerdictChange>,
    /// Limits that need no person, together, before.
    pub limits_before: Money,
    /// And after.
    pub limits_after: Money,
    /// Clients whose verdict, terms, deposit or limit changes, those who buy most first.
    pub moves: Vec<PolicyMove>,
}

/// A cell of the matrix of verdicts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VerdictChange {
    /// Verdict before.
    pub before: Verdict,
    /// Verdict after.
    pub after: Verdict,
    /// Clients.
    pub clients: u64,
    /// Their usual orders, excl. VAT.
    pub orders: Money,
    /// Their purchases of the last twelve months, incl. VAT.
    pub yearly_purchases: Money,
}

/// A client that moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyMove {
    /// The client.
    pub client: String,
    /// Its name, as people know it.
    pub name: Option<String>,
    /// Its usual order, excl. VAT.
    pub order: Money,
    /// Its purchases of the last twelve months, incl. VAT.
    pub yearly_purchases: Money,
    /// By the policy in force.
    pub before: Answered,
    /// By the other.
    pub after: Answered,
}

/// What a policy answers for a usual order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answered {
    /// The verdict.
    pub verdict: Verdict,
    /// The rule that weighs most; absent for a full grant.
    pub because: Option<String>,
    /// Days of the lightest offer; absent where no credit is offered.
    pub terms_days: Option<u16>,
    /// Its deposit, share of the price.
    pub deposit_share: Option<f64>,
    /// Limit up to which no person is needed.
    pub limit: Money,
}

impl Answered {
    fn of(judged: &Judged, policy: &Policy) -> Self {
        let decision = &judged.decision;
        let lightest = decision.offers.iter().find(|offer| offer.name == "lightest");
        Self {
            verdict: decision.verdict,
            because: decision.reasons.first().map(|reason| reason.code.to_string()),
            terms_days: lightest.map(|offer| offer.terms_days),
            deposit_share: lightest.map(|offer| offer.deposit_share.value()),
            limit: decision.limit.automatic(policy),
        }
    }
}

impl Services {
    /// Judges the usual order of every client under the policy in force and under another, and tells who moves, as of a
    /// morning, today's when absent. That somebody looked is noted with the policy.
    ///
    /// # Errors
    /// When the text is no policy, there is no ledger, or the store can only be read.
    pub async fn rehearse_policy(
        &self,
        choice: &PolicyChoice,
        as_of: Option<Day>,
        now: Moment,
    ) -> Result<PolicyRehearsal, ServicesError> {
        let (found, after) = self.chosen_policy(choice, now).await?;
        let portfolio = self.portfolio().await?;
        let against = portfolio.made_with.policy.clone().unwrap_or_default();
        let as_of = as_of.unwrap_or(now.today);
        let limits = self.set_limits(&portfolio, as_of).await?;
        let rehearsal = blocking(move || told(&portfolio, &limits, &after, as_of)).await?;
        self.store().note_policy_rehearsal(&found.text.hash, &against, &self.act(now)).await?;
        Ok(rehearsal)
    }
}

/// Both answers for a client's usual order.
struct Pair {
    number: usize,
    before: Judged,
    after: Judged,
}

fn told(
    portfolio: &Portfolio,
    limits: &BTreeMap<String, SetLimit>,
    after: &Policy,
    as_of: Day,
) -> Result<PolicyRehearsal, ServicesError> {
    let (book, before) = (portfolio.ledger()?, portfolio.policy.as_ref());
    let zero = Money::zero(book.currency());
    let mut told = PolicyRehearsal {
        before: before.version().to_owned(),
        after: after.version().to_owned(),
        as_of,
        ledger_ended: last_day(book).filter(|last| as_of.days_since(*last) > i32::from(before.ledger_max_age_days())),
        clients: 0,
        orders: zero,
        verdicts: Vec::new(),
        limits_before: zero,
        limits_after: zero,
        moves: Vec::new(),
    };
    let mut cells: BTreeMap<(u8, u8), VerdictChange> = BTreeMap::new();
    for Pair { number, before: old, after: new } in pairs(portfolio, limits, after, as_of)? {
        let yearly_purchases = old.yearly_purchases.unwrap_or(zero);
        let (was, is) = (Answered::of(&old, before), Answered::of(&new, after));
        told.clients += 1;
        told.orders = told.orders.plus(old.amount)?;
        told.limits_before = told.limits_before.plus(was.limit)?;
        told.limits_after = told.limits_after.plus(is.limit)?;
        let cell = cells.entry((was.verdict.gravity(), is.verdict.gravity())).or_insert_with(|| VerdictChange {
            before: was.verdict,
            after: is.verdict,
            clients: 0,
            orders: zero,
            yearly_purchases: zero,
        });
        cell.clients += 1;
        cell.orders = cell.orders.plus(old.amount)?;
        cell.yearly_purchases = cell.yearly_purchases.plus(yearly_purchases)?;
        if (was.verdict, was.terms_days, was.deposit_share, was.limit)
            != (is.verdict, is.terms_days, is.deposit_share, is.limit)
        {
            told.moves.push(PolicyMove {
                client: book.clients().text(number).to_owned(),
                name: client_name(portfolio, number),
                order: old.amount,
                yearly_purchases,
                before: was,
                after: is,
            });
        }
    }
    told.verdicts = cells.into_values().collect();
    told.moves.sort_by(|left, right| {
        let key = |one: &PolicyMove| std::cmp::Reverse(one.yearly_purchases.minor());
        key(left).cmp(&key(right)).then_with(|| left.client.cmp(&right.client))
    });
    Ok(told)
}

/// Every client with a usual order, on all cores, in the order of their numbers.
fn pairs(
    portfolio: &Portfolio,
    limits: &BTreeMap<String, SetLimit>,
    after: &Policy,
    as_of: Day,
) -> Result<Vec<Pair>, ServicesError> {
    let clients: Vec<usize> = (0..portfolio.ledger()?.clients().len()).collect();
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let share = clients.len().div_ceil(threads).max(1);
    let work = |clients: &[usize]| -> Result<Vec<Pair>, ServicesError> {
        let pairs = clients.iter().filter_map(|&number| pair(portfolio, limits, after, number, as_of).transpose());
        pairs.collect()
    };
    let done: Vec<Result<Vec<Pair>, ServicesError>> = std::thread::scope(|scope| {
        let running: Vec<_> = clients.chunks(share).map(|clients| scope.spawn(move || work(clients))).collect();
        let done = running.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done.collect()
    });
    let mut pairs = Vec::with_capacity(clients.len());
    for part in done {
        pairs.extend(part?);
    }
    Ok(pairs)
}

fn pair(
    portfolio: &Portfolio,
    limits: &BTreeMap<String, SetLimit>,
    after: &Policy,
    number: usize,
    as_of: Day,
) -> Result<Option<Pair>, ServicesError> {
    let book = portfolio.ledger()?;
    let name = book.clients().text(number);
    let siren = client_siren(book, number);
    let group = portfolio.group_of(Some(name), siren.as_ref(), as_of);
    let context = Context {
        facts: portfolio.facts_of_client(number),
        trade: portfolio.trade_of(name),
        group: &group,
        set_limit: limits.get(name).copied(),
        ..portfolio.context()
    };
    let Some(before) = judge_usual_order(&context, name, USUAL_VAT_RATE, as_of)? else { return Ok(None) };
    let context = Context { policy: after, ..context };
    let Some(after) = judge_usual_order(&context, name, USUAL_VAT_RATE, as_of)? else { return Ok(None) };
    Ok(Some(Pair { number, before, after }))
}
