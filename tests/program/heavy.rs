//! Files that would take the machine's time or memory: refused at once, with exit code 2, and nothing is changed.

use std::time::{Duration, Instant};

use crate::support::Desk;

const COLUMNS: &str = "client_id,invoice_id,issue_date,due_date,amount";

/// Far more than any of them needs, and far less than they took before they were bounded.
const LIMIT: Duration = Duration::from_secs(10);

#[test]
fn lines_without_end_and_tables_without_measure() {
    let files: [(&str, Vec<u8>, &str); 5] = [
        (
            "long.csv",
            format!("{COLUMNS}\n{}\n", "A".repeat(20_000_000)).into_bytes(),
            "line 2: the line has 20000000 bytes",
        ),
        (
            "commas.csv",
            format!("{COLUMNS}\n{}\n", ",".repeat(20_000_000)).into_bytes(),
            "line 2: the line has 20000000 bytes",
        ),
        ("alone.csv", "A".repeat(20_000_000).into_bytes(), "line 1: the line has 20000000 bytes"),
        (
            "wide.csv",
            format!("{COLUMNS}{}\n", ",x".repeat(100_000)).into_bytes(),
            "line 1: the line names 100005 columns",
        ),
        (
            "quote.csv",
            format!("{COLUMNS}\n\"{}\n", "A,".repeat(10_000_000)).into_bytes(),
            "line 2: the line has 20000001 bytes",
        ),
    ];
    for (name, bytes, expected) in files {
        for more in [&[][..], &["--suggest-map"]] {
            let desk = Desk::new();
            desk.write(name, &bytes);
            let start = Instant::now();
            let arguments: Vec<&str> = ["import", name].into_iter().chain(more.iter().copied()).collect();
            let run = desk.run(&arguments);
            assert!(start.elapsed() < LIMIT, "{name} {more:?} took {:?}", start.elapsed());
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{name} {more:?}: {}", run.stderr);
            assert!(run.stderr.contains(&format!("{name}, {expected}")), "{name} {more:?}: {}", run.stderr);
            assert!(!desk.data().join("ledger").exists());
        }
    }
}

#[test]
fn a_file_that_is_no_table_needs_no_map() {
    let desk = Desk::new();
    desk.write(
        "000500967FEC20241231.txt",
        "JournalCode|EcritureNum|EcritureDate|CompteNum|Debit|Credit\nVE|1|20240110|411000|1200,00|0,00\n",
    );
    let run = desk.run(&["import", "000500967FEC20241231.txt", "--suggest-map"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("is no table and needs no map: `import` reads it as `fec`"), "{}", run.stderr);
}
