//! `webhooks`: addresses that are told what happens.

use sea_orm::entity::prelude::*;

/// One row.
#[derive(Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhooks")]
pub struct Model {
    /// Its name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Where it is told.
    #[sea_orm(column_type = "Text")]
    pub url: String,
    /// Of what, words with spaces between them.
    #[sea_orm(column_type = "Text")]
    pub events: String,
    /// With what messages are signed, base64.
    pub secret: String,
    /// The last link of the audit chain that was looked at.
    pub seen: i64,
    /// When it was added.
    pub created_at: String,
    /// By whom.
    pub created_by: String,
}

impl std::fmt::Debug for Model {
    /// Without the secret, which belongs in no log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Webhook").field("id", &self.id).finish_non_exhaustive()
    }
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
