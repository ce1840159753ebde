//! Generated lives of clients, written as FEC in every form by the test's own writer and read back to the cent.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "what a test relies on may fail the test")]

mod lives;

use std::collections::BTreeMap;

use encours_domain::accounting::{Item, Journal, Options, Understood, understand};
use encours_domain::ledger::{DueDateOrigin, InvoiceRow, PaymentRow, Place};
use encours_domain::reader::read_fec;
use lives::{Form, Told, life_of_books, written};
use proptest::prelude::*;

const NOWHERE: Place = Place { file: 0, line: 0 };

/// Rows without the place where they stood, sorted.
fn rows(understood: &Understood) -> (Vec<InvoiceRow>, Vec<PaymentRow>) {
    let place = NOWHERE;
    let mut invoices: Vec<InvoiceRow> =
        understood.rows.invoices.iter().map(|row| InvoiceRow { place, ..row.clone() }).collect();
    invoices.sort_by(|left, right| format!("{left:?}").cmp(&format!("{right:?}")));
    let mut payments: Vec<PaymentRow> =
        understood.rows.payments.iter().map(|row| PaymentRow { place, ..row.clone() }).collect();
    payments.sort_by(|left, right| format!("{left:?}").cmp(&format!("{right:?}")));
    (invoices, payments)
}

fn told(understood: &Understood) -> Told {
    let mut invoices: Vec<_> = understood
        .rows
        .invoices
        .iter()
        .map(|row| {
            (row.client_id.clone(), row.invoice_id.clone(), row.issue_date, row.amount.minor(), row.corrects.clone())
        })
        .collect();
    invoices.sort();
    let mut payments: Vec<_> = understood
        .rows
        .payments
        .iter()
        .map(|row| {
            (row.client_id.clone().unwrap(), row.invoice_id.clone(), row.paid_date, row.amount.minor(), row.kind)
        })
        .collect();
    payments.sort();
    Told { invoices, payments }
}

/// Each invoice stands once, and no payment goes beyond what is left of it, in the order of days: the ledger's own
/// check refuses anything else.
fn within_claims(understood: &Understood) {
    let mut room: BTreeMap<(&str, &str, u32), i64> = BTreeMap::new();
    for row in &understood.rows.invoices {
        let key = (row.client_id.as_str(), row.invoice_id.as_str(), row.instalment_no);
        assert_eq!(room.insert(key, row.amount.minor()), None, "{key:?} stands twice");
    }
    for row in &understood.rows.invoices {
        if let Some(corrected) = &row.corrects {
            let left = room.get_mut(&(row.client_id.as_str(), corrected.as_str(), 1)).expect("an invoice to correct");
            *left += row.amount.minor();
            assert!(*left >= 0, "{row:?}");
        }
    }
    let mut payments: Vec<&PaymentRow> = understood.rows.payments.iter().collect();
    payments.sort_by_key(|row| (row.paid_date, row.amount.minor() < 0, row.amount.minor(), row.kind));
    for row in payments {
        let client = row.client_id.as_deref().expect("a client");
        let key = (client, row.invoice_id.as_str(), row.instalment_no.expect("an instalment"));
        let left = room.get_mut(&key).expect("an invoice to pay");
        let amount = row.amount.minor();
        assert!(amount <= 0 || amount <= *left, "{row:?} beyond {left}");
        *left -= amount;
    }
}

fn sound(understood: &Understood) {
    within_claims(understood);
    let reconciliation = &understood.reconciliation;
    for client in reconciliation.clients.iter().chain([&reconciliation.total]) {
        assert_eq!((client.difference(), client.open_difference()), (0, 0), "{client:?}");
    }
}

