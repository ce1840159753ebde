//! A made-up company's Odoo, played by a small database that answers `search_read` as the real one does.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::SPEC;
use crate::SourceError;
use crate::pull::PullState;
use crate::tests::battery::{Play, lines, told};
use crate::tests::server::{Asked, Reply, Server};

const KEY: &str = "0doo-K3y-\"quoted\"";

fn play() -> Play {
    Play {
        spec: SPEC,
        credentials: &[("database", "fictive"), ("login", "reader"), ("key", KEY)],
        secrets: &["0doo-K3y"],
        answer: |asked| answer(&world(), asked),
        fields: &[
            "name",
            "move_type",
            "state",
            "payment_state",
            "partner_id",
            "currency_id",
            "invoice_date",
            "invoice_date_due",
            "amount_total",
            "amount_residual",
            "reversed_entry_id",
            "invoice_payments_widget",
            "amount_currency",
            "date_maturity",
        ],
    }
}

/// A database: models and their records, and the version.
#[derive(Clone)]
struct World {
    major: u64,
    moves: Vec<Value>,
    lines: Vec<Value>,
    journals: Vec<Value>,
    partials: Vec<Value>,
    partners: Vec<Value>,
}

fn invoice(id: u64, kind: &str, date: &str, total: f64, left: f64, paid: &str, settled: Value) -> Value {
    let widget = if settled == json!([]) {
        json!(false)
    } else {
        json!({ "title": "x", "outstanding": false, "content": settled })
    };
    json!({
        "id": id, "name": format!("FAC/2026/{id:04}"), "move_type": kind, "state": "posted", "payment_state": paid,
        "partner_id": [3, "Scierie Chimère"], "company_id": [1, "Nous SAS"], "currency_id": [1, "EUR"],
        "invoice_date": date, "invoice_date_due": "2026-12-31", "amount_total": total, "amount_residual": left,
        "reversed_entry_id": false, "write_date": "2026-11-01 10:00:00", "invoice_payments_widget": widget,
        "journal_id": [1, "Ventes"],
    })
}

fn settled(date: &str, amount: f64, entry: u64, payment: Value) -> Value {
    json!({ "date": date, "amount": amount, "move_id": entry, "account_payment_id": payment, "name": "x", "currency": "€" })
}

fn line(invoice: u64, due: &str, amount: f64) -> Value {
    json!({ "id": invoice * 10, "move_id": [invoice, "x"], "date_maturity": due, "amount_currency": amount, "balance": amount,
            "date": "2026-01-01", "payment_id": false,
            "account_id.account_type": "asset_receivable", "account_id.internal_type": "receivable" })
}

fn entry(id: u64, journal: u64) -> Value {
    json!({ "id": id, "move_type": "entry", "journal_id": [journal, format!("Journal {journal}")], "state": "posted" })
}

fn special() -> [Value; 3] {
    let mut draft = invoice(13, "out_invoice", "2026-03-01", 5.0, 5.0, "not_paid", json!([]));
    draft["state"] = json!("draft");
    draft["name"] = json!("/");
    draft["invoice_date"] = json!(false);
    let mut dollars = invoice(
        19,
        "out_invoice",
        "2026-05-05",
        100.0,
        0.0,
        "paid",
        json!([settled("2026-06-01", 100.0, 51, json!(8)), { "date": "2026-06-01", "amount": 2.0, "move_id": 57, "account_payment_id": false, "is_exchange": true }]),
    );
    dollars["currency_id"] = json!([2, "USD"]);
    let mut refund = invoice(
        15,
        "out_refund",
        "2026-03-10",
        40.0,
        0.0,
        "paid",
        json!([settled("2026-03-12", 40.0, 14, json!(false))]),
    );
    refund["reversed_entry_id"] = json!([14, "x"]);
    [draft, refund, dollars]
}

