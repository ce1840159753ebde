//! Yearly accounts: turnover, result, equity, and when they are published.

use chrono::NaiveDate;

use super::fate::Fate;
use super::identity::Company;
use crate::draw::calendar::{business_on_or_after, day, days_between, month_end, plus};
use crate::draw::chance::Chance;
use crate::draw::number::whole;

/// Days from the closing to the last day for filing: six months to approve, one to file.
const FILING_DEADLINE: i64 = 213;

/// One business year.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Statement {
    pub closed_on: NaiveDate,
    /// When the register shows them, if ever.
    pub published_on: Option<NaiveDate>,
    /// When the register shows that they are missing, if it comes to that.
    pub overdue_from: Option<NaiveDate>,
    /// Whole euros.
    pub turnover: i64,
    /// Whole euros.
    pub net_result: i64,
    /// Whole euros.
    pub equity: i64,
}

/// The business years that matter for the portfolio, oldest first.
pub(crate) fn statements(chance: &mut Chance, company: &Company, fate: &Fate) -> Vec<Statement> {
    if !company.legal_form.files_accounts() {
        return Vec::new();
    }
    let mut books = Books::open(chance, company, fate);
    (2021..=2025)
        .map(|year| month_end(day_of(year, company.closing_month)))
        .filter(|closing| days_between(company.created_on, *closing) > 200)
        .filter(|closing| fate.as_failure().is_none_or(|end| *closing < end.opening.on))
        .map(|closing| books.close(chance, company, fate, closing))
        .collect()
}

fn day_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1).unwrap_or(day(2021, 12, 1))
}

/// What is carried from one year into the next, in euros.
struct Books {
    turnover: f64,
    equity: f64,
}

impl Books {
    fn open(chance: &mut Chance, company: &Company, fate: &Fate) -> Self {
        let turnover = chance.log_normal(company.size.turnover(), 0.5);
        let solid = 0.27 + 0.10 * company.strength + 0.08 * chance.normal();
        let ratio = match fate {
            Fate::Failure(_) => 0.45 * solid,
            Fate::Crisis(_) | Fate::Steady => solid,
        };
        Self { turnover, equity: turnover * ratio.clamp(0.01, 0.8) }
    }

    fn close(&mut self, chance: &mut Chance, company: &Company, fate: &Fate, closed_on: NaiveDate) -> Statement {
        let strain = fate.strain(closed_on);
        self.turnover *= (1.03 + 0.07 * chance.normal() - 0.10 * strain).clamp(0.5, 1.6);
        let margin = company.sector.net_margin() + 0.015 * company.strength + 0.025 * chance.normal() - 0.11 * strain;
        let result = self.turnover * margin;
        // Half a profit is paid out; a loss stays.
        self.equity += result.min(result / 2.0);
        let (published_on, overdue_from) = filing(chance, fate, closed_on);
        Statement {
            closed_on,
            published_on,
            overdue_from,
            turnover: whole(self.turnover),
            net_result: whole(result),
            equity: whole(self.equity),
        }
    }
}

/// Most file in the seventh month; those in trouble late or never.
fn filing(chance: &mut Chance, fate: &Fate, closed_on: NaiveDate) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let strain = fate.strain(closed_on);
    let wait = if chance.happens(0.035 + 0.40 * strain) {
        None
    } else if chance.happens(0.05 + 0.35 * strain) {
        Some(chance.between(250, 430))
    } else {
        Some(chance.between(178, 226))
    };
    let noticed = business_on_or_after(plus(closed_on, FILING_DEADLINE + 15));
    let published = wait
        .map(|wait| business_on_or_after(plus(closed_on, wait)))
        .filter(|date| fate.as_failure().is_none_or(|end| *date < end.opening.on));
    // Nobody asks an insolvent company for its accounts.
    let asked = fate.as_failure().is_none_or(|end| noticed < end.opening.on);
    let overdue = asked && published.is_none_or(|date| date > noticed);
    (published, overdue.then_some(noticed))
}
