//! Recherche d'entreprises, the state's own search over Sirene and the national register of companies.
//!
//! No key; 7 requests a second from one address and 30 from one network. A number of nine digits as `q` is looked up
//! directly. A parameter of which the name is misspelt is ignored without a word, so exactly what is documented is sent.
//!
//! It also finds companies by name ([`RechercheEntreprises::search`]).

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::Siren;
use encours_domain::subject::Subject;

use super::registry::{Register, RegisterSetup, RegisterSpec};
use super::{FoundCompanies, Reading};
use crate::Pending;
use crate::client::{Base, Desk, Question};
use crate::error::SourceError;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "recherche-entreprises",
    title: "Recherche d'entreprises",
    asks: &[],
    base: "https://recherche-entreprises.api.gouv.fr",
    by_default: true,
    tells: super::registry::IDENTITY,
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(RechercheEntreprises::new(setup)?))),
};

/// The search, ready to be asked.
#[derive(Debug)]
pub struct RechercheEntreprises {
    desk: Desk,
    base: Base,
}

impl RechercheEntreprises {
    /// Sets it up; nothing is asked yet.
    ///
    /// # Errors
    /// When the address cannot be used, or no secure connections can be made on this machine.
    pub fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        // Seven a second are allowed; five leave room for others of the same network.
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_millis(200))?;
        Ok(Self { desk, base })
    }

    /// Companies of which the name or the number fits a text, the best first, at most 25.
    ///
    /// # Errors
    /// As [`SourceError`] says; a text of fewer than three letters is refused.
    pub async fn search(&self, text: &str) -> Result<FoundCompanies, SourceError> {
        if text.trim().chars().count() < 3 {
            return Err(SourceError::setting("search", format!("`{}`", text.trim()), "at least three letters"));
        }
        let question = Question::get(&self.base, "search").query("q", text.trim()).query("per_page", "25");
        self.desk.ask(&question, |kept| convert::found(&kept.raw(None))).await
    }

    async fn unit(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let question = Question::get(&self.base, "search").query("q", siren.as_str()).query("per_page", "1");
        let mut reading =
            self.desk.ask(&question, |kept| convert::parse_about(&kept.raw(Some(&subject)), &subject)).await?;
        reading.only(&subject);
        Ok(reading)
    }
}

impl Register for RechercheEntreprises {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(self.unit(siren))
    }

    fn find<'r>(&'r self, text: &'r str) -> Option<Pending<'r, Result<FoundCompanies, SourceError>>> {
        Some(Box::pin(self.search(text)))
    }
}
