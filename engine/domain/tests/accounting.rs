//! Kinds of entries, each worked out by hand: what stands in the books, and what must come out.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on may fail the test")]

use encours_domain::accounting::{Item, Options, Understood, understand};
use encours_domain::reader::read_fec;

const HEADER: &str = "JournalCode\tJournalLib\tEcritureNum\tEcritureDate\tCompteNum\tCompteLib\tCompAuxNum\tCompAuxLib\tPieceRef\tPieceDate\tEcritureLib\tDebit\tCredit\tEcritureLet\tDateLet\tValidDate\tMontantdevise\tIdevise\tDateLimitReglmt";

/// Lines as `journal number day account/auxiliary piece amount [letter=A] [due=day] [of=day] [label...]`; amounts in
/// whole euros, debit positive.
fn fec(lines: &str) -> String {
    let mut text = HEADER.to_owned();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let mut next = || words.next().unwrap();
        let (journal, entry, day, account, piece) = (next(), next(), next().replace('-', ""), next(), next());
        let amount: f64 = next().parse().unwrap();
        let (mut letter, mut due, mut of, mut label) = ("", String::new(), day.clone(), Vec::new());
        for word in words {
            match word.split_once('=') {
                Some(("letter", value)) => letter = value,
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
            "\n{journal}\tJournal {journal}\t{entry}\t{day}\t{account}\tCompte\t{auxiliary}\t{name}\t{piece}\t{of}\t{}\t{}\t{}\t{letter}\t\t{day}\t\t\t{due}",
            label.join(" "),
            cents(debit),
            cents(credit),
        );
    }
    text + "\n"
}

fn understood(lines: &str) -> Understood {
    let (journal, report) = read_fec("f", fec(lines).as_bytes());
    assert_eq!(report.faults, [], "{lines}");
    let understood = understand(&journal, &Options::default());
    for client in &understood.reconciliation.clients {
        assert_eq!((client.difference(), client.open_difference()), (0, 0), "{lines}\n{client:?}");
    }
    understood
}

