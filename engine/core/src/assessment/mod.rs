//! One answer: a client (or a company nobody has sold to), a quote and a day go in; the assessment comes out.
//!
//! A pure function of what was known strictly before the day, the model, the policy and the law table. The same inputs
//! give the same bytes, and the id is their hash.

mod client;
mod foretold;
mod gather;
mod group;
mod hindsight;
mod judge;
mod late;
mod made_with;
mod prepared;
mod reasons;
mod record;
mod trade;

use encours_domain::fact::Fact;
use encours_domain::reason::Reason;
use encours_domain::{Bilingual, Day, Light, Money, Siren, Verdict};
use serde::Serialize;

use crate::CoreError;
use crate::company::outside::{self, OutsideReport};
use crate::company::{AskedRegister, MissingNote, SourceNote};
use crate::ledger::Book;
use crate::policy::{
    Alternative, Counterfactual, DeadlineNote, Decision, ExposureReport, FirstInvoice, LawNote, LawTable, Limit,
    MatrixCell, Offer, Policy, PutForward, Quote, RawQuote, SetLimit, Stage, decide,
};
use crate::portfolio::ScoringModel;
use crate::signals::{Around, Signal};
use crate::solvency::{Failure, FailureModel, SectorQuartiles};

use gather::{Gathered, gathered};
pub use group::{GroupReport, Member, MemberReport, Tie};
pub use hindsight::{HindsightOptions, Tactic, TacticResult, Tally, hindsight};
pub use judge::{Judged, judge, judge_usual_order};
pub use late::{LateReport, grade};
pub use made_with::MadeWith;
pub use prepared::Prepared;
pub use record::{AccountsReport, KnownFact, LineReport, RegisterReport, YearReport};
pub use trade::{CheckedOrder, Trade};

/// Everything that stands still while questions are answered.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The ledger; `None` before the first import.
    pub book: Option<&'a Book>,
    /// Its hash; empty when there is none.
    pub ledger_hash: &'a str,
    /// The public facts of the company in question.
    pub facts: &'a [Fact],
    /// Hash of all facts; empty when there are none.
    pub facts_hash: &'a str,
    /// What was looked up beside them.
    pub beside: Beside<'a>,
    /// What the seller says of the client in question beside the ledger.
    pub trade: Trade<'a>,
    /// Other clients of the same group.
    pub group: &'a [Member<'a>],
    /// What a person set as the limit of the client in question.
    pub set_limit: Option<SetLimit>,
    /// The model, or the priors alone.
    pub model: &'a ScoringModel,
    /// A model of failure; the policy's expert rule answers where there is none.
    pub failure_model: Option<&'a FailureModel>,
    /// Quartiles of the sectors' ratios, and their hash; absent where no whole register was read.
    pub quartiles: Option<(&'a SectorQuartiles, &'a str)>,
    /// The policy.
    pub policy: &'a Policy,
    /// The law table.
    pub law: &'a LawTable,
}

/// What was looked up beside a company's own facts.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'a> {
    /// Registers that were asked for this very answer, and how that ended.
    pub asked: &'a [AskedRegister],
    /// Companies that share an address or a director with it.
    pub around: Around<'a>,
}

/// Who is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// A client of the ledger, by its name there.
    Client(&'a str),
    /// A company that the ledger does not know.
    Siren(&'a Siren),
}

/// A question.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The day of the quote: what is dated on it or later is not seen.
    pub as_of: Day,
    /// Who is asked about.
    pub subject: Subject<'a>,
    /// The quote.
    pub quote: RawQuote,
}

/// Who was asked about, as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientReport {
    /// The client's name in the ledger; absent for a company that it does not know.
    pub id: Option<String>,
    /// Registered name, else the ledger's.
    pub name: Option<String>,
    /// SIREN.
    pub siren: Option<Siren>,
    /// Whether it is a natural person; absent when nobody says.
    pub natural_person: Option<bool>,
}

