use encours_models::{Artefact, ArtefactBody, Derived, Direction, HorizonSource, ModelError, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use crate::support::{self, Chance};

/// One artefact and its text for all tests.
fn sealed() -> &'static (Artefact, String) {
    static SEALED: std::sync::OnceLock<(Artefact, String)> = std::sync::OnceLock::new();
    SEALED.get_or_init(|| {
        let artefact = support::artefact();
        let text = artefact.to_json().unwrap();
        (artefact, text)
    })
}

#[test]
fn goes_round_byte_for_byte_with_its_predictions() {
    let (artefact, text) = sealed();
    let read = Artefact::from_json(text).unwrap();
    assert_eq!(&read, artefact);
    assert_eq!(&read.to_json().unwrap(), text);
    let mut chance = Chance::new(4);
    for _ in 0..500 {
        let (row, _) = support::row(&mut chance);
        let row = support::for_any(&artefact.headline().card, &row);
        let one = artefact.headline().card.score_row(&row).unwrap();
        assert_eq!(one, read.headline().card.score_row(&row).unwrap());
    }
}

#[test]
fn the_id_is_the_kind_and_the_content() {
    let (artefact, _) = sealed();
    let (kind, hash) = artefact.model_id().split_once('-').unwrap();
    assert_eq!(kind, "behavioural");
    assert_eq!(hash.len(), 12);
    assert_eq!(support::artefact().model_id(), artefact.model_id());
    let mut body = artefact.body().clone();
    body.baselines.insert("base_rate".into(), 0.300_000_000_1);
    let other = Artefact::seal(body).unwrap();
    assert_ne!(other.model_id(), artefact.model_id());
}

#[test]
fn every_cut_text_is_unreadable() {
    let (_, text) = sealed();
    for length in (0..text.len() - 1).step_by(97) {
        let found = Artefact::from_json(&text[..length]);
        assert!(matches!(found, Err(ModelError::ArtefactJson { .. })), "{length}");
    }
}

/// The faults of the artefact after `change`, or what the reader said.
fn faults(change: impl FnOnce(&mut Json)) -> Vec<String> {
    let mut json: Json = serde_json::from_str(&sealed().1).unwrap();
    change(&mut json);
    match Artefact::from_json(&json.to_string()) {
        Ok(_) => Vec::new(),
        Err(ModelError::Artefact { faults }) => faults.into_iter().map(|one| one.at).collect(),
        Err(ModelError::ArtefactJson { source }) => vec![source.to_string()],
        Err(other) => vec![other.to_string()],
    }
}

