//! The application card: strangers are told apart by what the registers say of them.

use std::fmt::Write;

use encours_domain::Siren;
use encours_services::{Asked, AssessRequest, ImportOptions, InputFile, TrainOptions};
use serde_json::Value;

use crate::support::{Desk, day, now};

const FACTS: &str = "subject,kind,value,valid_from,known_from,source\n";

/// A small generator with a fixed seed (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((self.0 >> 33) % bound).unwrap()
    }
}

/// Numbers of companies that nobody has: those with four leading noughts and the right check digit.
fn sirens() -> impl Iterator<Item = Siren> {
    (1..100_000).filter_map(|number| format!("0000{number:05}").parse().ok())
}

/// Clients that come one after the other; each buys six times. Of `young` ones three invoices in five are paid over a
/// month late, of the others one in twenty. `tells`: whether the year of creation that the register gives is theirs.
fn ledger_and_facts(clients: usize, tells: bool) -> (String, String) {
    let mut dice = Dice(5);
    let (first, last) = (day("2023-01-02"), day("2026-05-29"));
    let (mut ledger, mut facts) =
        ("client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\n".to_owned(), FACTS.to_owned());
    for (client, siren) in sirens().take(clients).enumerate() {
        let young = dice.below(2) == 0;
        let looks_young = if tells { young } else { dice.below(2) == 0 };
        let year = if looks_young { 2021 + dice.below(2) } else { 1985 + dice.below(30) };
        writeln!(facts, "{siren},created_on,{year}-03-01,{year}-03-01,2026-05-20,insee_sirene").unwrap();
        let start = first.plus(i32::try_from(client * 900 / clients).unwrap()).unwrap();
        for step in 0..6 {
            let issued = start.plus(step * 40 + dice.below(9)).unwrap();
            let due = issued.plus(30).unwrap();
            let late = dice.below(100) < if young { 60 } else { 5 };
            let paid = due.plus(if late { 31 + dice.below(40) } else { dice.below(6) - 3 }).unwrap();
            if issued > last {
                continue;
            }
            let paid = if paid > last { String::new() } else { paid.to_string() };
            let euros = 200 + dice.below(4_000);
            writeln!(ledger, "C-{client:04},F-{client}-{step},{issued},{due},{euros}.00,{paid},{siren}").unwrap();
        }
    }
    for (siren, year) in strangers().into_iter().zip([2024, 1990]) {
        writeln!(facts, "{siren},created_on,{year}-03-01,{year}-03-01,2026-05-20,insee_sirene").unwrap();
    }
    (ledger, facts)
}

/// A young company and an old one that the ledger does not know.
fn strangers() -> [Siren; 2] {
    let mut others = sirens().skip(5_000);
    [others.next().unwrap(), others.next().unwrap()]
}

async fn desk(tells: bool) -> Desk {
    let desk = Desk::new().await;
    let (ledger, facts) = ledger_and_facts(900, tells);
    let file = |name: &str, text: String| vec![InputFile::new(name, text.into_bytes())];
    desk.services.import(file("ledger.csv", ledger), ImportOptions::default(), now()).await.unwrap();
    desk.services.import_companies(file("facts.csv", facts), false, now()).await.unwrap();
    desk
}

async fn asked(desk: &Desk, who: Asked) -> Value {
    let request = AssessRequest { as_of: Some(day("2026-05-31")), store: true, ..AssessRequest::new(who, "1000") };
    let answer = desk.services.assess(request, now()).await.unwrap();
    assert!(desk.services.replay(answer.id()).await.unwrap().equal);
    serde_json::from_str(&answer.to_json()).unwrap()
}

fn over_30(answer: &Value) -> f64 {
    answer["late"]["p_over_30"].as_f64().unwrap()
}

#[tokio::test]
async fn strangers_are_told_apart_and_a_history_outweighs_the_card() {
    let desk = desk(true).await;
    let report = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert_eq!(report.no_application, None);
    let card = report.model.application.clone().unwrap();
    assert_eq!(card.card.first().map(|row| row.feature.as_str()), Some("age_years"));
    assert!(card.measured.card.auc > 0.7 && card.measured.without.auc < 0.6, "{:?}", card.measured);
    assert!(report.promoted, "{report:?}");

    let [young, old] = strangers();
    let (young, old) =
        (asked(&desk, Asked::Siren(young.to_string())).await, asked(&desk, Asked::Siren(old.to_string())).await);
    // Three in five, and one in twenty; the card is shrunk, as it was learnt from few.
    assert!(over_30(&young) > 0.4 && over_30(&old) < 0.2, "{} {}", over_30(&young), over_30(&old));
    let reasons = young["reasons"].as_array().unwrap();
    let age = reasons.iter().find(|reason| reason["code"] == "RECORD_AGE_YEARS").unwrap();
    assert_eq!((age["en"].as_str(), age["fr"].as_str()), (Some("age: 2 years"), Some("âge : 2 ans")));
    for answer in [&young, &old] {
        let points: i64 = answer["reasons"].as_array().unwrap().iter().filter_map(|one| one["points"].as_i64()).sum();
        let late = &answer["late"];
        assert_eq!(late["base_points"].as_i64().unwrap() + points, late["score"].as_i64().unwrap());
        let chances = ["p_over_0", "p_over_30", "p_over_60", "p_over_90"].map(|name| late[name].as_f64().unwrap());
        assert!(chances.is_sorted_by(|one, next| one >= next), "{chances:?}");
    }

    // A client with a history is told by it: the same record moves it less than it moves a stranger.
    let client = asked(&desk, Asked::Client("C-0100".to_owned())).await;
    let of_age = |answer: &Value| {
        let reasons = answer["reasons"].as_array().unwrap();
        let age = reasons.iter().find(|reason| reason["code"] == "RECORD_AGE_YEARS");
        age.and_then(|age| age["points"].as_i64()).unwrap_or(0)
    };
    assert!(of_age(&young) < 0 && 0 < of_age(&old));
    let alike = if of_age(&client) < 0 { of_age(&young) } else { of_age(&old) };
    assert!(of_age(&client).abs() < alike.abs(), "{} {alike}", of_age(&client));
}

#[tokio::test]
async fn a_record_that_tells_nothing_gives_no_card() {
    let desk = desk(false).await;
    let report = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert_eq!(report.model.application, None);
    let why = report.no_application.unwrap();
    assert!(why.contains("Brier") || why.contains("too few"), "{why}");
}

#[tokio::test]
async fn without_a_record_there_is_no_card() {
    let desk = Desk::new().await;
    let (ledger, _) = ledger_and_facts(300, true);
    let file = vec![InputFile::new("ledger.csv", ledger.into_bytes())];
    desk.services.import(file, ImportOptions::default(), now()).await.unwrap();
    let report = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    assert_eq!(report.model.application, None);
    assert!(report.no_application.unwrap().contains("nothing public is known"));
}
