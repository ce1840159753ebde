//! A made-up company's Sellsy: invoices, deposits, credit notes, a token that expires in the middle.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use super::SPEC;
use crate::SourceError;
use crate::pull::PullState;
use crate::tests::battery::{Play, lines, told};
use crate::tests::server::{Asked, JumpingClock, Reply, Server};

const SECRET: &str = "sell-S3cret/+%42";
const TOKEN: &str = "bearer-T0k3n-";

fn play() -> Play {
    Play {
        spec: SPEC,
        credentials: &[("client_id", "client-1d-77"), ("client_secret", SECRET)],
        secrets: &["sell-S3cret", "bearer-T0k3n", "client-1d-77"],
        answer,
        fields: &[
            "data",
            "pagination",
            "offset",
            "number",
            "status",
            "date",
            "currency",
            "amounts",
            "total_incl_tax",
            "related",
            "paid_at",
            "access_token",
        ],
    }
}

fn document(id: u64, status: &str, date: &str, due: Value, total: &str, left: Value) -> Value {
    json!({
        "id": id, "number": format!("FA-{id}"), "status": status, "date": date, "due_date": due, "currency": "EUR",
        "created": format!("{date}T10:00:00+01:00"), "related": [{ "type": "contact", "id": 4 }, { "type": "company", "id": 9 }],
        "amounts": { "total_excl_tax": "1", "total_incl_tax": total, "total_remaining_due_incl_tax": left },
        "is_deposit": id == 103, "parent": null, "pdf_link": format!("https://example.org/{status}"),
    })
}

fn invoices() -> Vec<Value> {
    vec![
        document(101, "paid", "2026-01-10", json!("2026-02-09"), "2520.000", json!("0.000")),
        document(102, "payinprogress", "2026-01-20", json!("2026-02-19"), "1000.000", json!("250.000")),
        document(103, "paid", "2026-02-01", json!("2026-02-15"), "300.000", json!("0.000")),
        document(104, "draft", "2026-02-02", json!(null), "10.000", json!("10.000")),
        document(105, "cancelled", "2026-02-03", json!("2026-03-03"), "11.000", json!("11.000")),
        document(106, "late", "2026-03-01", json!("2026-03-31"), "120.000", json!("20.000")),
        document(107, "strange", "2026-03-02", json!("2026-03-31"), "12.000", json!("12.000")),
        document(108, "due", "2026-11-02", json!("2026-12-31"), "12.345", json!("12.345")),
    ]
}

fn credit_notes() -> Vec<Value> {
    let mut note = document(201, "spent", "2026-03-05", json!(null), "100.000", json!(null));
    note["number"] = json!("AV-201");
    note["parent"] = json!({ "type": "invoice", "id": 106 });
    vec![note]
}

fn paid(id: u64, at: &str, status: &str, direction: &str, value: &str, related: &[u64]) -> Value {
    let related: Vec<Value> = related.iter().map(|id| json!({ "type": "invoice", "id": id })).collect();
    json!({ "id": id, "number": null, "paid_at": at, "status": status, "type": direction, "payment_method_id": 1,
            "amount": { "value": value, "currency": "EUR" }, "related": related })
}

fn payments(id: &str) -> Vec<Value> {
    match id {
        "101" => vec![paid(1, "2026-02-28T23:30:00Z", "confirmed", "credit", "2520.00", &[101])],
        "102" => vec![
            paid(2, "2026-02-20T10:55:57+01:00", "confirmed", "credit", "500.00", &[102]),
            // One payment for two invoices.
            paid(3, "2026-03-03T09:00:00+01:00", "confirmed", "credit", "800.00", &[102, 999]),
            paid(4, "2026-03-04T09:00:00+01:00", "pending", "credit", "250.00", &[102]),
        ],
        // Came in, went back, came in again.
        "103" => vec![
            paid(5, "2026-02-16T00:10:00+01:00", "confirmed", "credit", "300.00", &[103]),
            paid(6, "2026-02-20T09:00:00+01:00", "confirmed", "debit", "300.00", &[103]),
            paid(7, "2026-03-01T09:00:00+01:00", "confirmed", "credit", "300.00", &[103]),
        ],
        _ => Vec::new(),
    }
}

/// Three lines a page; the cursor stands on the last page too.
fn page(all: &[Value], asked: &Asked) -> Reply {
    let start: usize = asked.query.get("offset").map_or(0, |offset| offset.trim_start_matches('W').parse().unwrap());
    let data: Vec<&Value> = all.iter().skip(start).take(3).collect();
    let offset = format!("W{}", start + data.len());
    Reply::json(
        &json!({ "data": data, "pagination": { "limit": 3, "count": data.len(), "total": all.len(), "offset": offset } }),
    )
}

fn answer(asked: &Asked) -> Reply {
    if asked.path == "/oauth2/access-tokens" {
        let body = asked.json();
        if body["client_secret"] != SECRET || body["grant_type"] != "client_credentials" {
            return Reply::status(400);
        }
        return Reply::json(
            &json!({ "access_token": format!("{TOKEN}1"), "token_type": "Bearer", "expires_in": 86400 }),
        );
    }
    if !asked.headers.get("authorization").is_some_and(|value| value.starts_with(&format!("Bearer {TOKEN}"))) {
        return Reply::status(401);
    }
    let parts: Vec<&str> = asked.path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        ["invoices", "search"] => page(&invoices(), asked),
        ["credit-notes", "search"] => page(&credit_notes(), asked),
        ["invoices", id, "payments"] => page(&payments(id), asked),
        ["invoices", id] => {
            let found = invoices().into_iter().find(|one| one["id"].as_u64() == id.parse().ok());
            found.map_or(Reply::status(404), |one| Reply::json(&one))
        }
        ["companies", _] => {
            let legal = json!({ "siret": "00050096700012", "siren": null });
            Reply::json(&json!({ "id": 9, "name": "Forges Imaginaires", "legal_france": legal }))
        }
        _ => Reply::status(404),
    }
}

