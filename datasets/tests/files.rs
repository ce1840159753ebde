//! The committed files read back as any program would read them.

use std::collections::BTreeSet;
use std::io::Cursor;

use encours_datasets::{SAMPLE_AS_OF_DATE, SEED, generate, has_check_digit, measure, sample};
use polars::prelude::{DataFrame, DataType, ParquetReader, SerReader};

fn table(bytes: &'static [u8]) -> DataFrame {
    ParquetReader::new(Cursor::new(bytes)).finish().expect("the file is Parquet")
}

fn texts(table: &DataFrame, column: &str) -> Vec<Option<String>> {
    let column = table.column(column).expect("the column is there");
    let values = column.str().expect("the column is text");
    values.iter().map(|value| value.map(String::from)).collect()
}

fn numbers(table: &DataFrame, column: &str) -> Vec<Option<i32>> {
    let column = table.column(column).expect("the column is there");
    column.i32().expect("the column holds whole numbers").iter().collect()
}

fn amounts(table: &DataFrame) -> Vec<f64> {
    let column = table.column("amount").expect("the column is there");
    column.f64().expect("amounts are floats").iter().flatten().collect()
}

fn schema(table: &DataFrame) -> Vec<(String, DataType)> {
    table.columns().iter().map(|column| (column.name().to_string(), column.dtype().clone())).collect()
}

fn expected(columns: &[(&str, DataType)]) -> Vec<(String, DataType)> {
    columns.iter().map(|(name, kind)| ((*name).to_owned(), kind.clone())).collect()
}

#[test]
fn columns_are_as_the_card_says() {
    use DataType::{Date, Float64, Int32, String as Text};
    let invoices = [
        ("client_id", Text),
        ("invoice_id", Text),
        ("issue_date", Date),
        ("due_date", Date),
        ("instalment_no", Int32),
        ("amount", Float64),
        ("currency", Text),
        ("kind", Text),
        ("corrects", Text),
        ("disputed_on", Date),
        ("dispute_closed_on", Date),
        ("known_on", Date),
        ("client_name", Text),
        ("siren", Text),
        ("legal_form", Text),
        ("sector", Text),
        ("size", Text),
        ("region", Text),
    ];
    let payments = [
        ("client_id", Text),
        ("invoice_id", Text),
        ("instalment_no", Int32),
        ("paid_date", Date),
        ("amount", Float64),
        ("kind", Text),
        ("origin", Text),
        ("known_on", Date),
    ];
    assert_eq!(schema(&table(sample::INVOICES)), expected(&invoices));
    assert_eq!(schema(&table(sample::PAYMENTS)), expected(&payments));
}

#[test]
fn rows_are_those_of_the_portfolio() {
    let measured = measure(&generate(SEED), SAMPLE_AS_OF_DATE);
    let (invoices, payments) = (table(sample::INVOICES), table(sample::PAYMENTS));
    assert_eq!(invoices.height(), measured.instalments + measured.credit_notes);
    assert_eq!(payments.height(), measured.payments);
    let billed: f64 = amounts(&invoices).iter().sum();
    assert!((billed * 100.0 - measured.billed as f64).abs() < 1.0);
}

#[test]
fn keys_are_unique_and_payments_find_their_invoice() {
    let keys = |table: &DataFrame| {
        let names = texts(table, "client_id").into_iter().zip(texts(table, "invoice_id"));
        names.zip(numbers(table, "instalment_no")).collect::<Vec<_>>()
    };
    let (invoices, payments) = (table(sample::INVOICES), table(sample::PAYMENTS));
    let known: BTreeSet<_> = keys(&invoices).into_iter().collect();
    assert_eq!(known.len(), invoices.height());
    assert!(keys(&payments).iter().all(|key| known.contains(key)));
}

#[test]
fn credit_notes_are_negative_and_point_at_an_invoice() {
    let invoices = table(sample::INVOICES);
    let known: BTreeSet<_> = texts(&invoices, "invoice_id").into_iter().collect();
    let kinds = texts(&invoices, "kind").into_iter().zip(amounts(&invoices));
    for ((kind, amount), corrects) in kinds.zip(texts(&invoices, "corrects")) {
        let credit = kind.as_deref() == Some("credit note");
        assert_eq!(amount < 0.0, credit, "{kind:?} {amount}");
        assert_eq!(corrects.is_some(), credit);
        assert!(corrects.is_none() || known.contains(&corrects));
    }
}

#[test]
fn amounts_are_whole_cents() {
    for file in [sample::INVOICES, sample::PAYMENTS] {
        for amount in amounts(&table(file)) {
            let text = format!("{amount}");
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            assert!(decimals <= 2, "{text}");
        }
    }
}

#[test]
fn companies_are_well_formed_rows() {
    let text = std::str::from_utf8(sample::COMPANIES).expect("the file is UTF-8");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("subject,kind,value,valid_from,known_from,source"));
    let subjects: BTreeSet<&str> = lines.clone().filter_map(|line| line.split(',').next()).collect();
    assert_eq!(subjects.len(), 440);
    assert!(subjects.iter().all(|siren| has_check_digit(siren)));
    assert!(lines.all(|line| line.ends_with(",sample register")));
}
