//! A company's accounts as the public record has them, year by year, with published scores and ratios.

use encours_core::company::{AccountLines, CompanyView};
use encours_core::solvency::PeerRatio;
use encours_core::solvency::published::Closing;
use encours_domain::{Day, Siren};
use serde::Serialize;

use crate::portfolio::registered_name;
use crate::{Services, ServicesError};

/// What the accounts of a company say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CompanyAccounts {
    /// Its number.
    pub siren: Siren,
    /// The name under which it was last published, unless it may not be shown.
    pub name: Option<String>,
    /// Only what was known on this day is read.
    pub as_of: Day,
    /// The closings, the newest first.
    pub closings: Vec<Closing>,
    /// Ratios of the last accounts among those of the sector; none where no whole register was read.
    pub peers: Vec<PeerRatio>,
}

impl Services {
    /// The accounts of a company as they were known on a day.
    ///
    /// # Errors
    /// When the database fails, or nothing is known of the company.
    pub async fn company_accounts(&self, siren: &Siren, as_of: Day) -> Result<CompanyAccounts, ServicesError> {
        let portfolio = self.portfolio().await?;
        let facts = portfolio.facts.of(siren);
        if facts.is_empty() {
            return Err(ServicesError::NotFound { what: "company", id: siren.to_string() });
        }
        let view = CompanyView::as_known_on(facts, as_of, u16::MAX);
        let (sector, form) = (view.sector.present(), view.legal_form.present());
        let closing = |lines: &AccountLines| Closing::of(lines, sector.map(String::as_str), form.map(String::as_str));
        let history = AccountLines::history(facts, as_of);
        let closings = history.iter().rev().map(closing).collect();
        let name = registered_name(facts).map(str::to_owned);
        let peers = portfolio.quartiles.as_ref().map_or_else(Vec::new, |(all, _)| all.among(facts, as_of));
        Ok(CompanyAccounts { siren: siren.clone(), name, as_of, closings, peers })
    }
}
