//! Limits that a person set: they take the place of what the engine makes, until they end.

use std::collections::BTreeMap;
use std::sync::Arc;

use encours_core::policy::SetLimit;
use encours_domain::{Day, Money};
use serde::{Deserialize, Serialize};

use super::assess::{Asked, AssessRequest};
use super::rulings::expect_reach;
use crate::portfolio::Portfolio;
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
    /// In which role; empty in limits of before roles were asked for.
    #[serde(default)]
    pub role: String,
    /// Whether a second person must confirm it before it holds.
    #[serde(default)]
    pub needs_second: bool,
    /// Who confirmed it, as they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmed_by: Option<String>,
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
    /// In which role: a name of the policy's section `[roles]`.
    pub role: String,
}

/// A second person's word on a client's limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitConfirmation {
    /// The client.
    pub client: String,
    /// Who, as they say.
    pub by: String,
    /// In which role.
    pub role: String,
}

impl Services {
    /// Sets a client's limit from today on, or gives the engine's own figure back. What grants more than what holds, above the
    /// amount of the role, waits for a second person ([`Services::confirm_limit`]); the last word takes the place of one that
    /// waited.
    ///
    /// # Errors
    /// When there is no such client, nobody or no reason is named, the policy knows no such role, the amount is below nought or in
    /// another currency than the policy's, the end has passed, or nobody has set what is to be given back.
    pub async fn set_limit(&self, limit: NewLimit, now: Moment) -> Result<ClientLimit, ServicesError> {
        let NewLimit { client, amount, until, reason, by, role } = limit;
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
        let up_to = portfolio.policy.role_limit(&role).ok_or_else(|| {
            let known: Vec<&str> = portfolio.policy.roles().collect();
            refused(format!("found the role `{role}`, expected one of: {}", known.join(", ")))
        })?;
        let held = self.set_limit_of(&portfolio, &account, now.today).await?;
        if amount.is_none() && held.is_none() {
            return Err(refused("nobody has set one that holds: the engine's own figure does".to_owned()));
        }
        let own = self.own_limit(&portfolio, &account, now).await?;
        let asked = amount.map(|amount| SetLimit { amount, until });
        let granted = most_granted(asked, held, own, now.today);
        let needs_second = granted.is_some_and(|granted| granted.minor() > up_to.minor());
        let amount = amount.map(|amount| amount.decimal());
        let limit = ClientLimit {
            client: account.clone(),
            amount,
            currency: currency.to_string(),
            from: now.today,
            until,
            reason,
            by,
            role,
            needs_second,
            confirmed_by: None,
        };
        self.keep_limit(&portfolio, &limit, &limit.by, now).await?;
        Ok(limit)
    }

    /// Confirms, as a second person, the limit that waits for one; it holds from today on.
    ///
    /// # Errors
    /// When none waits, whoever confirms has set it, or their role does not reach it.
    pub async fn confirm_limit(&self, word: LimitConfirmation, now: Moment) -> Result<ClientLimit, ServicesError> {
        let LimitConfirmation { client, by, role } = word;
        let portfolio = self.portfolio().await?;
        let account = portfolio.account(&client).to_owned();
        let refused = |reason: String| ServicesError::Ruling { what: format!("the limit of `{client}`"), reason };
        let by = said(&by, "who confirms", &refused)?;
        let last = self.limits(Some(&account)).await?.pop().filter(|last| last.needs_second);
        let last = last.ok_or_else(|| refused("nothing waits for a second person".to_owned()))?;
        expect_current(&portfolio, &last, now.today).map_err(refused)?;
        self.expect_other_person("limit", &account, Some(&by), Some(&last.by)).await?;
        let amount = match last.amount.as_deref() {
            Some(amount) => Money::parse(amount, last.currency.parse()?)?,
            None => self.own_limit(&portfolio, &account, now).await?,
        };
        expect_reach(&portfolio.policy, &role, amount, &refused)?;
        let confirmed_by = Some(by.clone());
        let limit = ClientLimit { from: now.today, needs_second: false, confirmed_by, ..last };
        self.keep_limit(&portfolio, &limit, &by, now).await?;
        Ok(limit)
    }

