//! Offers: terms and deposit as one priced choice.
//!
//! Reading order: [`candidate_terms`] (which terms may be offered at all), [`chances`] (the running maximum over
//! terms), [`price`] (what one offer costs and brings), [`choose`] (which three are shown), [`forms`] (guarantee,
//! instalments, discount), [`wording`].

mod candidates;
mod chances;
mod choose;
mod forms;
mod price;
mod wording;

pub use candidates::candidate_terms;
pub(in crate::policy) use choose::{Choice, Chosen, choose};
pub(in crate::policy) use forms::alternatives;
pub use forms::{Alternative, Instalment};
pub(in crate::policy) use price::{Order, Priced};

use encours_domain::{Bilingual, Day, Money, Probability, Share};
use serde::Serialize;

use super::terms::EndOfMonth;
use super::wire;

/// The offer that is put forward. Where a policy lets other offers be tried, what came of them can be weighed by the
/// propensity later on; where it does not, it is 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct PutForward {
    /// Its name.
    pub offer: &'static str,
    /// How likely this one was put forward, given all that is known.
    pub propensity: Share,
}

/// One offer, priced and ready to paste. Chances are rounded to six decimals on the wire only.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Offer {
    /// `lightest`, `balanced` or `safest`; in another form, the form's name.
    pub name: &'static str,
    /// Days from the invoice.
    pub terms_days: u16,
    /// Which count of the end of month, if any.
    pub end_of_month: Option<EndOfMonth>,
    /// Deposit, share of the price.
    pub deposit_share: Share,
    /// Deposit incl. VAT, due before delivery.
    pub deposit: Money,
    /// P(late by more than 30 days), never smaller than at shorter terms.
    #[serde(serialize_with = "wire::probability")]
    pub p_late_over_30: Probability,
    /// P(never paid within the order's own horizon).
    #[serde(serialize_with = "wire::probability")]
    pub p_never_paid: Probability,
    /// When we expect to invoice.
    pub expected_invoice_date: Day,
    /// When that invoice falls due, by the terms.
    pub due_date: Day,
    /// When we expect the last of the money: a business day.
    pub expected_cash_date: Day,
    /// The business days between which it comes four times in five; absent where the model tells no days. At longer terms
    /// never earlier.
    pub cash_date_range_80: Option<[Day; 2]>,
    /// Excl. VAT.
    pub expected_loss: Money,
    /// On what is outstanding incl. VAT.
    pub cost_of_waiting: Money,
    /// Margin less expected loss, cost of waiting and handling, excl. VAT.
    pub worth: Money,
    /// Further sales at this margin that would make up for the loss, were the order never paid; absent without margin.
    pub sales_to_recover_a_loss: Option<Money>,
    /// Whether the loss stays under the cap and the worth above the floor.
    pub passes: bool,
    /// To paste into the quote.
    pub wording: Bilingual,
}

impl Offer {
    /// Writes out a priced choice; `clause` is the one on late payment.
    pub(in crate::policy) fn of(name: &'static str, priced: &Priced, order: &Order<'_>, clause: &Bilingual) -> Self {
        Self {
            name,
            terms_days: priced.terms.days,
            end_of_month: priced.terms.end_of_month,
            deposit_share: priced.deposit,
            deposit: order.deposit_amount(priced.deposit),
            p_late_over_30: priced.p_late_over_30,
            p_never_paid: priced.p_never_paid,
            expected_invoice_date: order.invoice,
            due_date: priced.due,
            expected_cash_date: priced.cash(),
            cash_date_range_80: priced.cash_range_80(),
            expected_loss: priced.expected_loss,
            cost_of_waiting: priced.cost_of_waiting,
            worth: priced.worth,
            sales_to_recover_a_loss: order.sales_to_recover(priced.deposit),
            passes: priced.passes(),
            wording: wording::of(priced, order, clause),
        }
    }
}
