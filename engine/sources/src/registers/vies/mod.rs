//! VIES, the Union's check of numbers for VAT.
//!
//! Not asked by default: the member states' services allow few questions at a time. Asked about a French unit it checks
//! the number made from the SIREN.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::identity::VatNumber;
use encours_domain::subject::Subject;
use encours_domain::{DomainError, Siren};

use super::Reading;
use super::registry::{Register, RegisterSetup, RegisterSpec};
use crate::Pending;
use crate::client::{Base, Desk, Question};
use crate::error::SourceError;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "vies",
    title: "VIES",
    asks: &[],
    base: "https://ec.europa.eu/taxation_customs/vies/rest-api",
    by_default: false,
    tells: &["vat_registration"],
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(Vies::new(setup)?))),
};

/// The check, ready to be asked.
#[derive(Debug)]
pub struct Vies {
    desk: Desk,
    base: Base,
}

impl Vies {
    /// Sets it up; nothing is asked yet.
    ///
    /// # Errors
    /// When the address cannot be used, or no secure connections can be made on this machine.
    pub fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_secs(1))?;
        Ok(Self { desk, base })
    }

    /// Whether a number is in force, and whose it is where the state tells.
    ///
    /// # Errors
    /// As [`SourceError`] says; that a state's service is down is a reading that says so.
    pub async fn check(&self, number: &VatNumber) -> Result<Reading, SourceError> {
        let subject = number.siren().map_or_else(|| Subject::Vat(number.clone()), Subject::Siren);
        let (country, rest) = number.as_str().split_at_checked(2).unwrap_or_default();
        let question = Question::get(&self.base, &format!("ms/{country}/vat/{rest}"));
        let reading = self.desk.ask(&question, |kept| convert::parse(&kept.raw(Some(&subject)))).await?;
        if reading.facts.is_empty() {
            // Nobody could tell today: that is not kept as the answer.
            self.desk.forget(&question);
        }
        Ok(reading)
    }
}

/// The number for VAT of a French unit: the key is (12 + 3 × (SIREN mod 97)) mod 97.
fn french_number(siren: &Siren) -> Result<VatNumber, DomainError> {
    let value: u64 = siren.as_str().parse().unwrap_or_default();
    format!("FR{:02}{siren}", (12 + 3 * (value % 97)) % 97).parse()
}

impl Register for Vies {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(async move {
            let number = french_number(siren)
                .map_err(|error| SourceError::setting("number for VAT", error.to_string(), "one made of the SIREN"))?;
            self.check(&number).await
        })
    }
}
