//! Texts written by the tests' own writers, and read back.

use proptest::prelude::*;

use super::layout::{self, Layout, Shape, Slot, What};
use super::{records, toml, tra};
use crate::accounting::{Line, LineNature};
use crate::fault::FaultReport;
use crate::reader::format::{Content, FORMATS, File, ReadOptions};

/// A line, owned, in the words of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    line: u64,
    journal: String,
    journal_name: String,
    entry: String,
    date: String,
    account: String,
    account_name: String,
    auxiliary: String,
    auxiliary_name: String,
    piece: String,
    label: String,
    amount: i64,
    letter: String,
    due: String,
    means: String,
    nature: Option<LineNature>,
}

fn told(line: Line<'_>) -> Told {
    Told {
        line: line.place.line,
        journal: line.journal.to_owned(),
        journal_name: line.journal_name.to_owned(),
        entry: line.entry.to_owned(),
        date: line.date.to_string(),
        account: line.account.to_owned(),
        account_name: line.account_name.to_owned(),
        auxiliary: line.auxiliary.to_owned(),
        auxiliary_name: line.auxiliary_name.to_owned(),
        piece: line.piece.to_owned(),
        label: line.label.to_owned(),
        amount: line.amount,
        letter: line.letter.to_owned(),
        due: line.due_date.map(|due| due.to_string()).unwrap_or_default(),
        means: line.means_of_payment.to_owned(),
        nature: line.nature,
    }
}

fn read_tra(bytes: &[u8]) -> (Vec<Told>, FaultReport) {
    let (mut lines, mut report) = (Vec::new(), FaultReport::default());
    let file = File { name: "j.tra", bytes };
    if let Err(fault) = tra::read(file, &mut |line| lines.push(told(line)), &mut report) {
        report.faults.push(fault);
    }
    (lines, report)
}

fn read_by(layout: &Layout, bytes: &[u8]) -> (Vec<Told>, FaultReport) {
    let (mut lines, mut report) = (Vec::new(), FaultReport::default());
    let file = File { name: "j.txt", bytes };
    if let Err(fault) = records::read(file, layout, &mut |line| lines.push(told(line)), &mut report) {
        report.faults.push(fault);
    }
    (lines, report)
}

fn faults(report: &FaultReport) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

fn notes(report: &FaultReport) -> Vec<String> {
    report.notes.iter().map(ToString::to_string).collect()
}

/// Puts a text at a place of a line; `right` for amounts.
fn put(line: &mut Vec<char>, start: usize, length: usize, text: &str, right: bool) {
    if line.len() < start + length {
        line.resize(start + length, ' ');
    }
    let text: Vec<char> = text.chars().take(length).collect();
    let shift = if right { length - text.len() } else { 0 };
    for (at, letter) in text.into_iter().enumerate() {
        line[start + shift + at] = letter;
    }
}

/// A line of a TRA, in Cegid's order of fields: journal, date, nature, account, kind, auxiliary, reference, label, means,
/// due date, direction, amount, type, entry, currency.
fn tra_line(fields: [&str; 15], width: usize) -> String {
    const WIDTHS: [usize; 15] = [3, 8, 2, 17, 1, 17, 35, 35, 3, 8, 1, 20, 1, 8, 3];
    let (mut line, mut start) = (Vec::new(), 0);
    for (at, (text, length)) in fields.into_iter().zip(WIDTHS).enumerate() {
        put(&mut line, start, length, text, matches!(at, 11 | 13));
        start += length;
    }
    put(&mut line, 172, 3, "E--", false);
    line.resize(width, ' ');
    line.into_iter().collect()
}

const HEADER: &str = "***S5CLIJRLETE   0101190001011900006";

fn sale(reference: &str, due: &str, amount: &str, entry: &str) -> [String; 2] {
    let client =
        ["VTE", "05012026", "FC", "411000", "X", "DUPONT", reference, "Société Générale de café", "VIR", due, "D"];
    let sales = ["VTE", "05012026", "FC", "706000", "", "", reference, "Prestations", "", "01011900", "C"];
    [client, sales].map(|fields| {
        let rest = [amount, "N", entry, "EUR"];
        let fields: Vec<&str> = fields.into_iter().chain(rest).collect();
        tra_line(fields.try_into().unwrap(), 222)
    })
}

fn windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}

