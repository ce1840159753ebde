//! P(late over k) never rises with k, and a model that was written and read again predicts the same bits.

use encours_core::features::Horizons;
use encours_core::portfolio::rescore::Line;
use encours_core::portfolio::{Rescored, ScoringModel, TrainSettings, backtest, rescore, train};
use encours_models::Artefact;
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, day, plans, rows_of, sample};

fn falling(chances: &[f64]) -> bool {
    chances.iter().all(|chance| (0.0..=1.0).contains(chance)) && chances.windows(2).all(|pair| pair[0] >= pair[1])
}

fn bits(rescored: &Rescored) -> Vec<(Vec<u64>, i32)> {
    let line = |line: &Line| (line.late_over.iter().map(|chance| chance.to_bits()).collect(), line.score);
    rescored.lines.iter().map(line).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn chances_never_rise_with_the_horizon(plans in plans(Wild::Rich, 6, 16), after in 1_i32..300) {
        let book = book_of(rows_of(&plans));
        for model in [&sample().model, &ScoringModel::prior_only()] {
            for line in rescore(&book, model, day(START + after)).unwrap().lines {
                prop_assert!(falling(&line.late_over), "{:?}", line.late_over);
            }
        }
    }
}

/// Eight horizons, some learnt and some derived.
#[test]
fn nor_at_eight_horizons() {
    let sample = sample();
    let horizons = Horizons::new(vec![0, 5, 15, 30, 45, 60, 90, 365]).unwrap();
    let cutoff = sample.as_of.plus(-120).unwrap();
    let artefact = train(&sample.book, &TrainSettings::new(cutoff, horizons, &sample.ledger_hash)).unwrap();
    let model = ScoringModel::new(artefact).unwrap();
    let predictions = backtest(&sample.book, &model, cutoff).unwrap();
    assert!(predictions.len() > 500);
    for prediction in predictions {
        assert_eq!(prediction.late_over.len(), 8);
        assert!(falling(&prediction.late_over), "{prediction:?}");
    }
}

#[test]
fn a_model_written_and_read_again_is_the_same_model() {
    let sample = sample();
    let artefact = sample.model.artefact().unwrap();
    let json = artefact.to_json().unwrap();
    let again = Artefact::from_json(&json).unwrap();
    assert_eq!(again.to_json().unwrap(), json);
    assert_eq!(again.model_id(), artefact.model_id());
    let again = ScoringModel::new(again).unwrap();
    let (expected, found) = (&sample.model, &again);
    let lines = |model| bits(&rescore(&sample.book, model, sample.as_of).unwrap());
    assert_eq!(lines(found), lines(expected));
    assert_eq!(found.priors(), expected.priors());
}

#[test]
fn a_model_of_another_registry_is_refused() {
    let json = sample().model.artefact().unwrap().to_json().unwrap();
    let hash = encours_core::features::registry::hash();
    let foreign = json.replace(&hash, &"0".repeat(hash.len()));
    assert_ne!(foreign, json);
    // Sealed again or not, it must not pass.
    assert!(Artefact::from_json(&foreign).is_err());
}
