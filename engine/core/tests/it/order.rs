//! The order of rows, and whether numbers are written as text or as integers, leaves no trace.

use std::sync::Arc;

use encours_core::ledger::{Book, Snapshot, TableSource};
use encours_domain::Day;
use encours_domain::ledger::{InvoiceRow, LedgerRows, PaymentOrigin, PaymentRow};
use polars::prelude::{Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetWriter, Series, StatisticsOptions};
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, plans, rows_of, sample, sound, told, with_everything};

const TODAY: i32 = START + 150;

/// Rows, and the same rows in another order.
fn shuffled() -> impl Strategy<Value = (LedgerRows, LedgerRows)> {
    plans(Wild::RichInDollarsToo, 4, 14).prop_flat_map(|plans| {
        let rows = rows_of(&plans);
        let invoices = Just(rows.invoices.clone()).prop_shuffle();
        let payments = Just(rows.payments.clone()).prop_shuffle();
        (Just(rows), invoices, payments).prop_map(|(rows, invoices, payments)| {
            let other = LedgerRows { invoices, payments, ..rows.clone() };
            (rows, numbered(other))
        })
    })
}

/// Every row on a line of its own, as a file would have it.
fn numbered(mut rows: LedgerRows) -> LedgerRows {
    rows.invoices.iter_mut().zip(2..).for_each(|(row, line)| row.place.line = line);
    rows.payments.iter_mut().zip(2..).for_each(|(row, line)| row.place.line = line);
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_rows_leaves_no_trace_in_the_stored_ledger((rows, other) in shuffled()) {
        let (rows, other) = (Snapshot::write(&sound(numbered(rows))).unwrap(), Snapshot::write(&sound(other)).unwrap());
        prop_assert_eq!(rows.hash(), other.hash());
    }

    #[test]
    fn nor_does_it_in_tables_that_are_read_as_they_stand((rows, other) in shuffled()) {
        let model = &sample().model;
        // The engine's own order decides which invoice a note corrects first, so the checked rows are what is written.
        let stored = book_of(rows.clone());
        let expected = told(&stored, model, TODAY);
        for (rows, ids) in [(&rows, Ids::Texts), (&rows, Ids::Numbers), (&other, Ids::Texts), (&other, Ids::Numbers)] {
            let book = as_it_stands(rows, ids);
            for (found, expected) in told(&book, model, TODAY).iter().zip(&expected) {
                prop_assert_eq!(found, expected, "{:?}", ids);
            }
            prop_assert_eq!(book.clients().len(), stored.clients().len());
        }
    }
}

/// What makes two payments differ is either in the order of the stored table or of no matter: here the origin alone.
#[test]
fn payments_that_differ_in_their_origin_alone_have_one_order() {
    let base = book_rows();
    let mut other = base.clone();
    other.payments.reverse();
    let hash = |rows| Snapshot::write(&sound(numbered(rows))).unwrap().hash();
    assert_eq!(hash(base), hash(other));
}

fn book_rows() -> LedgerRows {
    let mut rows = LedgerRows { files: vec!["a.csv".to_owned()], ..LedgerRows::default() };
    rows.invoices.push(crate::support::invoice("C", "1", START, START + 30, 20_000));
    for origin in [PaymentOrigin::Stated, PaymentOrigin::ByAmount] {
        let mut payment = crate::support::payment("1", START + 40, 10_000);
        payment.origin = origin;
        rows.payments.push(payment);
    }
    rows
}

/// Two invoices alike in all but what was paid on them, or in an attribute, and settled on one day: which stands first
/// in the file must not matter.
#[test]
fn twins_may_change_places() {
    for numbers in [["1", "2"], ["2", "1"]] {
        let expected = told(&twins(["1", "2"]), &sample().model, START + 200);
        assert_eq!(told(&twins(numbers), &sample().model, START + 200), expected);
    }
}

/// One paid long before, but for a discount; the other paid at once on the day of that discount.
fn twins(in_file: [&str; 2]) -> Book {
    let mut rows = LedgerRows { files: vec!["a.csv".to_owned()], ..LedgerRows::default() };
    rows.attribute_names = vec!["channel".to_owned()];
    for number in in_file {
        let mut invoice = crate::support::invoice("C", number, START, START + 30, 20_000);
        invoice.attributes = vec![Some(if number == "1" { "web" } else { "shop" }.to_owned())];
        rows.invoices.push(invoice);
    }
    rows.payments.push(crate::support::payment("1", START + 10, 15_000));
    let mut discount = crate::support::payment("1", START + 50, 5_000);
    discount.kind = encours_domain::ledger::PaymentKind::Discount;
    rows.payments.push(discount);
    rows.payments.push(crate::support::payment("2", START + 50, 20_000));
    as_it_stands(&rows, Ids::Texts)
}

