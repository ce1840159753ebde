//! Sector and country risk: outputs of their own.

use encours_core::GroupRate;
use encours_core::company::division;
use encours_core::portfolio::surroundings::{Place, Surroundings, surroundings};
use encours_domain::Day;
use encours_domain::fact::{Fact, FactKind};
use serde::Serialize;

use super::failure_model::StoredFailureModel;
use crate::layers::Layers;
use crate::portfolio::{Portfolio, client_attribute, client_siren};
use crate::services::blocking;
use crate::{Services, ServicesError};

/// What surrounds the clients.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SectorReport {
    /// The evening as of which outcomes were read.
    pub as_of: Day,
    /// Late rates of the seller's own clients.
    #[serde(flatten)]
    pub late: Surroundings,
    /// Companies of each division that were in proceedings within twelve months of their accounts becoming known, by whole
    /// registers; none until `companies learn` has read them.
    pub failures: Vec<GroupRate>,
}

impl Services {
    /// How often invoices were late by sector and by country, and how often companies of each sector fail.
    ///
    /// # Errors
    /// When there is no ledger yet, or a stored file is damaged.
    pub async fn sectors(&self, as_of: Day) -> Result<SectorReport, ServicesError> {
        let portfolio = self.portfolio().await?;
        let current = self.store().current().await?;
        let layers = Layers::in_force(self.data_folder(), &current)?;
        let stored = StoredFailureModel::in_force(self.data_folder(), &layers)?;
        let failures = stored.map_or_else(Vec::new, StoredFailureModel::into_sectors);
        blocking(move || {
            let place = |number| place(&portfolio, number, as_of);
            let late = surroundings(portfolio.ledger()?, &portfolio.model, as_of, &place)?;
            Ok(SectorReport { as_of, late, failures })
        })
        .await
    }
}

/// Sector by the register; country by the register, else by the ledger, else by the kind of number.
fn place(portfolio: &Portfolio, number: usize, as_of: Day) -> Place {
    let facts = portfolio.facts_of_client(number);
    let latest = |kind| {
        let known = facts.iter().filter(|fact| fact.kind == kind && fact.known_from <= as_of);
        known.max_by_key(|fact| (fact.known_from, fact.valid_from, &fact.value)).map(|fact: &Fact| fact.value.trim())
    };
    let book = portfolio.book.as_deref();
    let stated = book.and_then(|book| client_attribute(book, number, "country"));
    let by_number = book.and_then(|book| client_siren(book, number)).map(|_| "FR");
    let country = latest(FactKind::Country).or(stated).or(by_number);
    Place {
        sector: latest(FactKind::Sector).map(|sector| division(sector).to_owned()),
        country: country.map(str::to_uppercase).filter(|country| country.len() == 2),
    }
}
