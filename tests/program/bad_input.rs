//! Files that cannot be taken: exit 2, a message that names file, line, column, value and what was expected, and a data
//! folder that is byte for byte what it was.

use crate::support::{Desk, GOOD, HEADER};

/// What a message must name. Empty where the whole file is meant.
struct Fault {
    line: Option<u32>,
    column: &'static str,
    value: &'static str,
    /// Some words of what was expected.
    expected: &'static [&'static str],
}

const fn at(line: u32, column: &'static str, value: &'static str, expected: &'static [&'static str]) -> Fault {
    Fault { line: Some(line), column, value, expected }
}

const fn of_file(expected: &'static [&'static str]) -> Fault {
    Fault { line: None, column: "", value: "", expected }
}

/// Imports a good ledger, then this one over it, and looks at what is said and what is left.
fn refused(name: &str, bytes: &[u8], fault: &Fault) {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.done(&["import", "good.csv"]);
    let before = (desk.contents(), desk.said());
    desk.write(name, bytes);
    let run = desk.run(&["import", name]);
    assert_eq!(run.code, 2, "{name}: {run:#?}");
    assert!(run.stdout.is_empty(), "{name}: talk on stdout: {run:#?}");
    let mut needed = vec![name.to_owned()];
    needed.extend(fault.line.map(|line| format!("line {line}")));
    needed.extend([fault.column, fault.value].iter().filter(|text| !text.is_empty()).map(|text| format!("`{text}`")));
    // One line says it all.
    let says_all = |line: &str| needed.iter().all(|text| line.contains(text.as_str()));
    let line = run.stderr.lines().find(|line| says_all(line));
    let line = line.unwrap_or_else(|| panic!("{name}: no line names {needed:?}:\n{}", run.stderr));
    for word in fault.expected {
        assert!(line.contains(word), "{name}: `{word}` is not in: {line}");
    }
    assert!(run.stderr.contains("nothing was changed"), "{name}: {}", run.stderr);
    assert!(desk.contents() == before.0, "{name}: the files of the data folder have changed");
    assert!(desk.said() == before.1, "{name}: what the store says has changed");
}

fn row(text: &str) -> Vec<u8> {
    format!("{HEADER}C8,F8,2024-01-05,2024-02-04,10.00,\n{text}").into_bytes()
}

#[test]
fn an_empty_file() {
    refused("empty.csv", b"", &of_file(&["expected"]));
    refused("blank.csv", b"\n\n \n", &of_file(&["expected"]));
}

/// Nothing came in: whoever sent it believes that something did.
#[test]
fn a_file_with_a_header_and_no_rows() {
    refused("bare.csv", HEADER.as_bytes(), &of_file(&["no rows"]));
    let desk = Desk::new();
    desk.write("bare.csv", HEADER);
    assert_eq!(desk.run(&["import", "bare.csv"]).code, 2);
    // A month without a payment is a table without rows beside one that has some.
    desk.write("good.csv", GOOD);
    desk.write("payments.csv", "invoice_id,paid_date,amount\n");
    let run = desk.done(&["import", "good.csv", "payments.csv"]);
    assert!(run.stderr.contains("payments.csv: the file has a header and no rows"), "{run:?}");
}

