//! What persons decide about an answer: another verdict, a hold instead of a refusal, a second person's word.
//!
//! An answer never changes; what was decided about it stands beside it, and the last word that needs no further one holds.

use encours_core::CoreError;
use encours_core::policy::Policy;
use encours_domain::{Currency, Day, Money, Siren, Verdict};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::limits::said;
use crate::portfolio::{Portfolio, last_day};
use crate::store::{RuleKind, RulingKind};
use crate::{Moment, Services, ServicesError};

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "does", rename_all = "snake_case")]
pub enum Deed {
    /// Gives another verdict, or makes the answer's own one theirs.
    Decide {
        /// `approve`, `approve_with_conditions` or `decline`.
        verdict: String,
        /// What the sale hangs on, in words.
        conditions: Option<String>,
    },
    /// Holds the sale instead of refusing it.
    Hold {
        /// Who sees to it.
        owner: String,
        /// Until when.
        deadline: Day,
        /// What would let it go, in words.
        conditions: Option<String>,
    },
    /// Confirms, as a second person, what another decided.
    Confirm,
}

/// What a person decided, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ruling {
    /// The answer.
    pub assessment: String,
    /// What was done.
    #[serde(flatten)]
    pub deed: Deed,
    /// Why.
    pub reason: String,
    /// Who, as they said.
    pub by: String,
    /// In which role: a name of the policy's section `[roles]`.
    pub role: String,
    /// When.
    pub at: String,
    /// Whether a second person must confirm it before it holds.
    pub needs_second: bool,
}

/// What a person wants to decide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewRuling {
    /// The answer.
    pub assessment: String,
    /// What is to be done.
    pub deed: Deed,
    /// Why.
    pub reason: String,
    /// Who, as they say.
    pub by: String,
    /// In which role.
    pub role: String,
}

/// Where an answer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Nobody has decided about it.
    Open,
    /// A person waits for something.
    Held,
    /// The deadline of a hold has passed.
    Lapsed,
    /// A second person must confirm it.
    AwaitsSecond,
    /// A person decided.
    Decided,
}

/// An answer with what persons decided about it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rulings {
    /// The answer.
    pub assessment: String,
    /// Where it stands.
    pub standing: Standing,
    /// The verdict that holds: a person's where one decided, else the answer's.
    pub verdict: Verdict,
    /// Who sees to it while it is held.
    pub owner: Option<String>,
    /// Until when.
    pub deadline: Option<Day>,
    /// Every decision, oldest first.
    pub rulings: Vec<Ruling>,
}

impl Services {
    /// Takes a person's decision down. One that grants more than the answer, above the amount that the role may grant by the
    /// policy that the answer was made with, waits for a second person.
    ///
    /// # Errors
    /// When there is no such answer, nobody, no reason or no role is named, the policy knows no such role, a hold ends
    /// before today, or whoever confirms has nothing to confirm or decided it.
    pub async fn rule(&self, new: NewRuling, now: Moment) -> Result<Rulings, ServicesError> {
        let NewRuling { assessment, deed, reason, by, role } = new;
        let answer = Answer::read(self, &assessment).await?;
        let refused = |reason: String| ServicesError::Ruling { what: format!("assessment `{assessment}`"), reason };
        let (reason, by) = (said(&reason, "a reason", &refused)?, said(&by, "who decides", &refused)?);
        let up_to = answer.policy.role_limit(&role).ok_or_else(|| {
            let known: Vec<&str> = answer.policy.roles().collect();
            refused(format!("found the role `{role}`, expected one of: {}", known.join(", ")))
        })?;
        self.expect_fresh(&answer, now.today, &refused).await?;
        let so_far = self.rulings_on(&assessment).await?;
        let needs_second = match &deed {
            Deed::Decide { verdict, conditions } => {
                let verdict = final_verdict(verdict).ok_or_else(|| {
                    refused(format!("found `{verdict}`, expected approve, approve_with_conditions or decline"))
                })?;
                if verdict == Verdict::ApproveWithConditions {
                    said(conditions.as_deref().unwrap_or_default(), "the conditions that the sale hangs on", &refused)?;
                }
                // Against what holds: to undo a refusal is to grant, and so is to put other conditions in the place of some.
                let holds = answer.standing(&assessment, so_far.clone(), now.today).verdict;
                let conditions = verdict == Verdict::ApproveWithConditions && holds == verdict;
                let grants = verdict.gravity() < holds.gravity() || conditions;
                grants && self.granted_with(&assessment, &answer, now).await?.minor() > up_to.minor()
            }
            Deed::Hold { owner, deadline, .. } => {
                said(owner, "who sees to it", &refused)?;
                if *deadline < now.today {
                    return Err(refused(format!("found a deadline of {deadline}, expected {} or later", now.today)));
                }
                let latest = now.today.plus_clamped(LONGEST_HOLD_DAYS);
                if *deadline > latest {
                    return Err(refused(format!("found a deadline of {deadline}, expected {latest} or earlier")));
                }
                false
            }
            Deed::Confirm => {
                let waiting = so_far.last().filter(|last| last.needs_second);
                let first = waiting.ok_or_else(|| refused("nothing waits for a second person".to_owned()))?;
                self.expect_other_person("assessment", &assessment, Some(&by), Some(&first.by)).await?;
                let total = self.granted_with(&assessment, &answer, now).await?;
                expect_reach(&answer.policy, &role, total, &refused)?;
                false
            }
        };
        let ruling = Ruling { assessment: assessment.clone(), deed, reason, by, role, at: now.stamp(), needs_second };
        let document = serde_json::to_string(&ruling).map_err(ServicesError::document("a decision"))?;
        let act = self.acting_as(&ruling.by).act(now);
        self.store().keep_ruling(RulingKind::Answer, &assessment, document, &act).await?;
        tracing::info!(assessment, "a person decided");
        self.rulings(&assessment, now).await
    }

