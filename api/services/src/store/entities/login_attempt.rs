//! `login_attempts`: failed logins in a row, by the hash of the name: somebody may have typed a password there.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_attempts")]
pub struct Model {
    /// SHA-256 of the name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name_sha256: String,
    /// How many in a row.
    pub failures: i64,
    /// Until when the name is closed.
    pub closed_until: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
