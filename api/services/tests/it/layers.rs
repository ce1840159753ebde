//! Books, live systems, client file and orders beside tables: what came first leaves no trace.

use std::sync::Mutex;

use encours_domain::ledger::{DueDateOrigin, InvoiceKind};
use encours_domain::{Currency, Day, Money};
use encours_services::{ImportOptions, ImportReport, InputFile, MapFile, PullOptions, Reading, ServicesError};
use encours_sources::pull::{
    Checkpoint, Claim, Content, Instalment, LedgerSource, Paid, Place, PulledPage, PulledRecord,
};
use encours_sources::{Pending, SourceError};

use crate::support::{Desk, csv, day, now};

const HEADER: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\t\
                      PieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise";

/// A line on a client or beside it: journal, number, day, account, auxiliary, piece, debit, credit, letter.
fn line(of: [&str; 9]) -> String {
    let [journal, number, day, account, auxiliary, piece, debit, credit, letter] = of;
    let name = if auxiliary.is_empty() { "" } else { "Atelier Dupontel" };
    format!(
        "{journal}\tJournal {journal}\t{number}\t{day}\t{account}\tCompte {account}\t{auxiliary}\t{name}\t{piece}\t{day}\t\
         {piece}\t{debit}\t{credit}\t{letter}\t\t{day}\t\t"
    )
}

fn fec(closing: &str, lines: &[[&str; 9]]) -> InputFile {
    let lines: Vec<String> = lines.iter().map(|of| line(*of)).collect();
    let text = format!("{HEADER}\n{}\n", lines.join("\n"));
    InputFile::new(format!("000500967FEC{closing}.txt"), text.into_bytes())
}

/// An invoice that is paid in its year, one that is paid in the next, and one that stays open.
fn years() -> [InputFile; 2] {
    let first = fec(
        "20241231",
        &[
            ["VE", "1", "20240110", "411000", "C001", "F-1", "1200,00", "0,00", "A"],
            ["VE", "1", "20240110", "707000", "", "F-1", "0,00", "1000,00", ""],
            ["VE", "1", "20240110", "445710", "", "F-1", "0,00", "200,00", ""],
            ["BQ", "2", "20240220", "512000", "", "F-1", "1200,00", "0,00", ""],
            ["BQ", "2", "20240220", "411000", "C001", "F-1", "0,00", "1200,00", "A"],
            ["VE", "3", "20241205", "411000", "C001", "F-2", "600,00", "0,00", ""],
            ["VE", "3", "20241205", "707000", "", "F-2", "0,00", "500,00", ""],
            ["VE", "3", "20241205", "445710", "", "F-2", "0,00", "100,00", ""],
        ],
    );
    let second = fec(
        "20251231",
        &[
            ["AN", "1", "20250101", "411000", "C001", "F-2", "600,00", "0,00", ""],
            ["AN", "1", "20250101", "512000", "", "", "1200,00", "0,00", ""],
            ["AN", "1", "20250101", "110000", "", "", "0,00", "1800,00", ""],
            ["BQ", "2", "20250125", "512000", "", "F-2", "600,00", "0,00", ""],
            ["BQ", "2", "20250125", "411000", "C001", "F-2", "0,00", "600,00", ""],
            ["VE", "3", "20250303", "411000", "C001", "F-3", "240,00", "0,00", ""],
            ["VE", "3", "20250303", "707000", "", "F-3", "0,00", "200,00", ""],
            ["VE", "3", "20250303", "445710", "", "F-3", "0,00", "40,00", ""],
        ],
    );
    [first, second]
}

async fn import(desk: &Desk, files: &[InputFile]) -> Result<ImportReport, ServicesError> {
    desk.services.import(files.to_vec(), ImportOptions::default(), now()).await
}

