//! What an answer says of the public record: who told what, how old it is, and why the rest is missing.

use encours_core::assessment::{Assessment, Beside, Context, Request, Subject, Trade, assess};
use encours_core::company::{AskOutcome, AskedRegister};
use encours_core::policy::{RawQuote, Terms};
use encours_domain::fact::{Fact, FactKind};
use encours_domain::{Currency, Money, Siren};
use serde_json::Value;

use crate::support::sample;

const SIREN: &str = "000100008";

fn fact(kind: FactKind, value: &str, valid: &str, known: &str) -> Fact {
    Fact {
        subject: SIREN.parse().unwrap(),
        kind,
        value: value.to_owned(),
        valid_from: valid.parse().unwrap(),
        known_from: known.parse().unwrap(),
        source: "register".to_owned(),
        fetched_on: Some("2026-05-20".parse().unwrap()),
        answer: None,
    }
}

fn identity(legal_form: &str, created: &str) -> Vec<Fact> {
    let since = |kind, value: &str| fact(kind, value, created, created);
    vec![
        since(FactKind::Name, "Menuiserie du Val"),
        since(FactKind::LegalForm, legal_form),
        since(FactKind::State, "active"),
        since(FactKind::Proceedings, "none"),
        since(FactKind::CreatedOn, created),
        since(FactKind::Sector, "16.23Z"),
        since(FactKind::Size, "03"),
    ]
}

fn asked(name: &str, tells: &[&str], outcome: AskOutcome) -> AskedRegister {
    let tells = tells.iter().map(|word| (*word).to_owned()).collect();
    AskedRegister { name: name.to_owned(), title: name.to_uppercase(), tells, outcome }
}

fn answer(facts: &[Fact], asked: &[AskedRegister], euros: i64) -> (Assessment, Value) {
    let sample = sample();
    let context = Context {
        book: Some(&sample.book),
        ledger_hash: &sample.ledger_hash,
        facts,
        facts_hash: "",
        beside: Beside { asked, around: &[] },
        trade: Trade::default(),
        model: &sample.model,
        failure_model: None,
        quartiles: None,
        set_limit: None,
        group: &[],
        policy: &sample.policy,
        law: &sample.law,
    };
    let quote = RawQuote { terms: Some(Terms::net(30)), ..RawQuote::of(Money::from_minor(euros * 100, Currency::EUR)) };
    let siren: Siren = SIREN.parse().unwrap();
    let request = Request { as_of: sample.as_of, subject: Subject::Siren(&siren), quote };
    let assessment = assess(&context, &request).unwrap();
    let json = serde_json::from_str(&assessment.to_json()).unwrap();
    (assessment, json)
}

/// Kind and English reason of what is missing.
fn missing(json: &Value, what: &str) -> Option<(String, String)> {
    let note = json["missing"].as_array().unwrap().iter().find(|note| note["what"] == what)?;
    Some((note["kind"].as_str().unwrap().to_owned(), note["why"]["en"].as_str().unwrap_or_default().to_owned()))
}

#[test]
fn the_four_kinds_of_missing_accounts_are_told_apart_with_their_reason() {
    let status = |word: &str| fact(FactKind::AccountsStatus, word, "2024-12-31", "2025-07-01");
    let with = |mut facts: Vec<Fact>, more: Fact| {
        facts.push(more);
        facts
    };
    let old = "2010-01-04";
    for (facts, euros, kind, why) in [
        (with(identity("5710", old), status("confidential")), 5_000, "confidential", "kept confidential"),
        (with(identity("5710", old), status("overdue")), 5_000, "overdue", "should have been filed"),
        (identity("5710", old), 5_000, "not_fetched", "no register was asked"),
        (identity("1000", old), 5_000, "not_applicable", "a natural person files none"),
        (identity("7210", old), 5_000, "not_applicable", "this legal form files none"),
        (identity("5710", "2026-01-05"), 5_000, "not_applicable", "too young"),
        (identity("5710", old), 500, "not_applicable", "up to an exposure of €1,000"),
    ] {
        let (_, json) = answer(&facts, &[], euros);
        let (found, says) = missing(&json, "accounts").unwrap();
        assert_eq!(found, kind, "{says}");
        assert!(says.contains(why), "{kind}: {says}");
    }
}

#[test]
fn filings_that_nobody_made_are_overdue_and_not_unfetched() {
    let bulletin = |mut facts: Vec<Fact>| {
        facts.iter_mut().filter(|fact| fact.kind == FactKind::Proceedings).for_each(|fact| {
            fact.source = "bodacc".to_owned();
        });
        facts
    };
    let kind = |facts: &[Fact]| missing(&answer(facts, &[], 5_000).1, "accounts").unwrap().0;
    assert_eq!(kind(&bulletin(identity("5710", "2010-01-04"))), "overdue");
    // Who need not file, or not yet, is not late.
    assert_eq!(kind(&bulletin(identity("5202", "2010-01-04"))), "not_fetched");
    assert_eq!(kind(&bulletin(identity("5710", "2026-01-05"))), "not_applicable");
    // The last closing that was filed is 22 months old, and the bulletin was read since.
    let mut facts = bulletin(identity("5710", "2010-01-04"));
    let closing = |kind, value: &str| fact(kind, value, "2024-07-31", "2025-01-10");
    facts.extend([
        closing(FactKind::AccountsStatus, "public"),
        closing(FactKind::AccountsClosedOn, "2024-07-31"),
        closing(FactKind::Equity, "90000"),
        closing(FactKind::Turnover, "500000"),
        closing(FactKind::NetResult, "9000"),
    ]);
    assert_eq!(kind(&facts), "overdue");
    // Nobody read the bulletin: the same figures stand until they are 24 months old.
    facts.iter_mut().for_each(|fact| fact.source = "register".to_owned());
    assert_eq!(missing(&answer(&facts, &[], 5_000).1, "accounts"), None);
}

