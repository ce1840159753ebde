//! A policy replayed over past months, in euros: each invoice is judged on the morning of its issue with what was known
//! then, and held against how it was paid.
//!
//! Every way of selling is measured with one yardstick (margin, cost of money, handling and loss given default of one
//! policy). What a client would have done under other terms nobody knows: it is taken to be as late beyond them as
//! it was beyond its own. Where a person would have decided, the order counts as it was made.

use std::collections::BTreeMap;
use std::ops::Range;

use encours_domain::ledger::{InvoiceKind, PaymentKind};
use encours_domain::{Currency, Day, Money, Share, Verdict};
use rayon::prelude::*;
use serde::Serialize;

use super::judge::judge;
use super::{Context, Request, Subject};
use crate::CoreError;
use crate::ledger::{Book, ClientView, InvoiceRecord};
use crate::policy::{Policy, RawQuote, Terms};

const DAYS_A_YEAR: f64 = 365.0;

/// A way of selling.
#[derive(Clone, Copy, Debug)]
pub enum Tactic<'p> {
    /// As it was done.
    AsItWas,
    /// Every order on these terms, whoever it is for.
    Always(u16),
    /// As a policy would have had it.
    Policy(&'p Policy),
}

/// What a back-test looks at.
#[derive(Clone, Debug)]
pub struct HindsightOptions {
    /// Invoices issued within these days.
    pub issued: Range<Day>,
    /// VAT rate of the amounts, which ledgers keep incl. VAT.
    pub vat_rate: f64,
    /// At most so many orders; of more, evenly spread ones are looked at.
    pub most: usize,
}

/// How a way of selling would have done. Amounts excl. VAT unless they say otherwise.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TacticResult {
    /// Orders looked at.
    pub orders: Tally,
    /// Sold on the terms asked.
    pub as_asked: Tally,
    /// Sold on shorter terms or with a deposit.
    pub with_conditions: Tally,
    /// A person would have decided; counted as the order was made.
    pub referred: Tally,
    /// Not sold on credit.
    pub refused: Tally,
    /// Of the refused, those that were paid in the end.
    pub refused_but_paid: Tally,
    /// Lost: LGD of what was on credit and never paid.
    pub losses: Money,
    /// Lost less than as it was.
    pub losses_avoided: Money,
    /// Waiting for the money, at the cost of money, on amounts incl. VAT.
    pub cost_of_waiting: Money,
    /// Days from invoice to money, weighed by the amounts sold; deposits count as paid on the invoice's day.
    pub mean_days_to_cash: f64,
    /// Margin less losses, waiting and handling.
    pub worth: Money,
    /// Orders that were not simply granted, by the rule that weighed most.
    pub held_back_by: BTreeMap<String, u64>,
}

/// So many orders of so much, excl. VAT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// How many.
    pub count: u64,
    /// Of how much together.
    pub amount: Money,
}

impl Tally {
    fn none(currency: Currency) -> Self {
        Self { count: 0, amount: Money::zero(currency) }
    }

    fn add(&mut self, amount: Money) -> Result<(), CoreError> {
        self.count += 1;
        self.amount = self.amount.plus(amount)?;
        Ok(())
    }
}

