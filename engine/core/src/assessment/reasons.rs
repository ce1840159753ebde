//! The model's reasons: exact points, and the effect in probability as they are added in the order of the features.
//!
//! The sentence is the value's own. Where the points go against it, the sentence says so; where there is no history to
//! speak of, one reason gathers the points of all that is missing for it.

use encours_domain::reason::Reason;

use super::late::rounded;
use crate::features::{Reading, Said, Tone, registry};
use crate::portfolio::ScoringModel;
use crate::portfolio::scoring::{AttributeOf, Explained, score_of};

/// Base points and reasons of a card; features that add nothing are left out. Base points plus all points are the
/// score.
pub(super) fn of_card(
    model: &ScoringModel,
    explained: Explained,
    reading: &Reading<'_>,
    attribute: AttributeOf<'_>,
) -> (i32, Vec<Reason>) {
    let Explained { base_points, history, application } = explained;
    let Some(artefact) = model.artefact() else { return (base_points, Vec::new()) };
    let features = artefact.headline().card.features();
    let mut told: Vec<Told> = Vec::new();
    let (mut points_without, mut effect_without) = (0, 0.0);
    for contribution in &history {
        let (points, effect) = (contribution.points, contribution.probability_effect);
        let of = |position: usize| {
            let feature = features.get(position)?;
            in_words(&feature.spec.name, points, reading, attribute)
        };
        let words = match contribution.with {
            None => of(contribution.feature),
            Some(second) => of(contribution.feature).zip(of(second)).map(|(first, second)| first.with(second)),
        };
        match words {
            Some(words) if points != 0 => add(&mut told, words, points, effect),
            Some(_) => {}
            None => {
                points_without += points;
                effect_without += effect;
            }
        }
    }
    for part in application.into_iter().filter(|part| part.points != 0) {
        let code = format!("RECORD_{}", part.feature.to_uppercase());
        add(&mut told, Words { code, fr: part.says.fr, en: part.says.en }, part.points, part.probability_effect);
    }
    let mut reasons: Vec<Reason> = told.into_iter().filter(|told| told.points != 0).map(Told::reason).collect();
    if points_without != 0 {
        let (fr, en) = reading.no_history();
        reasons.push(Reason {
            code: "NO_HISTORY".to_owned(),
            points: Some(points_without),
            p_effect: Some(rounded(effect_without)),
            fr: fr.to_owned(),
            en: en.to_owned(),
            evidence: Vec::new(),
        });
    }
    // A stable sort: equals stay in the order of the features.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points.map_or(0, i32::abs)));
    (base_points, reasons)
}

/// A reason in words.
struct Words {
    code: String,
    fr: String,
    en: String,
}

impl Words {
    /// Two features of which the model reads one in the light of the other.
    fn with(self, second: Self) -> Self {
        Self {
            code: format!("{}_WITH_{}", self.code, second.code),
            fr: format!("{}, et en même temps {}", self.fr, second.fr),
            en: format!("{}, and at the same time {}", self.en, second.en),
        }
    }
}

/// A reason with what it adds, not yet rounded.
struct Told {
    words: Words,
    points: i32,
    effect: f64,
}

impl Told {
    fn reason(self) -> Reason {
        let Self { words: Words { code, fr, en }, points, effect } = self;
        Reason { code, points: Some(points), p_effect: Some(rounded(effect)), fr, en, evidence: Vec::new() }
    }
}

/// Adds a reason, to one that says the same where there is one: features that are told alike are one reason to a reader.
fn add(told: &mut Vec<Told>, words: Words, points: i32, effect: f64) {
    match told.iter_mut().find(|one| one.words.en == words.en) {
        Some(same) => {
            same.points += points;
            same.effect += effect;
        }
        None => told.push(Told { words, points, effect }),
    }
}

/// Code and sentences of a feature; nothing when there is no history that it could speak of.
fn in_words(name: &str, points: i32, reading: &Reading<'_>, attribute: AttributeOf<'_>) -> Option<Words> {
    let Some(known) = registry::find(name) else { return Some(of_attribute(name, attribute(name))) };
    match (known.says)(reading) {
        Said::NoHistory => None,
        Said::Of { tone, fr, en } => {
            let (but_fr, but_en) = against_the_points(tone, points);
            Some(Words { code: known.code.to_owned(), fr: format!("{fr}{but_fr}"), en: format!("{en}{but_en}") })
        }
    }
}

