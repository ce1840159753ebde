//! What holds for every file that a person may have made.

use proptest::prelude::*;

use crate::day::Day;
use crate::money::{Currency, Money};
use crate::reader::format::{FORMATS, File, ReadOptions};
use crate::reader::{ColumnMap, read_clients, read_ledger, read_orders, suggest_map};

#[derive(Clone, Debug)]
struct Line {
    client: usize,
    issue: i32,
    terms: i32,
    minor: i64,
    paid: Option<i32>,
}

fn lines() -> impl Strategy<Value = Vec<Line>> {
    let line = (0..4_usize, 18_000..24_000_i32, 0..91_i32, 1..1_000_000_000_i64, prop::option::of(0..200_i32));
    let line = line.prop_map(|(client, issue, terms, minor, paid)| Line { client, issue, terms, minor, paid });
    prop::collection::vec(line, 3..30)
}

fn day(number: i32) -> Day {
    Day::from_number(number).unwrap()
}

/// An amount as a French program writes it: `1 234 567,50 €`.
fn french(minor: i64, blank: char) -> String {
    let (whole, cents) = (minor / 100, minor % 100);
    let digits = whole.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            grouped.push(blank);
        }
        grouped.push(digit);
    }
    format!("{grouped},{cents:02} €")
}

/// The same lines as the plain form has them.
fn plain(lines: &[Line]) -> String {
    let mut text = String::from("client_id,invoice_id,issue_date,due_date,amount,paid_date\n");
    for (number, line) in lines.iter().enumerate() {
        let amount = Money::from_minor(line.minor, Currency::EUR).decimal();
        let paid = line.paid.map(|days| day(line.issue + days).to_string()).unwrap_or_default();
        let (issue, due) = (day(line.issue), day(line.issue + line.terms));
        text.push_str(&format!("CLI{},F-{number:04},{issue},{due},{amount},{paid}\n", line.client));
    }
    text
}

/// The same lines in French conventions: a title, semicolons, French days and amounts, a total, Windows-1252 perhaps.
fn in_french(lines: &[Line], blank: char, legacy: bool) -> Vec<u8> {
    let shown = |number: i32| day(number).date().format("%d/%m/%Y").to_string();
    let mut text = String::from(
        "Relevé des factures;;;;;\r\n;;;;;\r\nCode client;N° facture;Date de facture;Date d'échéance;Montant TTC;Réglée le\r\n",
    );
    for (number, line) in lines.iter().enumerate() {
        let paid = line.paid.map(|days| shown(line.issue + days)).unwrap_or_default();
        let (issue, due) = (shown(line.issue), shown(line.issue + line.terms));
        let amount = french(line.minor, blank);
        text.push_str(&format!("CLI{};F-{number:04};{issue};{due};{amount};{paid}\r\n", line.client));
    }
    let total = french(lines.iter().map(|line| line.minor).sum(), blank);
    text.push_str(&format!("Total général;;;;{total};\r\n"));
    if legacy { encoding_rs::WINDOWS_1252.encode(&text).0.into_owned() } else { text.into_bytes() }
}

type Row = (String, String, Day, Day, Money);

fn invoices(bytes: &[u8], map: &ColumnMap) -> (Vec<Row>, Vec<(String, Day, Money)>, usize) {
    let (rows, report) = read_ledger("f", bytes, map);
    let invoice =
        |row: crate::ledger::InvoiceRow| (row.client_id, row.invoice_id, row.issue_date, row.due_date, row.amount);
    let payment = |row: crate::ledger::PaymentRow| (row.invoice_id, row.paid_date, row.amount);
    let (invoices, payments) = (rows.invoices.into_iter().map(invoice), rows.payments.into_iter().map(payment));
    (invoices.collect(), payments.collect(), report.faults.len())
}