/// Replays ways of selling over the orders of a book; `context_of` gives what stands still for a client by its number, with
/// a model that learnt from nothing dated on or after the first day of issue.
///
/// # Errors
/// As [`judge`]; or when sums leave 64 bits.
pub fn hindsight<'a>(
    book: &'a Book,
    context_of: &(dyn Fn(usize) -> Context<'a> + Sync),
    yardstick: &Policy,
    tactics: &[Tactic<'a>],
    options: &HindsightOptions,
) -> Result<Vec<TacticResult>, CoreError> {
    let orders = orders(book, options)?;
    let judged = orders.par_iter().map(|order| {
        let treatments = tactics.iter().map(|tactic| order.treated(book, &context_of(order.client), tactic, options));
        treatments.collect::<Result<Vec<(Treatment, Option<String>)>, CoreError>>()
    });
    let judged: Vec<Vec<(Treatment, Option<String>)>> = judged.collect::<Result<_, _>>()?;
    let currency = book.currency();
    let mut sums: Vec<Sum> = tactics.iter().map(|_| Sum::new(currency)).collect();
    for (order, treatments) in orders.iter().zip(&judged) {
        for (sum, (treatment, because)) in sums.iter_mut().zip(treatments) {
            sum.add(order, *treatment, yardstick)?;
            if let Some(because) = because {
                *sum.result.held_back_by.entry(because.clone()).or_insert(0) += 1;
            }
        }
    }
    sums.into_iter().map(Sum::result).collect()
}

/// An order that became an invoice, with how it ended.
struct Order {
    client: usize,
    issued: Day,
    terms: u16,
    /// Incl. VAT.
    gross: Money,
    /// Excl. VAT.
    net: Money,
    /// Days from the due date to the last money; for what was never paid, to the end of what is known.
    beyond: i32,
    lost: bool,
    /// The client's sector on this invoice.
    segment: Option<String>,
}

/// Invoices whose end is known.
fn orders(book: &Book, options: &HindsightOptions) -> Result<Vec<Order>, CoreError> {
    let mut orders = Vec::new();
    for client in 0..book.clients().len() {
        let view = book.client(client);
        for (position, record) in view.records().iter().enumerate() {
            let issued = Day::from_number(record.issued)?;
            let counts = record.kind == InvoiceKind::Invoice && record.own_amount() > 0;
            if !(counts && options.issued.contains(&issued)) {
                continue;
            }
            if let Some((beyond, lost)) = ended(view, position, record, book.last_day()) {
                let gross = Money::from_minor(record.own_amount(), book.currency());
                let net =
                    Money::from_minor(gross.times(1.0 / (1.0 + options.vat_rate)).minor().max(1), book.currency());
                let terms = u16::try_from((record.due - record.issued).max(0)).unwrap_or(u16::MAX);
                let segment = book.attribute_of("sector", view.record_number(position)).map(str::to_owned);
                orders.push(Order { client, issued, terms, gross, net, beyond, lost, segment });
            }
        }
    }
    let step = orders.len().div_ceil(options.most.max(1)).max(1);
    Ok(orders.into_iter().step_by(step).collect())
}

/// Days beyond terms of what was paid, or that it was lost; nothing while it may still be paid, or was credited.
fn ended(view: ClientView<'_>, position: usize, record: &InvoiceRecord, last: Option<i32>) -> Option<(i32, bool)> {
    let payments = view.payments();
    let (mut left, mut written_off, mut last_money) = (record.amount, false, None);
    for payment in view.payments_of(position) {
        let amount = payments.amounts.get(payment).copied().unwrap_or(0);
        if payments.kind(payment) == PaymentKind::WriteOff {
            written_off = true;
        } else {
            left = left.saturating_sub(amount);
            last_money = last_money.max(payments.days.get(payment).copied());
        }
    }
    if left <= 0 {
        return last_money.map(|day| (day - record.due, false));
    }
    let open_for = last.unwrap_or(record.due) - record.due;
    let given_up = written_off || open_for > NEVER_PAID_AFTER_DAYS;
    let credited =
        view.has_corrections() && (0..view.records().len()).any(|note| view.corrects(note) == Some(position));
    (given_up && !credited).then_some((open_for.clamp(0, NEVER_PAID_AFTER_DAYS), true))
}

/// Open for longer than this at the end of the ledger counts as never paid.
const NEVER_PAID_AFTER_DAYS: i32 = 180;

/// How an order would have been taken.
#[derive(Clone, Copy, Debug)]
enum Treatment {
    AsAsked,
    Referred,
    On { terms: u16, deposit: Share, is_condition: bool },
    Refused,
}

impl Order {
    fn treated<'a>(
        &self,
        book: &Book,
        context: &Context<'a>,
        tactic: &Tactic<'a>,
        options: &HindsightOptions,
    ) -> Result<(Treatment, Option<String>), CoreError> {
        let policy = match tactic {
            Tactic::AsItWas => return Ok((Treatment::AsAsked, None)),
            Tactic::Always(days) => {
                let treatment = Treatment::On { terms: *days, deposit: Share::NONE, is_condition: *days < self.terms };
                return Ok((treatment, None));
            }
            Tactic::Policy(policy) => *policy,
        };
        let context = Context { policy, ..*context };
        let quote = RawQuote {
            vat_rate: options.vat_rate,
            terms: Some(Terms::net(self.terms.min(crate::policy::LONGEST_TERMS))),
            delivery_date: Some(self.issued),
            ..RawQuote::of(self.net)
        };
        let subject = Subject::Client(book.clients().text(self.client));
        let judged = judge(&context, &Request { as_of: self.issued, subject, quote })?;
        let treatment = match judged.decision.verdict {
            Verdict::Approve => Treatment::AsAsked,
            Verdict::Refer => Treatment::Referred,
            Verdict::Decline => Treatment::Refused,
            Verdict::ApproveWithConditions => match judged.decision.offers.first().filter(|offer| offer.passes) {
                Some(offer) => Treatment::On {
                    // What runs to the end of a month is as long as it is for this invoice.
                    terms: u16::try_from(offer.due_date.days_since(self.issued).max(0)).unwrap_or(u16::MAX),
                    deposit: offer.deposit_share,
                    is_condition: true,
                },
                None => Treatment::Referred,
            },
        };
        let granted = judged.decision.verdict == Verdict::Approve;
        let because = judged.decision.reasons.first().map(|reason| reason.code.clone());
        Ok((treatment, because.filter(|_| !granted)))
    }
}

