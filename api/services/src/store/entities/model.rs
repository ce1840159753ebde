//! `models`: every model that was trained here.

use sea_orm::entity::prelude::*;

/// One model.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "models")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// The artefact's own name, which ends in the hash of its content.
    #[sea_orm(unique)]
    pub id: String,
    /// Kind of model.
    pub kind: String,
    /// The artefact, JSON.
    pub artefact: String,
    /// Hash of the ledger it was trained on.
    pub ledger: String,
    /// Nothing dated on or after this day was read.
    pub cutoff: String,
    /// When it was trained.
    pub registered_at: String,
    /// When it was last put in force; absent for a candidate.
    pub promoted_at: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
