//! What the public record says, as it leaves with an assessment.

use encours_domain::{Day, Money};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MoneySchema;

/// A fact that holds on the day of the quote.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct KnownFact {
    /// What it is, `state`.
    pub what: String,
    /// Its value, `active`.
    pub value: String,
    /// From which day it holds.
    #[schema(value_type = String, format = Date)]
    pub valid_from: Day,
    /// On which day it became public.
    #[schema(value_type = String, format = Date)]
    pub known_from: Day,
    /// The last day on which the source was asked.
    #[schema(value_type = Option<String>, format = Date)]
    pub fetched_at: Option<Day>,
    /// Who says so.
    pub source: String,
}

/// What a provider said last of a company.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OutsideReport {
    /// Its word, `creditsafe`.
    pub provider: String,
    /// Its name for people.
    pub title: String,
    /// The day of the last that it said.
    #[schema(value_type = String, format = Date)]
    pub date: Day,
    /// Its score, as it writes it.
    pub score: Option<String>,
    /// The score on one axis for all providers, 0 the worst, 100 the safest.
    pub axis: Option<u8>,
    /// Its limit.
    #[schema(value_type = Option<MoneySchema>)]
    pub limit: Option<Money>,
    /// Its cover; nought where it refuses.
    #[schema(value_type = Option<MoneySchema>)]
    pub cover: Option<Money>,
}

/// A register that was asked for this answer.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterReport {
    /// Its name, `bodacc`.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// `answered`, `not_found`, `late`, `limited`, `unreachable`, `unusable` or `refused`.
    pub outcome: String,
    /// In French.
    pub fr: String,
    /// In English.
    pub en: String,
}

/// The last accounts that are known.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountsReport {
    /// Whether they were read for this answer: below the entry amount they are not.
    pub read: bool,
    /// Closing day.
    #[schema(value_type = String, format = Date)]
    pub closed_on: Day,
    /// Length of the year in months.
    pub months: u8,
    /// On which day the last of them became public.
    #[schema(value_type = String, format = Date)]
    pub known_from: Day,
    /// Who says so.
    pub source: String,
    /// The lines.
    pub lines: Vec<AccountLine>,
    /// Whether equity has fallen below half of the capital; absent where the rule is not for it, or nobody can tell.
    pub capital_below_half: Option<bool>,
    /// Ratios of which both lines are known.
    pub ratios: Vec<RatioReport>,
    /// Ratios among those of the sector; absent where no whole register was read.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<PeerRatio>,
    /// Published scores.
    pub scores: Vec<ScoreReport>,
    /// Scores that cannot be computed.
    pub not_computed: Vec<NotComputed>,
    /// All closings that are known, the newest first.
    pub history: Vec<Year>,
}

/// One line of accounts.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountLine {
    /// What it is, `total_assets`.
    pub what: String,
    /// The amount.
    #[schema(value_type = MoneySchema)]
    pub amount: Money,
}

/// A number that went into a formula.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UsedNumber {
    /// What it is.
    pub what: String,
    /// Its value.
    pub value: f64,
}

/// A ratio.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RatioReport {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The numbers used.
    pub used: Vec<UsedNumber>,
}

/// A ratio among those of the sector.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerRatio {
    /// Its name.
    pub ratio: String,
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
    /// Its value: per cent, days or years.
    pub value: f64,
    /// In which quarter of them it lies: 1 the lowest, 4 the highest.
    pub quarter: u8,
    /// The division of the NAF whose companies these are; `null` where they are all companies.
    pub division: Option<String>,
    /// Companies compared with.
    pub companies: u32,
    /// A quarter of them lies below.
    pub lower: f64,
    /// Half of them.
    pub median: f64,
    /// Three quarters of them.
    pub upper: f64,
}

/// A published score.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ScoreReport {
    /// The formula and its year.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// `safe`, `grey` or `distress`.
    pub zone: String,
    /// Why it should not be read for this company, where it was made for others.
    pub outside: Option<String>,
    /// The numbers used.
    pub used: Vec<UsedNumber>,
}

/// A score that cannot be computed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NotComputed {
    /// Which.
    pub name: String,
    /// What is lacking.
    pub lacking: Lacking,
}

/// Why a score cannot be computed.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    /// Lines that are not known.
    Lines(Vec<String>),
    /// A line that is divided by is nought or below it.
    NotPositive(String),
}

/// A closing in three figures.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Year {
    /// Closing day.
    #[schema(value_type = String, format = Date)]
    pub closed_on: Day,
    /// Turnover.
    #[schema(value_type = Option<MoneySchema>)]
    pub turnover: Option<Money>,
    /// Net result.
    #[schema(value_type = Option<MoneySchema>)]
    pub net_result: Option<Money>,
    /// Equity.
    #[schema(value_type = Option<MoneySchema>)]
    pub equity: Option<Money>,
}

/// A value that stands behind a reason.
#[derive(ToSchema)]
#[schema(as = ReasonEvidence)]
#[expect(dead_code, reason = "the schema of `ReasonEvidence`")]
pub struct EvidenceSchema {
    /// What it is.
    what: String,
    /// The value.
    value: String,
    /// On which day it became known; absent where the seller says so.
    #[schema(format = Date)]
    known_from: Option<String>,
    /// Who says so.
    source: Option<String>,
}
