//! Reasons say what is so: each sentence is held against the values of the features that it speaks of.

use encours_core::assessment::{Assessment, Beside, Context, Request, Subject, Trade, assess};
use encours_core::features::{Cut, Reading, Shape, registry};
use encours_core::policy::{RawQuote, Terms};
use encours_domain::{Currency, Money};

use crate::support::{Sample, sample};

fn context(sample: &Sample) -> Context<'_> {
    Context {
        book: Some(&sample.book),
        ledger_hash: &sample.ledger_hash,
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
    }
}

fn ask(sample: &Sample, subject: Subject<'_>, cents: i64) -> Assessment {
    let quote = RawQuote { terms: Some(Terms::net(45)), ..RawQuote::of(Money::from_minor(cents, Currency::EUR)) };
    assess(&context(sample), &Request { as_of: sample.as_of, subject, quote }).unwrap()
}

/// Words of a sentence, a feature, and what its value must be for them to be true.
type Truth = (&'static str, &'static str, fn(f64) -> bool);

const TRUTHS: &[Truth] = &[
    ("owes nothing past due", "overdue_amount", |value| value <= 0.0),
    ("owes amounts past due", "overdue_amount", |value| value > 0.0),
    ("has no invoice past due", "overdue_count", |value| value <= 0.0),
    ("has invoices past due", "overdue_count", |value| value >= 1.0),
    ("nothing of what it owes is past due", "overdue_share", |value| value <= 0.0),
    ("much of what it owes is past due", "overdue_share", |value| value >= 0.5),
    ("no invoice waits past its due date", "oldest_overdue", |value| value <= 0.0),
    ("has been waiting for long", "oldest_overdue", |value| value >= 30.0),
    ("came back unpaid", "bounces", |value| value >= 1.0),
    ("no debit or cheque came back", "bounces", |value| value <= 0.0),
    ("of the usual size", "amount_ratio", |value| value < 10.0),
    ("much larger than usual", "amount_ratio", |value| value > 1.0),
    ("its delays are shrinking", "days_trend", |value| value < 0.0),
    ("its delays are growing", "days_trend", |value| value > 0.0),
    ("last payment on or before the due date", "days_last", |value| value <= 0.0),
    ("last payment well after", "days_last", |value| value >= 5.0),
    ("its payment dates are regular", "days_spread", |value| value <= 5.0),
    ("no invoice that was paid dragged on", "days_worst", |value| value <= 15.0),
    // Whatever is said of payments needs one.
    ("debit or cheque", "days_last", |value| !value.is_nan()),
    ("payment", "days_last", |value| !value.is_nan()),
    ("has paid", "days_last", |value| !value.is_nan()),
    ("pays", "days_last", |value| !value.is_nan()),
    ("no history with us", "amount_ratio", f64::is_nan),
    ("no invoice paid yet", "days_last", f64::is_nan),
];

#[test]
fn no_sentence_is_false() {
    let sample = sample();
    let (mut said, mut checked) = (0, 0);
    for number in 0..sample.book.clients().len() {
        let view = sample.book.client(number);
        let mut state = sample.model.state();
        state.load(view).unwrap();
        state.advance(view, Cut::start_of(sample.as_of.number()));
        for cents in [50_000, 1_800_000, 25_000_000] {
            let assessment = ask(sample, Subject::Client(sample.book.clients().text(number)), cents);
            let issued = assessment.quote.expected_invoice_date.number();
            let shape = Shape { issued, due: issued + 45, amount: cents * 12 / 10 };
            let place = sample.model.horizons().days().iter().position(|&days| days == sample.model.headline_over());
            let priors = sample.model.priors();
            let reading = Reading::new(&state, priors, place.unwrap(), shape, sample.as_of.number()).unwrap();
            for reason in assessment.reasons.iter().filter(|reason| reason.points.is_some()) {
                said += 1;
                for (words, feature, holds) in TRUTHS.iter().filter(|(words, _, _)| reason.en.contains(words)) {
                    checked += 1;
                    let value = (registry::find(feature).unwrap().value)(&reading);
                    assert!(
                        holds(value),
                        "{:?}: “{}” says {words:?}, {feature} is {value}",
                        assessment.client,
                        reason.en
                    );
                }
                // A further column's values are the file's own words.
                let own_words = reason.code.starts_with("ATTRIBUTE_");
                assert!(own_words || !reason.fr.contains('\''), "{reason:?}");
                assert!(!reason.fr.contains('{') && !reason.en.contains('{'), "{reason:?}");
            }
        }
    }
    assert!(said > 5_000 && checked > said / 3, "{said} sentences, {checked} held against a value");
}

#[test]
fn whoever_has_no_history_hears_it_once() {
    let sample = sample();
    let stranger = "552032534".parse().unwrap();
    for cents in [50_000, 1_800_000, 25_000_000] {
        let assessment = ask(sample, Subject::Siren(&stranger), cents);
        let scored = || assessment.reasons.iter().filter(|reason| reason.points.is_some());
        for reason in scored() {
            let of_the_quote = reason.code.ends_with("_WEEKDAY") || reason.code.starts_with("ATTRIBUTE_");
            assert!(of_the_quote || reason.code == "NO_HISTORY", "{reason:?}");
        }
        assert_eq!(scored().filter(|reason| reason.code == "NO_HISTORY").count(), 1);
        let points: i32 = scored().filter_map(|reason| reason.points).sum();
        assert_eq!(assessment.late.base_points + points, assessment.late.score);
    }
}

#[test]
fn later_horizons_are_rarer() {
    let sample = sample();
    let (mut rarer, mut all) = (0, 0);
    for number in 0..sample.book.clients().len() {
        let over = ask(sample, Subject::Client(sample.book.clients().text(number)), 1_800_000).late.over;
        let at = |days: u16| over.iter().find(|(horizon, _)| *horizon == days).unwrap().1;
        assert!(at(30) >= at(60) && at(60) >= at(90));
        all += 1;
        rarer += usize::from(at(60) < at(30) && at(90) < at(60));
    }
    assert!(rarer * 100 >= all * 95, "{rarer} of {all}");
}