#[test]
fn of_what_cannot_be_read_no_part_is_taken() {
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("bare.csv", HEADER.as_bytes()),
        ("archive.csv", b"PK\x03\x04 and so on"),
        ("damaged.parquet", b"PAR1 and no more"),
        ("headless.csv", b"C8,F8,2024-01-05,2024-02-04,10.00,\n"),
        ("all-wrong.csv", &row("C9,F9,2024-06-31,2024-07-31,10.00,\n")[HEADER.len() + 35..]),
    ] {
        let desk = Desk::new();
        desk.write("good.csv", GOOD);
        desk.done(&["import", "good.csv"]);
        desk.write(name, bytes);
        let before = (desk.contents(), desk.said());
        for arguments in [&["import", name][..], &["import", name, "--accept-partial"]] {
            let run = desk.run(arguments);
            assert_eq!(run.code, 2, "{arguments:?}: {run:#?}");
            assert!(run.stderr.contains(name) && run.stderr.contains("nothing was changed"), "{run:#?}");
            assert!(!run.stderr.contains("--accept-partial"), "{run:#?}");
            assert_eq!(run.stderr.matches(&format!("{name}: {name}")).count(), 0, "{run:#?}");
        }
        assert!((desk.contents(), desk.said()) == before, "{name}");
        let run = desk.run(&["companies", "import", name, "--accept-partial"]);
        assert_eq!(run.code, 2, "{name}: {run:#?}");
    }
}

#[test]
fn a_file_cut_inside_its_last_number() {
    let rows = "client_id,invoice_id,issue_date,due_date,amount\nC8,F8,2024-01-05,2024-02-04,10.00\nC9,F9,2024-01-05,2024-02-04,12";
    refused("short.csv", rows.as_bytes(), &at(3, "amount", "12", &["no line end", "hint"]));
    let desk = Desk::new();
    desk.write("short.csv", rows);
    let run = desk.done(&["import", "short.csv", "--accept-partial"]);
    assert!(run.stderr.contains("the ledger holds 1 invoice "), "{run:?}");
    desk.write("short.csv", format!("{rows}\n"));
    let run = desk.done(&["import", "short.csv"]);
    assert!(run.stderr.contains("the ledger holds 2 invoices "), "{run:?}");
}

#[test]
fn what_a_terminal_would_follow_is_refused_and_never_printed() {
    let header = HEADER.trim_end();
    let rows = format!("{header},client_name\nC9,F9,2024-01-05,2024-02-04,10.00,,Dupont\u{1b}]0;pwned\u{7}\u{1b}[2J\n");
    let desk = Desk::new();
    desk.write("escape.csv", &rows);
    let run = desk.run(&["import", "escape.csv"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains(r"Dupont\u{1b}]0;pwned\u{7}\u{1b}[2J"), "{run:?}");
    assert!(!run.stderr.contains(['\u{1b}', '\u{7}']), "{run:?}");
    // A name of two lines is one on the screen.
    desk.write("lines.csv", format!("{header},client_name\nC9,F9,2024-01-05,2024-02-04,10.00,,\"Dupont\nFils\"\n"));
    desk.done(&["import", "lines.csv"]);
    let run = desk.done(&["assess", "C9", "--amount", "100", "--as-of", "2024-06-01"]);
    assert!(run.stdout.contains("Dupont Fils"), "{run:?}");
}

/// The table was written by pyarrow: decimals of three widths, categories, small integers, a column without values.
#[test]
fn a_table_of_decimals_and_categories_is_read_exactly() {
    let desk = Desk::new();
    desk.write("decimals.parquet", include_bytes!("tables/decimals.parquet"));
    let run = desk.done(&["import", "decimals.parquet"]);
    assert!(run.stderr.contains("3 rows read; the ledger holds 3 invoices and 1 payment of 2 clients"), "{run:?}");
    desk.done(&["backtest", "decimals.parquet", "--cutoff", "2024-03-01", "--out", "p.csv"]);
    let written = std::fs::read_to_string(desk.path("p.csv")).unwrap();
    assert!(written.contains("C2,1002,2024-03-05,") && written.contains("C1,1003,2024-05-05,"), "{written}");
    // One cent is left of 1200.00.
    desk.write("payments.csv", "invoice_id,paid_date,amount\n1001,2024-02-12,0.02\n");
    let run = desk.run(&["import", "payments.csv"]);
    assert!(run.code == 2 && run.stderr.contains("expected at most 0.01 EUR"), "{run:?}");
}

#[test]
fn a_type_that_is_not_read_is_named() {
    let bytes = include_bytes!("tables/lists.parquet");
    refused("lists.parquet", bytes, &of_file(&["column `lines`", "found type list", "expected text, a date"]));
}

/// What is read would be lost.
#[test]
fn an_output_is_none_of_the_inputs() {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    std::fs::create_dir(desk.path("here")).unwrap();
    std::fs::hard_link(desk.path("good.csv"), desk.path("hard.csv")).unwrap();
    let mut names = vec!["good.csv", "here/../good.csv", "hard.csv"];
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink("good.csv", desk.path("soft.csv")).unwrap();
        names.push("soft.csv");
    }
    for out in names {
        let run = desk.run(&["backtest", "good.csv", "--cutoff", "2024-02-01", "--out", out]);
        assert!(run.code == 2 && run.stderr.contains("the same file"), "{out}: {run:?}");
        assert_eq!(std::fs::read_to_string(desk.path("good.csv")).unwrap(), GOOD);
    }
    desk.done(&["import", "good.csv"]);
    desk.done(&["ledger", "export", "--out", "tables"]);
    for out in ["tables/invoices.parquet", "tables/payments.parquet"] {
        let before = std::fs::read(desk.path(out)).unwrap();
        let run = desk.run(&["rescore", "--ledger", "tables", "--as-of", "2024-06-01", "--out", out]);
        assert!(run.code == 2 && run.stderr.contains("the same file"), "{out}: {run:?}");
        assert!(std::fs::read(desk.path(out)).unwrap() == before);
    }
    let run = desk.run(&["rescore", "--as-of", "2024-06-01", "--out", "data/encours.sqlite3"]);
    assert!(run.code == 2 && run.stderr.contains("stored files"), "{run:?}");
}

