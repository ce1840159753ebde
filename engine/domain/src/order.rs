//! Open orders: what was promised and isn't invoiced yet. They count in the exposure beside open invoices.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::ledger::Place;
use crate::money::Money;
use crate::terms::Terms;

/// One open order, or one line of it with its own delivery date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderRow {
    /// Where it stood.
    #[serde(skip)]
    pub place: Place,
    /// The seller's name or number for the client, as in the ledger.
    pub client_id: String,
    /// The order's number.
    pub order_id: String,
    /// Day of the order.
    pub order_date: Day,
    /// Day of delivery, promised or planned.
    pub delivery_date: Option<Day>,
    /// What is still to be invoiced, including VAT.
    pub amount: Money,
    /// The same excluding VAT, where the file has it.
    pub amount_excl_vat: Option<Money>,
    /// Terms agreed for this order, where they differ from the client's.
    pub terms: Option<Terms>,
}