/// The answer, in the words and order of the wire.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Assessment {
    id: String,
    /// The day of the quote.
    pub as_of: Day,
    /// Who was asked about.
    pub client: ClientReport,
    /// What was asked.
    pub quote: QuoteReport,
    /// The answer's first word.
    pub verdict: Verdict,
    /// Its light.
    pub light: Light,
    /// The answer in one sentence.
    pub sentence: Bilingual,
    /// Lateness on the terms asked.
    pub late: LateReport,
    /// Failure risk.
    pub failure: Failure,
    /// How likely the first invoice goes unpaid, by an expert rule; absent once one was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_invoice: Option<FirstInvoice>,
    /// Rules that hold the quote back, then signals of identity and fraud with their evidence, then what moves the score,
    /// the heaviest first.
    pub reasons: Vec<Reason>,
    /// What the client or we could change.
    pub counterfactuals: Vec<Counterfactual>,
    /// Up to three offers.
    pub offers: Vec<Offer>,
    /// Which of the offers is put forward, and how likely that was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub put_forward: Option<PutForward>,
    /// The same order in other forms, where that gives the client or us more.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// Where the client stands between paying late and failing, and what the policy allows there.
    pub matrix: MatrixCell,
    /// The limit with its working.
    pub limit: Limit,
    /// The exposure before this order.
    pub exposure: ExposureReport,
    /// Other clients of the same group, and what all owe together; absent where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<GroupReport>,
    /// What the law says.
    pub law: Vec<LawNote>,
    /// Days that must not be missed, the earliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deadlines: Vec<DeadlineNote>,
    /// What the public record says on the day: values with their dates and sources.
    pub known: Vec<KnownFact>,
    /// The last accounts that are known, with ratios and published scores.
    pub accounts: Option<AccountsReport>,
    /// What providers said last: scores on one axis, limits, cover.
    pub outside: Vec<OutsideReport>,
    /// Evidence that is not there, and why.
    pub missing: Vec<MissingNote>,
    /// Registers that were asked for this very answer, and how that ended.
    pub registers: Vec<RegisterReport>,
    /// Public sources that were read.
    pub sources: Vec<SourceNote>,
    /// When to look again.
    pub review_date: Day,
    /// What it was made with.
    pub made_with: MadeWith,
}

/// The quote as it was understood.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuoteReport {
    /// Amount excl. VAT.
    pub amount: Money,
    /// VAT rate.
    pub vat_rate: f64,
    /// Terms asked, days.
    pub terms_days: u16,
    /// Which count of end of month.
    pub end_of_month: Option<crate::policy::EndOfMonth>,
    /// Deposit offered, share of the price.
    pub deposit_share: f64,
    /// Margin, share of the amount: the quote's, the client's, its segment's or the usual one.
    pub margin: f64,
    /// What the answer is for.
    pub stage: Stage,
    /// Whether the goods stay ours until they are paid.
    pub retention_of_title: bool,
    /// Day on which the invoice is expected.
    pub expected_invoice_date: Day,
}

/// Room for most answers.
const USUAL_BYTES: usize = 24 * 1_024;

impl Assessment {
    /// The hash of its inputs.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The same, of an answer that is no longer needed.
    pub fn into_id(self) -> String {
        self.id
    }

    /// The bytes that the command line, HTTP and replay all give.
    pub fn to_json(&self) -> String {
        // Strings, numbers that are finite and lists of them: nothing that the writer could refuse.
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        let written = serde_json::to_writer(&mut bytes, self).map(|()| String::from_utf8(bytes));
        written.ok().and_then(Result::ok).unwrap_or_default()
    }
}

/// Answers a question.
///
/// # Errors
/// When the ledger does not know the client, the quote is none, or the currency of ledger or quote is not the policy's.
/// Missing evidence is no error: it is a verdict.
pub fn assess(context: &Context<'_>, request: &Request<'_>) -> Result<Assessment, CoreError> {
    let prepared = Prepared::read(context, request.subject, request.as_of)?;
    assess_prepared(context, &prepared, &request.quote)
}