fn moves() -> Vec<Value> {
    let [draft, refund, dollars] = special();
    vec![
        invoice(
            11,
            "out_invoice",
            "2026-01-05",
            1200.0,
            0.0,
            "paid",
            json!([settled("2026-02-10", 1200.0, 50, json!(7))]),
        ),
        // Two instalments, one and a half paid.
        invoice(
            12,
            "out_invoice",
            "2026-02-01",
            1000.0,
            250.0,
            "partial",
            json!([settled("2026-03-20", 750.0, 52, json!(false))]),
        ),
        draft,
        invoice(
            14,
            "out_invoice",
            "2026-03-02",
            140.0,
            100.0,
            "partial",
            json!([settled("2026-03-12", 40.0, 15, json!(false))]),
        ),
        refund,
        invoice(
            16,
            "out_invoice",
            "2026-04-01",
            300.0,
            0.0,
            "in_payment",
            json!([settled("2026-05-02", 300.0, 53, json!(9))]),
        ),
        // Closed by a miscellaneous entry: a loss, a set-off, nobody knows.
        invoice(
            17,
            "out_invoice",
            "2026-04-02",
            80.0,
            0.0,
            "paid",
            json!([settled("2026-05-03", 80.0, 54, json!(false))]),
        ),
        invoice(18, "out_invoice", "2026-05-01", 60.0, 60.0, "not_paid", json!([])),
        dollars,
        // A credit note set off against two invoices, of which this house took one only so far.
        invoice(
            20,
            "out_refund",
            "2026-05-10",
            100.0,
            70.0,
            "partial",
            json!([settled("2026-05-12", 30.0, 21, json!(false))]),
        ),
        invoice(
            21,
            "out_invoice",
            "2026-05-11",
            90.0,
            60.0,
            "partial",
            json!([settled("2026-05-12", 30.0, 20, json!(false))]),
        ),
        // Other documents of the same table.
        entry(52, 7),
        entry(54, 8),
        entry(57, 9),
    ]
}

fn world() -> World {
    World {
        major: 17,
        moves: moves(),
        lines: vec![
            line(11, "2026-02-04", 1200.0),
            line(12, "2026-03-03", 500.0),
            line(12, "2026-04-02", 500.0),
            line(14, "2026-04-01", 140.0),
            line(15, "2026-03-10", -40.0),
            line(16, "2026-05-01", 300.0),
            line(17, "2026-05-02", 80.0),
            line(18, "2026-05-31", 60.0),
            line(19, "2026-06-04", 100.0),
            line(20, "2026-05-10", -100.0),
            line(21, "2026-06-10", 90.0),
        ],
        journals: vec![
            json!({ "id": 7, "type": "bank" }),
            json!({ "id": 8, "type": "general" }),
            json!({ "id": 9, "type": "general" }),
            json!({ "id": 1, "type": "sale" }),
        ],
        partials: Vec::new(),
        // The invoices' partner is a contact of a company that was put away since.
        partners: vec![
            json!({ "id": 3, "commercial_partner_id": [4, "Scierie Chimère"], "vat": false, "company_registry": false,
                    "siret": false, "active": true }),
            json!({ "id": 4, "commercial_partner_id": [4, "Scierie Chimère"], "vat": "FR92 000 500 967",
                    "company_registry": "00050096700012", "siret": "000 500 967 00012", "active": false }),
        ],
    }
}

/// The same house where widgets say nothing: what settled what stands in the reconciliation alone.
fn silent_world() -> World {
    let mut world = world();
    let moves = world.moves.clone();
    let settled = moves.iter().flat_map(|one| {
        let content = one["invoice_payments_widget"]["content"].as_array().cloned().unwrap_or_default();
        content.into_iter().map(move |settled| (one, settled))
    });
    // What an invoice and a credit note say of each other is one part.
    for (number, (one, settled)) in (0_u64..).zip(settled.filter(|(one, _)| one["move_type"] == "out_invoice")) {
        let (own, other) = (one["id"].as_u64().unwrap() * 10, settled["move_id"].as_u64().unwrap());
        let is_note = moves.iter().any(|one| one["id"] == other && one["move_type"] == "out_refund");
        let end = if is_note { other * 10 } else { 10_000 + number };
        if is_note {
            world.lines.iter_mut().find(|line| line["id"] == end).unwrap()["date"] = settled["date"].clone();
        } else {
            let payment = match &settled["account_payment_id"] {
                Value::Number(id) => json!([id, "x"]),
                _ => json!(false),
            };
            world
                .lines
                .push(json!({ "id": end, "move_id": [other, "x"], "date": settled["date"], "payment_id": payment }));
        }
        let amount = &settled["amount"];
        world.partials.push(json!({
            "id": number, "debit_move_id": [own, "x"], "credit_move_id": [end, "x"], "debit_move_id.move_id": one["id"],
            "credit_move_id.move_id": other, "amount": 999.0, "debit_amount_currency": amount,
            "credit_amount_currency": amount, "amount_currency": amount,
        }));
    }
    for one in &mut world.moves {
        if one["invoice_payments_widget"].is_object() {
            one["invoice_payments_widget"] = json!(false);
        }
    }
    world
}