#[test]
fn tra_standard() {
    let [client, sales] = sale("F-0001", "04022026", "1200,00", "17");
    let text = format!("{HEADER}\r\n***PS1\r\n{client}\r\n{sales}\r\n");
    for bytes in [windows_1252(&text), text.clone().into_bytes(), text.replace("\r\n", "\n").into_bytes()] {
        let (lines, report) = read_tra(&bytes);
        assert_eq!(faults(&report), Vec::<String>::new());
        let expected = Told {
            line: 3,
            journal: "VTE".into(),
            entry: "17".into(),
            date: "2026-01-05".into(),
            account: "411000".into(),
            auxiliary: "DUPONT".into(),
            piece: "F-0001".into(),
            label: "Société Générale de café".into(),
            amount: 120_000,
            due: "2026-02-04".into(),
            means: "VIR".into(),
            nature: Some(LineNature::Invoice),
            ..Told::default()
        };
        assert_eq!(lines[0], expected);
        assert_eq!((lines[1].amount, lines[1].due.as_str()), (-120_000, ""), "01011900 is no due date");
    }
}

#[test]
fn tra_names_letters_and_foreign_amounts() {
    let mut extended: Vec<char> = tra_line(
        [
            "BQ", "10022026", "RC", "411000", "X", "DUPONT", "", "Virement", "", "01011900", "C", "999,00", "N", "",
            "USD",
        ],
        1023,
    )
    .chars()
    .collect();
    put(&mut extended, 172, 3, "DE-", false);
    put(&mut extended, 175, 20, "900,10", true);
    put(&mut extended, 222, 35, "REF-EXTERNE", false);
    put(&mut extended, 257, 8, "09022026", false);
    put(&mut extended, 301, 3, "H", false);
    put(&mut extended, 1013, 5, "AAB", false);
    put(&mut extended, 1020, 3, "TL", false);
    let extended: String = extended.into_iter().collect();
    let text = format!(
        "{HEADER}\r\n***JALBQ Banque principale\r\n***CAE{:<17}{:<35}CLIX\r\n***CGN{:<17}{:<35}COC\r\n{extended}\r\n",
        "DUPONT", "Établissements Dupont", "411000", "Clients"
    );
    let mut foreign = Vec::new();
    let bytes = windows_1252(&text);
    let file = File { name: "j.tra", bytes: &bytes };
    let mut report = FaultReport::default();
    let mut lines = Vec::new();
    let mut take = |line: Line<'_>| {
        foreign.push((line.foreign.map(|(minor, currency)| (minor, currency.to_string())), line.piece_date));
        lines.push(told(line));
    };
    tra::read(file, &mut take, &mut report).unwrap();
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(foreign, [(Some((-99_900, "USD".to_owned())), Some("2026-02-09".parse().unwrap()))]);
    let line = &lines[0];
    assert_eq!((line.amount, line.letter.as_str(), line.piece.as_str()), (-90_010, "AAB", "REF-EXTERNE"));
    assert_eq!((line.auxiliary_name.as_str(), line.account_name.as_str()), ("Établissements Dupont", "Clients"));
    assert_eq!(line.journal_name, "A nouveau", "the line says that it opens the year");
    assert_eq!((line.entry.as_str(), line.nature), ("REF-EXTERNE", Some(LineNature::Receipt)));
}

#[test]
fn tra_lines_that_are_passed_over_or_told() {
    let [client, sales] = sale("F-1", "04022026", "12,00", "1");
    let with = |line: &str, at: usize, text: &str| -> String {
        let mut letters: Vec<char> = line.chars().collect();
        put(&mut letters, at, text.len(), text, false);
        letters.into_iter().collect()
    };
    for (line, expected_notes, expected_faults) in [
        (with(&sales, 30, "A"), vec!["j.tra: 1 analytic lines were passed over"], vec![]),
        (
            with(&sales, 150, "S"),
            vec!["j.tra: 1 lines of simulated, forecast or revised entries were passed over"],
            vec![],
        ),
        (
            with(&sales, 30, "G"),
            vec!["j.tra: 1 lines of attached documents, approvals or budgets were passed over"],
            vec![],
        ),
        (
            sales.chars().take(149).collect(),
            vec![],
            vec!["j.tra, line 3: the line has 149 columns, expected at least 150; is it cut?"],
        ),
        (
            with(&sales, 3, "31022026"),
            vec![],
            vec![
                "j.tra, line 3, column `date (4-11)`, value `31022026`: no such day in the calendar, expected a date as \
                 `%d%m%Y`",
            ],
        ),
        (
            with(&sales, 129, "X"),
            vec![],
            vec!["j.tra, line 3, column `direction (130)`, value `X`: expected `D` (debit) or `C` (credit)"],
        ),
        (
            with(&sales, 130, &format!("{:>20}", "1.234,00")),
            vec![],
            vec![
                "j.tra, line 3, column `amount (131-150)`, value `1.234,00`: expected an amount with at most 2 decimals \
                 such as `1234,50`, no thousands separator",
            ],
        ),
        (
            with(&sales, 172, "F--"),
            vec![],
            vec![
                "j.tra, line 3, column `code of amounts (173-175)`, value `F--`: none of the amounts is in euros (`E`)",
            ],
        ),
    ] {
        let (lines, report) = read_tra(format!("{HEADER}\r\n{client}\r\n{line}\r\n").as_bytes());
        assert_eq!(
            (lines.len(), faults(&report), notes(&report)),
            (
                1,
                expected_faults.iter().map(|f| (*f).to_owned()).collect(),
                expected_notes.iter().map(|n| (*n).to_owned()).collect()
            )
        );
    }
}

