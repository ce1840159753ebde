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
    /// How its training did on later invoices, JSON; absent when too little was known to tell.
    pub validation: Option<String>,
    /// What challengers said of the same invoices, JSON.
    pub challenges: Option<String>,
    /// Who trained it, as they said.
    pub trained_by: Option<String>,
    /// Who put it in force last, as they said.
    pub promoted_by: Option<String>,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
    /// The model that was in force then; empty when none was.
    pub rehearsed_against: Option<String>,
    /// When it was put aside by name; one that another took the place of is retired as well.
    pub retired_at: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
