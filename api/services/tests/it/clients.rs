//! Lists, pages and scores of clients.

use encours_domain::ErrorClass;
use encours_services::{ClientOrder, ClientQuery, FoundKind, InputFile, TrainOptions, rescore_ledger};

use crate::support::{Desk, day, now, sample};

#[tokio::test]
async fn pages_hold_every_client_once() {
    let desk = Desk::with_sample().await;
    for order in [ClientOrder::Id, ClientOrder::Overdue, ClientOrder::Risk] {
        let mut query = ClientQuery { limit: 150, order, ..ClientQuery::default() };
        let mut ids = Vec::new();
        loop {
            let page = desk.services.clients(query.clone(), now()).await.unwrap();
            assert_eq!(page.total, 400);
            ids.extend(page.clients.iter().map(|client| client.id.clone()));
            let Some(next) = page.next else { break };
            query.after = Some(next);
        }
        assert_eq!(ids.len(), 400);
        assert_eq!(ids.is_sorted(), order == ClientOrder::Id);
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 400);
    }
    let lost = ClientQuery { after: Some("nobody".to_owned()), ..ClientQuery::default() };
    assert_eq!(desk.services.clients(lost, now()).await.unwrap_err().class(), ErrorClass::InvalidInput);
}

#[tokio::test]
async fn a_client_is_found_and_shown() {
    let desk = Desk::with_sample().await;
    let query = ClientQuery { limit: 1, order: ClientOrder::Overdue, ..ClientQuery::default() };
    let line = desk.services.clients(query, now()).await.unwrap().clients.remove(0);
    assert!(line.overdue.minor() > 0 && line.overdue.minor() <= line.open.minor());
    let file = desk.services.client(&line.id, None, now()).await.unwrap();
    assert_eq!(file.line.as_ref(), Some(&line));
    assert_eq!(file.siren, line.siren);
    for query in [line.id.clone(), line.name.clone().unwrap(), line.siren.clone().unwrap().to_string()] {
        let found = desk.services.search(&query.to_uppercase(), 3).await.unwrap();
        assert_eq!((found[0].kind, &found[0].id), (FoundKind::Client, &line.id), "{query}");
    }
    let company = desk.services.company(line.siren.unwrap().as_str()).await.unwrap();
    assert_eq!(company.clients, std::slice::from_ref(&line.id));
    // Before its first invoice it is known and has no line.
    assert_eq!(desk.services.client(&line.id, Some(day("2020-01-01")), now()).await.unwrap().line, None);
    let error = desk.services.client(&format!("{}x", line.id), None, now()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound);
    assert!(error.hints()[0].contains(&line.id), "{:?}", error.hints());
}

#[tokio::test]
async fn a_client_without_a_number_is_matched_by_name_and_place() {
    let desk = Desk::new().await;
    desk.import(&[(
        "a.csv",
        "client_id,invoice_id,issue_date,due_date,amount,client_name,postcode,city\n\
         C1,F1,2024-01-05,2024-02-04,100.00,Atelier Dupontel,69003,Lyon\n",
    )])
    .await
    .unwrap();
    let companies = "subject,kind,value,valid_from,known_from,source\n\
        000000018,name,ATELIER DUPONTEL,2011-03-01,2011-03-08,register\n\
        000000018,address,4 RUE DU MOULIN 33000 BORDEAUX,2011-03-01,2011-03-08,register\n\
        000500967,name,ATELIER DUPONTEL,2011-03-01,2011-03-08,register\n\
        000500967,address,33000 BORDEAUX,2011-03-01,2011-03-08,register\n\
        000500967,address,12 RUE DES LILAS 69003 LYON,2020-03-01,2020-03-08,register\n";
    let file = InputFile::new("companies.csv", companies.as_bytes().to_vec());
    desk.services.import_companies(vec![file], false, now()).await.unwrap();
    let found = desk.services.propose_client_matches().await.unwrap();
    let shown: Vec<(&str, u8)> =
        found[0].proposals.iter().map(|proposal| (proposal.siren.as_str(), proposal.score)).collect();
    // The same names; the place of the latest address decides: seven tenths, and thirty or nothing.
    assert_eq!((found[0].client_id.as_str(), shown), ("C1", vec![("000500967", 100), ("000000018", 70)]));
}

#[tokio::test]
async fn the_summary_adds_up() {
    let desk = Desk::with_sample().await;
    let summary = desk.services.summary(None, now()).await.unwrap();
    assert_eq!((summary.clients, summary.last_day), (400, Some(day("2026-05-29"))));
    assert_eq!(summary.grades.values().sum::<u64>(), 400);
    let query = ClientQuery { limit: 1_000, ..ClientQuery::default() };
    let clients = desk.services.clients(query, now()).await.unwrap().clients;
    assert_eq!(clients.iter().map(|client| client.open.minor()).sum::<i64>(), summary.open.minor());
    assert_eq!(clients.iter().map(|client| client.overdue.minor()).sum::<i64>(), summary.overdue.minor());
}

#[tokio::test]
async fn stored_and_stateless_write_the_same_bytes() {
    let desk = Desk::with_sample().await;
    let out = tempfile::TempDir::new().unwrap();
    let (as_of, stored, stateless) = (day("2026-05-31"), out.path().join("a.parquet"), out.path().join("b.parquet"));
    let report = desk.services.rescore(Some(as_of), Some(&stored), now()).await.unwrap();
    assert_eq!(report.clients, 400);
    let folder = sample("");
    let other = rescore_ledger(&folder, None, as_of, &stateless).unwrap();
    assert_eq!((other.clients, &other.model), (400, &report.model));
    assert!(std::fs::read(&stored).unwrap() == std::fs::read(&stateless).unwrap());

    let trained = desk.services.train(TrainOptions::default(), now()).await.unwrap();
    let model = out.path().join("model.json");
    std::fs::write(&model, desk.services.model_json(&trained.model.id).await.unwrap()).unwrap();
    desk.services.rescore(Some(as_of), Some(&stored), now()).await.unwrap();
    let other = rescore_ledger(&folder, Some(&model), as_of, &stateless).unwrap();
    assert_eq!(other.model, trained.model.id);
    assert!(std::fs::read(&stored).unwrap() == std::fs::read(&stateless).unwrap());
}
