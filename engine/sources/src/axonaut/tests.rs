//! A made-up company's Axonaut: amounts as numbers, pages in a header that shift while they are read.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::SPEC;
use crate::SourceError;
use crate::pull::PullState;
use crate::tests::battery::{Play, lines, told};
use crate::tests::server::{Asked, JumpingClock, Reply, Server};

const KEY: &str = "axo-K3y-0123456789";

fn play() -> Play {
    Play {
        spec: SPEC,
        credentials: &[("key", KEY)],
        secrets: &["axo-K3y"],
        answer: |asked| answer(&world(), asked),
        fields: &["number", "date", "due_date", "paid_date", "total", "outstanding_amount", "amount"],
    }
}

fn invoice(id: u64, date: &str, due: &str, total: Value, left: Value, paid: Value) -> Value {
    json!({ "id": id, "number": format!("A{id}"), "date": date, "due_date": due, "pre_tax_amount": 1.0, "tax_amount": 0.2,
            "total": total, "outstanding_amount": left, "paid_date": paid, "company": { "id": 5, "name": "Brasserie Fictive" } })
}

fn world() -> Vec<Value> {
    let mut nobody = invoice(7, "2026-05-01", "2026-05-31", json!(10.0), json!(10.0), json!(null));
    nobody["company"] = json!(null);
    let mut flat = invoice(8, "2026-05-02", "2026-06-01", json!("20.40"), json!("20.40"), json!(null));
    flat.as_object_mut().unwrap().remove("company");
    flat["company_id"] = json!(6);
    flat["company_name"] = json!("Moulin Rêvé");
    vec![
        invoice(
            1,
            "2026-01-05T00:00:00+01:00",
            "2026-02-04T00:00:00+01:00",
            json!(1200.3),
            json!(0),
            json!("2026-02-28"),
        ),
        invoice(2, "2026-02-01", "2026-03-03", json!(100), json!(0.0), json!("2026-04-30T22:30:00Z")),
        invoice(3, "2026-03-01", "2026-03-31", json!(300.0), json!(100.0), json!(null)),
        invoice(4, "2026-04-01", "2026-05-01", json!(-50.0), json!(-50.0), json!(null)),
        invoice(5, "2026-04-02", "2026-05-02", json!(0.1), json!(0.1), json!(null)),
        invoice(6, "2026-04-03", "2026-05-03", json!(33.333), json!(33.333), json!(null)),
        nobody,
        flat,
    ]
}

