//! Each kind of entry, one by one.

use crate::support::{SALE, check, payments, sums, understood};

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
fn clients_without_a_general_account() {
    for client in ["CDUPONT", "9DUPONT", "C0012"] {
        check(
            &format!(
                "VE 1 2025-01-10 {client} F1 1200 letter=AA
                VE 1 2025-01-10 706000 F1 -1000
                VE 1 2025-01-10 445710 F1 -200
                BQ 2 2025-02-12 512000 - 1200
                BQ 2 2025-02-12 {client} - -1200 letter=AA
                HA 3 2025-02-12 607000 A1 100
                HA 3 2025-02-12 CHARVET A1 -100"
            ),
            &[&format!("{client} F1 invoice 2025-01-10 1200.00")],
            &["F1 payment 2025-02-12 1200.00 matched by letter"],
            &["invoiced 1200", "paid -1200"],
        );
    }
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
    let sold = "
        OD 5 2025-01-31 467100 F1 1200 name=FACTOFRANCE
        OD 5 2025-01-31 411000/A F1 -1200";
    check(
        &format!("{SALE}{sold}"),
        &["A F1 invoice 2025-01-10 1200.00"],
        &["F1 assigned 2025-01-31 1200.00 matched by reference"],
        &["invoiced 1200", "moved_to_factor -1200"],
    );
    // Given back, and paid to us after all.
    check(
        &format!(
            "{SALE}{sold}
            OD 6 2025-04-30 411000/A F1 1200 DEFINANCEMENT
            OD 6 2025-04-30 467100 F1 -1200 name=FACTOFRANCE
            BQ 9 2025-05-12 512000 - 1200
            BQ 9 2025-05-12 411000/A - -1200 VIR F1"
        ),
        &["A F1 invoice 2025-01-10 1200.00"],
        &[
            "F1 assigned 2025-01-31 1200.00 matched by reference",
            "F1 assigned 2025-04-30 -1200.00 matched by reference",
            "F1 payment 2025-05-12 1200.00 matched by reference",
        ],
        &["invoiced 1200", "paid -1200"],
    );
    // Given back, and nothing is known of the sale: no invoice of ours.
    check(
        "
        OD 6 2025-04-30 411000/A F1 1200
        OD 6 2025-04-30 467100 F1 -1200 name=FACTOFRANCE",
        &[],
        &[],
        &["moved_to_factor 1200", "unplaced 1200"],
    );
}

#[test]
fn other_debtors() {
    let moved = |account: &str, name: &str| {
        format!(
            "{SALE}
            OD 5 2025-01-31 {account} F1 1200 name={name}
            OD 5 2025-01-31 411000/A F1 -1200"
        )
    };
    let invoice = ["A F1 invoice 2025-01-10 1200.00"];
    let as_money = ["F1 payment 2025-01-31 1200.00 matched by reference"];
    check(&moved("467200", "STRIPE"), &invoice, &as_money, &["invoiced 1200", "paid -1200"]);
    // Nobody knows what any other debtor is: the claim stays open, and the amount is told.
    let untold = ["invoiced 1200", "unexplained -1200", "unallocated 1200"];
    check(&moved("467000", "DIVERS"), &invoice, &[], &untold);
    // Paid to a partner or to the owner: set off against what the house owes them.
    let set_off = ["F1 set-off 2025-01-31 1200.00 matched by reference"];
    for account in ["455100", "451000", "108000"] {
        check(&moved(account, "COMPTE"), &invoice, &set_off, &["invoiced 1200", "set_off -1200"]);
    }
}

#[test]
fn money_that_waited() {
    let told = "
        OD 7 2025-03-31 471000 - 1200
        OD 7 2025-03-31 411000/A F1 -1200";
    // The client paid when the bank received it; it is known since somebody found out.
    let found = understood(&format!(
        "{SALE}{told}
        BQ 6 2025-02-12 512000 - 1200
        BQ 6 2025-02-12 471000 - -1200 VIR INCONNU"
    ));
    assert_eq!(payments(&found), ["F1 payment 2025-02-12 1200.00 matched by reference"]);
    assert_eq!(found.rows.payments[0].known_on.to_string(), "2025-03-31");
    assert_eq!(sums(&found), ["invoiced 1200", "paid -1200"]);
    // Without the receipt nobody knows what it is.
    let invoice = ["A F1 invoice 2025-01-10 1200.00"];
    check(&format!("{SALE}{told}"), &invoice, &[], &["invoiced 1200", "unexplained -1200", "unallocated 1200"]);
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
