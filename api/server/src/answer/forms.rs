//! Other forms of an order than days and a deposit.

use encours_domain::{Day, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MoneySchema, Offer};

/// The same order with a guarantee, in instalments or with a discount.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// `guarantee`, `instalments` or `early_discount`.
    pub form: String,
    /// Of a guarantee: the share of a loss that it must pay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guarantee_share: Option<f64>,
    /// Of a discount: share of the price.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_discount: Option<f64>,
    /// Of a discount: days from the invoice within which it is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub early_days: Option<u16>,
    /// Of instalments: each part of the balance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub instalments: Vec<Instalment>,
    /// Terms, deposit, price and wording.
    pub offer: Offer,
}

/// A part of the balance.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Instalment {
    /// When it falls due.
    #[schema(value_type = String, format = Date)]
    pub due_date: Day,
    /// Incl. VAT.
    #[schema(value_type = MoneySchema)]
    pub amount: Money,
}