    /// The engine's own figure up to which no person is needed, for an order that accounts are asked for.
    async fn own_limit(&self, portfolio: &Arc<Portfolio>, client: &str, now: Moment) -> Result<Money, ServicesError> {
        let entry = portfolio.policy.entry_amount();
        let above = Money::from_minor(entry.minor().saturating_add(entry.currency().scale()), entry.currency());
        let asked = AssessRequest::new(Asked::Client(client.to_owned()), above.decimal());
        let asked = AssessRequest { as_of: Some(now.today), ..asked };
        let (answer, _) = self.compute(Arc::clone(portfolio), asked).await?;
        Ok(answer.limit.automatic(&portfolio.policy))
    }

    /// Keeps a limit with each account that was joined, so that it goes with them when they are separated.
    async fn keep_limit(
        &self,
        portfolio: &Portfolio,
        limit: &ClientLimit,
        by: &str,
        now: Moment,
    ) -> Result<(), ServicesError> {
        let act = self.acting_as(by).act(now);
        for client in portfolio.accounts_of(&limit.client) {
            let limit = ClientLimit { client, ..limit.clone() };
            let document = serde_json::to_string(&limit).map_err(ServicesError::document("a limit"))?;
            self.store().keep_ruling(RulingKind::Limit, &limit.client, document, &act).await?;
        }
        self.doubt_portfolio();
        tracing::info!("limit set");
        Ok(())
    }

    /// Every limit that was ever set, oldest first; of one client when it is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn limits(&self, client: Option<&str>) -> Result<Vec<ClientLimit>, ServicesError> {
        let records = self.store().rulings(RulingKind::Limit, client).await?;
        Ok(records.iter().filter_map(read).collect())
    }

    /// What a person set for a client, as it stood on a day: of several accounts that were joined, the lowest.
    pub(crate) async fn set_limit_of(
        &self,
        portfolio: &Portfolio,
        client: &str,
        day: Day,
    ) -> Result<Option<SetLimit>, ServicesError> {
        let mut lowest: Option<SetLimit> = None;
        for account in portfolio.accounts_of(portfolio.account(client)) {
            lowest = lower(lowest, set_on(&self.limits(Some(&account)).await?, day));
        }
        Ok(lowest)
    }

    /// Every limit that was ever set, from what is `held` when none was set since.
    pub(crate) async fn held_limits(&self, held: Option<Arc<HeldLimits>>) -> Result<Arc<HeldLimits>, ServicesError> {
        let newest = self.store().newest_ruling(RulingKind::Limit).await?;
        if let Some(held) = held.filter(|held| held.newest == newest) {
            return Ok(held);
        }
        let mut of_account: BTreeMap<String, Vec<ClientLimit>> = BTreeMap::new();
        for limit in self.limits(None).await? {
            of_account.entry(limit.client.clone()).or_default().push(limit);
        }
        Ok(Arc::new(HeldLimits { newest, of_account }))
    }

    /// The same for every client that has one.
    pub(crate) async fn set_limits(
        &self,
        portfolio: &Portfolio,
        day: Day,
    ) -> Result<BTreeMap<String, SetLimit>, ServicesError> {
        let mut set = BTreeMap::new();
        for limit in self.limits(None).await?.iter().filter(|limit| limit.from <= day && !limit.needs_second) {
            match as_set(limit, day) {
                Some(found) => set.insert(limit.client.clone(), found),
                None => set.remove(&limit.client),
            };
        }
        let mut of_clients = BTreeMap::new();
        for (account, found) in set {
            let client = portfolio.account(&account).to_owned();
            let lowest = lower(of_clients.get(&client).copied(), Some(found));
            of_clients.extend(lowest.map(|lowest| (client, lowest)));
        }
        Ok(of_clients)
    }
}

/// The limits of all clients, oldest first, as the store had them.
pub(crate) struct HeldLimits {
    /// Sequence of the newest among them.
    newest: Option<i64>,
    of_account: BTreeMap<String, Vec<ClientLimit>>,
}

