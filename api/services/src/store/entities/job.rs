//! `jobs`: work that goes on after the request that asked for it.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    /// The order in which they were asked for.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// Its name.
    #[sea_orm(unique)]
    pub id: String,
    /// What kind of work, one word.
    pub kind: String,
    /// A word of `JobState`.
    pub state: String,
    /// What was asked for, JSON.
    #[sea_orm(column_type = "Text")]
    pub request: String,
    /// How far it is, JSON.
    #[sea_orm(column_type = "Text")]
    pub progress: String,
    /// What came of it, JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub result: Option<String>,
    /// Why it failed, JSON.
    #[sea_orm(column_type = "Text", nullable)]
    pub error: Option<String>,
    /// When it was asked for.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
    /// When it was last begun.
    pub started_at: Option<String>,
    /// When it ended.
    pub ended_at: Option<String>,
    /// Which program works on it.
    pub runner: Option<String>,
    /// When that program last said so.
    pub seen_at: Option<String>,
    /// Whether somebody wants it stopped.
    pub is_to_stop: bool,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
