//! Scores of providers come in, and are held against the own book.

use encours_services::{Asked, AssessRequest, InputFile};
use serde_json::Value;

use crate::support::{Desk, now};

/// Four clients: two pay on the day, two more than thirty days late; each has bought three times.
fn ledger() -> String {
    let mut rows = String::from("client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\n");
    let clients =
        [("A", "000100008", false), ("B", "000200006", false), ("C", "000300004", true), ("D", "000400002", true)];
    for (client, siren, late) in clients {
        for (number, (issued, due, on_time, too_late)) in [
            ("2025-09-01", "2025-10-01", "2025-10-01", "2025-11-20"),
            ("2025-11-01", "2025-12-01", "2025-12-01", "2026-01-20"),
            ("2026-01-05", "2026-02-04", "2026-02-04", "2026-04-10"),
        ]
        .into_iter()
        .enumerate()
        {
            let paid = if late { too_late } else { on_time };
            rows.push_str(&format!("{client},{client}{number},{issued},{due},1000.00,{paid},{siren}\n"));
        }
    }
    rows
}

/// Creditsafe was right before the second invoice; Coface said the opposite.
const SCORES: &str = "provider;identifier;date;score;limit;cover\n\
    Creditsafe;A;2025-10-15;90;20000;\n\
    Creditsafe;000200006;2025-10-15;80;;\n\
    creditsafe;C;2025-10-15;20;;\n\
    creditsafe;000 400 002;2025-10-15;10;0;\n\
    coface;A;2025-10-15;1;;0\n\
    coface;C;2025-10-15;9;;\n";

fn file(text: &str) -> Vec<InputFile> {
    vec![InputFile::new("scores.csv", text.as_bytes().to_vec())]
}

#[tokio::test]
async fn providers_are_shown_on_one_axis_and_held_against_the_book() {
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", &ledger())]).await.unwrap();
    let report = desk.services.import_outside_scores(file(SCORES), false, now()).await.unwrap();
    assert_eq!((report.companies, report.unchanged), (4, false));
    assert!(desk.services.import_outside_scores(file(SCORES), false, now()).await.unwrap().unchanged);

    let request = AssessRequest::new(Asked::Client("A".to_owned()), "500");
    let answer: Value = serde_json::from_str(&desk.services.assess(request, now()).await.unwrap().to_json()).unwrap();
    let outside = answer["outside"].as_array().unwrap();
    let told: Vec<_> = outside.iter().map(|one| (one["provider"].as_str().unwrap(), one["axis"].as_u64())).collect();
    assert_eq!(told, [("coface", Some(10)), ("creditsafe", Some(90))]);
    assert_eq!(outside[1]["limit"]["amount"], "20000.00");
    let codes: Vec<&str> =
        answer["reasons"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"OUTSIDE_SCORES_DISAGREE") && codes.contains(&"COVER_REFUSED"), "{codes:?}");

    let records = desk.services.provider_records(now().today).await.unwrap();
    let told: Vec<_> = records.iter().map(|one| (one.provider, one.clients, one.invoices, one.late, one.auc)).collect();
    // The invoices of September were issued before anybody had a score.
    assert_eq!(told, [("creditsafe", 4, 8, 4, Some(1.0)), ("coface", 2, 4, 2, Some(0.0))]);
    let bands: Vec<_> = records[0].bands.iter().map(|band| (band.invoices, band.late)).collect();
    assert_eq!(bands, [(4, 4), (0, 0), (4, 0)]);
}

#[tokio::test]
async fn who_has_no_number_is_a_fault() {
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", &ledger())]).await.unwrap();
    let text = format!("{SCORES}coface;nobody;2025-10-15;5;;\n");
    let error = desk.services.import_outside_scores(file(&text), false, now()).await.unwrap_err();
    assert!(error.faults().unwrap().faults[0].to_string().contains("neither a SIREN nor a client"));
    let report = desk.services.import_outside_scores(file(&text), true, now()).await.unwrap();
    assert_eq!((report.companies, report.refused.faults.len()), (4, 1));
}
