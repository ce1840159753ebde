use super::super::tests::{lines, read, values};
use super::*;
use crate::tests::server::{Reply, Server};
use encours_domain::fact::FactKind;

#[test]
fn lines_of_filed_accounts() {
    let reading = read(&SPEC, include_str!("fixtures/company.json"));
    assert_eq!(
        lines(&reading),
        [
            "000200006 equity=-40000.00 2024-12-31 2025-06-20",
            "000200006 equity=260000.00 2023-12-31 2025-06-20",
            "000200006 turnover=1900000.00 2023-12-31 2025-06-20",
            "000200006 turnover=2000000.00 2024-12-31 2025-06-20",
            "000200006 net_result=-300000.00 2024-12-31 2025-06-20",
            "000200006 net_result=20000.00 2023-12-31 2025-06-20",
            "000200006 accounts_closed_on=2024-12-31 2024-12-31 2025-06-20",
            "000200006 accounts_status=public 2024-12-31 2025-06-20",
            "000200006 filing=company 2024-12-31 2025-06-20",
            "000200006 accounts_months=12 2024-12-31 2025-06-20",
            "000200006 total_assets=1000000.00 2024-12-31 2025-06-20",
            "000200006 total_assets=950000.00 2023-12-31 2025-06-20",
            "000200006 receivables=280000.00 2023-12-31 2025-06-20",
            "000200006 receivables=300000.00 2024-12-31 2025-06-20",
            "000200006 cash=100000.00 2024-12-31 2025-06-20",
            "000200006 cash=90000.00 2023-12-31 2025-06-20",
            "000200006 paid_up_capital=100000.00 2023-12-31 2025-06-20",
            "000200006 paid_up_capital=100000.00 2024-12-31 2025-06-20",
            "000200006 total_debts=1040000.00 2024-12-31 2025-06-20",
            "000200006 total_debts=690000.00 2023-12-31 2025-06-20",
            "000200006 debts_within_year=450000.00 2024-12-31 2025-06-20",
            "000200006 operating_result=150000.00 2023-12-31 2025-06-20",
            "000200006 operating_result=200000.00 2024-12-31 2025-06-20",
        ]
    );
    assert!(reading.notes[0].text.contains("GB"), "an overflow is told: {:?}", reading.notes);
}

#[test]
fn consolidated_accounts_are_the_groups() {
    let reading = read(&SPEC, include_str!("fixtures/consolidated.json"));
    assert_eq!(values(&reading, FactKind::GroupTurnover)[0].0, "27000000000.00");
    for kind in [FactKind::Turnover, FactKind::Equity, FactKind::AccountsStatus, FactKind::AccountsClosedOn] {
        assert_eq!(values(&reading, kind), [], "{kind:?}");
    }
}

#[test]
fn figures_in_another_currency_are_not_taken() {
    let text = include_str!("fixtures/company.json").replace("\"EUR\"", "\"USD\"");
    let reading = read(&SPEC, &text);
    assert_eq!(values(&reading, FactKind::Equity), []);
    assert!(reading.notes[0].text.contains("USD"));
}

#[test]
fn a_list_of_documents_tells_what_was_filed() {
    let reading = read(&SPEC, include_str!("fixtures/attachments.json"));
    assert_eq!(values(&reading, FactKind::AccountsStatus), [("confidential".to_owned(), "2023-12-31".to_owned())]);
    let error = super::super::tests::try_read(&SPEC, br#"{"code":"401","message":"Vous n'avez pas les droits"}"#, None);
    assert!(error.unwrap_err().to_string().ends_with("Vous n'avez pas les droits"));
}

#[tokio::test]
async fn a_token_that_has_run_out_is_renewed_once() {
    let server = Server::start(|asked| match asked.path.as_str() {
        "/sso/login" => Reply::json(&serde_json::json!({ "token": format!("t{}", asked.before) })),
        "/companies/000200006/attachments" if asked.headers["authorization"] == "Bearer t0" => Reply::status(401),
        "/companies/000200006/attachments" => {
            Reply::text(200, "application/json", include_str!("fixtures/attachments.json"))
        }
        _ => Reply::status(404),
    })
    .await;
    let register = super::super::tests::Desk::new().register(&SPEC, &server.address);
    let reading = register.look_up(&"000200006".parse().unwrap()).await.unwrap();
    assert_eq!(values(&reading, FactKind::AccountsStatus).len(), 1);
    assert_eq!(server.asked().len(), 4);
}
