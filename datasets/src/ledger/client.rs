//! A company seen by the seller: since when it buys, how often, how much, on which terms.

use chrono::NaiveDate;

use super::habit::Habit;
use super::terms::Terms;
use crate::company::{Company, Fate, Registry, Sector, Size, Wanted};
use crate::draw::calendar::{business_on_or_after, day, plus};
use crate::draw::chance::Chance;
use crate::{FIRST_DAY, SAMPLE_AS_OF_DATE};

/// Cap on a client's usual invoice, in cents: no client makes a fifth of the seller's sales.
const LARGEST_TICKET: f64 = 800_000.0;

/// Days of silence after which the seller blocks the account but for exceptions.
const PATIENCE: i64 = 35;

/// The part a client plays in the portfolio.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// Fails within the period.
    Failing,
    /// Slides and recovers.
    Crisis,
    /// Buys once.
    OneOff,
    /// First order in the last months.
    Recent,
    /// Stops ordering, for no bad reason.
    Lapsed,
    /// Keeps buying.
    Regular,
}

/// How orders are billed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Rhythm {
    /// One invoice, ever.
    Once,
    /// With each delivery, so many a month on the mean.
    Delivery(f64),
    /// One invoice at the end of the month for all deliveries.
    MonthEnd,
    /// The same amount each month.
    Subscription,
}

/// A client of the seller.
#[derive(Debug, Clone, PartialEq)]
pub struct Client {
    /// `C-0001` and so on.
    pub id: String,
    /// Who it is.
    pub company: Company,
    pub(crate) fate: Fate,
    pub(crate) habit: Habit,
    pub(crate) terms: Terms,
    pub(crate) rhythm: Rhythm,
    /// Usual invoice in cents, without VAT.
    pub(crate) ticket: f64,
    pub(crate) first_order: NaiveDate,
    pub(crate) last_order: NaiveDate,
    /// Buys once and never pays: a bad debt without any failure.
    pub(crate) never_pays: bool,
}

impl Client {
    pub(crate) fn draw(chance: &mut Chance, registry: &mut Registry, number: u32, role: Role) -> Self {
        let fate = match role {
            Role::Failing => Fate::failure(chance),
            Role::Crisis => Fate::crisis(chance),
            _ => Fate::Steady,
        };
        let (first_order, last_order) = period(chance, role);
        let troubled = matches!(role, Role::Failing | Role::Crisis);
        let small = troubled || role == Role::OneOff;
        let wanted = Wanted { private: small, modest: small, on: first_order };
        let company = registry.found(chance, wanted);
        Self {
            id: format!("C-{number:04}"),
            fate,
            habit: Habit::draw(chance, &company),
            terms: match role {
                Role::OneOff => Terms::cautious(chance),
                Role::Recent if !company.legal_form.is_public() => Terms::cautious(chance),
                _ => Terms::usual(chance, &company),
            },
            rhythm: rhythm(chance, &company, role),
            ticket: chance.log_normal(100.0 * company.size.ticket(), 0.55).min(LARGEST_TICKET),
            first_order,
            last_order,
            never_pays: role == Role::OneOff && chance.happens(0.07),
            company,
        }
    }

    /// Whether the client still buys on a day, and how much against its normal: a client that
    /// others no longer supply turns to this seller first, then orders less, then is blocked.
    pub(crate) fn appetite(&self, date: NaiveDate) -> f64 {
        let held_back = self.fate.as_failure().and_then(|failure| {
            if failure.liquidated_on().is_some_and(|on| date >= on) {
                Some(0.0)
            } else if date >= failure.opening.on {
                Some(0.35)
            } else {
                (date > plus(failure.stops_paying, PATIENCE)).then_some(0.15)
            }
        });
        held_back.unwrap_or_else(|| match self.fate.distress(date) {
            level if level > 0.7 => 0.6,
            level if level > 0.1 => 1.2,
            _ => 1.0,
        })
    }

    /// Whether a judgment has opened proceedings on that day: then only cash sales are made.
    pub(crate) fn is_insolvent(&self, date: NaiveDate) -> bool {
        self.fate.as_failure().is_some_and(|failure| date >= failure.opening.on)
    }

    /// Whether building work keeps a retention of guarantee.
    pub(crate) fn keeps_retention(&self) -> bool {
        matches!(self.company.sector, Sector::Construction | Sector::PropertyDevelopment)
            && self.company.size > Size::UpTo9
    }
}

/// First and last day of buying.
fn period(chance: &mut Chance, role: Role) -> (NaiveDate, NaiveDate) {
    let settled = chance.happens(0.7);
    let first = match role {
        Role::OneOff => plus(FIRST_DAY, chance.between(0, 1_075)),
        Role::Recent => plus(day(2026, 1, 15), chance.between(0, 125)),
        Role::Regular if !settled => plus(FIRST_DAY, chance.between(30, 840)),
        _ => plus(FIRST_DAY, chance.between(0, 40)),
    };
    let first = business_on_or_after(first);
    let last = match role {
        Role::Lapsed => plus(first, chance.between(120, 800)),
        _ => SAMPLE_AS_OF_DATE,
    };
    (first, last)
}

fn rhythm(chance: &mut Chance, company: &Company, role: Role) -> Rhythm {
    let per_month = chance.log_normal(2.5 * company.size.appetite(), 0.8);
    let billing = chance.unit();
    match role {
        Role::OneOff => Rhythm::Once,
        Role::Failing | Role::Crisis => Rhythm::Delivery(per_month.clamp(1.2, 14.0)),
        _ if billing < 0.09 => Rhythm::Subscription,
        _ if billing < 0.20 && per_month > 1.0 => Rhythm::MonthEnd,
        _ => Rhythm::Delivery(per_month.clamp(0.2, 24.0)),
    }
}
