//! One answer: will they pay, when, and on what terms should we sell?

use std::sync::Arc;

use encours_core::assessment::{self, Assessment, Beside, CheckedOrder, Context, Trade};
use encours_core::company::AskedRegister;
use encours_core::policy::{EndOfMonth, GENERAL, LawTable, Policy, RawQuote, SetLimit, Stage, Terms};
use encours_domain::{Currency, Day, DomainError, Money, Share, Siren, VatNumber};
use serde::{Deserialize, Serialize};

use crate::portfolio::{Portfolio, client_siren, first_day};
use crate::ready::{Ready, Who};
use crate::services::{InForce, blocking};
use crate::store::{AssessmentRecord, NewAssessment};
use crate::{Moment, Services, ServicesError};

/// The VAT rate of a quote that states none.
pub(super) const USUAL_VAT_RATE: f64 = 0.20;

/// Who is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// A client, by its name in the ledger.
    Client(String),
    /// A company, by its number.
    Siren(String),
    /// Whichever of the two it is; a client's name comes first.
    Either(String),
}

/// A quote, as it comes in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AssessRequest {
    /// Who it is for.
    pub subject: Asked,
    /// Amount excl. VAT, a decimal number.
    pub amount: String,
    /// ISO 4217 code; the policy's currency when absent.
    pub currency: Option<String>,
    /// 0.20 for 20 %, which is also what an absent one counts as.
    pub vat_rate: Option<f64>,
    /// Share of the amount excl. VAT; the policy's when absent.
    pub margin: Option<f64>,
    /// Days from the invoice; the legal default when absent.
    pub terms_days: Option<u16>,
    /// Which count, when the end of a month comes in.
    pub end_of_month: Option<EndOfMonth>,
    /// Deposit that the client offers, share of the price.
    pub deposit: Option<f64>,
    /// Day of delivery, when known.
    pub delivery_date: Option<Day>,
    /// What is sold: a name of the law table; the policy's usual goods when absent.
    pub goods: Option<String>,
    /// What the answer is for: an accepted order is checked again before it is delivered and invoiced.
    #[serde(default, skip_serializing_if = "is_first")]
    pub stage: Stage,
    /// The open order that is checked at a later stage, by its number: what the quote is for is not counted beside itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Whether the goods stay the seller's until they are paid.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub retention_of_title: bool,
    /// The day as of which to answer; today when absent.
    pub as_of: Option<Day>,
    /// Whether the answer is kept; else it is a what-if.
    pub store: bool,
    /// Registers that were asked for the answer, filled in by [`Services::assess`]: an answer made again asks nobody.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<AskedRegister>,
    /// What a person set as the client's limit, filled in by [`Services::assess`] too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_limit: Option<SetLimit>,
}

impl AssessRequest {
    /// A quote of which only the amount is stated, and whose answer is not kept.
    pub fn new(subject: Asked, amount: impl Into<String>) -> Self {
        Self {
            subject,
            amount: amount.into(),
            currency: None,
            vat_rate: None,
            margin: None,
            terms_days: None,
            end_of_month: None,
            deposit: None,
            delivery_date: None,
            goods: None,
            stage: Stage::default(),
            order: None,
            retention_of_title: false,
            as_of: None,
            store: false,
            asked: Vec::new(),
            set_limit: None,
        }
    }

    /// The quote in the engine's words.
    fn quote(&self, policy: &Policy, law: &LawTable) -> Result<RawQuote, ServicesError> {
        if let Some(goods) = self.goods.as_deref().filter(|goods| !law.knows_goods(goods)) {
            return Err(unknown_goods(goods, law).into());
        }
        let currency = self.currency.as_deref().map_or(Ok(policy.currency()), str::parse::<Currency>)?;
        Ok(RawQuote {
            amount: Money::parse(&self.amount, currency)?,
            vat_rate: self.vat_rate.unwrap_or(USUAL_VAT_RATE),
            margin: self.margin.map(Share::new).transpose()?,
            terms: self.terms()?,
            deposit: self.deposit.map_or(Ok(Share::NONE), Share::new)?,
            delivery_date: self.delivery_date,
            goods: self.goods.clone(),
            stage: self.stage,
            retention_of_title: self.retention_of_title,
        })
    }

