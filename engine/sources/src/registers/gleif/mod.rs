//! GLEIF, the index of legal entity identifiers: who consolidates whom.
//!
//! No key. A unit is found by its number in the register of commerce; that record names whether parents are reported, and
//! they are asked one by one. A child with a lapsed record says nothing of today.

mod convert;
mod payload;
#[cfg(test)]
mod tests;

use std::time::Duration;

use encours_domain::Siren;
use encours_domain::fact::FactKind;
use encours_domain::subject::Subject;

use super::Reading;
use super::registry::{Register, RegisterSetup, RegisterSpec};
use crate::Pending;
use crate::client::{Base, Desk, Kept, Question};
use crate::error::SourceError;

/// Its line in the registry.
pub const SPEC: RegisterSpec = RegisterSpec {
    name: "gleif",
    title: "GLEIF",
    asks: &[],
    base: "https://api.gleif.org/api/v1",
    by_default: true,
    tells: &["parents"],
    parse: convert::parse,
    build: Some(|setup| Ok(Box::new(Gleif::new(setup)?))),
};

struct Gleif {
    desk: Desk,
    base: Base,
}

impl Gleif {
    fn new(setup: &RegisterSetup) -> Result<Self, SourceError> {
        let (desk, base) = Desk::open(setup, SPEC.base, Duration::from_secs(1))?;
        Ok(Self { desk, base })
    }

    async fn group(&self, siren: &Siren) -> Result<Reading, SourceError> {
        let subject = Subject::Siren(siren.clone());
        let question = Question::get(&self.base, "lei-records")
            .query("filter[entity.registeredAs]", siren.as_str())
            .query("page[size]", "5");
        let read = |kept: &Kept| convert::parse(&kept.raw(Some(&subject)));
        let mut reading = self.desk.ask(&question, read).await?;
        reading.only(&subject);
        let lei = reading.facts.iter().find(|fact| fact.kind == FactKind::Lei).map(|fact| fact.value.clone());
        let Some(lei) = lei else { return Ok(reading.in_order()) };
        for (kind, path) in [(FactKind::DirectParent, "direct-parent"), (FactKind::UltimateParent, "ultimate-parent")] {
            for end in ["relationship", "reporting-exception"] {
                let question = Question::get(&self.base, &format!("lei-records/{lei}/{path}-{end}"));
                match self.desk.ask(&question, read).await {
                    Ok(told) => reading.and(told),
                    Err(SourceError::NotFound { .. }) => {}
                    Err(error) => return Err(error),
                }
                if reading.facts.iter().any(|fact| fact.kind == kind) {
                    reading.missing.retain(|missing| missing.what != kind.code());
                    break;
                }
            }
        }
        reading.only(&subject);
        Ok(reading.in_order())
    }
}

impl Register for Gleif {
    fn name(&self) -> &'static str {
        SPEC.name
    }

    fn look_up<'r>(&'r self, siren: &'r Siren) -> Pending<'r, Result<Reading, SourceError>> {
        Box::pin(self.group(siren))
    }
}
