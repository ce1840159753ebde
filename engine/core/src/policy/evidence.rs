//! What the assessment hands to the policy: plain records, never the model nor the ledger.

use encours_domain::client::Cover;
use encours_domain::{Bilingual, Currency, Day, DomainError, Money, Probability, Share};

use super::limit::SetLimit;
use super::quote::Quote;
use super::terms::Terms;
use crate::company::CompanyView;
use crate::signals::Signal;
use crate::solvency::FailureEstimate;

/// How the chances of payment were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EvidenceLevel {
    /// By a model trained on a ledger.
    TrainedModel,
    /// From published base rates only: no model is trained yet.
    PriorOnly,
}

/// What our ledger tells of this client. No invoices yet is a value: every count is nought, and nothing is missing.
#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Invoices seen.
    pub invoices: u32,
    /// Of which settled.
    pub settled: u32,
    /// How much of the answer is the client's own history, 0 to 1.
    pub own_history_weight: Share,
    /// Purchases of the last twelve months, incl. VAT; absent before the first invoice.
    pub annual_purchases_incl_vat: Option<Money>,
    /// Usual agreed terms, in days.
    pub usual_terms_days: Option<u16>,
    /// The busiest month over the mean month, at least 1 (2 when December is twice the mean).
    pub seasonal_peak: f64,
    /// Largest invoice of the last twelve months (of all, where there is none in them), incl. VAT; absent before the first.
    pub largest_invoice: Option<Money>,
    /// Median of the same invoices, incl. VAT.
    pub median_invoice: Option<Money>,
    /// Overdue amount, incl. VAT, disputes excluded.
    pub overdue: Money,
    /// Days since the oldest overdue invoice fell due.
    pub worst_overdue_days: u32,
    /// Debits or cheques that bounced in the last twelve months.
    pub bounced_12_months: u32,
    /// Whether the client file says that this is a natural person; absent when it says nothing.
    pub natural_person: Option<bool>,
}

impl History {
    /// A client without any invoice.
    pub fn none(currency: Currency) -> Self {
        Self {
            invoices: 0,
            settled: 0,
            own_history_weight: Share::NONE,
            annual_purchases_incl_vat: None,
            usual_terms_days: None,
            seasonal_peak: 1.0,
            largest_invoice: None,
            median_invoice: None,
            overdue: Money::zero(currency),
            worst_overdue_days: 0,
            bounced_12_months: 0,
            natural_person: None,
        }
    }
}

/// What the other companies of the client's group owe us, and whether one of them fails.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupExposure {
    /// Their gross exposure together, incl. VAT.
    pub others: Money,
    /// The first of them that fails.
    pub failing: Option<Failing>,
}

/// A company of the group that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// Its name in the ledger.
    pub client: String,
    /// In proceedings, or ceased.
    pub why: Bilingual,
}

/// Ourselves, as the seller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seller {
    /// Sales of the last 365 days that the ledger holds, incl. VAT, credit notes taken off: less than a year's where the
    /// ledger is younger than that. Absent without an invoice in them.
    pub yearly_sales_incl_vat: Option<Money>,
}

/// The chances of payment at one set of terms.
#[derive(Clone, Debug, PartialEq)]
pub struct LatePoint {
    terms: Terms,
    p_over: Vec<(u16, Probability)>,
    expected_days_late: f64,
    range_80: Option<(i32, i32)>,
}

