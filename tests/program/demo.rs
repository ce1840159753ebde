//! The demonstration in an empty folder.

use crate::support::Desk;

#[test]
fn it_works_from_nothing_and_again() {
    let desk = Desk::new();
    let first = desk.done(&["demo", "--no-serve"]);
    assert!(first.stdout.contains("400"), "the summary names the clients: {first:?}");
    let again = desk.done(&["demo", "--no-serve"]);
    assert_eq!(again.stdout, first.stdout, "another summary the second time");
    let listed = desk.done(&["models", "list", "--json"]);
    let models: serde_json::Value = serde_json::from_str(&listed.stdout).unwrap();
    assert_eq!(models.as_array().map(Vec::len), Some(1), "{models}");
}

#[test]
fn it_leaves_somebody_elses_data_alone() {
    let desk = Desk::new();
    desk.write("good.csv", crate::support::GOOD);
    desk.done(&["import", "good.csv"]);
    let before = desk.contents();
    let run = desk.run(&["demo", "--no-serve"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(desk.contents() == before);
}

#[test]
fn a_prospect_never_seen_is_answered_without_a_network() {
    let desk = Desk::with_demo();
    let asked = ["assess", "000011171", "--amount", "4000", "--terms", "30", "--as-of", "2026-05-31", "--json"];
    let run = desk.done(&asked);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(answer["client"]["name"], "Électricité Vilchetel");
    assert_eq!(answer["sources"][0]["name"], "local register (sample)");
    assert_eq!(answer["registers"][0]["outcome"], "answered");
    // A sole trader who objects to being shown: answered, and named nowhere.
    let masked = desk.done(&["assess", "000001883", "--amount", "300", "--as-of", "2026-05-31", "--json"]);
    let masked: serde_json::Value = serde_json::from_str(&masked.stdout).unwrap();
    assert_eq!(
        (&masked["client"]["name"], &masked["client"]["natural_person"]),
        (&serde_json::Value::Null, &true.into())
    );
}

#[test]
fn a_stored_answer_is_replayed() {
    let desk = Desk::with_demo();
    let asked = ["assess", "C-0012", "--amount", "18000", "--terms", "45", "--as-of", "2026-05-31", "--json"];
    let first = desk.done(&asked);
    assert_eq!(desk.done(&asked).stdout, first.stdout, "another answer the second time");
    let answer: serde_json::Value = serde_json::from_str(&first.stdout).unwrap();
    let id = answer["id"].as_str().unwrap();
    assert_eq!(desk.done(&["replay", id, "--json"]).stdout, first.stdout);
    desk.done(&["replay", id]);
}

/// Names that other programs rely on (the contract of the answer).
#[test]
fn the_answer_has_the_names_of_the_contract() {
    let desk = Desk::with_demo();
    let run = desk.done(&["assess", "C-0012", "--amount", "18000", "--terms", "45", "--as-of", "2026-05-31", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    for pointer in [
        "/id",
        "/as_of",
        "/client/id",
        "/client/name",
        "/client/siren",
        "/client/natural_person",
        "/verdict",
        "/light",
        "/sentence/fr",
        "/sentence/en",
        "/late/p_over_0",
        "/late/p_over_30",
        "/late/p_over_60",
        "/late/p_over_90",
        "/late/expected_days",
        "/late/interval_90_over_30/1",
        "/late/headline_over",
        "/late/score",
        "/late/grade",
        "/late/evidence/invoices",
        "/late/evidence/own_history_weight",
        "/late/baseline_past_rate_over_30",
        "/failure/p_12_months",
        "/failure/class",
        "/failure/basis",
        "/reasons/0/code",
        "/reasons/0/fr",
        "/reasons/0/en",
        "/counterfactuals",
        "/offers/0/name",
        "/offers/0/terms_days",
        "/offers/0/end_of_month",
        "/offers/0/deposit_share",
        "/offers/0/p_late_over_30",
        "/offers/0/p_never_paid",
        "/offers/0/expected_invoice_date",
        "/offers/0/expected_cash_date",
        "/offers/0/expected_loss/amount",
        "/offers/0/cost_of_waiting/currency",
        "/offers/0/worth/amount",
        "/offers/0/wording/fr",
        "/limit/prudent/amount",
        "/limit/bold/amount",
        "/limit/binding",
        "/limit/need",
        "/limit/capacity",
        "/limit/concentration",
        "/limit/risk_budget",
        "/exposure/gross",
        "/exposure/invoices",
        "/exposure/bills",
        "/exposure/orders",
        "/exposure/deposits",
        "/exposure/cover",
        "/exposure/own_risk",
        "/exposure/available",
        "/exposure/credit_balance",
        "/law/0/article",
        "/law/0/says",
        "/missing",
        "/sources/0/name",
        "/sources/0/known_from",
        "/made_with/engine",
        "/made_with/evidence",
        "/made_with/ledger",
        "/made_with/facts",
        "/made_with/model",
        "/made_with/policy",
        "/made_with/law_table",
        "/made_with/calendar",
    ] {
        assert!(answer.pointer(pointer).is_some(), "{pointer} is not in {answer:#}");
    }
    assert_eq!(answer["client"]["id"], "C-0012");
}