#[test]
fn a_changed_number_is_a_fault_where_it_stands() {
    let feature = "/body/headline/card/features/0";
    let cases = [
        ("/format".to_owned(), json!(5), "format"),
        ("/format".to_owned(), json!(3), "format"),
        ("/format".to_owned(), json!(2), "format"),
        ("/format".to_owned(), json!(1), "format"),
        ("/model_id".to_owned(), json!("behavioural-000000000000"), "model_id"),
        ("/body/registry_hash".to_owned(), json!("sha256:02"), "model_id"),
        ("/body/registry_hash".to_owned(), json!(""), "registry_hash"),
        ("/body/kind".to_owned(), json!("A b"), "kind"),
        ("/body/trained/cutoff".to_owned(), json!("2026-13-01"), "trained.cutoff"),
        ("/body/trained/late".to_owned(), json!(99_999), "trained.late"),
        ("/body/baselines/base_rate".to_owned(), json!(0.31), "model_id"),
        ("/body/headline/late_over_days".to_owned(), json!(60), "headline.late_over_days"),
        ("/body/others/1/late_over_days".to_owned(), json!(0), "others"),
        ("/body/derived/0/late_over_days".to_owned(), json!(60), "derived"),
        ("/body/derived/0/ratio".to_owned(), json!(1.5), "derived[0].ratio"),
        ("/body/headline/base_rate".to_owned(), json!(1.5), "headline.base_rate"),
        ("/body/headline/card/base_points".to_owned(), json!(9), "headline.card.base_points"),
        ("/body/headline/card/late".to_owned(), json!(9_999), "headline.card.late"),
        ("/body/headline/card/scale/points_to_double".to_owned(), json!(0.0), "headline.card.scale"),
        ("/body/headline/card/calibration/slope".to_owned(), json!(-1.0), "headline.card.base_points"),
        (format!("{feature}/points/0"), json!(-999), "headline.card.features[0].points[0]"),
        (format!("{feature}/coefficient"), json!(-1.0), "headline.card.features[0].coefficient"),
        (format!("{feature}/tallies/0/rows"), json!(1), "headline.card.features[0].tallies"),
        (format!("{feature}/woe"), json!([0.5]), "headline.card.features[0].woe"),
        (format!("{feature}/spec/kind"), json!("category"), "headline.card.features[0].bins"),
        (format!("{feature}/spec/name"), json!("tenure"), "headline.card.features"),
        ("/body/hazards/edges/0".to_owned(), json!(0), "hazards.edges"),
        ("/body/hazards/edges/6".to_owned(), json!(91), "hazards.edges"),
        ("/body/hazards/told_until".to_owned(), json!([30, 0]), "hazards.told_until"),
        ("/body/hazards/base".to_owned(), json!([0.5]), "hazards.base"),
        ("/body/hazards/usual_days/1".to_owned(), json!(-1.0), "hazards.usual_days[1]"),
        ("/body/hazards/past_strength".to_owned(), json!(0.0), "hazards.past_strength"),
        ("/body/hazards/endings".to_owned(), json!(99_999), "hazards.endings"),
        ("/body/hazards/intercept".to_owned(), json!(0.25), "model_id"),
        ("/body/spreads/0/late_over_days".to_owned(), json!(45), "spreads"),
        ("/body/spreads/0/spread/strength".to_owned(), json!(-2.0), "spreads[0].spread.strength"),
        ("/body/application/strength".to_owned(), json!(0.0), "application.strength"),
        ("/body/application/registry_hash".to_owned(), json!(""), "application.registry_hash"),
        ("/body/application/card/late_over_days".to_owned(), json!(31), "application.card.late_over_days"),
        ("/body/application/measured/card/brier".to_owned(), json!(2.0), "application.measured.card.brier"),
        (
            "/body/application/card/card/scale/points_to_double".to_owned(),
            json!(20.0),
            "application.card.card.base_points",
        ),
    ];
    for (pointer, value, expected) in cases {
        let found = faults(|json| *json.pointer_mut(&pointer).unwrap() = value);
        assert_eq!(found.first().map(String::as_str), Some(expected), "{pointer}: {found:?}");
    }
}

#[test]
fn swapped_edges_and_turned_directions_are_faults() {
    let path = "/body/headline/card/features/0";
    let edges = format!("{path}/bins/numeric/edges");
    let swapped = faults(|json| {
        let edges = json.pointer_mut(&edges).and_then(Json::as_array_mut).unwrap();
        edges.swap(0, 1);
    });
    assert_eq!(swapped, ["headline.card.features[0].bins"]);
    let turned = faults(|json| {
        let direction = json.pointer_mut(&format!("{path}/spec/direction"));
        *direction.unwrap() = json!(Direction::RiskDown);
    });
    assert_eq!(turned, ["headline.card.features[0].woe"]);
}

#[test]
fn unknown_missing_and_mistyped_fields_are_unreadable() {
    let unknown = faults(|json| json["body"]["headline"]["card"]["more"] = json!(1));
    assert!(unknown[0].contains("unknown field `more`"), "{unknown:?}");
    let missing = faults(|json| {
        json["body"].as_object_mut().unwrap().remove("derived");
    });
    assert!(missing[0].contains("missing field `derived`"), "{missing:?}");
    let mistyped = faults(|json| json["body"]["headline"]["card"]["rows"] = json!("many"));
    assert!(mistyped[0].contains("invalid type"), "{mistyped:?}");
}

#[test]
fn all_faults_are_told_at_once() {
    let found = faults(|json| {
        json["body"]["headline"]["card"]["base_points"] = json!(0);
        json["body"]["others"][1]["card"]["base_points"] = json!(0);
    });
    assert_eq!(found, ["headline.card.base_points", "others[1].card.base_points"]);
}

#[test]
fn a_body_that_is_wrong_is_not_sealed() {
    let mut body: ArtefactBody = sealed().0.body().clone();
    body.baselines.insert("mean_days".into(), f64::NAN);
    body.trained.cutoff = "yesterday".into();
    let found = Artefact::seal(body).unwrap_err();
    let expected = "artefact has 2 faults: `trained.cutoff`: found `yesterday`, allowed a date such \
                    as 2026-05-31; `baselines.mean_days`: found NaN, allowed a finite number";
    assert_eq!(found.to_string(), expected);
}