/// Answers a question about somebody who was read already: the same bytes as [`assess`].
///
/// # Errors
/// As [`assess`].
pub fn assess_prepared<'a>(
    context: &Context<'a>,
    prepared: &'a Prepared,
    asked: &RawQuote,
) -> Result<Assessment, CoreError> {
    let as_of = prepared.as_of;
    let known = client::Known::of(context, &prepared.folded, as_of)?;
    gathered(context, prepared, &known, asked.clone(), |gathered| {
        let Gathered { company, quote, record, signals, chances, .. } = gathered;
        let folded = &prepared.folded;
        let (late, moved) = chances.report(quote.asked_terms(context.policy, context.law, as_of))?;
        let mut decision = decide(context.policy, context.law, &gathered.evidence())?;
        decision.counterfactuals.extend(judge::smaller_amount(
            context,
            prepared,
            &known,
            asked,
            &decision,
            &gathered.points,
        )?);
        decision.missing.extend(ledger_end(context, as_of));
        decision.missing = record.explained(decision.missing);
        decision.reasons.extend(signals.iter().cloned().map(Signal::reason));
        let outside = outside::latest(context.facts, as_of);
        let group = gathered.group.clone();
        let shown =
            Shown { known: record.known(), accounts: record.accounts(), outside, registers: record.registers(), group };
        let made_with = MadeWith::of(context, &prepared.heard, shown.group.as_ref(), as_of);
        let report = ClientReport {
            id: folded.id.clone(),
            name: company.name.present().cloned().or_else(|| folded.name.clone()),
            siren: folded.siren.clone(),
            natural_person: company.natural_person.present().copied().or(folded.history.natural_person),
        };
        let id = made_with.id(context, as_of, asked, &report);
        let quote = QuoteReport::of(quote, context, as_of);
        Ok(put_together(id, as_of, report, quote, late, moved, decision, shown, made_with))
    })
}

impl QuoteReport {
    fn of(quote: &Quote, context: &Context<'_>, as_of: Day) -> Self {
        let asked = quote.asked_terms(context.policy, context.law, as_of);
        Self {
            amount: quote.amount(),
            vat_rate: quote.vat_rate().value(),
            terms_days: asked.days,
            end_of_month: asked.end_of_month,
            deposit_share: quote.deposit().value(),
            margin: quote.margin(context.policy).value(),
            stage: quote.stage(),
            retention_of_title: quote.retention_of_title(),
            expected_invoice_date: quote.invoice_date(context.policy, as_of),
        }
    }
}

/// What is shown of the public record and of the group.
struct Shown {
    known: Vec<KnownFact>,
    accounts: Option<AccountsReport>,
    outside: Vec<OutsideReport>,
    registers: Vec<RegisterReport>,
    group: Option<GroupReport>,
}

/// A ledger that ends long before the day of the quote: what came after it is not known. What is dated on the day or
/// later does not count, so that an old answer made again says the same.
fn ledger_end(context: &Context<'_>, as_of: Day) -> Option<MissingNote> {
    let last = context.book.and_then(|book| book.last_day_before(as_of.number()))?;
    let last = Day::from_number(last).ok()?;
    let old = as_of.days_since(last) > i32::from(context.policy.ledger_max_age_days());
    old.then(|| MissingNote::after("ledger", last))
}

#[expect(clippy::too_many_arguments, reason = "one argument a part, each used once")]
fn put_together(
    id: String,
    as_of: Day,
    client: ClientReport,
    quote: QuoteReport,
    late: LateReport,
    moved: Vec<Reason>,
    decision: Decision,
    shown: Shown,
    made_with: MadeWith,
) -> Assessment {
    // Every field by name, so that a new one cannot be forgotten.
    let Decision {
        verdict,
        light,
        sentence,
        failure,
        first_invoice,
        mut reasons,
        counterfactuals,
        offers,
        alternatives,
        put_forward,
        matrix,
        limit,
        exposure,
        law,
        deadlines,
        missing,
        sources,
        review_date,
        amount_may_help: _,
    } = decision;
    let Shown { known, accounts, outside, registers, group } = shown;
    reasons.extend(moved);
    Assessment {
        id,
        as_of,
        client,
        quote,
        verdict,
        light,
        sentence,
        late,
        failure,
        first_invoice,
        reasons,
        counterfactuals,
        offers,
        put_forward,
        alternatives,
        matrix,
        limit,
        exposure,
        group,
        law,
        deadlines,
        known,
        accounts,
        outside,
        missing,
        registers,
        sources,
        review_date,
        made_with,
    }
}
