//! Lines of books as short texts, and what was understood of them as short texts.

use encours_domain::accounting::{Item, Options, Understood, understand};
use encours_domain::reader::read_fec;

const HEADER: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\tDateLimitReglmt";

/// Lines as `journal number day account/auxiliary piece amount [letter=A] [due=day] [of=day] [name=of the account] [label...]`; amounts in
/// whole euros, debit positive.
pub fn fec(lines: &str) -> String {
    let mut text = HEADER.to_owned();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap();
        let (journal, entry, day, account, piece) = (next(), next(), next().replace('-', ""), next(), next());
        let amount: f64 = next().parse().unwrap();
        let (mut letter, mut due, mut of, mut label) = ("", String::new(), day.clone(), Vec::new());
        let mut account_name = "Compte";
        for word in words {
            match word.split_once('=') {
                Some(("letter", value)) => letter = value,
                Some(("name", value)) => account_name = value,
                Some(("due", value)) => due = value.replace('-', ""),
                Some(("of", value)) => of = value.replace('-', ""),
                _ => label.push(word),
            }
        }
        let (account, auxiliary) = account.split_once('/').unwrap_or((account, ""));
        let piece = if piece == "-" { "" } else { piece };
        let (debit, credit) = if amount > 0.0 { (amount, 0.0) } else { (0.0, -amount) };
        let cents = |amount: f64| format!("{amount:.2}").replace('.', ",");
        let name = if auxiliary.is_empty() { String::new() } else { format!("Client {auxiliary}") };
        text += &format!(
            "\n{journal}\tJournal {journal}\t{entry}\t{day}\t{account}\t{account_name}\t{auxiliary}\t{name}\t{piece}\t{of}\t{}\t{}\t{}\t{letter}\t\t{day}\t\t\t{due}",
            label.join(" "),
            cents(debit),
            cents(credit),
        );
    }
    text + "\n"
}

pub fn understood(lines: &str) -> Understood {
    let (journal, report) = read_fec("f", fec(lines).as_bytes());
    assert_eq!(report.faults, [], "{lines}");
    let understood = understand(&journal, &Options::default());
    for client in &understood.reconciliation.clients {
        assert_eq!((client.difference(), client.open_difference()), (0, 0), "{lines}\n{client:?}");
    }
    understood
}

pub fn invoices(understood: &Understood) -> Vec<String> {
    let mut shown: Vec<String> = understood
        .rows
        .invoices
        .iter()
        .map(|row| {
            let corrects = row.corrects.as_ref().map(|id| format!(" corrects {id}")).unwrap_or_default();
            let part = if row.instalment_no > 1 { format!("#{}", row.instalment_no) } else { String::new() };
            format!(
                "{} {}{part} {} {} {}{corrects}",
                row.client_id,
                row.invoice_id,
                row.kind.code(),
                row.issue_date,
                row.amount.decimal()
            )
        })
        .collect();
    shown.sort();
    shown
}

pub fn payments(understood: &Understood) -> Vec<String> {
    let mut shown: Vec<String> = understood
        .rows
        .payments
        .iter()
        .map(|row| {
            format!(
                "{} {} {} {} {}",
                row.invoice_id,
                row.kind.code(),
                row.paid_date,
                row.amount.decimal(),
                row.origin.code()
            )
        })
        .collect();
    shown.sort();
    shown
}

pub fn sums(understood: &Understood) -> Vec<String> {
    let total = &understood.reconciliation.total;
    let items = Item::ALL.iter().map(|item| (item.code(), total.sums.of(*item)));
    let rest = [
        ("bills", total.bills),
        ("doubtful", total.doubtful),
        ("outside", total.outside),
        ("unallocated", total.unallocated_credits),
        ("unplaced", total.unplaced_debits),
        ("deposits held", total.deposits_held),
    ];
    items.chain(rest).filter(|(_, sum)| *sum != 0).map(|(code, sum)| format!("{code} {}", sum / 100)).collect()
}

#[track_caller]
pub fn check(lines: &str, expected_invoices: &[&str], expected_payments: &[&str], expected_sums: &[&str]) {
    let understood = understood(lines);
    assert_eq!(invoices(&understood), expected_invoices, "invoices of {lines}");
    assert_eq!(payments(&understood), expected_payments, "payments of {lines}");
    assert_eq!(sums(&understood), expected_sums, "sums of {lines}");
}

/// One invoice of 1,200.
pub const SALE: &str = "
    VE 1 2025-01-10 411000/A F1 1200 letter=AA
    VE 1 2025-01-10 706000 F1 -1000
    VE 1 2025-01-10 445710 F1 -200";
