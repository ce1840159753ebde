//! Cegid's TRA.

use super::super::tra;
use super::{Told, faults, notes, put, read_tra, told, windows_1252};
use crate::accounting::{Line, LineNature};
use crate::fault::FaultReport;
use crate::reader::format::File;

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

pub const HEADER: &str = "***S5CLIJRLETE   0101190001011900006";

pub fn sale(reference: &str, due: &str, amount: &str, entry: &str) -> [String; 2] {
    let client =
        ["VTE", "05012026", "FC", "411000", "X", "DUPONT", reference, "Société Générale de café", "VIR", due, "D"];
    let sales = ["VTE", "05012026", "FC", "706000", "", "", reference, "Prestations", "", "01011900", "C"];
    [client, sales].map(|fields| {
        let rest = [amount, "N", entry, "EUR"];
        let fields: Vec<&str> = fields.into_iter().chain(rest).collect();
        tra_line(fields.try_into().unwrap(), 222)
    })
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
