//! How a client pays when nothing is wrong.
//!
//! Two things make most delays: how long the client lets an invoice lie, and the days on which it
//! pays. A client that pays on the 10th is on time with an invoice due on the 10th and ten days
//! late with one due at the end of the month, each time.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::company::{Company, LegalForm, Sector, Size};
use crate::draw::calendar::{business_on_or_after, day, days_between, next_month, of_month, plus};
use crate::draw::chance::Chance;
use crate::draw::number::{float, whole};

/// Days on which a client pays.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum PayDay {
    Any,
    Weekly(Weekday),
    /// Days of the month; 31 is the last.
    Monthly(&'static [u32]),
}

impl PayDay {
    fn draw(chance: &mut Chance, size: Size) -> Self {
        let runs = match size {
            Size::UpTo2 => 0.25,
            Size::UpTo9 => 0.4,
            Size::UpTo49 => 0.6,
            _ => 0.8,
        };
        if !chance.happens(runs) {
            return Self::Any;
        }
        chance.weighted(&[
            (Self::Weekly(Weekday::Thu), 26.0),
            (Self::Weekly(Weekday::Tue), 8.0),
            (Self::Weekly(Weekday::Fri), 10.0),
            (Self::Monthly(&[10]), 12.0),
            (Self::Monthly(&[15]), 8.0),
            (Self::Monthly(&[25]), 4.0),
            (Self::Monthly(&[31]), 10.0),
            (Self::Monthly(&[5, 20]), 8.0),
            (Self::Monthly(&[10, 25]), 8.0),
            (Self::Monthly(&[15, 31]), 6.0),
        ])
    }

    /// The first pay day on or after `date`; a run that falls on a closed day moves to the next.
    pub(crate) fn on_or_after(self, date: NaiveDate) -> NaiveDate {
        let candidates = match self {
            Self::Any => Vec::new(),
            Self::Weekly(weekday) => weekdays(date, weekday),
            Self::Monthly(numbers) => [date, next_month(date)]
                .iter()
                .flat_map(|month| numbers.iter().map(|number| of_month(*month, *number)))
                .collect(),
        };
        candidates
            .into_iter()
            .map(business_on_or_after)
            .find(|candidate| *candidate >= date)
            .unwrap_or_else(|| business_on_or_after(date))
    }

    /// Mean wait for the next run, in days: monthly payers let an invoice lie that much less.
    fn mean_wait(self) -> f64 {
        match self {
            Self::Any => 0.5,
            Self::Weekly(_) => 3.0,
            Self::Monthly([_]) => 11.0,
            Self::Monthly(_) => 6.5,
        }
    }
}

fn weekdays(date: NaiveDate, weekday: Weekday) -> Vec<NaiveDate> {
    let ahead = weekday.days_since(date.weekday());
    vec![plus(date, i64::from(ahead))]
}

/// What triggers the payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trigger {
    /// The client's own accounts department.
    Own,
    /// The seller's direct debit, on the due day.
    DirectDebit,
    /// A bill of exchange, on the due day.
    Bill,
    /// The seller's reminders, eight, twenty, thirty-five and fifty days after the due day.
    Reminder,
}

/// Days after the due day on which the seller sends a reminder.
const REMINDERS: [i64; 4] = [8, 20, 35, 50];

/// A drift ends after a year and a half: then it is the habit.
const DRIFT_DAYS: i64 = 550;

/// A change of habit over time: so many days more a year, from a day on.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Drift {
    from: NaiveDate,
    per_year: f64,
}

/// How a client pays when nothing is wrong.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Habit {
    pub trigger: Trigger,
    pub pay_day: PayDay,
    /// Days between the due day and the decision to pay; negative for the early.
    shift: f64,
    spread: f64,
    /// Share of invoices that get lost on a desk.
    mislaid: f64,
    drift: Option<Drift>,
    /// Takes a discount for paying early.
    pub discount: bool,
}

impl Habit {
    pub(crate) fn draw(chance: &mut Chance, company: &Company) -> Self {
        let slowness = company.slowness();
        let pay_day = PayDay::draw(chance, company.size);
        let temper = 0.95 * chance.normal() - 0.30 * company.strength;
        let lying = (12.0 * slowness * libm::exp(0.54 * temper)).min(24.0 + 8.0 * slowness);
        let shift = lying - 14.6 - pay_day.mean_wait();
        Self {
            trigger: trigger(chance, company),
            pay_day,
            shift,
            spread: 2.2 + 0.13 * lying,
            mislaid: chance.log_normal(0.031 * slowness, 0.8).min(0.2),
            drift: drift(chance),
            discount: shift < -8.0 && chance.happens(0.08),
        }
    }