fn read_all(files: &[Vec<u8>]) -> Journal {
    let journals: Vec<Journal> = files
        .iter()
        .enumerate()
        .map(|(at, bytes)| {
            let (journal, report) = read_fec(&format!("file {at}"), bytes);
            assert_eq!(report.faults, []);
            journal
        })
        .collect();
    let (journal, told) = Journal::union(journals);
    assert_eq!(told, []);
    journal
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn books_come_back_in_every_form(books in life_of_books(), form in Form::any()) {
        let files: Vec<Vec<u8>> = books.years().map(|year| written(&year, form)).collect();
        let understood = understand(&read_all(&files), &Options::default());
        sound(&understood);
        prop_assert_eq!(told(&understood), books.told());
        let total = &understood.reconciliation.total;
        for item in [Item::Unexplained, Item::OpeningDifference, Item::Opening] {
            prop_assert_eq!(total.sums.of(item), 0);
        }
        prop_assert_eq!((total.unallocated_credits, total.unplaced_debits), (0, 0));
        for row in understood.rows.invoices.iter().filter(|row| row.amount.minor() > 0) {
            if form.with_due {
                prop_assert_eq!((row.due_date, row.due_date_origin), (books.due(row), DueDateOrigin::Stated));
            } else {
                prop_assert_eq!((row.due_date, row.due_date_origin), (row.issue_date.plus(30).unwrap(), DueDateOrigin::LegalDefault));
            }
        }
    }

    #[test]
    fn order_leaves_no_trace(books in life_of_books(), lettered in any::<bool>(), bare in any::<bool>(), seed in any::<u64>()) {
        let books = if lettered { books } else { books.without_letters() };
        let form = Form::PLAIN;
        let years: Vec<_> = books.years().map(|year| if bare { lives::bare(&year) } else { year }).collect();
        let files: Vec<Vec<u8>> = years.iter().map(|year| written(year, form)).collect();
        let whole = understand(&read_all(&files), &Options::default());
        sound(&whole);
        let expected = rows(&whole);

        let shuffled: Vec<Vec<u8>> = years.iter().rev().map(|year| written(&lives::shuffled(year, seed), form)).collect();
        let again = understand(&read_all(&shuffled), &Options::default());
        prop_assert_eq!(rows(&again), expected.clone());
        prop_assert_eq!(&again.reconciliation, &whole.reconciliation);

        // Year by year through the stored form, the later year first.
        let mut stored = Journal::default();
        for file in files.iter().rev() {
            let (new, _) = read_fec("new", file);
            let text = Journal::union([stored, new]).0.to_fec();
            let (back, report) = read_fec("stored", text.as_bytes());
            prop_assert_eq!(report.faults, []);
            prop_assert_eq!(back.to_fec(), text);
            stored = back;
        }
        let by_year = understand(&stored, &Options::default());
        prop_assert_eq!(rows(&by_year), expected.clone());
        prop_assert_eq!(&by_year.reconciliation, &whole.reconciliation);

        // A provisional export of the first half of the last year, and a file twice.
        let half = written(&lives::first_half(&years[2]), form);
        let overlapping = [1, 0, 2, 0].map(|year: usize| files[year].clone());
        let overlapping = [&overlapping[..2], &[half], &overlapping[2..]].concat();
        let once = understand(&read_all(&overlapping), &Options::default());
        prop_assert_eq!(rows(&once), expected);
        prop_assert_eq!(&once.reconciliation, &whole.reconciliation);
    }

    #[test]
    fn broken_files_are_told_and_reconciled(
        books in life_of_books(),
        form in Form::any(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3_u8), 1..40),
    ) {
        let year = books.years().next().unwrap();
        let mut bytes = written(&year, form);
        for (at, byte, change) in changes {
            let at = at.index(bytes.len());
            match change {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.insert(at, byte),
            }
        }
        let (journal, _) = read_fec("f", &bytes);
        sound(&understand(&journal, &Options::default()));
    }

    #[test]
    fn any_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let (journal, _) = read_fec("f", &bytes);
        sound(&understand(&journal, &Options::default()));
    }
}
