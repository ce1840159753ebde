//! Quirks of FEC files: each with what is taken of it and what is told.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on may fail the test")]

use encours_domain::FaultReport;
use encours_domain::accounting::{Journal, Options, understand};
use encours_domain::reader::format::{Content, FORMATS, File, ReadOptions};
use encours_domain::reader::read_fec;

const HEADER: &str = "JournalCode;JournalLib;EcritureNum;EcritureDate;CompteNum;CompteLib;CompAuxNum;CompAuxLib;PieceRef;PieceDate;EcritureLib;Debit;Credit;EcritureLet;DateLet;ValidDate;Montantdevise;Idevise";

/// One sale of 1200,00 with the given debit text and day, as semicolon text.
fn sale(day: &str, debit: &str) -> String {
    format!(
        "{HEADER}\nVE;Ventes;1;{day};411000;Clients;C1;Société;F1;{day};Facture;{debit};0;;;;;\nVE;Ventes;1;{day};706000;Prestations;;;F1;{day};Facture;0;1200,00;;;;;\n"
    )
}

fn read(bytes: &[u8]) -> (Journal, FaultReport) {
    read_fec("f.txt", bytes)
}

fn reasons(report: &FaultReport) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

fn notes(report: &FaultReport) -> Vec<String> {
    report.notes.iter().map(ToString::to_string).collect()
}

/// Client, number, day and amount of the invoices.
fn invoices(journal: &Journal) -> Vec<String> {
    let understood = understand(journal, &Options::default());
    let rows = understood.rows.invoices.iter();
    rows.map(|row| format!("{} {} {} {}", row.client_id, row.invoice_id, row.issue_date, row.amount.decimal()))
        .collect()
}

#[track_caller]
fn is_one_sale(bytes: &[u8]) -> FaultReport {
    let (journal, report) = read(bytes);
    assert_eq!(reasons(&report), [""; 0], "{}", String::from_utf8_lossy(bytes));
    assert_eq!(invoices(&journal), ["C1 F1 2025-01-31 1200.00"], "{}", String::from_utf8_lossy(bytes));
    report
}

#[test]
fn dates_and_amounts() {
    for day in ["20250131", "31/01/2025", "2025-01-31", "31.01.2025", "31-01-2025 00:00:00", "31/01/25", "31012025"] {
        is_one_sale(sale(day, "1200,00").as_bytes());
    }
    for debit in [
        "1200",
        "1200.00",
        "1 200,00",
        "1\u{a0}200,00",
        "1\u{202f}200,00",
        "1.200,00",
        "1,200.00",
        "+1200,0",
        "1,2E3",
        "1200,0000",
        "1200,00 €",
    ] {
        is_one_sale(sale("20250131", debit).as_bytes());
    }
    // The other amount of the file says that its comma stands before cents.
    is_one_sale(sale("20250131", "1,200").replace("1200,00;;", "1,200;;").replace("1,200", "1200,000").as_bytes());
}

#[test]
fn letters_and_line_ends() {
    let text = sale("20250131", "1200,00");
    is_one_sale(text.replace('\n', "\r\n").as_bytes());
    is_one_sale(text.replace('\n', "\r").as_bytes());
    is_one_sale(format!("\u{feff}{text}").as_bytes());
    is_one_sale(text.replace('\n', ";\n").as_bytes());
    is_one_sale(text.replace("VE;", "VE\0;").as_bytes());
    is_one_sale(text.replace("C1", " C1\u{a0}").as_bytes());
    is_one_sale(text.replace(';', "|").as_bytes());
    is_one_sale(text.replace(';', "\t").replace("Facture", "Écran 24\" \"neuf").as_bytes());
    is_one_sale(text.replace("Facture", "\"Facture; deux lignes\n et \"\"guillemets\"\"\"").as_bytes());
    is_one_sale(format!("Société exemple\nExercice 2025\n\n{text}").as_bytes());
    let old: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let report = is_one_sale(&old);
    assert_eq!(notes(&report), ["f.txt: the letters are not UTF-8 and were read as `windows-1252`"]);
}