/// The same house on version 13: other names, texts for objects.
fn old_world() -> World {
    in_words_of_13(world())
}

fn in_words_of_13(mut world: World) -> World {
    world.major = 13;
    for one in &mut world.moves {
        let object = one.as_object_mut().unwrap();
        for (new, old) in [("move_type", "type"), ("payment_state", "invoice_payment_state")] {
            if let Some(value) = object.remove(new) {
                object.insert(old.to_owned(), value);
            }
        }
        if let Some(widget) = object.get("invoice_payments_widget").cloned() {
            object.insert("invoice_payments_widget".to_owned(), json!(widget.to_string()));
        }
    }
    for line in world.lines.iter_mut().filter(|line| line["balance"].is_number()) {
        line["amount_currency"] = json!(if line["move_id"][0] == 19 { 100.0 } else { 0.0 });
    }
    world
}

fn value_of(record: &Value, field: &str) -> Value {
    match &record[field] {
        Value::Array(named) if named.len() == 2 => named[0].clone(),
        other => other.clone(),
    }
}

fn holds(record: &Value, condition: &Value) -> bool {
    let (field, operator, wanted) = (condition[0].as_str().unwrap(), condition[1].as_str().unwrap(), &condition[2]);
    let found = value_of(record, field);
    match operator {
        "=" => found == *wanted,
        "in" => wanted.as_array().unwrap().contains(&found),
        ">" => found.as_u64() > wanted.as_u64(),
        ">=" => found.as_str() >= wanted.as_str(),
        _ => panic!("{condition}"),
    }
}

/// Odoo's domains: conditions in a row are all needed, `|` takes the next two.
fn fits(record: &Value, domain: &mut std::slice::Iter<'_, Value>) -> Option<bool> {
    let next = domain.next()?;
    if next == "|" {
        let (left, right) = (fits(record, domain), fits(record, domain));
        return Some(left.unwrap() || right.unwrap());
    }
    Some(holds(record, next))
}

fn search(records: &[Value], domain: &Value, named: &Value, most: usize) -> Vec<Value> {
    let limit = named["limit"].as_u64().map_or(usize::MAX, |_| most);
    let mut found: Vec<&Value> = records
        .iter()
        .filter(|record| {
            let conditions = domain.as_array().unwrap();
            let mut conditions = conditions.iter();
            let found: Vec<bool> = std::iter::from_fn(|| fits(record, &mut conditions)).collect();
            found.into_iter().all(|one| one)
        })
        .collect();
    found.sort_by_key(|one| one["id"].as_u64());
    let fields = named["fields"].as_array().cloned().unwrap_or_default();
    let picked = |one: &Value| {
        let pairs =
            fields.iter().filter_map(|field| Some((field.as_str()?.to_owned(), one.get(field.as_str()?)?.clone())));
        Value::Object(pairs.collect())
    };
    found.into_iter().take(limit).map(picked).collect()
}

fn answer(world: &World, asked: &Asked) -> Reply {
    let body = asked.json();
    let params = &body["params"];
    let (service, method, args) = (&params["service"], &params["method"], &params["args"]);
    let result = |value: Value| Reply::json(&json!({ "jsonrpc": "2.0", "id": body["id"], "result": value }));
    match (service.as_str(), method.as_str()) {
        (Some("common"), Some("version")) => {
            result(json!({ "server_version": "x", "server_version_info": [world.major, 0, 0, "final", 0, ""] }))
        }
        (Some("common"), Some("authenticate")) => result(if args[2] == KEY { json!(2) } else { json!(false) }),
        (Some("object"), Some("execute_kw")) if args[2] != KEY => denied(),
        (Some("object"), Some("execute_kw")) => {
            let (model, method, domain, named) = (args[3].as_str(), args[4].as_str(), &args[5][0], &args[6]);
            let records = match model {
                Some("account.move") => &world.moves,
                Some("account.move.line") => &world.lines,
                Some("account.journal") => &world.journals,
                Some("account.partial.reconcile") => &world.partials,
                Some("res.partner") if method == Some("fields_get") => {
                    let known = ["vat", if world.major >= 16 { "company_registry" } else { "siret" }];
                    let asked = domain.as_array().unwrap();
                    let known = known.iter().filter(|name| asked.contains(&json!(name)));
                    let known = known.map(|name| ((*name).to_owned(), json!({ "type": "char" })));
                    return result(Value::Object(known.collect()));
                }
                Some("res.partner") => &world.partners,
                other => panic!("{other:?}"),
            };
            match method {
                Some("search_count") => result(json!(search(records, domain, &json!({}), 0).len())),
                _ => result(json!(search(records, domain, named, 3))),
            }
        }
        _ => Reply::status(404),
    }
}