fn invoices(understood: &Understood) -> Vec<String> {
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

fn payments(understood: &Understood) -> Vec<String> {
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

fn sums(understood: &Understood) -> Vec<String> {
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
fn check(lines: &str, expected_invoices: &[&str], expected_payments: &[&str], expected_sums: &[&str]) {
    let understood = understood(lines);
    assert_eq!(invoices(&understood), expected_invoices, "invoices of {lines}");
    assert_eq!(payments(&understood), expected_payments, "payments of {lines}");
    assert_eq!(sums(&understood), expected_sums, "sums of {lines}");
}

const SALE: &str = "
    VE 1 2025-01-10 411000/A F1 1200 letter=AA
    VE 1 2025-01-10 706000 F1 -1000
    VE 1 2025-01-10 445710 F1 -200";

#[test]
fn invoice_and_payment() {
    let paid = "BQ 9 2025-02-12 512000 - 1200
        BQ 9 2025-02-12 411000/A - -1200";
    check(
        &format!("{SALE}\n{paid} letter=AA"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 1200.00 matched by letter"],
        &["invoiced 1200", "paid -1200"],
    );
    check(
        &format!("{SALE}\n{paid} VIR F1"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 1200.00 matched by reference"],
        &["invoiced 1200", "paid -1200"],
    );
    check(
        &format!("{SALE}\n{paid} VIREMENT"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 1200.00 matched by amount"],
        &["invoiced 1200", "paid -1200"],
    );
}

#[test]
fn part_payments_and_over_payments() {
    check(
        &format!(
            "{SALE}
            BQ 9 2025-02-12 512000 - 500
            BQ 9 2025-02-12 411000/A - -500
            BQ 10 2025-03-12 512000 - 900
            BQ 10 2025-03-12 411000/A - -900"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 500.00 oldest first", "F1 payment 2025-03-12 700.00 oldest first"],
        &["invoiced 1200", "paid -1400", "unallocated 200"],
    );
}

#[test]
fn one_bank_entry_pays_many() {
    check(
        "
        VE 1 2025-01-10 411000/A F1 1200
        VE 1 2025-01-10 411000/B F2 600
        VE 1 2025-01-10 706000 - -1800
        BQ 2 2025-02-01 512000 - 1780
        BQ 2 2025-02-01 627000 - 20
        BQ 2 2025-02-01 411000/A - -1200
        BQ 2 2025-02-01 411000/B - -600",
        &["A F1 invoice 2025-01-10 1200.00", "B F2 invoice 2025-01-10 600.00"],
        &["F1 payment 2025-02-01 1200.00 matched by amount", "F2 payment 2025-02-01 600.00 matched by amount"],
        &["invoiced 1800", "paid -1800"],
    );
}

#[test]
fn credit_notes() {
    let note = "
        VE 2 2025-01-20 411000/A AV1 -300 letter=AA
        VE 2 2025-01-20 706000 AV1 250
        VE 2 2025-01-20 445710 AV1 50";
    check(
        &format!(
            "{SALE}{note}
            BQ 9 2025-02-12 512000 - 900
            BQ 9 2025-02-12 411000/A - -900 letter=AA"
        ),
        &["A AV1 credit note 2025-01-20 -300.00 corrects F1", "A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-02-12 900.00 matched by letter"],
        &["invoiced 1200", "credited -300", "paid -900"],
    );
    // Paid in full before, then refunded.
    check(
        &format!(
            "{SALE}
            BQ 9 2025-01-15 512000 - 1200
            BQ 9 2025-01-15 411000/A - -1200 letter=AA
            VE 2 2025-01-20 411000/A AV1 -300 letter=AB
            VE 2 2025-01-20 706000 AV1 300
            BQ 11 2025-02-20 411000/A AV1 300 letter=AB
            BQ 11 2025-02-20 512000 - -300"
        ),
        &["A AV1 credit note 2025-01-20 -300.00", "A F1 invoice 2025-01-10 1200.00"],
        &["AV1 payment 2025-02-20 -300.00 matched by letter", "F1 payment 2025-01-15 1200.00 matched by letter"],
        &["invoiced 1200", "credited -300", "paid -1200", "refunded 300"],
    );
}

#[test]
fn rejected_payments() {
    check(
        &format!(
            "{SALE}
            BQ 9 2025-02-12 512000 - 1200
            BQ 9 2025-02-12 411000/A - -1200 letter=AB PRLV
            BQ 10 2025-02-15 411000/A - 1200 letter=AB REJET PRLV
            BQ 10 2025-02-15 512000 - -1200
            BQ 11 2025-03-30 512000 - 1200
            BQ 11 2025-03-30 411000/A - -1200 letter=AA"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[
            "F1 payment 2025-02-12 1200.00 matched by amount",
            "F1 payment 2025-03-30 1200.00 matched by letter",
            "F1 reversal 2025-02-15 -1200.00 matched by amount",
        ],
        &["invoiced 1200", "paid -2400", "rejected 1200"],
    );
    // Nothing is known of the payment: the debit is no invoice.
    check(
        "
        BQ 10 2025-02-15 411000/A - 1200 IMPAYE
        BQ 10 2025-02-15 512000 - -1200",
        &[],
        &[],
        &["rejected 1200", "unplaced 1200"],
    );
}

#[test]
fn deposits() {
    check(
        "
        VE 1 2025-01-10 411000/A AC1 360 letter=AA
        VE 1 2025-01-10 419100 AC1 -300
        VE 1 2025-01-10 445710 AC1 -60
        BQ 2 2025-01-12 512000 - 360
        BQ 2 2025-01-12 411000/A - -360 letter=AA
        VE 3 2025-03-10 411000/A F1 840
        VE 3 2025-03-10 419100 F1 300
        VE 3 2025-03-10 706000 F1 -1000
        VE 3 2025-03-10 445710 F1 -140",
        &["A AC1 deposit 2025-01-10 360.00", "A F1 invoice 2025-03-10 1140.00"],
        &["AC1 payment 2025-01-12 360.00 matched by letter", "F1 set-off 2025-03-10 300.00 matched by reference"],
        &["invoiced 1140", "deposits_invoiced 360", "paid -360", "deposits_set_off -300"],
    );
    check(
        "
        BQ 2 2025-01-12 512000 - 360
        BQ 2 2025-01-12 419100/A - -360",
        &[],
        &[],
        &["deposits held 360"],
    );
}

#[test]
fn doubtful_and_lost() {
    check(
        &format!(
            "{SALE}
            OD 5 2025-12-01 416000/A F1 1200
            OD 5 2025-12-01 411000/A F1 -1200 letter=AA
            OD 6 2025-12-20 654000 F1 1000
            OD 6 2025-12-20 445710 F1 200
            OD 6 2025-12-20 416000/A F1 -1200"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 write-off 2025-12-20 1200.00 matched by letter"],
        &["invoiced 1200", "moved_to_doubtful -1200"],
    );
    check(
        &format!(
            "{SALE}
            OD 5 2025-12-01 416000/A F1 1200
            OD 5 2025-12-01 411000/A F1 -1200 letter=AA"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1200", "moved_to_doubtful -1200", "doubtful 1200"],
    );
}

#[test]
fn bills() {
    let accepted = "
        OD 5 2025-01-31 413000/A F1 1200
        OD 5 2025-01-31 411000/A F1 -1200 letter=AA";
    check(
        &format!("{SALE}{accepted}"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1200", "moved_to_bills -1200", "bills 1200"],
    );
    let matured = "
        BQ 6 2025-03-10 512000 - 1200
        BQ 6 2025-03-10 413000/A - -1200";
    check(
        &format!("{SALE}{accepted}{matured}"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 bill matured 2025-03-10 1200.00 matched by letter"],
        &["invoiced 1200", "moved_to_bills -1200"],
    );
    // Discounted without a known maturity: still at risk.
    let discounted = "
        BQ 6 2025-02-10 512000 - 1190
        BQ 6 2025-02-10 661600 - 10
        BQ 6 2025-02-10 413000/A - -1200";
    check(
        &format!("{SALE}{accepted}{discounted}"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1200", "moved_to_bills -1200", "outside 1200"],
    );
    // Dishonoured: it comes back on 411, with the bank's fee charged on.
    check(
        &format!(
            "{SALE}{accepted}
            OD 7 2025-03-12 411000/A F1 1220 IMPAYE
            OD 7 2025-03-12 413000/A F1 -1200
            OD 7 2025-03-12 708500 F1 -20"
        ),
        &["A F1 (2025-03-12) invoice 2025-03-12 20.00", "A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1220"],
    );
}

#[test]
fn factor() {
    let understood = understood(&format!(
        "{SALE}
        OD 5 2025-01-31 467100 F1 1200
        OD 5 2025-01-31 411000/A F1 -1200 letter=AA"
    ));
    assert_eq!(invoices(&understood), ["A F1 invoice 2025-01-10 1200.00"]);
    assert_eq!(sums(&understood), ["invoiced 1200", "moved_to_factor -1200", "outside 1200"]);
    assert!(!understood.rows.invoices[0].due_date_origin.is_stated());
}

#[test]
fn discounts_and_cents() {
    check(
        &format!(
            "{SALE}
            BQ 9 2025-01-12 512000 - 1176
            BQ 9 2025-01-12 665000 - 20
            BQ 9 2025-01-12 445710 - 4
            BQ 9 2025-01-12 411000/A - -1200 letter=AA"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 discount 2025-01-12 24.00 matched by letter", "F1 payment 2025-01-12 1176.00 matched by letter"],
        &["invoiced 1200", "paid -1176", "discounts -24"],
    );
    check(
        &format!(
            "{SALE}
            BQ 9 2025-01-12 512000 - 1202
            BQ 9 2025-01-12 411000/A - -1202 letter=AA
            OD 3 2025-01-31 411000/A - 2 letter=AA
            OD 3 2025-01-31 758000 - -2"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 payment 2025-01-12 1200.00 matched by letter"],
        &["invoiced 1200", "paid -1202", "rounding 2"],
    );
}

#[test]
fn set_off_and_transfers() {
    check(
        &format!(
            "{SALE}
            OD 3 2025-01-31 401000/A - 1200
            OD 3 2025-01-31 411000/A - -1200 letter=AA"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 set-off 2025-01-31 1200.00 matched by letter"],
        &["invoiced 1200", "set_off -1200"],
    );
    check(
        &format!(
            "{SALE}
            OD 3 2025-01-31 411000/B F1 1200
            OD 3 2025-01-31 411000/A F1 -1200 letter=AA"
        ),
        &["A F1 invoice 2025-01-10 1200.00", "B F1 invoice 2025-01-31 1200.00"],
        &["F1 set-off 2025-01-31 1200.00 matched by letter"],
        &["invoiced 1200"],
    );
}

#[test]
fn retention_and_instalments() {
    check(
        "
        VE 1 2025-01-10 411000/A F1 1140
        VE 1 2025-01-10 411700/A F1 60
        VE 1 2025-01-10 704000 F1 -1200
        VE 2 2025-01-11 411000/A F2 600 due=2025-02-11
        VE 2 2025-01-11 411000/A F2 400 due=2025-03-11
        VE 2 2025-01-11 704000 F2 -1000",
        &[
            "A F1 invoice 2025-01-10 1140.00",
            "A F1#2 retention 2025-01-10 60.00",
            "A F2 invoice 2025-01-11 600.00",
            "A F2#2 invoice 2025-01-11 400.00",
        ],
        &[],
        &["invoiced 2200"],
    );
}

#[test]
fn unexplained_is_shown() {
    check(
        &format!(
            "{SALE}
            OD 3 2025-01-31 471000 - 700
            OD 3 2025-01-31 411000/A - -700"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[],
        &["invoiced 1200", "unexplained -700", "unallocated 700"],
    );
}

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