#[test]
fn horizons_are_one_story_around_the_headline() {
    let (artefact, _) = sealed();
    let days: Vec<u16> = artefact.horizons().iter().map(|one| one.late_over_days).collect();
    assert_eq!(days, [0, 30, 60, 90]);
    // The slot of 90 days is told by the ratio 0.25, whatever stands there.
    for (before, at_all) in [
        ([0.6, 0.3, 0.1, 9.0], 0.6),
        ([0.2, 0.3, 0.1, 0.0], 0.3),
        ([0.6, 0.3, 0.5, 0.0], 0.6),
        ([0.6, 0.3, 0.05, 0.0], 0.6),
    ] {
        let mut found = before;
        artefact.consistent(&mut found).unwrap();
        // 60 days: the card's share of those late by 30 and the ledger's, in logarithms.
        let (headline, card) = (artefact.headline(), &artefact.body().others[1]);
        let events = f64::from(u32::try_from(card.card.learned_from().late).unwrap());
        let weight = events / (events + 100.0);
        let by_card = (before[2] / 0.3_f64).min(1.0).ln();
        let by_ledger = (card.base_rate / headline.base_rate).min(1.0).ln();
        let sixty = 0.3 * (weight * by_card + (1.0 - weight) * by_ledger).exp();
        assert_eq!((found[0], found[1]), (at_all, 0.3));
        assert!((found[2] - sixty).abs() < 1e-12, "{found:?}, by hand {sixty}");
        assert!((found[3] - sixty.min(0.075)).abs() < 1e-12, "{found:?}");
    }
    assert!(artefact.consistent(&mut [0.5; 3]).is_err());
}

#[test]
fn a_derived_horizon_before_the_headline_is_at_most_certain() {
    let mut body = sealed().0.body().clone();
    body.others.remove(0);
    body.derived.insert(0, Derived { late_over_days: 0, ratio: 2.0 });
    let artefact = Artefact::seal(body).unwrap();
    assert_eq!(artefact.horizons()[0].source, HorizonSource::Ratio(2.0));
    let mut found = [0.0, 0.7, 0.1, 0.0];
    artefact.consistent(&mut found).unwrap();
    assert_eq!((found[0], found[1]), (1.0, 0.7));
    assert!(found[2] <= 0.7 && found[3] <= found[2], "{found:?}");
}

#[test]
fn a_damaged_additive_card_is_a_fault_where_it_stands() {
    let (_, text) = sealed();
    let at = "/body/others/0/card/additive/features/0/points";
    let refused = |pointer: &str, change: &dyn Fn(&mut serde_json::Value)| {
        let mut value: serde_json::Value = serde_json::from_str(text).unwrap();
        change(value.pointer_mut(pointer).unwrap());
        Artefact::from_json(&value.to_string()).unwrap_err().to_string()
    };
    let turned = refused(at, &|points| points.as_array_mut().unwrap().reverse());
    assert!(turned.contains("`others[0].card.features[0].points`: found another order"), "{turned}");
    let short = refused(at, &|points| drop(points.as_array_mut().unwrap().pop()));
    assert!(short.contains("allowed one entry a bin"), "{short}");
    let unknown = refused("/body/others/0/card/additive", &|card| card["weight"] = 1.into());
    assert_eq!(unknown, "artefact is not readable");
}

proptest! {
    #[test]
    fn the_distribution_never_grows_and_keeps_the_headline(seed in any::<u64>()) {
        let (artefact, _) = sealed();
        let (row, _) = support::row(&mut Chance::new(seed));
        let mut found = Vec::new();
        let predict = |one: &encours_models::HorizonCard| {
            let row: Vec<Value<'_>> = support::for_any(&one.card, &row);
            one.card.score_only(&row).map(|scored| scored.1)
        };
        artefact.distribution(predict, &mut found).unwrap();
        prop_assert!(found.is_sorted_by(|one, next| one >= next), "{:?}", found);
        prop_assert_eq!(found[1], predict(artefact.headline()).unwrap());
    }

    #[test]
    fn any_changed_byte_is_refused_or_changes_nothing(at in any::<proptest::sample::Index>(), byte in 32_u8..127) {
        let (artefact, text) = sealed();
        let mut bytes = text.clone().into_bytes();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(read) = Artefact::from_json(&String::from_utf8(bytes).unwrap_or_default()) {
            prop_assert_eq!(&read, artefact);
        }
    }
}
