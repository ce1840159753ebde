//! The assessment document as it leaves: what its readers (page, terminal, HTTP clients) may rely on.
//!
//! Page and terminal read the same bytes as everybody else, so that a screen can show nothing that the document does not
//! hold. The types are also the schema of `/openapi.json`; a test reads a document into them and writes it out again,
//! and demands the same fields and values.

mod deadlines;
mod forms;
mod limit;
mod record;

use encours_domain::fact::MissingKind;
use encours_domain::reason::Reason;
use encours_domain::{Bilingual, Day, Light, Money, Verdict};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use deadlines::{Deadline, PutForward};
pub use forms::{Alternative, Instalment};
pub use limit::{Limit, Matrix, SetLimit};
pub use record::{
    AccountLine, AccountsReport, EvidenceSchema, KnownFact, Lacking, NotComputed, OutsideReport, PeerRatio,
    RatioReport, RegisterReport, ScoreReport, UsedNumber, Year,
};

/// An assessment: may we sell, on what terms, up to which limit, and why.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Assessment)]
pub struct Answer {
    /// Hash of everything the answer was made from.
    pub id: String,
    /// Day of the quote; only what was known before it was read.
    #[schema(value_type = String, format = Date)]
    pub as_of: Day,
    /// Who asks for credit.
    pub client: Client,
    /// The quote as it was judged.
    pub quote: QuoteRead,
    /// `approve`, `approve_with_conditions`, `refer` or `decline`.
    #[schema(value_type = VerdictWord)]
    pub verdict: Verdict,
    /// `green`, `amber` or `red`.
    #[schema(value_type = LightWord)]
    pub light: Light,
    /// The answer in one sentence.
    #[schema(value_type = BothLanguages)]
    pub sentence: Bilingual,
    /// Chances of being paid late.
    pub late: Late,
    /// Chance of failure.
    pub failure: Failure,
    /// Chance that the first invoice goes unpaid, by an expert rule; absent once one was settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_invoice: Option<FirstInvoice>,
    /// Why, the gravest first; reasons of the model carry points.
    #[schema(value_type = Vec<ReasonSchema>)]
    pub reasons: Vec<Reason>,
    /// What the client or the seller could change.
    pub counterfactuals: Vec<Counterfactual>,
    /// Up to three priced choices.
    pub offers: Vec<Offer>,
    /// Which of the offers is put forward, and how likely that was; absent when no credit may be given, and in older answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub put_forward: Option<PutForward>,
    /// The same order in other forms, where that gives the client or us more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// How far the client may go.
    pub limit: Limit,
    /// Where the client stands between paying late and failing, and what the policy allows there; absent in answers of before
    /// the matrix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<Matrix>,
    /// What the client owes already.
    pub exposure: Exposure,
    /// Other clients of the same group, and what all owe together; absent where none is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<Group>,
    /// What the law says about this quote.
    pub law: Vec<LawNote>,
    /// Days that must not be missed, the earliest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<Deadline>,
    /// What the public record says on the day: values with their dates and sources.
    pub known: Vec<KnownFact>,
    /// The last accounts that are known, with ratios and published scores; `null` when none are.
    pub accounts: Option<AccountsReport>,
    /// What providers said last: scores on one axis, limits, cover.
    pub outside: Vec<OutsideReport>,
    /// Evidence that is not there, and why.
    pub missing: Vec<Missing>,
    /// Registers that were asked for this very answer, and how that ended.
    pub registers: Vec<RegisterReport>,
    /// Public sources that were read.
    pub sources: Vec<Source>,
    /// When to look again.
    #[schema(value_type = String, format = Date)]
    pub review_date: Day,
    /// Versions and hashes of everything that had a part in it.
    pub made_with: MadeWith,
}

/// Who asks for credit.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerClient)]
pub struct Client {
    /// Id in the ledger; absent for a prospect.
    pub id: Option<String>,
    /// Name, from the register or the ledger.
    pub name: Option<String>,
    /// Nine digits.
    pub siren: Option<String>,
    /// Whether this is a natural person; absent when nobody knows.
    pub natural_person: Option<bool>,
}