impl LatePoint {
    /// Checks and pairs: `p_over` holds P(late by more than so many days), days rising and chances not rising.
    ///
    /// # Errors
    /// When the days do not rise from 30 or less, the chances rise, or the expected lateness is no number.
    pub fn new(terms: Terms, p_over: Vec<(u16, Probability)>, expected_days_late: f64) -> Result<Self, DomainError> {
        let ordered = p_over.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 >= pair[1].1);
        let starts_early = p_over.first().is_some_and(|(days, _)| *days <= 30);
        if !(ordered && starts_early) {
            let allowed = "days rising from 30 or less, chances not rising";
            return Err(DomainError::out_of_range("p_over", format!("{p_over:?}"), allowed));
        }
        if !expected_days_late.is_finite() {
            return Err(DomainError::out_of_range("expected_days_late", expected_days_late, "a finite number"));
        }
        Ok(Self { terms, p_over, expected_days_late, range_80: None })
    }

    /// With the run of days beyond terms that holds four in five payments.
    pub fn with_range_80(self, from: i32, to: i32) -> Self {
        Self { range_80: Some((from, to.max(from))), ..self }
    }

    /// The run of days beyond terms that holds four in five payments, where it is known.
    pub fn range_80(&self) -> Option<(i32, i32)> {
        self.range_80
    }

    /// The terms.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Expected days late, early payers counted as on time.
    pub fn expected_days_late(&self) -> f64 {
        self.expected_days_late.max(0.0)
    }

    /// P(late by more than `days`); where that horizon was not learnt, the nearest shorter one stands in, which is
    /// never smaller.
    pub fn p_over(&self, days: u16) -> Probability {
        let learnt = self.p_over.iter().rev().find(|(horizon, _)| *horizon <= days).or(self.p_over.first());
        learnt.map_or(Probability::ZERO, |(_, chance)| *chance)
    }
}

/// What the client owes and may come to owe, incl. VAT. Credit balances stand apart and are never netted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exposure {
    /// Open invoices.
    pub invoices: Money,
    /// Bills not yet matured.
    pub bills: Money,
    /// Open orders, without the quote.
    pub orders: Money,
    /// Deposits received on these invoices and orders; whatever is beyond them is a credit balance.
    pub deposits: Money,
    /// Cover by an insurer or guarantor.
    pub cover: Money,
    /// Share of a loss that the cover pays.
    pub insured_share: Share,
    /// What we owe the client.
    pub credit_balance: Money,
    /// Which of the parts something feeds; a part that nothing feeds is nought and said to be missing.
    pub fed: Fed,
}

/// What is known of the client's open orders, and since when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrdersKnown {
    /// No list of open orders was ever given.
    #[default]
    Never,
    /// Some of the client's are in another currency: a sum that leaves them out would be a false one, and none is made.
    Uncounted,
    /// They are counted, from a list of which the day was not kept.
    Undated,
    /// They are counted, from the list that was given on this day.
    On(Day),
}

impl OrdersKnown {
    /// Whether the exposure counts them.
    pub fn are_counted(self) -> bool {
        matches!(self, Self::Undated | Self::On(_))
    }

    /// The day of a list that is older than so many days.
    pub fn older_than(self, days: u16, as_of: Day) -> Option<Day> {
        match self {
            Self::On(given) => (as_of.days_since(given) > i32::from(days)).then_some(given),
            Self::Never | Self::Uncounted | Self::Undated => None,
        }
    }
}

/// Which parts of an exposure are read from somewhere. Open invoices and credit balances always come from the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fed {
    /// Bills not yet matured.
    pub bills: bool,
    /// Open orders.
    pub orders: OrdersKnown,
    /// Deposits received.
    pub deposits: bool,
    /// Cover.
    pub cover: bool,
}

impl Fed {
    /// The parts that nothing feeds, by their names on the wire.
    pub fn missing(self) -> impl Iterator<Item = &'static str> {
        let parts = [
            ("bills", self.bills),
            ("orders", self.orders.are_counted()),
            ("deposits", self.deposits),
            ("cover", self.cover),
        ];
        parts.into_iter().filter(|(_, fed)| !fed).map(|(name, _)| name)
    }
}

impl Exposure {
    /// Nothing open.
    pub fn none(currency: Currency) -> Self {
        let zero = Money::zero(currency);
        Self {
            invoices: zero,
            bills: zero,
            orders: zero,
            deposits: zero,
            cover: zero,
            insured_share: Share::NONE,
            credit_balance: zero,
            fed: Fed::default(),
        }
    }