#[tokio::test]
async fn years_of_books_in_any_order_are_the_same_ledger() {
    let [first, second] = years();
    let together = import(&Desk::new().await, &[second.clone(), first.clone()]).await.unwrap();
    assert_eq!((together.invoices, together.payments, together.clients), (3, 2, 1));
    let total = together.reconciliation.unwrap().total;
    let lines = total.lines();
    let shown = |code: &str| lines.iter().find(|(known, _)| *known == code).map(|(_, sum)| *sum);
    for (code, cents) in [
        ("opening", 0),
        ("invoiced", 204_000),
        ("paid", -180_000),
        ("unexplained", 0),
        ("closing", 24_000),
        ("file_balance", 24_000),
        ("open_invoices", 24_000),
    ] {
        assert_eq!(shown(code), Some(cents), "{code}: {lines:?}");
    }
    for order in [[&first, &second], [&second, &first]] {
        let desk = Desk::new().await;
        for year in order {
            import(&desk, std::slice::from_ref(year)).await.unwrap();
        }
        let again = import(&desk, std::slice::from_ref(order[0])).await.unwrap();
        assert!(again.unchanged);
        assert_eq!(again.snapshot, together.snapshot);
    }
}

#[tokio::test]
async fn agreed_terms_give_due_dates_and_tables_state_their_own() {
    let desk = Desk::new().await;
    let due = async |number: &str| {
        let found = dues(&desk).await.into_iter().find(|(id, _, _)| id == number).unwrap();
        (found.1, found.2)
    };
    import(&desk, &years()).await.unwrap();
    assert_eq!(due("F-3").await, (day("2025-04-02"), DueDateOrigin::LegalDefault));
    let clients = csv("clients.csv", "client_id,name,siren,terms\nC001,Atelier Dupontel,000500967,45 jours\n");
    let report = desk.services.import_clients(vec![clients], None, false, now()).await.unwrap();
    assert_eq!((report.known, report.strangers.len(), report.unchanged), (1, 0, false));
    assert_eq!(due("F-3").await, (day("2025-04-17"), DueDateOrigin::Contract));
    // The table states it, so the table stands; its payments are the books'.
    let stated = "client_id,invoice_id,issue_date,due_date,amount\nC001,F-1,2024-01-10,2024-02-29,1200.00\n";
    let report = import(&desk, &[InputFile::new("stated.csv", stated.as_bytes().to_vec())]).await.unwrap();
    assert_eq!((report.invoices, report.payments), (3, 2));
    assert_eq!(due("F-1").await, (day("2024-02-29"), DueDateOrigin::Stated));
    let same = csv("again.csv", "client_id,name,siren,terms\nC001,Atelier Dupontel,000500967,45 jours\n");
    assert!(desk.services.import_clients(vec![same], None, false, now()).await.unwrap().unchanged);
}

#[tokio::test]
async fn terms_date_tables_that_state_no_due_date() {
    let map = "[file]\ndue_dates = \"from terms\"\n";
    let file = InputFile::new(
        "undated.csv",
        b"client_id,invoice_id,issue_date,amount,paid_date\nC1,F1,2026-01-15,100.00,\nC2,F2,2026-01-15,80.00,\nC3,F3,2026-01-15,60.00,\n"
            .to_vec(),
    );
    let stated = csv("stated.csv", "C2,F9,2025-01-05,2025-02-19,80.00,\n");
    let clients = csv("clients.csv", "client_id,terms\nC1,45 jours fin de mois\n");
    let reading =
        Reading { map: Some(MapFile { name: "map.toml".to_owned(), text: map.to_owned() }), ..Reading::default() };
    let undated = ImportOptions { reading, ..ImportOptions::default() };
    let mut snapshots = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let desk = Desk::new().await;
        for step in order {
            match step {
                0 => {
                    let report = desk.services.import(vec![file.clone()], undated.clone(), now()).await.unwrap();
                    let notes: Vec<String> = report.refused.notes.iter().map(ToString::to_string).collect();
                    assert!(notes.iter().any(|note| note.contains("no column `due_date`")), "{notes:?}");
                }
                1 => drop(import(&desk, std::slice::from_ref(&stated)).await.unwrap()),
                _ => drop(desk.services.import_clients(vec![clients.clone()], None, false, now()).await.unwrap()),
            }
        }
        let due = |rows: &[(String, Day, DueDateOrigin)], number: &str| {
            rows.iter().find(|(id, _, _)| id == number).map(|(_, day, origin)| (*day, *origin)).unwrap()
        };
        let rows = dues(&desk).await;
        // 45 days are 1 March, the month ends on the 31st; C2 states 45 days elsewhere; nothing is known of C3.
        assert_eq!(due(&rows, "F1"), (day("2026-03-31"), DueDateOrigin::Contract));
        assert_eq!(due(&rows, "F2"), (day("2026-03-01"), DueDateOrigin::UsualTerms));
        assert_eq!(due(&rows, "F3"), (day("2026-02-14"), DueDateOrigin::LegalDefault));
        let again = desk.services.import(vec![file.clone()], undated.clone(), now()).await.unwrap();
        assert!(again.unchanged, "{order:?}");
        snapshots.push(again.snapshot);
        // Once the file states it, that stands.
        let later = csv("later.csv", "C3,F3,2026-01-15,2026-03-16,60.00,\n");
        import(&desk, &[later]).await.unwrap();
        assert_eq!(due(&dues(&desk).await, "F3"), (day("2026-03-16"), DueDateOrigin::Stated));
    }
    snapshots.dedup();
    assert_eq!(snapshots.len(), 1, "{snapshots:?}");
}

