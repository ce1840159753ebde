//! Other programs are told what happens: signed messages to addresses that an administrator named.
//!
//! Messages follow the conventions of Standard Webhooks (standardwebhooks.com), so that receivers find libraries for them: a
//! message has an id, a time and a signature over both and its body, and is tried again until it is taken.

mod deliver;
mod sign;

use encours_sources::Courier;
use serde::Serialize;
use serde_json::{Value, json};

pub use deliver::Deliverer;
pub use sign::signature;

use crate::store::audit::Action;
use crate::store::{AuditLink, DeliveryRecord, DeliveryState, Happened, JobEnd, JobRecord, WebhookRecord};
use crate::{Moment, Services, ServicesError};

/// The event that is no link of the audit chain.
const JOB_ENDED: &str = "job_ended";

/// Webhooks that there may be: each costs a look at whatever happens.
const MOST: usize = 50;

/// An address that is told what happens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Its name.
    pub id: String,
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub events: Vec<String>,
    /// When it was added.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
}

/// A webhook that was just added. Its secret is shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// What is kept of it.
    pub webhook: Webhook,
    /// `whsec_` and what messages are signed with, base64.
    pub secret: String,
}

impl std::fmt::Debug for NewWebhook {
    /// Without the secret, which belongs in no log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewWebhook").field("webhook", &self.webhook).finish_non_exhaustive()
    }
}

/// A message to a webhook.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivery {
    /// Its id, the same each time it is tried.
    pub id: String,
    /// To which webhook.
    pub webhook: String,
    /// What happened.
    pub event: String,
    /// `waiting`, `delivered` or `dead`.
    pub state: &'static str,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next; absent when it ended.
    pub next_at: Option<String>,
    /// What became of the last attempt.
    pub outcome: Option<String>,
    /// When it came up.
    pub created_at: String,
    /// When it was taken, or given up.
    pub ended_at: Option<String>,
    /// The message.
    pub body: Value,
    /// Its place among all messages.
    #[serde(skip)]
    pub sequence: i64,
}

impl From<WebhookRecord> for Webhook {
    fn from(record: WebhookRecord) -> Self {
        let WebhookRecord { id, url, events, secret: _, created_at, created_by } = record;
        Self { id, url, events: events.split(' ').map(str::to_owned).collect(), created_at, created_by }
    }
}

impl From<DeliveryRecord> for Delivery {
    fn from(record: DeliveryRecord) -> Self {
        let DeliveryRecord { sequence, id, webhook, event, state, attempts, outcome, created_at, ended_at, .. } =
            record;
        let next_at = (state == DeliveryState::Waiting).then_some(record.next_at);
        let body = serde_json::from_str(&record.body).unwrap_or(Value::String(record.body));
        let state = state.code();
        Self { id, webhook, event, state, attempts, next_at, outcome, created_at, ended_at, body, sequence }
    }
}

/// Everything that can be told of: the actions of the audit chain, and the ends of jobs.
pub fn webhook_events() -> impl Iterator<Item = &'static str> {
    Action::codes().chain([JOB_ENDED])
}

impl Services {
    /// Tells an address what happens from now on.
    ///
    /// # Errors
    /// When the address cannot be gone to, an event is none, there are too many webhooks, or the database fails.
    pub async fn add_webhook(&self, url: &str, events: &[String], now: Moment) -> Result<NewWebhook, ServicesError> {
        let refused = |what, found: &str, expected: String| ServicesError::UnknownWord {
            what,
            found: found.to_owned(),
            expected,
        };
        let url = url.trim();
        let checked = self.courier()?.check(url);
        checked.map_err(|error| refused("url", "that address", format!("one that may be gone to: {error}")))?;
        let known: Vec<&str> = webhook_events().collect();
        if let Some(unknown) = events.iter().find(|event| !known.contains(&event.as_str())) {
            return Err(refused("event", unknown, format!("one of {}", known.join(", "))));
        }
        if events.is_empty() {
            return Err(refused("events", "none", format!("some of {}", known.join(", "))));
        }
        if self.store().webhooks().await?.len() >= MOST {
            return Err(refused("webhooks", "another", format!("at most {MOST}: take one away first")));
        }
        let mut events: Vec<String> = events.to_vec();
        events.sort_unstable();
        events.dedup();
        let (id, secret) = (sign::new_id("wh")?, sign::new_secret()?);
        let act = self.act(now);
        let record = WebhookRecord {
            id,
            url: url.to_owned(),
            events: events.join(" "),
            secret: secret.clone(),
            created_at: now.stamp(),
            created_by: act.by.clone(),
        };
        self.store().keep_webhook(record.clone(), &act).await?;
        tracing::info!(webhook = record.id, "webhook added");
        Ok(NewWebhook { webhook: record.into(), secret: format!("{}{secret}", sign::SECRET_PREFIX) })
    }

