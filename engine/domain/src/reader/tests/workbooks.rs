//! Workbooks: real XLSX files, and an ODS made by hand.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook, Worksheet};

use super::shown;
use crate::reader::{ColumnMap, read_clients, read_ledger};

const NAMES: [&str; 6] = ["client_id", "invoice_id", "issue_date", "due_date", "amount", "paid_date"];

fn day(year: u16, month: u8, day: u8) -> ExcelDateTime {
    ExcelDateTime::from_ymd(year, month, day).unwrap()
}

fn as_date() -> Format {
    Format::new().set_num_format("dd/mm/yyyy")
}

fn names(sheet: &mut Worksheet, row: u32) {
    for (column, name) in (0_u16..).zip(NAMES) {
        sheet.write_string(row, column, name).unwrap();
    }
}

/// A row of an open invoice of 2026-01-05, due 2026-02-04.
fn invoice(sheet: &mut Worksheet, row: u32, number: &str, amount: f64) {
    sheet.write_string(row, 0, "C1").unwrap();
    sheet.write_string(row, 1, number).unwrap();
    sheet.write_with_format(row, 2, day(2026, 1, 5), &as_date()).unwrap();
    sheet.write_with_format(row, 3, day(2026, 2, 4), &as_date()).unwrap();
    sheet.write_number(row, 4, amount).unwrap();
}

fn saved(mut book: Workbook) -> Vec<u8> {
    book.save_to_buffer().unwrap()
}

fn check_book(map: &str, bytes: &[u8], expected: &[&str]) {
    let map = ColumnMap::from_toml("m", map).unwrap();
    let (rows, report) = read_ledger("f", bytes, &map);
    assert_eq!(shown(&rows, &report), expected);
}

#[test]
fn typed_cells_are_exact() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 1234.1);
    sheet.write_with_format(1, 5, day(2026, 2, 1), &as_date()).unwrap();
    invoice(sheet, 2, "F2", 0.1 + 0.2);
    invoice(sheet, 3, "F3", 33.333_333);
    // A number as invoice number, a formula with the value it had, a text that is a date of no known form.
    invoice(sheet, 4, "", 0.0);
    sheet.write_number(4, 1, 20_260_004.0).unwrap();
    sheet.write_formula(4, 4, Formula::new("=10*12").set_result("120")).unwrap();
    sheet.write_string(4, 5, "bientôt").unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 1234.10 EUR",
            "3: invoice C1 F2 2026-01-05 2026-02-04 0.30 EUR",
            "2: payment F1 2026-02-01 1234.10 EUR",
            "f, sheet `Sheet1`, line 4, column `amount`, value `33.333333`: expected a number with at most 2 decimals such as \
             `1234.50`; hint: the cell may hold more decimals than it shows, round it in the sheet",
            "f, sheet `Sheet1`, line 5, column `paid_date`, value `bientôt`: expected a date as `YYYY-MM-DD`",
        ],
    );
}

#[test]
fn french_texts_beside_typed_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 1200.0);
    invoice(sheet, 2, "F2", 0.0);
    sheet.write_string(2, 4, "1 234,50 €").unwrap();
    sheet.write_string(2, 3, "31/03/2026").unwrap();
    check_book(
        "[file]\ndate = \"%d/%m/%Y\"",
        &saved(book),
        &["2: invoice C1 F1 2026-01-05 2026-02-04 1200.00 EUR", "3: invoice C1 F2 2026-01-05 2026-03-31 1234.50 EUR"],
    );
}

#[test]
fn titles_totals_blanks_and_values_beyond() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Factures").unwrap();
    sheet.write_string(0, 0, "Grand livre clients").unwrap();
    names(sheet, 3);
    invoice(sheet, 4, "F1", 100.0);
    invoice(sheet, 6, "F2", 50.5);
    sheet.write_string(6, 8, "à rappeler").unwrap();
    sheet.write_string(7, 0, "Total").unwrap();
    sheet.write_number(7, 4, 150.5).unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "5: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "7: invoice C1 F2 2026-01-05 2026-02-04 50.50 EUR",
            "note: f, sheet `Factures`, line 1: above the column names, not read: `Grand livre clients`",
            "note: f, sheet `Factures`, line 7: values to the right of the last column name are not read, here and below",
            "note: f, sheet `Factures`, line 8: a total `Total`, not taken; it is the sum of the rows above",
        ],
    );
}

