//! Whoever was read once is asked again for other amounts and terms: nothing may be said that a fresh reading would not say.

use encours_core::assessment::{Beside, Context, Prepared, Request, Subject, Trade, assess, assess_prepared};
use encours_core::features::{ClientState, Cut, Reading, Shape, registry};
use encours_core::policy::{RawQuote, Terms};
use encours_domain::{Currency, Money, Share};
use proptest::prelude::*;

use crate::support::{Wild, book_of, day, horizons, plans, priors, rows_of, sample};

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// What a client was foretold is kept by the bins of the features that say they read the amount.
    #[test]
    fn features_that_do_not_say_so_never_read_the_amount(
        plans in plans(Wild::Rich, 2, 30), amounts in prop::collection::vec(0_i64..100_000_000, 2..6),
    ) {
        let book = book_of(rows_of(&plans));
        let (today, priors) = (20_700, priors());
        let mut state = ClientState::new(&horizons(), priors.paying_week);
        for number in 0..book.clients().len() {
            let view = book.client(number);
            state.load(view).unwrap();
            state.advance(view, Cut::start_of(today));
            for place in 0..horizons().days().len() {
                for feature in registry::all().filter(|feature| !feature.of_amount) {
                    let of = |amount: &i64| {
                        let shape = Shape { issued: today, due: today + 30, amount: *amount };
                        let reading = Reading::new(&state, &priors, place, shape, today).unwrap();
                        ((feature.value)(&reading).to_bits(), (feature.says)(&reading))
                    };
                    prop_assert!(amounts.iter().map(of).all(|one| one == of(&amounts[0])), "{}", feature.name);
                }
            }
        }
    }
}

#[test]
fn a_subject_that_was_read_answers_as_a_fresh_one() {
    let sample = sample();
    let as_of = day(sample.as_of.number());
    for client in ["C-0012", "C-0100", "C-0399"] {
        let number = sample.book.clients().number(client).unwrap();
        let facts = sample.siren_of(number).map(|siren| sample.facts_of(&siren)).unwrap_or_default();
        let context = Context {
            book: Some(&sample.book),
            ledger_hash: &sample.ledger_hash,
            facts: &facts,
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
        let prepared = Prepared::read(&context, Subject::Client(client), as_of).unwrap();
        for step in 0_i64..60 {
            let amount = Money::from_minor(10_000 + step * step * 4_321, Currency::EUR);
            let terms = Some(Terms::net(u16::try_from(step * 7 % 61).unwrap()));
            let deposit = if step % 4 == 0 { Share::new(0.3).unwrap() } else { Share::NONE };
            let quote = RawQuote { terms, deposit, ..RawQuote::of(amount) };
            let request = Request { as_of, subject: Subject::Client(client), quote: quote.clone() };
            let fresh = assess(&context, &request).unwrap().to_json();
            // Twice: the second time from what was kept.
            for _ in 0..2 {
                let kept = assess_prepared(&context, &prepared, &quote).unwrap().to_json();
                assert_eq!(kept, fresh, "{client} {amount}");
            }
        }
    }
}