#[test]
fn tra_cut_and_foreign() {
    let [client, sales] = sale("F-1", "04022026", "12,00", "1");
    let cut: String = sales.chars().take(160).collect();
    let (lines, report) = read_tra(format!("{HEADER}\r\n{client}\r\n{cut}").as_bytes());
    assert_eq!(lines.len(), 2, "what can be read is given beside the fault");
    assert_eq!(
        faults(&report),
        ["j.tra, line 3: the last line lacks its line end and has 160 columns; is the file cut?"]
    );
    for bytes in [&b"client_id,invoice_id\n"[..], b"", b"PK\x03\x04"] {
        assert!(!tra::looks_like(File { name: "f", bytes }));
        assert!(!read_tra(bytes).1.is_clean());
    }
}

/// Writes a line of a fixed layout.
fn write(layout: &Layout, values: &[(What, &str)]) -> String {
    match layout.shape {
        Shape::Delimited(delimiter) => {
            let mut fields = vec![String::new(); layout.width()];
            for (what, text) in values {
                fields[layout.slot(*what).unwrap().start] = (*text).to_owned();
            }
            fields.join(&delimiter.to_string())
        }
        Shape::Fixed => {
            let mut line = Vec::new();
            for (what, text) in values {
                let Slot { start, length, .. } = layout.slot(*what).unwrap();
                let right = matches!(what, What::Amount | What::Debit | What::Credit | What::SignedAmount);
                put(&mut line, start, length, text, right);
            }
            line.resize(layout.width().max(line.len()), ' ');
            line.into_iter().collect()
        }
    }
}

/// The same two lines in each layout: an invoice of 1200.00 to a client, and the sale.
fn pair(layout: &Layout, date: &str, due: &str, amount: &str) -> Vec<String> {
    use What::{
        Account, Amount, Auxiliary, Credit, Date, Debit, Due, Entry, Invoice, Journal, LineType, Piece, Record,
        Reference, Side,
    };
    let has = |what: What| layout.slot(what).is_some();
    [("411DUP", "D"), ("706000", "C")]
        .into_iter()
        .map(|(account, side)| {
            let mut values = vec![(Journal, "VT"), (Date, date), (Account, account), (Due, due), (Side, side)];
            let is_client = side == "D";
            if has(Amount) {
                values.push((Amount, amount));
            } else {
                values.push(if is_client { (Debit, amount) } else { (Credit, amount) });
            }
            for what in [Invoice, Piece, Reference] {
                if has(what) {
                    values.push((what, "F1"));
                }
            }
            for (what, text) in [(Entry, "12"), (Record, "M"), (LineType, if is_client { "X" } else { "G" })] {
                if has(what) {
                    values.push((what, text));
                }
            }
            if is_client && has(Auxiliary) {
                values.push((Auxiliary, "DUP"));
            }
            write(layout, &values)
        })
        .collect()
}

