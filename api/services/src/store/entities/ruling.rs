//! `rulings`: what persons decided, about an answer or a client.

use sea_orm::entity::prelude::*;

/// One decision of a person.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rulings")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// Its name: the beginning of the hash of its link in the audit chain.
    #[sea_orm(unique)]
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

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