#[test]
fn names_of_columns() {
    let text = sale("20250131", "1200,00");
    is_one_sale(text.replace("JournalLib", "JournalLibelle").replace("EcritureLet", "EcritureLettrage").as_bytes());
    is_one_sale(text.replace("EcritureNum", "ÉCRITURE_NUM").replace("DateLet", "Date lettrage").to_owned().as_bytes());
    is_one_sale(text.replace(HEADER, &HEADER.to_lowercase()).as_bytes());
    let signed = text
        .replace("Debit;Credit", "Montant;Sens")
        .replace("1200,00;0;", "1200,00;D;")
        .replace(";0;1200,00;", ";1200,00;C;");
    is_one_sale(signed.as_bytes());
    is_one_sale(signed.replace(";D;", ";+1;").replace(";C;", ";-1;").as_bytes());
    // Cash-basis columns and an establishment behind the eighteenth.
    let more = text
        .replace("Idevise", "Idevise;DateRglt;ModeRglt;NatOp;IdClient;CodeEtablissement")
        .replace(";;;;;\n", ";;;;;;;;;;S1\n");
    is_one_sale(more.as_bytes());
}

#[test]
fn refused_lines() {
    let with = |line: &str| format!("{}{line}\n", sale("20250131", "1200,00"));
    for (line, expected) in [
        (
            "VE;V;2;20250231;411000;C;C1;;;;;1;0;;;;;",
            "f.txt, line 4, column `EcritureDate`, value `20250231`: no such day in the calendar, expected a date as `AAAAMMJJ`",
        ),
        (
            "VE;V;2;;411000;C;C1;;;;;1;0;;;;;",
            "f.txt, line 4, column `EcritureDate`, value ``: expected a day of booking as `AAAAMMJJ`",
        ),
        ("VE;V;2;20250131;;C;C1;;;;;1;0;;;;;", "f.txt, line 4, column `CompteNum`, value ``: expected an account"),
        (
            "VE;V;2;20250131;411000;C;C1;;;;;x;0;;;;;",
            "f.txt, line 4, column `Debit`, value `x`: expected an amount with at most 2 decimals such as `1234,50`",
        ),
        (
            "VE;V;2;20250131;411000;C;C1;;;;;1;2;;;;;",
            "f.txt, line 4, column `Credit`, value `2`: expected a debit or a credit, found both",
        ),
        ("TOTAL;;;;1200,00", "f.txt, line 4: found 5 fields, expected 18; is the line broken in two, or a total?"),
        (
            "VE;V;2;20250131;411000;C;C1;;;;a;b;1;0;;;;;x",
            "f.txt, line 4: found 19 fields, expected 18; is there a separator inside a value?",
        ),
    ] {
        let (journal, report) = read(with(line).as_bytes());
        assert_eq!(reasons(&report), [expected]);
        assert_eq!(invoices(&journal), ["C1 F1 2025-01-31 1200.00"]);
    }
}

#[test]
fn unclear_amounts_are_asked() {
    let text = sale("20250131", "1,200").replace("1200,00", "1,200");
    let (_, report) = read(text.as_bytes());
    let expected = "expected an amount such as `1234,50`; thousands and three decimals cannot be told apart here";
    assert_eq!(
        reasons(&report),
        [
            format!("f.txt, line 2, column `Debit`, value `1,200`: {expected}"),
            format!("f.txt, line 3, column `Credit`, value `1,200`: {expected}"),
        ]
    );
}

