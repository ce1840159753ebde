//! What holds for every file.

use proptest::prelude::*;

use crate::day::Day;
use crate::fault::FaultReport;
use crate::ledger::{
    DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place,
};
use crate::money::{Currency, Money};
use crate::reader::{ColumnMap, read_facts, read_ledger};

const HEADER: &str = "client_id,invoice_id,instalment_no,issue_date,due_date,due_date_origin,amount,currency,kind,corrects,\
                      entity,means_of_payment,disputed_on,dispute_closed_on,known_on,paid_date,paid_amount,payment_kind,\
                      payment_known_on,zone";

/// An invoice with its payments, as rows of text and as rows of ours, places left out.
#[derive(Clone, Debug)]
struct Case {
    invoice: InvoiceRow,
    payments: Vec<PaymentRow>,
}

fn name() -> impl Strategy<Value = String> {
    "[A-Za-zéœŁ,;\"' ]{0,8}[A-Z0-9]".prop_map(|name| name.trim().to_owned())
}

fn day() -> impl Strategy<Value = Day> {
    (15_000..30_000_i32).prop_map(|number| Day::from_number(number).unwrap())
}

fn currency() -> impl Strategy<Value = Currency> {
    prop::sample::select(vec!["EUR", "JPY", "TND", "USD"]).prop_map(|code| code.parse().unwrap())
}

fn paid(client: String, number: String, currency: Currency) -> impl Strategy<Value = PaymentRow> {
    (day(), 1..1_000_000_i64, prop::sample::select(PaymentKind::ALL), day()).prop_map(
        move |(paid_date, minor, kind, known_on)| PaymentRow {
            place: Place { file: 0, line: 0 },
            client_id: Some(client.clone()),
            invoice_id: number.clone(),
            instalment_no: Some(1),
            paid_date,
            amount: Money::from_minor(if kind == PaymentKind::Reversal { -minor } else { minor }, currency),
            kind,
            origin: PaymentOrigin::Stated,
            known_on,
        },
    )
}

fn case(number: usize) -> impl Strategy<Value = Case> {
    let ids = (name(), currency(), prop::option::of(name()), prop::option::of("[a-z][a-zé\r\n]{0,4}[a-z]"));
    ids.prop_flat_map(move |(client, currency, entity, zone)| {
        let invoice_id = format!("F{number}");
        let payments = prop::collection::vec(paid(client.clone(), invoice_id.clone(), currency), 0..3);
        (payments, day(), 0..120_i32, 1..1_000_000_i64, day(), prop::option::of(day())).prop_map(
            move |(mut payments, issue_date, terms, minor, known_on, disputed_on)| {
                payments.dedup_by_key(|payment| payment.paid_date);
                let invoice = InvoiceRow {
                    place: Place { file: 0, line: 0 },
                    client_id: client.clone(),
                    invoice_id: invoice_id.clone(),
                    instalment_no: 1,
                    issue_date,
                    due_date: issue_date.plus(terms).unwrap(),
                    due_date_origin: DueDateOrigin::Contract,
                    amount: Money::from_minor(minor, currency),
                    kind: InvoiceKind::Invoice,
                    corrects: None,
                    entity: entity.clone(),
                    means_of_payment: None,
                    disputed_on,
                    dispute_closed_on: disputed_on,
                    known_on,
                    attributes: vec![zone.clone()],
                };
                Case { invoice, payments }
            },
        )
    })
}

fn cases() -> impl Strategy<Value = Vec<Case>> {
    (1..8_usize).prop_flat_map(|count| (0..count).map(case).collect::<Vec<_>>())
}

/// The rows of a case as fields.
fn written(case: &Case) -> Vec<Vec<String>> {
    let text = |day: Option<Day>| day.map(|day| day.to_string()).unwrap_or_default();
    let invoice = &case.invoice;
    let row = |payment: Option<&PaymentRow>| {
        vec![
            invoice.client_id.clone(),
            invoice.invoice_id.clone(),
            invoice.instalment_no.to_string(),
            invoice.issue_date.to_string(),
            invoice.due_date.to_string(),
            invoice.due_date_origin.code().to_owned(),
            invoice.amount.decimal(),
            invoice.amount.currency().to_string(),
            invoice.kind.code().to_owned(),
            String::new(),
            invoice.entity.clone().unwrap_or_default(),
            String::new(),
            text(invoice.disputed_on),
            text(invoice.dispute_closed_on),
            invoice.known_on.to_string(),
            text(payment.map(|payment| payment.paid_date)),
            payment.map(|payment| payment.amount.decimal()).unwrap_or_default(),
            payment.map(|payment| payment.kind.code().to_owned()).unwrap_or_default(),
            text(payment.map(|payment| payment.known_on)),
            invoice.attributes[0].clone().unwrap_or_default(),
        ]
    };
    if case.payments.is_empty() { vec![row(None)] } else { case.payments.iter().map(Some).map(row).collect() }
}

fn csv_of(rows: &[Vec<String>], delimiter: u8) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
    writer.write_record(HEADER.split(',')).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.into_inner().unwrap()
}

