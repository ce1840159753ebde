//! Imports.

use sea_orm::{ActiveModelTrait, EntityTrait, NotSet, QueryOrder, Set, TransactionTrait};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::audit::{self, Act, Action, NewLink};
use super::entities::manifest::{ActiveModel, Column, Entity, Model};
use super::{Current, Store, current};
use crate::{Moment, ServicesError};

/// What an import brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ManifestKind {
    /// Invoices and payments.
    Ledger,
    /// Facts of the public record.
    Facts,
    /// The client file.
    Clients,
    /// Open orders.
    Orders,
    /// A model of failure, from files of whole registers.
    FailureModel,
    /// Quartiles of ratios by sector, from files of whole registers.
    Quartiles,
}

impl ManifestKind {
    /// Every kind with the word that names it.
    const ALL: &'static [(ManifestKind, &'static str)] = &[
        (ManifestKind::Ledger, current::LEDGER),
        (ManifestKind::Facts, current::FACTS),
        (ManifestKind::Clients, "clients"),
        (ManifestKind::Orders, "orders"),
        (ManifestKind::FailureModel, "failure_model"),
        (ManifestKind::Quartiles, "quartiles"),
    ];

    /// Its word.
    pub(crate) fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or(current::LEDGER, |(_, code)| code)
    }

    fn of(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known)| *known == code).map_or(ManifestKind::Ledger, |(kind, _)| *kind)
    }
}

/// A file that came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// Its name.
    pub name: String,
    /// Hash of its content.
    pub hash: String,
}

/// An import that is about to be made visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewManifest {
    /// What it brought.
    pub kind: ManifestKind,
    /// What was in force when it began.
    pub base: Current,
    /// What is in force from now on.
    pub next: Current,
    /// Hash of what came to be: the ledger, the facts, the client file or the orders.
    pub snapshot: String,
    /// Files that came in.
    pub files: Vec<ManifestFile>,
    /// Rows read.
    pub rows: u64,
    /// Rows refused.
    pub refused: u64,
    /// Invoices, or facts, that there are since.
    pub records: u64,
    /// Payments that there are since.
    pub payments: u64,
    /// Clients, or companies, that there are since.
    pub subjects: u64,
}

/// An import as it is remembered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Manifest {
    /// Order of arrival.
    pub sequence: i64,
    /// What it brought.
    pub kind: ManifestKind,
    /// Hash of what was in force since.
    pub snapshot: String,
    /// Files that came in.
    pub files: Vec<ManifestFile>,
    /// Rows read.
    pub rows: i64,
    /// Rows refused.
    pub refused: i64,
    /// Invoices, or facts, that there were since.
    pub records: i64,
    /// Payments that there were since.
    pub payments: i64,
    /// Clients, or companies, that there were since.
    pub subjects: i64,
    /// When it came in.
    pub created_at: String,
}

impl Store {
    /// Makes an import visible: one transaction writes its row and puts its files in force.
    ///
    /// # Errors
    /// When something else was put in force since the import began, or the database fails.
    pub async fn record_import(&self, manifest: NewManifest, act: &Act) -> Result<(), ServicesError> {
        const DOING: &str = "recording the import";
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        current::replace_changed(&transaction, &manifest.base, &manifest.next).await?;
        let (kind, snapshot) = (manifest.kind.code(), manifest.snapshot.clone());
        let in_force = manifest.next.files();
        let row = row(manifest, act.now).insert(&transaction).await.map_err(ServicesError::database(DOING))?;
        let files: Value = serde_json::from_str(&row.files).unwrap_or_default();
        let counts = counts(&row);
        let about = json!({"kind": kind, "manifest": row.sequence, "snapshot": snapshot, "files": files, "counts": counts, "in_force": in_force});
        audit::append(&transaction, act, vec![NewLink::new(Action::Imported, kind, about)]).await?;
        transaction.commit().await.map_err(ServicesError::database(DOING))
    }

    /// Every import, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn manifests(&self) -> Result<Vec<Manifest>, ServicesError> {
        let rows = Entity::find().order_by_desc(Column::Sequence).all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading the imports"))?;
        Ok(rows.into_iter().map(Manifest::from).collect())
    }
}

/// The counts of an import as the audit chain tells them: rows read, refused, records, payments and subjects since.
pub(super) fn counts(row: &Model) -> String {
    format!("{} {} {} {} {}", row.rows, row.refused, row.records, row.payments, row.subjects)
}

fn row(manifest: NewManifest, now: Moment) -> ActiveModel {
    let NewManifest { kind, base: _, next: _, snapshot, files, rows, refused, records, payments, subjects } = manifest;
    let files = Value::from_iter(files.into_iter().map(|file| [file.name, file.hash]));
    ActiveModel {
        sequence: NotSet,
        kind: Set(kind.code().to_owned()),
        snapshot: Set(snapshot),
        files: Set(files.to_string()),
        rows: Set(signed(rows)),
        refused: Set(signed(refused)),
        records: Set(signed(records)),
        payments: Set(signed(payments)),
        subjects: Set(signed(subjects)),
        created_at: Set(now.stamp()),
    }
}

/// Databases have no unsigned numbers.
fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl From<Model> for Manifest {
    fn from(row: Model) -> Self {
        let Model { sequence, kind, snapshot, files, rows, refused, records, payments, subjects, created_at } = row;
        let kind = ManifestKind::of(&kind);
        let files: Vec<(String, String)> = serde_json::from_str(&files).unwrap_or_default();
        let files = files.into_iter().map(|(name, hash)| ManifestFile { name, hash }).collect();
        Self { sequence, kind, snapshot, files, rows, refused, records, payments, subjects, created_at }
    }
}
