//! Who takes the messages.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use encours_sources::{Courier, NotDelivered};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval};

use super::sign::signature;
use super::told;
use crate::store::{Attempted, AuditLink, DeliveryRecord, DeliveryState, WebhookRecord};
use crate::use_cases::JobClock;
use crate::{Moment, Services, ServicesError};

/// How often somebody looks for what happened, and for messages that are due.
const BEAT: Duration = Duration::from_secs(1);

/// Messages that are under way at once.
const AT_ONCE: u64 = 16;

/// A message that is under way for longer is tried by somebody else: whoever took it is gone.
const LOST_AFTER: TimeDelta = TimeDelta::seconds(60);

/// Waits after the first failed attempt, the second and so on; after the last of them a message is given up. Two days in all.
const WAITS: [TimeDelta; 8] = [
    TimeDelta::seconds(5),
    TimeDelta::seconds(30),
    TimeDelta::minutes(2),
    TimeDelta::minutes(10),
    TimeDelta::hours(1),
    TimeDelta::hours(5),
    TimeDelta::hours(14),
    TimeDelta::hours(28),
];

/// Messages that ended are forgotten after this.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// Takes the messages of one store, in this program.
pub struct Deliverer {
    services: Services,
    clock: JobClock,
    courier: Courier,
}

impl Deliverer {
    /// A deliverer over these services.
    ///
    /// # Errors
    /// When no secure connections can be made on this machine.
    pub fn new(services: Services, clock: JobClock) -> Result<Self, ServicesError> {
        let courier = services.courier()?;
        Ok(Self { services, clock, courier })
    }

    /// Works until `stop` changes or its sender is gone; what was not taken by then is tried at the next start.
    pub async fn run(self, mut stop: watch::Receiver<()>) {
        let mut beat = interval(BEAT);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut tidied: Option<Moment> = None;
        loop {
            tokio::select! {
                _ = stop.changed() => return,
                _ = beat.tick() => {}
            }
            let now = (self.clock)();
            let done = tokio::select! {
                _ = stop.changed() => return,
                done = self.look(now) => done,
            };
            if let Err(error) = done {
                tracing::error!(%error, "messages to webhooks could not be seen to");
            }
            if tidied.is_none_or(|last| now.at - last.at > TimeDelta::hours(1)) {
                tidied = Some(now);
                if let Err(error) = self.services.store().forget_deliveries(&now.later(-KEPT_FOR).stamp()).await {
                    tracing::warn!(%error, "old messages to webhooks could not be forgotten");
                }
            }
        }
    }

    /// Queues what happened, then takes what is due.
    ///
    /// # Errors
    /// When the database fails; an address that fails is written down with its message.
    pub async fn look(&self, now: Moment) -> Result<(), ServicesError> {
        let store = self.services.store();
        let hooks: Arc<[WebhookRecord]> = store.webhooks().await?.into();
        for hook in hooks.iter() {
            let wanted: Vec<&str> = hook.events.split(' ').collect();
            let is_wanted = |link: &AuditLink| wanted.contains(&link.action.as_str());
            while store.queue_links(&hook.id, &is_wanted, &told).await? {}
        }
        loop {
            let lost_at = now.later(LOST_AFTER).stamp();
            let due = store.take_deliveries(&now.stamp(), &lost_at, AT_ONCE).await?;
            let (more, mut under_way) = (due.len(), JoinSet::new());
            for message in due {
                let (courier, hooks) = (self.courier.clone(), Arc::clone(&hooks));
                under_way.spawn(async move {
                    let hook = hooks.iter().find(|hook| hook.id == message.webhook);
                    let outcome = attempt(&courier, hook, &message, now).await;
                    (message, outcome)
                });
            }
            while let Some(done) = under_way.join_next().await {
                let (message, outcome) = done.map_err(|source| ServicesError::Stopped { source })?;
                store.tell_attempt(message.sequence, attempted(&message, outcome, (self.clock)())).await?;
            }
            if u64::try_from(more).unwrap_or(0) < AT_ONCE {
                return Ok(());
            }
        }
    }
}

async fn attempt(
    courier: &Courier,
    hook: Option<&WebhookRecord>,
    message: &DeliveryRecord,
    now: Moment,
) -> Result<u16, NotDelivered> {
    let Some(hook) = hook else { return Err(NotDelivered::Address("its webhook was taken away".to_owned())) };
    let seconds = now.at.timestamp();
    let signed = signature(&hook.secret, &message.id, seconds, &message.body);
    let Some(signed) = signed else { return Err(NotDelivered::Address("its secret cannot be read".to_owned())) };
    let headers =
        [("webhook-id", message.id.clone()), ("webhook-timestamp", seconds.to_string()), ("webhook-signature", signed)];
    courier.take(&hook.url, &headers, message.body.clone()).await
}

fn attempted(message: &DeliveryRecord, outcome: Result<u16, NotDelivered>, now: Moment) -> Attempted {
    let attempts = message.attempts.saturating_add(1);
    let at = now.stamp();
    let (state, next_at, outcome) = match outcome {
        Ok(status) => (DeliveryState::Delivered, at.clone(), format!("taken with {status}")),
        Err(error) => {
            let wait = usize::try_from(attempts - 1).ok().and_then(|place| WAITS.get(place));
            let (state, next_at) = match wait {
                Some(wait) => (DeliveryState::Waiting, now.later(*wait).stamp()),
                None => (DeliveryState::Dead, at.clone()),
            };
            tracing::warn!(
                webhook = message.webhook,
                attempts,
                state = state.code(),
                "a message was not taken: {error}"
            );
            (state, next_at, error.to_string())
        }
    };
    let ended_at = (state != DeliveryState::Waiting).then_some(at);
    Attempted { state, attempts, next_at, outcome, ended_at }
}
