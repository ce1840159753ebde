//! The audit chain: what was changed, when and by whom, so that nothing is altered or taken out unnoticed.
//!
//! Each link carries the hash of the one before. It holds the hash of its document and not the document, so that what a
//! person may have erased can go while the chain still holds; a salt in the document keeps anyone from guessing what was
//! erased. The head of the chain is a row of `current`: whoever appends begins by writing it, so that two programs wait
//! for each other.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::entities::audit::{ActiveModel, Column, Entity, Model};
use super::entities::current;
use super::{Store, current as in_force};
use crate::moved::Moved;
use crate::text::sha256;
use crate::{Moment, ServicesError};

/// Who does something, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Who, as the door knows them: the name of a key, or of whoever sits at the machine.
    pub by: String,
    /// When.
    pub now: Moment,
}

/// What can be done that leaves a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// An answer was kept.
    Assessed,
    /// Files came in, or something was learnt from them.
    Imported,
    /// A model was trained and registered.
    ModelRegistered,
    /// Somebody looked at who would move under a model.
    ModelRehearsed,
    /// What challengers said beside a model was kept.
    ModelChallenged,
    /// A model was put in force.
    ModelPromoted,
    /// A model runs beside the one in force.
    ModelShadowed,
    /// A model was put aside.
    ModelRetired,
    /// A policy or law table came in.
    RulesAdded,
    /// Somebody looked at who would move under a policy.
    PolicyRehearsed,
    /// A policy was put in force.
    PolicyActivated,
    /// A person decided about an answer.
    Ruled,
    /// A person set a client's limit.
    LimitSet,
    /// An access key was made.
    KeyCreated,
    /// An access key was taken back.
    KeyRevoked,
    /// A user was added.
    UserCreated,
    /// A user's role or password was changed, or they were shut out or let in again.
    UserChanged,
    /// A person was erased by right.
    Erased,
    /// An address is told what happens.
    WebhookAdded,
    /// An address is told nothing more.
    WebhookRemoved,
}

impl Action {
    const ALL: [(Self, &'static str); 20] = [
        (Self::Assessed, "assessed"),
        (Self::Imported, "imported"),
        (Self::ModelRegistered, "model_registered"),
        (Self::ModelRehearsed, "model_rehearsed"),
        (Self::ModelChallenged, "model_challenged"),
        (Self::ModelPromoted, "model_promoted"),
        (Self::ModelShadowed, "model_shadowed"),
        (Self::ModelRetired, "model_retired"),
        (Self::RulesAdded, "rules_added"),
        (Self::PolicyRehearsed, "policy_rehearsed"),
        (Self::PolicyActivated, "policy_activated"),
        (Self::Ruled, "ruled"),
        (Self::LimitSet, "limit_set"),
        (Self::KeyCreated, "key_created"),
        (Self::KeyRevoked, "key_revoked"),
        (Self::UserCreated, "user_created"),
        (Self::UserChanged, "user_changed"),
        (Self::Erased, "erased"),
        (Self::WebhookAdded, "webhook_added"),
        (Self::WebhookRemoved, "webhook_removed"),
    ];

    /// The words of all.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|(_, code)| *code)
    }

    /// Its word in the chain.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(action, _)| *action == self).map_or("unknown", |(_, code)| code)
    }
}

/// A link that is about to be made.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NewLink {
    pub action: Action,
    /// What it was done to: an answer, a client, a model.
    pub subject: String,
    /// What is worth keeping of it, with the hashes of what is kept elsewhere.
    pub about: Value,
}

impl NewLink {
    pub(crate) fn new(action: Action, subject: impl Into<String>, about: Value) -> Self {
        Self { action, subject: subject.into(), about }
    }
}

/// A link as it was kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditLink {
    /// Place in the chain, from 1.
    pub sequence: i64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done.
    pub action: String,
    /// To what, JSON; absent when it was erased.
    pub document: Option<String>,
    /// Hash of the document.
    pub document_hash: String,
    /// Hash of the link before.
    pub previous: String,
    /// Hash of this link.
    pub hash: String,
}

impl AuditLink {
    /// What it was done to; nothing where the document is gone or is no JSON.
    pub(crate) fn subject(&self) -> Option<String> {
        let document: Value = serde_json::from_str(self.document.as_deref()?).ok()?;
        document.get("subject")?.as_str().map(str::to_owned)
    }

    /// What its document tells; nothing where it was erased or is no JSON.
    pub(crate) fn about(&self) -> Option<Value> {
        let document: Value = serde_json::from_str(self.document.as_deref()?).ok()?;
        document.get("about").cloned()
    }

    /// Links whose documents it says were erased.
    pub(crate) fn told_erased(&self) -> Vec<i64> {
        let links = self.about().and_then(|about| about.get("links")?.as_array().cloned()).unwrap_or_default();
        links.iter().filter_map(Value::as_i64).collect()
    }

    /// Files that it says took the place of others.
    pub(crate) fn told_moves(&self) -> Vec<Moved> {
        let moved = self.about().and_then(|about| about.get("moved").cloned()).unwrap_or_default();
        let moved: Vec<[String; 3]> = serde_json::from_value(moved).unwrap_or_default();
        moved.into_iter().map(|[folder, from, to]| Moved { folder, from, to }).collect()
    }