#[test]
fn a_register_that_did_not_tell_is_named_and_the_verdict_is_a_persons() {
    let registers = [
        asked("sirene", &["name", "state", "legal_form"], AskOutcome::Answered),
        asked("bodacc", &["proceedings", "accounts"], AskOutcome::Late),
        asked("ratios", &["accounts"], AskOutcome::Limited),
    ];
    let mut facts = identity("5710", "2010-01-04");
    facts.retain(|fact| fact.kind != FactKind::Proceedings);
    let (assessment, json) = answer(&facts, &registers, 5_000);
    assert_eq!(json["verdict"], "refer");
    let late = "BODACC did not answer in time";
    assert_eq!(missing(&json, "proceedings").unwrap(), ("not_fetched".to_owned(), late.to_owned()));
    assert_eq!(missing(&json, "accounts").unwrap().1, format!("{late}; RATIOS asks to come back later"));
    let told: Vec<&str> =
        json["registers"].as_array().unwrap().iter().map(|one| one["outcome"].as_str().unwrap()).collect();
    assert_eq!(told, ["answered", "late", "limited"]);
    // Another fate of the question is another answer.
    let (other, _) = answer(&facts, &[], 5_000);
    assert_ne!(assessment.id(), other.id());
}

#[test]
fn facts_are_told_with_source_and_days_and_a_masked_person_is_masked() {
    let (_, json) = answer(&identity("5710", "2010-01-04"), &[], 5_000);
    let state = json["known"].as_array().unwrap().iter().find(|one| one["what"] == "state").unwrap();
    assert_eq!(state["value"], "active");
    let told = (&state["source"], &state["known_from"], &state["fetched_at"]);
    assert_eq!(told, (&"register".into(), &"2010-01-04".into(), &"2026-05-20".into()));

    let mut facts = identity("1000", "2010-01-04");
    let since = |kind, value: &str| fact(kind, value, "2010-01-04", "2010-01-04");
    facts.extend([since(FactKind::Diffusion, "partial"), since(FactKind::Address, "1 RUE DU BOIS, 00100 NULLE-PART")]);
    let (_, json) = answer(&facts, &[], 5_000);
    let text = json.to_string();
    assert!(!text.contains("Menuiserie") && !text.contains("RUE DU BOIS"), "{text}");
    assert_eq!(missing(&json, "name").unwrap().0, "confidential");
}

#[test]
fn accounts_come_with_ratios_and_scores_that_say_whom_they_were_made_for() {
    let line = |kind, euros: &str| fact(kind, euros, "2025-12-31", "2026-05-10");
    let mut facts = identity("5710", "2010-01-04");
    facts.extend([
        line(FactKind::AccountsStatus, "public"),
        line(FactKind::AccountsClosedOn, "2025-12-31"),
        line(FactKind::TotalAssets, "1000000"),
        line(FactKind::CurrentAssets, "600000"),
        line(FactKind::DebtsWithinYear, "400000"),
        line(FactKind::TotalDebts, "500000"),
        line(FactKind::Equity, "500000"),
        line(FactKind::RetainedEarnings, "300000"),
        line(FactKind::PaidUpCapital, "200000"),
        line(FactKind::Turnover, "2000000"),
        line(FactKind::NetResult, "60000"),
        line(FactKind::OperatingResult, "100000"),
    ]);
    let (_, json) = answer(&facts, &[], 5_000);
    let accounts = &json["accounts"];
    assert_eq!((&accounts["read"], &accounts["closed_on"]), (&true.into(), &"2025-12-31".into()));
    assert_eq!(accounts["capital_below_half"], false);
    // 6.56 × 0.2 + 3.26 × 0.3 + 6.72 × 0.1 + 1.05 × 1 = 4.012, as worked by hand.
    assert_eq!((&accounts["scores"][0]["value"], &accounts["scores"][0]["zone"]), (&4.012.into(), &"safe".into()));
    let lacking = &accounts["not_computed"][0];
    assert_eq!(lacking["name"], "Conan-Holder (1979)");
    assert!(lacking["lacking"]["lines"].as_array().unwrap().contains(&"gross_operating_surplus".into()));
    assert_eq!(accounts["ratios"][0]["name"], "liquidity");
    // Below the entry amount they are shown and not read.
    assert_eq!(answer(&facts, &[], 500).1["accounts"]["read"], false);
}
