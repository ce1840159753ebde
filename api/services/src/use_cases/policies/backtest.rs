//! A policy replayed over the past months, in euros, beside the policy in force and beside selling to everybody alike.

use std::sync::Arc;

use encours_core::CoreError;
use encours_core::assessment::{Context, HindsightOptions, Tactic, TacticResult, hindsight};
use encours_core::policy::Policy;
use encours_core::portfolio::{ScoringModel, train};
use encours_domain::Day;
use encours_models::ErrorClass;
use serde::Serialize;

use super::PolicyChoice;
use crate::portfolio::{Portfolio, last_day};
use crate::services::blocking;
use crate::use_cases::assess::USUAL_VAT_RATE;
use crate::use_cases::train::settings;
use crate::{Moment, Services, ServicesError};

/// What a back-test looks at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyBacktestOptions {
    /// The policy to replay beside the one in force; none replays that one alone.
    pub choice: Option<PolicyChoice>,
    /// Months before the last day of the ledger.
    pub months: u16,
    /// At most so many orders; of more, evenly spread ones are looked at.
    pub most_orders: usize,
}

/// How ways of selling would have done.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PolicyBacktest {
    /// The first day of issue; the model learnt from nothing dated on or after it.
    pub from: Day,
    /// The last day of the ledger.
    pub to: Day,
    /// The model that scored, or the name of the published priors.
    pub model: String,
    /// Why the priors stood in for a trained model, when they did.
    pub stand_in: Option<String>,
    /// One line for each way of selling.
    pub lines: Vec<TacticLine>,
}

/// One way of selling.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TacticLine {
    /// `as_it_was`, `always_30_days`, `active` or `candidate`.
    pub tactic: &'static str,
    /// Version of the policy, where it is one.
    pub policy: Option<String>,
    /// How it would have done.
    #[serde(flatten)]
    pub result: TacticResult,
}

impl Services {
    /// Replays the policy in force, and another when one is named, over the orders of the past months as known then, with a
    /// model that learnt from what came before.
    ///
    /// # Errors
    /// When the text is no policy, or there is no ledger.
    pub async fn backtest_policy(
        &self,
        options: PolicyBacktestOptions,
        now: Moment,
    ) -> Result<PolicyBacktest, ServicesError> {
        let PolicyBacktestOptions { choice, months, most_orders } = options;
        let candidate = match &choice {
            Some(choice) => Some(self.chosen_policy(choice, now).await?.1),
            None => None,
        };
        let portfolio = self.portfolio().await?;
        blocking(move || replayed(&portfolio, candidate.as_ref(), months, most_orders)).await
    }
}

fn replayed(
    portfolio: &Arc<Portfolio>,
    candidate: Option<&Policy>,
    months: u16,
    most: usize,
) -> Result<PolicyBacktest, ServicesError> {
    let book = portfolio.ledger()?;
    let to = last_day(book).unwrap_or(Day::FIRST);
    let from = to.plus_clamped(1 - i32::from(months) * 365 / 12);
    let (model, stand_in) = model_before(portfolio, from)?;
    let active = portfolio.policy.as_ref();
    let mut tactics = vec![("as_it_was", Tactic::AsItWas), ("always_30_days", Tactic::Always(30))];
    tactics.push(("active", Tactic::Policy(active)));
    tactics.extend(candidate.map(|policy| ("candidate", Tactic::Policy(policy))));
    let context_of = |number: usize| {
        let name = book.clients().text(number);
        // Open orders and the group are what they are today: neither was known then.
        let client = portfolio.clients.client(name);
        let trade = encours_core::assessment::Trade { client, ..encours_core::assessment::Trade::default() };
        Context { facts: portfolio.facts_of_client(number), trade, model: &model, ..portfolio.context() }
    };
    let ways: Vec<Tactic<'_>> = tactics.iter().map(|(_, tactic)| *tactic).collect();
    let options = HindsightOptions { issued: from..to.plus_clamped(1), vat_rate: USUAL_VAT_RATE, most };
    let results = hindsight(book, &context_of, active, &ways, &options)?;
    let version = |tactic: &Tactic<'_>| match tactic {
        Tactic::Policy(policy) => Some(policy.version().to_owned()),
        Tactic::AsItWas | Tactic::Always(_) => None,
    };
    let lines = tactics.iter().zip(results);
    let lines = lines.map(|((tactic, way), result)| TacticLine { tactic, policy: version(way), result });
    Ok(PolicyBacktest { from, to, model: model.id().to_owned(), stand_in, lines: lines.collect() })
}

/// A model of what was known before a day; the priors where that was too little, and why.
fn model_before(portfolio: &Portfolio, day: Day) -> Result<(ScoringModel, Option<String>), ServicesError> {
    match train(portfolio.ledger()?, &settings(portfolio, day)) {
        Ok(artefact) => Ok((ScoringModel::new(artefact)?, None)),
        Err(CoreError::Model(error)) if error.class() == ErrorClass::EvidenceMissing => {
            Ok((ScoringModel::prior_only(), Some(error.to_string())))
        }
        Err(error) => Err(error.into()),
    }
}