#[derive(Clone, Copy, Debug)]
enum Ids {
    Texts,
    Numbers,
}

/// The rows as two Parquet tables, several row groups each, read without a check or a sort.
fn as_it_stands(rows: &LedgerRows, ids: Ids) -> Book {
    let (invoices, payments) = (invoice_table(&rows.invoices, ids), payment_table(&rows.payments, ids));
    let invoices = TableSource::from_bytes("invoices.parquet", invoices);
    let payments = TableSource::from_bytes("payments.parquet", payments);
    Book::read(&invoices, &payments, &with_everything()).unwrap()
}

fn written(columns: Vec<Column>) -> Arc<[u8]> {
    let rows = columns[0].len();
    let mut frame = DataFrame::new(rows, columns).unwrap();
    let mut bytes = Vec::new();
    let writer = ParquetWriter::new(&mut bytes).with_row_group_size(Some(7));
    writer.with_statistics(StatisticsOptions::default()).finish(&mut frame).unwrap();
    bytes.into()
}

fn identifiers<'a>(name: &str, cells: impl Iterator<Item = &'a str>, ids: Ids) -> Column {
    match ids {
        Ids::Texts => Series::new(name.into(), cells.collect::<Vec<_>>()).into_column(),
        Ids::Numbers => {
            Series::new(name.into(), cells.map(|cell| cell.parse().unwrap()).collect::<Vec<i64>>()).into_column()
        }
    }
}

fn texts<'a>(name: &str, cells: impl Iterator<Item = Option<&'a str>>) -> Column {
    Series::new(name.into(), cells.collect::<Vec<_>>()).into_column()
}

fn days(name: &str, cells: impl Iterator<Item = Option<Day>>) -> Column {
    let numbers: Vec<Option<i32>> = cells.map(|day| day.map(Day::number)).collect();
    Series::new(name.into(), numbers).into_column().cast(&DataType::Date).unwrap()
}

/// Decimals here, cents in the stored ledger.
fn amounts(cells: impl Iterator<Item = encours_domain::Money>) -> Column {
    Series::new("amount".into(), cells.map(encours_domain::Money::major).collect::<Vec<f64>>()).into_column()
}

fn invoice_table(rows: &[InvoiceRow], ids: Ids) -> Arc<[u8]> {
    let mut columns = vec![
        identifiers("client_id", rows.iter().map(|row| row.client_id.as_str()), ids),
        identifiers("invoice_id", rows.iter().map(|row| row.invoice_id.as_str()), ids),
        days("issue_date", rows.iter().map(|row| Some(row.issue_date))),
        days("due_date", rows.iter().map(|row| Some(row.due_date))),
        days("known_on", rows.iter().map(|row| Some(row.known_on))),
        days("disputed_on", rows.iter().map(|row| row.disputed_on)),
        days("dispute_closed_on", rows.iter().map(|row| row.dispute_closed_on)),
        amounts(rows.iter().map(|row| row.amount)),
        texts("currency", rows.iter().map(|row| Some(row.amount.currency().code()))),
        texts("kind", rows.iter().map(|row| Some(row.kind.code()))),
        texts("corrects", rows.iter().map(|row| row.corrects.as_deref())),
    ];
    columns.push(texts("channel", rows.iter().map(|row| row.attributes.first().and_then(Option::as_deref))));
    written(columns)
}

fn payment_table(rows: &[PaymentRow], ids: Ids) -> Arc<[u8]> {
    written(vec![
        identifiers("invoice_id", rows.iter().map(|row| row.invoice_id.as_str()), ids),
        days("paid_date", rows.iter().map(|row| Some(row.paid_date))),
        days("known_on", rows.iter().map(|row| Some(row.known_on))),
        amounts(rows.iter().map(|row| row.amount)),
        texts("currency", rows.iter().map(|row| Some(row.amount.currency().code()))),
        texts("kind", rows.iter().map(|row| Some(row.kind.code()))),
    ])
}
