//! Golden predictions: a model once written must load and answer the same, byte for byte, for ever.
//!
//! `tests/golden/v1.json` is a model of format 1 (scorecards), `v2.json` one of format 2 (its headline additive, with
//! pairs), `v3.json` one of format 3 (hazards and a spread beside its cards), `v4.json` one of format 4 (an application card);
//! `v1-predictions.json` and its like hold rows
//! in the order of the headline card, and score and probability of each, `v3-days.json` evidence and the chance of
//! outlasting each band. A new format adds a pair and keeps the old ones.

use encours_models::{Artefact, BandEvidence, Value, joined_score};
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
        (include_str!("../golden/v3.json"), include_str!("../golden/v3-predictions.json")),
        (include_str!("../golden/v4.json"), include_str!("../golden/v4-predictions.json")),
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

#[derive(Deserialize)]
struct Applied {
    row: Vec<Cell>,
    history: i32,
    known: f64,
    score: i32,
}

#[test]
fn application_cards_answer_as_they_did() {
    let artefact = Artefact::from_json(include_str!("../golden/v4.json")).unwrap();
    let application = artefact.body().application.as_ref().unwrap();
    let expected: Vec<Applied> = serde_json::from_str(include_str!("../golden/v4-applications.json")).unwrap();
    assert!(expected.len() >= 50);
    for one in expected {
        let row: Vec<Value<'_>> = one.row.iter().map(value).collect();
        let (score, _) = application.card.card.score_only(&row).unwrap();
        assert_eq!(joined_score(one.history, score, application.weight(one.known)), one.score);
    }
}

#[derive(Deserialize)]
struct Days {
    starts: i32,
    /// Ended, at risk, recently ended, recently at risk, told, days: of each band.
    evidence: Vec<[f64; 6]>,
    outlasted: Vec<f64>,
}

#[test]
fn hazards_answer_as_they_did() {
    let artefact = Artefact::from_json(include_str!("../golden/v3.json")).unwrap();
    let hazards = artefact.body().hazards.as_ref().unwrap();
    let expected: Vec<Days> = serde_json::from_str(include_str!("../golden/v3-days.json")).unwrap();
    assert!(expected.len() >= 20);
    for one in expected {
        let evidence: Vec<BandEvidence> = one.evidence.iter().map(evidence).collect();
        let found = hazards.survival(one.starts, &evidence).unwrap();
        let bits = |list: &[f64]| list.iter().map(|chance| chance.to_bits()).collect::<Vec<u64>>();
        assert_eq!(bits(&found), bits(&one.outlasted));
    }
    assert_eq!(artefact.spread(30).unwrap().clients, 60);
    assert!(artefact.spread(0).is_none());
}

fn evidence(&[ended, at_risk, recent_ended, recent_at_risk, told, days]: &[f64; 6]) -> BandEvidence {
    BandEvidence { ended, at_risk, recent_ended, recent_at_risk, told, days }
}

fn value(cell: &Cell) -> Value<'_> {
    match cell {
        Cell::Number(number) => Value::Number(*number),
        Cell::Name(name) => Value::Category(name),
        Cell::Missing => Value::Missing,
    }
}
