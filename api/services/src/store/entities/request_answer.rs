//! `request_answers`: what was answered to requests that may come twice, by the key that their caller gave them.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "request_answers")]
pub struct Model {
    /// SHA-256 of the caller and the key that they gave.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of the request: another one under the same key is refused.
    pub request_sha256: String,
    /// The status that was answered; 0 while the first is at work.
    pub status: i32,
    /// Headers that were answered, JSON.
    #[sea_orm(column_type = "Text")]
    pub headers: String,
    /// The body.
    #[sea_orm(column_type = "Text")]
    pub body: String,
    /// When.
    pub created_at: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