/// The quote as it was understood.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AnswerQuote)]
pub struct QuoteRead {
    /// Amount excl. VAT.
    #[schema(value_type = MoneySchema)]
    pub amount: Money,
    /// 0.20 for 20 %.
    pub vat_rate: f64,
    /// Days of credit asked for, or what the law gives when nothing is agreed.
    pub terms_days: u16,
    /// Which count, when the terms run to the end of a month.
    pub end_of_month: Option<String>,
    /// Share of the price offered in advance.
    pub deposit_share: f64,
    /// Margin that was counted with: the quote's, the client's, its segment's or the policy's; absent in older answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin: Option<f64>,
    /// `order`, `delivery` or `invoice`: what the answer is for; absent in older answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Whether the goods stay the seller's until they are paid; absent in older answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_of_title: Option<bool>,
    /// When the invoice is expected.
    #[schema(value_type = String, format = Date)]
    pub expected_invoice_date: Day,
}

/// Chances of being paid late on the terms asked. A horizon that the model has not learnt is absent.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Late {
    /// P(late at all).
    pub p_over_0: Option<f64>,
    /// P(late by more than 30 days).
    pub p_over_30: Option<f64>,
    /// P(late by more than 60 days).
    pub p_over_60: Option<f64>,
    /// P(late by more than 90 days).
    pub p_over_90: Option<f64>,
    /// Expected days late.
    pub expected_days: f64,
    /// The client's coming late rate over 30 days with nine chances in ten, widened to hold `p_over_30`.
    pub interval_90_over_30: [f64; 2],
    /// Half of such invoices are paid by so many days beyond terms; negative is before the due date.
    #[serde(default)]
    pub median_days: Option<i32>,
    /// The shortest run of days beyond terms that holds four payments in five.
    #[serde(default)]
    pub range_80_days: Option<[i32; 2]>,
    /// The median as a date, rolled to the next business day.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub median_cash_date: Option<Day>,
    /// The range as dates, rolled to the next business day.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub cash_date_range_80: Option<[Day; 2]>,
    /// How often its coming invoices will be late.
    #[serde(default)]
    pub coming_rate: Option<ComingRate>,
    /// The horizon that the score speaks of, days.
    pub headline_over: u16,
    /// Score; higher is safer.
    pub score: i32,
    /// The score to which the points of the reasons add.
    pub base_points: i32,
    /// Letter of the score, `A` the safest.
    pub grade: String,
    /// What the chances rest on.
    pub evidence: EvidenceWeight,
    /// The client's own smoothed past rate, the baseline to beat.
    pub baseline_past_rate_over_30: f64,
}

/// A client's coming late rate.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComingRate {
    /// Days late.
    pub late_over_days: u16,
    /// Of so many coming invoices: as many as in the last quarter, ten at least.
    pub invoices: u64,
    /// 90 % interval of the share of them that will be late.
    pub interval_90: [f64; 2],
}

/// What the chances rest on.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EvidenceWeight {
    /// Invoices of this client that were read.
    pub invoices: u32,
    /// How much of the answer is the client's own history, 0 to 1.
    pub own_history_weight: f64,
}

/// Chance of failure within twelve months.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The probability.
    pub p_12_months: f64,
    /// Risk class, `"1"` the safest.
    pub class: String,
    /// Where the figure comes from.
    pub basis: String,
    /// What moved it away from the base rate.
    #[serde(default)]
    pub moves: Vec<FailureMove>,
}

/// The group of the client.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its other members among the seller's clients, the largest exposure first.
    pub members: Vec<GroupMember>,
    /// What these owe together, incl. VAT.
    #[schema(value_type = MoneySchema)]
    pub others: Money,
    /// With the client, before this order.
    #[schema(value_type = MoneySchema)]
    pub gross: Money,
}

