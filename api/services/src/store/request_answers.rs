//! Answers to requests that may come twice: the second gets what the first got.

use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter, Set, TransactionTrait};

use super::entities::request_answer::{ActiveModel, Column, Entity};
use super::{Store, audit};
use crate::ServicesError;

/// What stands under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repeated {
    /// Nothing: the caller is the first, and tells what was answered.
    First,
    /// The first is at work.
    AtWork,
    /// Another request was sent under this key.
    Another,
    /// What the first was answered: status, headers as JSON, body.
    Answered(u16, String, String),
}

const DOING: &str = "looking whether a request came before";

impl Store {
    /// Whether a request came before; a key that is older than `since` is as good as new, and so is one whose first request is at
    /// work since before `at_work_since`: whoever saw to it is gone.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_request(
        &self,
        key: &str,
        request_sha256: &str,
        since: &str,
        at_work_since: &str,
        now: &str,
    ) -> Result<Repeated, ServicesError> {
        let transaction = self.database.begin().await.map_err(ServicesError::database(DOING))?;
        audit::locked_head(&transaction).await?;
        let old = Entity::delete_many().filter(Column::CreatedAt.lt(since));
        old.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let lost = Entity::delete_many().filter(Column::Status.eq(0)).filter(Column::CreatedAt.lt(at_work_since));
        lost.exec(&transaction).await.map_err(ServicesError::database(DOING))?;
        let known = Entity::find_by_id(key).one(&transaction).await.map_err(ServicesError::database(DOING))?;
        let repeated = match known {
            None => {
                let row = ActiveModel {
                    key: Set(key.to_owned()),
                    request_sha256: Set(request_sha256.to_owned()),
                    status: Set(0),
                    headers: Set(String::new()),
                    body: Set(String::new()),
                    created_at: Set(now.to_owned()),
                };
                row.insert(&transaction).await.map_err(ServicesError::database(DOING))?;
                Repeated::First
            }
            Some(known) if known.request_sha256 != request_sha256 => Repeated::Another,
            Some(known) => match u16::try_from(known.status) {
                Ok(0) | Err(_) => Repeated::AtWork,
                Ok(status) => Repeated::Answered(status, known.headers, known.body),
            },
        };
        transaction.commit().await.map_err(ServicesError::database(DOING))?;
        Ok(repeated)
    }

    /// Keeps what the first was answered.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_request(&self, key: &str, status: u16, headers: &str, body: &str) -> Result<(), ServicesError> {
        let update = Entity::update_many()
            .col_expr(Column::Status, Expr::value(i32::from(status)))
            .col_expr(Column::Headers, Expr::value(headers))
            .col_expr(Column::Body, Expr::value(body))
            .filter(Column::Key.eq(key));
        let done = update.exec(&self.database).await;
        done.map(|_| ()).map_err(ServicesError::database("keeping the answer to a request"))
    }

    /// Forgets a request that came to no answer worth keeping: it may be sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_request(&self, key: &str) -> Result<(), ServicesError> {
        let done = Entity::delete_by_id(key).exec(&self.database).await;
        done.map(|_| ()).map_err(ServicesError::database("forgetting a request"))
    }
}