fn usual() -> [(&'static str, &'static Layout, [&'static str; 3]); 5] {
    let six = ["050126", "040226", "1200,00"];
    [
        ("sage-pnm", &layout::SAGE_PNM, six),
        ("sage-text", &layout::SAGE_TEXT, six),
        ("quadra", &layout::QUADRA, ["050126", "040226", "000000120000"]),
        ("ciel-ximport", &layout::CIEL_XIMPORT, ["20260105", "20260204", "1200.00"]),
        ("ebp-text", &layout::EBP, ["05012026", "04022026", "1200.00"]),
    ]
}

#[test]
fn usual_layouts() {
    for (name, layout, [date, due, amount]) in usual() {
        let text = pair(layout, date, due, amount).join("\r\n") + "\r\n";
        let file = File { name, bytes: text.as_bytes() };
        let format = FORMATS.iter().find(|format| (format.looks_like)(file)).map(|format| format.name);
        assert_eq!(format, Some(name), "told from the content");
        let (lines, report) = read_by(layout, text.as_bytes());
        assert_eq!(faults(&report), Vec::<String>::new(), "{name}");
        let seen: Vec<_> = lines
            .iter()
            .map(|line| {
                (
                    line.journal.as_str(),
                    line.date.as_str(),
                    line.account.as_str(),
                    line.amount,
                    line.due.as_str(),
                    line.piece.as_str(),
                )
            })
            .collect();
        let expected = [
            ("VT", "2026-01-05", "411DUP", 120_000, "2026-02-04", "F1"),
            ("VT", "2026-01-05", "706000", -120_000, "2026-02-04", "F1"),
        ];
        assert_eq!(seen, expected, "{name}");
        assert_eq!(lines[0].entry, lines[1].entry, "{name}");
        assert!(!lines[0].entry.is_empty(), "{name}");
    }
}

#[test]
fn cut_lines_are_told() {
    for (name, layout, [date, due, amount]) in usual() {
        let lines = pair(layout, date, due, amount);
        let kept = layout.least_width() - 1;
        let cut: String = match layout.shape {
            Shape::Fixed => lines[1].chars().take(kept).collect(),
            Shape::Delimited(_) => lines[1].split(',').take(kept).collect::<Vec<_>>().join(","),
        };
        let (read, report) = read_by(layout, format!("{}\r\n{cut}", lines[0]).as_bytes());
        assert_eq!(read.len(), 1, "{name}");
        let unit = format!(
            "j.txt, line 2: the line has {kept} columns, expected at least {}; is it cut?",
            layout.least_width()
        );
        assert_eq!(faults(&report), [unit], "{name}");
    }
}

#[test]
fn amounts_without_a_mark_are_asked() {
    let text = pair(&layout::SAGE_PNM, "050126", "040226", "120000").join("\n") + "\n";
    let (lines, report) = read_by(&layout::SAGE_PNM, text.as_bytes());
    assert!(lines.is_empty());
    assert!(faults(&report)[0].starts_with("j.txt: no amount shows a decimal mark"), "{:?}", faults(&report));
}

#[test]
fn pnm_with_company_name_and_longer_lines() {
    let pair = pair(&layout::SAGE_PNM, "050126", "040226", "1200.00");
    for (behind, width) in
        [(String::new(), 104), ("N".to_owned(), 105), ("N     12".to_owned(), 112), (" ".repeat(34), 138)]
    {
        let lines: Vec<String> = pair.iter().map(|line| format!("{line}{behind}")).collect();
        assert_eq!(lines[0].len(), width);
        let text = format!("SOCIETE D'EXEMPLE\r\n{}\r\n", lines.join("\r\n"));
        let file = File { name: "f", bytes: text.as_bytes() };
        assert!(records::fits(file, &layout::SAGE_PNM), "{width}");
        let (lines, report) = read_by(&layout::SAGE_PNM, text.as_bytes());
        assert_eq!((lines.len(), faults(&report).len()), (2, 0), "{width}");
        assert_eq!(notes(&report)[0], "j.txt, line 1: the first line is no line of an entry and was passed over");
    }
}

#[test]
fn sage_text_of_full_length() {
    let lines: Vec<String> =
        pair(&layout::SAGE_TEXT, "050126", "040226", "1200,00").iter().map(|line| format!("{line:<374}")).collect();
    let text = lines.join("\r\n") + "\r\n";
    let file = File { name: "f", bytes: text.as_bytes() };
    assert!(records::fits(file, &layout::SAGE_TEXT));
    assert!(!records::fits(file, &layout::SAGE_PNM));
    let sage = FORMATS.iter().find(|format| format.name == "sage-text").unwrap();
    let (content, report) = (sage.read)(file, &ReadOptions::default());
    assert!(matches!(content, Content::Entries(journal) if journal.lines() == 2));
    assert!(notes(&report)[0].contains("2 lines were read as Sage text writes them by default"));
    let (_, report) = (sage.read)(File { name: "f", bytes: b"VT;050126;411000\n" }, &ReadOptions::default());
    assert!(faults(&report)[0].contains("expected a layout; hint: write where each field stands"));
}

#[test]
fn entries_without_numbers_are_lines_that_balance() {
    let write = |account: &str, side: &str, amount: &str, reference: &str| {
        write(
            &layout::SAGE_PNM,
            &[
                (What::Journal, "VT"),
                (What::Date, "050126"),
                (What::Account, account),
                (What::Side, side),
                (What::Amount, amount),
                (What::Reference, reference),
            ],
        )
    };
    let lines = [
        write("411000", "D", "0,00", ""),
        write("411000", "D", "12,00", "F1"),
        write("706000", "C", "10,00", ""),
        write("445710", "C", "2,00", ""),
        write("411000", "D", "5,00", ""),
        write("706000", "C", "5,00", ""),
        write("411000", "D", "5,00", ""),
        write("706000", "C", "5,00", ""),
    ];
    let (lines, report) = read_by(&layout::SAGE_PNM, (lines.join("\n") + "\n").as_bytes());
    assert_eq!(faults(&report), Vec::<String>::new());
    let entries: Vec<&str> = lines.iter().map(|line| line.entry.as_str()).collect();
    assert_eq!(entries, ["F1", "F1", "F1", "F1", "2", "2", "3", "3"]);
}

#[test]
fn rimport_sections() {
    let text = "##Fichier\tRImport\r\n##Section\tTiers\r\n411DUP\tClient\tDupont\r\n##Section\tMvt\r\n##DebFmt\tSepDec=.\r\n\
                7\tVT\t05/01/2026\t411DUP\tDupont\t1200.00\tD\tB\tVente\tF1\t3\t04/02/2026\r\n\
                7\tVT\t05/01/2026\t706000\t\t1200.00\tC\tB\tVente\tF1\t3\t\r\n";
    let file = File { name: "RImport.txt", bytes: text.as_bytes() };
    let format = FORMATS.iter().find(|format| (format.looks_like)(file)).map(|format| format.name);
    assert_eq!(format, Some("sage-rimport"));
    let (lines, report) = read_by(&layout::SAGE_RIMPORT, text.as_bytes());
    assert_eq!(faults(&report), Vec::<String>::new());
    let seen: Vec<_> =
        lines.iter().map(|line| (line.line, line.entry.as_str(), line.amount, line.due.as_str())).collect();
    assert_eq!(seen, [(6, "7", 120_000, "2026-02-04"), (7, "7", -120_000, "")]);
    assert!(notes(&report).iter().any(|note| note.starts_with("j.txt: 1 lines that are no lines of entries")));
}

#[test]
fn quadra_names_accounts() {
    let text = format!(
        "C{:<8}{:<30}\r\n{}\r\n",
        "411DUP",
        "Dupont et fils",
        pair(&layout::QUADRA, "050126", "000000", "000000120000").join("\r\n")
    );
    let (lines, report) = read_by(&layout::QUADRA, text.as_bytes());
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!((lines[0].account_name.as_str(), lines[0].due.as_str()), ("Dupont et fils", ""));
}

#[test]
fn due_dates_that_are_the_documents_day_are_none() {
    let text = pair(&layout::EBP, "05012026", "05012026", "1200.00").join("\n") + "\n";
    let (lines, report) = read_by(&layout::EBP, text.as_bytes());
    assert!(lines.iter().all(|line| line.due.is_empty()));
    assert!(notes(&report).iter().any(|note| note.contains("every due date is the line's own day")));
}

const LAYOUT: &str = r#"
[layout]
delimiter = ";"
date = "%d/%m/%Y"
amounts = "cents"
skipped_lines = 1
[[layout.field]]
name = "journal"
order = 1
[[layout.field]]
name = "date"
order = 2
[[layout.field]]
name = "account"
order = 3
[[layout.field]]
name = "label"
order = 4
[[layout.field]]
name = "signed_amount"
order = 5
"#;

#[test]
fn a_layout_of_the_persons_own() {
    let text = "journal;date;compte;libelle;montant\nVT;05/01/2026;411000;\"Dupont; et fils\";120000\nVT;05/01/2026;706000;x;-120000\n";
    let layout = toml::layout("l.toml", LAYOUT).unwrap();
    let (lines, report) = read_by(&layout, text.as_bytes());
    assert_eq!(faults(&report), Vec::<String>::new());
    assert_eq!(
        lines.iter().map(|line| (line.amount, line.label.as_str(), line.entry.as_str())).collect::<Vec<_>>(),
        [(120_000, "Dupont; et fils", "1"), (-120_000, "x", "1"),]
    );
    let options = ReadOptions { map: Some(("l.toml", LAYOUT)), ..ReadOptions::default() };
    let format = FORMATS.iter().find(|format| format.name == "sage-text").unwrap();
    let (content, report) = (format.read)(File { name: "f", bytes: text.as_bytes() }, &options);
    assert!(report.is_clean());
    assert!(matches!(content, Content::Entries(journal) if journal.lines() == 2));
}

#[test]
fn faulty_layouts() {
    for (text, expected) in [
        ("", vec!["l.toml, line 1: not a layout file: missing field `layout`"]),
        (
            "[layout]\ndelimiter = \"#\"\namounts = \"euros\"\ndate = \"%m\"\n[[layout.field]]\nname = \"montant\"\norder = 1",
            vec![
                "l.toml, column `layout.delimiter`, value `#`: allowed: `,`, `;`, `|`, `tab`",
                "l.toml, column `layout.amounts`, value `euros`: allowed: `decimal`, `cents`",
            ],
        ),
        (
            "[layout]\n[[layout.field]]\nname = \"journal\"\nstart = 0\nlength = 3",
            vec!["l.toml, column `layout.field journal`: expected `start` and `length`, both from 1 on"],
        ),
    ] {
        let found: Vec<String> = toml::layout("l.toml", text).unwrap_err().iter().map(ToString::to_string).collect();
        for line in expected {
            assert!(found.iter().any(|found| found == line), "{line}: {found:#?}");
        }
    }
}

#[test]
fn no_text_of_entries() {
    for bytes in
        [&b""[..], b"client_id,invoice_id,issue_date\nC,F,2026-01-05\n", b"<?xml?>", b"%PDF-1.7", b"\xFF\xFE\x00"]
    {
        for (name, layout, _) in usual() {
            assert!(!records::fits(File { name: "f", bytes }, layout), "{name}");
        }
    }
}

proptest! {
    #[test]
    fn what_is_written_comes_back(
        cents in 1_i64..1_000_000_000,
        label in "[A-Za-z éèàç'-]{0,25}",
        reference in "[A-Z0-9-]{1,13}",
        day in 0_i32..20_000,
    ) {
        let date = crate::Day::from_number(day).unwrap();
        let [client, sales] = sale(&reference, &date.date().format("%d%m%Y").to_string(), &format!("{}.{:02}", cents / 100, cents % 100), "");
        let text = format!("{HEADER}\r\n{client}\r\n{sales}\r\n");
        let (lines, report) = read_tra(&windows_1252(&text));
        prop_assert!(report.is_clean());
        prop_assert_eq!((lines[0].amount, lines[1].amount), (cents, -cents));
        prop_assert_eq!(&lines[0].piece, &reference);
        prop_assert_eq!(&lines[0].due, &date.to_string());
        let line = write(&layout::SAGE_PNM, &[
            (What::Journal, "VT"), (What::Date, "050126"), (What::Account, "411000"), (What::Reference, &reference),
            (What::Label, &label), (What::Side, "C"), (What::Amount, &format!("{},{:02}", cents / 100, cents % 100)),
        ]);
        let (lines, report) = read_by(&layout::SAGE_PNM, &windows_1252(&format!("{line}\r\n")));
        prop_assert!(report.is_clean(), "{:?}", report);
        prop_assert_eq!((lines[0].amount, lines[0].label.as_str(), &lines[0].piece), (-cents, label.trim(), &reference));
    }

    #[test]
    fn nothing_panics(at in 0_usize..900, byte in any::<u8>(), length in 0_usize..900) {
        let [client, sales] = sale("F-0001", "04022026", "1200,00", "17");
        let mut bytes = windows_1252(&format!("{HEADER}\r\n{client}\r\n{sales}\r\n"));
        if let Some(slot) = bytes.get_mut(at) {
            *slot = byte;
        }
        bytes.truncate(length.max(1));
        read_tra(&bytes);
        for (_, layout, _) in usual() {
            read_by(layout, &bytes);
            records::fits(File { name: "f", bytes: &bytes }, layout);
        }
    }

    #[test]
    fn any_bytes_are_told_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in FORMATS {
            let file = File { name: "f", bytes: &bytes };
            (format.looks_like)(file);
            (format.read)(file, &ReadOptions::default());
        }
    }
}
