//! Answers, kept and made again.

use encours_domain::ErrorClass;
use encours_services::{Asked, AssessRequest, ServicesError, TrainOptions};

use crate::support::{Desk, day, now, raw};

fn request(subject: Asked) -> AssessRequest {
    AssessRequest { store: true, ..AssessRequest::new(subject, "18000") }
}

#[tokio::test]
async fn a_client_goes_by_its_name_or_its_siren() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let siren = line.siren.unwrap().to_string();
    let mut answers = Vec::new();
    for subject in [
        Asked::Client(line.id.clone()),
        Asked::Siren(siren.clone()),
        Asked::Either(line.id.clone()),
        Asked::Either(siren.clone()),
    ] {
        answers.push(desk.services.assess(request(subject), now()).await.unwrap().to_json());
    }
    answers.dedup();
    assert_eq!(answers.len(), 1);
    // Asked four times, kept once.
    let kept = desk.services.assessments(Some(&line.id), 10).await.unwrap();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].json, answers[0]);
    assert_eq!(desk.services.assessment(&kept[0].id).await.unwrap(), kept[0]);
}

#[tokio::test]
async fn a_prospect_is_answered_and_a_stranger_too() {
    let desk = Desk::with_sample().await;
    let found = desk.services.search("000", 1_000).await.unwrap();
    let prospect = found.into_iter().find(|found| found.kind == encours_services::FoundKind::Company).unwrap();
    let answer = desk.services.assess(request(Asked::Either(prospect.id.clone())), now()).await.unwrap();
    assert!(answer.to_json().contains(&prospect.id));
    // A number that nobody has heard of is answered with what is missing, not refused.
    desk.services.assess(request(Asked::Either("552032534".to_owned())), now()).await.unwrap();
}

#[tokio::test]
async fn who_is_not_known_is_told_with_a_hint() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let misspelt = line.id.replace('0', "O");
    let error = desk.services.assess(request(Asked::Either(misspelt)), now()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::NotFound);
    let error = desk.services.assess(request(Asked::Either("552032535".to_owned())), now()).await.unwrap_err();
    assert!(error.to_string().contains("check digit"), "{error}");
    let error = desk.services.assess(request(Asked::Client("552032534".to_owned())), now()).await.unwrap_err();
    assert!(matches!(error, ServicesError::UnknownClient { .. }));
}

