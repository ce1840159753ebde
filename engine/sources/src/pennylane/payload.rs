//! What Pennylane says, in its words. From its public reference (v2, "List customer invoices", "List matched
//! transactions for a customer invoice", "List payments for a customer invoice", "Get customer invoices changes
//! events", "Retrieve a customer"). A field that may be `null` must still be there: a renamed one is an error.

use serde::{Deserialize, Serialize};

use crate::client::nullable;

/// A page of anything.
#[derive(Debug, Deserialize)]
pub(super) struct Page<T> {
    pub items: Vec<T>,
    pub has_more: bool,
    #[serde(deserialize_with = "nullable")]
    pub next_cursor: Option<String>,
}

/// A line of `/customer_invoices`, or an invoice of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Invoice {
    pub id: u64,
    #[serde(deserialize_with = "nullable")]
    pub invoice_number: Option<String>,
    pub currency: String,
    /// In the invoice's currency, including VAT.
    #[serde(deserialize_with = "nullable")]
    pub currency_amount: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub date: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub deadline: Option<String>,
    pub paid: bool,
    pub status: String,
    pub draft: bool,
    #[serde(deserialize_with = "nullable")]
    pub remaining_amount_with_tax: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub customer: Option<Reference>,
    #[serde(deserialize_with = "nullable")]
    pub credited_invoice: Option<Reference>,
    pub updated_at: String,
}

/// Something named by its id.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Reference {
    pub id: u64,
}

/// A bank transaction that was matched with an invoice. Its amount may pay others too.
#[derive(Debug, Deserialize)]
pub(super) struct Transaction {
    pub date: String,
    /// In euros.
    pub amount: String,
    #[serde(deserialize_with = "nullable")]
    pub currency: Option<String>,
    /// In the transaction's currency.
    pub currency_amount: String,
}

/// A payment that was asked for through the platform (direct debit, card).
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub id: u64,
    #[serde(deserialize_with = "nullable")]
    pub currency: Option<String>,
    pub currency_amount: String,
    pub status: String,
    pub updated_at: String,
}

/// A line of the log of changes.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    pub id: u64,
    pub operation: String,
}

/// A customer's file. Natural persons have no `reg_no`.
#[derive(Debug, Deserialize)]
pub(super) struct Customer {
    /// Read so that an answer of another shape is noticed.
    #[serde(rename = "id")]
    pub _id: u64,
    #[serde(default)]
    pub name: Option<String>,
    #[serde(default)]
    pub reg_no: Option<String>,
}
