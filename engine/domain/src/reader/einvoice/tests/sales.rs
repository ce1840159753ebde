//! Invoices: both syntaxes, kinds, dates, amounts, and whose sales they are.

use proptest::prelude::*;

use super::super::Documents;
use super::writers::{BUYER, Invoice, OTHER, SELLER};
use super::{faults, notes, read, settle, settle_with, told};
use crate::ledger::LedgerRows;
use crate::reader::format::ReadOptions;

/// The rows of one invoice, the same in both syntaxes.
fn row(invoice: &Invoice<'_>) -> (Vec<String>, Vec<String>, Vec<String>) {
    let [ubl, cii] = [invoice.ubl(), invoice.cii()].map(|text| {
        let (rows, report) = settle(&[text], &ReadOptions::default());
        let places = |lines: Vec<String>| -> Vec<String> {
            let plain = |line: &String| {
                line.split(", line").next().unwrap_or_default().to_owned()
                    + line.rsplit(": ").next().unwrap_or_default()
            };
            lines.iter().filter(|line| !line.contains("taken as the sales of")).map(plain).collect()
        };
        (told(&rows), places(faults(&report)), places(notes(&report)))
    });
    assert_eq!(ubl, cii, "{invoice:?}");
    ubl
}

#[test]
fn both_syntaxes_say_the_same() {
    let invoice = Invoice::default();
    let (rows, faults, notes) = row(&invoice);
    assert_eq!(rows, ["000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR invoice |"]);
    assert_eq!((faults.len(), notes.len()), (0, 0));
    let (rows, _) = settle(&[invoice.cii()], &ReadOptions::default());
    let row = &rows.invoices[0];
    assert_eq!(rows.attribute_names, ["billing_process", "client_name", "siren"]);
    let attributes: Vec<_> = row.attributes.iter().flatten().map(String::as_str).collect();
    assert_eq!(attributes, ["S1", "Société 000000018 & fils", "000000018"]);
    assert_eq!((row.entity.as_deref(), row.means_of_payment.as_deref()), (Some(SELLER), Some("credit transfer")));
    assert_eq!(row.place.line, 2, "the number stands on the second line");
}

