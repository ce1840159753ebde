//! `users`: people who log in. The password itself is not here, only its hash.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// Under which name they log in.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// A word of `Role`.
    pub role: String,
    /// The hash of the password, with its salt and parameters (PHC string).
    pub password: String,
    /// When they were added.
    pub created_at: String,
    /// When they were shut out.
    pub disabled_at: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
