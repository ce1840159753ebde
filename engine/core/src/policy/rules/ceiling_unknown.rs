//! Where the law table does not know the ceiling, nobody guesses it.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};
use crate::policy::law::Ceiling;

pub(super) const RULE: Rule =
    Rule { code: "CEILING_UNKNOWN", holds_when_prepaid: false, reads: Reads::Nothing, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    matches!(situation.ceiling, Ceiling::Unknown { .. }).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    match &situation.ceiling {
        Ceiling::Unknown { why, .. } => Bilingual::new(
            format!("plafond légal des délais inconnu : {}", why.fr),
            format!("legal ceiling of terms unknown: {}", why.en),
        ),
        Ceiling::Known { .. } => Bilingual::new("plafond légal connu", "legal ceiling known"),
    }
}
