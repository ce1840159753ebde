//! INSEE Sirene 3.11, the register of all legal units, with a key.
//!
//! Thirty requests a minute on the free plan. A unit that objects to any diffusion answers 403, and a number that nobody
//! has 404; both are answers, not errors.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::Siren;
use encours_domain::subject::Subject;

use super::registry::{Register, RegisterSetup, RegisterSpec};
use super::{Raw, Reading};
use crate::Pending;
use crate::client::{Base, Desk, Question};
use crate::error::SourceError;
use crate::registry::Asked;
use crate::secret::Secret;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "insee-sirene",
    title: "INSEE Sirene",
    asks: &[Asked { name: "key", what: "the integration key of portail-api.insee.fr", secret: true }],
    base: "https://api.insee.fr/api-sirene/3.11",
    by_default: true,
    tells: super::registry::IDENTITY,
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(InseeSirene::new(setup)?))),
};

struct InseeSirene {
    desk: Desk,
    base: Base,
    key: Secret,
}

impl InseeSirene {
    fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_secs(2))?;
        Ok(Self { desk, base, key: setup.setup.credentials.get("key")? })
    }

    async fn unit(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let question = Question::get(&self.base, &format!("siren/{siren}"));
        let question = question.credential("x-insee-api-key-integration", "", &self.key);
        let recorded = |bytes: &[u8], fetched_on| convert::parse(&Raw { bytes, fetched_on, asked: Some(&subject) });
        match self.desk.ask(&question, |kept| recorded(&kept.bytes, kept.fetched_on)).await {
            Ok(reading) => Ok(reading),
            Err(SourceError::NotFound { .. }) => recorded(br#"{"header":{"statut":404}}"#, self.desk.today()),
            // The same status refuses a key; one that works elsewhere is not refused here.
            Err(SourceError::Denied { status: 403, .. }) => {
                recorded(br#"{"header":{"statut":403}}"#, self.desk.today())
            }
            Err(error) => Err(error),
        }
    }
}

impl Register for InseeSirene {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(async move {
            let mut reading = self.unit(siren).await?;
            reading.only(&Subject::Siren(siren.clone()));
            Ok(reading)
        })
    }
}
