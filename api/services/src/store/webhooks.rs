//! Addresses that are told what happens, and the messages to them.
//!
//! What happens is what the audit chain tells, and the ends of jobs. A webhook remembers the last link that was looked at for it;
//! messages and that place are written in one transaction, so that nothing is left out or doubled, whoever is killed when.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Set, TransactionTrait,
};
use serde_json::json;

use super::Store;
use super::audit::{self, Act, Action, AuditLink, NewLink};
use super::entities::delivery::{ActiveModel, Column, Entity, Model};
use super::entities::webhook;
use crate::ServicesError;
use crate::text::sha256;

/// A webhook as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct WebhookRecord {
    pub id: String,
    pub url: String,
    pub events: String,
    pub secret: String,
    pub created_at: String,
    pub created_by: String,
}

/// Where a message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// It is tried, once more where it failed before.
    Waiting,
    /// It was taken.
    Delivered,
    /// It was given up: a dead letter.
    Dead,
}

impl DeliveryState {
    /// Each of them.
    pub(crate) const EACH: [Self; 3] = [Self::Waiting, Self::Delivered, Self::Dead];

    const ALL: [(Self, &'static str); 3] =
        [(Self::Waiting, "waiting"), (Self::Delivered, "delivered"), (Self::Dead, "dead")];

    /// Its word.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    fn of(word: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == word).map_or(Self::Dead, |(state, _)| *state)
    }
}

/// A message as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryRecord {
    /// Its place among all messages.
    pub sequence: i64,
    /// Its name, the same each time it is tried.
    pub id: String,
    /// To which webhook.
    pub webhook: String,
    /// What happened, one word.
    pub event: String,
    /// The message, JSON.
    pub body: String,
    /// Where it stands.
    pub state: DeliveryState,
    /// How often it was tried.
    pub attempts: u32,
    /// When it is tried next.
    pub next_at: String,
    /// What became of the last attempt.
    pub outcome: Option<String>,
    /// When it came up.
    pub created_at: String,
    /// When it was taken, or given up.
    pub ended_at: Option<String>,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Happened {
    /// Its name, the same for every webhook.
    pub id: String,
    /// One word.
    pub event: String,
    /// What is told, JSON.
    pub body: String,
    pub at: String,
}

/// What became of an attempt.
#[derive(Clone, Debug)]
pub(crate) struct Attempted {
    pub state: DeliveryState,
    pub attempts: u32,
    pub next_at: String,
    pub outcome: String,
    pub ended_at: Option<String>,
}

/// Links that are looked at for a webhook at once.
const LINKS_AT_ONCE: u64 = 500;

const QUEUEING: &str = "queueing messages to webhooks";

impl Store {
    /// Keeps a webhook, which is told what happens from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn keep_webhook(&self, new: WebhookRecord, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "keeping the webhook";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        audit::locked_head(&transaction).await?;
        // An address may hold what only its owner should know: the chain keeps its hash.
        let about = json!({
            "webhook": new.id,
            "url_sha256": sha256(new.url.as_bytes()),
            "events": new.events,
            "secret_sha256": sha256(new.secret.as_bytes()),
        });
        let link = NewLink::new(Action::WebhookAdded, new.id.clone(), about);
        let head = audit::append(&transaction, act, vec![link]).await?;
        let WebhookRecord { id, url, events, secret, created_at, created_by } = new;
        let row = webhook::ActiveModel {
            id: Set(id),
            url: Set(url),
            events: Set(events),
            secret: Set(secret),
            seen: Set(head.links),
            created_at: Set(created_at),
            created_by: Set(created_by),
        };
        row.insert(&transaction).await.map_err(ServicesError::database(DOING))?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Every webhook, in the order in which they were added.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn webhooks(&self) -> Result<Vec<WebhookRecord>, ServicesError> {
        let rows = webhook::Entity::find()
            .order_by_asc(webhook::Column::CreatedAt)
            .order_by_asc(webhook::Column::Id)
            .all(&self.database)
            .await;
        let rows = rows.map_err(ServicesError::database("reading the webhooks"))?;
        Ok(rows.into_iter().map(WebhookRecord::from).collect())
    }