#[test]
fn hidden_rows_are_read_and_told() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notice & aide").unwrap().write_string(0, 0, "voir").unwrap();
    let sheet = book.add_worksheet().set_name("Factures & avoirs").unwrap();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 100.0);
    invoice(sheet, 2, "F2", 50.0);
    invoice(sheet, 3, "F3", 20.0);
    // A row without cells that is hidden too says nothing.
    for row in [2, 3, 9] {
        sheet.set_row_hidden(row).unwrap();
    }
    check_book(
        "",
        &saved(book),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "3: invoice C1 F2 2026-01-05 2026-02-04 50.00 EUR",
            "4: invoice C1 F3 2026-01-05 2026-02-04 20.00 EUR",
            "note: f: the sheet `Notice & aide` was not read",
            "note: f, sheet `Factures & avoirs`, line 3: 2 hidden rows are read like the others, from here on; hint: take out \
             what should not come in",
        ],
    );
}

#[test]
fn errors_and_merged_cells() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 100.0);
    invoice(sheet, 2, "F2", 100.0);
    invoice(sheet, 3, "F3", 0.0);
    sheet.write_formula(3, 4, Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.merge_range(1, 0, 2, 0, "DUPONT", &Format::new()).unwrap();
    sheet.merge_range(1, 4, 2, 4, "", &Format::new()).unwrap();
    sheet.write_number(1, 4, 200.0).unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "f, sheet `Sheet1`, line 2, column `amount`, value `200`: the cell is merged over several rows, expected an \
             amount for each",
            "f, sheet `Sheet1`, line 3, column `amount`, value `200`: the cell is merged over several rows, expected an \
             amount for each",
            "f, sheet `Sheet1`, line 4, column `amount`, value `#N/A`: the cell holds an error, expected a value",
        ],
    );
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 100.0);
    invoice(sheet, 2, "F2", 70.0);
    sheet.merge_range(1, 0, 2, 0, "DUPONT", &Format::new()).unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "2: invoice DUPONT F1 2026-01-05 2026-02-04 100.00 EUR",
            "3: invoice DUPONT F2 2026-01-05 2026-02-04 70.00 EUR",
        ],
    );
}

#[test]
fn an_error_beside_an_invoice() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    sheet.write_string(0, 5, "paid_date").unwrap().write_string(0, 6, "region").unwrap();
    invoice(sheet, 1, "F1", 100.0);
    sheet.write_formula(1, 6, Formula::new("=NA()").set_result("#N/A")).unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR, region=-",
            "note: f, sheet `Sheet1`, line 2, column `region`, value `#N/A`: the cell holds an error and counts as missing",
        ],
    );
}

#[test]
fn which_sheet() {
    let two = |second: bool| {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Lisez-moi").unwrap().write_string(0, 0, "Bonjour").unwrap();
        let sheet = book.add_worksheet().set_name("2025").unwrap();
        names(sheet, 0);
        invoice(sheet, 1, "F1", 100.0);
        let sheet = book.add_worksheet().set_name("2026").unwrap();
        if second {
            names(sheet, 0);
            invoice(sheet, 1, "F2", 70.0);
        } else {
            sheet.set_hidden(true).write_string(0, 0, "brouillon").unwrap();
        }
        saved(book)
    };
    check_book(
        "",
        &two(false),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "note: f: the sheet `Lisez-moi` was not read",
            "note: f: the hidden sheet `2026` was not read",
        ],
    );
    check_book(
        "",
        &two(true),
        &["f: several sheets have the columns: `2025`, `2026`; hint: say `sheet` in a map file"],
    );
    check_book("[file]\nsheet = \"2026\"", &two(true), &["2: invoice C1 F2 2026-01-05 2026-02-04 70.00 EUR"]);
    check_book("[file]\nsheet = \"2027\"", &two(true), &["f: no sheet `2027`: found `Lisez-moi`, `2025`, `2026`"]);
}

#[test]
fn a_stray_cell_in_the_last_corner_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 100.0);
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    check_book(
        "",
        &saved(book),
        &[
            "2: invoice C1 F1 2026-01-05 2026-02-04 100.00 EUR",
            "note: f, sheet `Sheet1`, line 1048576: values to the right of the last column name are not read, here and below",
            "note: f, sheet `Sheet1`, line 1048576: the row is blank and was passed over",
        ],
    );
}

