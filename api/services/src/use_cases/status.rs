//! What there is.

use encours_domain::Day;
use serde::Serialize;

use super::import::count;
use crate::portfolio::last_day;
use crate::store::Manifest;
use crate::{Services, ServicesError};

/// What is in force, in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Status {
    /// Hash of the ledger.
    pub ledger: Option<String>,
    /// Clients in it.
    pub clients: u64,
    /// Invoices and instalments in it.
    pub invoices: u64,
    /// Payments in it.
    pub payments: u64,
    /// The last day on which anything in it is dated.
    pub last_day: Option<Day>,
    /// Hash of the public facts.
    pub facts: Option<String>,
    /// Companies that they are about.
    pub companies: u64,
    /// The model in force, or the name of the published priors.
    pub model: String,
    /// Whether it was trained on a ledger.
    pub model_is_trained: bool,
    /// Version of the policy in force.
    pub policy: String,
}

impl Services {
    /// Whether all that is needed for answers is there and sound, and what it is.
    ///
    /// # Errors
    /// When the database fails or a stored file is damaged.
    pub async fn status(&self) -> Result<Status, ServicesError> {
        let portfolio = self.portfolio().await?;
        let book = portfolio.book.as_deref();
        Ok(Status {
            ledger: portfolio.made_with.ledger.clone(),
            clients: book.map_or(0, |book| count(book.clients().len())),
            invoices: book.map_or(0, |book| count(book.invoices())),
            payments: book.map_or(0, |book| count(book.payments())),
            last_day: book.and_then(last_day),
            facts: portfolio.made_with.facts.clone(),
            companies: count(portfolio.facts.count_companies()),
            model: portfolio.model.id().to_owned(),
            model_is_trained: portfolio.model.is_trained(),
            policy: portfolio.policy.version().to_owned(),
        })
    }

    /// Every import, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn imports(&self) -> Result<Vec<Manifest>, ServicesError> {
        self.store().manifests().await
    }
}
