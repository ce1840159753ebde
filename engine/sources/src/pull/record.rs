//! One invoice as a system states it: whole, with all its payments, so that a later statement simply takes its place.

use encours_domain::ledger::{DueDateOrigin, InvoiceKind, PaymentKind, PaymentOrigin};
use encours_domain::{Day, Money};
use serde::{Deserialize, Serialize};

/// One invoice or credit note of a system, under the system's own id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PulledRecord {
    /// The system's id: what a later statement replaces.
    pub id: String,
    /// Hash of what the list said of it. While it stays, details are not asked again.
    pub version: String,
    /// What it is.
    pub content: Content,
    /// Things worth knowing that refuse nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remark>,
}

/// What a record says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A claim on a client, or a credit to it.
    Claim(Box<Claim>),
    /// No claim: a draft, cancelled, archived.
    NoClaim {
        /// The system's word for it.
        status: String,
    },
    /// A value that cannot be read or understood. The record is kept, so that it is told until it is mended.
    Unreadable(Remark),
}

/// A remark about one value of a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remark {
    /// The field, in the system's words.
    pub field: String,
    /// The value as found.
    pub value: String,
    /// What is wrong or worth knowing, and what was expected.
    pub reason: String,
}

impl Remark {
    /// A remark.
    pub fn new(field: impl Into<String>, value: impl ToString, reason: impl Into<String>) -> Self {
        let value = encours_domain::error::shortened(&value.to_string());
        Self { field: field.into(), value, reason: reason.into() }
    }
}

/// A claim with all that was paid of it. Amounts include VAT.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// The system's id of the client.
    pub client_id: String,
    /// The client's name, when the record holds it.
    pub client_name: Option<String>,
    /// The number printed on it.
    pub number: String,
    /// What it is. Credit notes are negative.
    pub kind: InvoiceKind,
    /// Day of issue.
    pub issued: Day,
    /// What falls due when, at least one.
    pub instalments: Vec<Instalment>,
    /// Id of the record that a credit note corrects.
    pub corrects: Option<String>,
    /// The seller's company, when the system holds several.
    pub entity: Option<String>,
    /// All that was paid, set off and given back.
    pub payments: Vec<Paid>,
    /// What the system says is left to pay; absent when it cannot be taken at its word.
    pub left: Option<Money>,
}

/// A part of a claim with its due date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// Day on which it falls due; absent when the system has none.
    pub due: Option<Day>,
    /// Where the day comes from.
    pub origin: DueDateOrigin,
    /// The part.
    pub amount: Money,
}

/// One payment of a claim.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paid {
    /// Day of the money.
    pub on: Day,
    /// What it is.
    pub kind: PaymentKind,
    /// How it was joined to the claim.
    pub origin: PaymentOrigin,
    /// Amount; negative for a reversal.
    #[serde(with = "ordered_money")]
    pub amount: OrderedMoney,
    /// Id of the credit note that it sets off, when it is one.
    pub credit_note: Option<String>,
}

/// Money that sorts, by currency and then amount, so that a list of payments has one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderedMoney(pub Money);

impl PartialOrd for OrderedMoney {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for OrderedMoney {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |money: Money| (money.currency(), money.minor());
        key(self.0).cmp(&key(other.0))
    }
}

mod ordered_money {
    use super::{Money, OrderedMoney};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(money: &OrderedMoney, serializer: S) -> Result<S::Ok, S::Error> {
        money.0.serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OrderedMoney, D::Error> {
        Money::deserialize(deserializer).map(OrderedMoney)
    }
}

impl Paid {
    /// A payment of money, or its return when negative, as the system states it.
    pub fn stated(on: Day, amount: Money) -> Self {
        let kind = if amount.minor() < 0 { PaymentKind::Reversal } else { PaymentKind::Payment };
        Self { on, kind, origin: PaymentOrigin::Stated, amount: OrderedMoney(amount), credit_note: None }
    }
}

/// A client, as far as a system's client file tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PulledClient {
    /// Its name.
    pub name: Option<String>,
    /// Its SIREN, when nine digits with a right check digit are there.
    pub siren: Option<String>,
}