#[test]
fn told_of_the_file() {
    let (_, report) = read(sale("20250131", "1200,01").as_bytes());
    assert_eq!(
        notes(&report),
        [
            "f.txt: the file does not balance: debit is 0,01 more",
            "f.txt, line 2: the entry `1` of journal `VE` does not balance: debit is 0,01 more",
        ]
    );
    let (_, report) = read_fec("000500967FEC20241231.txt", sale("20250131", "1200,00").as_bytes());
    assert_eq!(
        notes(&report),
        ["000500967FEC20241231.txt: 2 lines are dated after the closing day that the file's name says"]
    );
    let (_, report) = read(sale("20250131", "1200,00").replace("411000", "XDUPONT").as_bytes());
    assert_eq!(
        notes(&report),
        [
            "f.txt: 1 lines stand on accounts that do not begin with three digits: which general account they belong to can't be told, and they are not read as a client's"
        ]
    );
    let (_, report) = read(sale("20250131", "1200,00").trim_end().as_bytes());
    assert_eq!(notes(&report), ["f.txt, line 3: the last line lacks its end; is the file cut?"]);
    for (bytes, expected) in [
        (&b""[..], "f.txt: the file is empty, expected a line of column names and rows"),
        (b"PK\x03\x04", "f.txt: found a zip archive that is no workbook, expected a text file such as CSV"),
        (
            b"client_id,amount\nA,1\n",
            "f.txt, line 1, value `client_id,amount`: no header of a FEC, expected the columns `JournalCode`, `EcritureNum`, `EcritureDate`, `CompteNum`, `Debit`, `Credit` or `Montant`, `Sens`",
        ),
    ] {
        assert_eq!(reasons(&read(bytes).1), [expected]);
    }
}

#[test]
fn clients_without_a_general_account() {
    for client in ["CDUPONT", "9DUPONT", "90000123"] {
        let text = sale("20250131", "1200,00").replace("411000;Clients;C1;Société", &format!("{client};Société;;"));
        let (journal, report) = read(text.as_bytes());
        assert_eq!(reasons(&report), [""; 0]);
        assert_eq!(invoices(&journal), [format!("{client} F1 2025-01-31 1200.00")]);
        assert_eq!(
            notes(&report),
            [format!(
                "f.txt: 1 lines stand on 1 accounts without a general account, such as `{client}`, and were taken for clients' (411): sales and receipts stand beside them"
            )]
        );
        // What is stored says the same, and needs no guess.
        let (stored, report) = read(journal.to_fec().as_bytes());
        assert_eq!((invoices(&stored), notes(&report)), (invoices(&journal), Vec::new()));
    }
    // Credited beside purchases: a supplier, whatever it is called.
    let purchase = format!(
        "{HEADER}\nHA;Achats;1;20250131;CHARVET;Charvet;;;A1;20250131;Achat;0;120,00;;;;;\n\
         HA;Achats;1;20250131;607000;Achats;;;A1;20250131;Achat;120,00;0;;;;;\n"
    );
    let (journal, report) = read(purchase.as_bytes());
    assert_eq!((journal.kept(), invoices(&journal)), (0, Vec::new()));
    assert_eq!(notes(&report).len(), 1);
}

#[test]
fn the_establishment_is_the_entity() {
    let with = |name: &str| {
        let mut lines = sale("20250131", "1200,00");
        lines = lines.replacen("Idevise\n", &format!("Idevise;{name}\n"), 1).replace(";;;;;\n", ";;;;;;LYON\n");
        lines
    };
    for name in ["CodeEtablissement", "EtablissementCode"] {
        let (journal, report) = read(with(name).as_bytes());
        assert_eq!((reasons(&report), notes(&report)), (Vec::new(), Vec::new()));
        let entity = |journal: &Journal| understand(journal, &Options::default()).rows.invoices[0].entity.clone();
        assert_eq!(entity(&journal).as_deref(), Some("LYON"));
        let text = journal.to_fec();
        assert!(text.lines().next().unwrap().ends_with("\tEtatAu\tCodeEtablissement"));
        assert_eq!(entity(&read(text.as_bytes()).0).as_deref(), Some("LYON"));
    }
    // Books without any are stored as they always were.
    let text = read(sale("20250131", "1200,00").as_bytes()).0.to_fec();
    assert!(text.lines().next().unwrap().ends_with("\tNatureLigne\tEtatAu"));
}