/// Number, due date and its origin of every invoice.
async fn dues(desk: &Desk) -> Vec<(String, Day, DueDateOrigin)> {
    let out = tempfile::TempDir::new().unwrap();
    desk.services.export_ledger(out.path()).await.unwrap();
    let bytes = std::fs::read(out.path().join("invoices.parquet")).unwrap();
    let source = encours_core::ledger::TableSource::from_bytes("invoices.parquet", bytes.into());
    let text = encours_core::ledger::snapshot::parquet_as_csv(&source).unwrap();
    let plain = encours_domain::reader::ColumnMap::plain();
    let (rows, _) = encours_domain::reader::read_ledger("invoices.csv", &text, &plain);
    rows.invoices.into_iter().map(|row| (row.invoice_id, row.due_date, row.due_date_origin)).collect()
}

#[tokio::test]
async fn accounts_of_one_company_are_shown_joined_and_separated() {
    let desk = Desk::new().await;
    desk.import(&[("a.csv", "C1,F1,2024-01-05,2024-02-04,100.00,\nC2,F2,2024-01-05,2024-02-04,80.00,2024-02-09\n")])
        .await
        .unwrap();
    let before = desk.services.status().await.unwrap();
    let clients = "client_id,name,siren\nC1,Dupontel,000500967\nC2,Dupontel SARL,000500967\nC9,Nobody yet,\n";
    let report = desk.services.import_clients(vec![csv("c.csv", clients)], None, false, now()).await.unwrap();
    assert_eq!(report.strangers, ["C9"]);
    assert_eq!(report.duplicates[0].client_ids, ["C1", "C2"]);
    desk.services.join_clients("C1".to_owned(), vec!["C2".to_owned()], now()).await.unwrap();
    let status = desk.services.status().await.unwrap();
    assert_eq!((before.clients, status.clients, status.invoices, status.payments), (2, 1, 2, 1));
    assert!(desk.services.likely_duplicates().await.unwrap().is_empty());
    desk.services.separate_clients(vec!["C2".to_owned()], now()).await.unwrap();
    assert_eq!(desk.services.status().await.unwrap().clients, 2);
}

/// A system of one page an invoice, which breaks down when told to.
struct Invented {
    invoices: Vec<(&'static str, &'static str, i64)>,
    answers: Mutex<usize>,
}

