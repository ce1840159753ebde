//! Books that somebody opened and saved as a workbook, and books whose header is not quite one.

use encours_domain::accounting::{Journal, Options, understand};
use encours_domain::reader::format::{FORMATS, File};
use encours_domain::reader::read_fec;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

const NAMES: [&str; 18] = [
    "JournalCode",
    "JournalLib",
    "EcritureNum",
    "EcritureDate",
    "CompteNum",
    "CompteLib",
    "CompAuxNum",
    "CompAuxLib",
    "PieceRef",
    "PieceDate",
    "EcritureLib",
    "Debit",
    "Credit",
    "EcritureLet",
    "DateLet",
    "ValidDate",
    "Montantdevise",
    "Idevise",
];

/// A sale of 120.50 and its payment, lettered; an open sale of 1,234.10.
const LINES: &[[&str; 18]] = &[
    line("VE", "1", "20250103", "411000", "C001", "F1", "120,50", "", "A"),
    line("VE", "1", "20250103", "707000", "", "F1", "", "120,50", ""),
    line("BQ", "2", "20250210", "512000", "", "F1", "120,50", "", ""),
    line("BQ", "2", "20250210", "411000", "C001", "F1", "", "120,50", "A"),
    line("VE", "3", "20250301", "411000", "C002", "F2", "1234,10", "", ""),
    line("VE", "3", "20250301", "707000", "", "F2", "", "1234,10", ""),
];

#[expect(clippy::too_many_arguments, reason = "a line of a ledger")]
const fn line<'t>(
    journal: &'t str,
    entry: &'t str,
    day: &'t str,
    account: &'t str,
    client: &'t str,
    piece: &'t str,
    debit: &'t str,
    credit: &'t str,
    letter: &'t str,
) -> [&'t str; 18] {
    [
        journal, "Journal", entry, day, account, "Compte", client, client, piece, day, "Libellé", debit, credit,
        letter, "", day, "", "",
    ]
}

fn as_text(names: &[&str]) -> Vec<u8> {
    let lines = LINES.iter().map(|line| line.join("\t"));
    std::iter::once(names.join("\t")).chain(lines).collect::<Vec<_>>().join("\r\n").into_bytes()
}

