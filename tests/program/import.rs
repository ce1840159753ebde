//! Files that look odd and are taken all the same, and imports that change nothing.

use crate::support::{Desk, GOOD};

/// The exported ledger, byte for byte: what is in the store, whatever the files looked like.
fn stored(desk: &Desk) -> [Vec<u8>; 2] {
    desk.done(&["ledger", "export", "--out", "exported"]);
    ["invoices.parquet", "payments.parquet"].map(|name| std::fs::read(desk.path("exported").join(name)).unwrap())
}

fn stored_from(files: &[(&str, &[u8])]) -> [Vec<u8>; 2] {
    let desk = Desk::new();
    files.iter().for_each(|(name, bytes)| desk.write(name, bytes));
    let names: Vec<&str> = std::iter::once("import").chain(files.iter().map(|(name, _)| *name)).collect();
    desk.done(&names);
    stored(&desk)
}

#[test]
fn the_same_file_twice_changes_nothing() {
    let desk = Desk::new();
    desk.write("good.csv", GOOD);
    desk.done(&["import", "good.csv"]);
    let before = (desk.contents(), desk.said());
    let run = desk.done(&["import", "good.csv"]);
    assert!(run.stderr.contains("nothing new"), "{run:?}");
    assert!((desk.contents(), desk.said()) == before, "the data folder has changed");
}

#[test]
fn the_order_of_rows_and_files_leaves_no_trace() {
    let mut lines: Vec<&str> = GOOD.lines().skip(1).collect();
    lines.reverse();
    let header = GOOD.lines().next().unwrap();
    let reversed = format!("{header}\n{}\n", lines.join("\n"));
    let expected = stored_from(&[("good.csv", GOOD.as_bytes())]);
    assert!(stored_from(&[("reversed.csv", reversed.as_bytes())]) == expected);
    let parts: Vec<String> = lines.iter().map(|line| format!("{header}\n{line}\n")).collect();
    let files: Vec<(&str, &[u8])> =
        ["a.csv", "b.csv", "c.csv"].into_iter().zip(parts.iter().map(String::as_bytes)).collect();
    assert!(stored_from(&files) == expected);
}

#[test]
fn accents_of_windows_are_read_and_told() {
    let desk = Desk::new();
    let text = "client_id,invoice_id,issue_date,due_date,amount,paid_date,ville\n\
                Société,F1,2024-01-05,2024-02-04,1200.00,,Orléans\n";
    let bytes: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    assert!(String::from_utf8(bytes.clone()).is_err());
    desk.write("accents.csv", bytes);
    let run = desk.done(&["import", "accents.csv"]);
    assert!(run.stderr.contains("accents.csv") && run.stderr.contains("1252"), "{run:?}");
    assert!(stored(&desk) == stored_from(&[("utf8.csv", text.as_bytes())]), "read as other letters");
    desk.done(&["assess", "Société", "--amount", "100", "--as-of", "2024-06-01"]);
}

#[test]
fn decimal_commas_are_read_where_no_doubt_is_left() {
    let commas = "client_id;invoice_id;issue_date;due_date;amount;paid_date\n\
                  C1;F1;2024-01-05;2024-02-04;1200,00;2024-02-10\n\
                  C2;F2;2024-03-05;2024-04-04;80,50;\n\
                  C3;F3;2024-05-05;2024-06-04;300,00;2024-05-20\n";
    assert!(stored_from(&[("commas.csv", commas.as_bytes())]) == stored_from(&[("good.csv", GOOD.as_bytes())]));
}

#[test]
fn sound_rows_go_in_alone_when_the_person_says_so() {
    let desk = Desk::new();
    desk.write("partly.csv", format!("{GOOD}C9,F9,2024-06-31,2024-07-31,10.00,\n"));
    assert_eq!(desk.run(&["import", "partly.csv"]).code, 2);
    let run = desk.done(&["import", "partly.csv", "--accept-partial"]);
    assert!(run.stderr.contains("2024-06-31") && run.stderr.contains("line 5"), "{run:?}");
    assert!(stored(&desk) == stored_from(&[("good.csv", GOOD.as_bytes())]));
}
