//! Stored ledgers of past forms: each is read as it was.
//!
//! `golden/ledger-1-*.parquet` is the form before `rounding` and `assigned` were kinds of payment, with every word that
//! it knew. Another program wrote it (polars for Python), so that it holds nothing but what the form says.

use encours_core::ledger::Snapshot;

fn stored() -> Snapshot {
    let table = |bytes: &[u8]| std::sync::Arc::from(bytes);
    Snapshot {
        invoices: table(include_bytes!("../golden/ledger-1-invoices.parquet")),
        payments: table(include_bytes!("../golden/ledger-1-payments.parquet")),
    }
}

#[test]
fn a_ledger_without_the_newer_kinds_of_payment() {
    let ledger = stored().ledger().unwrap();
    let day = |day: Option<encours_domain::Day>| day.map_or("-".to_owned(), |day| day.to_string());
    let invoices: Vec<String> = ledger
        .invoice_rows()
        .iter()
        .map(|row| {
            format!(
                "{} {}/{} {} {} {} {} {} {} {} {} {} {}",
                row.client_id,
                row.invoice_id,
                row.instalment_no,
                row.issue_date,
                row.due_date,
                row.due_date_origin.code(),
                row.amount,
                row.kind.code(),
                row.corrects.as_deref().unwrap_or("-"),
                row.entity.as_deref().unwrap_or("-"),
                row.means_of_payment.as_deref().unwrap_or("-"),
                day(row.disputed_on),
                row.attributes.iter().map(|name| name.as_deref().unwrap_or("-")).collect::<String>(),
            )
        })
        .collect();
    assert_eq!(
        invoices,
        [
            "C1 F1/1 2024-01-10 2024-02-09 stated 1200.00 EUR invoice - - - - Atelier",
            "C1 F2/1 2024-02-10 2024-03-11 legal default 600.00 EUR invoice - - cheque 2024-03-01 Atelier",
            "C1 F3/1 2024-03-10 2024-04-09 contract 600.00 EUR invoice - - - - -",
            "C1 A1/1 2024-03-11 2024-03-11 stated -100.00 EUR credit note F1 Nord - - -",
            "C2 F1/1 2024-01-10 2024-02-09 usual terms 50.00 EUR invoice - - - - -",
            "C2 F1/2 2024-01-10 2024-03-09 usual terms 50.00 EUR invoice - - - - -",
        ]
    );
    let payments: Vec<String> = ledger
        .payment_rows()
        .iter()
        .map(|row| {
            let (kind, origin) = (row.kind.code(), row.origin.code());
            format!("{} {} {} {kind} {origin} {}", row.invoice_id, row.amount, row.paid_date, row.known_on)
        })
        .collect();
    assert_eq!(
        payments,
        [
            "F1 1000.00 EUR 2024-02-12 payment stated 2024-02-12",
            "F1 -1000.00 EUR 2024-02-15 reversal matched by letter 2024-02-15",
            "F1 1080.00 EUR 2024-03-15 bill matured matched by reference 2024-03-15",
            "F1 20.00 EUR 2024-03-15 discount matched by amount 2024-03-16",
            "F2 200.00 EUR 2024-04-01 set-off oldest first 2024-04-01",
            "F2 400.00 EUR 2024-09-01 write-off stated 2024-09-01",
        ]
    );
    // Today's form of the same rows is read as the same ledger, and the book has every one of them.
    let today = Snapshot::write(&ledger).unwrap();
    assert_eq!(today.ledger().unwrap(), ledger);
    assert_eq!(stored().book(&encours_core::ledger::ReadOptions::default()).unwrap().invoices(), 6);
}