/// A client of the same group.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GroupMember {
    /// Its name in the ledger.
    pub client: String,
    /// Its number.
    #[schema(value_type = Option<String>)]
    pub siren: Option<encours_domain::Siren>,
    /// What ties it.
    pub tie: GroupTie,
    /// Its gross exposure, incl. VAT.
    #[schema(value_type = MoneySchema)]
    pub gross: Money,
    /// Of this overdue.
    #[schema(value_type = MoneySchema)]
    pub overdue: Money,
    /// Why it fails: in proceedings, or ceased; `null` where nothing of the kind is known.
    #[schema(value_type = Option<BothLanguages>)]
    pub failing: Option<Bilingual>,
}

/// What makes two clients one group, and by what name or number.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(tag = "by", content = "of", rename_all = "snake_case")]
pub enum GroupTie {
    /// One SIREN under several accounts.
    Siren(String),
    /// The client file names the same group.
    Declared(String),
    /// One consolidates the other, or a third one both: its legal entity identifier.
    Parent(String),
}

/// Chance that the first invoice is never paid.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstInvoice {
    /// The probability.
    pub p_unpaid: f64,
    /// Where the figure comes from.
    pub basis: String,
    /// What moved it away from the base rate.
    pub moves: Vec<FailureMove>,
}

/// One thing that moved the chance of failure.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FailureMove {
    /// Stable code.
    pub code: String,
    /// By how much, in log-odds.
    pub log_odds: f64,
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

/// One change, and the verdict it leads to.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Counterfactual {
    /// `deposit_share`, `terms_days`, `overdue_paid` or `amount`.
    pub change: String,
    /// The share of the price, the days, or an amount: what is overdue incl. VAT, or the order excl. VAT.
    #[schema(value_type = serde_json::Value)]
    pub to: ChangeTo,
    /// Which count, when the terms run to the end of a month.
    #[serde(default)]
    pub end_of_month: Option<String>,
    /// The verdict then.
    #[schema(value_type = VerdictWord)]
    pub verdict: Verdict,
}

/// What is changed, and to what.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum ChangeTo {
    /// A share or a number of days.
    Number(f64),
    /// An amount.
    Amount(Money),
}

/// One priced choice.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// `lightest`, `balanced` or `safest`.
    pub name: String,
    /// Days from the invoice.
    pub terms_days: u16,
    /// Which count, when the terms run to the end of a month.
    pub end_of_month: Option<String>,
    /// Deposit, share of the price.
    pub deposit_share: f64,
    /// Deposit incl. VAT.
    #[schema(value_type = MoneySchema)]
    pub deposit: Money,
    /// P(late by more than 30 days).
    pub p_late_over_30: f64,
    /// P(never paid) within the order's own horizon.
    pub p_never_paid: f64,
    /// When the invoice is expected.
    #[schema(value_type = String, format = Date)]
    pub expected_invoice_date: Day,
    /// When it falls due.
    #[schema(value_type = String, format = Date)]
    pub due_date: Day,
    /// When the last of the money is expected.
    #[schema(value_type = String, format = Date)]
    pub expected_cash_date: Day,
    /// Business days between which it comes four times in five.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    pub cash_date_range_80: Option<[Day; 2]>,
    /// Expected loss excl. VAT.
    #[schema(value_type = MoneySchema)]
    pub expected_loss: Money,
    /// Cost of waiting for the money.
    #[schema(value_type = MoneySchema)]
    pub cost_of_waiting: Money,
    /// What is left of the margin.
    #[schema(value_type = MoneySchema)]
    pub worth: Money,
    /// Further sales that would make up for the loss of this order.
    #[schema(value_type = Option<MoneySchema>)]
    pub sales_to_recover_a_loss: Option<Money>,
    /// Whether loss and worth pass the policy's two tests.
    pub passes: bool,
    /// To paste into the quote.
    #[schema(value_type = BothLanguages)]
    pub wording: Bilingual,
}

