//! What is in force.

use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::Store;
use super::entities::current::{Column, Entity};
use crate::ServicesError;

pub(super) const LEDGER: &str = "ledger";
pub(super) const FACTS: &str = "facts";
pub(super) const MODEL: &str = "model";

/// Which ledger, facts and model are in force.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Current {
    /// Hash of the ledger.
    pub ledger: Option<String>,
    /// Hash of the facts.
    pub facts: Option<String>,
    /// Id of the model; the published priors stand in while there is none.
    pub model: Option<String>,
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
                _ => {}
            }
        }
        Ok(current)
    }
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
