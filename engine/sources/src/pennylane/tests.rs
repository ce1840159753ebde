//! A made-up company's Pennylane: every status, payments of every sort, and worlds that change while they are read.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::SPEC;
use crate::pull::PullState;
use crate::tests::battery::{Play, lines, told};
use crate::tests::server::{Asked, Reply, Server};

const TOKEN: &str = "pl-T0ken/\"+42";

fn play() -> Play {
    Play {
        spec: SPEC,
        credentials: &[("token", TOKEN)],
        secrets: &["pl-T0ken"],
        answer: |asked| answer(&world(), asked),
        fields: &[
            "items",
            "has_more",
            "invoice_number",
            "currency_amount",
            "date",
            "deadline",
            "paid",
            "status",
            "remaining_amount_with_tax",
            "customer",
            "credited_invoice",
            "updated_at",
        ],
    }
}

/// A world: invoices, and what was matched and paid of each.
#[derive(Clone, Default)]
struct World {
    invoices: Vec<Value>,
    transactions: Vec<(u64, Value)>,
    payments: Vec<(u64, Value)>,
    changes: Vec<Value>,
}

fn invoice(id: u64, status: &str, date: &str, deadline: &str, amount: &str, left: &str) -> Value {
    json!({
        "id": id, "label": "x", "invoice_number": format!("F-{id}"), "currency": "EUR", "amount": amount,
        "currency_amount": amount, "date": date, "deadline": deadline, "paid": status == "paid", "status": status,
        "draft": status == "draft", "remaining_amount_with_tax": left,
        "customer": { "id": 7, "url": "https://example.org/customers/7" }, "credited_invoice": null,
        "updated_at": "2026-11-01T10:00:00.000000Z", "public_file_url": "https://example.org/expires",
    })
}

fn with(mut object: Value, changes: &[(&str, Value)]) -> Value {
    for (name, value) in changes {
        object[*name] = value.clone();
    }
    object
}

fn transaction(date: &str, amount: &str) -> Value {
    json!({ "id": 1, "date": date, "amount": amount, "currency": "EUR", "currency_amount": amount })
}

