//! What persons decided, about an answer or a client.

use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, QuerySelect, Set, TransactionTrait,
};
use serde_json::json;

use super::Store;
use super::audit::{self, Act, Action, NewLink};
use super::entities::ruling::{ActiveModel, Column, Entity, Model};
use crate::ServicesError;
use crate::text::sha256;

/// Which kind of decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RulingKind {
    /// About an answer: another verdict, a hold, a second person's word.
    Answer,
    /// A client's limit.
    Limit,
}

impl RulingKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Limit => "limit",
        }
    }

    const fn action(self) -> Action {
        match self {
            Self::Answer => Action::Ruled,
            Self::Limit => Action::LimitSet,
        }
    }
}

/// A decision as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RulingRecord {
    /// Its name.
    pub id: String,
    /// What kind of decision, one word.
    pub kind: String,
    /// The answer or client it is about.
    pub subject: String,
    /// The decision, JSON.
    pub document: String,
    /// When it was taken.
    pub created_at: String,
}

impl Store {
    /// Keeps a decision and gives its name.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_ruling(
        &self,
        kind: RulingKind,
        subject: &str,
        document: String,
        act: &Act,
    ) -> Result<RulingRecord, ServicesError> {
        const DOING: &str = "keeping the decision";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let hash = sha256(document.as_bytes());
        let about = json!({"ruling_sha256": hash, "kind": kind.code()});
        // The chain first: it is what two programs wait for.
        let head = audit::append(&transaction, act, vec![NewLink::new(kind.action(), subject, about)]).await?;
        let id: String = head.hash.trim_start_matches("sha256:").chars().take(16).collect();
        let row = ActiveModel {
            sequence: NotSet,
            id: Set(id),
            kind: Set(kind.code().to_owned()),
            subject: Set(subject.to_owned()),
            document: Set(document),
            created_at: Set(act.now.stamp()),
        };
        let row = row.insert(&transaction).await.map_err(ServicesError::database(DOING))?;
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(row.into())
    }

    /// Every decision of a kind about an answer or client, oldest first; about anything when none is named.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn rulings(&self, kind: RulingKind, subject: Option<&str>) -> Result<Vec<RulingRecord>, ServicesError> {
        let mut query = Entity::find().filter(Column::Kind.eq(kind.code()));
        if let Some(subject) = subject {
            query = query.filter(Column::Subject.eq(subject));
        }
        let rows = query.order_by_asc(Column::Sequence).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the decisions"))?;
        Ok(rows.into_iter().map(RulingRecord::from).collect())
    }
}

impl Store {
    /// Sequence of the newest decision of a kind; nothing where there is none.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn newest_ruling(&self, kind: RulingKind) -> Result<Option<i64>, ServicesError> {
        let newest = Entity::find().filter(Column::Kind.eq(kind.code())).order_by_desc(Column::Sequence);
        let newest = newest.select_only().column(Column::Sequence).into_tuple::<i64>().one(&self.database).await;
        newest.map_err(ServicesError::database("reading the decisions"))
    }

    /// Every decision of every kind, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn every_ruling(&self) -> Result<Vec<RulingRecord>, ServicesError> {
        let rows = Entity::find().order_by_asc(Column::Sequence).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the decisions"))?;
        Ok(rows.into_iter().map(RulingRecord::from).collect())
    }
}

impl From<Model> for RulingRecord {
    fn from(row: Model) -> Self {
        let Model { sequence: _, id, kind, subject, document, created_at } = row;
        Self { id, kind, subject, document, created_at }
    }
}
