//! `deliveries`: messages to webhooks.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// The order in which they came up.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// Its name, the same each time it is tried.
    #[sea_orm(unique)]
    pub id: String,
    /// To which webhook.
    pub webhook: String,
    /// What happened, one word.
    pub event: String,
    /// The message, JSON.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// A word of `DeliveryState`.
    pub state: String,
    /// How often it was tried.
    pub attempts: i32,
    /// When it is tried next; of one that is under way, when it is taken for lost.
    pub next_at: String,
    /// What became of the last attempt.
    pub outcome: Option<String>,
    /// When it came up.
    pub created_at: String,
    /// When it was taken, or given up.
    pub ended_at: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
