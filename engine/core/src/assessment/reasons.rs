//! The model's reasons: exact points, and the effect in probability as they are added in the order of the features.
//!
//! The sentence is the value's own. Where the points go against it, the sentence says so; where there is no history to
//! speak of, one reason gathers the points of all that is missing for it.

use encours_domain::reason::Reason;
use encours_models::{CardFeature, Scored};

use super::late::rounded;
use crate::features::{Reading, Said, Tone, registry};
use crate::portfolio::ScoringModel;
use crate::portfolio::scoring::{AttributeOf, score_of};

/// Base points and reasons of a card; features that add nothing are left out. Base points plus all points are the
/// score.
pub(super) fn of_card(
    model: &ScoringModel,
    scored: &Scored,
    reading: &Reading<'_>,
    attribute: AttributeOf<'_>,
) -> (i32, Vec<Reason>) {
    let Some(artefact) = model.artefact() else { return (scored.score, Vec::new()) };
    let card = &artefact.headline().card;
    let mut reasons: Vec<Reason> = Vec::new();
    let (mut points_without, mut effect_without) = (0, 0.0);
    for (feature, contribution) in card.features().iter().zip(&scored.contributions) {
        let (points, effect) = (contribution.points, contribution.probability_effect);
        match in_words(feature, points, reading, attribute) {
            Some((code, fr, en)) if points != 0 => {
                reasons.push(Reason { code, points: Some(points), p_effect: Some(rounded(effect)), fr, en });
            }
            Some(_) => {}
            None => {
                points_without += points;
                effect_without += effect;
            }
        }
    }
    if points_without != 0 {
        let (fr, en) = reading.no_history();
        reasons.push(Reason {
            code: "NO_HISTORY".to_owned(),
            points: Some(points_without),
            p_effect: Some(rounded(effect_without)),
            fr: fr.to_owned(),
            en: en.to_owned(),
        });
    }
    // A stable sort: equals stay in the order of the features.
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points.map_or(0, i32::abs)));
    (card.base_points(), reasons)
}

/// Code and sentences of a feature; nothing when there is no history that it could speak of.
fn in_words(
    feature: &CardFeature,
    points: i32,
    reading: &Reading<'_>,
    attribute: AttributeOf<'_>,
) -> Option<(String, String, String)> {
    let name = &feature.spec.name;
    let Some(known) = registry::find(name) else { return Some(of_attribute(name, attribute(name))) };
    match (known.says)(reading) {
        Said::NoHistory => None,
        Said::Of { tone, fr, en } => {
            let (but_fr, but_en) = against_the_points(tone, points);
            Some((known.code.to_owned(), format!("{fr}{but_fr}"), format!("{en}{but_en}")))
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
fn of_attribute(name: &str, value: Option<&str>) -> (String, String, String) {
    let upper: String = name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '_' }).collect();
    let (label_fr, label_en) = label(name);
    let (fr, en) = match value {
        Some(value) => (format!("{label_fr}\u{a0}: {value}"), format!("{label_en}: {value}")),
        None => (format!("{label_fr}\u{a0}: non renseigné"), format!("{label_en}: not given")),
    };
    (format!("ATTRIBUTE_{}", upper.to_uppercase()), fr, en)
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
    (base_points, vec![Reason { code: "OWN_PAST".to_owned(), points: Some(points), p_effect: Some(effect), fr, en }])
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
            assert_eq!(of_attribute(name, value), (code.to_owned(), fr.to_owned(), en.to_owned()));
        }
    }
}
