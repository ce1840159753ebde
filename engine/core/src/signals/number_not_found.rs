//! The registers that should know the number do not.

use encours_domain::fact::FactKind;

use super::{Detector, Looked, Seen, stated};
use crate::company::{AskOutcome, AskedRegister};

pub(super) const SIGNAL: Detector = Detector { code: "NUMBER_NOT_FOUND", find };

fn find(looked: &Looked<'_>) -> Option<Seen> {
    let siren = looked.siren?;
    let registers = || looked.asked.iter().filter(|asked| asked.tells("state"));
    // One that could not be asked may know it.
    if registers().any(AskedRegister::failed) {
        return None;
    }
    let unknown = registers().filter(|asked| asked.outcome == AskOutcome::NotFound);
    let evidence: Vec<_> = unknown.map(|asked| stated("not_found", format!("{siren} ({})", asked.title))).collect();
    let known = looked.latest(FactKind::State).is_some();
    (!known && !evidence.is_empty()).then(|| {
        let seen = Seen::new(
            "aucune entreprise de ce numéro n’est connue des registres",
            "the registers know no company of this number",
            evidence,
        );
        seen.referring(true)
    })
}
