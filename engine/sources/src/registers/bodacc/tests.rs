use super::super::tests::{read, values};
use super::*;
use crate::tests::server::{Reply, Server};
use encours_domain::fact::FactKind;

/// State and the day on which it became known.
fn states(reading: &Reading) -> Vec<(String, String)> {
    let facts = reading.facts.iter().filter(|fact| fact.kind == FactKind::Proceedings);
    let mut states: Vec<(String, String)> =
        facts.map(|fact| (fact.known_from.to_string(), format!("{} since {}", fact.value, fact.valid_from))).collect();
    states.sort_unstable();
    states
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect()
}

#[test]
fn a_plan_resolved_into_liquidation_ends_in_liquidation() {
    // One nature is mangled, one day is written with no-break blanks and one as the first.
    let reading = read(&SPEC, include_str!("fixtures/plan_resolved.json"));
    assert_eq!(
        states(&reading),
        pairs(&[
            ("2020-01-15", "receivership since 2020-01-05"),
            ("2021-01-20", "plan since 2020-12-01"),
            ("2023-05-20", "liquidation since 2023-05-10"),
        ])
    );
    assert_eq!(values(&reading, FactKind::Name), pairs(&[("Les Meuniers du Val", "2020-01-15")]));
    let notices: Vec<String> =
        values(&reading, FactKind::ProceedingsNotice).into_iter().map(|(value, _)| value).collect();
    assert_eq!(
        notices,
        [
            "plan_resolved_into_liquidation A2023052013",
            "receivership_opened A2020011511",
            "recovery_plan_adopted A2021012012"
        ]
        .map(|text| notices
            .iter()
            .find(|notice| notice.starts_with(text.split(' ').next().unwrap()))
            .cloned()
            .unwrap())
    );
}

#[test]
fn a_rectified_notice_replaces_the_earlier_one() {
    let reading = read(&SPEC, include_str!("fixtures/rectified.json"));
    assert_eq!(
        states(&reading),
        pairs(&[("2024-01-10", "liquidation since 2024-01-02"), ("2024-03-10", "safeguard since 2024-01-02")])
    );
}

#[test]
fn filings_changes_sales_and_strike_offs() {
    let reading = read(&SPEC, include_str!("fixtures/others.json"));
    assert_eq!(
        values(&reading, FactKind::AccountsStatus),
        pairs(&[("confidential", "2021-12-31"), ("partly_confidential", "2022-12-31"), ("public", "2023-12-31")])
    );
    let filings = values(&reading, FactKind::Filing);
    assert_eq!(filings.iter().filter(|(value, _)| value.starts_with("consolidated")).count(), 1);
    assert_eq!(values(&reading, FactKind::State), pairs(&[("ceased", "2025-11-01")]), "a seat that moved is no end");
    let changes: Vec<String> = values(&reading, FactKind::Change).into_iter().map(|(value, _)| value).collect();
    let words: Vec<&str> = changes.iter().filter_map(|value| value.split(' ').next()).collect();
    assert_eq!(words, ["directors", "seat", "seat"]);
    assert_eq!(values(&reading, FactKind::BusinessSale).len(), 1);
    assert!(reading.notes.iter().any(|note| note.text.contains("after their publication")), "{:?}", reading.notes);
    assert!(!format!("{reading:?}").contains("NOM PRENOM"), "a person's name is not kept");
}

#[test]
fn a_persons_name_is_never_read() {
    let reading = read(&SPEC, include_str!("fixtures/person.json"));
    assert_eq!(states(&reading), pairs(&[("2025-06-01", "liquidation since 2025-05-20")]));
    let told = format!("{reading:?}");
    assert!(!told.contains("SECRET") && !told.contains("PRENOM"), "{told}");
}

#[test]
fn bulk_files_of_a_day_are_read() {
    let reading = read(&SPEC, include_str!("fixtures/bulk.json"));
    let subjects: Vec<String> =
        reading.facts.iter().filter(|fact| fact.value == "liquidation").map(|fact| fact.subject.to_string()).collect();
    assert_eq!(subjects, ["000200006", "000300004"], "both companies of one notice");
    assert_eq!(values(&reading, FactKind::Name), pairs(&[("TROISIÈME & FILS", "2008-05-21")]));
    assert!(reading.notes[0].text.contains("A200800853480 names no company"), "{:?}", reading.notes);
}

#[test]
fn bulk_files_of_strike_offs_are_read() {
    let reading = read(&SPEC, include_str!("fixtures/bulk_strike_off.json"));
    assert_eq!(values(&reading, FactKind::State), pairs(&[("ceased", "2020-05-01")]));
    assert_eq!(reading.facts[0].subject.to_string(), "000200006");
}

#[tokio::test]
async fn no_notice_is_no_proceedings_and_pages_are_read_to_the_end() {
    let server = Server::start(|_| Reply::text(200, "application/json", r#"{"total_count": 0, "results": []}"#)).await;
    let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
    let siren: Siren = "000200006".parse().unwrap();
    let reading = register.look_up(&siren).await.unwrap();
    assert_eq!(states(&reading), pairs(&[("2008-01-01", "none since 2008-01-01")]));

    // A hundred filings on the first page, the judgment on the second.
    let server = Server::start(|asked| {
        let judgment = include_str!("fixtures/rectified.json");
        let mut page: serde_json::Value = serde_json::from_str(judgment).unwrap();
        page["total_count"] = 102.into();
        if asked.query["offset"] == "0" {
            let filing = |n: usize| {
                serde_json::json!({ "id": format!("C20200001{n}"), "dateparution": "2020-01-05", "familleavis": "dpc",
                    "registre": ["000200006"], "depot": "{\"dateCloture\": \"2019-06-30\"}" })
            };
            page["results"] = (0..100).map(filing).collect();
        }
        Reply::json(&page)
    })
    .await;
    let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
    let reading = register.look_up(&siren).await.unwrap();
    assert_eq!(server.asked().len(), 2);
    assert_eq!(states(&reading).len(), 2);
    assert_eq!(server.asked()[0].query["where"], "registre=\"000200006\"");
}

/// What is no notice, or fewer notices than were announced, must never read as "in no proceedings".
#[tokio::test]
async fn an_answer_that_lies_is_no_good_news() {
    let siren: Siren = "000200006".parse().unwrap();
    for lie in [
        r#"{"total_count": 1, "results": [{"foo": 1, "bar": "x"}]}"#,
        r#"{"total_count": 7, "results": []}"#,
        r#"{"total_count": 1, "results": [{"dateparution": null, "registre": ["000200006"]}]}"#,
    ] {
        let server = Server::start(move |_| Reply::text(200, "application/json", lie)).await;
        let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
        let found = register.look_up(&siren).await;
        assert!(matches!(found, Err(SourceError::Shape { .. })), "{lie}: {found:?}");
    }
    // A notice of which the day cannot be read leaves open what it says.
    let unread = r#"{"total_count": 1, "results": [{"id": "A1", "dateparution": "soon", "registre": ["000200006"]}]}"#;
    let server = Server::start(move |_| Reply::text(200, "application/json", unread)).await;
    let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
    let reading = register.look_up(&siren).await.unwrap();
    assert_eq!((states(&reading).len(), reading.notes.len()), (0, 1), "{reading:?}");
}
