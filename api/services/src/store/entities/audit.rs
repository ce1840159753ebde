//! `audit`: the chain of what was changed, when and by whom.

use sea_orm::entity::prelude::*;

/// One link. The hash covers every other column but `document`, so that what a person may have erased can go and the
/// chain still holds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// Place in the chain, from 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sequence: i64,
    /// When.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What was done, one word.
    pub action: String,
    /// To what, JSON with a salt; absent when it was erased.
    pub document: Option<String>,
    /// Hash of the document.
    pub document_hash: String,
    /// Hash of the link before; empty in the first.
    pub previous: String,
    /// Hash of this link.
    pub hash: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
