//! How fast a FEC is read and understood: `fec_throughput write PATH LINES` makes a file, `fec_throughput read PATH`
//! reads it and prints seconds and peak memory.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example measures and prints; the vocabulary itself knows no clock and no files"
)]

use std::fmt::Write;
use std::time::Instant;

use encours_domain::accounting::{Options, understand};
use encours_domain::reader::read_fec;
use encours_domain::{Day, DomainError};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [_, "write", path, lines] => Ok(std::fs::write(path, generated(lines.parse()?)?)?),
        [_, "read", path] => read(path),
        _ => Err("usage: fec_throughput write PATH LINES | read PATH".into()),
    }
}

fn read(path: &str) -> Result<(), Box<dyn std::error::Error>> {
    let start = Instant::now();
    let bytes = std::fs::read(path)?;
    let (journal, report) = read_fec(path, &bytes);
    let read = start.elapsed();
    drop(bytes);
    let understood = understand(&journal, &Options::default());
    let whole = start.elapsed();
    let total = &understood.reconciliation.total;
    println!("lines {} kept {} faults {}", journal.lines(), journal.kept(), report.faults.len());
    println!("invoices {} payments {}", understood.rows.invoices.len(), understood.rows.payments.len());
    println!("differences {} {}", total.difference(), total.open_difference());
    println!("read {:.2} s, with understanding {:.2} s", read.as_secs_f64(), whole.as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("peak memory is not known here"));
    Ok(())
}

/// Sales and payments make up half of the lines, purchases and salaries the rest, as in a trading company's year.
fn generated(lines: u64) -> Result<String, DomainError> {
    const HEADER: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\n";
    let first: Day = "2025-01-01".parse()?;
    let mut text = HEADER.to_owned();
    let mut chance = 1_u64;
    let mut next = |below: u64| {
        chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) % below
    };
    let (mut written, mut entry) = (0, 0);
    while written < lines {
        entry += 1;
        let (client, cents) = (next(20_000), 1_000 + next(900_000));
        let issue = first.plus_clamped(i32::try_from(next(300)).unwrap_or(0));
        let paid = issue.plus_clamped(i32::try_from(10 + next(55)).unwrap_or(0));
        let day = |day: Day| day.date().format("%Y%m%d").to_string();
        let (issued, banked) = (day(issue), day(paid));
        let money = |cents: u64| format!("{},{:02}", cents / 100, cents % 100);
        let (vat, letter) = (cents / 6, if entry % 3 == 0 { String::new() } else { format!("L{entry}") });
        let mut line = |journal: &str,
                        account: &str,
                        with_client: bool,
                        piece: &str,
                        day: &str,
                        label: &str,
                        debit: u64,
                        credit: u64,
                        letter: &str| {
            let auxiliary = if with_client { format!("CLI{client:06}") } else { String::new() };
            let name = if with_client { format!("Société du client {client}") } else { String::new() };
            let _ = writeln!(
                text,
                "{journal}\tJournal {journal}\t{journal}{entry:07}\t{day}\t{account}\tCompte {account}\t{auxiliary}\t{name}\t{piece}\t{day}\t{label}\t{}\t{}\t{letter}\t\t{day}\t\t",
                money(debit),
                money(credit),
            );
            written += 1;
        };
        let number = format!("FA25{entry:07}");
        let label = format!("Facture {number} Société du client {client}");
        line("VE", "411000", true, &number, &issued, &label, cents, 0, &letter);
        line("VE", "706000", false, &number, &issued, &label, 0, cents - vat, "");
        line("VE", "445710", false, &number, &issued, &label, 0, vat, "");
        let label = format!("VIR CLIENT {client} {}", if entry % 2 == 0 { number.as_str() } else { "" });
        line("BQ", "512000", false, &format!("B{entry}"), &banked, &label, cents, 0, "");
        line("BQ", "411000", true, &format!("B{entry}"), &banked, &label, 0, cents, &letter);
        let label = format!("Achat {entry} fournitures diverses");
        line("AC", "607000", false, &format!("AC{entry}"), &issued, &label, cents - vat, 0, "");
        line("AC", "445660", false, &format!("AC{entry}"), &issued, &label, vat, 0, "");
        line("AC", "401000", false, &format!("AC{entry}"), &issued, &label, 0, cents, "");
    }
    Ok(text)
}