/// What to add where a model weighs a value otherwise than it sounds: measured against what is usual in this ledger.
fn against_the_points(tone: Tone, points: i32) -> (&'static str, &'static str) {
    match tone {
        Tone::Against if points > 0 => (", mais moins que d’ordinaire ici", ", but less than is usual here"),
        Tone::For if points < 0 => (", ce qui ne rassure pas assez ici", ", which does not reassure enough here"),
        Tone::Against | Tone::For | Tone::Neither => ("", ""),
    }
}

/// A further column of the ledger with its value.
fn of_attribute(name: &str, value: Option<&str>) -> Words {
    let upper: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let (label_fr, label_en) = label(name);
    let (fr, en) = match value {
        Some(value) => (format!("{label_fr}\u{a0}: {value}"), format!("{label_en}: {value}")),
        None => (format!("{label_fr}\u{a0}: non renseigné"), format!("{label_en}: not given")),
    };
    Words { code: format!("ATTRIBUTE_{}", upper.to_uppercase()), fr, en }
}

/// What further columns are usually called, and what they hold. A name that is not listed is the file's own word, in
/// quotation marks.
const LABELS: &[(&str, &str, &str)] = &[
    ("sector", "secteur", "sector"),
    ("region", "région", "region"),
    ("country", "pays", "country"),
    ("city", "ville", "city"),
    ("postcode", "code postal", "postcode"),
    ("size", "effectif", "staff"),
    ("channel", "canal de vente", "sales channel"),
    ("product", "produit", "product"),
    ("salesperson", "commercial", "salesperson"),
];

fn label(name: &str) -> (String, String) {
    match LABELS.iter().find(|(known, _, _)| *known == name) {
        Some((_, fr, en)) => ((*fr).to_owned(), (*en).to_owned()),
        None => (format!("«\u{a0}{name}\u{a0}»"), format!("“{name}”")),
    }
}

/// Without a trained card: the base rate's score, and what the client's own past adds to it.
pub(super) fn of_priors(reading: &Reading<'_>, score: i32) -> (i32, Vec<Reason>) {
    let base = reading.base_rate();
    let (base_points, points) = (score_of(base), score - score_of(base));
    if points == 0 {
        return (base_points, Vec::new());
    }
    let (fr, en) = if points < 0 {
        ("paie plus souvent en retard que la moyenne publiée", "pays late more often than the published mean")
    } else {
        ("paie moins souvent en retard que la moyenne publiée", "pays late less often than the published mean")
    };
    let effect = rounded(encours_models::Scale::default().probability(score) - base);
    let (fr, en) = (fr.to_owned(), en.to_owned());
    let (code, points, p_effect, evidence) = ("OWN_PAST".to_owned(), Some(points), Some(effect), Vec::new());
    (base_points, vec![Reason { code, points, p_effect, fr, en, evidence }])
}

#[cfg(test)]
mod tests {
    use super::of_attribute;

    #[test]
    fn columns_by_their_label_or_in_quotation_marks() {
        for (name, value, code, fr, en) in [
            ("region", Some("Bretagne"), "ATTRIBUTE_REGION", "région\u{a0}: Bretagne", "region: Bretagne"),
            ("sector", None, "ATTRIBUTE_SECTOR", "secteur\u{a0}: non renseigné", "sector: not given"),
            (
                "terms_code",
                Some("90M7"),
                "ATTRIBUTE_TERMS_CODE",
                "«\u{a0}terms_code\u{a0}»\u{a0}: 90M7",
                "“terms_code”: 90M7",
            ),
            (
                "Code TVA",
                None,
                "ATTRIBUTE_CODE_TVA",
                "«\u{a0}Code TVA\u{a0}»\u{a0}: non renseigné",
                "“Code TVA”: not given",
            ),
        ] {
            let words = of_attribute(name, value);
            assert_eq!((words.code.as_str(), words.fr.as_str(), words.en.as_str()), (code, fr, en));
        }
    }
}
