//! The lines of one closing, as they were known on a day.

use std::collections::BTreeMap;

use encours_domain::fact::{Fact, FactKind, ValueForm};
use encours_domain::{Currency, Day, Money};

use super::pick::{latest, latest_period};

/// Named lines of a company's own accounts of one closing day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountLines {
    /// Closing day.
    pub closed_on: Day,
    /// Length of the year in months; twelve where nobody says otherwise.
    pub months: u8,
    amounts: BTreeMap<FactKind, Money>,
}

/// What stands on the company's own forms; a group's figures are no line of it.
const LINES: &[FactKind] = &[
    FactKind::Equity,
    FactKind::Turnover,
    FactKind::NetResult,
    FactKind::TotalAssets,
    FactKind::CurrentAssets,
    FactKind::Receivables,
    FactKind::Securities,
    FactKind::Cash,
    FactKind::PaidUpCapital,
    FactKind::RetainedEarnings,
    FactKind::Provisions,
    FactKind::TotalDebts,
    FactKind::DebtsWithinYear,
    FactKind::Borrowings,
    FactKind::Suppliers,
    FactKind::TaxAndSocialDebts,
    FactKind::OperatingResult,
    FactKind::GrossOperatingSurplus,
    FactKind::ValueAdded,
    FactKind::StaffCosts,
    FactKind::FinancialCharges,
];

impl AccountLines {
    /// The lines of the latest closing of which anything was known on a day; nothing where nothing was.
    pub fn as_known_on(facts: &[Fact], day: Day) -> Option<Self> {
        Self::history(facts, day).pop()
    }

    /// The lines of every closing that was known on a day, the oldest first.
    pub fn history(facts: &[Fact], day: Day) -> Vec<Self> {
        let mut closings: BTreeMap<Day, Vec<Fact>> = BTreeMap::new();
        for fact in facts.iter().filter(|fact| fact.known_from <= day) {
            if LINES.contains(&fact.kind) || fact.kind == FactKind::AccountsMonths {
                closings.entry(fact.valid_from).or_default().push(fact.clone());
            }
        }
        closings.into_iter().filter_map(|(closed_on, facts)| Self::of_closing(&facts, closed_on, day)).collect()
    }

    fn of_closing(facts: &[Fact], closed_on: Day, day: Day) -> Option<Self> {
        let amount = |kind: &FactKind| {
            let fact = latest_period(facts, *kind, day)?;
            debug_assert!(matches!(kind.form(), ValueForm::Amount { .. }));
            Some((*kind, Money::parse(fact.value.trim(), Currency::EUR).ok()?))
        };
        let amounts: BTreeMap<FactKind, Money> = LINES.iter().filter_map(amount).collect();
        let months =
            latest(facts, FactKind::AccountsMonths, day).and_then(|fact| fact.value.parse().ok()).unwrap_or(12);
        (!amounts.is_empty()).then_some(Self { closed_on, months, amounts })
    }

    /// Every line that is known, in a fixed order.
    pub fn all(&self) -> impl Iterator<Item = (FactKind, Money)> {
        self.amounts.iter().map(|(kind, amount)| (*kind, *amount))
    }

    /// A line.
    pub fn get(&self, kind: FactKind) -> Option<Money> {
        self.amounts.get(&kind).copied()
    }
}