    /// Takes a webhook away, with the messages to it; says whether it was there.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn remove_webhook(&self, id: &str, act: &Act) -> Result<bool, ServicesError> {
        const DOING: &str = "taking the webhook away";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        audit::locked_head(&transaction).await?;
        let gone = webhook::Entity::delete_by_id(id).exec(&transaction).await;
        if gone.map_err(ServicesError::database(DOING))?.rows_affected == 0 {
            return Ok(false);
        }
        let messages = Entity::delete_many().filter(Column::Webhook.eq(id)).exec(&transaction).await;
        messages.map_err(ServicesError::database(DOING))?;
        let link = NewLink::new(Action::WebhookRemoved, id, json!({"webhook": id}));
        audit::append(&transaction, act, vec![link]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(true)
    }

    /// Queues what the audit chain tells that a webhook was not told yet; `tell` makes the message of a link. Says whether there
    /// may be more.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn queue_links(
        &self,
        id: &str,
        wanted: &(dyn Fn(&AuditLink) -> bool + Sync),
        tell: &(dyn Fn(&AuditLink) -> Happened + Sync),
    ) -> Result<bool, ServicesError> {
        let row = webhook::Entity::find_by_id(id).one(&self.database).await;
        let Some(row) = row.map_err(ServicesError::database(QUEUEING))? else { return Ok(false) };
        let links = self.audit_after(row.seen, LINKS_AT_ONCE).await?;
        let Some(last) = links.last().map(|link| link.sequence) else { return Ok(false) };
        let transaction = self.database.begin().await.map_err(ServicesError::database(QUEUEING))?;
        // Of two programs that look at once, one moves the place; the other finds it moved and leaves it.
        let moved = webhook::Entity::update_many()
            .col_expr(webhook::Column::Seen, Expr::value(last))
            .filter(webhook::Column::Id.eq(id))
            .filter(webhook::Column::Seen.eq(row.seen));
        let moved = moved.exec(&transaction).await.map_err(ServicesError::database(QUEUEING))?;
        if moved.rows_affected == 1 {
            let messages: Vec<Happened> = links.iter().filter(|link| wanted(link)).map(tell).collect();
            queue(&transaction, &[id.to_owned()], &messages).await?;
        }
        transaction.commit().await.map_err(ServicesError::database(QUEUEING))?;
        Ok(u64::try_from(links.len()).unwrap_or(0) == LINKS_AT_ONCE)
    }

