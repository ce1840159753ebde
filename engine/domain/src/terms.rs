//! Terms of payment: how many days from the invoice, and which count when the end of a month comes in.

use serde::{Deserialize, Serialize};

use crate::day::Day;

/// The two lawful counts of "days end of month" (C. com. L441-10). The contract must say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOfMonth {
    /// The days run from the invoice, then to the end of the month reached.
    DaysThenMonthEnd,
    /// To the end of the invoice's month, then the days.
    MonthEndThenDays,
}

/// Terms of payment, counted from the invoice.
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

    /// As [`Terms::due`], held at the legal ceiling: 60 days from the invoice, or 45 days end of month in either count
    /// (C. com. L441-10 I).
    pub fn due_within_the_law(self, invoice: Day) -> Day {
        const CEILING: i32 = 60;
        const CEILING_END_OF_MONTH: u16 = 45;
        match self.end_of_month {
            Some(_) if self.days <= CEILING_END_OF_MONTH => self.due(invoice),
            _ => self.due(invoice).min(invoice.plus_clamped(CEILING)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_days() {
        use EndOfMonth::{DaysThenMonthEnd, MonthEndThenDays};
        for (terms, lawful, due) in [
            (Terms::net(30), "2025-03-12", "2025-03-12"),
            (Terms::net(75), "2025-04-11", "2025-04-26"),
            (Terms::end_of_month(45, DaysThenMonthEnd), "2025-03-31", "2025-03-31"),
            (Terms::end_of_month(45, MonthEndThenDays), "2025-04-14", "2025-04-14"),
            (Terms::end_of_month(60, DaysThenMonthEnd), "2025-04-11", "2025-04-30"),
        ] {
            let invoice: Day = "2025-02-10".parse().unwrap();
            assert_eq!(
                (terms.due_within_the_law(invoice).to_string(), terms.due(invoice).to_string()),
                (lawful.into(), due.into())
            );
        }
    }
}
