//! What Odoo says, in its words: JSON-RPC, models `account.move`, `account.move.line`, `account.partial.reconcile`,
//! `account.journal` and `res.partner`. Names of fields and their changes from its public source and recorded answers,
//! versions 13 to 17; that the French localisation keeps the SIRET in `company_registry` from the documentation of its
//! community modules.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::convert::Amount;

/// The envelope of an answer.
#[derive(Debug, Deserialize)]
pub(super) struct Envelope<T> {
    pub result: Option<T>,
    pub error: Option<Trouble>,
}

/// An error inside an answer with status 200.
#[derive(Debug, Deserialize)]
pub(super) struct Trouble {
    #[serde(default)]
    pub message: String,
    #[serde(default)]
    pub data: Option<TroubleData>,
}

/// What an error says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct TroubleData {
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub message: String,
}

/// What the server says of itself.
#[derive(Debug, Deserialize)]
pub(super) struct Version {
    /// `[17, 0, 0, "final", 0, ""]`, or `["saas~17", 2, …]` in the cloud.
    pub server_version_info: Vec<Value>,
}

/// A value, or `false` where there is none.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Maybe<T>(pub Option<T>);

impl<'de, T: DeserializeOwned> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Not by way of an `Option`, which would take a renamed field for an empty one.
        match Value::deserialize(deserializer)? {
            Value::Bool(false) | Value::Null => Ok(Self(None)),
            value => T::deserialize(value).map(|value| Self(Some(value))).map_err(serde::de::Error::custom),
        }
    }
}

impl<T: Serialize> Serialize for Maybe<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

/// Something named by its id and its name: `[7, "EUR"]`.
pub(super) type Named = Maybe<(u64, String)>;

/// An invoice or a credit note.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Move {
    pub id: u64,
    pub name: Maybe<String>,
    /// `type` in version 13.
    #[serde(alias = "type")]
    pub move_type: String,
    pub state: String,
    /// `invoice_payment_state` in version 13.
    #[serde(alias = "invoice_payment_state")]
    pub payment_state: Maybe<String>,
    pub partner_id: Named,
    pub company_id: Named,
    pub currency_id: Named,
    pub invoice_date: Maybe<String>,
    pub invoice_date_due: Maybe<String>,
    pub amount_total: Amount,
    pub amount_residual: Amount,
    pub reversed_entry_id: Named,
    pub write_date: String,
    pub invoice_payments_widget: Widget,
}

/// What settled an invoice: an object from version 16, a JSON text before, `false` or `"false"` where there is nothing.
#[derive(Debug, Default, Serialize)]
pub(super) struct Widget(pub Vec<Settled>);

impl<'de> Deserialize<'de> for Widget {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Object {
            content: Vec<Settled>,
        }
        let mut value = Value::deserialize(deserializer)?;
        if let Value::String(text) = &value {
            value = serde_json::from_str(text).map_err(serde::de::Error::custom)?;
        }
        match value {
            Value::Bool(false) | Value::Null => Ok(Self::default()),
            object @ Value::Object(_) => {
                let object = Object::deserialize(object).map_err(serde::de::Error::custom)?;
                Ok(Self(object.content))
            }
            _ => Err(serde::de::Error::custom("expected an object with `content`, a JSON text of one, or `false`")),
        }
    }
}

/// Something that was reconciled with an invoice, in the invoice's currency.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Settled {
    pub date: String,
    pub amount: Amount,
    /// The entry on the other side.
    pub move_id: u64,
    /// The payment, where it was registered as one.
    #[serde(default = "nothing")]
    pub account_payment_id: Maybe<u64>,
    /// A difference of exchange, which is no money.
    #[serde(default)]
    pub is_exchange: bool,
}

fn nothing() -> Maybe<u64> {
    Maybe(None)
}

/// A receivable line of an invoice: one for each instalment.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Line {
    pub move_id: Named,
    pub date_maturity: Maybe<String>,
    /// In the invoice's currency; 0 in version 13 where that is the company's.
    pub amount_currency: Amount,
    /// In the company's currency.
    pub balance: Amount,
}

/// The entry on the other side of a reconciliation, where it is no registered payment.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Counterpart {
    pub id: u64,
    #[serde(alias = "type")]
    pub move_type: String,
    pub journal_id: Named,
}

/// A part of one receivable line that was settled by a part of another.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Partial {
    pub debit_move_id: Named,
    pub credit_move_id: Named,
    /// In the company's currency.
    pub amount: Amount,
    /// In the currency of the debit's line, from version 14 on.
    #[serde(default)]
    pub debit_amount_currency: Option<Amount>,
    /// In the currency of the credit's line, from version 14 on.
    #[serde(default)]
    pub credit_amount_currency: Option<Amount>,
    /// In the currency that both lines share, in version 13; 0 where that is the company's.
    #[serde(default)]
    pub amount_currency: Option<Amount>,
}

/// A line at one end of a [`Partial`].
#[derive(Clone, Debug, Deserialize)]
pub(super) struct End {
    pub id: u64,
    pub move_id: Named,
    pub date: String,
    pub payment_id: Named,
}

/// A client. Fields that this version or its localisation lacks are not asked for.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Partner {
    pub id: u64,
    /// The company that a contact belongs to.
    pub commercial_partner_id: Named,
    #[serde(default = "no_text")]
    pub vat: Maybe<String>,
    #[serde(default = "no_text")]
    pub company_registry: Maybe<String>,
    #[serde(default = "no_text")]
    pub siret: Maybe<String>,
}

fn no_text() -> Maybe<String> {
    Maybe(None)
}

/// A journal and its type.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Journal {
    pub id: u64,
    #[serde(rename = "type")]
    pub kind: String,
}
