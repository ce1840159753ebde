//! What Sellsy says, in its words. From answers of `/v2/invoices/search` and `/v2/invoices/{id}/payments` recorded in
//! public code, address, amounts and `related` of credit notes too; that the rest of them has the same shape is from memory,
//! their statuses from the public reference of v1.

use serde::{Deserialize, Serialize};

use crate::client::nullable;
use crate::convert::Amount;

/// The answer of the login.
#[derive(Deserialize)]
pub(super) struct Token {
    pub access_token: String,
    /// Seconds.
    pub expires_in: u64,
}

/// A page of anything.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub data: Vec<T>,
    pub pagination: Pagination,
}

/// Where the page stands. `offset` is an opaque cursor, and stands on the last page too.
#[derive(Debug, Deserialize)]
pub(super) struct Pagination {
    #[serde(default)]
    pub total: Option<u64>,
    #[serde(deserialize_with = "nullable")]
    pub offset: Option<Cursor>,
}

/// A cursor as text, or the plain number of older lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Cursor {
    Text(String),
    Number(u64),
}

/// An invoice or a credit note.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Document {
    pub id: u64,
    #[serde(deserialize_with = "nullable")]
    pub number: Option<String>,
    pub status: String,
    #[serde(deserialize_with = "nullable")]
    pub date: Option<String>,
    /// Credit notes have none.
    #[serde(default)]
    pub due_date: Option<String>,
    pub currency: String,
    pub amounts: Amounts,
    pub related: Vec<Related>,
    #[serde(default)]
    pub company_name: Option<String>,
    #[serde(default)]
    pub is_deposit: bool,
    #[serde(default)]
    pub parent: Option<Related>,
}

/// Amounts of a document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Amounts {
    pub total_incl_tax: Amount,
    /// Absent on credit notes.
    #[serde(default)]
    pub total_remaining_due_incl_tax: Option<Amount>,
}

/// Something a document is about.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Related {
    #[serde(rename = "type")]
    pub kind: String,
    pub id: u64,
}

/// A payment. One may pay several invoices.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub id: u64,
    pub paid_at: String,
    pub status: String,
    /// `credit` came in, `debit` went back.
    #[serde(rename = "type")]
    pub direction: String,
    pub amount: Value,
    pub related: Vec<Related>,
}

/// An amount with its currency.
#[derive(Debug, Deserialize)]
pub(super) struct Value {
    pub value: Amount,
    pub currency: String,
}

/// A client's file, a company's or a person's.
#[derive(Debug, Deserialize)]
pub(super) struct Client {
    /// Read so that an answer of another shape is noticed.
    #[serde(rename = "id")]
    pub _id: u64,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub first_name: Option<String>,
    #[serde(default)]
    pub last_name: Option<String>,
    #[serde(default)]
    pub legal_france: Option<Legal>,
}

/// The French numbers of a company.
#[derive(Debug, Deserialize)]
pub(super) struct Legal {
    #[serde(default)]
    pub siren: Option<String>,
    #[serde(default)]
    pub siret: Option<String>,
}
