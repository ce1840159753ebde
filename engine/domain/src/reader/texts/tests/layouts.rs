//! Texts by their layouts.

use super::super::layout::{self, Layout, Shape, Slot, What};
use super::super::{sniff, toml};
use super::{faults, notes, put, read_by};
use crate::reader::format::{Content, FORMATS, File, ReadOptions};

/// Writes a line of a fixed layout.
pub fn write(layout: &Layout, values: &[(What, &str)]) -> String {
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

pub fn usual() -> [(&'static str, &'static Layout, [&'static str; 3]); 5] {
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
        assert!(sniff::fits(file, &layout::SAGE_PNM), "{width}");
        let (lines, report) = read_by(&layout::SAGE_PNM, text.as_bytes());
        assert_eq!((lines.len(), faults(&report).len()), (2, 0), "{width}");
        assert_eq!(notes(&report)[0], "j.txt, line 1: the first line is no line of an entry and was passed over");
    }
}

#[test]
fn a_faulty_first_line_is_no_company_name() {
    let lines = pair(&layout::SAGE_PNM, "050126", "040226", "1200.00");
    let text = lines.join("\r\n").replacen("050126", "320126", 1);
    let (lines, report) = read_by(&layout::SAGE_PNM, text.as_bytes());
    assert_eq!((lines.len(), faults(&report).len()), (1, 1), "{report:?}");
    assert!(faults(&report)[0].contains("line 1"), "{report:?}");
}

#[test]
fn sage_text_of_full_length() {
    let lines: Vec<String> =
        pair(&layout::SAGE_TEXT, "050126", "040226", "1200,00").iter().map(|line| format!("{line:<374}")).collect();
    let text = lines.join("\r\n") + "\r\n";
    let file = File { name: "f", bytes: text.as_bytes() };
    assert!(sniff::fits(file, &layout::SAGE_TEXT));
    assert!(!sniff::fits(file, &layout::SAGE_PNM));
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
            assert!(!sniff::fits(File { name: "f", bytes }, layout), "{name}");
        }
    }
}

#[test]
fn a_name_tells_a_pnm_with_broken_lines() {
    let lines = pair(&layout::SAGE_PNM, "050126", "040226", "1200.00");
    let broken = [lines.clone(), lines.clone()].concat().join("\r\n").replacen("050126", "320126", 3);
    let told = |name: &str| {
        let file = File { name, bytes: broken.as_bytes() };
        FORMATS.iter().find(|format| (format.looks_like)(file)).unwrap().name
    };
    assert_eq!((told("VENTES.PNM"), told("ventes.txt")), ("sage-pnm", "csv"));
    let (lines, report) = read_by(&layout::SAGE_PNM, broken.as_bytes());
    assert_eq!((lines.len(), faults(&report).len()), (1, 3), "{report:?}");
}
