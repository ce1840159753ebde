//! `manifests`: every import, and the immutable files it led to.

use sea_orm::entity::prelude::*;

/// One import.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "manifests")]
pub struct Model {
    /// Order of arrival.
    #[sea_orm(primary_key)]
    pub sequence: i64,
    /// `ledger`, `facts`, `clients` or `orders`.
    pub kind: String,
    /// Hash of what lies in the data folder since.
    pub snapshot: String,
    /// Names and hashes of the files that came in, JSON.
    pub files: String,
    /// Rows read from them.
    pub rows: i64,
    /// Rows refused.
    pub refused: i64,
    /// Invoices, or facts, that there are since.
    pub records: i64,
    /// Payments that there are since.
    pub payments: i64,
    /// Clients, or companies, that there are since.
    pub subjects: i64,
    /// When it came in.
    pub created_at: String,
}

/// No table points here.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