/// Amounts of dinars have three decimals, so the mark is stated.
fn read(bytes: &[u8]) -> (LedgerRows, FaultReport) {
    let (mut rows, report) = read_ledger("f", bytes, &ColumnMap::from_toml("m", "[file]\ndecimal = \".\"").unwrap());
    rows.invoices.iter_mut().for_each(|row| row.place.line = 0);
    rows.payments.iter_mut().for_each(|row| row.place.line = 0);
    (rows, report)
}

fn sorted(rows: &LedgerRows) -> (Vec<String>, Vec<String>) {
    let mut invoices: Vec<String> = rows.invoices.iter().map(|row| format!("{row:?}")).collect();
    let mut payments: Vec<String> = rows.payments.iter().map(|row| format!("{row:?}")).collect();
    invoices.sort_unstable();
    payments.sort_unstable();
    (invoices, payments)
}

/// Pieces of which broken ledgers are made.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let pieces = [
        "client_id",
        "invoice_id",
        "issue_date",
        "due_date",
        "amount",
        "paid_date",
        "paid_amount",
        "kind",
        ",",
        ",",
        ";",
        "\n",
        "\r\n",
        "\r",
        "\"",
        "2026-01-05",
        "31/12/2025",
        "1234,50",
        "1.500",
        "-",
        "é",
        "\u{feff}",
        "credit note",
        " ",
    ];
    let known = prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec());
    prop_oneof![8 => known, 1 => prop::collection::vec(any::<u8>(), 0..4)]
}

proptest! {
    #[test]
    fn a_ledger_comes_back(cases in cases(), delimiter in prop::sample::select(b",;\t|".to_vec())) {
        let rows: Vec<Vec<String>> = cases.iter().flat_map(written).collect();
        let (found, report) = read(&csv_of(&rows, delimiter));
        prop_assert!(report.is_clean(), "{:?}", report);
        let invoices: Vec<InvoiceRow> = cases.iter().map(|case| case.invoice.clone()).collect();
        let payments: Vec<PaymentRow> = cases.iter().flat_map(|case| case.payments.clone()).collect();
        prop_assert_eq!(found.attribute_names, ["zone"]);
        prop_assert_eq!(found.invoices, invoices);
        prop_assert_eq!(found.payments, payments);
    }

    #[test]
    fn the_order_of_rows_is_only_an_order(
        (rows, shuffled) in cases().prop_flat_map(|cases| {
            let rows: Vec<Vec<String>> = cases.iter().flat_map(written).collect();
            (Just(rows.clone()), Just(rows).prop_shuffle())
        })
    ) {
        let (plain, mixed) = (read(&csv_of(&rows, b',')), read(&csv_of(&shuffled, b',')));
        prop_assert_eq!(sorted(&plain.0), sorted(&mixed.0));
        prop_assert_eq!(plain.1.faults.len(), mixed.1.faults.len());
    }

    #[test]
    fn a_cut_file_never_gives_more(cases in cases(), share in 0.0..1.0_f64) {
        let rows: Vec<Vec<String>> = cases.iter().flat_map(written).collect();
        let bytes = csv_of(&rows, b',');
        let kept = bytes.len() as f64 * share;
        let whole = read(&bytes).0;
        let (cut, report) = read(&bytes[..kept as usize]);
        prop_assert!(cut.invoices.len() <= whole.invoices.len());
        prop_assert!(cut.payments.len() <= whole.payments.len());
        prop_assert!(cut.invoices.len() < whole.invoices.len() || !report.faults.is_empty() || !report.notes.is_empty()
            || cut == whole || cut.payments.len() < whole.payments.len());
    }

    #[test]
    fn any_bytes_give_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (rows, report) = read_ledger("f", &bytes, &ColumnMap::plain());
        prop_assert!(rows.invoices.is_empty() || report.faults.len() < bytes.len());
        read_facts("f", &bytes, "2026-05-31".parse().unwrap());
    }

    #[test]
    fn any_pieces_give_an_answer(pieces in prop::collection::vec(piece(), 0..60)) {
        let body = pieces.concat();
        for header in ["", super::PLAIN, "invoice_id;paid_date;amount\n", "subject,kind,value,valid_from,known_from,source\n"] {
            let bytes = [header.as_bytes(), &body].concat();
            read_ledger("f", &bytes, &ColumnMap::plain());
            read_facts("f", &bytes, "2026-05-31".parse().unwrap());
        }
    }

    #[test]
    fn any_text_as_map_gives_an_answer(text in "\\PC{0,80}", format in "(%[-_0]?[a-zA-Z:]|[ /T.-]){0,6}") {
        let _ = ColumnMap::from_toml("m", &text);
        let quoted = format!("[file]\ndate = '{format}'");
        if let Ok(map) = ColumnMap::from_toml("m", &quoted) {
            read_ledger("f", b"client_id,invoice_id,issue_date,due_date,amount,paid_date\nC,F,01/02/2026,2026-01-02,1,x\n", &map);
        }
    }
}