impl LedgerSource for Invented {
    fn name(&self) -> &'static str {
        "invented"
    }

    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>> {
        Box::pin(async move {
            let at: usize = place.checkpoint.read()?.unwrap_or(0);
            {
                let mut answers = self.answers.lock().unwrap();
                *answers = answers.checked_sub(1).ok_or_else(|| SourceError::NotFound {
                    host: "invented.example".to_owned(),
                    status: 500,
                    path: "/invoices".to_owned(),
                })?;
            }
            let (number, paid, cents) = self.invoices[at];
            let amount = Money::from_minor(cents, Currency::EUR);
            let issued = day("2025-01-10");
            let due = Instalment { due: Some(day("2025-02-09")), origin: DueDateOrigin::Stated, amount };
            let payments = if paid.is_empty() { vec![] } else { vec![Paid::stated(day(paid), amount)] };
            let claim = Claim {
                client_id: "7".to_owned(),
                client_name: Some("Atelier Dupontel".to_owned()),
                number: number.to_owned(),
                kind: InvoiceKind::Invoice,
                issued,
                instalments: vec![due],
                corrects: None,
                entity: None,
                payments,
                left: None,
            };
            let record = PulledRecord {
                id: number.to_owned(),
                version: format!("{number}{paid}"),
                content: Content::Claim(Box::new(claim)),
                notes: Vec::new(),
            };
            let over = at + 1 == self.invoices.len();
            Ok(PulledPage {
                records: vec![record],
                clients: Vec::new(),
                gone: Vec::new(),
                next: Checkpoint::of(&if over { 0 } else { at + 1 })?,
                over,
                total: None,
            })
        })
    }
}

#[tokio::test]
async fn a_pull_that_broke_off_goes_on_and_a_later_one_replaces() {
    let source = |answers: usize, last_paid: &'static str| Invented {
        invoices: vec![("P-1", "2025-02-20", 10_000), ("P-2", "", 20_000), ("P-3", last_paid, 30_000)],
        answers: Mutex::new(answers),
    };
    let whole = Desk::new().await;
    let quiet = |_| {};
    whole.services.pull_ledger(&source(9, ""), PullOptions::default(), &quiet, now()).await.unwrap();
    let desk = Desk::new().await;
    desk.services.pull_ledger(&source(1, ""), PullOptions::default(), &quiet, now()).await.unwrap_err();
    assert_eq!(desk.services.status().await.unwrap().ledger, None);
    let services = desk.reopened().await;
    let report = services.pull_ledger(&source(9, ""), PullOptions::default(), &quiet, now()).await.unwrap();
    assert_eq!((report.records, report.invoices, report.payments), (3, 3, 1));
    let ledger = services.status().await.unwrap().ledger;
    assert_eq!(ledger, whole.services.status().await.unwrap().ledger);
    let later = services.pull_ledger(&source(9, "2025-03-01"), PullOptions::default(), &quiet, now()).await.unwrap();
    assert_eq!((later.invoices, later.payments, later.unchanged), (3, 2, false));
    let again = services.pull_ledger(&source(9, "2025-03-01"), PullOptions::default(), &quiet, now()).await.unwrap();
    assert!(again.unchanged);
}

#[tokio::test]
async fn orders_take_the_place_of_earlier_ones() {
    let desk = Desk::new().await;
    desk.import(&[("a.csv", "C1,F1,2024-01-05,2024-02-04,100.00,\n")]).await.unwrap();
    let orders = "client_id,order_id,order_date,amount\nC1,O1,2024-03-01,500.00\nC1,O2,2024-03-02,70.00\n";
    let report = desk.services.import_orders(vec![csv("o.csv", orders)], None, false, now()).await.unwrap();
    assert_eq!((report.rows, report.known, report.unchanged), (2, 2, false));
    let fewer = "client_id,order_id,order_date,amount\nC1,O2,2024-03-02,70.00\n";
    let report = desk.services.import_orders(vec![csv("o.csv", fewer)], None, false, now()).await.unwrap();
    assert_eq!((report.known, report.unchanged), (1, false));
    let portfolio = desk.services.portfolio().await.unwrap();
    assert_eq!(portfolio.orders_of("C1").map(<[_]>::len), Some(1));
}

