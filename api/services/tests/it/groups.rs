//! Clients of one group are looked at together.

use encours_services::{Asked, AssessRequest, InputFile, Services};
use serde_json::Value;

use crate::support::{Desk, day, now};

/// A owes 1,000; B 4,000, of which all overdue; C 9,000; D stands alone with 500.
const LEDGER: &str = "client_id,invoice_id,issue_date,due_date,amount,paid_date,siren\n\
    A,A1,2026-05-05,2026-06-04,1000.00,,000000018\n\
    B,B1,2026-04-05,2026-05-05,4000.00,,000000026\n\
    C,C1,2026-05-10,2026-06-09,9000.00,,000000034\n\
    D,D1,2026-05-10,2026-06-09,500.00,,000000042\n";

/// The same parent of A and C, known from March; B went into receivership on 10 May.
const FACTS: &str = "subject,kind,value,valid_from,known_from,source\n\
    000000018,ultimate_parent,969500T0U5R1VAR4N516,2026-03-01,2026-05-20,gleif\n\
    000000034,lei,969500T0U5R1VAR4N516,2026-03-01,2026-03-01,gleif\n\
    000000026,proceedings,receivership,2026-05-10,2026-05-12,bodacc\n";

async fn asked(services: &Services, who: Asked, on: &str) -> Value {
    let request = AssessRequest { as_of: Some(day(on)), store: true, ..AssessRequest::new(who, "2000") };
    let answer = services.assess(request, now()).await.unwrap();
    assert!(services.replay(answer.id()).await.unwrap().equal, "{}", answer.id());
    serde_json::from_str(&answer.to_json()).unwrap()
}

fn client(id: &str) -> Asked {
    Asked::Client(id.to_owned())
}

/// Members with what each owes, then what all owe.
fn told(answer: &Value) -> String {
    let group = &answer["group"];
    let members = group["members"].as_array().into_iter().flatten();
    let member = |one: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text(&one["client"]), text(&one["tie"]["by"]), text(&one["gross"]["amount"]))
    };
    let members: Vec<String> = members.map(member).collect();
    format!("{} | {}", members.join(", "), group["gross"]["amount"].as_str().unwrap_or("-"))
}

#[tokio::test]
async fn a_group_is_what_was_declared_and_what_was_published() {
    let desk = Desk::new().await;
    desk.import(&[("ledger.csv", LEDGER)]).await.unwrap();
    let services = &desk.services;
    let facts = InputFile::new("facts.csv", FACTS.as_bytes().to_vec());
    services.import_companies(vec![facts], false, now()).await.unwrap();
    // The parent of A was published on 20 May.
    assert_eq!(told(&asked(services, client("A"), "2026-05-19").await), " | -");
    assert_eq!(told(&asked(services, client("A"), "2026-05-31").await), "C parent 9000.00 | 10000.00");
    assert_eq!(told(&asked(services, client("C"), "2026-05-31").await), "A parent 1000.00 | 10000.00");
    // The client file says that A and B are one group.
    let file =
        InputFile::new("clients.csv", b"client_id,name,group\nA,Alpha,Groupe X\nB,Beta,groupe x\nD,Delta,\n".to_vec());
    services.import_clients(vec![file], None, false, now()).await.unwrap();
    let answer = asked(services, client("A"), "2026-05-31").await;
    assert_eq!(told(&answer), "C parent 9000.00, B declared 4000.00 | 14000.00");
    let [.., b] = answer["group"]["members"].as_array().unwrap().as_slice() else { panic!("{answer}") };
    assert_eq!((&b["overdue"]["amount"], &b["failing"]["en"]), (&"4000.00".into(), &"in receivership".into()));
    let codes: Vec<&str> =
        answer["reasons"].as_array().unwrap().iter().filter_map(|one| one["code"].as_str()).collect();
    assert!(codes.contains(&"GROUP_MEMBER_FAILS"), "{codes:?}");
    assert_eq!(answer["verdict"], "refer");
    // The cap is a tenth of sales of 14,500 less what the others owe: nothing is left.
    assert_eq!(answer["limit"]["concentration"]["amount"], "0.00");
    let alone = asked(services, client("D"), "2026-05-31").await;
    assert_eq!((alone.get("group"), &alone["limit"]["concentration"]["amount"]), (None, &"1450.00".into()));
}
