//! A client with one invoice, and a ledger too small to train on: an honest refusal, and an answer that says so.

use serde_json::Value;

use crate::support::{Desk, HEADER};

fn answer(desk: &Desk, client: &str) -> Value {
    let run = desk.done(&["assess", client, "--amount", "500", "--terms", "30", "--as-of", "2024-06-01", "--json"]);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn a_client_with_one_invoice_is_answered() {
    let desk = Desk::new();
    desk.write("one.csv", format!("{HEADER}C1,F1,2024-01-05,2024-02-04,1200.00,2024-02-10\n"));
    desk.done(&["import", "one.csv"]);
    let answer = answer(&desk, "C1");
    assert_eq!(answer["late"]["evidence"]["invoices"], 1);
    // One invoice against the weight of eight.
    let weight = answer["late"]["evidence"]["own_history_weight"].as_f64().unwrap();
    assert!((weight - 1.0 / 9.0).abs() < 1e-6, "{weight}");
    desk.done(&["rescore", "--as-of", "2024-06-01", "--out", "scores.parquet"]);
}

#[test]
fn a_ledger_too_small_is_not_trained_on() {
    let desk = Desk::new();
    let rows: String = (1..=20)
        .map(|number| format!("C{},F{number},2024-01-{number:02},2024-02-{number:02},100.00,2024-02-25\n", number % 3))
        .collect();
    desk.write("small.csv", format!("{HEADER}{rows}"));
    desk.done(&["import", "small.csv"]);
    let before = desk.contents();
    let run = desk.run(&["train", "--as-of", "2024-06-01"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("20"), "how many there were is not said: {run:?}");
    assert!(desk.contents() == before, "a refusal has changed the data folder");
    let answer = answer(&desk, "C1");
    assert!(answer["made_with"]["model"].as_str().unwrap().contains("prior"), "{answer}");
    let codes: Vec<&str> =
        answer["reasons"].as_array().unwrap().iter().map(|reason| reason["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"PRIOR_ONLY") || answer["verdict"] != "approve", "{codes:?}");
    // A large order is a person's while no model is trained, and the answer says why.
    let run = desk.done(&["assess", "C1", "--amount", "50000", "--as-of", "2024-06-01", "--json"]);
    let large: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(large["reasons"].as_array().unwrap().iter().any(|reason| reason["code"] == "PRIOR_ONLY"), "{large}");
    assert!(large["verdict"] == "refer" || large["verdict"] == "decline", "{large}");
}
