//! Opening and closing, due dates, clients, and the habits of programs.

use encours_domain::accounting::{Options, understand};
use encours_domain::reader::read_fec;

use crate::support::{SALE, check, fec};

#[test]
fn openings() {
    // Nothing is known of the year before: a dated line is the invoice it restates, an undated one stock.
    check(
        "
        AN 1 2025-01-01 411000/A F9 700 of=2024-11-20
        AN 1 2025-01-01 411000/B - 300
        AN 1 2025-01-01 110000 - -1000
        BQ 2 2025-01-15 512000 - 700
        BQ 2 2025-01-15 411000/A - -700",
        &["A F9 invoice 2024-11-20 700.00", "B AN 2025-01-01 invoice 2025-01-01 300.00"],
        &["F9 payment 2025-01-15 700.00 matched by amount"],
        &["opening 1000", "paid -700"],
    );
    // The year before is there: it is not doubled, and a letter of the new year reaches the old invoice.
    let closed = "
        VE 1 2024-11-20 411000/A F9 700
        VE 1 2024-11-20 706000 F9 -700
        VE 2 2024-11-22 411000/A F10 700
        VE 2 2024-11-22 706000 F10 -700";
    check(
        &format!(
            "{closed}
            AN 1 2025-01-01 411000/A F9 700 of=2024-11-20
            AN 1 2025-01-01 411000/A F10 700 of=2024-11-22 letter=AA
            AN 1 2025-01-01 110000 - -1400
            BQ 2 2025-01-15 512000 - 700
            BQ 2 2025-01-15 411000/A - -700 letter=AA"
        ),
        &["A F10 invoice 2024-11-22 700.00", "A F9 invoice 2024-11-20 700.00"],
        &["F10 payment 2025-01-15 700.00 matched by letter"],
        &["invoiced 1400", "paid -700"],
    );
    // It says something else: the difference is told.
    check(
        &format!(
            "{closed}
            AN 1 2025-01-01 411000/A - 1500
            AN 1 2025-01-01 110000 - -1500"
        ),
        &[
            "A AN 2025-01-01 invoice 2025-01-01 100.00",
            "A F10 invoice 2024-11-22 700.00",
            "A F9 invoice 2024-11-20 700.00",
        ],
        &[],
        &["invoiced 1400", "opening_difference 100"],
    );
}

#[test]
fn openings_are_told_by_journal_or_label() {
    for (journal, label) in [("RAN", ""), ("OD", "A NOUVEAU 2025"), ("OD", "Report à nouveau")] {
        check(
            &format!(
                "{journal} 1 2025-01-01 411000/B - 300 {label}
                {journal} 1 2025-01-01 110000 - -300"
            ),
            &["B AN 2025-01-01 invoice 2025-01-01 300.00"],
            &[],
            &["opening 300"],
        );
    }
    check(
        &format!(
            "{SALE}
            BQ 9 2025-02-12 512000 - 1200
            BQ 9 2025-02-12 411000/A - -1200 VIR SA NOUVEAU MONDE"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 1200.00 matched by amount"],
        &["invoiced 1200", "paid -1200"],
    );
}

#[test]
fn closing_entries_move_nothing() {
    check(
        &format!(
            "{SALE}
            CL 1 2025-12-31 891000 - 1200
            CL 1 2025-12-31 411000/A - -1200"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1200"],
    );
}

#[test]
fn due_dates_and_their_origins() {
    use encours_domain::Terms;
    use encours_domain::ledger::DueDateOrigin::{Contract, LegalDefault, Stated, UsualTerms};
    let lines = "
        VE 1 2025-01-10 411000/A F1 100 due=2025-02-24
        VE 1 2025-01-10 706000 F1 -100
        VE 2 2025-02-10 411000/A F2 100
        VE 2 2025-02-10 706000 F2 -100
        VE 3 2025-02-10 411000/B F3 100
        VE 3 2025-02-10 706000 F3 -100
        VE 4 2025-02-10 411000/C F4 100
        VE 4 2025-02-10 706000 F4 -100
        VE 5 2025-02-10 411000/D F5 100 due=2025-02-01
        VE 5 2025-02-10 706000 F5 -100";
    let mut options = Options::default();
    options.agreed.insert("B".to_owned(), Terms::net(75));
    options.usual.insert("C".to_owned(), Terms::net(75));
    let (journal, _) = read_fec("f", fec(lines).as_bytes());
    let understood = understand(&journal, &options);
    let found: Vec<_> = understood
        .rows
        .invoices
        .iter()
        .map(|row| (row.invoice_id.as_str(), row.due_date.days_since(row.issue_date), row.due_date_origin))
        .collect();
    // A contract is taken as it is; terms from elsewhere stop at the legal ceiling; a day before the invoice is none.
    assert_eq!(
        found,
        [
            ("F1", 45, Stated),
            ("F2", 45, UsualTerms),
            ("F3", 75, Contract),
            ("F4", 60, UsualTerms),
            ("F5", 30, LegalDefault)
        ]
    );
    assert!(
        understood.report.notes.iter().any(|note| note.reason.starts_with("1 due dates lie before the day of issue"))
    );
}

#[test]
fn clients_without_auxiliary() {
    check(
        "
        VE 1 2025-01-10 411DUPONT F1 100
        VE 1 2025-01-10 706000 F1 -100
        OD 2 2025-06-10 416DUPONT F1 100
        OD 2 2025-06-10 411DUPONT F1 -100
        VE 3 2025-01-10 411000123 F2 50
        VE 3 2025-01-10 706000 F2 -50",
        &["411000123 F2 invoice 2025-01-10 50.00", "411DUPONT F1 invoice 2025-01-10 100.00"],
        &[],
        &["invoiced 150", "moved_to_doubtful -100", "doubtful 100"],
    );
}

#[test]
fn numbers_that_do_not_balance_are_regrouped() {
    check(
        "
        VE 1 2025-01-10 411000/A F1 120
        VE 2 2025-01-10 706000 F1 -100
        VE 3 2025-01-10 445710 F1 -20",
        &["A F1 invoice 2025-01-10 120.00"],
        &[],
        &["invoiced 120"],
    );
}

#[test]
fn cheques_are_paid_when_banked() {
    check(
        &format!(
            "{SALE}
            CH 1 2025-02-01 511200 - 1200
            CH 1 2025-02-01 411000/A - -1200 letter=AA
            BQ 1 2025-02-08 512000 - 1200
            BQ 1 2025-02-08 511200 - -1200"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-08 1200.00 matched by letter"],
        &["invoiced 1200", "paid -1200"],
    );
}