fn denied() -> Reply {
    Reply::json(&json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": 200, "message": "Odoo Server Error",
        "data": { "name": "odoo.exceptions.AccessDenied", "message": "Access Denied", "debug": "Traceback" } } }))
}

const EXPECTED: [&str; 17] = [
    "3 FAC/2026/0011/1 2026-01-05 due 2026-02-04 1200.00 EUR invoice",
    "3 FAC/2026/0012/1 2026-02-01 due 2026-03-03 500.00 EUR invoice",
    "3 FAC/2026/0012/2 2026-02-01 due 2026-04-02 500.00 EUR invoice",
    "3 FAC/2026/0014/1 2026-03-02 due 2026-04-01 140.00 EUR invoice",
    "3 FAC/2026/0015/1 2026-03-10 due 2026-03-10 (inferred) -40.00 EUR credit note corrects FAC/2026/0014",
    "3 FAC/2026/0016/1 2026-04-01 due 2026-05-01 300.00 EUR invoice",
    "3 FAC/2026/0018/1 2026-05-01 due 2026-05-31 60.00 EUR invoice",
    "3 FAC/2026/0019/1 2026-05-05 due 2026-06-04 100.00 USD invoice",
    "3 FAC/2026/0020/1 2026-05-10 due 2026-05-10 (inferred) -100.00 EUR credit note",
    "3 FAC/2026/0021/1 2026-05-11 due 2026-06-10 90.00 EUR invoice",
    "FAC/2026/0011/1 2026-02-10 1200.00 EUR payment (stated)",
    "FAC/2026/0012/1 2026-03-20 500.00 EUR payment (stated)",
    "FAC/2026/0012/2 2026-03-20 250.00 EUR payment (stated)",
    "FAC/2026/0016/1 2026-05-02 300.00 EUR payment (stated)",
    "FAC/2026/0019/1 2026-06-01 100.00 USD payment (stated)",
    "FAC/2026/0020 2026-05-12 -30.00 EUR set-off (stated)",
    "FAC/2026/0021/1 2026-05-12 30.00 EUR set-off (stated)",
];

#[tokio::test]
async fn withstands_everything() {
    play().run().await;
}

#[tokio::test]
async fn invoices_instalments_and_settlements_are_understood() {
    let state = play().unbroken().await;
    assert_eq!(lines(&state), EXPECTED);
    let (faults, notes) = told(&state);
    assert_eq!(faults.len(), 1, "{faults:#?}");
    assert!(faults[0].starts_with("odoo 17, column `left to pay`, value `0.00 EUR`: 80.00 EUR was settled on no day"));
    assert_eq!(notes.len(), 2, "{notes:#?}");
    assert!(notes[0].contains("not yet confirmed by the bank"), "{notes:#?}");
    assert!(notes[1].contains("journal `Journal 8`, which may be a loss, a set-off or a bill"), "{notes:#?}");
}

#[tokio::test]
async fn reconciliations_are_read_where_widgets_are_silent() {
    for major in [17, 13] {
        let mut world = silent_world();
        if major == 13 {
            world = in_words_of_13(world);
        }
        let server = Server::start(move |asked| answer(&world, asked)).await;
        let mut state = PullState::new(SPEC.name);
        play().round(&server, &mut state).await.unwrap();
        assert_eq!(lines(&state), EXPECTED, "version {major}");
    }
}

#[tokio::test]
async fn a_contact_has_the_number_of_its_company() {
    let siren = |state: &PullState| state.ledger().client("3").and_then(|client| client.siren.clone());
    assert_eq!(siren(&play().unbroken().await).as_deref(), Some("000500967"));
    // Two numbers that name two companies name none.
    let mut world = world();
    world.partners[1]["vat"] = json!("FR15 000 100 008");
    let server = Server::start(move |asked| answer(&world, asked)).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    assert_eq!((siren(&state), lines(&state).len()), (None, EXPECTED.len()));
}