#[tokio::test]
async fn a_quote_that_is_none_is_refused() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let plain = || request(Asked::Client(line.id.clone()));
    for wrong in [
        AssessRequest { amount: "18 000".to_owned(), ..plain() },
        AssessRequest { amount: "-1".to_owned(), ..plain() },
        AssessRequest { vat_rate: Some(20.0), ..plain() },
        AssessRequest { margin: Some(25.0), ..plain() },
        AssessRequest { deposit: Some(f64::NAN), ..plain() },
        AssessRequest { currency: Some("EURO".to_owned()), ..plain() },
        AssessRequest { terms_days: Some(400), ..plain() },
        AssessRequest { end_of_month: Some(encours_core::policy::EndOfMonth::DaysThenMonthEnd), ..plain() },
    ] {
        let error = desk.services.assess(wrong.clone(), now()).await.err();
        assert_eq!(error.map(|error| error.class()), Some(ErrorClass::InvalidInput), "{wrong:?}");
    }
    assert!(desk.services.assessments(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_is_made_again_with_what_was_known_then() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let asked = AssessRequest { as_of: Some(day("2026-05-31")), ..request(Asked::Client(line.id.clone())) };
    let answer = desk.services.assess(asked.clone(), now()).await.unwrap();
    // The world moves on: another model, another invoice.
    desk.services.train(TrainOptions::default(), now()).await.unwrap();
    desk.import(&[("a.csv", &format!("{},NEW,2026-05-30,2026-06-30,9000.00,\n", line.id))]).await.unwrap();
    let later = desk.services.assess(asked, now()).await.unwrap();
    assert_ne!(later.id(), answer.id());
    for id in [answer.id(), later.id()] {
        let replay = desk.reopened().await.replay(id).await.unwrap();
        assert!(replay.equal, "{:#?}", replay.differences);
        assert_eq!(replay.stored.json, replay.anew);
    }
    assert_eq!(desk.services.replay("nobody").await.unwrap_err().class(), ErrorClass::NotFound);
}

#[tokio::test]
async fn many_at_once_are_each_kept() {
    let desk = Desk::with_sample().await;
    let clients = desk.services.clients(Default::default(), now()).await.unwrap().clients;
    let asked = clients.iter().take(40).map(|client| {
        let (services, id) = (desk.services.clone(), client.id.clone());
        // Every question twice, so that equal ones meet in one batch.
        [0, 1].map(|_| {
            let (services, id) = (services.clone(), id.clone());
            tokio::spawn(async move { services.assess(request(Asked::Client(id)), now()).await.unwrap().to_json() })
        })
    });
    let asked: Vec<_> = asked.flatten().collect();
    for answer in asked {
        let json = answer.await.unwrap();
        let id = serde_json::from_str::<serde_json::Value>(&json).unwrap()["id"].as_str().unwrap().to_owned();
        assert_eq!(desk.reopened().await.assessment(&id).await.unwrap().json, json);
    }
    assert_eq!(desk.services.assessments(None, 100).await.unwrap().len(), 40);
}

#[tokio::test]
async fn a_what_if_is_not_kept() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    desk.services.assess(AssessRequest::new(Asked::Client(line.id), "100.50"), now()).await.unwrap();
    assert!(desk.services.assessments(None, 10).await.unwrap().is_empty());
}

/// A ledger of a few clients, some of whose invoices carry further columns.
const WITH_COLUMNS: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date,legal_form,sector\n\
    A,1,2026-01-05,2026-02-04,1000.00,2026-02-10,5710,hotels\n\
    A,2,2026-02-05,2026-03-07,2000.00,,5710,hotels\n\
    B,3,2026-01-05,2026-02-04,500.00,2026-02-03,,\n";

#[tokio::test]
async fn one_id_is_one_answer() {
    let paid = "client_id,invoice_id,issue_date,due_date,amount,paid_date,paid_amount\n";
    let other = |rows: &str| format!("{paid}{rows}");
    let legal_form = WITH_COLUMNS.replace(",5710,hotels", ",7210,hotels");
    let sector = WITH_COLUMNS.replace("hotels", "haulage");
    let booked = WITH_COLUMNS
        .replace("amount,paid_date", "amount,paid_date,known_on")
        .replace("2026-02-10,", "2026-02-10,2026-01-06,");
    let booked = booked.replace(",,5710", ",,2026-02-06,5710").replace("2026-02-03,,", "2026-02-03,2026-01-05,,");
    let worlds: [&[&str]; 6] = [
        &[WITH_COLUMNS],
        &[&legal_form],
        &[&sector],
        &[&booked],
        // Somebody else's invoice moves our yearly sales, which the limit reads.
        &[WITH_COLUMNS, &other("B,4,2026-03-01,2026-04-01,90000.00,,\n")],
        &[WITH_COLUMNS, &other("A,5,2026-03-01,2026-04-01,10.00,2026-03-02,10.00\n")],
    ];
    let mut known: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for files in worlds {
        let desk = Desk::new().await;
        for text in files {
            desk.import(&[("ledger.csv", text)]).await.unwrap();
        }
        let asked = || AssessRequest { as_of: Some(day("2026-05-31")), ..request(Asked::Client("A".to_owned())) };
        let answer = desk.services.assess(asked(), now()).await.unwrap();
        let kept = desk.services.assessment(answer.id()).await.unwrap();
        assert_eq!(kept.json, answer.to_json());
        if let Some(before) = known.insert(answer.id().to_owned(), kept.json.clone()) {
            assert_eq!(before, kept.json, "{files:?}");
        }
        let facts = "subject,kind,value,valid_from,known_from,source\n000000216,name,X,2000-01-01,2000-01-02,r\n";
        desk.services
            .import_companies(vec![encours_services::InputFile::new("f.csv", facts.as_bytes().to_vec())], false, now())
            .await
            .unwrap();
        let later = desk.services.assess(asked(), now()).await.unwrap();
        assert_eq!(desk.services.assessment(later.id()).await.unwrap().json, later.to_json());
        assert_eq!(later.id() == answer.id(), later.to_json() == answer.to_json());
        known.insert(later.id().to_owned(), later.to_json());
    }
    assert_eq!(known.len(), 12);
}