    /// The hash that this link should have.
    pub(crate) fn expected_hash(&self) -> String {
        link_hash(self.sequence, [&self.at, &self.actor, &self.action, &self.document_hash, &self.previous])
    }
}

impl From<Model> for AuditLink {
    fn from(row: Model) -> Self {
        let Model { sequence, at, actor, action, document, document_hash, previous, hash } = row;
        Self { sequence, at, actor, action, document, document_hash, previous, hash }
    }
}

/// The end of the chain.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AuditHead {
    /// Links in it.
    pub links: i64,
    /// Hash of the last; empty while there is none.
    pub hash: String,
}

impl AuditHead {
    fn of(text: &str) -> Self {
        let read = text.split_once(' ').and_then(|(links, hash)| Some((links.parse().ok()?, hash.to_owned())));
        read.map_or_else(Self::default, |(links, hash)| Self { links, hash })
    }
}

/// Appends links to the chain, as part of the transaction that does what they tell, and gives its new end. Must be given a
/// transaction.
pub(super) async fn append(
    connection: &impl ConnectionTrait,
    act: &Act,
    links: Vec<NewLink>,
) -> Result<AuditHead, ServicesError> {
    let mut head = locked_head(connection).await?;
    if links.is_empty() {
        return Ok(head);
    }
    let mut rows = Vec::with_capacity(links.len());
    for NewLink { action, subject, about } in links {
        let document = json!({"subject": subject, "about": about, "salt": salt()?}).to_string();
        let sequence = head.links.saturating_add(1);
        let (at, document_hash) = (act.now.stamp(), sha256(document.as_bytes()));
        let hash = link_hash(sequence, [&at, &act.by, action.code(), &document_hash, &head.hash]);
        rows.push(ActiveModel {
            sequence: Set(sequence),
            at: Set(at),
            actor: Set(act.by.clone()),
            action: Set(action.code().to_owned()),
            document: Set(Some(document)),
            document_hash: Set(document_hash),
            previous: Set(head.hash),
            hash: Set(hash.clone()),
        });
        head = AuditHead { links: sequence, hash };
    }
    let insert = Entity::insert_many(rows).exec_without_returning(connection).await;
    insert.map_err(ServicesError::database(APPENDING))?;
    let update = current::Entity::update_many()
        .col_expr(current::Column::Id, Expr::value(format!("{} {}", head.links, head.hash)))
        .filter(current::Column::What.eq(in_force::AUDIT_HEAD));
    update.exec(connection).await.map_err(ServicesError::database(APPENDING))?;
    Ok(head)
}

const APPENDING: &str = "writing the audit chain";

/// The head, held until the transaction ends.
pub(super) async fn locked_head(connection: &impl ConnectionTrait) -> Result<AuditHead, ServicesError> {
    let hold = current::Entity::update_many()
        .col_expr(current::Column::Id, Expr::col(current::Column::Id))
        .filter(current::Column::What.eq(in_force::AUDIT_HEAD));
    hold.exec(connection).await.map_err(ServicesError::database(APPENDING))?;
    head(connection).await
}

async fn head(connection: &impl ConnectionTrait) -> Result<AuditHead, ServicesError> {
    let row = current::Entity::find_by_id(in_force::AUDIT_HEAD).one(connection).await;
    let row = row.map_err(ServicesError::database("reading the audit chain"))?;
    Ok(row.map_or_else(AuditHead::default, |row| AuditHead::of(&row.id)))
}

fn link_hash(sequence: i64, parts: [&str; 5]) -> String {
    let mut hasher = Sha256::new_with_prefix(sequence.to_string());
    for part in parts {
        hasher.update([0]);
        hasher.update(part);
    }
    crate::text::sha256_of(hasher)
}

fn salt() -> Result<String, ServicesError> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
    Ok(hex::encode(bytes))
}

impl Store {
    /// The end of the audit chain.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_head(&self) -> Result<AuditHead, ServicesError> {
        head(&self.database).await
    }

    /// The hash of a kept answer, as its link tells it; nothing where none does.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn told_of_answer(&self, id: &str) -> Result<Option<String>, ServicesError> {
        let named = format!("\"assessment\":{}", Value::from(id));
        let rows = Entity::find()
            .filter(Column::Action.eq(Action::Assessed.code()))
            .filter(Column::Document.contains(named))
            .order_by_desc(Column::Sequence)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the audit chain"))?;
        let told = |link: AuditLink| link.about()?.get("assessment_sha256")?.as_str().map(str::to_owned);
        Ok(rows.into_iter().map(AuditLink::from).find_map(told))
    }

    /// The last links before a place, newest first; of the whole chain when none is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_before(&self, sequence: Option<i64>, limit: u64) -> Result<Vec<AuditLink>, ServicesError> {
        let rows = Entity::find()
            .filter(Column::Sequence.lt(sequence.unwrap_or(i64::MAX)))
            .order_by_desc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the audit chain"))?;
        Ok(rows.into_iter().map(AuditLink::from).collect())
    }

    /// Links of the audit chain after a place, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn audit_after(&self, sequence: i64, limit: u64) -> Result<Vec<AuditLink>, ServicesError> {
        let rows = Entity::find()
            .filter(Column::Sequence.gt(sequence))
            .order_by_asc(Column::Sequence)
            .limit(limit)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the audit chain"))?;
        Ok(rows.into_iter().map(AuditLink::from).collect())
    }
}