/// Two lines a page, newest last.
fn answer(world: &[Value], asked: &Asked) -> Reply {
    if asked.headers.get("userapikey").map(String::as_str) != Some(KEY) {
        return Reply::status(401);
    }
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["invoices"] => {
            let page: usize = asked.headers["page"].parse().unwrap();
            let lines: Vec<&Value> = world.iter().skip((page - 1) * 2).take(2).collect();
            Reply::json(&json!(lines))
        }
        // One payment a page, and another invoice's among them as from a server that knows no filter.
        ["payments"] => {
            let page: usize = asked.headers["page"].parse().unwrap();
            let payments = [
                json!({ "id": 2, "invoice_id": 1, "date": "2026-02-28", "amount": 700.1, "nature": "Virement" }),
                json!({ "id": 1, "invoice_id": 1, "date": "2026-02-10T00:00:00+01:00", "amount": 500.2, "nature": "Chèque" }),
                json!({ "id": 3, "invoice_id": 9, "date": "2026-02-11", "amount": 9.0, "nature": "Autre" }),
            ];
            let own = asked.query["invoice_id"] == "1";
            let found: Vec<&Value> = payments.iter().skip(page - 1).take(1).filter(|_| own).collect();
            Reply::json(&json!(found))
        }
        ["invoices", id] => {
            let found = world.iter().find(|one| one["id"].as_u64() == id.parse().ok());
            found.map_or(Reply::status(404), Reply::json)
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn withstands_everything() {
    play().run().await;
}

#[tokio::test]
async fn amounts_dates_and_clients_are_understood() {
    let state = play().unbroken().await;
    assert_eq!(
        lines(&state),
        [
            "5 A1/1 2026-01-05 due 2026-02-04 1200.30 EUR invoice",
            "5 A2/1 2026-02-01 due 2026-03-03 100.00 EUR invoice",
            "5 A4/1 2026-04-01 due 2026-04-01 (inferred) -50.00 EUR credit note",
            "5 A5/1 2026-04-02 due 2026-05-02 0.10 EUR invoice",
            "6 A8/1 2026-05-02 due 2026-06-01 20.40 EUR invoice",
            "A1/1 2026-02-10 500.20 EUR payment (stated)",
            "A1/1 2026-02-28 700.10 EUR payment (stated)",
            // No list of payments: the last day, on which it was May in Paris already.
            "A2/1 2026-05-01 100.00 EUR payment (stated)",
        ]
    );
    let (faults, notes) = told(&state);
    assert_eq!(faults.len(), 3, "{faults:#?}");
    assert!(
        faults[0].starts_with("axonaut 3, column `left to pay`, value `100.00 EUR`: 200.00 EUR was settled on no day")
    );
    assert!(faults[1].starts_with("axonaut 6, column `total`, value `33.333`"));
    assert!(faults[2].starts_with("axonaut 7, column `company`"));
    assert_eq!(notes.len(), 1, "{notes:#?}");
    assert!(notes[0].contains("the day of the last payment"));
}

/// Whatever happens between two pages: nothing that was there throughout is missing, nothing is there twice.
#[tokio::test]
async fn pages_that_shift_lose_and_double_nothing() {
    let all = world();
    for after_request in 0..6 {
        for inserted in [true, false] {
            let held = Arc::new(Mutex::new(all.clone()));
            let shifting = held.clone();
            let server = Server::start(move |asked| {
                let mut world = shifting.lock().unwrap();
                let lists = asked.path == "/invoices";
                let reply = answer(&world, asked);
                if lists && asked.before == after_request {
                    if inserted {
                        world.insert(0, invoice(99, "2026-11-22", "2026-12-22", json!(5), json!(5), json!(null)));
                    } else {
                        world.remove(0);
                    }
                }
                reply
            })
            .await;
            let mut state = PullState::new(SPEC.name);
            play().round(&server, &mut state).await.unwrap();
            let world = held.lock().unwrap().clone();
            for one in &world {
                let id = one["id"].to_string();
                if id != "99" {
                    assert!(state.ledger().record(&id).is_some(), "{id} is lost (after {after_request}, {inserted})");
                }
            }
            // The next round has it all, to the byte.
            play().round(&server, &mut state).await.unwrap();
            let whole = Server::start(move |asked: &Asked| answer(&world, asked)).await;
            let mut expected = PullState::new(SPEC.name);
            play().round(&whole, &mut expected).await.unwrap();
            assert_eq!(state.ledger().to_bytes().unwrap(), expected.ledger().to_bytes().unwrap());
        }
    }
}

#[tokio::test]
async fn a_page_that_comes_twice_is_harmless_and_one_that_comes_for_ever_is_an_error() {
    let expected = play().unbroken().await;
    // Page 2 shows page 1 the first time it is asked.
    let server = Server::start(|asked| {
        let mut asked = asked.clone();
        if asked.path == "/invoices" && asked.headers["page"] == "2" && asked.before < 6 {
            asked.headers.insert("page".to_owned(), "1".to_owned());
        }
        answer(&world(), &asked)
    })
    .await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    assert_eq!(state.ledger(), expected.ledger());

    let server = Server::start(|asked| {
        let mut asked = asked.clone();
        asked.headers.insert("page".to_owned(), "1".to_owned());
        answer(&world(), &asked)
    })
    .await;
    let source = play().source(&server, JumpingClock::new());
    let mut state = PullState::new(SPEC.name);
    let error = loop {
        match state.step(&*source).await {
            Ok(progress) => assert!(!progress.over),
            Err(error) => break error,
        }
    };
    assert!(matches!(error, SourceError::Repeats { .. }), "{error:?}");
}

#[tokio::test]
async fn an_account_without_invoices_is_empty() {
    let server = Server::start(|asked| answer(&[], asked)).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    assert_eq!((state.rounds(), lines(&state)), (1, Vec::new()));
}