    /// The day on which the client pays an instalment; `weight` is its amount against the
    /// client's usual one, `distress` runs from 0 to 1.
    pub(crate) fn pays_on(
        &self,
        chance: &mut Chance,
        issued_on: NaiveDate,
        due_on: NaiveDate,
        weight: f64,
        distress: f64,
    ) -> NaiveDate {
        let strained = 62.0 * distress * chance.uniform(0.6, 1.2);
        match self.trigger {
            Trigger::DirectDebit | Trigger::Bill if strained < 15.0 => business_on_or_after(due_on),
            Trigger::Reminder if chance.happens(0.62) => {
                let reminded = plus(due_on, whole(strained) + reminder(chance));
                self.pay_day.on_or_after(plus(reminded, chance.between(1, 4)))
            }
            _ => {
                let late = self.decides_after(chance, due_on, weight) + strained;
                let earliest = plus(issued_on, days_between(issued_on, due_on).min(3));
                let decided = plus(due_on, whole(late)).max(earliest);
                self.pay_day.on_or_after(past_holidays(chance, decided))
            }
        }
    }

    /// Days after the due day at which the client decides to pay.
    fn decides_after(&self, chance: &mut Chance, due_on: NaiveDate, weight: f64) -> f64 {
        let drifted = self
            .drift
            .map_or(0.0, |drift| drift.per_year * float(days_between(drift.from, due_on).clamp(0, DRIFT_DAYS)) / 365.0);
        let signature = if weight > 2.5 { chance.uniform(0.0, 9.0) } else { 0.0 };
        let mislaid = if chance.happens(self.mislaid) { 20.0 + chance.exponential(150.0).min(340.0) } else { 0.0 };
        (self.shift + drifted).max(-25.0) + self.spread * chance.normal() + signature + mislaid
    }
}

fn trigger(chance: &mut Chance, company: &Company) -> Trigger {
    if company.legal_form.is_public() {
        return Trigger::Own;
    }
    let debit = match company.size {
        Size::UpTo2 | Size::UpTo9 => 16.0,
        Size::UpTo49 => 7.0,
        _ => 0.0,
    };
    let bills = match company.sector {
        Sector::Construction | Sector::Wholesale | Sector::Manufacturing => 13.0,
        _ => 1.0,
    };
    let sole = company.legal_form == LegalForm::SoleTrader;
    chance.weighted(&[
        (Trigger::Own, 66.0),
        (Trigger::DirectDebit, debit),
        (Trigger::Bill, if sole { 0.0 } else { bills }),
        (Trigger::Reminder, 8.0 * company.slowness()),
    ])
}

fn drift(chance: &mut Chance) -> Option<Drift> {
    let per_year = chance.weighted(&[(0.0, 80.0), (9.0, 8.0), (18.0, 3.0), (-9.0, 9.0)]);
    let from = plus(day(2023, 9, 1), chance.between(0, 640));
    (per_year != 0.0).then_some(Drift { from, per_year })
}

fn reminder(chance: &mut Chance) -> i64 {
    let [first, second, third, last] = REMINDERS;
    chance.weighted(&[(first, 55.0), (second, 35.0), (third, 8.0), (last, 2.0)])
}

/// In August and around Christmas half of the decisions wait until people are back.
fn past_holidays(chance: &mut Chance, decided: NaiveDate) -> NaiveDate {
    let wait = match (decided.month(), decided.day()) {
        (8, 1..=22) if chance.happens(0.5) => chance.between(5, 21),
        (12, 18..=31) | (1, 1..=3) if chance.happens(0.5) => chance.between(4, 13),
        _ => 0,
    };
    plus(decided, wait)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pay_days_are_kept() {
        let monday = day(2025, 6, 2);
        for (pay_day, expected) in [
            (PayDay::Any, monday),
            (PayDay::Weekly(Weekday::Thu), day(2025, 6, 5)),
            (PayDay::Monthly(&[10]), day(2025, 6, 10)),
            (PayDay::Monthly(&[31]), day(2025, 6, 30)),
            (PayDay::Monthly(&[5, 20]), day(2025, 6, 5)),
        ] {
            assert_eq!(pay_day.on_or_after(monday), expected, "{pay_day:?}");
        }
        // 10 May 2025 is a Saturday: the run moves to Monday.
        assert_eq!(PayDay::Monthly(&[10]).on_or_after(day(2025, 5, 9)), day(2025, 5, 12));
        assert_eq!(PayDay::Monthly(&[5]).on_or_after(day(2025, 6, 6)), day(2025, 7, 7));
    }
}
