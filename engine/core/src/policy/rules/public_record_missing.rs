//! State and proceedings must have been fetched: their absence proves nothing.

use encours_domain::fact::MissingKind;
use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "PUBLIC_RECORD_MISSING", holds_when_prepaid: true, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let company = &situation.company;
    let absent = [company.state.missing(), company.proceedings.missing()];
    let lacking = absent.into_iter().flatten().any(MissingKind::lacks_evidence);
    (situation.reads_public_record() && lacking).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    match (situation.company.state.missing(), situation.company.proceedings.missing()) {
        (Some(_), Some(_)) => Bilingual::new("le registre n’a pas été consulté", "the public record was not fetched"),
        (Some(_), None) => Bilingual::new(
            "on ne sait pas si l’entreprise est toujours active",
            "whether the company is still active is not known",
        ),
        (None, _) => Bilingual::new(
            "les procédures collectives n’ont pas été consultées",
            "insolvency proceedings were not checked",
        ),
    }
}
