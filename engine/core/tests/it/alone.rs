//! One client alone is the same client in the portfolio, bit for bit, on any number of threads, run after run.

use encours_core::assessment::{Beside, Context, Request, Subject, Trade, assess};
use encours_core::ledger::Book;
use encours_core::policy::{RawQuote, Terms};
use encours_domain::ledger::LedgerRows;
use encours_domain::{Currency, Money};
use proptest::prelude::*;

use crate::support::{START, Wild, book_of, client_name, day, plans, rows_of, sample, told};

const TODAY: i32 = START + 170;

pub fn on_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Only the rows of one client.
fn only(rows: &LedgerRows, client: &str) -> LedgerRows {
    let mut rows = rows.clone();
    rows.invoices.retain(|row| row.client_id == client);
    rows.payments.retain(|row| row.client_id.as_deref() == Some(client));
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_client_alone_is_the_client_among_others(plans in plans(Wild::Rich, 6, 14)) {
        let rows = rows_of(&plans);
        let model = &sample().model;
        let together = told(&book_of(rows.clone()), model, TODAY);
        for place in 0..plans.len() {
            let name = client_name(place);
            let alone = told(&book_of(only(&rows, &name)), model, TODAY);
            let own: Vec<_> = together.iter().filter(|(client, _)| *client == name).cloned().collect();
            prop_assert_eq!(alone, own);
        }
    }

    #[test]
    fn the_number_of_threads_leaves_no_trace(plans in plans(Wild::Rich, 12, 10)) {
        let rows = rows_of(&plans);
        let run = || told(&book_of(rows.clone()), &sample().model, TODAY);
        let expected = on_threads(1, run);
        for threads in [1, 2, 3, 8] {
            prop_assert_eq!(&on_threads(threads, run), &expected, "{} threads", threads);
        }
    }
}

/// The whole sample, read, trained and scored on one thread and on several, is the same model and the same lines.
#[test]
fn the_sample_is_trained_and_scored_alike_on_any_number_of_threads() {
    use encours_core::features::Horizons;
    use encours_core::portfolio::{ScoringModel, TrainSettings, rescore, train};
    let sample = sample();
    let run = |threads: usize| {
        on_threads(threads, || {
            let settings = TrainSettings::new(sample.as_of, Horizons::standard(), &sample.ledger_hash);
            let artefact = train(&sample.book, &settings).unwrap();
            let json = artefact.to_json().unwrap();
            let model = ScoringModel::new(artefact).unwrap();
            let rescored = rescore(&sample.book, &model, sample.as_of, &|_| &[]).unwrap();
            let mut parquet = Vec::new();
            rescored.write_parquet(&sample.book, None, &mut parquet).unwrap();
            (json, format!("{:?}", rescored.lines))
        })
    };
    let expected = run(1);
    for threads in [2, 3, 8] {
        let found = run(threads);
        assert!(found.0 == expected.0, "another model on {threads} threads");
        assert!(found.1 == expected.1, "other lines on {threads} threads");
    }
}

/// The chances of an answer are the chances of the portfolio's line when both look at the same invoice: here through a
/// book that holds one client, asked on every number of threads.
#[test]
fn an_answer_is_the_same_bytes_again_and_on_any_thread() {
    let sample = sample();
    for client in ["C-0012", "C-0100", "C-0399"] {
        let number = sample.book.clients().number(client).unwrap();
        let facts = sample.siren_of(number).map(|siren| sample.facts_of(&siren)).unwrap_or_default();
        let ask = || answer(&sample.book, client, &facts);
        let expected = on_threads(1, ask);
        for threads in [1, 2, 8] {
            assert_eq!(on_threads(threads, ask), expected);
        }
    }
}

fn answer(book: &Book, client: &str, facts: &[encours_domain::fact::Fact]) -> String {
    let sample = sample();
    let context = Context {
        book: Some(book),
        ledger_hash: &sample.ledger_hash,
        facts,
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
    let quote = RawQuote { terms: Some(Terms::net(45)), ..RawQuote::of(Money::from_minor(1_800_000, Currency::EUR)) };
    let request = Request { as_of: day(sample.as_of.number()), subject: Subject::Client(client), quote };
    assess(&context, &request).unwrap().to_json()
}