/// As a spreadsheet shows them: days as days, or as the numbers that they look like, amounts as numbers, nothing where
/// nothing stands, and above them a title.
fn as_workbook(real_days: bool) -> Vec<u8> {
    let mut book = Workbook::new();
    book.add_worksheet().write_string(0, 0, "Notes").unwrap();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Écritures 2025").unwrap();
    for (column, name) in (0_u16..).zip(NAMES) {
        sheet.write_string(2, column, name).unwrap();
    }
    let dated = Format::new().set_num_format("dd/mm/yyyy");
    for (row, line) in (3_u32..).zip(LINES) {
        for ((column, name), value) in (0_u16..).zip(NAMES).zip(line).filter(|(_, value)| !value.is_empty()) {
            let number = value.replace(',', ".").parse::<f64>();
            match (name, number) {
                ("EcritureDate" | "PieceDate" | "ValidDate", Ok(_)) if real_days => {
                    let part = |range: std::ops::Range<usize>| value[range].parse::<u16>().unwrap();
                    let (month, day) = (u8::try_from(part(4..6)).unwrap(), u8::try_from(part(6..8)).unwrap());
                    let day = ExcelDateTime::from_ymd(part(0..4), month, day).unwrap();
                    sheet.write_with_format(row, column, day, &dated).unwrap();
                }
                (_, Ok(number)) => drop(sheet.write_number(row, column, number).unwrap()),
                (_, Err(_)) => drop(sheet.write_string(row, column, *value).unwrap()),
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn told(journal: &Journal) -> Vec<String> {
    let rows = understand(journal, &Options::default()).rows;
    let invoices = rows
        .invoices
        .iter()
        .map(|row| format!("{} {} {} {}", row.client_id, row.invoice_id, row.issue_date, row.amount));
    let payments = rows
        .payments
        .iter()
        .map(|row| format!("{} paid {} {}", row.client_id.as_deref().unwrap_or("?"), row.paid_date, row.amount));
    invoices.chain(payments).collect()
}

/// The format that the registry tells a file to be.
fn format_of(name: &str, bytes: &[u8]) -> &'static str {
    let file = File { name, bytes };
    FORMATS.iter().find(|format| (format.looks_like)(file)).map_or("none", |format| format.name)
}

#[test]
fn a_workbook_holds_the_same_books() {
    let name = "000500967FEC20251231";
    let (journal, _) = read_fec(&format!("{name}.txt"), &as_text(&NAMES));
    assert_eq!(
        told(&journal),
        ["C001 F1 2025-01-03 120.50 EUR", "C002 F2 2025-03-01 1234.10 EUR", "C001 paid 2025-02-10 120.50 EUR"]
    );
    for real_days in [true, false] {
        let (bytes, name) = (as_workbook(real_days), format!("{name}.xlsx"));
        assert_eq!(format_of(&name, &bytes), "fec");
        let (from_sheet, report) = read_fec(&name, &bytes);
        assert_eq!(report.faults, [], "{real_days}");
        assert_eq!(told(&from_sheet), told(&journal), "{real_days}");
    }
}

#[test]
fn a_broken_line_of_a_workbook_is_told_where_it_stands() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in (0_u16..).zip(NAMES) {
        sheet.write_string(0, column, name).unwrap();
    }
    for (column, value) in (0_u16..).zip(LINES[0]) {
        sheet.write_string(4, column, if column == 3 { "bientôt" } else { value }).unwrap();
    }
    let faults = read_fec("fec.xlsx", &book.save_to_buffer().unwrap()).1.faults;
    let [fault] = faults.as_slice() else { panic!("{faults:?}") };
    assert!(fault.to_string().starts_with("fec.xlsx, line 5, column `EcritureDate`, value `bientôt`"), "{fault}");
}

#[test]
fn what_a_header_lacks_is_said() {
    let without = |name: &str, other: &str| -> Vec<&'static str> {
        let other: Option<&'static str> = (!other.is_empty()).then(|| &*other.to_owned().leak());
        NAMES.iter().filter_map(|known| if *known == name { other } else { Some(*known) }).collect()
    };
    for (name, other, expected) in [
        ("CompteNum", "ComptNum", "a FEC without `CompteNum`; found `ComptNum`, which is nearly it"),
        ("CompteNum", "", "a FEC without `CompteNum`; hint"),
        ("Credit", "", "a FEC without `Credit`; hint"),
        ("EcritureDate", "", "a FEC without `EcritureDate`; hint"),
    ] {
        let bytes = as_text(&without(name, other));
        assert_eq!(format_of("books.txt", &bytes), "fec", "{name}");
        let faults = read_fec("books.txt", &bytes).1.faults;
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert!(fault.to_string().contains(expected), "{fault}");
    }
}

#[test]
fn a_general_ledger_with_names_of_its_own_is_a_table() {
    let names = "Code journal;Libellé journal;N° compte;Intitulé compte;Date;Réf. pièce;Date pièce;Libellé;Débit;Crédit;\
                 Lettrage;Échéance;Devise";
    let text = format!("{names}\nVE;Ventes;411000;Clients;05/01/2025;F1;05/01/2025;Facture;120,00;;A;04/02/2025;EUR\n");
    assert_eq!(format_of("grand-livre.csv", text.as_bytes()), "csv");
}

#[test]
fn books_of_two_companies_are_noted() {
    let read = |name: &str| read_fec(name, &as_text(&NAMES)).0;
    for (names, noted) in [
        (["000500967FEC20251231.txt", "000500967FEC20241231.txt"], false),
        (["000500967FEC20251231.txt", "552032534FEC20251231.txt"], true),
    ] {
        let (journal, _) = Journal::union(names.map(read));
        let notes = understand(&journal, &Options::default()).report.notes;
        let found = notes.iter().any(|note| note.to_string().contains("books of several companies"));
        assert_eq!(found, noted, "{notes:?}");
    }
}
