//! P(late over k) never rises with k, and a model that was written and read again predicts the same bits.

use encours_core::features::{Cut, Horizons, Shape};
use encours_core::portfolio::rescore::Line;
use encours_core::portfolio::{Case, Rescored, ScoringModel, TrainSettings, backtest, rescore, train};
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
            for line in rescore(&book, model, day(START + after), &|_| &[]).unwrap().lines {
                prop_assert!(falling(&line.late_over), "{:?}", line.late_over);
            }
        }
    }
}

/// The day of payment and the chances tell one story: the same bits at every horizon, never rising from day to day.
#[test]
fn days_and_chances_are_one_story() {
    let sample = sample();
    let model = &sample.model;
    let as_of = sample.as_of.number();
    let mut state = model.state();
    let (mut chances, mut clients) = (Vec::new(), 0);
    for number in 0..sample.book.clients().len() {
        let client = sample.book.client(number);
        state.load(client).unwrap();
        state.advance(client, Cut::start_of(as_of));
        for (terms, amount) in [(0, 10_000), (30, 250_000), (45, 2_000_000)] {
            let shape = Shape { issued: as_of, due: as_of + terms, amount };
            let case = Case { state: &state, shape, today: as_of, attribute: &|_| None, applicant: None };
            model.predict(&case, &mut chances).unwrap();
            let curve = model.curve(&case).unwrap().unwrap();
            for (days, chance) in model.horizons().days().iter().zip(&chances) {
                assert_eq!(curve.over(i32::from(*days)).to_bits(), chance.to_bits(), "client {number}, over {days}");
            }
            let over: Vec<f64> = (-100..500).map(|day| curve.over(day)).collect();
            assert!(falling(&over), "client {number}");
            // Nobody pays before the day of issue.
            assert_eq!(curve.over(-terms - 1).to_bits(), 1.0_f64.to_bits());
            let range = curve.shortest(0.8);
            assert!(range.from <= curve.median() && curve.median() <= range.to, "{range:?}");
        }
        clients += 1;
    }
    assert!(clients > 100);
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
    let lines = |model| bits(&rescore(&sample.book, model, sample.as_of, &|_| &[]).unwrap());
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