#[test]
fn a_mistyped_data_folder_is_not_made() {
    let desk = Desk::new();
    for arguments in [&["assess", "C1", "--amount", "1"][..], &["rescore"], &["models", "list"], &["train"]] {
        let run = desk.run(arguments);
        assert!(run.code == 2 && run.stderr.contains("no ledger has been imported into"), "{arguments:?}: {run:?}");
        assert!(!desk.data().exists(), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn a_device_is_no_ledger() {
    let run = Desk::new().run(&["import", "/dev/zero"]);
    assert!(run.code == 2 && run.stderr.contains("no regular file"), "{run:?}");
}

#[test]
fn a_map_that_ignores_a_column_that_is_not_there() {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.write("map.toml", "[ignore]\ncolumns = [\"Delay\"]\n");
    let run = desk.run(&["import", "good.csv", "--map", "map.toml"]);
    assert!(run.code == 2 && run.stderr.contains("`Delay`") && run.stderr.contains("found `client_id`"), "{run:?}");
}

#[test]
fn odd_days_are_noted() {
    let desk = Desk::new();
    let header = HEADER.trim_end();
    desk.write(
        "odd.csv",
        format!("{header}\nC9,F9,2024-01-05,2024-02-04,10.00,2023-12-31\nC9,F8,2190-01-05,2190-02-04,10.00,\n"),
    );
    let run = desk.done(&["import", "odd.csv"]);
    assert!(run.stderr.contains("note: odd.csv, line 2, column `paid_date`, value `2023-12-31`: before invoice `F9` was issued, `2024-01-05`"), "{run:#?}");
    assert!(
        run.stderr.contains("note: odd.csv, line 3, column `issue_date`, value `2190-01-05`: after today, `"),
        "{run:#?}"
    );
}

#[test]
fn a_payment_table_beside_the_invoices_is_seen() {
    let desk = Desk::new();
    desk.write("invoices.csv", "client_id,invoice_id,issue_date,due_date,amount\nC1,F1,2024-01-05,2024-02-04,10.00\n");
    desk.write("payments.csv", "invoice_id,paid_date,amount\nF1,2024-02-01,10.00\n");
    let run = desk.done(&["import", "invoices.csv", "payments.csv"]);
    assert!(!run.stderr.contains("counts as open"), "{run:?}");
    let run = desk.done(&["import", "invoices.csv"]);
    assert!(run.stderr.contains("counts as open"), "{run:?}");
}

#[test]
fn a_folder_is_not_made_by_a_slip() {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.done(&["import", "good.csv"]);
    for arguments in [
        &["rescore", "--as-of", "2024-06-01", "--out", "nowhere/scores.parquet"][..],
        &["backtest", "good.csv", "--cutoff", "2024-02-01", "--out", "nowhere/predictions.csv"],
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, 2, "{run:?}");
        assert!(run.stderr.contains("there is no folder `nowhere`"), "{run:?}");
        assert!(!desk.path("nowhere").exists());
    }
}

/// Ids that a spreadsheet would compute stay what they are, in quotes.
#[test]
fn an_id_that_looks_like_a_formula_stays_itself() {
    let desk = Desk::new();
    desk.write(
        "formula.csv",
        format!("{HEADER}=1+1,F1,2024-01-05,2024-02-04,10.00,2024-02-10\n=1+1,F2,2024-03-05,2024-04-04,10.00,\n"),
    );
    desk.done(&["backtest", "formula.csv", "--cutoff", "2024-02-20", "--out", "predictions.csv"]);
    let written = std::fs::read_to_string(desk.path("predictions.csv")).unwrap();
    assert!(written.contains("\"=1+1\",\"F2\",\"2024-03-05\","), "{written}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_only_be_read_is_read() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.done(&["import", "good.csv"]);
    let (store, folder) = (desk.data().join("encours.sqlite3"), desk.data());
    let allow = |file: u32, above: u32| {
        std::fs::set_permissions(&store, std::fs::Permissions::from_mode(file)).unwrap();
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(above)).unwrap();
    };
    allow(0o444, 0o555);
    let (rescored, assessed) = (
        desk.run(&["rescore", "--as-of", "2024-06-01", "--out", "scores.parquet"]),
        desk.run(&["assess", "C1", "--amount", "100", "--as-of", "2024-06-01"]),
    );
    allow(0o644, 0o755);
    assert_eq!(rescored.code, 0, "{rescored:?}");
    assert_eq!(assessed.code, 1, "{assessed:?}");
    assert!(assessed.stderr.contains("can only be read") && assessed.stderr.contains("hint: "), "{assessed:?}");
    assert!(!assessed.stderr.contains("readonly database"), "{assessed:?}");
}

#[test]
fn a_header_missing() {
    let rows = b"C8,F8,2024-01-05,2024-02-04,10.00,\nC8,F9,2024-01-05,2024-02-04,10.00,\n";
    refused("headless.csv", rows, &of_file(&["client_id", "expected"]));
}

#[test]
fn a_column_missing() {
    let rows = b"client_id,invoice_id,issue_date,amount\nC8,F8,2024-01-05,10.00\n";
    refused("narrow.csv", rows, &of_file(&["missing columns `due_date`", "found `client_id`"]));
}

#[test]
fn a_file_cut_in_the_middle_of_a_row() {
    let fault = Fault { line: Some(3), column: "", value: "", expected: &["expected"] };
    refused("cut.csv", &row("C9,F9,2024-01-0"), &fault);
    // In the middle of a quoted cell.
    let fault = Fault { line: Some(3), column: "", value: "", expected: &[] };
    refused("cut-quote.csv", &row("C9,\"F9"), &fault);
}

#[test]
fn a_due_date_before_the_issue_date() {
    let fault = at(3, "due_date", "2024-01-04", &["expected", "2024-01-05"]);
    refused("early.csv", &row("C9,F9,2024-01-05,2024-01-04,10.00,\n"), &fault);
}

#[test]
fn two_different_invoices_of_one_number_and_instalment() {
    let fault = at(4, "invoice_id", "F9", &["line 3", "expected one"]);
    let rows = "C9,F9,2024-01-05,2024-02-04,10.00,\nC9,F9,2024-01-05,2024-02-04,11.00,\n";
    refused("twice.csv", &row(rows), &fault);
    // Against the ledger that is there.
    let fault = at(3, "invoice_id", "F1", &["expected one"]);
    refused("again.csv", &row("C1,F1,2024-01-05,2024-02-04,999.00,\n"), &fault);
}

#[test]
fn an_amount_beyond_all_reason() {
    refused("huge.csv", &row("C9,F9,2024-01-05,2024-02-04,1e300,\n"), &at(3, "amount", "1e300", &["expected"]));
    let fault = at(3, "amount", "99999999999999999999.00", &["allowed at most"]);
    refused("large.csv", &row("C9,F9,2024-01-05,2024-02-04,99999999999999999999.00,\n"), &fault);
    refused("nan.csv", &row("C9,F9,2024-01-05,2024-02-04,NaN,\n"), &at(3, "amount", "NaN", &["expected"]));
}

#[test]
fn a_day_that_is_none() {
    let fault = at(3, "issue_date", "2024-06-31", &["expected a date"]);
    refused("june.csv", &row("C9,F9,2024-06-31,2024-07-31,10.00,\n"), &fault);
    let fault = at(3, "paid_date", "2024-06-31", &["expected a date"]);
    refused("paid.csv", &row("C9,F9,2024-05-31,2024-06-30,10.00,2024-06-31\n"), &fault);
}

#[test]
fn a_payment_of_an_unknown_invoice() {
    let fault = at(2, "invoice_id", "F77", &["no invoice has this number", "needs its invoice"]);
    refused("payments.csv", b"invoice_id,paid_date,amount\nF77,2024-02-01,10.00\n", &fault);
}

#[test]
fn an_unknown_currency() {
    let rows = format!("{},currency\nC9,F9,2024-01-05,2024-02-04,10.00,,EUX\n", HEADER.trim_end());
    refused("currency.csv", rows.as_bytes(), &at(2, "currency", "EUX", &["ISO 4217"]));
}

#[test]
fn more_paid_than_was_due() {
    let fault = at(2, "amount", "80.51", &["expected at most 80.50 EUR"]);
    refused("over.csv", b"invoice_id,paid_date,amount\nF2,2024-04-01,80.51\n", &fault);
}

#[test]
fn all_faults_are_told_at_once() {
    let desk = Desk::new();
    desk.write("many.csv", row("C9,F9,2024-06-31,2024-07-31,10.00,\nC9,F10,2024-01-05,2024-02-04,ten,\n"));
    let run = desk.run(&["import", "many.csv"]);
    assert_eq!(run.code, 2, "{run:?}");
    for text in ["line 3", "`2024-06-31`", "line 4", "`ten`"] {
        assert!(run.stderr.contains(text), "{text} is not in:\n{}", run.stderr);
    }
}

#[test]
fn wrong_usage_says_so() {
    let desk = Desk::new();
    for arguments in [
        &["import", "nowhere.csv"][..],
        &["import"],
        &["assess", "C1", "--amount", "1e300"],
        &["assess", "C1", "--amount", "100", "--as-of", "2024-06-31"],
        &["train", "--as-of", "yesterday"],
        &["unknown"],
    ] {
        let run = desk.run(arguments);
        assert_eq!(run.code, 2, "{arguments:?}: {run:?}");
        assert!(!run.stderr.is_empty() && run.stdout.is_empty(), "{arguments:?}: {run:?}");
    }
}

#[test]
fn an_unknown_client_is_named() {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.done(&["import", "good.csv"]);
    let run = desk.run(&["assess", "C404", "--amount", "100", "--as-of", "2024-06-01"]);
    assert_eq!(run.code, 2, "{run:?}");
    assert!(run.stderr.contains("C404"), "{run:?}");
}