/// Pieces of what people write.
fn piece() -> impl Strategy<Value = String> {
    let pieces = [
        "Code client",
        "N° facture",
        "Date facture",
        "Échéance",
        "Montant TTC",
        "Réglé le",
        "Total",
        "Sous-total",
        "Solde dû",
        "client_id",
        "invoice_id",
        "issue_date",
        "due_date",
        "amount",
        "name",
        "siren",
        "terms",
        "order_id",
        "order_date",
        ";",
        ";",
        ";",
        ",",
        "\n",
        "\n",
        "\r",
        "\"",
        "31/01/2026",
        "2026-01-31",
        "31 janv. 2026",
        "1 234,50 €",
        "(12)",
        "$5",
        "USD 3",
        "1.500",
        "-",
        "F-1",
        "C1",
        "20 %",
        "45 jours fin de mois",
        "000500967",
        "FR92000500967",
        "a@b.c",
        "é",
        "\u{a0}",
        "#N/A",
    ];
    prop_oneof![9 => prop::sample::select(pieces.to_vec()).prop_map(str::to_owned), 1 => "\\PC{0,3}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A file in French conventions, read by its own suggestion, gives what the plain form gives.
    #[test]
    fn a_french_file_comes_back(lines in lines(), blank in prop::sample::select(vec![' ', '\u{a0}', '\u{202f}']), legacy: bool) {
        // Windows-1252 has no narrow blank.
        let blank = if legacy && blank == '\u{202f}' { '\u{a0}' } else { blank };
        let bytes = in_french(&lines, blank, legacy);
        let suggestion = suggest_map(File { name: "f", bytes: &bytes });
        let map = ColumnMap::from_toml("m", &suggestion.map).unwrap();
        let ambiguous = suggestion.questions.iter().any(|question| question.en.contains("day or month"));
        // With every day below 13 the order may be told by the due dates or asked; day first is what is proposed.
        prop_assume!(ambiguous || suggestion.map.contains("%d/%m/%Y"));
        let plainly = plain(&lines);
        prop_assert_eq!(invoices(&bytes, &map), invoices(plainly.as_bytes(), &ColumnMap::plain()), "{}", suggestion.map);
    }

    /// The plain form read by its own suggestion is the plain form.
    #[test]
    fn a_plain_file_comes_back(lines in lines()) {
        let text = plain(&lines);
        let suggestion = suggest_map(File { name: "f", bytes: text.as_bytes() });
        let map = ColumnMap::from_toml("m", &suggestion.map).unwrap();
        prop_assert_eq!(invoices(text.as_bytes(), &map), invoices(text.as_bytes(), &ColumnMap::plain()), "{}", suggestion.map);
    }

    #[test]
    fn any_pieces_give_an_answer(pieces in prop::collection::vec(piece(), 0..60)) {
        let text = pieces.concat();
        let bytes = text.as_bytes();
        let suggestion = suggest_map(File { name: "f", bytes });
        prop_assert!(ColumnMap::from_toml("m", &suggestion.map).is_ok(), "{}", suggestion.map);
        read_clients("f", bytes, &ColumnMap::plain());
        read_orders("f", bytes, &ColumnMap::plain());
        for format in FORMATS.iter().filter(|format| (format.looks_like)(File { name: "f", bytes })) {
            (format.read)(File { name: "f", bytes }, &ReadOptions { map: Some(("m", &suggestion.map)), ..ReadOptions::default() });
        }
    }

    /// A mutated file never gives more than it had, and never panics.
    #[test]
    fn any_mutation_gives_an_answer(lines in lines(), at in any::<prop::sample::Index>(), with in piece(), drop in 0..40_usize) {
        let mut bytes = in_french(&lines, ' ', false);
        let at = at.index(bytes.len());
        let end = (at + drop).min(bytes.len());
        bytes.splice(at..end, with.bytes());
        let suggestion = suggest_map(File { name: "f", bytes: &bytes });
        prop_assert!(ColumnMap::from_toml("m", &suggestion.map).is_ok(), "{}", suggestion.map);
        prop_assert!(suggestion.read <= lines.len() + 1);
    }
}

mod workbooks {
    use rust_xlsxwriter::Workbook;

    use super::*;

    fn book() -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        for (column, name) in
            (0_u16..).zip(["client_id", "invoice_id", "issue_date", "due_date", "amount", "paid_date"])
        {
            sheet.write_string(0, column, name).unwrap();
            sheet.write_string(1, column, "x").unwrap();
        }
        book.save_to_buffer().unwrap()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn any_damage_gives_an_answer(hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
            let mut bytes = book();
            for (at, byte) in hits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            read_ledger("f", &bytes, &ColumnMap::plain());
            suggest_map(File { name: "f", bytes: &bytes });
        }
    }
}