/// What the client owes before this order, incl. VAT.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// Invoices, bills and orders less deposits.
    #[schema(value_type = MoneySchema)]
    pub gross: Money,
    /// Open invoices.
    #[schema(value_type = MoneySchema)]
    pub invoices: Money,
    /// Bills not yet matured.
    #[schema(value_type = MoneySchema)]
    pub bills: Money,
    /// Open orders.
    #[schema(value_type = MoneySchema)]
    pub orders: Money,
    /// Deposits received.
    #[schema(value_type = MoneySchema)]
    pub deposits: Money,
    /// Cover by an insurer or guarantor.
    #[schema(value_type = MoneySchema)]
    pub cover: Money,
    /// What the cover does not pay.
    #[schema(value_type = MoneySchema)]
    pub own_risk: Money,
    /// The limit less gross exposure.
    #[schema(value_type = MoneySchema)]
    pub available: Money,
    /// What we owe the client; never netted.
    #[schema(value_type = MoneySchema)]
    pub credit_balance: Money,
}

/// One thing that the law says.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LawNote {
    /// `L441-10`.
    pub article: String,
    /// In words.
    #[schema(value_type = BothLanguages)]
    pub says: Bilingual,
}

/// Something that is not known, and why.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Missing {
    /// What it is.
    pub what: String,
    /// `confidential`, `overdue`, `not_fetched` or `not_applicable`.
    #[schema(value_type = MissingWord)]
    pub kind: MissingKind,
    /// The last day until which it is known, where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub since: Option<Day>,
    /// Why, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BothLanguages>)]
    pub why: Option<Bilingual>,
}

/// A public source that was read.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    pub name: String,
    /// The last day on which it was asked.
    #[schema(value_type = Option<String>, format = Date)]
    pub fetched_at: Option<Day>,
    /// The latest publication among its facts.
    #[schema(value_type = String, format = Date)]
    pub known_from: Day,
}

/// Names and hashes of everything that had a part in an answer.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MadeWith {
    /// Version of the engine.
    pub engine: String,
    /// Hash of the slice of evidence that was read.
    pub evidence: String,
    /// Hash of the whole ledger; empty when there is none.
    pub ledger: String,
    /// Hash of all public facts; empty when there are none.
    pub facts: String,
    /// Model.
    pub model: String,
    /// Model of failure; absent where the policy's expert rule answered alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure_model: Option<String>,
    /// Hash of the quartiles of sectors; absent where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quartiles: Option<String>,
    /// Version of the policy.
    pub policy: String,
    /// Version of the law table.
    pub law_table: String,
    /// Version of the calendar of business days.
    pub calendar: String,
}

/// An amount as it leaves: decimals as text, so that no reader rounds it.
#[derive(ToSchema)]
#[schema(as = Money)]
#[expect(dead_code, reason = "the schema of `Money`")]
pub struct MoneySchema {
    /// `"31.25"`.
    amount: String,
    /// ISO 4217, `"EUR"`.
    currency: String,
}

/// A sentence in French and in English.
#[derive(ToSchema)]
#[schema(as = Bilingual)]
#[expect(dead_code, reason = "the schema of `Bilingual`")]
pub struct BothLanguages {
    /// French.
    fr: String,
    /// English.
    en: String,
}

/// One reason.
#[derive(ToSchema)]
#[schema(as = Reason)]
#[expect(dead_code, reason = "the schema of `Reason`")]
pub struct ReasonSchema {
    /// Stable code, `PAYDAY_MISS`.
    code: String,
    /// Points it adds to the score; absent for a rule of the policy.
    points: Option<i32>,
    /// What it adds to the chance of lateness.
    p_effect: Option<f64>,
    /// French.
    fr: String,
    /// English.
    en: String,
    /// What stands behind it; absent for rules and the model's reasons.
    evidence: Option<Vec<EvidenceSchema>>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of `Verdict`")]
enum VerdictWord {
    Approve,
    ApproveWithConditions,
    Refer,
    Decline,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of `Light`")]
enum LightWord {
    Green,
    Amber,
    Red,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[expect(dead_code, reason = "the schema of `MissingKind`")]
enum MissingWord {
    Confidential,
    Overdue,
    NotFetched,
    NotApplicable,
}

impl Answer {
    /// Reads an assessment's bytes.
    ///
    /// # Errors
    /// When they are no assessment of this version.
    pub fn read(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }
}