#[test]
fn an_open_document() {
    let cell = |text: &str| {
        format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
    };
    let date = |day: &str| {
        format!(
            "<table:table-cell office:value-type=\"date\" office:date-value=\"{day}\"><text:p>{day}</text:p></table:table-cell>"
        )
    };
    let number = |value: &str| {
        format!(
            "<table:table-cell office:value-type=\"currency\" office:currency=\"EUR\" office:value=\"{value}\"><text:p>{value}</text:p></table:table-cell>"
        )
    };
    let row = |cells: Vec<String>| format!("<table:table-row>{}</table:table-row>", cells.concat());
    let rows = [
        row(vec![cell("Mes factures")]),
        row(NAMES.iter().map(|name| cell(name)).collect()),
        row(vec![
            cell("C1"),
            cell("F1"),
            date("2026-01-05"),
            date("2026-02-04"),
            number("1234.1"),
            date("2026-02-01T00:00:00"),
        ]),
    ];
    let content = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\"><office:body><office:spreadsheet>\
         <table:table table:name=\"Feuille1\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
        rows.concat()
    );
    let book = zip(&[
        ("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", MANIFEST),
        ("content.xml", content.as_bytes()),
    ]);
    check_book(
        "",
        &book,
        &[
            "3: invoice C1 F1 2026-01-05 2026-02-04 1234.10 EUR",
            "3: payment F1 2026-02-01 1234.10 EUR",
            "note: f, sheet `Feuille1`, line 1: above the column names, not read: `Mes factures`",
        ],
    );
}

#[test]
fn a_client_file_as_workbook() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, (name, value)) in
        (0_u16..).zip([("client_id", "C1"), ("name", "Dupont"), ("siren", ""), ("terms", "")])
    {
        sheet.write_string(0, column, name).unwrap();
        sheet.write_string(1, column, value).unwrap();
    }
    sheet.write_string(1, 2, "000500967").unwrap();
    sheet.write_number(1, 3, 60.0).unwrap();
    let (clients, report) = read_clients("f", &saved(book), &ColumnMap::plain());
    assert!(report.is_clean(), "{report:?}");
    assert_eq!(clients[0].siren.as_ref().map(crate::Siren::as_str), Some("000500967"));
    assert_eq!(clients[0].terms, Some(crate::Terms::net(60)));
}

#[test]
fn damaged_books() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    names(sheet, 0);
    invoice(sheet, 1, "F1", 100.0);
    let bytes = saved(book);
    for cut in [bytes.len() / 4, bytes.len() / 2, bytes.len() - 3] {
        let (rows, report) = read_ledger("f", &bytes[..cut], &ColumnMap::plain());
        assert!(rows.invoices.is_empty() && report.faults.len() == 1, "{report:?}");
    }
    check_book(
        "",
        &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0],
        &[read_ledger("f", &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, 0, 0], &ColumnMap::plain()).1.faults[0]
            .to_string()
            .as_str()],
    );
}

const MANIFEST: &[u8] =
    b"<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\"></manifest:manifest>";

/// A zip of stored members.
fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut bytes, mut list) = (Vec::new(), Vec::new());
    for (name, content) in members {
        let offset = u32::try_from(bytes.len()).unwrap();
        let size = u32::try_from(content.len()).unwrap().to_le_bytes();
        let crc = crc32(content).to_le_bytes();
        let name_length = u16::try_from(name.len()).unwrap().to_le_bytes();
        let common: Vec<u8> =
            [&[20, 0, 0, 0, 0, 0, 0, 0, 0, 0][..], &crc, &size, &size, &name_length, &[0, 0]].concat();
        bytes.extend([&b"PK\x03\x04"[..], &common, name.as_bytes(), content].concat());
        list.extend([&b"PK\x01\x02\x14\x00"[..], &common, &[0; 10], &offset.to_le_bytes(), name.as_bytes()].concat());
    }
    let count = u16::try_from(members.len()).unwrap().to_le_bytes();
    let (length, start) = (u32::try_from(list.len()).unwrap(), u32::try_from(bytes.len()).unwrap());
    bytes.extend(&list);
    bytes.extend(
        [&b"PK\x05\x06\0\0\0\0"[..], &count, &count, &length.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat(),
    );
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 })
    })
}
