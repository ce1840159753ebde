//! The leak guard: what becomes known on a day or later changes nothing that is read on the morning of that day.

use encours_core::assessment::{Beside, Context, Request, Subject, Trade, assess};
use encours_core::ledger::Book;
use encours_core::policy::RawQuote;
use encours_domain::ledger::LedgerRows;
use encours_domain::{Currency, Money};
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, day, features_of, plans, rows_of, sample, told};

/// What of these rows was known before a day.
fn known_before(rows: &LedgerRows, today: i32) -> LedgerRows {
    let today = day(today);
    let mut rows = rows.clone();
    rows.invoices.retain(|invoice| invoice.known_on.max(invoice.issue_date) < today);
    for invoice in &mut rows.invoices {
        invoice.disputed_on = invoice.disputed_on.filter(|&disputed| disputed < today);
        invoice.dispute_closed_on = invoice.dispute_closed_on.filter(|&closed| closed < today);
    }
    let known: Vec<String> = rows.invoices.iter().map(|invoice| invoice.invoice_id.clone()).collect();
    rows.payments
        .retain(|payment| payment.known_on.max(payment.paid_date) < today && known.contains(&payment.invoice_id));
    rows
}

fn whole_and_known() -> impl Strategy<Value = (LedgerRows, LedgerRows, i32)> {
    (plans(Wild::Rich, 3, 16), 1_i32..260).prop_map(|(plans, after)| {
        let rows = rows_of(&plans);
        let known = known_before(&rows, START + after);
        (rows, known, START + after)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn later_events_change_no_feature((whole, known, today) in whole_and_known()) {
        prop_assume!(!known.invoices.is_empty());
        let (whole, known) = (book_of(whole), book_of(known));
        for client in 0..known.clients().len() {
            let there = whole.clients().number(known.clients().text(client)).unwrap();
            prop_assert_eq!(features_of(&whole, there, today), features_of(&known, client, today));
        }
    }

    #[test]
    fn nor_a_line_of_the_evening_before((whole, known, today) in whole_and_known()) {
        prop_assume!(!known.invoices.is_empty());
        let model = &sample().model;
        let (whole, known) = (told(&book_of(whole), model, today), told(&book_of(known), model, today));
        prop_assert_eq!(whole, known);
    }

    #[test]
    fn nor_an_answer((whole, known, today) in whole_and_known()) {
        prop_assume!(!known.invoices.is_empty());
        let (whole, known) = (book_of(whole), book_of(known));
        for client in 0..known.clients().len() {
            let name = known.clients().text(client);
            prop_assert_eq!(answer(&whole, name, today), answer(&known, name, today));
        }
    }
}

/// Two invoices alike in all but what was paid on them; a dispute that comes later must not let them change places.
#[test]
fn a_later_dispute_of_one_of_two_twins_changes_nothing() {
    let book = |disputed: Option<(&str, i32)>| {
        let mut rows = LedgerRows { files: vec!["a.csv".to_owned()], ..LedgerRows::default() };
        for number in ["1", "2"] {
            let mut invoice = crate::support::invoice("C", number, START, START + 30, 20_000);
            let later = disputed.filter(|(one, _)| *one == number);
            invoice.disputed_on = later.map(|(_, after)| day(START + after));
            rows.invoices.push(invoice);
        }
        rows.payments.push(crate::support::payment("1", START + 10, 15_000));
        let mut discount = crate::support::payment("1", START + 50, 5_000);
        discount.kind = encours_domain::ledger::PaymentKind::Discount;
        rows.payments.push(discount);
        rows.payments.push(crate::support::payment("2", START + 50, 20_000));
        book_of(rows)
    };
    let expected = (told(&book(None), &sample().model, START + 60), answer(&book(None), "C", START + 60));
    for number in ["1", "2"] {
        let later = book(Some((number, 70)));
        assert_eq!((told(&later, &sample().model, START + 60), answer(&later, "C", START + 60)), expected);
    }
}

/// The answer, which names the hash of the slice that was read and not that of the whole ledger.
fn answer(book: &Book, client: &str, today: i32) -> String {
    let sample = sample();
    let context = Context {
        book: Some(book),
        ledger_hash: "",
        facts: &[],
        facts_hash: "",
        beside: Beside::default(),
        trade: Trade::default(),
        model: &sample.model,
        failure_model: None,
        quartiles: None,
        set_limit: None,
        group: &[],
        policy: &sample.policy,
        law: &sample.law,
    };
    let quote = RawQuote::of(Money::from_minor(90_000, Currency::EUR));
    let request = Request { as_of: day(today), subject: Subject::Client(client), quote };
    assess(&context, &request).unwrap().to_json()
}