fn payment(id: u64, status: &str, amount: &str, updated_at: &str) -> Value {
    json!({ "id": id, "label": "x", "currency": "EUR", "currency_amount": amount, "status": status,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": updated_at })
}

fn world() -> World {
    World {
        invoices: vec![
            invoice(1, "paid", "2026-01-05", "2026-02-04", "1200.0", "0.0"),
            invoice(2, "late", "2026-02-01", "2026-03-03", "1000.00", "400.00"),
            invoice(3, "draft", "2026-02-02", "2026-03-04", "50.00", "50.00"),
            invoice(4, "archived", "2026-02-02", "2026-03-04", "60.00", "60.00"),
            with(invoice(5, "upcoming", "2026-11-01", "2026-12-01", "80.00", "80.00"), &[("deadline", json!(null))]),
            with(invoice(6, "late", "2026-03-01", "2026-03-31", "90.00", "90.00"), &[("customer", json!(null))]),
            invoice(7, "paid", "2026-04-01", "2026-05-01", "500.00", "0.0"),
            invoice(8, "partially_cancelled", "2026-05-01", "2026-05-31", "300.00", "0.0"),
            with(
                invoice(9, "credit_note", "2026-05-10", "2026-05-10", "-100.00", "0.0"),
                &[("credited_invoice", json!({"id": 8}))],
            ),
            invoice(10, "late", "2026-06-01", "2026-07-01", "250.00", "250.00"),
            invoice(11, "paid", "2026-06-02", "2026-07-02", "70.00", "0.0"),
            invoice(12, "surprise", "2026-06-03", "2026-07-03", "75.00", "0.0"),
            with(
                invoice(13, "paid", "2026-06-04", "2026-07-04", "110.00", "0.0"),
                &[("currency", json!("USD")), ("currency_amount", json!("120.00"))],
            ),
            with(invoice(14, "late", "2026-06-05", "2026-07-05", "abc", "0.0"), &[]),
        ],
        transactions: vec![
            (1, transaction("2026-02-10", "1200.00")),
            (2, transaction("2026-03-15", "600.00")),
            // One transfer for several invoices.
            (7, transaction("2026-05-20", "2500.00")),
            (8, transaction("2026-06-15", "200.00")),
            (
                13,
                json!({ "id": 2, "date": "2026-07-10", "amount": "110.00", "currency": "USD", "currency_amount": "120.00" }),
            ),
        ],
        payments: vec![
            (10, payment(1, "failed", "250.00", "2026-07-03T22:30:00Z")),
            (10, payment(2, "whatever", "250.00", "2026-07-09T10:00:00Z")),
            (2, payment(3, "initiated", "400.00", "2026-03-15T10:00:00Z")),
        ],
        changes: Vec::new(),
    }
}

/// Two lines a page, by ascending id after the cursor.
fn answer(world: &World, asked: &Asked) -> Reply {
    if asked.headers.get("authorization") != Some(&format!("Bearer {TOKEN}")) {
        return Reply::status(401);
    }
    let path = asked.path.trim_start_matches('/');
    let parts: Vec<&str> = path.split('/').collect();
    let after: u64 = asked.query.get("cursor").map_or(0, |cursor| cursor.trim_start_matches('c').parse().unwrap());
    let page = |all: Vec<&Value>| {
        let start = usize::try_from(after).unwrap();
        let items: Vec<&Value> = all.iter().skip(start).take(2).copied().collect();
        let more = all.len() > start + 2;
        let next = if more { json!(format!("c{}", start + 2)) } else { json!(null) };
        Reply::json(&json!({ "items": items, "has_more": more, "next_cursor": next }))
    };
    match parts.as_slice() {
        ["customer_invoices"] => {
            // A cursor that holds the last id: nothing shifts when lines come or go.
            let id = |invoice: &Value| invoice["id"].as_u64().unwrap();
            let mut rest: Vec<&Value> = world.invoices.iter().filter(|one| id(one) > after).collect();
            rest.sort_by_key(|one| id(one));
            let more = rest.len() > 2;
            rest.truncate(2);
            let next = if more { json!(format!("c{}", id(rest[1]))) } else { json!(null) };
            Reply::json(&json!({ "items": rest, "has_more": more, "next_cursor": next }))
        }
        ["customer_invoices", id] => {
            let found = world.invoices.iter().find(|one| one["id"].as_u64() == id.parse().ok());
            found.map_or(Reply::status(404), Reply::json)
        }
        ["customer_invoices", id, list] => {
            let all = if *list == "payments" { &world.payments } else { &world.transactions };
            page(all.iter().filter(|(own, _)| own.to_string() == *id).map(|(_, one)| one).collect())
        }
        ["changelogs", "customer_invoices"] => page(world.changes.iter().collect()),
        ["customers", _] => Reply::json(&json!({ "id": 7, "name": "Atelier Inventé", "reg_no": "000500967" })),
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
            "7 F-1/1 2026-01-05 due 2026-02-04 1200.00 EUR invoice",
            "7 F-10/1 2026-06-01 due 2026-07-01 250.00 EUR invoice",
            "7 F-13/1 2026-06-04 due 2026-07-04 120.00 USD invoice",
            "7 F-2/1 2026-02-01 due 2026-03-03 1000.00 EUR invoice",
            "7 F-5/1 2026-11-01 due 2026-12-01 (inferred) 80.00 EUR invoice",
            "7 F-7/1 2026-04-01 due 2026-05-01 500.00 EUR invoice",
            "7 F-8/1 2026-05-01 due 2026-05-31 300.00 EUR invoice",
            "7 F-9/1 2026-05-10 due 2026-05-10 (inferred) -100.00 EUR credit note corrects F-8",
            "F-1/1 2026-02-10 1200.00 EUR payment (stated)",
            // Bounced on the 4th in Paris, still the 3rd in London.
            "F-10/1 2026-07-04 250.00 EUR payment (stated)",
            "F-10/1 2026-07-04 -250.00 EUR reversal (stated)",
            "F-13/1 2026-07-10 120.00 USD payment (stated)",
            "F-2/1 2026-03-15 600.00 EUR payment (stated)",
            "F-7/1 2026-05-20 500.00 EUR payment (matched by letter)",
            "F-8/1 2026-06-15 200.00 EUR payment (stated)",
        ]
    );
    let (faults, notes) = told(&state);
    assert_eq!(faults.len(), 4, "{faults:#?}");
    assert!(
        faults[0].starts_with("pennylane 11, column `left to pay`, value `0.00 EUR`: 70.00 EUR was settled on no day")
    );
    assert!(
        faults[1]
            .starts_with("pennylane 12, column `status`, value `surprise`: an unknown word; expected one of: upcoming")
    );
    assert!(faults[2].starts_with("pennylane 14, column `currency_amount`, value `abc`"));
    assert!(faults[3].starts_with("pennylane 6, column `customer`"));
    assert_eq!(notes.len(), 2, "{notes:#?}");
    let (rows, _) = state.ledger().rows();
    assert_eq!(rows.invoices[0].attributes, [Some("Atelier Inventé".to_owned()), Some("000500967".to_owned())]);
}

fn shared(world: World) -> (Arc<Mutex<World>>, impl Fn(&Asked) -> Reply + Send + Sync) {
    let world = Arc::new(Mutex::new(world));
    let held = world.clone();
    (world, move |asked: &Asked| answer(&held.lock().unwrap(), asked))
}

#[tokio::test]
async fn a_log_of_changes_is_enough_for_the_next_round() {
    let (world, handler) = shared(world());
    let server = Server::start(handler).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    let before = server.asked().len();
    {
        let mut world = world.lock().unwrap();
        // 2 is paid, 3 was deleted, 15 is new.
        world.invoices[1] = with(
            invoice(2, "paid", "2026-02-01", "2026-03-03", "1000.00", "0.0"),
            &[("updated_at", json!("2026-11-22T09:00:00Z"))],
        );
        world.transactions.push((2, transaction("2026-11-20", "400.00")));
        world.invoices.remove(2);
        world.invoices.push(invoice(15, "upcoming", "2026-11-22", "2026-12-22", "10.00", "10.00"));
        let change = |id: u64, operation: &str| json!({ "id": id, "operation": operation, "processed_at": "x", "updated_at": "x", "created_at": "x" });
        world.changes = vec![
            change(2, "update"),
            change(3, "update"),
            change(3, "delete"),
            change(15, "insert"),
            change(2, "update"),
        ];
    }
    play().round(&server, &mut state).await.unwrap();
    let asked = &server.asked()[before..];
    assert_eq!(
        asked[0].query["start_date"], "2026-11-22T07:50:00Z",
        "ten minutes before the round, by the server's clock"
    );
    assert!(asked.iter().all(|asked| asked.path != "/customer_invoices"), "the list was read again");
    assert!(state.ledger().record("3").is_none());
    let found = lines(&state);
    assert!(found.contains(&"F-2/1 2026-11-20 400.00 EUR payment (stated)".to_owned()), "{found:#?}");
    assert!(found.contains(&"7 F-15/1 2026-11-22 due 2026-12-22 10.00 EUR invoice".to_owned()), "{found:#?}");

    let mut whole = PullState::new(SPEC.name);
    let fresh = Server::start({
        let world = world.lock().unwrap().clone();
        move |asked: &Asked| answer(&world, asked)
    })
    .await;
    play().round(&fresh, &mut whole).await.unwrap();
    assert_eq!(state.ledger(), whole.ledger(), "increments and a whole pull tell the same");
}

#[tokio::test]
async fn a_log_that_does_not_reach_back_makes_the_round_a_full_one() {
    let full = world();
    let server = Server::start(move |asked| match asked.path.as_str() {
        "/changelogs/customer_invoices" => Reply::status(422),
        _ => answer(&full, asked),
    })
    .await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    let ledger = state.ledger().clone();
    play().round(&server, &mut state).await.unwrap();
    assert_eq!((state.rounds(), state.ledger()), (2, &ledger));
}

#[tokio::test]
async fn records_that_change_while_pages_are_read_are_there_once() {
    let (world, handler) = shared(world());
    let server = Server::start(handler).await;
    let mut state = PullState::new(SPEC.name);
    let source = play().source(&server, crate::tests::server::JumpingClock::new());
    state.step(&*source).await.unwrap();
    {
        // Paid between page 1 and page 3, and already read.
        let mut world = world.lock().unwrap();
        world.invoices[1] = invoice(2, "paid", "2026-02-01", "2026-03-03", "1000.00", "0.0");
        world.transactions.push((2, transaction("2026-11-22", "400.00")));
        world.changes =
            vec![json!({ "id": 2, "operation": "update", "processed_at": "x", "updated_at": "x", "created_at": "x" })];
    }
    play().round(&server, &mut state).await.unwrap();
    // The first round may still say what was; the next one starts before it and sees the change.
    play().round(&server, &mut state).await.unwrap();
    assert!(lines(&state).contains(&"F-2/1 2026-11-22 400.00 EUR payment (stated)".to_owned()));
    assert_eq!(state.ledger().records().filter(|record| record.id == "2").count(), 1);
}

#[tokio::test]
async fn a_cursor_that_leads_nowhere_ends_with_an_error() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/customers/7" => Reply::json(&json!({ "id": 7, "name": null, "reg_no": null })),
        "/customer_invoices" => {
            let items = [invoice(3, "draft", "2026-02-02", "2026-03-04", "50.00", "50.00")];
            Reply::json(&json!({ "items": items, "has_more": true, "next_cursor": "same" }))
        }
        _ => Reply::status(404),
    })
    .await;
    let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
    assert!(matches!(error, crate::SourceError::Repeats { .. }), "{error:?}");
}
