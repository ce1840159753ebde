//! Payment terms within the legal ceilings: at most 60 days from the invoice, or 45 days end of
//! month.

use chrono::NaiveDate;

use crate::company::{Company, LegalForm, Sector, Size};
use crate::draw::calendar::{month_end, plus};
use crate::draw::chance::Chance;

/// When an invoice falls due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Terms {
    /// So many days from the invoice.
    Days(i64),
    /// Invoice date plus 45 days, then the end of that month: one of the two lawful counts.
    EndOfMonth45,
}

impl Terms {
    pub(crate) fn due(self, issued_on: NaiveDate) -> NaiveDate {
        match self {
            Self::Days(days) => plus(issued_on, days),
            Self::EndOfMonth45 => month_end(plus(issued_on, 45)),
        }
    }

    /// The usual terms of a client that is known and trusted.
    pub(crate) fn usual(chance: &mut Chance, company: &Company) -> Self {
        let large = matches!(company.size, Size::UpTo199 | Size::UpTo999 | Size::Above);
        match (company.legal_form, company.sector) {
            // Public buyers: thirty days from receipt, by law.
            (form, _) if form.is_public() => Self::Days(30),
            (LegalForm::SoleTrader, _) | (_, Sector::Restaurants | Sector::Hairdressing) => {
                chance.weighted(&[(Self::Days(0), 18.0), (Self::Days(15), 24.0), (Self::Days(30), 58.0)])
            }
            (_, Sector::Construction | Sector::Manufacturing | Sector::Wholesale) if large => chance.weighted(&[
                (Self::Days(30), 12.0),
                (Self::Days(45), 18.0),
                (Self::EndOfMonth45, 45.0),
                (Self::Days(60), 25.0),
            ]),
            _ => chance.weighted(&[
                (Self::Days(0), 4.0),
                (Self::Days(15), 7.0),
                (Self::Days(30), 47.0),
                (Self::Days(45), 17.0),
                (Self::EndOfMonth45, 17.0),
                (Self::Days(60), 8.0),
            ]),
        }
    }

    /// The terms of a client the seller doesn't know yet.
    pub(crate) fn cautious(chance: &mut Chance) -> Self {
        chance.weighted(&[(Self::Days(0), 35.0), (Self::Days(15), 15.0), (Self::Days(30), 50.0)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::draw::calendar::day;

    #[test]
    fn end_of_month_counts_the_days_first() {
        assert_eq!(Terms::EndOfMonth45.due(day(2025, 1, 15)), day(2025, 3, 31));
        assert_eq!(Terms::EndOfMonth45.due(day(2025, 1, 10)), day(2025, 2, 28));
        assert_eq!(Terms::Days(30).due(day(2025, 1, 15)), day(2025, 2, 14));
    }
}
