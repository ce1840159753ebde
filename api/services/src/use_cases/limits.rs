//! Limits that a person set: they take the place of what the engine makes, until they end.

use std::collections::BTreeMap;

use encours_core::policy::SetLimit;
use encours_domain::{Day, Money};
use serde::{Deserialize, Serialize};

use crate::store::{RulingKind, RulingRecord};
use crate::{Moment, Services, ServicesError};

/// A limit as a person set it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClientLimit {
    /// The client.
    pub client: String,
    /// Gross exposure with an order, incl. VAT; absent where the engine's own figure holds again.
    pub amount: Option<String>,
    /// Its currency.
    pub currency: String,
    /// The first day on which it holds.
    pub from: Day,
    /// The last day on which it holds; absent when it holds until it is changed.
    pub until: Option<Day>,
    /// Why.
    pub reason: String,
    /// Who set it, as they said.
    pub by: String,
}

/// A limit that is to be set.
#[derive(Clone, Debug, PartialEq)]
pub struct NewLimit {
    /// The client.
    pub client: String,
    /// Gross exposure with an order, incl. VAT; nothing gives the engine's own figure back.
    pub amount: Option<Money>,
    /// The last day on which it holds; absent when it holds until it is changed.
    pub until: Option<Day>,
    /// Why.
    pub reason: String,
    /// Who sets it, as they say.
    pub by: String,
}

impl Services {
    /// Sets a client's limit from today on.
    ///
    /// # Errors
    /// When there is no such client, nobody or no reason is named, the amount is below nought or in another currency than the
    /// policy's, or the end has passed.
    pub async fn set_limit(&self, limit: NewLimit, now: Moment) -> Result<ClientLimit, ServicesError> {
        let NewLimit { client, amount, until, reason, by } = limit;
        let portfolio = self.portfolio().await?;
        portfolio.client(&client).ok_or_else(|| portfolio.index.unknown(&client))?;
        let account = portfolio.account(&client).to_owned();
        let refused = |reason: String| ServicesError::Ruling { what: format!("the limit of `{client}`"), reason };
        let currency = portfolio.policy.currency();
        if let Some(amount) = amount.filter(|amount| amount.minor() < 0 || amount.currency() != currency) {
            return Err(refused(format!("found {amount}, expected an amount of 0 or more in {currency}")));
        }
        if let Some(until) = until.filter(|until| *until < now.today) {
            return Err(refused(format!("found an end on {until}, expected {} or later", now.today)));
        }
        let (reason, by) = (said(&reason, "a reason", &refused)?, said(&by, "who sets it", &refused)?);
        let amount = amount.map(|amount| amount.decimal());
        let limit = ClientLimit {
            client: account.clone(),
            amount,
            currency: currency.to_string(),
            from: now.today,
            until,
            reason,
            by,
        };
        let document = serde_json::to_string(&limit).map_err(ServicesError::document("a limit"))?;
        let act = self.acting_as(&limit.by).act(now);
        self.store().keep_ruling(RulingKind::Limit, &account, document, &act).await?;
        tracing::info!("limit set");
        Ok(limit)
    }

    /// Every limit that was ever set, oldest first; of one client when it is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn limits(&self, client: Option<&str>) -> Result<Vec<ClientLimit>, ServicesError> {
        let records = self.store().rulings(RulingKind::Limit, client).await?;
        Ok(records.iter().filter_map(read).collect())
    }

    /// What a person set for a client, as it stood on a day.
    pub(crate) async fn set_limit_of(&self, client: &str, day: Day) -> Result<Option<SetLimit>, ServicesError> {
        let limits = self.limits(Some(client)).await?;
        Ok(limits.iter().rfind(|limit| limit.from <= day).and_then(|limit| as_set(limit, day)))
    }

    /// The same for every client that has one.
    pub(crate) async fn set_limits(&self, day: Day) -> Result<BTreeMap<String, SetLimit>, ServicesError> {
        let mut set = BTreeMap::new();
        for limit in self.limits(None).await?.iter().filter(|limit| limit.from <= day) {
            match as_set(limit, day) {
                Some(found) => set.insert(limit.client.clone(), found),
                None => set.remove(&limit.client),
            };
        }
        Ok(set)
    }
}

/// What is said where something must be.
pub(super) fn said(
    text: &str,
    what: &str,
    refused: &impl Fn(String) -> ServicesError,
) -> Result<String, ServicesError> {
    let text = text.trim();
    if text.is_empty() { Err(refused(format!("found nothing, expected {what}"))) } else { Ok(text.to_owned()) }
}

/// A document that this version cannot read was written by a newer one, and is passed over.
fn read(record: &RulingRecord) -> Option<ClientLimit> {
    serde_json::from_str(&record.document).ok()
}

fn as_set(limit: &ClientLimit, day: Day) -> Option<SetLimit> {
    let currency = limit.currency.parse().ok()?;
    let amount = Money::parse(limit.amount.as_deref()?, currency).ok()?;
    limit.until.is_none_or(|until| day <= until).then_some(SetLimit { amount, until: limit.until })
}
