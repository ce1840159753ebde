//! Drift: whether a model still holds.

use encours_core::portfolio::drift::{Drift, drift};
use encours_domain::Day;

use super::Registered;
use crate::portfolio::last_day;
use crate::services::blocking;
use crate::{Moment, Services, ServicesError};

impl Services {
    /// The invoices since a model was trained against those that it was measured on, as of an evening, today when absent.
    /// An evening beyond the end of the ledger counts as its end.
    ///
    /// # Errors
    /// When there is no such model, it was not measured, is not of this engine, or there is no ledger.
    pub async fn drift(&self, id: &str, as_of: Option<Day>, now: Moment) -> Result<Drift, ServicesError> {
        let registered = self.registered(id).await?;
        self.drift_of(registered, as_of, now).await
    }

    pub(super) async fn drift_of(
        &self,
        registered: Registered,
        as_of: Option<Day>,
        now: Moment,
    ) -> Result<Drift, ServicesError> {
        let portfolio = self.portfolio().await?;
        blocking(move || {
            let book = portfolio.ledger()?;
            let Some(validation) = &registered.validation else {
                let late_over = registered.artefact.headline().late_over_days;
                return Err(ServicesError::UnmeasuredModel { id: registered.record.id, late_over, rows: 0, late: 0 });
            };
            let asked = as_of.unwrap_or(now.today);
            // What was not paid by the end of the ledger is not known to be late.
            let as_of = last_day(book).map_or(asked, |last| asked.min(last));
            Ok(drift(book, &registered.scoring()?, validation, as_of)?)
        })
        .await
    }
}
