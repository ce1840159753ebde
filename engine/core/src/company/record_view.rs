//! What models read of a company's public record on a day: its last accounts, and what is known of the company itself.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind, ValueForm};

use super::pick::latest;
use super::words::{AccountsStatus, Proceedings, staff};

/// Accounts closed longer ago than this say nothing of today.
const STALE_AFTER_DAYS: i32 = 731;

/// Months of a year where nobody says otherwise.
const MONTHS: f64 = 12.0;

/// Changes published within this many days count.
const RECENT_DAYS: i32 = 730;

/// The public record of a company on a day, with its last closing and the one before it.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordView<'f> {
    day: Day,
    closed_on: Option<Day>,
    last: BTreeMap<FactKind, f64>,
    before: BTreeMap<FactKind, f64>,
    filed_on: Option<Day>,
    created_on: Option<Day>,
    sector: Option<&'f str>,
    legal_form: Option<&'f str>,
    staff: Option<u32>,
    proceedings: Option<Proceedings>,
    accounts_status: Option<AccountsStatus>,
    changes: Option<usize>,
}

impl<'f> RecordView<'f> {
    /// What was known on a day; nothing where nothing was.
    pub fn as_known_on(facts: &'f [Fact], day: Day) -> Option<Self> {
        let known = || facts.iter().filter(|fact| fact.known_from <= day);
        known().next()?;
        let closings = closings(facts, day);
        let fresh = |closed_on: &&Day| day.days_since(**closed_on) <= STALE_AFTER_DAYS;
        let closed_on = closings.keys().next_back().filter(fresh).copied();
        let last = closed_on.and_then(|closed_on| closings.get(&closed_on)).cloned().unwrap_or_default();
        let year_before = |(before, _): &(&Day, _)| closed_on.is_some_and(|closed| closed.days_since(**before) <= 400);
        let before = closings.iter().rev().nth(1).filter(year_before).map(|(_, figures)| figures.clone());
        let filing = |fact: &&Fact| {
            fact.kind == FactKind::Filing && Some(fact.valid_from) == closed_on && fact.value.starts_with("company")
        };
        let bulletin = known().any(|fact| fact.source == "bodacc");
        let recent = |fact: &&Fact| fact.kind == FactKind::Change && day.days_since(fact.known_from) <= RECENT_DAYS;
        let text = |kind| latest(facts, kind, day).map(|fact| fact.value.trim());
        Some(Self {
            day,
            closed_on,
            last,
            before: before.unwrap_or_default(),
            filed_on: known().filter(filing).map(|fact| fact.known_from).min(),
            created_on: text(FactKind::CreatedOn).and_then(|text| text.parse().ok()),
            sector: text(FactKind::Sector),
            legal_form: text(FactKind::LegalForm),
            staff: text(FactKind::Size).and_then(staff),
            proceedings: text(FactKind::Proceedings).and_then(Proceedings::read),
            accounts_status: text(FactKind::AccountsStatus).and_then(AccountsStatus::read),
            changes: bulletin.then(|| known().filter(recent).count()),
        })
    }

    /// Whether accounts of the last two years are known.
    pub(crate) fn has_closing(&self) -> bool {
        self.closed_on.is_some()
    }

    /// A figure of the last closing; amounts of the income statement as a year of twelve months would have them.
    pub(crate) fn figure(&self, kind: FactKind) -> Option<f64> {
        figure(&self.last, kind)
    }

    /// A figure of the closing before, where that was a year earlier.
    pub(crate) fn before(&self, kind: FactKind) -> Option<f64> {
        figure(&self.before, kind)
    }

    /// `above` over `below`, per cent; nothing where one is not known or `below` is not above nought.
    pub(crate) fn per_cent(&self, above: FactKind, below: FactKind) -> Option<f64> {
        let below = self.figure(below).filter(|below| *below > 0.0)?;
        Some(100.0 * self.figure(above)? / below)
    }

    /// Years since it was founded.
    pub(crate) fn age_years(&self) -> Option<f64> {
        let days = self.day.days_since(self.created_on?);
        (days >= 0).then(|| f64::from(days) / 365.25)
    }

    /// Days from the closing to the publication that its accounts were filed.
    pub(crate) fn filed_after_days(&self) -> Option<f64> {
        Some(f64::from(self.filed_on?.days_since(self.closed_on?)))
    }