#[tokio::test]
async fn other_bytes_under_a_kept_id_are_an_error() {
    use sea_orm::ConnectionTrait;
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", WITH_COLUMNS)]).await.unwrap();
    let asked = || request(Asked::Client("A".to_owned()));
    let answer = desk.services.assess(asked(), now()).await.unwrap();
    let raw = raw(&desk).await;
    raw.execute_unprepared("UPDATE assessments SET json = '{}'").await.unwrap();
    let error = desk.services.assess(asked(), now()).await.err().unwrap();
    assert_eq!(error.class(), ErrorClass::Internal);
    assert!(error.to_string().contains(answer.id()), "{error}");
}

#[tokio::test]
async fn days_that_have_not_come_or_lie_before_the_ledger_are_refused() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    for wrong in ["2199-12-31", "2026-06-02", "1960-01-01"] {
        let asked = AssessRequest { as_of: Some(day(wrong)), ..request(Asked::Client(line.id.clone())) };
        let error = desk.services.assess(asked, now()).await.err().unwrap();
        assert_eq!(error.class(), ErrorClass::InvalidInput, "{wrong}");
        assert!(error.to_string().contains(wrong), "{error}");
    }
}

#[tokio::test]
async fn goods_are_words_of_the_law_table() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let asked =
        |goods: &str| AssessRequest { goods: Some(goods.to_owned()), ..request(Asked::Client(line.id.clone())) };
    let freight = desk.services.assess(asked("road_freight"), now()).await.unwrap().to_json();
    assert!(freight.contains("\"L441-11\""), "{freight}");
    let error = desk.services.assess(asked("cement"), now()).await.err().unwrap();
    assert_eq!(error.class(), ErrorClass::InvalidInput);
    assert!(error.to_string().contains("road_freight") && error.to_string().contains("cement"), "{error}");
}

#[tokio::test]
async fn an_old_ledger_and_an_old_record_are_said() {
    let desk = Desk::with_sample().await;
    let line = desk.services.clients(Default::default(), now()).await.unwrap().clients.remove(0);
    let later = encours_services::Moment::utc("2026-11-22T08:30:00Z".parse().unwrap());
    let of = |answer: encours_core::assessment::Assessment| -> serde_json::Value {
        serde_json::from_str(&answer.to_json()).unwrap()
    };
    let missing = |answer: &serde_json::Value, what: &str| -> Option<serde_json::Value> {
        answer["missing"].as_array().unwrap().iter().find(|note| note["what"] == what).cloned()
    };
    let today = of(desk.services.assess(request(Asked::Client(line.id.clone())), now()).await.unwrap());
    assert!(missing(&today, "ledger").is_none() && missing(&today, "state").is_none());
    assert_eq!(today["sources"][0]["fetched_at"], "2026-06-01");
    let half_a_year_on = of(desk.services.assess(request(Asked::Client(line.id)), later).await.unwrap());
    assert_eq!(missing(&half_a_year_on, "ledger").unwrap()["since"], "2026-05-29");
    assert_eq!(missing(&half_a_year_on, "state").unwrap()["kind"], "not_fetched");
    assert_ne!(half_a_year_on["verdict"], "approve");
}
