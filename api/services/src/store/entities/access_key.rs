//! `access_keys`: who may call. The key itself is not here, only its hash.

use sea_orm::entity::prelude::*;

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "access_keys")]
pub struct Model {
    /// The first digits of the hash.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose key it is.
    pub name: String,
    /// SHA-256 of the key, hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: String,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// What it may be used for: words of `Scope` with spaces between them.
    pub scopes: String,
    /// When it ends by itself.
    pub expires_at: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