    /// What persons decided about an answer, and where it stands.
    ///
    /// # Errors
    /// When there is no such answer.
    pub async fn rulings(&self, assessment: &str, now: Moment) -> Result<Rulings, ServicesError> {
        let answer = Answer::read(self, assessment).await?;
        let rulings = self.rulings_on(assessment).await?;
        Ok(answer.standing(assessment, rulings, now.today))
    }

    /// Answers that wait for somebody: held, with a deadline that passed, or for a second person; the earliest deadline
    /// first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn waiting(&self, now: Moment) -> Result<Vec<Rulings>, ServicesError> {
        let records = self.store().rulings(RulingKind::Answer, None).await?;
        let mut subjects: Vec<String> = records.into_iter().map(|record| record.subject).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let mut waiting = Vec::new();
        for subject in subjects {
            let found = self.rulings(&subject, now).await?;
            if matches!(found.standing, Standing::Held | Standing::Lapsed | Standing::AwaitsSecond) {
                waiting.push(found);
            }
        }
        waiting.sort_by_key(|one| one.deadline);
        Ok(waiting)
    }

    /// An answer is about its day: where the policy says for how long it holds, nobody decides about one that is older than
    /// the ledger by more.
    async fn expect_fresh(
        &self,
        answer: &Answer,
        today: Day,
        refused: &impl Fn(String) -> ServicesError,
    ) -> Result<(), ServicesError> {
        let Some(days) = answer.policy.answers_valid_days() else { return Ok(()) };
        let portfolio = self.portfolio().await?;
        let known_to = portfolio.book.as_deref().and_then(last_day).map_or(today, |last| last.min(today));
        let until = answer.as_of.plus_clamped(i32::from(days));
        if known_to <= until {
            return Ok(());
        }
        Err(refused(format!(
            "it is as of {} and held until {until}: ask again, then decide about the new answer",
            answer.as_of
        )))
    }

    /// Gross exposure with the order and with what persons granted the client in other answers that still hold: two orders need
    /// whom one of both sizes needs.
    async fn granted_with(&self, assessment: &str, answer: &Answer, now: Moment) -> Result<Money, ServicesError> {
        let Some(days) = answer.policy.answers_valid_days() else { return Ok(answer.total) };
        let records = self.store().rulings(RulingKind::Answer, None).await?;
        let mut others: Vec<String> = records.into_iter().map(|record| record.subject).collect();
        others.sort_unstable();
        others.dedup();
        others.retain(|other| other != assessment);
        let kept = self.store().assessments_of(&others).await?;
        let portfolio = self.portfolio().await?;
        let client = stands_for(&portfolio, &answer.subject);
        let mut total = answer.total;
        for (other, record) in kept {
            if stands_for(&portfolio, &record.assessment.subject) != client {
                continue;
            }
            let granted = self.rulings(&other, now).await?;
            // By the day of the answer, or by that of the decision: whichever day was asked about, it was granted now.
            let is_recent = |day: Day, last: Day| last.days_since(day).abs() <= i32::from(days);
            let answered = record.assessment.as_of.parse::<Day>().is_ok_and(|day| is_recent(day, answer.as_of));
            let mut decided = granted.rulings.iter().filter_map(|ruling| ruling.at.get(..10)?.parse::<Day>().ok());
            if !(answered || decided.any(|day| is_recent(day, now.today))) {
                continue;
            }
            if granted.standing == Standing::Decided && granted.verdict.is_approval() {
                total = total.plus(Answer::read(self, &other).await?.order)?;
            }
        }
        Ok(total)
    }

    async fn rulings_on(&self, assessment: &str) -> Result<Vec<Ruling>, ServicesError> {
        let records = self.store().rulings(RulingKind::Answer, Some(assessment)).await?;
        let read = records.iter().map(|record| serde_json::from_str(&record.document));
        read.collect::<Result<Vec<Ruling>, _>>().map_err(ServicesError::document("a decision"))
    }
}