    /// A day that has come, and that the ledger reaches back to.
    fn check_day(as_of: Day, today: Day, portfolio: &Portfolio) -> Result<(), DomainError> {
        if as_of > today {
            return Err(DomainError::out_of_range("as_of", as_of, format!("up to today, {today}")));
        }
        match portfolio.book.as_deref().and_then(first_day) {
            Some(first) if as_of < first => {
                let allowed = format!("from {first}, the first day of the ledger");
                Err(DomainError::out_of_range("as_of", as_of, allowed))
            }
            _ => Ok(()),
        }
    }

    fn terms(&self) -> Result<Option<Terms>, DomainError> {
        match (self.terms_days, self.end_of_month) {
            (Some(days), end_of_month) => Ok(Some(Terms { days, end_of_month })),
            (None, None) => Ok(None),
            (None, Some(count)) => Err(DomainError::unreadable("end_of_month", count.code(), "`terms_days` beside it")),
        }
    }
}

/// An answer that was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StoredAssessment {
    /// Its id.
    pub id: String,
    /// The day as of which it was made.
    pub as_of: String,
    /// The client or SIREN it is about.
    pub subject: String,
    /// When it was kept.
    pub created_at: String,
    /// The very bytes that were given.
    pub json: String,
}

impl From<AssessmentRecord> for StoredAssessment {
    fn from(record: AssessmentRecord) -> Self {
        let NewAssessment { id, as_of, subject, json, .. } = record.assessment;
        Self { id, as_of, subject, created_at: record.created_at, json }
    }
}

impl Services {
    /// Answers for one client or company and one quote, from memory; keeps the answer when the request says so. The
    /// same question asked again is the same answer, kept once. Where registers may be asked ([`Services::asking`]) and the
    /// public facts are absent or too old, they are asked first, for as long as the answer can wait.
    ///
    /// # Errors
    /// When nobody of that name is known, the quote is none, its day is later than today or before the ledger's first,
    /// the delivery lies before it, or the answer cannot be kept.
    pub async fn assess(&self, request: AssessRequest, now: Moment) -> Result<Assessment, ServicesError> {
        let (assessment, _) = self.answered(request, now).await?;
        Ok(assessment)
    }

    /// The same as the bytes that are given, with the answer's id.
    ///
    /// # Errors
    /// As [`Services::assess`].
    pub async fn assess_as_json(&self, request: AssessRequest, now: Moment) -> Result<(String, String), ServicesError> {
        let (assessment, kept) = self.answered(request, now).await?;
        let json = kept.unwrap_or_else(|| assessment.to_json());
        Ok((assessment.into_id(), json))
    }

    /// The answer, with its bytes where it was kept.
    async fn answered(
        &self,
        request: AssessRequest,
        now: Moment,
    ) -> Result<(Assessment, Option<String>), ServicesError> {
        let InForce { portfolio, limits } = self.in_force_now().await?;
        let as_of = request.as_of.unwrap_or(now.today);
        AssessRequest::check_day(as_of, now.today, &portfolio)?;
        if let Some(delivery) = request.delivery_date.filter(|delivery| *delivery < as_of) {
            let allowed = format!("from {as_of}, the day of the quote");
            return Err(DomainError::out_of_range("delivery_date", delivery, allowed).into());
        }
        let known = Known::find(&portfolio, &request.subject)?;
        let siren = self.registers().and_then(|_| known.siren(&portfolio));
        let (portfolio, asked) = self.looked_up(portfolio, siren.as_ref(), as_of, now).await?;
        let set_limit = known.client().and_then(|client| limits.set_on(&portfolio, client, as_of));
        let request = AssessRequest { as_of: Some(as_of), asked, set_limit, ..request };
        if !request.store {
            return Ok((assessed(portfolio, request).await?, None));
        }
        let (assessment, record) = self.compute(portfolio, request).await?;
        let json = record.json.clone();
        self.keep_shipped_rules(now).await?;
        self.store().keep_assessment(record, self.act(now)).await?;
        Ok((assessment, Some(json)))
    }

