//! Ratios of filed accounts, computed by the Banque de France's method and published by data.economie.gouv.fr.
//!
//! Figures of ten years in one answer, among them repeated years, units that change by a thousand, consolidated figures
//! beside the company's own, and noughts that are absences; see `convert` for what is refused.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::Siren;
use encours_domain::subject::Subject;

use super::Reading;
use super::registry::{Register, RegisterSetup, RegisterSpec};
use crate::Pending;
use crate::client::{Base, Desk, Question};
use crate::error::SourceError;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "ratios_inpi_bce",
    title: "Ratios financiers (INPI, BCE)",
    asks: &[],
    base: "https://data.economie.gouv.fr/api/explore/v2.1",
    by_default: true,
    tells: &["accounts"],
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(Ratios::new(setup)?))),
};

struct Ratios {
    desk: Desk,
    base: Base,
}

impl Ratios {
    fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_millis(200))?;
        Ok(Self { desk, base })
    }

    async fn rows(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let question = Question::get(&self.base, "catalog/datasets/ratios_inpi_bce/records")
            .query("where", &format!("siren=\"{siren}\""))
            .query("order_by", "date_cloture_exercice desc")
            .query("limit", "100");
        let mut reading = self.desk.ask(&question, |kept| convert::parse(&kept.raw(Some(&subject)))).await?;
        reading.only(&subject);
        Ok(reading)
    }
}

impl Register for Ratios {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(self.rows(siren))
    }
}
