//! The quote that is judged.

use encours_domain::{Currency, Day, DomainError, Money, Share};
use serde::{Deserialize, Serialize};

use super::file::Policy;
use super::law::LawTable;
use super::terms::Terms;

/// What the answer is for: an order may be checked more than once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Before the order is accepted.
    #[default]
    Order,
    /// Before the goods leave.
    Delivery,
    /// Before the invoice goes out.
    Invoice,
}

/// A quote as it comes in, before anything is checked.
#[derive(Clone, Debug, PartialEq)]
pub struct RawQuote {
    /// Excl. VAT.
    pub amount: Money,
    /// 0.20 for 20 %.
    pub vat_rate: f64,
    /// Share of the amount excl. VAT; the policy's when absent.
    pub margin: Option<Share>,
    /// Terms asked for; the legal default when nothing was agreed.
    pub terms: Option<Terms>,
    /// Deposit that the client offers, share of the price.
    pub deposit: Share,
    /// Day of delivery, when known.
    pub delivery_date: Option<Day>,
    /// What is sold: a name of the law table; the policy's usual goods when absent.
    pub goods: Option<String>,
    /// What the answer is for.
    pub stage: Stage,
    /// Whether the goods stay ours until they are paid.
    pub retention_of_title: bool,
}

impl RawQuote {
    /// An order of this amount excl. VAT at the usual rate of 20 %, of which nothing else is stated.
    pub fn of(amount: Money) -> Self {
        Self {
            amount,
            vat_rate: 0.2,
            margin: None,
            terms: None,
            deposit: Share::NONE,
            delivery_date: None,
            goods: None,
            stage: Stage::default(),
            retention_of_title: false,
        }
    }
}

/// A VAT rate: from 0 up to, not including, 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct VatRate(f64);

impl VatRate {
    /// Checks and wraps.
    ///
    /// # Errors
    /// When the number is not finite or lies outside 0 to below 1 (20 where 0.20 is meant).
    pub fn new(rate: f64) -> Result<Self, DomainError> {
        if (0.0..1.0).contains(&rate) {
            return Ok(Self(rate));
        }
        Err(DomainError::out_of_range("vat_rate", rate, "0 to below 1, such as 0.20 for 20 %"))
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }
}

/// Most days of credit that may be asked for; the law allows far less.
pub const LONGEST_TERMS: u16 = 365;

/// A checked quote.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    amount: Money,
    vat_rate: VatRate,
    margin: Option<Share>,
    terms: Option<Terms>,
    deposit: Share,
    delivery_date: Option<Day>,
    goods: Option<String>,
    stage: Stage,
    retention_of_title: bool,
    /// Set for a public buyer, whose ceiling holds whatever is sold.
    public_buyer: Option<String>,
}

impl Quote {
    /// Checks a quote.
    ///
    /// # Errors
    /// When the amount is not above nought or too large, the VAT rate is none, or the terms are longer than a year.
    pub fn new(raw: RawQuote) -> Result<Self, DomainError> {
        let RawQuote { amount, vat_rate, margin, terms, deposit, delivery_date, goods, stage, retention_of_title } =
            raw;
        let largest = encours_domain::money::LARGEST_MINOR;
        if amount.minor() <= 0 || amount.minor() > largest {
            let most = Money::from_minor(largest, amount.currency());
            return Err(DomainError::out_of_range("amount", amount, format!("above 0, at most {most}")));
        }
        if let Some(terms) = terms.filter(|terms| terms.days > LONGEST_TERMS) {
            return Err(DomainError::out_of_range("terms_days", terms.days, format!("0 to {LONGEST_TERMS}")));
        }
        let vat_rate = VatRate::new(vat_rate)?;
        if amount.times(1.0 + vat_rate.value()).minor() > largest {
            let most = Money::from_minor(largest, amount.currency()).times(1.0 / (1.0 + vat_rate.value()));
            return Err(DomainError::out_of_range(
                "amount",
                amount,
                format!("above 0, at most {most} with this VAT rate"),
            ));
        }
        let public_buyer = None;
        Ok(Self {
            amount,
            vat_rate,
            margin,
            terms,
            deposit,
            delivery_date,
            goods,
            stage,
            retention_of_title,
            public_buyer,
        })
    }

