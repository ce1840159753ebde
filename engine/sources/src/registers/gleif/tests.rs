use super::super::tests::{lines, read, try_read};
use super::*;

#[test]
fn a_french_unit_is_known_by_its_siren() {
    let reading = read(&SPEC, include_str!("fixtures/french.json"));
    assert_eq!(
        lines(&reading),
        [
            "000300004 lei=00000000INVENTEDAA82 2014-05-01 2026-02-01",
            "000300004 lei_registration=issued 2026-02-01 2026-02-01",
        ]
    );
    assert_eq!(reading.missing.len(), 2);
}

#[test]
fn a_lapsed_record_does_not_say_that_a_company_is_alive() {
    let reading = read(&SPEC, include_str!("fixtures/lapsed.json"));
    assert!(lines(&reading).iter().all(|line| !line.contains("state=")), "{:?}", lines(&reading));
    assert!(reading.missing.iter().any(|one| one.what == "state"));
}

#[test]
fn parents_and_the_reason_for_none() {
    let asked = Subject::Siren("000300004".parse().unwrap());
    let parent = try_read(&SPEC, include_bytes!("fixtures/relationship.json"), Some(&asked)).unwrap();
    assert_eq!(lines(&parent), ["000300004 direct_parent=00000000INVENTEDBB70 2025-07-01 2025-07-01"]);
    let none = read(&SPEC, include_str!("fixtures/exception.json"));
    assert_eq!(
        lines(&none),
        ["lei:00000000INVENTEDAA82 ultimate_parent=none told: natural persons 2026-05-15 2026-05-15"]
    );
}

#[tokio::test]
async fn parents_are_asked_one_by_one() {
    use crate::tests::server::{Reply, Server};
    let server = Server::start(|asked| {
        let text = |body: &str| Reply::text(200, "application/json", body);
        match asked.path.rsplit('/').next().unwrap() {
            "lei-records" => text(include_str!("fixtures/french.json")),
            "direct-parent-relationship" => text(include_str!("fixtures/relationship.json")),
            "ultimate-parent-reporting-exception" => text(include_str!("fixtures/exception.json")),
            _ => Reply::status(404),
        }
    })
    .await;
    let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
    let reading = register.look_up(&"000300004".parse().unwrap()).await.unwrap();
    assert_eq!(reading.missing, []);
    assert_eq!(lines(&reading).len(), 4, "{:?}", lines(&reading));
}
