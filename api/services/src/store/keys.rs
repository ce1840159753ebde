//! Access keys.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set, TransactionTrait};
use serde_json::json;

use super::Store;
use super::audit::{self, Act, Action, NewLink};
use super::entities::access_key::{ActiveModel, Column, Entity, Model};
use crate::ServicesError;
use crate::access::AccessError;

/// A key as it is remembered: everything but the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// The first digits of the hash.
    pub id: String,
    /// Whose key it is.
    pub name: String,
    /// SHA-256 of the key, hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: String,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// What it may be used for, words of `Scope`.
    pub scopes: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
}

impl Store {
    /// Remembers a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_key(&self, key: KeyRecord, act: &Act) -> Result<(), ServicesError> {
        let KeyRecord { id, name, sha256, created_at, revoked_at, scopes, expires_at } = key;
        let row = ActiveModel {
            id: Set(id),
            name: Set(name),
            sha256: Set(sha256),
            created_at: Set(created_at),
            revoked_at: Set(revoked_at),
            scopes: Set(scopes),
            expires_at: Set(expires_at),
        };
        const DOING: &str = "keeping the key";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        audit::locked_head(&transaction).await?;
        let name = row.name.try_as_ref().map_or("", String::as_str);
        if super::users::is_user(&transaction, name).await? {
            return Err(AccessError::NameTaken { name: name.to_owned(), by: "user" }.into());
        }
        let row = row.insert(&transaction).await.map_err(ServicesError::database(DOING))?;
        let about = json!({
            "key": row.id,
            "name": row.name,
            "sha256": row.sha256,
            "scopes": row.scopes,
            "expires_at": row.expires_at.clone().unwrap_or_default(),
        });
        audit::append(&transaction, act, vec![NewLink::new(Action::KeyCreated, row.id, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// A key by its id, also one that was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, id: &str) -> Result<Option<KeyRecord>, ServicesError> {
        let row = Entity::find_by_id(id).one(&self.database).await;
        Ok(row.map_err(ServicesError::database("reading the key"))?.map(KeyRecord::from))
    }

    /// Every key, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<KeyRecord>, ServicesError> {
        let rows = Entity::find().order_by_asc(Column::CreatedAt).order_by_asc(Column::Id).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the keys"))?;
        Ok(rows.into_iter().map(KeyRecord::from).collect())
    }

    /// Takes a key back; one that was taken back before keeps its day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke_key(&self, id: &str, act: &Act) -> Result<(), ServicesError> {
        let update = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(act.now.stamp()))
            .filter(Column::Id.eq(id))
            .filter(Column::RevokedAt.is_null());
        const DOING: &str = "taking the key back";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let done = update.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        if done.rows_affected > 0 {
            audit::append(&transaction, act, vec![NewLink::new(Action::KeyRevoked, id, json!({"key": id}))]).await?;
        }
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }
}

impl From<Model> for KeyRecord {
    fn from(row: Model) -> Self {
        let Model { id, name, sha256, created_at, revoked_at, scopes, expires_at } = row;
        Self { id, name, sha256, created_at, revoked_at, scopes, expires_at }
    }
}
