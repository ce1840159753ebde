//! Missing evidence never helps: a present fact turned into one that was not fetched never turns another verdict into
//! an approval. Through the whole answer, for every client of the sample.

use std::collections::BTreeSet;

use encours_core::assessment::{Beside, Context, Request, Subject, Trade, assess};
use encours_core::policy::{RawQuote, Terms};
use encours_domain::fact::{Fact, FactKind};
use encours_domain::{Currency, Money, Share, Siren, Verdict};

use crate::support::sample;

fn quotes() -> Vec<RawQuote> {
    let quote = |cents, terms, deposit| RawQuote {
        margin: Some(Share::new(0.25).unwrap()),
        terms,
        deposit: Share::new(deposit).unwrap(),
        ..RawQuote::of(Money::from_minor(cents, Currency::EUR))
    };
    vec![
        quote(30_000, Some(Terms::net(30)), 0.0),
        quote(400_000, Some(Terms::net(45)), 0.0),
        quote(1_800_000, None, 0.3),
        quote(900_000, Some(Terms::net(60)), 1.0),
    ]
}

fn verdict(client: &str, facts: &[Fact], quote: &RawQuote) -> Verdict {
    verdict_of(Subject::Client(client), facts, quote)
}

fn verdict_of(subject: Subject<'_>, facts: &[Fact], quote: &RawQuote) -> Verdict {
    let sample = sample();
    let context = Context {
        book: Some(&sample.book),
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
    let request = Request { as_of: sample.as_of, subject, quote: quote.clone() };
    assess(&context, &request).unwrap().verdict
}

/// The facts without every one of these kinds: nobody asked for them.
fn without(facts: &[Fact], kinds: &[FactKind]) -> Vec<Fact> {
    facts.iter().filter(|fact| !kinds.contains(&fact.kind)).cloned().collect()
}

#[test]
fn a_fact_not_fetched_never_makes_an_approval() {
    let sample = sample();
    let accounts = [
        FactKind::Equity,
        FactKind::Turnover,
        FactKind::NetResult,
        FactKind::AccountsClosedOn,
        FactKind::AccountsStatus,
    ];
    let (mut seen, mut adverse) = ([0; 2], 0);
    for number in 0..sample.book.clients().len() {
        let client = sample.book.clients().text(number);
        let Some(siren) = sample.siren_of(number) else { continue };
        let facts = sample.facts_of(&siren);
        let kinds: BTreeSet<FactKind> = facts.iter().map(|fact| fact.kind).collect();
        let kinds: Vec<FactKind> = kinds.into_iter().collect();
        for quote in quotes() {
            let known = verdict(client, &facts, &quote);
            seen[usize::from(known.is_approval())] += 1;
            if known.is_approval() {
                continue;
            }
            adverse += 1;
            let mut poorer: Vec<Vec<Fact>> = kinds.iter().map(|&kind| without(&facts, &[kind])).collect();
            poorer.push(without(&facts, &accounts));
            poorer.push(without(&facts, &kinds));
            for poorer in poorer {
                let found = verdict(client, &poorer, &quote);
                assert!(
                    !found.is_approval(),
                    "{client}: {known:?} became {found:?} with {} of {} facts",
                    poorer.len(),
                    facts.len()
                );
            }
        }
    }
    assert!(seen.iter().all(|&count| count > 50) && adverse > 50, "the sample shows one side only: {seen:?}");
}

/// Two kinds at once.
#[test]
fn nor_do_two_kinds_at_once() {
    let sample = sample();
    let quote = &quotes()[1];
    for number in (0..sample.book.clients().len()).step_by(7) {
        let client = sample.book.clients().text(number);
        let Some(siren) = sample.siren_of(number) else { continue };
        let facts = sample.facts_of(&siren);
        if verdict(client, &facts, quote).is_approval() {
            continue;
        }
        // A kind of which nothing is known cannot go missing.
        let kinds: BTreeSet<FactKind> = facts.iter().map(|fact| fact.kind).collect();
        for kind in &kinds {
            for other in &kinds {
                let found = verdict(client, &without(&facts, &[*kind, *other]), quote);
                assert!(!found.is_approval(), "{client} without {kind:?} and {other:?}");
            }
        }
    }
}

/// Prospects whom the local register knows whole: their signals of identity and fraud are in play, too.
#[test]
fn nor_for_prospects_with_everything_that_a_register_tells() {
    let today = sample().as_of;
    let (all, report) = encours_domain::reader::read_facts("register.csv", encours_datasets::sample::REGISTER, today);
    assert!(report.is_clean(), "{report:?}");
    let sirens: BTreeSet<&Siren> = all.iter().map(|fact| &fact.subject).collect();
    let (mut approved, mut referred) = (0, 0);
    for siren in sirens {
        let facts: Vec<Fact> = all.iter().filter(|fact| fact.subject == *siren).cloned().collect();
        let kinds: BTreeSet<FactKind> = facts.iter().map(|fact| fact.kind).collect();
        let kinds: Vec<FactKind> = kinds.into_iter().collect();
        for quote in quotes() {
            if verdict_of(Subject::Siren(siren), &facts, &quote).is_approval() {
                approved += 1;
                continue;
            }
            referred += 1;
            for kind in &kinds {
                let found = verdict_of(Subject::Siren(siren), &without(&facts, &[*kind]), &quote);
                assert!(!found.is_approval(), "{siren} without {kind:?}");
            }
        }
    }
    assert!(approved > 20 && referred > 20, "one side only: {approved}, {referred}");
}