/// What a way of selling adds up to.
struct Sum {
    result: TacticResult,
    lost_as_it_was: Money,
    /// Minor units incl. VAT sold, and the same times days.
    sold: i128,
    sold_days: i128,
}

impl Sum {
    fn new(currency: Currency) -> Self {
        let (tally, zero) = (Tally::none(currency), Money::zero(currency));
        let result = TacticResult {
            orders: tally,
            as_asked: tally,
            with_conditions: tally,
            referred: tally,
            refused: tally,
            refused_but_paid: tally,
            losses: zero,
            losses_avoided: zero,
            cost_of_waiting: zero,
            mean_days_to_cash: 0.0,
            worth: zero,
            held_back_by: BTreeMap::new(),
        };
        Self { result, lost_as_it_was: zero, sold: 0, sold_days: 0 }
    }

    fn add(&mut self, order: &Order, treatment: Treatment, yardstick: &Policy) -> Result<(), CoreError> {
        let result = &mut self.result;
        result.orders.add(order.net)?;
        let whole_loss = if order.lost { yardstick.loss_of(order.net) } else { Money::zero(order.net.currency()) };
        self.lost_as_it_was = self.lost_as_it_was.plus(whole_loss)?;
        let (terms, deposit) = match treatment {
            Treatment::AsAsked => (order.terms, Share::NONE),
            Treatment::Referred => (order.terms, Share::NONE),
            Treatment::On { terms, deposit, .. } => (terms, deposit),
            Treatment::Refused => {
                result.refused.add(order.net)?;
                if !order.lost {
                    result.refused_but_paid.add(order.net)?;
                }
                return Ok(());
            }
        };
        match treatment {
            Treatment::Referred => result.referred.add(order.net)?,
            Treatment::On { is_condition: true, .. } => result.with_conditions.add(order.net)?,
            _ => result.as_asked.add(order.net)?,
        }
        let on_credit = 1.0 - deposit.value();
        let margin = yardstick.margin_of(order.segment.as_deref());
        let days = (i32::from(terms) + order.beyond).max(0);
        let loss = whole_loss.times(on_credit);
        let outstanding = order.gross.times(on_credit);
        let waiting = outstanding.times(f64::from(days) / DAYS_A_YEAR * yardstick.cost_of_money());
        result.losses = result.losses.plus(loss)?;
        result.cost_of_waiting = result.cost_of_waiting.plus(waiting)?;
        let earned = yardstick.earned_on(order.net, margin)?.minus(loss)?.minus(waiting)?;
        result.worth = result.worth.plus(earned)?;
        self.sold += i128::from(order.gross.minor());
        self.sold_days += i128::from(outstanding.minor()) * i128::from(days);
        Ok(())
    }

    fn result(self) -> Result<TacticResult, CoreError> {
        let Self { result, lost_as_it_was, sold, sold_days } = self;
        let losses_avoided = lost_as_it_was.minus(result.losses)?;
        // Hundredths of a day, so that no float is added up.
        let hundredths = if sold == 0 { 0 } else { sold_days * 100 / sold };
        let mean_days_to_cash = i32::try_from(hundredths).map_or(f64::INFINITY, f64::from) / 100.0;
        Ok(TacticResult { losses_avoided, mean_days_to_cash, ..result })
    }
}
