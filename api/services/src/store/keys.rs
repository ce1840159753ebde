//! Access keys.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};

use super::Store;
use super::entities::access_key::{ActiveModel, Column, Entity, Model};
use crate::{Moment, ServicesError};

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
}

impl Store {
    /// Remembers a key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keep_key(&self, key: KeyRecord) -> Result<(), ServicesError> {
        let KeyRecord { id, name, sha256, created_at, revoked_at } = key;
        let row = ActiveModel {
            id: Set(id),
            name: Set(name),
            sha256: Set(sha256),
            created_at: Set(created_at),
            revoked_at: Set(revoked_at),
        };
        row.insert(&self.database).await.map(|_| ()).map_err(ServicesError::database("keeping the key"))
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
    pub async fn revoke_key(&self, id: &str, now: Moment) -> Result<(), ServicesError> {
        let update = Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::value(now.stamp()))
            .filter(Column::Id.eq(id))
            .filter(Column::RevokedAt.is_null());
        update.exec(&self.database).await.map(|_| ()).map_err(ServicesError::database("taking the key back"))
    }
}

impl From<Model> for KeyRecord {
    fn from(row: Model) -> Self {
        let Model { id, name, sha256, created_at, revoked_at } = row;
        Self { id, name, sha256, created_at, revoked_at }
    }
}