    /// Open invoices, bills and orders less deposits received; never below nought.
    ///
    /// # Errors
    /// When currencies differ or the sum leaves 64 bits.
    pub fn gross(&self) -> Result<Money, DomainError> {
        let sum = self.invoices.plus(self.bills)?.plus(self.orders)?.minus(self.deposits)?;
        Ok(Money::from_minor(sum.minor().max(0), sum.currency()))
    }

    /// What is left of the gross exposure once the cover has paid.
    ///
    /// # Errors
    /// As [`Exposure::gross`].
    pub fn own_risk(&self) -> Result<Money, DomainError> {
        let gross = self.gross()?;
        let covered = Money::from_minor(gross.minor().min(self.cover.minor()).max(0), gross.currency());
        gross.minus(covered.times(self.insured_share.value()))
    }
}

/// Everything that a decision is made from, besides policy and law.
#[derive(Clone, Debug)]
pub struct Evidence<'a> {
    /// The day of the quote.
    pub as_of: Day,
    /// The quote.
    pub quote: &'a Quote,
    /// The public facts as known on that day.
    pub company: &'a CompanyView,
    /// The client in our ledger.
    pub history: &'a History,
    /// What stands open.
    pub exposure: &'a Exposure,
    /// Ourselves.
    pub seller: Seller,
    /// The chances of payment, one for each of the `candidate_terms`.
    pub late: &'a [LatePoint],
    /// How they were made.
    pub level: EvidenceLevel,
    /// Signals of identity and fraud that were found.
    pub signals: &'a [Signal],
    /// What a model of failure says of the company; nothing where none was learnt, or it cannot tell.
    pub failure: Option<&'a FailureEstimate>,
    /// The client's group; nothing where it has none among our clients.
    pub group: Option<&'a GroupExposure>,
    /// What a person set as the client's limit.
    pub set_limit: Option<SetLimit>,
    /// The insurance that names the client and holds on the day.
    pub insured: Option<&'a Cover>,
    /// Whether an open order that was accepted covers the quote: what a later stage tolerates is for that alone.
    pub is_ordered: bool,
    /// From 0 to below 1, by the client, the day and the policy: where other offers are tried, it says for whom.
    pub draw: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn euros(whole: i64) -> Money {
        Money::from_minor(whole * 100, Currency::EUR)
    }

    #[test]
    fn exposure_by_the_definition() {
        let exposure = Exposure {
            invoices: euros(10_000),
            bills: euros(2_000),
            orders: euros(5_000),
            deposits: euros(3_000),
            cover: euros(8_000),
            insured_share: Share::new(0.9).unwrap(),
            credit_balance: euros(400),
            fed: Fed::default(),
        };
        assert_eq!(exposure.gross().unwrap(), euros(14_000));
        // 14,000 less 90 % of the 8,000 covered.
        assert_eq!(exposure.own_risk().unwrap(), euros(6_800));
        let over_covered = Exposure { cover: euros(50_000), ..exposure };
        assert_eq!(over_covered.own_risk().unwrap(), euros(1_400));
        let prepaid = Exposure { deposits: euros(99_000), ..exposure };
        assert_eq!(prepaid.gross().unwrap(), euros(0));
    }

    #[test]
    fn chances_that_rise_with_lateness_are_refused() {
        let chance = |value| Probability::new(value).unwrap();
        let of = |p_over| LatePoint::new(Terms::net(30), p_over, 5.0);
        assert!(of(vec![(0, chance(0.2)), (30, chance(0.3))]).is_err());
        assert!(of(vec![(30, chance(0.2)), (0, chance(0.3))]).is_err());
        assert!(of(vec![(60, chance(0.2))]).is_err());
        assert!(of(Vec::new()).is_err());
        assert!(LatePoint::new(Terms::net(30), vec![(0, chance(0.2))], f64::NAN).is_err());
        let point = of(vec![(0, chance(0.5)), (30, chance(0.2)), (60, chance(0.1))]).unwrap();
        assert_eq!(point.p_over(90), chance(0.1));
        assert_eq!(point.p_over(45), chance(0.2));
    }
}