    /// Changes (seat, directors, capital and the like) published in the last two years; nothing where the bulletin was
    /// not read.
    pub(crate) fn recent_changes(&self) -> Option<f64> {
        self.changes.map(|changes| f64::from(u32::try_from(changes).unwrap_or(u32::MAX)))
    }

    /// The division of its sector.
    pub(crate) fn division(&self) -> Option<&'f str> {
        self.sector.map(division)
    }

    /// The first two digits of the legal category: the kind of legal form (INSEE, level II).
    pub(crate) fn legal_kind(&self) -> Option<&'f str> {
        self.legal_form.and_then(|form| form.get(..2))
    }

    /// People who work there, at least.
    pub(crate) fn staff(&self) -> Option<f64> {
        self.staff.map(f64::from)
    }

    /// The word for where insolvency proceedings stand.
    pub(crate) fn proceedings(&self) -> Option<&'static str> {
        self.proceedings.map(Proceedings::word)
    }

    /// The word for what became of the duty to file accounts.
    pub(crate) fn accounts_status(&self) -> Option<&'static str> {
        self.accounts_status.map(AccountsStatus::word)
    }
}

/// The division of a sector: the two digits that a code of the NAF begins with; what is no code stands for itself.
///
/// ```
/// use encours_core::company::division;
/// assert_eq!((division("43.21A"), division("crafts")), ("43", "crafts"));
/// ```
pub fn division(sector: &str) -> &str {
    let digits = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_digit());
    sector.get(..2).filter(digits).unwrap_or(sector)
}

fn figure(figures: &BTreeMap<FactKind, f64>, kind: FactKind) -> Option<f64> {
    let value = figures.get(&kind).copied()?;
    let flow = matches!(kind, FactKind::Turnover | FactKind::NetResult | FactKind::GrossOperatingSurplus);
    let months = figures.get(&FactKind::AccountsMonths).copied().filter(|months| *months >= 1.0).unwrap_or(MONTHS);
    Some(if flow { value * MONTHS / months } else { value })
}

/// Figures by closing day as they were known on a day; of two about one closing the one known last.
fn closings(facts: &[Fact], day: Day) -> BTreeMap<Day, BTreeMap<FactKind, f64>> {
    let mut told: BTreeMap<Day, BTreeMap<FactKind, (Day, &str, f64)>> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.known_from <= day && fact.valid_from <= day) {
        let figure = matches!(fact.kind.form(), ValueForm::Amount { .. } | ValueForm::Number);
        let Some(value) = fact.value.trim().parse::<f64>().ok().filter(|value| figure && value.is_finite()) else {
            continue;
        };
        if !READ.contains(&fact.kind) {
            continue;
        }
        let slot = told.entry(fact.valid_from).or_default().entry(fact.kind).or_insert((fact.known_from, "", value));
        if (slot.0, slot.1) <= (fact.known_from, fact.value.as_str()) {
            *slot = (fact.known_from, fact.value.as_str(), value);
        }
    }
    let plain = |(closed, figures): (Day, BTreeMap<FactKind, (Day, &str, f64)>)| {
        (closed, figures.into_iter().map(|(kind, (_, _, value))| (kind, value)).collect())
    };
    told.into_iter().map(plain).collect()
}

/// Figures that the features read.
const READ: &[FactKind] = &[
    FactKind::Turnover,
    FactKind::NetResult,
    FactKind::GrossOperatingSurplus,
    FactKind::Equity,
    FactKind::TotalAssets,
    FactKind::CurrentAssets,
    FactKind::DebtsWithinYear,
    FactKind::Borrowings,
    FactKind::FinancialCharges,
    FactKind::AccountsMonths,
    FactKind::DebtRatio,
    FactKind::LiquidityRatio,
    FactKind::AutonomyRatio,
    FactKind::InterestBurden,
    FactKind::CashFlowMargin,
    FactKind::RepaymentYears,
    FactKind::OperatingMargin,
    FactKind::WorkingCapitalDays,
    FactKind::StockDays,
    FactKind::CustomerDays,
    FactKind::SupplierDays,
    FactKind::PaymentDays,
    FactKind::PaidLate,
];