    /// Every webhook.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>, ServicesError> {
        Ok(self.store().webhooks().await?.into_iter().map(Webhook::from).collect())
    }

    /// Takes a webhook away, with the messages to it.
    ///
    /// # Errors
    /// When there is no such webhook.
    pub async fn remove_webhook(&self, id: &str, now: Moment) -> Result<(), ServicesError> {
        if self.store().remove_webhook(id, &self.act(now)).await? {
            Ok(())
        } else {
            Err(ServicesError::NotFound { what: "webhook", id: id.to_owned() })
        }
    }

    /// Messages to a webhook before a place, the newest first; those in one state where it is named.
    ///
    /// # Errors
    /// When there is no such webhook, or the database fails.
    pub async fn deliveries(
        &self,
        webhook: &str,
        state: Option<DeliveryState>,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<Delivery>, ServicesError> {
        self.expect_webhook(webhook).await?;
        let found = self.store().deliveries(Some(webhook), state, before, limit).await?;
        Ok(found.into_iter().map(Delivery::from).collect())
    }

    /// Tries a dead letter anew.
    ///
    /// # Errors
    /// When the webhook has no dead letter of this id.
    pub async fn revive_delivery(&self, webhook: &str, id: &str, now: Moment) -> Result<(), ServicesError> {
        self.expect_webhook(webhook).await?;
        if self.store().revive(webhook, id, &now.stamp()).await? {
            Ok(())
        } else {
            Err(ServicesError::NotFound { what: "dead letter", id: id.to_owned() })
        }
    }

    async fn expect_webhook(&self, id: &str) -> Result<(), ServicesError> {
        let known = self.store().webhooks().await?.into_iter().any(|one| one.id == id);
        if known { Ok(()) } else { Err(ServicesError::NotFound { what: "webhook", id: id.to_owned() }) }
    }

    /// Who takes messages; one that goes to no private address where nobody said otherwise.
    fn courier(&self) -> Result<Courier, ServicesError> {
        match self.said_courier() {
            Some(courier) => Ok(courier.clone()),
            None => Ok(Courier::new(false)?),
        }
    }

    /// Ends a job, and tells whom it may concern.
    pub(super) async fn end_job(&self, job: &JobRecord, runner: &str, end: JobEnd) -> Result<(), ServicesError> {
        let concerned = |hook: &WebhookRecord| hook.events.split(' ').any(|event| event == JOB_ENDED);
        let hooks: Vec<String> =
            self.store().webhooks().await?.into_iter().filter(concerned).map(|hook| hook.id).collect();
        let data = json!({"job": job.id, "kind": job.kind, "state": end.state.code(), "by": job.created_by});
        let happened = happened(format!("msg_{}", job.id), JOB_ENDED, &end.at, data);
        self.store().end_job(&job.id, runner, end, (&hooks, happened)).await
    }
}

/// A link of the audit chain as a message.
fn told(link: &AuditLink) -> Happened {
    let data = json!({
        "sequence": link.sequence,
        "by": link.actor,
        "subject": link.subject(),
        "about": link.about(),
        "hash": link.hash,
    });
    happened(format!("msg_{}", link.sequence), &link.action, &link.at, data)
}

fn happened(id: String, event: &str, at: &str, data: Value) -> Happened {
    let body = json!({"type": event, "timestamp": at, "data": data}).to_string();
    Happened { id, event: event.to_owned(), body, at: at.to_owned() }
}