    /// Computes an answer, and what would be kept of it. The request must state its day.
    pub(crate) async fn compute(
        &self,
        portfolio: Arc<Portfolio>,
        request: AssessRequest,
    ) -> Result<(Assessment, NewAssessment), ServicesError> {
        let as_of = request.as_of.map_or_else(String::new, |day| day.to_string());
        let subject = Known::find(&portfolio, &request.subject)?;
        let (made_with, written) = (portfolio.made_with.clone(), serde_json::to_string(&request).unwrap_or_default());
        let assessment = assessed(portfolio, request).await?;
        let record = NewAssessment {
            id: assessment.id().to_owned(),
            as_of,
            subject: subject.name().to_owned(),
            request: written,
            json: assessment.to_json(),
            made_with,
        };
        Ok((assessment, record))
    }

    /// An answer that was kept.
    ///
    /// # Errors
    /// When there is none of this id.
    pub async fn assessment(&self, id: &str) -> Result<StoredAssessment, ServicesError> {
        self.store().assessment(id).await.map(StoredAssessment::from)
    }

    /// The last answers that were kept, newest first; of one client or SIREN when it is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn assessments(&self, subject: Option<&str>, limit: u64) -> Result<Vec<StoredAssessment>, ServicesError> {
        let records = self.store().assessments(subject, limit).await?;
        Ok(records.into_iter().map(StoredAssessment::from).collect())
    }
}

/// Computes an answer. Whoever was read already is answered about at once; to read a long history takes its time, and holds
/// up nobody.
async fn assessed(portfolio: Arc<Portfolio>, request: AssessRequest) -> Result<Assessment, ServicesError> {
    let as_of = request.as_of.ok_or_else(|| DomainError::unreadable("as_of", "", "a day"))?;
    let known = Known::find(&portfolio, &request.subject)?;
    let who = known.who(&portfolio)?;
    if let Some(ready) = portfolio.ready(&who, as_of) {
        return answer(&portfolio, &known, &ready, &request);
    }
    blocking(move || answer(&portfolio, &known, &*portfolio.make_ready(&who, as_of)?, &request)).await
}

fn answer(
    portfolio: &Portfolio,
    known: &Known,
    ready: &Ready,
    request: &AssessRequest,
) -> Result<Assessment, ServicesError> {
    let quote = request.quote(&portfolio.policy, &portfolio.law)?;
    let around = ready.around(portfolio);
    let context = Context {
        beside: Beside { asked: &request.asked, around: &around },
        trade: checked_order(known.trade(portfolio), request, &quote)?,
        set_limit: request.set_limit,
        ..ready.context(portfolio)
    };
    Ok(assessment::assess_prepared(&context, &ready.prepared, &quote)?)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references on")]
fn is_first(stage: &Stage) -> bool {
    *stage == Stage::Order
}

/// The trade with the order that is checked; one that is not among the open orders would be counted twice.
fn checked_order<'a>(trade: Trade<'a>, request: &'a AssessRequest, quote: &RawQuote) -> Result<Trade<'a>, DomainError> {
    let Some(checked) = request.order.as_deref() else { return Ok(trade) };
    if request.stage == Stage::Order {
        return Err(DomainError::unreadable("order", checked, "the stage `delivery` or `invoice` beside it"));
    }
    let orders = trade.orders.unwrap_or_default();
    if orders.iter().any(|order| order.order_id == checked) {
        let amount = quote.amount.times(1.0 + quote.vat_rate);
        return Ok(Trade { checked: Some(CheckedOrder { number: checked, amount }), ..trade });
    }
    let numbers: Vec<&str> = orders.iter().map(|order| order.order_id.as_str()).take(MOST_NAMED).collect();
    let allowed = if numbers.is_empty() {
        "no order: the client has no open order".to_owned()
    } else {
        format!("an open order of the client, such as {}", numbers.join(", "))
    };
    Err(DomainError::unreadable("order", checked, allowed))
}

/// Orders that a message names.
const MOST_NAMED: usize = 5;

/// The words that a quote may name its goods by.
fn unknown_goods(goods: &str, law: &LawTable) -> DomainError {
    let mut words: Vec<&str> = std::iter::once(GENERAL).chain(law.goods().map(|(name, _)| name)).collect();
    words.dedup();
    DomainError::unreadable("goods", goods, format!("one of: {}", words.join(", ")))
}

/// Somebody who can be assessed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    Client(String),
    Company(Siren),
}