impl HeldLimits {
    /// What a person set for a client, as it stood on a day: of several accounts that were joined, the lowest.
    pub(crate) fn set_on(&self, portfolio: &Portfolio, client: &str, day: Day) -> Option<SetLimit> {
        if self.of_account.is_empty() {
            return None;
        }
        let accounts = portfolio.accounts_of(portfolio.account(client));
        let limits = accounts.iter().filter_map(|account| self.of_account.get(account));
        limits.fold(None, |lowest, limits| lower(lowest, set_on(limits, day)))
    }
}

/// What stands on a day of one account's limits.
fn set_on(limits: &[ClientLimit], day: Day) -> Option<SetLimit> {
    let last = limits.iter().rfind(|limit| limit.from <= day && !limit.needs_second);
    last.and_then(|limit| as_set(limit, day))
}

fn lower(one: Option<SetLimit>, other: Option<SetLimit>) -> Option<SetLimit> {
    one.into_iter().chain(other).min_by_key(|set| set.amount.minor())
}

/// The most that a limit grants on a day on which it grants more than what holds; nothing where it never does. A figure that
/// ends gives way to the engine's own, so that to end a block early is to grant, and to end a grant late too.
fn most_granted(asked: Option<SetLimit>, held: Option<SetLimit>, own: Money, today: Day) -> Option<Money> {
    let on = |set: Option<SetLimit>, day: Day| {
        let holds = set.filter(|set| set.until.is_none_or(|until| day <= until));
        holds.map_or(own, |set| set.amount)
    };
    // Between two ends nothing changes.
    let ends = [asked, held].into_iter().flatten().filter_map(|set| set.until);
    let days = std::iter::once(today).chain(ends.map(|until| until.plus_clamped(1).max(today)));
    let granted = days.map(|day| (on(asked, day), on(held, day))).filter(|(new, old)| new.minor() > old.minor());
    granted.map(|(new, _)| new).max_by_key(|new| new.minor())
}

/// What waits for a second person waits no longer than answers hold, nor than it would hold itself.
fn expect_current(portfolio: &Portfolio, waiting: &ClientLimit, today: Day) -> Result<(), String> {
    if let Some(until) = waiting.until.filter(|until| *until < today) {
        return Err(format!("what waits would have held until {until}: set it anew"));
    }
    let Some(days) = portfolio.policy.answers_valid_days() else { return Ok(()) };
    let until = waiting.from.plus_clamped(i32::from(days));
    if today <= until {
        Ok(())
    } else {
        Err(format!("what waits was set on {} and waited until {until}: set it anew", waiting.from))
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

#[cfg(test)]
mod tests {
    use encours_domain::Currency;

    use super::*;

    /// The engine's own figure is 10,000; today is 1 June.
    #[test]
    fn what_grants_more_on_some_day() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let euros = |whole: i64| Money::from_minor(whole * 100, Currency::EUR);
        let set = |whole, until: Option<&str>| Some(SetLimit { amount: euros(whole), until: until.map(day) });
        for (asked, held, granted) in [
            // Lower than the own figure, for good: nothing is granted. Lower for a while only, nothing either: the own figure held.
            (set(5_000, None), None, None),
            (set(5_000, Some("2026-06-30")), None, None),
            (set(20_000, None), None, Some(20_000)),
            // A block that would end today: tomorrow the own figure holds.
            (set(0, Some("2026-06-01")), set(0, None), Some(10_000)),
            (None, set(0, None), Some(10_000)),
            (set(3_999, Some("2026-06-01")), set(4_000, None), Some(10_000)),
            (set(3_999, None), set(4_000, None), None),
            // A block that ends sooner than it did, and one that ends later.
            (set(0, Some("2026-06-10")), set(0, Some("2026-06-20")), Some(10_000)),
            (set(0, Some("2026-06-20")), set(0, Some("2026-06-10")), None),
            // A grant that would not end any more, and one that ends sooner.
            (set(500_000, None), set(500_000, Some("2026-06-02")), Some(500_000)),
            (set(500_000, Some("2026-06-01")), set(500_000, Some("2026-06-02")), None),
            (None, set(500_000, None), None),
        ] {
            let found = most_granted(asked, held, euros(10_000), day("2026-06-01"));
            assert_eq!(found, granted.map(euros), "{asked:?} where {held:?} holds");
        }
    }
}