#[tokio::test]
async fn version_13_says_the_same_in_other_words() {
    let server = Server::start(|asked| answer(&old_world(), asked)).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    assert_eq!(lines(&state), EXPECTED);
}

#[tokio::test]
async fn the_next_round_reads_what_changed_and_what_is_open() {
    let world = Arc::new(Mutex::new(world()));
    let held = world.clone();
    let server = Server::start(move |asked| answer(&held.lock().unwrap(), asked)).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    {
        // 18 is paid, and nothing says that it was written; 13 was posted; 11 bounced and is open again.
        let mut world = world.lock().unwrap();
        world.moves[7] = invoice(
            18,
            "out_invoice",
            "2026-05-01",
            60.0,
            0.0,
            "paid",
            json!([settled("2026-11-21", 60.0, 58, json!(10))]),
        );
        let mut posted = invoice(13, "out_invoice", "2026-11-20", 5.0, 5.0, "not_paid", json!([]));
        posted["write_date"] = json!("2026-11-22 07:55:00");
        world.moves[2] = posted;
        world.lines.push(line(13, "2026-12-20", 5.0));
        world.moves[0] = invoice(11, "out_invoice", "2026-01-05", 1200.0, 1200.0, "not_paid", json!([]));
    }
    let before = server.asked().len();
    play().round(&server, &mut state).await.unwrap();
    let whole = {
        let world = world.lock().unwrap().clone();
        Server::start(move |asked: &Asked| answer(&world, asked)).await
    };
    let mut fresh = PullState::new(SPEC.name);
    play().round(&whole, &mut fresh).await.unwrap();
    assert_eq!(state.ledger(), fresh.ledger());
    let asked = &server.asked()[before..];
    assert!(
        asked.iter().any(|asked| asked.body.contains("2026-11-22 07:50:00")),
        "ten minutes before, by the server's clock"
    );
}

#[tokio::test]
async fn errors_inside_an_answer_are_errors() {
    let inside = |name: &'static str, message: &'static str| {
        move |asked: &Asked| {
            if asked.body.contains("execute_kw") {
                let data = json!({ "name": name, "message": message, "debug": "Traceback" });
                return Reply::json(
                    &json!({ "jsonrpc": "2.0", "error": { "code": 200, "message": "Odoo Server Error", "data": data } }),
                );
            }
            answer(&world(), asked)
        }
    };
    for (name, message, wanted) in [
        ("odoo.exceptions.AccessError", "not allowed", "refuses the credential"),
        (
            "builtins.ValueError",
            "Invalid field 'payment_state' on model 'account.move'",
            "Invalid field 'payment_state'",
        ),
    ] {
        let server = Server::start(inside(name, message)).await;
        let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
        assert!(error.to_string().contains(wanted), "{error}");
    }
}

#[tokio::test]
async fn a_wrong_key_and_an_old_server_are_told() {
    let server = Server::start(|asked| {
        if asked.body.contains("authenticate") {
            return Reply::json(&json!({ "jsonrpc": "2.0", "id": 1, "result": false }));
        }
        answer(&world(), asked)
    })
    .await;
    let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
    assert!(matches!(error, SourceError::Denied { .. }), "{error:?}");

    let server = Server::start(|asked| answer(&World { major: 12, ..world() }, asked)).await;
    let error = play().round(&server, &mut PullState::new(SPEC.name)).await.unwrap_err();
    assert_eq!(error.to_string(), "Odoo: found version 12, expected version 13 or later");
}

#[tokio::test]
async fn a_deleted_invoice_goes_with_the_next_full_round() {
    let server = Server::start(|asked| answer(&world(), asked)).await;
    let mut state = PullState::new(SPEC.name);
    play().round(&server, &mut state).await.unwrap();
    let server = Server::start(|asked| {
        let mut world = world();
        world.moves.retain(|one| one["id"] != 13);
        answer(&world, asked)
    })
    .await;
    state.begin_full_round();
    play().round(&server, &mut state).await.unwrap();
    assert!(state.ledger().record("13").is_none());
    assert!(state.ledger().record("11").is_some());
}
