//! Who is logged in, and who failed to.
//!
//! Neither stands in the audit chain: a session ends by itself, and what is done in one is told under the user's name.

use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set, TransactionTrait};

use super::entities::{login_attempt, session};
use super::{Store, UserRecord};
use crate::ServicesError;
use crate::store::entities::user;

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionRecord {
    /// The first digits of the hash.
    pub id: String,
    /// SHA-256 of what stands in the cookie, hexadecimal.
    pub sha256: String,
    /// Whose it is.
    pub user: String,
    /// When they logged in.
    pub opened_at: String,
    /// When it ends.
    pub ends_at: String,
}

/// Failed logins in a row under one name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attempts {
    /// How many.
    pub failures: i64,
    /// Until when the name is closed; empty where it is not.
    pub closed_until: String,
}

impl Store {
    /// Opens a session; those that ended are cleared away.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open_session(&self, new: SessionRecord) -> Result<(), ServicesError> {
        const DOING: &str = "opening the session";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let over = session::Entity::delete_many().filter(session::Column::EndsAt.lte(new.opened_at.clone()));
        over.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let SessionRecord { id, sha256, user, opened_at, ends_at } = new;
        let row = session::ActiveModel {
            id: Set(id),
            sha256: Set(sha256),
            user_name: Set(user),
            opened_at: Set(opened_at),
            ends_at: Set(ends_at),
        };
        let insert = session::Entity::insert(row).exec_without_returning(&transaction).await;
        insert.map_err(ServicesError::database(DOING))?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// A session with its user, whether or not it ended.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session(&self, id: &str) -> Result<Option<(SessionRecord, UserRecord)>, ServicesError> {
        const DOING: &str = "reading the session";
        let row = session::Entity::find_by_id(id).one(&self.database).await.map_err(ServicesError::database(DOING))?;
        let Some(row) = row else { return Ok(None) };
        let user = user::Entity::find_by_id(&row.user_name).one(&self.database).await;
        let user = user.map_err(ServicesError::database(DOING))?;
        Ok(user.map(|user| (SessionRecord::from(row), UserRecord::from(user))))
    }

    /// A user's sessions, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, user: &str) -> Result<Vec<SessionRecord>, ServicesError> {
        let rows = session::Entity::find()
            .filter(session::Column::UserName.eq(user))
            .order_by_desc(session::Column::OpenedAt)
            .order_by_asc(session::Column::Id)
            .all(&self.database);
        let rows = rows.await.map_err(ServicesError::database("reading the sessions"))?;
        Ok(rows.into_iter().map(SessionRecord::from).collect())
    }

    /// Ends a session, and says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn close_session(&self, id: &str) -> Result<bool, ServicesError> {
        let done = session::Entity::delete_by_id(id).exec(&self.database).await;
        Ok(done.map_err(ServicesError::database("ending the session"))?.rows_affected > 0)
    }

    /// Counts an attempt as failed before its password is looked at, so that many at once count as many, and gives what was
    /// there before.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn begin_attempt(&self, name_sha256: &str, now: &str) -> Result<Attempts, ServicesError> {
        const DOING: &str = "counting the login";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let row = login_attempt::ActiveModel {
            name_sha256: Set(name_sha256.to_owned()),
            failures: Set(1),
            closed_until: Set(String::new()),
        };
        let counted = Expr::col((login_attempt::Entity, login_attempt::Column::Failures)).add(1);
        let again = OnConflict::column(login_attempt::Column::NameSha256)
            .value(login_attempt::Column::Failures, counted)
            .to_owned();
        let insert = login_attempt::Entity::insert(row).on_conflict(again).exec_without_returning(&transaction).await;
        insert.map_err(ServicesError::database(DOING))?;
        let row = login_attempt::Entity::find_by_id(name_sha256).one(&transaction).await;
        let row = row.map_err(ServicesError::database(DOING))?;
        let attempts = row
            .map_or_else(Attempts::default, |row| Attempts { failures: row.failures, closed_until: row.closed_until });
        if attempts.closed_until.as_str() > now {
            // While the name is closed nothing is looked at, and nothing counts.
            transaction.rollback().await.map_err(ServicesError::database(DOING))?;
            return Ok(attempts);
        }
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(attempts)
    }

    /// Closes a name until then.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn close_name(&self, name_sha256: &str, until: &str) -> Result<(), ServicesError> {
        let update = login_attempt::Entity::update_many()
            .col_expr(login_attempt::Column::ClosedUntil, Expr::value(until))
            .filter(login_attempt::Column::NameSha256.eq(name_sha256));
        let done = update.exec(&self.database).await;
        done.map(|_| ()).map_err(ServicesError::database("closing the name"))
    }

    /// Forgets the failed attempts under a name.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn forget_attempts(&self, name_sha256: &str) -> Result<(), ServicesError> {
        let done = login_attempt::Entity::delete_by_id(name_sha256).exec(&self.database).await;
        done.map(|_| ()).map_err(ServicesError::database("forgetting failed logins"))
    }
}

impl From<session::Model> for SessionRecord {
    fn from(row: session::Model) -> Self {
        let session::Model { id, sha256, user_name, opened_at, ends_at } = row;
        Self { id, sha256, user: user_name, opened_at, ends_at }
    }
}