impl Known {
    /// Finds who is meant. A company whose number one client of the ledger has is that client.
    fn find(portfolio: &Portfolio, asked: &Asked) -> Result<Self, ServicesError> {
        match asked {
            Asked::Client(id) if portfolio.client(id).is_some() => Ok(Self::Client(portfolio.account(id).to_owned())),
            Asked::Client(id) => Err(portfolio.index.unknown(id)),
            Asked::Siren(text) => Self::of_siren(portfolio, number_of(text)?),
            Asked::Either(text) if portfolio.client(text).is_some() => {
                Ok(Self::Client(portfolio.account(text).to_owned()))
            }
            Asked::Either(text) => match number_of(text) {
                Ok(siren) => Self::of_siren(portfolio, siren),
                Err(error) if looks_like_siren(text) => Err(error.into()),
                Err(_) => Err(portfolio.index.unknown(text)),
            },
        }
    }

    fn of_siren(portfolio: &Portfolio, siren: Siren) -> Result<Self, ServicesError> {
        let name = |number: &usize| portfolio.book.as_ref().map(|book| book.clients().text(*number).to_owned());
        let clients: Vec<String> = portfolio.clients_of(&siren).iter().filter_map(name).collect();
        match clients.as_slice() {
            [] => Ok(Self::Company(siren)),
            [client] => Ok(Self::Client(client.clone())),
            _ => Err(ServicesError::SeveralClients { siren: siren.to_string(), clients }),
        }
    }

    /// The same by its number.
    fn who(&self, portfolio: &Portfolio) -> Result<Who, ServicesError> {
        match self {
            Self::Client(id) => portfolio.client(id).map(Who::Client).ok_or_else(|| portfolio.index.unknown(id)),
            Self::Company(siren) => Ok(Who::Company(siren.clone())),
        }
    }

    fn siren(&self, portfolio: &Portfolio) -> Option<Siren> {
        match self {
            Self::Client(id) => client_siren(portfolio.book.as_deref()?, portfolio.client(id)?),
            Self::Company(siren) => Some(siren.clone()),
        }
    }

    fn trade<'p>(&self, portfolio: &'p Portfolio) -> Trade<'p> {
        match self {
            Self::Client(id) => portfolio.trade_of(id),
            Self::Company(_) => Trade::default(),
        }
    }

    fn client(&self) -> Option<&str> {
        match self {
            Self::Client(id) => Some(id),
            Self::Company(_) => None,
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Client(id) => id,
            Self::Company(siren) => siren.as_str(),
        }
    }
}

/// A company's number, as people have it at hand: SIREN, SIRET, or French VAT number.
fn number_of(text: &str) -> Result<Siren, DomainError> {
    let of_vat = || text.parse::<VatNumber>().ok().and_then(|number| number.siren());
    Siren::from_siren_or_siret(text).or_else(|error| of_vat().ok_or(error))
}

/// Nine digits that fail the check digit are a mistyped SIREN rather than an unknown client.
fn looks_like_siren(text: &str) -> bool {
    let digits = text.chars().filter(|letter| !letter.is_whitespace());
    digits.clone().count() == 9 && digits.into_iter().all(|digit| digit.is_ascii_digit())
}