/// It is 1 June, and somewhere it is 2 June already: an order of 3 June is mistyped, and would hide what is open.
#[tokio::test]
async fn an_order_of_a_day_to_come_is_told() {
    let desk = Desk::new().await;
    desk.import(&[("l.csv", "A,1,2026-01-05,2026-02-04,100.00,2026-02-04\n")]).await.unwrap();
    let orders = |day: &str| vec![csv("o.csv", &format!("client_id,order_id,order_date,amount\nA,O-1,{day},600\n"))];
    desk.services.import_orders(orders("2026-06-02"), None, false, now()).await.unwrap();
    let error = desk.services.import_orders(orders("2026-06-03"), None, false, now()).await.unwrap_err();
    let fault = &error.faults().unwrap().faults[0];
    assert!(fault.reason.contains("`O-1`: order_date: found 2026-06-03, allowed up to 2026-06-02"), "{fault}");
}

/// A list of 1 June tells what is open up to 1 July; the same list given again on a later day tells it anew, and what was answered
/// before stays as it was.
#[tokio::test]
async fn a_list_of_orders_grows_old_and_is_confirmed() {
    use encours_services::{Asked, AssessRequest, Moment};

    let desk = Desk::new().await;
    desk.import(&[("l.csv", "A,1,2026-01-05,2026-02-04,100.00,2026-02-04\n")]).await.unwrap();
    let orders = || vec![csv("o.csv", "client_id,order_id,order_date,amount\nA,O-1,2026-05-01,600\n")];
    desk.services.import_orders(orders(), None, false, now()).await.unwrap();
    let later = Moment::utc("2026-07-20T08:30:00Z".parse().unwrap());
    let asked = async |as_of: &str| {
        let request = AssessRequest {
            as_of: Some(day(as_of)),
            store: true,
            ..AssessRequest::new(Asked::Client("A".to_owned()), "1000")
        };
        let answer = desk.services.assess(request, later).await.unwrap();
        let is_old = answer.reasons.iter().any(|reason| reason.code == "ORDERS_MISSING");
        (is_old, answer.missing.iter().any(|note| note.what == "orders"), answer.id().to_owned())
    };
    assert!(matches!(asked("2026-07-01").await, (false, false, _)));
    let (is_old, missing, id) = asked("2026-07-02").await;
    assert!(is_old && missing);
    let report = desk.services.import_orders(orders(), None, false, later).await.unwrap();
    assert!(!report.unchanged);
    assert!(matches!(asked("2026-07-02").await, (false, false, _)));
    assert!(desk.services.replay(&id).await.unwrap().equal);
}

/// An order of 600 and one of 5,000 are open. Of the larger 1,200 are delivered: the rest stays open, and so does the other.
#[tokio::test]
async fn an_order_that_is_delivered_in_part_leaves_the_rest_open() {
    use encours_core::policy::Stage;
    use encours_services::{Asked, AssessRequest};

    let desk = Desk::new().await;
    desk.import(&[("l.csv", "A,1,2026-01-05,2026-02-04,100.00,2026-02-04\n")]).await.unwrap();
    let orders = "client_id,order_id,order_date,amount\nA,O-1,2026-05-01,600\nA,O-2,2026-05-02,5000\n";
    desk.services.import_orders(vec![csv("o.csv", orders)], None, false, now()).await.unwrap();
    let asked = |stage, order: Option<&str>| AssessRequest {
        as_of: Some(day("2026-05-31")),
        store: true,
        stage,
        order: order.map(str::to_owned),
        ..AssessRequest::new(Asked::Client("A".to_owned()), "1000")
    };
    let open = async |stage, order| {
        let answer = desk.services.assess(asked(stage, order), now()).await.unwrap();
        assert!(desk.services.replay(answer.id()).await.unwrap().equal);
        answer.exposure.orders.minor()
    };
    assert_eq!(open(Stage::Order, None).await, 560_000);
    assert_eq!(open(Stage::Delivery, Some("O-2")).await, 440_000);
    // More than the order takes nothing from the other.
    assert_eq!(open(Stage::Invoice, Some("O-1")).await, 500_000);
    for (stage, order, says) in
        [(Stage::Order, "O-2", "`delivery` or `invoice`"), (Stage::Delivery, "O-9", "such as O-1, O-2")]
    {
        let error = desk.services.assess(asked(stage, Some(order)), now()).await.unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
    }
}