    /// Takes up to so many messages that are due; until `lost_at` nobody else takes them.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn take_deliveries(
        &self,
        now: &str,
        lost_at: &str,
        limit: u64,
    ) -> Result<Vec<DeliveryRecord>, ServicesError> {
        const DOING: &str = "taking messages to webhooks";
        let due = Entity::find()
            .filter(Column::State.eq(DeliveryState::Waiting.code()))
            .filter(Column::NextAt.lte(now))
            .order_by_asc(Column::NextAt)
            .order_by_asc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let mut taken = Vec::new();
        for row in due.await.map_err(ServicesError::database(DOING))? {
            let take = Entity::update_many()
                .col_expr(Column::NextAt, Expr::value(lost_at))
                .filter(Column::Sequence.eq(row.sequence))
                .filter(Column::State.eq(DeliveryState::Waiting.code()))
                .filter(Column::NextAt.eq(&row.next_at));
            let done = take.exec(&self.database).await.map_err(ServicesError::database(DOING))?;
            if done.rows_affected == 1 {
                taken.push(row.into());
            }
        }
        Ok(taken)
    }

    /// Writes what became of an attempt.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn tell_attempt(&self, sequence: i64, attempted: Attempted) -> Result<(), ServicesError> {
        let Attempted { state, attempts, next_at, outcome, ended_at } = attempted;
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(state.code()))
            .col_expr(Column::Attempts, Expr::value(i32::try_from(attempts).unwrap_or(i32::MAX)))
            .col_expr(Column::NextAt, Expr::value(next_at))
            .col_expr(Column::Outcome, Expr::value(outcome))
            .col_expr(Column::EndedAt, Expr::value(ended_at))
            .filter(Column::Sequence.eq(sequence));
        let done = update.exec(&self.database).await;
        done.map(|_| ()).map_err(ServicesError::database("writing what became of a message"))
    }

    /// Messages before a place, the newest first: of one webhook, in one state, where they are named.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn deliveries(
        &self,
        webhook: Option<&str>,
        state: Option<DeliveryState>,
        before: Option<i64>,
        limit: u64,
    ) -> Result<Vec<DeliveryRecord>, ServicesError> {
        let rows = Entity::find()
            .filter(Column::Sequence.lt(before.unwrap_or(i64::MAX)))
            .apply_if(webhook, |query, webhook| query.filter(Column::Webhook.eq(webhook)))
            .apply_if(state, |query, state| query.filter(Column::State.eq(state.code())))
            .order_by_desc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the messages to webhooks"))?;
        Ok(rows.into_iter().map(DeliveryRecord::from).collect())
    }

    /// How many messages are in each state.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn count_deliveries(&self) -> Result<Vec<(String, i64)>, ServicesError> {
        let counts = Entity::find()
            .select_only()
            .column(Column::State)
            .column_as(Column::Sequence.count(), "messages")
            .group_by(Column::State)
            .into_tuple()
            .all(&self.database);
        counts.await.map_err(ServicesError::database("counting messages to webhooks"))
    }

    /// Lets a dead letter be tried anew from `now` on; says whether there was such a one.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn revive(&self, webhook: &str, id: &str, now: &str) -> Result<bool, ServicesError> {
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(DeliveryState::Waiting.code()))
            .col_expr(Column::Attempts, Expr::value(0))
            .col_expr(Column::NextAt, Expr::value(now))
            .col_expr(Column::EndedAt, Expr::value(None::<String>))
            .filter(Column::Id.eq(id))
            .filter(Column::Webhook.eq(webhook))
            .filter(Column::State.eq(DeliveryState::Dead.code()));
        let done = update.exec(&self.database).await;
        Ok(done.map_err(ServicesError::database("reviving a message"))?.rows_affected == 1)
    }

    /// Forgets messages that ended before a moment.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn forget_deliveries(&self, before: &str) -> Result<(), ServicesError> {
        let delete = Entity::delete_many().filter(Column::EndedAt.lt(before)).exec(&self.database).await;
        delete.map(|_| ()).map_err(ServicesError::database("forgetting messages to webhooks"))
    }
}

/// Queues what happened for some webhooks.
pub(super) async fn queue(
    connection: &impl ConnectionTrait,
    webhooks: &[String],
    happened: &[Happened],
) -> Result<(), ServicesError> {
    let pairs = happened.iter().flat_map(|one| webhooks.iter().map(move |webhook| (one, webhook)));
    let row = |(one, webhook): (&Happened, &String)| ActiveModel {
        sequence: NotSet,
        id: Set(format!("{}.{webhook}", one.id)),
        webhook: Set(webhook.clone()),
        event: Set(one.event.clone()),
        body: Set(one.body.clone()),
        state: Set(DeliveryState::Waiting.code().to_owned()),
        attempts: Set(0),
        next_at: Set(one.at.clone()),
        outcome: Set(None),
        created_at: Set(one.at.clone()),
        ended_at: Set(None),
    };
    let rows: Vec<ActiveModel> = pairs.map(row).collect();
    // Databases bound how many values a question may have.
    for rows in rows.chunks(100) {
        let insert = Entity::insert_many(rows.to_vec()).exec_without_returning(connection).await;
        insert.map_err(ServicesError::database(QUEUEING))?;
    }
    Ok(())
}

/// Of messages nothing stays when a person is erased: any may name them. Who was to be told hears of the erasure instead.
pub(super) async fn forget_what_names(connection: &impl ConnectionTrait) -> Result<(), ServicesError> {
    let delete = Entity::delete_many().exec(connection).await;
    delete.map(|_| ()).map_err(ServicesError::database("erasing messages to webhooks"))
}

impl From<webhook::Model> for WebhookRecord {
    fn from(row: webhook::Model) -> Self {
        let webhook::Model { id, url, events, secret, seen: _, created_at, created_by } = row;
        Self { id, url, events, secret, created_at, created_by }
    }
}

impl From<Model> for DeliveryRecord {
    fn from(row: Model) -> Self {
        let Model { sequence, id, webhook, event, body, state, attempts, next_at, outcome, created_at, ended_at } = row;
        let (state, attempts) = (DeliveryState::of(&state), u32::try_from(attempts).unwrap_or(0));
        Self { sequence, id, webhook, event, body, state, attempts, next_at, outcome, created_at, ended_at }
    }
}
