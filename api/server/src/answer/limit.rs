//! The limit of an answer, and what moves it.

use encours_domain::{Bilingual, Day, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{BothLanguages, Missing, MoneySchema};

/// Where a client stands on two axes, and what the policy allows there.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Matrix {
    /// Between paying late seldom (1) and often.
    pub late_band: usize,
    /// Between safe (1) and fragile.
    pub failure_band: usize,
    /// Days from the invoice at most.
    pub most_days: u16,
    /// Share of the limit's figures that counts.
    pub limit_share: f64,
}

/// A limit that a person set.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetLimit {
    /// Gross exposure with the order, incl. VAT.
    #[schema(value_type = MoneySchema)]
    pub amount: Money,
    /// The last day on which it holds; `null` when it holds until it is changed.
    #[schema(value_type = Option<String>, format = Date)]
    pub until: Option<Day>,
}

/// The limit with its working.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Counts only a part of capacity and risk budget.
    #[schema(value_type = MoneySchema)]
    pub prudent: Money,
    /// Counts them in full.
    #[schema(value_type = MoneySchema)]
    pub bold: Money,
    /// What makes the figure up to which no person is needed: `need`, `capacity`, `concentration`, `risk_budget`, or `set` by a
    /// person.
    pub binding: String,
    /// Which of the four makes the prudent figure.
    pub prudent_binding: String,
    /// Which of the four makes the bold figure.
    pub bold_binding: String,
    /// What the client's buying needs.
    #[schema(value_type = Option<MoneySchema>)]
    pub need: Option<Money>,
    /// What its finances bear.
    #[schema(value_type = Option<MoneySchema>)]
    pub capacity: Option<Money>,
    /// What one client may weigh in our sales.
    #[schema(value_type = Option<MoneySchema>)]
    pub concentration: Option<Money>,
    /// What the accepted loss allows.
    #[schema(value_type = Option<MoneySchema>)]
    pub risk_budget: Option<Money>,
    /// Which of the four are not known, and why.
    #[serde(default)]
    pub unknown: Vec<Missing>,
    /// Why capacity is nought whatever the accounts say; absent where it is what finances bear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BothLanguages>)]
    pub capacity_reason: Option<Bilingual>,
    /// What a person set, until which day; absent where nobody did. It takes the place of the figure up to which no person is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<SetLimit>,
}
