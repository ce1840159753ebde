//! `sessions`: who is logged in. What stands in the cookie is not here, only its hash.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// The first digits of the hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 of the cookie’s value, hexadecimal.
    pub sha256: String,
    /// Whose it is.
    pub user_name: String,
    /// When they logged in.
    pub opened_at: String,
    /// When it ends.
    pub ends_at: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
