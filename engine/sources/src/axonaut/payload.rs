//! What Axonaut says, in its words: from its public reference (`invoice.get`, `invoicePayment.get`) and from answers
//! recorded in public code.

use serde::{Deserialize, Serialize};

use crate::client::nullable;
use crate::convert::Amount;

/// A line of `/invoices`, or an invoice of its own.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Invoice {
    pub id: u64,
    #[serde(deserialize_with = "nullable")]
    pub number: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub date: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub due_date: Option<String>,
    #[serde(deserialize_with = "nullable")]
    pub paid_date: Option<String>,
    /// Including VAT.
    pub total: Amount,
    pub outstanding_amount: Amount,
    /// The client, as an object or as two fields of their own.
    #[serde(default)]
    pub company: Option<Company>,
    #[serde(default)]
    pub company_id: Option<u64>,
    #[serde(default)]
    pub company_name: Option<String>,
    #[serde(default)]
    pub currency: Option<String>,
}

/// A client.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Company {
    pub id: u64,
    #[serde(default)]
    pub name: Option<String>,
}

/// A payment of an invoice.
#[derive(Debug, Deserialize)]
pub(super) struct Payment {
    pub id: u64,
    pub invoice_id: u64,
    pub date: String,
    pub amount: Amount,
}
