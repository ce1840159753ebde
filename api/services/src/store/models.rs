//! The register of models.

use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, QueryOrder, Set, TransactionTrait};
use serde::Serialize;

use super::entities::model::{ActiveModel, Column, Entity, Model};
use super::{Store, current};
use crate::{Moment, ServicesError};

/// Where a model stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelState {
    /// Trained, never in force.
    Candidate,
    /// In force.
    Active,
    /// Was in force.
    Retired,
}

/// A model that was just trained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewModel {
    /// The artefact's own name.
    pub id: String,
    /// Kind of model.
    pub kind: String,
    /// The artefact, JSON.
    pub artefact: String,
    /// Hash of the ledger it was trained on.
    pub ledger: String,
    /// Nothing dated on or after this day was read.
    pub cutoff: String,
}

/// A model of the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelRecord {
    /// The artefact's own name.
    pub id: String,
    /// Where it stands.
    pub state: ModelState,
    /// The artefact, JSON.
    pub artefact: String,
    /// When it was trained.
    pub registered_at: String,
    /// When it was last put in force.
    pub promoted_at: Option<String>,
}

impl Store {
    /// Adds a model as a candidate; one that is known already stays as it is.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn register_model(&self, model: NewModel, now: Moment) -> Result<(), ServicesError> {
        let NewModel { id, kind, artefact, ledger, cutoff } = model;
        let row = ActiveModel {
            sequence: NotSet,
            id: Set(id),
            kind: Set(kind),
            artefact: Set(artefact),
            ledger: Set(ledger),
            cutoff: Set(cutoff),
            registered_at: Set(now.stamp()),
            promoted_at: Set(None),
        };
        let known = OnConflict::column(Column::Id).do_nothing().to_owned();
        let insert = Entity::insert(row).on_conflict(known).exec_without_returning(&self.database).await;
        insert.map(|_| ()).map_err(ServicesError::database("registering the model"))
    }

    /// Puts a model in force in the place of `old`.
    ///
    /// # Errors
    /// When there is no such model, another was put in force meanwhile, or the database fails.
    pub async fn promote_model(&self, id: &str, old: Option<&str>, now: Moment) -> Result<(), ServicesError> {
        const DOING: &str = "promoting the model";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        let stamp = Entity::update_many()
            .col_expr(Column::PromotedAt, Expr::value(now.stamp()))
            .filter(Column::Id.eq(id))
            .exec(&transaction);
        if stamp.await.map_err(ServicesError::database(DOING))?.rows_affected == 0 {
            return Err(ServicesError::NotFound { what: "model", id: id.to_owned() });
        }
        current::replace(&transaction, current::MODEL, old, id).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Every model, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn models(&self) -> Result<Vec<ModelRecord>, ServicesError> {
        let active = self.current().await?.model;
        let rows = Entity::find().order_by_desc(Column::Sequence).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the models"))?;
        Ok(rows.into_iter().map(|row| record(row, active.as_deref())).collect())
    }

    /// One model.
    ///
    /// # Errors
    /// When there is no such model, or the database fails.
    pub async fn model(&self, id: &str) -> Result<ModelRecord, ServicesError> {
        let active = self.current().await?.model;
        let row = Entity::find().filter(Column::Id.eq(id)).one(&self.database).await;
        let row = row.map_err(ServicesError::database("reading the model"))?;
        let row = row.ok_or_else(|| ServicesError::NotFound { what: "model", id: id.to_owned() })?;
        Ok(record(row, active.as_deref()))
    }
}

fn record(row: Model, active: Option<&str>) -> ModelRecord {
    let state = match (&row.promoted_at, active == Some(row.id.as_str())) {
        (_, true) => ModelState::Active,
        (Some(_), false) => ModelState::Retired,
        (None, false) => ModelState::Candidate,
    };
    let Model { id, artefact, registered_at, promoted_at, .. } = row;
    ModelRecord { id, state, artefact, registered_at, promoted_at }
}