/// The client that an answer's subject is counted as today: the account that stands for it, by name or by SIREN.
fn stands_for(portfolio: &Portfolio, subject: &str) -> String {
    let by_siren = subject.parse::<Siren>().ok().and_then(|siren| {
        let number = *portfolio.clients_of(&siren).first()?;
        Some(portfolio.book.as_deref()?.clients().text(number).to_owned())
    });
    by_siren.unwrap_or_else(|| portfolio.account(subject).to_owned())
}

/// What of an answer a decision about it needs.
struct Answer {
    as_of: Day,
    /// The client or SIREN.
    subject: String,
    verdict: Verdict,
    /// The order, incl. VAT.
    order: Money,
    /// Gross exposure with the order, incl. VAT.
    total: Money,
    policy: Policy,
}

impl Answer {
    async fn read(services: &Services, id: &str) -> Result<Self, ServicesError> {
        let record = services.store().assessment(id).await?.assessment;
        let json: Value = serde_json::from_str(&record.json).map_err(ServicesError::document("an assessment"))?;
        let damaged = || ServicesError::Damaged {
            path: services.data_folder().database(),
            reason: format!("assessment `{id}` lacks what a decision about it needs"),
        };
        let text = |pointer: &str| json.pointer(pointer).and_then(Value::as_str).ok_or_else(damaged);
        let currency: Currency = text("/exposure/gross/currency")?.parse()?;
        let gross = Money::parse(text("/exposure/gross/amount")?, currency)?;
        let amount = Money::parse(text("/quote/amount/amount")?, currency)?;
        let vat_rate = json.pointer("/quote/vat_rate").and_then(Value::as_f64).ok_or_else(damaged)?;
        let verdict = serde_json::from_value(json.get("verdict").cloned().unwrap_or_default());
        let policy = match &record.made_with.policy {
            Some(hash) => services.store().rule_text(RuleKind::Policy, hash).await?.body,
            None => Policy::DEFAULT_TEXT.to_owned(),
        };
        let order = amount.times(1.0 + vat_rate);
        Ok(Self {
            as_of: record.as_of.parse()?,
            subject: record.subject,
            order,
            verdict: verdict.map_err(|_| damaged())?,
            total: gross.plus(order)?,
            policy: Policy::from_toml(&policy).map_err(CoreError::from)?,
        })
    }

    fn standing(&self, assessment: &str, rulings: Vec<Ruling>, today: Day) -> Rulings {
        let mut told = Rulings {
            assessment: assessment.to_owned(),
            standing: Standing::Open,
            verdict: self.verdict,
            owner: None,
            deadline: None,
            rulings: Vec::new(),
        };
        let mut waiting: Option<Verdict> = None;
        for ruling in &rulings {
            match &ruling.deed {
                Deed::Decide { verdict, .. } if ruling.needs_second => {
                    waiting = final_verdict(verdict);
                    told.standing = Standing::AwaitsSecond;
                }
                Deed::Decide { verdict, .. } => {
                    told.verdict = final_verdict(verdict).unwrap_or(self.verdict);
                    told.standing = Standing::Decided;
                    waiting = None;
                }
                Deed::Confirm => {
                    told.verdict = waiting.take().unwrap_or(told.verdict);
                    told.standing = Standing::Decided;
                }
                Deed::Hold { owner, deadline, .. } => {
                    told.standing = if *deadline < today { Standing::Lapsed } else { Standing::Held };
                    (told.owner, told.deadline) = (Some(owner.clone()), Some(*deadline));
                    waiting = None;
                    continue;
                }
            }
            (told.owner, told.deadline) = (None, None);
        }
        told.rulings = rulings;
        told
    }
}

/// A second person must be one whose role reaches the amount, or reaches furthest where none does.
pub(super) fn expect_reach(
    policy: &Policy,
    role: &str,
    amount: Money,
    refused: &impl Fn(String) -> ServicesError,
) -> Result<(), ServicesError> {
    let up_to = policy.role_limit(role).map_or(0, Money::minor);
    let highest = policy.highest_role_limit().map_or(0, Money::minor);
    if up_to >= amount.minor().min(highest) {
        return Ok(());
    }
    Err(refused(format!(
        "the role `{role}` does not reach {amount}; a second person needs one that does, or the highest there is"
    )))
}

/// A hold that lasts longer is a refusal.
const LONGEST_HOLD_DAYS: i32 = 365;

/// A person ends the matter; to refer it once more is no decision.
fn final_verdict(word: &str) -> Option<Verdict> {
    let verdict: Verdict = serde_json::from_value(Value::String(word.to_owned())).ok()?;
    (verdict != Verdict::Refer).then_some(verdict)
}
