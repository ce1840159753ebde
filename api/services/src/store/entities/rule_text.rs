//! `rule_texts`: policies and law tables, word for word.

use sea_orm::entity::prelude::*;

/// One text. `hash` is that of its bytes.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_texts")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// Hash of the text.
    #[sea_orm(unique)]
    pub hash: String,
    /// `policy` or `law_table`.
    pub kind: String,
    /// Version, as the text says.
    pub version: String,
    /// The text.
    pub body: String,
    /// When it came in.
    pub added_at: String,
    /// Who brought it.
    pub added_by: String,
    /// When somebody last looked at who would move.
    pub rehearsed_at: Option<String>,
    /// Hash of the text in force then.
    pub rehearsed_against: Option<String>,
    /// When it was last put in force.
    pub activated_at: Option<String>,
    /// Who put it in force.
    pub activated_by: Option<String>,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
