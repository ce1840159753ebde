//! `current`: which ledger, facts, model and layers are in force. One row each; changing it is what makes new
//! files visible.

use sea_orm::entity::prelude::*;

/// What is in force of one kind.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "current")]
pub struct Model {
    /// `ledger`, `facts`, `model`, `layers` or `shadow`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub what: String,
    /// Its hash or id; empty while there is none.
    pub id: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
