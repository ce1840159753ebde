//! `assessments`: every answer given, with all that is needed to make it again.

use sea_orm::entity::prelude::*;

/// One answer. `id` is the hash of its inputs, so that the same question asked twice is one row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assessments")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// Hash of the inputs.
    #[sea_orm(unique)]
    pub id: String,
    /// The day as of which it was made.
    pub as_of: String,
    /// The client or SIREN it is about.
    pub subject: String,
    /// The request, JSON.
    pub request: String,
    /// The answer, the very bytes that were given.
    pub json: String,
    /// Hash of the ledger it was made with; empty when there was none.
    pub ledger: String,
    /// Hash of the facts it was made with; empty when there were none.
    pub facts: String,
    /// The model it was made with; empty when the priors stood in.
    pub model: String,
    /// Hash of the layers it was made with; empty when there were none.
    pub layers: String,
    /// Hash of the policy's text; empty in answers of before policies were kept.
    pub policy: String,
    /// Hash of the law table's text; empty in answers of before law tables were kept.
    pub law_table: String,
    /// When it was stored.
    pub created_at: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