#[test]
fn other_currencies_stand_beside() {
    let text = sale("20250131", "1200,00").replace("1200,00;0;;;;;", "1200,00;0;;;;1300,50;USD");
    let (journal, report) = read(text.as_bytes());
    assert_eq!((reasons(&report), notes(&report)), (Vec::new(), Vec::new()));
    assert_eq!(invoices(&journal), ["C1 F1 2025-01-31 1200.00"]);
    assert!(journal.to_fec().contains("\t1300,50\tUSD\t"));
}

#[test]
fn is_told_from_other_formats() {
    let format = FORMATS.iter().find(|format| format.name == "fec").unwrap();
    let text = sale("20250131", "1200,00");
    let utf16: Vec<u8> = [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect();
    for (bytes, expected) in [
        (text.as_bytes(), true),
        (&utf16, true),
        (b"client_id,invoice_id,issue_date,due_date,amount,paid_date\n", false),
        (b"***S5CLIJRLETE\r\n", false),
        (b"", false),
    ] {
        assert_eq!((format.looks_like)(File { name: "f", bytes }), expected);
    }
    let (content, report) = (format.read)(File { name: "f", bytes: text.as_bytes() }, &ReadOptions::default());
    assert!(report.is_clean());
    assert!(matches!(content, Content::Entries(journal) if journal.kept() == 2));
}

#[test]
fn salaries_and_purchases_are_not_kept() {
    let text = sale("20250131", "1200,00")
        + "OD;Paie;7;20250131;641000;Salaires;;;;20250131;Paie;2000,00;0;;;;;\nOD;Paie;7;20250131;421000;Personnel;;;;20250131;Paie;0;2000,00;;;;;\n";
    let (journal, report) = read(text.as_bytes());
    assert!(report.is_clean());
    assert_eq!((journal.lines(), journal.kept()), (4, 2));
    assert!(!journal.to_fec().contains("Paie"));
}

#[test]
fn an_entry_torn_apart_is_one() {
    let line = |account: &str, client: &str, debit: &str, credit: &str| {
        format!("VE;Ventes;1;20250131;{account};Compte;{client};Société;F1;20250131;Facture;{debit};{credit};;;;;\n")
    };
    // A part that balances by itself and touches no client, and elsewhere the part that does.
    let beside = line("607000", "", "50,00", "0") + &line("707100", "", "0", "50,00");
    let own = line("411000", "C1", "1200,00", "0") + &line("706000", "", "0", "1200,00");
    let other = "AC;Achats;9;20250131;607000;Achats;;;A9;20250131;Achat;10,00;0;;;;;\n\
                 AC;Achats;9;20250131;401000;Fournisseurs;;;A9;20250131;Achat;0;10,00;;;;;\n";
    let together = read(format!("{HEADER}\n{beside}{own}{other}").as_bytes()).0;
    assert_eq!((together.lines(), together.kept()), (6, 4));
    for torn in [format!("{beside}{other}{own}"), format!("{own}{other}{beside}")] {
        let (journal, report) = read(format!("{HEADER}\n{torn}").as_bytes());
        assert_eq!(reasons(&report), [""; 0]);
        assert_eq!((journal.lines(), journal.kept()), (6, 4), "{torn}");
        assert_eq!(journal.to_fec(), together.to_fec());
    }
}

#[test]
fn totals_are_no_lines() {
    let text = sale("20250131", "1200,00");
    for total in ["TOTAUX;;;;;;;;;;;1200,00;1200,00;;;;;", ";;;;;;;;;;Total général;1200,00;1200,00;;;;;"] {
        let report = is_one_sale(format!("{text}\n\n{total}\n").as_bytes());
        let told = notes(&report);
        assert!(told.iter().any(|note| note.contains("line 6") && note.ends_with("a total, not taken")), "{told:?}");
    }
}
