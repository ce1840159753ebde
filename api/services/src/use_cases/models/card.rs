//! The model card: all that is known of a model, on one document.

use encours_core::portfolio::Validation;
use encours_core::portfolio::drift::Drift;
use encours_core::portfolio::validate::Challenge;
use encours_domain::{Currency, Day};
use serde::{Serialize, Serializer};

use super::ModelInfo;
use crate::{Moment, Services, ServicesError};

/// Everything that is known of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ModelCard {
    /// What it is and where it stands.
    pub model: ModelInfo,
    /// How its training did on later invoices; absent when too little was known to tell.
    pub validation: Option<Validation>,
    /// What challengers said of the same invoices; they decide nothing.
    pub challenges: Vec<Challenge>,
    /// How far the invoices since are from those; absent without a validation or a ledger.
    pub drift: Option<Drift>,
    /// The currency in which amounts are added up; absent without a ledger.
    #[serde(serialize_with = "code")]
    pub currency: Option<Currency>,
}

fn code<S: Serializer>(currency: &Option<Currency>, serializer: S) -> Result<S::Ok, S::Error> {
    currency.map(|currency| currency.to_string()).serialize(serializer)
}

impl Services {
    /// The card of a model, its drift as of an evening, today when absent.
    ///
    /// # Errors
    /// When there is no such model, it cannot be read, or the ledger is damaged. A model of another engine has a card
    /// without drift.
    pub async fn model_card(&self, id: &str, as_of: Option<Day>, now: Moment) -> Result<ModelCard, ServicesError> {
        let registered = self.registered(id).await?;
        let model = registered.info();
        let currency = self.portfolio().await?.book.as_deref().map(|book| book.currency());
        let measurable = registered.validation.is_some() && currency.is_some() && registered.scoring().is_ok();
        let (validation, challenges) = (registered.validation.clone(), registered.challenges.clone());
        let drift = if measurable { Some(self.drift_of(registered, as_of, now).await?) } else { None };
        Ok(ModelCard { model, validation, challenges, drift, currency })
    }
}
