//! What is in force.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use serde_json::{Value, json};

use super::Store;
use super::entities::current::{Column, Entity};
use crate::ServicesError;

pub(super) const LEDGER: &str = "ledger";
pub(super) const FACTS: &str = "facts";
pub(super) const MODEL: &str = "model";
pub(super) const LAYERS: &str = "layers";
pub(super) const POLICY: &str = "policy";
pub(super) const LAW_TABLE: &str = "law_table";
/// How many links the audit chain has, and the hash of the last.
pub(super) const AUDIT_HEAD: &str = "audit_head";
/// The model that runs beside the one in force. It is no part of [`Current`]: no answer depends on it.
pub(super) const SHADOW: &str = "shadow";

/// Every row there is.
pub(super) const PLACES: [&str; 8] = [LEDGER, FACTS, MODEL, LAYERS, POLICY, LAW_TABLE, AUDIT_HEAD, SHADOW];

/// Which ledger, facts, model and rules are in force, and what the ledger was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Current {
    /// Hash of the ledger.
    pub ledger: Option<String>,
    /// Hash of the facts.
    pub facts: Option<String>,
    /// Id of the model; the published priors stand in while there is none.
    pub model: Option<String>,
    /// Hash of the layers: what the ledger was made from, the client file and the open orders. Absent while all that
    /// ever came in were tables.
    pub layers: Option<String>,
    /// Hash of the policy's text; absent while the one that comes with the program is in force.
    pub policy: Option<String>,
    /// Hash of the law table's text; absent while the one that comes with the program is in force.
    pub law_table: Option<String>,
}

impl Current {
    /// The files that are in force, for the audit chain.
    pub(super) fn files(&self) -> Value {
        json!({LEDGER: self.ledger, FACTS: self.facts, LAYERS: self.layers})
    }
}

impl Store {
    /// What is in force now.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn current(&self) -> Result<Current, ServicesError> {
        let rows = Entity::find().all(&self.database).await;
        let rows = rows.map_err(ServicesError::database("reading what is in force"))?;
        let mut current = Current::default();
        for row in rows.into_iter().filter(|row| !row.id.is_empty()) {
            match row.what.as_str() {
                LEDGER => current.ledger = Some(row.id),
                FACTS => current.facts = Some(row.id),
                MODEL => current.model = Some(row.id),
                LAYERS => current.layers = Some(row.id),
                POLICY => current.policy = Some(row.id),
                LAW_TABLE => current.law_table = Some(row.id),
                _ => {}
            }
        }
        Ok(current)
    }

    /// The model that runs in the shadow of the one in force.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn shadow(&self) -> Result<Option<String>, ServicesError> {
        let row = Entity::find_by_id(SHADOW).one(&self.database).await;
        let row = row.map_err(ServicesError::database("reading what is in force"))?;
        Ok(row.map(|row| row.id).filter(|id| !id.is_empty()))
    }
}

/// Puts what an import changed in force: all of it, or nothing when another program was faster.
pub(super) async fn replace_changed(
    connection: &impl ConnectionTrait,
    old: &Current,
    new: &Current,
) -> Result<(), ServicesError> {
    let pairs =
        [(LEDGER, &old.ledger, &new.ledger), (FACTS, &old.facts, &new.facts), (LAYERS, &old.layers, &new.layers)];
    for (what, old, new) in pairs {
        if let Some(new) = new.as_deref().filter(|new| old.as_deref() != Some(*new)) {
            replace(connection, what, old.as_deref(), new).await?;
        }
    }
    Ok(())
}

/// Puts `new` in force in the place of `old`.
pub(super) async fn replace(
    connection: &impl ConnectionTrait,
    what: &'static str,
    old: Option<&str>,
    new: &str,
) -> Result<(), ServicesError> {
    let update = Entity::update_many()
        .col_expr(Column::Id, Expr::value(new))
        .filter(Column::What.eq(what))
        .filter(Column::Id.eq(old.unwrap_or_default()));
    let done = update.exec(connection).await.map_err(ServicesError::database("changing what is in force"))?;
    if done.rows_affected == 1 { Ok(()) } else { Err(ServicesError::ChangedMeanwhile { what }) }
}

/// Nothing takes the place of `id`, where it stands there.
pub(super) async fn take_back(
    connection: &impl ConnectionTrait,
    what: &'static str,
    id: &str,
) -> Result<(), ServicesError> {
    let update = Entity::update_many()
        .col_expr(Column::Id, Expr::value(""))
        .filter(Column::What.eq(what))
        .filter(Column::Id.eq(id));
    update.exec(connection).await.map(|_| ()).map_err(ServicesError::database("changing what is in force"))
}
