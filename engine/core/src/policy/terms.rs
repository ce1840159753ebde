//! Terms of payment: how many days from the invoice, and which count when the end of a month comes in.

use std::fmt;

use encours_domain::{Bilingual, Day};
use serde::{Deserialize, Serialize};

/// The two lawful counts of "days end of month". The contract must say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOfMonth {
    /// The days run from the invoice, then to the end of the month reached.
    DaysThenMonthEnd,
    /// To the end of the invoice's month, then the days.
    MonthEndThenDays,
}

impl EndOfMonth {
    /// Both counts.
    pub const BOTH: [EndOfMonth; 2] = [EndOfMonth::DaysThenMonthEnd, EndOfMonth::MonthEndThenDays];

    /// The word that stands in files and in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            EndOfMonth::DaysThenMonthEnd => "days_then_month_end",
            EndOfMonth::MonthEndThenDays => "month_end_then_days",
        }
    }
}

/// Terms of payment, counted from the invoice. Nought days is payment on delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// Days.
    pub days: u16,
    /// Which count, when the end of a month comes in.
    pub end_of_month: Option<EndOfMonth>,
}

impl Terms {
    /// Days from the invoice and nothing else.
    pub const fn net(days: u16) -> Self {
        Self { days, end_of_month: None }
    }

    /// Days end of month.
    pub const fn end_of_month(days: u16, count: EndOfMonth) -> Self {
        Self { days, end_of_month: Some(count) }
    }

    /// The day on which an invoice of this day falls due, as the calendar has it: a weekend is not moved.
    pub fn due(self, invoice: Day) -> Day {
        let days = i32::from(self.days);
        match self.end_of_month {
            None => invoice.plus_clamped(days),
            Some(EndOfMonth::DaysThenMonthEnd) => invoice.plus_clamped(days).end_of_month(),
            Some(EndOfMonth::MonthEndThenDays) => invoice.end_of_month().plus_clamped(days),
        }
    }

    /// As people say it.
    pub fn says(self) -> Bilingual {
        let days = self.days;
        match self.end_of_month {
            None if days == 0 => Bilingual::new("comptant à la livraison", "on delivery"),
            None => Bilingual::new(format!("{days} jours date de facture"), format!("{days} days from invoice")),
            Some(EndOfMonth::DaysThenMonthEnd) => Bilingual::new(
                format!("{days} jours fin de mois ({days} jours, puis fin du mois)"),
                format!("{days} days end of month ({days} days, then month end)"),
            ),
            Some(EndOfMonth::MonthEndThenDays) => Bilingual::new(
                format!("{days} jours fin de mois (fin du mois, puis {days} jours)"),
                format!("{days} days end of month (month end, then {days} days)"),
            ),
        }
    }
}

impl fmt::Display for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end_of_month {
            None => write!(formatter, "{}", self.days),
            Some(count) => write!(formatter, "{} {}", self.days, count.code()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_days_in_every_count() {
        let (first, second) = (EndOfMonth::DaysThenMonthEnd, EndOfMonth::MonthEndThenDays);
        for (invoice, terms, due) in [
            // 15 January: 45 days lead to 1 March, then the month ends on the 31st; or 31 January, then 45 days.
            ("2026-01-15", Terms::end_of_month(45, first), "2026-03-31"),
            ("2026-01-15", Terms::end_of_month(45, second), "2026-03-17"),
            ("2026-01-31", Terms::end_of_month(45, first), "2026-03-31"),
            ("2026-01-31", Terms::end_of_month(45, second), "2026-03-17"),
            ("2024-01-15", Terms::end_of_month(45, first), "2024-02-29"),
            ("2026-01-15", Terms::net(60), "2026-03-16"),
            ("2026-01-15", Terms::net(0), "2026-01-15"),
        ] {
            assert_eq!(terms.due(invoice.parse().unwrap()).to_string(), due, "{invoice} {terms}");
        }
    }
}
