//! Points are whole and add up to the score; effects in probability telescope to it.

use encours_core::assessment::{Assessment, Beside, Context, Request, Subject, Trade, assess};
use encours_core::policy::{RawQuote, Terms};
use encours_domain::{Currency, Money};

use crate::support::sample;

fn assessments() -> Vec<Assessment> {
    let sample = sample();
    let context = Context {
        book: Some(&sample.book),
        ledger_hash: &sample.ledger_hash,
        facts: &[],
        facts_hash: "",
        beside: Beside::default(),
        trade: Trade::default(),
        model: &sample.model,
        failure_model: None,
        quartiles: None,
        set_limit: None,
        group: &[],
        policy: &sample.policy,
        law: &sample.law,
    };
    let mut all = Vec::new();
    for client in (0..sample.book.clients().len()).step_by(3) {
        for (cents, days) in [(50_000, 0), (1_800_000, 45), (25_000_000, 60)] {
            let quote =
                RawQuote { terms: Some(Terms::net(days)), ..RawQuote::of(Money::from_minor(cents, Currency::EUR)) };
            let subject = Subject::Client(sample.book.clients().text(client));
            all.push(assess(&context, &Request { as_of: sample.as_of, subject, quote }).unwrap());
        }
    }
    all
}

#[test]
fn base_points_and_all_reasons_add_up_to_the_score() {
    let mut with_reasons = 0;
    for assessment in assessments() {
        let points: i32 = assessment.reasons.iter().filter_map(|reason| reason.points).sum();
        assert_eq!(assessment.late.base_points + points, assessment.late.score, "{:?}", assessment.client.id);
        with_reasons += usize::from(assessment.reasons.iter().any(|reason| reason.points.is_some()));
        // On the wire too, where a point is a whole number.
        let json: serde_json::Value = serde_json::from_str(&assessment.to_json()).unwrap();
        let on_wire: Option<Vec<i64>> = json["reasons"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|reason| !reason["points"].is_null())
            .map(|reason| reason["points"].as_i64())
            .collect();
        let sum = json["late"]["base_points"].as_i64().unwrap() + on_wire.unwrap().iter().sum::<i64>();
        assert_eq!(Some(sum), json["late"]["score"].as_i64());
    }
    assert!(with_reasons > 100, "the model says nothing: {with_reasons}");
}

#[test]
fn effects_telescope_from_the_neutral_client_to_the_headline() {
    let card = &sample().model.artefact().unwrap().headline().card;
    for assessment in assessments() {
        let (_, headline) =
            *assessment.late.over.iter().find(|(days, _)| *days == assessment.late.headline_over).unwrap();
        let effects: Vec<f64> = assessment.reasons.iter().filter_map(|reason| reason.p_effect).collect();
        let told = card.neutral_probability() + effects.iter().sum::<f64>();
        // Effects are told to six decimals.
        let tolerance = 5e-7 * f64::from(u32::try_from(effects.len()).unwrap()) + 1e-9;
        assert!((told - headline).abs() <= tolerance, "{:?}: {told} instead of {headline}", assessment.client.id);
        // The headline is a function of the score.
        assert_eq!(card.probability_of(assessment.late.score).to_bits(), headline.to_bits());
    }
}

#[test]
fn a_higher_score_is_a_lower_chance() {
    let card = &sample().model.artefact().unwrap().headline().card;
    let mut before = 1.0;
    for score in -200..1_200 {
        let chance = card.probability_of(score);
        assert!(chance <= before, "{score}");
        before = chance;
    }
}
