//! Golden predictions: a model once written must load and answer the same, byte for byte, for ever.
//!
//! `tests/golden/v1.json` is a model of format 1 (scorecards), `v2.json` one of format 2 (its headline additive, with
//! pairs); `v1-predictions.json` and `v2-predictions.json` hold rows in the order of the headline card, and score and
//! probability of each. A new format adds a pair and keeps the old ones.

use encours_models::{Artefact, Value};
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Number(f64),
    Name(String),
    Missing,
}

#[derive(Deserialize)]
struct Prediction {
    row: Vec<Cell>,
    score: i32,
    probability: f64,
}

#[test]
fn every_format_loads_and_answers_as_it_did() {
    for (text, predictions) in [
        (include_str!("../golden/v1.json"), include_str!("../golden/v1-predictions.json")),
        (include_str!("../golden/v2.json"), include_str!("../golden/v2-predictions.json")),
    ] {
        let artefact = Artefact::from_json(text).unwrap();
        assert_eq!(artefact.to_json().unwrap(), text.trim_end());
        let expected: Vec<Prediction> = serde_json::from_str(predictions).unwrap();
        assert!(expected.len() >= 50);
        for one in expected {
            let row: Vec<Value<'_>> = one.row.iter().map(value).collect();
            let scored = artefact.headline().card.score_row(&row).unwrap();
            assert_eq!(scored.score, one.score);
            assert_eq!(scored.probability.to_bits(), one.probability.to_bits());
        }
    }
}

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Number(number) => Value::Number(*number),
        Cell::Name(name) => Value::Category(name),
        Cell::Missing => Value::Missing,
    }
}
