//! A limit of which a part is not known is not taken for boundless: a person decides, or has set it.

use encours_domain::{Bilingual, Verdict};

use super::{Reads, Rule, Situation};

pub(super) const RULE: Rule =
    Rule { code: "LIMIT_UNKNOWN", holds_when_prepaid: false, reads: Reads::Amount, at_best, says };

fn at_best(situation: &Situation<'_>) -> Option<Verdict> {
    let is_set = situation.limit.set.is_some();
    (!is_set && !situation.limit.unknown.is_empty()).then_some(Verdict::Refer)
}

fn says(situation: &Situation<'_>) -> Bilingual {
    let unknown = situation.limit.unknown.iter();
    let (fr, en): (Vec<&str>, Vec<&str>) = unknown.map(|note| in_words(&note.what)).unzip();
    Bilingual::new(
        format!("la limite est incomplète, il manque : {}", fr.join(", ")),
        format!("the limit is incomplete, not known: {}", en.join(", ")),
    )
}

fn in_words(what: &str) -> (&'static str, &'static str) {
    match what {
        "capacity" => ("la capacité financière", "financial capacity"),
        "concentration" => ("nos ventes annuelles", "our yearly sales"),
        "risk_budget" => ("le budget de risque", "the risk budget"),
        _ => ("le besoin", "the need"),
    }
}