#[test]
fn kinds_dates_and_amounts() {
    let plain = Invoice::default();
    for (invoice, expected) in [
        (
            Invoice { kind: "381", earlier: "F-0", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated -1200.00 EUR credit note |",
        ),
        (Invoice { kind: "386", ..plain.clone() }, "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR deposit |"),
        (
            Invoice { gross: "-5.00", payable: "-5.00", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated -5.00 EUR credit note |",
        ),
        (
            Invoice { prepaid: "1000.00", payable: "200.00", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated 200.00 EUR invoice |",
        ),
        (
            Invoice { due: "", terms: "30 jours net", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR invoice |",
        ),
        (
            Invoice { due: "", terms: "45 jours fin de mois", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 legal default 1200.00 EUR invoice |",
        ),
        (
            Invoice { due: "", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 legal default 1200.00 EUR invoice |",
        ),
        (
            Invoice { currency: "USD", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 USD invoice |",
        ),
        (
            Invoice { payable: "1200", ..plain.clone() },
            "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR invoice |",
        ),
    ] {
        let (rows, faults, _) = row(&invoice);
        assert_eq!((rows, faults), (vec![expected.to_owned()], Vec::new()));
    }
    let (rows, _) = settle(&[Invoice { kind: "381", earlier: "F-0", ..plain }.ubl()], &ReadOptions::default());
    assert_eq!(rows.invoices[0].corrects.as_deref(), Some("F-0"));
}

#[test]
fn what_is_said_beside() {
    let plain = Invoice::default();
    for (invoice, expected) in [
        (Invoice { prepaid: "1000.00", payable: "200.00", ..plain.clone() }, "the claim is the rest, 200.00 EUR"),
        (Invoice { due: "", terms: "30 jours", ..plain.clone() }, "no BT-9; read as due on 2026-02-04"),
        (Invoice { due: "", ..plain.clone() }, "agreed or usual terms give one, else 2026-02-04, the legal default"),
        (
            Invoice { prepaid: "1200.00", payable: "0.00", ..plain },
            "nothing is left to pay: no claim, and no payment to learn from",
        ),
    ] {
        let (rows, report) = settle(&[invoice.cii()], &ReadOptions::default());
        assert!(notes(&report).iter().any(|note| note.contains(expected)), "{expected}: {:?}", notes(&report));
        assert_eq!(rows.invoices.is_empty(), invoice.payable == "0.00");
        assert!(report.is_clean());
    }
}

#[test]
fn faults_are_told() {
    let plain = Invoice::default();
    for (invoice, expected) in [
        (Invoice { number: "", ..plain.clone() }, "column `BT-1 number`: the value is missing"),
        (Invoice { issued: "2026-02-31", ..plain.clone() }, "column `BT-2 date of issue`, value"),
        (Invoice { kind: "325", ..plain.clone() }, "column `BT-3 type`, value `325`: no claim that is known"),
        (
            Invoice { currency: "EURO", ..plain.clone() },
            "column `BT-5 currency`, value `EURO`: expected a three-letter",
        ),
        (Invoice { payable: "", ..plain.clone() }, "column `BT-115 amount due`: the value is missing"),
        (
            Invoice { payable: "1 200,00", ..plain.clone() },
            "column `BT-115 amount due`, value `1 200,00`: expected a number",
        ),
        (Invoice { payable: "1e9", ..plain.clone() }, "column `BT-115 amount due`, value `1e9`"),
        (Invoice { due: "2025-12-31", ..plain.clone() }, "before the day of issue, 2026-01-05"),
        (Invoice { kind: "381", payable: "-5.00", ..plain.clone() }, "a credit note is negative by itself"),
    ] {
        for text in [invoice.ubl(), invoice.cii()] {
            let (rows, report) = settle(&[text], &ReadOptions::default());
            assert!(rows.invoices.is_empty());
            assert!(faults(&report).iter().any(|fault| fault.contains(expected)), "{expected}: {:?}", faults(&report));
        }
    }
    let other = plain.ubl().replace("PayableAmount currencyID=\"EUR\"", "PayableAmount currencyID=\"USD\"");
    let (_, report) = settle(&[other], &ReadOptions::default());
    assert!(faults(&report)[0].contains("the amount is in `USD`, expected `EUR` as BT-5 says"));
}

#[test]
fn who_buys() {
    let plain = Invoice::default().cii();
    let registered = format!("<b:ID schemeID=\"0002\">{BUYER}</b:ID>");
    let name = "<b:Name>Société 000000018 &amp; fils</b:Name>";
    let buyer = |registration: &str, vat: &str, address: &str, with_name: bool| {
        let text = plain.replace(&registered, registration);
        let (before, after) = text.split_once("<b:BuyerTradeParty>").unwrap();
        let after = after.replacen("<b:ID schemeID=\"FC\">000</b:ID>", vat, 1);
        let after = after.replacen("</b:BuyerTradeParty>", &format!("{address}</b:BuyerTradeParty>"), 1);
        let after = if with_name { after } else { after.replacen(name, "", 1) };
        format!("{before}<b:BuyerTradeParty>{after}")
    };
    let address =
        "<b:URIUniversalCommunication><b:URIID schemeID=\"EM\">a@b.example</b:URIID></b:URIUniversalCommunication>";
    let french = "<b:URIUniversalCommunication><b:URIID schemeID=\"0225\">000000018_SERVICE</b:URIID></b:URIUniversalCommunication>";
    for (text, client, siren) in [
        (buyer("<b:ID schemeID=\"0009\">00000001800011</b:ID>", "", "", true), "000000018", Some("000000018")),
        (buyer("<b:ID>000 000 018</b:ID>", "", "", true), "000000018", Some("000000018")),
        (buyer("", "<b:ID schemeID=\"VA\">FR 66 000 000 018</b:ID>", "", true), "000000018", Some("000000018")),
        (buyer("", "", french, true), "000000018", Some("000000018")),
        (buyer("", "<b:ID schemeID=\"VA\">DE123456789</b:ID>", address, true), "DE123456789", None),
        (buyer("<b:ID schemeID=\"0002\">000000019</b:ID>", "", address, true), "000000019", None),
        (buyer("", "", address, true), "a@b.example", None),
        (buyer("", "", "", true), "Société 000000018 & fils", None),
    ] {
        let (rows, report) = settle(&[text], &ReadOptions::default());
        assert_eq!(faults(&report), Vec::<String>::new(), "{client}");
        assert_eq!((rows.invoices[0].client_id.as_str(), rows.invoices[0].attributes[2].as_deref()), (client, siren));
    }
    let (_, report) = settle(&[buyer("", "", "", false)], &ReadOptions::default());
    assert!(faults(&report)[0].contains("neither SIREN, VAT number, electronic address nor name"));
}

#[test]
fn whose_sales() {
    let plain = Invoice::default();
    let sale = plain.ubl();
    let second = Invoice { number: "F-2", buyer: OTHER, ..plain.clone() }.cii();
    let purchase = Invoice { number: "A-9", seller: OTHER, buyer: SELLER, ..plain.clone() }.cii();
    let stranger = Invoice { number: "Z", seller: OTHER, buyer: BUYER, ..plain }.cii();
    let none = ReadOptions::default();
    let (rows, report) = settle(&[&sale, &second], &none);
    assert_eq!((rows.invoices.len(), report.is_clean()), (2, true));
    assert!(
        notes(&report).iter().any(|note| note.contains("taken as the sales of `Société 000500967 & fils` (000500967)"))
    );
    let (rows, report) = settle(&[&sale, &purchase], &none);
    assert!(rows.invoices.is_empty(), "nothing is guessed");
    let told = &faults(&report)[0];
    assert!(told.contains("is both seller and buyer") && told.contains("siren = [\"000500967\"]"), "{told}");
    let map = format!("[seller]\nsiren = \"{SELLER}\"");
    let own = ReadOptions { map: Some(("map.toml", &map)), ..ReadOptions::default() };
    let (rows, report) = settle(&[&sale, &purchase], &own);
    assert_eq!((rows.invoices.len(), report.is_clean()), (1, true));
    assert!(notes(&report).iter().any(|note| note.contains("1 invoices are purchases of yours")));
    let (rows, report) = settle(&[&sale, &stranger], &own);
    assert_eq!(rows.invoices.len(), 1);
    assert!(faults(&report)[0].contains("expected one of the sellers in the map file"));
    let group = format!("[seller]\nsiren = [\"{SELLER}\", \"{OTHER}\"]");
    let (rows, report) =
        settle(&[&sale, &stranger], &ReadOptions { map: Some(("map.toml", &group)), ..ReadOptions::default() });
    assert_eq!((rows.invoices.len(), report.is_clean()), (2, true));
    let (_, report) = read(
        "f.xml",
        sale.as_bytes(),
        &ReadOptions { map: Some(("map.toml", "[seller]\nsiren = \"1\"")), ..ReadOptions::default() },
    );
    assert_eq!(
        faults(&report),
        ["map.toml, column `seller.siren`, value `1`: expected nine digits of which the last is the check digit"]
    );
}

#[test]
fn a_corrected_invoice_takes_the_earlier_ones_place() {
    let first = Invoice::default();
    let second = Invoice {
        number: "F-2",
        issued: "2026-01-20",
        kind: "384",
        earlier: "F-1",
        payable: "1000.00",
        due: "2026-02-19",
        ..first.clone()
    };
    let expected = [
        "000000018 F-1 2026-01-05 2026-02-04 stated 1200.00 EUR invoice |",
        "000000018 F-1 replaced by F-2 2026-01-20 2026-01-20 stated -1200.00 EUR credit note |",
        "000000018 F-2 2026-01-20 2026-02-19 stated 1000.00 EUR invoice |",
    ];
    for files in [[first.ubl(), second.cii()], [second.cii(), first.ubl()]] {
        let (rows, report) = settle(&files, &ReadOptions::default());
        assert!(report.is_clean());
        let mut found = told(&rows);
        found.sort();
        assert_eq!(found, expected);
    }
    let (known, _) = settle(&[first.ubl()], &ReadOptions::default());
    let (rows, _) = settle_with(&[second.cii()], &ReadOptions::default(), &known);
    let mut found = told(&rows);
    found.sort();
    assert_eq!(found, expected[1..]);
    let (rows, report) = settle(&[second.cii()], &ReadOptions::default());
    assert_eq!(rows.invoices.len(), 1);
    assert!(notes(&report).iter().any(|note| note.contains("corrects `F-1`, which is not there yet")));
}

#[test]
fn instalments() {
    let one = "<b:SpecifiedTradePaymentTerms><b:DueDateDateTime><d:DateTimeString format=\"102\">20260204</d:DateTimeString></b:DueDateDateTime></b:SpecifiedTradePaymentTerms>";
    let part = |day: &str, amount: &str| {
        format!(
            "<b:SpecifiedTradePaymentTerms><b:DueDateDateTime><d:DateTimeString format=\"102\">{day}</d:DateTimeString></b:DueDateDateTime><b:PartialPaymentAmount>{amount}</b:PartialPaymentAmount></b:SpecifiedTradePaymentTerms>"
        )
    };
    let text = Invoice::default().cii();
    let two = text.replace(one, &(part("20260204", "200.00") + &part("20260304", "1000.00")));
    let (rows, report) = settle(&[two], &ReadOptions::default());
    assert!(report.is_clean(), "{:?}", faults(&report));
    let parts: Vec<_> =
        rows.invoices.iter().map(|row| (row.instalment_no, row.due_date.to_string(), row.amount.minor())).collect();
    assert_eq!(parts, [(1, "2026-02-04".to_owned(), 20_000), (2, "2026-03-04".to_owned(), 100_000)]);
    let wrong = text.replace(one, &(part("20260204", "200.00") + &part("20260304", "900.00")));
    let (_, report) = settle(&[wrong], &ReadOptions::default());
    assert!(faults(&report)[0].contains("several due dates whose amounts do not make 1200.00 EUR"));
}

#[test]
fn letters_of_other_encodings() {
    let text = Invoice::default().ubl().replace("encoding=\"UTF-8\"", "encoding=\"ISO-8859-1\"");
    let latin = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    let marked = [&b"\xEF\xBB\xBF"[..], Invoice::default().ubl().as_bytes()].concat();
    for bytes in [latin, utf16, marked] {
        let (documents, report) = read("f.xml", &bytes, &ReadOptions::default());
        assert_eq!(faults(&report), Vec::<String>::new());
        assert_eq!(documents.invoices[0].buyer.name.as_deref(), Some("Société 000000018 & fils"));
    }
}

#[test]
fn ten_thousand_small_files() {
    let text = Invoice::default().ubl();
    let mut documents = Documents::default();
    for number in 0..10_000 {
        let text = text.replace("F-1", &format!("F-{number}"));
        documents.append(read(&format!("{number}.xml"), text.as_bytes(), &ReadOptions::default()).0);
    }
    let (rows, report) = super::together(&documents, &LedgerRows::default());
    assert_eq!((rows.invoices.len(), report.is_clean()), (10_000, true));
}

proptest! {
    #[test]
    fn amounts_and_numbers_come_back(minor in 1_i64..1_000_000_000_000, number in "[A-Z0-9/_-]{1,20}", days in 0_i32..200) {
        let payable = format!("{}.{:02}", minor / 100, minor % 100);
        let issued: crate::Day = "2026-01-05".parse().unwrap();
        let due = issued.plus(days).unwrap().to_string();
        let invoice = Invoice { number: &number, payable: &payable, gross: &payable, due: &due, ..Invoice::default() };
        for text in [invoice.ubl(), invoice.cii()] {
            let (rows, report) = settle(&[text], &ReadOptions::default());
            prop_assert!(report.is_clean());
            let row = &rows.invoices[0];
            prop_assert_eq!((row.amount.minor(), &row.invoice_id, row.due_date.to_string()), (minor, &number, due.clone()));
        }
    }
}

#[test]
fn an_amount_due_that_its_own_totals_contradict_is_noted() {
    let plain = Invoice::default();
    for (invoice, doubts) in [(plain.clone(), 0), (Invoice { payable: "99.00", ..plain }, 1)] {
        for text in [invoice.ubl(), invoice.cii()] {
            let (_, report) = settle(&[text], &ReadOptions::default());
            let found = notes(&report).into_iter().filter(|note| note.contains("doesn't make the amount due")).count();
            assert_eq!(found, doubts, "{:?}", notes(&report));
        }
    }
}
