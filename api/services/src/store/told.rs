//! Rows as they are held against the audit chain: word for word, whatever they say.

use std::collections::BTreeSet;

use sea_orm::{EntityTrait, QueryOrder, QuerySelect};
use serde_json::Value;

use super::entities::{assessment, current as place, manifest, model, rule_text, ruling};
use super::{RuleText, Store, current, manifests};
use crate::ServicesError;

/// Rows of a table that stand in an order: what they are called, and their names in that order.
pub(crate) type InOrder = (&'static str, Vec<String>);

const READING: &str = "reading what the audit chain tells of";

impl Store {
    /// Rows whose order says something, each kind in its order.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn rows_in_order(&self) -> Result<[InOrder; 4], ServicesError> {
        let failed = ServicesError::database;
        let decisions = ruling::Entity::find().select_only().column(ruling::Column::Id);
        let decisions = decisions.order_by_asc(ruling::Column::Sequence).into_tuple().all(&self.database).await;
        let models = model::Entity::find().select_only().column(model::Column::Id);
        let models = models.order_by_asc(model::Column::Sequence).into_tuple().all(&self.database).await;
        let rules = rule_text::Entity::find().select_only().column(rule_text::Column::Hash);
        let rules = rules.order_by_asc(rule_text::Column::Sequence).into_tuple().all(&self.database).await;
        let answers = assessment::Entity::find().select_only().column(assessment::Column::Id);
        let answers = answers.order_by_asc(assessment::Column::Sequence).into_tuple().all(&self.database).await;
        Ok([
            ("decision", decisions.map_err(failed(READING))?),
            ("model", models.map_err(failed(READING))?),
            ("rules", rules.map_err(failed(READING))?),
            ("assessment", answers.map_err(failed(READING))?),
        ])
    }

    /// Every text of rules with the word of its kind, be it one that is known or not.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn every_rule_text(&self) -> Result<Vec<(String, RuleText)>, ServicesError> {
        let rows = rule_text::Entity::find().all(&self.database).await.map_err(ServicesError::database(READING))?;
        Ok(rows.into_iter().map(|row| (row.kind.clone(), RuleText::from(row))).collect())
    }

    /// Every import by its place, with its columns.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn manifests_told(&self) -> Result<Vec<(i64, [(&'static str, String); 5])>, ServicesError> {
        let rows = manifest::Entity::find().all(&self.database).await.map_err(ServicesError::database(READING))?;
        let told = |row: manifest::Model| {
            let counts = manifests::counts(&row);
            // As a link tells them: what is no JSON is told as it stands.
            let files = serde_json::from_str(&row.files).map_or(row.files, |files: Value| files.to_string());
            let columns = [
                ("kind", row.kind),
                ("snapshot", row.snapshot),
                ("files", files),
                ("counts", counts),
                ("created_at", row.created_at),
            ];
            (row.sequence, columns)
        };
        Ok(rows.into_iter().map(told).collect())
    }

    /// Rows of what is in force that should not be there, or should be.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) async fn strange_places(&self) -> Result<Vec<String>, ServicesError> {
        let rows = place::Entity::find().select_only().column(place::Column::What).into_tuple::<String>();
        let rows = rows.all(&self.database).await.map_err(ServicesError::database(READING))?;
        let found: BTreeSet<String> = rows.into_iter().collect();
        let known: BTreeSet<String> = current::PLACES.iter().map(|place| (*place).to_owned()).collect();
        Ok(found.symmetric_difference(&known).cloned().collect())
    }
}