#[tokio::test]
async fn withstands_everything() {
    play().run().await;
}

#[tokio::test]
async fn every_status_and_payment_is_understood() {
    let state = play().unbroken().await;
    assert_eq!(
        lines(&state),
        [
            "company-9 AV-201/1 2026-03-05 due 2026-03-05 (inferred) -100.00 EUR credit note corrects FA-106",
            "company-9 FA-101/1 2026-01-10 due 2026-02-09 2520.00 EUR invoice",
            "company-9 FA-102/1 2026-01-20 due 2026-02-19 1000.00 EUR invoice",
            "company-9 FA-103/1 2026-02-01 due 2026-02-15 300.00 EUR deposit",
            "company-9 FA-106/1 2026-03-01 due 2026-03-31 120.00 EUR invoice",
            "FA-101/1 2026-03-01 2520.00 EUR payment (stated)",
            "FA-102/1 2026-02-20 500.00 EUR payment (stated)",
            "FA-102/1 2026-03-03 250.00 EUR payment (matched by letter)",
            "FA-103/1 2026-02-16 300.00 EUR payment (stated)",
            "FA-103/1 2026-02-20 -300.00 EUR reversal (stated)",
            "FA-103/1 2026-03-01 300.00 EUR payment (stated)",
        ]
    );
    let (faults, notes) = told(&state);
    assert_eq!(faults.len(), 2, "{faults:#?}");
    assert!(faults[0].starts_with("sellsy invoice-107, column `status`, value `strange`: an unknown word"));
    assert!(faults[1].starts_with("sellsy invoice-108, column `amounts.total_incl_tax`, value `12.345`"));
    assert_eq!(notes.len(), 1, "{notes:#?}");
    assert!(notes[0].contains("payment 4 isn't counted"));
    assert_eq!(state.ledger().client("company-9").unwrap().siren.as_deref(), Some("000500967"));
}

#[tokio::test]
async fn a_token_that_expires_in_the_middle_is_renewed_once() {
    let expected = play().unbroken().await;
    for expires_at in 2..9 {
        let logins = Arc::new(AtomicUsize::new(0));
        let counted = logins.clone();
        let server = Server::start(move |asked| {
            if asked.path == "/oauth2/access-tokens" {
                let number = counted.fetch_add(1, Ordering::SeqCst);
                return Reply::json(&json!({ "access_token": format!("{TOKEN}{number}"), "expires_in": 86400 }));
            }
            let old = asked.headers["authorization"].ends_with("-0");
            if old && asked.before >= expires_at { Reply::status(401) } else { answer(asked) }
        })
        .await;
        let mut state = PullState::new(SPEC.name);
        play().round(&server, &mut state).await.unwrap();
        assert_eq!(state, expected);
        assert_eq!(logins.load(Ordering::SeqCst), 2, "expired at {expires_at}");
    }
}

#[tokio::test]
async fn a_new_token_that_is_refused_too_is_an_error_and_no_loop() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/oauth2/access-tokens" => answer(asked),
        _ => Reply::status(401),
    })
    .await;
    let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
    assert!(matches!(error, SourceError::Denied { status: 401, .. }), "{error:?}");
    assert_eq!(server.asked().len(), 4);
}

#[tokio::test]
async fn a_token_is_not_used_in_its_last_minute() {
    let server = Server::start(answer).await;
    let clock = JumpingClock::new();
    let source = play().source(&server, clock.clone());
    let mut state = PullState::new(SPEC.name);
    state.step(&*source).await.unwrap();
    clock.advance(Duration::from_secs(86_345));
    state.step(&*source).await.unwrap();
    let logins = server.asked().iter().filter(|asked| asked.path == "/oauth2/access-tokens").count();
    assert_eq!(logins, 2);
}

#[tokio::test]
async fn wrong_credentials_are_refused_without_being_shown() {
    let server = Server::start(|_| Reply::status(400)).await;
    let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
    assert!(matches!(error, SourceError::Denied { status: 400, .. }), "{error:?}");
}

#[tokio::test]
async fn payments_are_asked_again_only_where_the_line_changed() {
    let server = Server::start(answer).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    let before = server.asked().len();
    play().round(&server, &mut state).await.unwrap();
    let again = server.asked();
    assert!(again[before..].iter().all(|asked| !asked.path.ends_with("/payments")), "{:#?}", &again[before..]);
}

#[tokio::test]
async fn what_the_list_no_longer_shows_is_asked_for_before_it_goes() {
    let server = Server::start(answer).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    // 101 slipped from the list although it is there; 102 was deleted.
    let server = Server::start(|asked| match asked.path.as_str() {
        "/invoices/search" => page(&invoices()[2..], asked),
        "/invoices/102" => Reply::status(404),
        _ => answer(asked),
    })
    .await;
    play().round(&server, &mut state).await.unwrap();
    assert!(state.ledger().record("invoice-101").is_some());
    assert!(state.ledger().record("invoice-102").is_none());
}