    /// The same quote to a buyer of this INSEE legal category: a public one buys under public law, whatever is sold.
    #[must_use]
    pub fn for_buyer(self, law: &LawTable, legal_form: Option<&str>) -> Self {
        let public_buyer = legal_form.and_then(|form| law.public_buyer(form)).map(str::to_owned);
        Self { public_buyer, ..self }
    }

    /// The same quote with a margin, where it states none.
    #[must_use]
    pub fn or_margin(self, margin: Share) -> Self {
        Self { margin: self.margin.or(Some(margin)), ..self }
    }

    /// What the answer is for.
    pub fn stage(&self) -> Stage {
        self.stage
    }

    /// Whether the goods stay ours until they are paid.
    pub fn retention_of_title(&self) -> bool {
        self.retention_of_title
    }

    /// The price excl. VAT.
    pub fn amount(&self) -> Money {
        self.amount
    }

    /// The price incl. VAT.
    pub fn amount_incl_vat(&self) -> Money {
        self.amount.times(1.0 + self.vat_rate.value())
    }

    /// The VAT rate.
    pub fn vat_rate(&self) -> VatRate {
        self.vat_rate
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.amount.currency()
    }

    /// The deposit that the client offers.
    pub fn deposit(&self) -> Share {
        self.deposit
    }

    /// Whether everything is paid in advance, so that nothing is sold on credit.
    pub fn is_prepaid(&self) -> bool {
        self.deposit == Share::WHOLE
    }

    /// The margin, the policy's where the quote states none.
    pub fn margin(&self, policy: &Policy) -> Share {
        self.margin.unwrap_or(policy.appetite.margin)
    }

    /// Under which name of the law table the ceiling stands: the public buyer's, else what is sold.
    pub fn goods<'a>(&'a self, policy: &'a Policy) -> &'a str {
        self.public_buyer.as_deref().or(self.goods.as_deref()).unwrap_or(&policy.terms.goods)
    }

    /// The day on which we expect to invoice: on delivery, never before the day of the quote.
    pub fn invoice_date(&self, policy: &Policy, as_of: Day) -> Day {
        let usual = as_of.plus_clamped(i32::from(policy.terms.days_to_invoice));
        self.delivery_date.map_or(usual, |delivery| delivery.max(as_of))
    }

    /// The terms asked for, or those that hold when nothing was agreed.
    pub fn asked_terms(&self, policy: &Policy, law: &LawTable, as_of: Day) -> Terms {
        let by_law = || law.when_nothing_agreed(self.goods(policy), self.invoice_date(policy, as_of));
        self.terms.unwrap_or_else(by_law)
    }

    /// The same quote with another deposit.
    #[must_use]
    pub fn with_deposit(&self, deposit: Share) -> Self {
        Self { deposit, ..self.clone() }
    }

    /// The same quote at other terms.
    #[must_use]
    pub fn with_terms(&self, terms: Terms) -> Self {
        Self { terms: Some(terms), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(minor: i64, vat_rate: f64) -> RawQuote {
        let amount = Money::from_minor(minor, Currency::EUR);
        RawQuote { vat_rate, ..RawQuote::of(amount) }
    }

    #[test]
    fn refuses_what_is_no_quote() {
        for (minor, vat_rate) in [(0, 0.2), (-1, 0.2), (i64::MAX, 0.2), (100, 20.0), (100, -0.1), (100, f64::NAN)] {
            assert!(Quote::new(raw(minor, vat_rate)).is_err(), "{minor} {vat_rate}");
        }
        assert!(Quote::new(RawQuote { terms: Some(Terms::net(400)), ..raw(100, 0.2) }).is_err());
        assert_eq!(Quote::new(raw(1_800_000, 0.2)).unwrap().amount_incl_vat().minor(), 2_160_000);
    }
}
