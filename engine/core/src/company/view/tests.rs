use super::*;
use encours_domain::{Currency, Money};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn fact(kind: &str, value: &str, valid_from: &str, known_from: &str) -> Fact {
    Fact {
        subject: "732829320".parse().unwrap(),
        kind: FactKind::parse(kind).unwrap(),
        value: value.to_owned(),
        valid_from: day(valid_from),
        known_from: day(known_from),
        source: "register".to_owned(),
        fetched_on: None,
        answer: None,
    }
}

/// A company in order, with accounts closed at the end of 2024 and published in June 2025.
fn in_order() -> Vec<Fact> {
    let born = |kind, value| fact(kind, value, "2010-03-01", "2010-03-11");
    let accounts = |kind, value| fact(kind, value, "2024-12-31", "2025-06-10");
    vec![
        born("name", "Menuiserie du Val"),
        born("legal_form", "5710"),
        born("state", "active"),
        born("proceedings", "none"),
        born("created_on", "2010-03-01"),
        born("size", "10-49"),
        accounts("accounts_status", "public"),
        accounts("accounts_closed_on", "2024-12-31"),
        accounts("equity", "250000.00"),
        accounts("turnover", "1200000"),
        accounts("net_result", "-3000"),
    ]
}

fn without(kind: &str) -> Vec<Fact> {
    let kind = FactKind::parse(kind).unwrap();
    in_order().into_iter().filter(|fact| fact.kind != kind).collect()
}

fn with(extra: Fact) -> Vec<Fact> {
    let mut facts = in_order();
    facts.push(extra);
    facts
}

fn on(facts: &[Fact], text: &str) -> CompanyView {
    CompanyView::as_known_on(facts, day(text), u16::MAX)
}

#[test]
fn reads_what_was_public_on_the_day_and_nothing_later() {
    let view = on(&in_order(), "2026-05-31");
    let accounts = view.accounts.present().unwrap();
    assert_eq!(*accounts.equity.present().unwrap(), Money::parse("250000", Currency::EUR).unwrap());
    assert_eq!(view.natural_person, Known::Present(false));
    assert!(view.missing().iter().all(|note| note.what == "sector"));
    // The day before publication nobody could know.
    assert_eq!(on(&in_order(), "2025-06-09").accounts, Known::Missing(MissingKind::NotFetched));
    assert_eq!(on(&in_order(), "2010-03-10").state, Known::Missing(MissingKind::NotFetched));
    assert_eq!(view.sources, [SourceNote { name: "register".into(), fetched_at: None, known_from: day("2025-06-10") }]);
}

#[test]
fn the_fact_published_last_counts() {
    let opened = fact("proceedings", "liquidation", "2026-05-04", "2026-05-20");
    assert_eq!(on(&with(opened.clone()), "2026-05-19").proceedings, Known::Present(Proceedings::None));
    assert_eq!(on(&with(opened.clone()), "2026-05-20").proceedings, Known::Present(Proceedings::Liquidation));
    // A stale all-clear of the same day does not hide it, and the order of the list does not matter.
    let mut both = with(opened);
    both.push(fact("proceedings", "none", "2026-05-04", "2026-05-20"));
    assert_eq!(on(&both, "2026-05-31").proceedings, Known::Present(Proceedings::Liquidation));
    both.reverse();
    assert_eq!(on(&both, "2026-05-31").proceedings, Known::Present(Proceedings::Liquidation));
}

#[test]
fn a_word_that_nobody_knows_is_not_fetched() {
    let odd = fact("proceedings", "moratorium", "2026-05-04", "2026-05-20");
    assert_eq!(on(&with(odd), "2026-05-31").proceedings, Known::Missing(MissingKind::NotFetched));
}

#[test]
fn why_accounts_are_missing() {
    let status = |word| with(fact("accounts_status", word, "2025-12-31", "2026-05-01"));
    let young = |born: &str| vec![fact("legal_form", "5710", born, born), fact("created_on", born, born, born)];
    for (what, facts, on_day, kind) in [
        ("confidential", status("confidential"), "2026-05-31", MissingKind::Confidential),
        ("said to be overdue", status("overdue"), "2026-05-31", MissingKind::Overdue),
        ("older than 24 months", in_order(), "2027-01-02", MissingKind::Overdue),
        ("no status", without("accounts_status"), "2026-05-31", MissingKind::NotFetched),
        ("too young", young("2025-06-01"), "2026-05-31", MissingKind::NotApplicable),
        ("old enough", young("2024-06-01"), "2026-05-31", MissingKind::NotFetched),
        (
            "sole trader",
            vec![fact("legal_form", "1000", "2010-01-01", "2010-01-01")],
            "2026-05-31",
            MissingKind::NotApplicable,
        ),
        ("nothing at all", Vec::new(), "2026-05-31", MissingKind::NotFetched),
    ] {
        assert_eq!(on(&facts, on_day).accounts, Known::Missing(kind), "{what}");
    }
    assert!(on(&in_order(), "2027-01-01").accounts.present().is_some());
    // Where only ratios were published the income statement is read, and equity is said to be missing.
    let accounts = on(&without("equity"), "2026-05-31").accounts;
    let accounts = accounts.present().unwrap();
    assert_eq!(accounts.equity, Known::Missing(MissingKind::NotFetched));
    assert!(accounts.net_result.present().is_some() && accounts.lack_evidence());
}

#[test]
fn figures_of_another_year_are_not_mixed_in() {
    let late = fact("turnover", "9000000", "2025-12-31", "2026-05-01");
    let accounts = *on(&with(late), "2026-05-31").accounts.present().unwrap();
    assert_eq!(accounts.turnover, Known::Missing(MissingKind::NotFetched));
    assert!(accounts.lack_evidence());
    // Older accounts published late replace nothing.
    let older = fact("equity", "-1", "2023-12-31", "2026-05-01");
    assert_eq!(
        on(&with(older), "2026-05-31").accounts.present().unwrap().equity.present().unwrap().minor(),
        25_000_000
    );
}

#[test]
fn figures_keep_the_age_of_their_own_closing() {
    // A notice says that later accounts were filed; nobody has read them.
    let mut filed = with(fact("accounts_closed_on", "2025-12-31", "2025-12-31", "2026-05-01"));
    filed.push(fact("accounts_status", "public", "2025-12-31", "2026-05-01"));
    let accounts = *on(&filed, "2026-05-31").accounts.present().unwrap();
    assert_eq!((accounts.closed_on, accounts.equity.present().unwrap().minor()), (day("2024-12-31"), 25_000_000));
    assert_eq!(on(&filed, "2027-01-02").accounts, Known::Missing(MissingKind::Overdue));
}

#[test]
fn a_person_who_objects_has_no_name_on_any_day() {
    let mut facts = vec![
        fact("name", "Prénom Nom", "2015-01-01", "2015-02-01"),
        fact("legal_form", "1000", "2015-01-01", "2015-02-01"),
        fact("diffusion", "partial", "2026-01-10", "2026-01-10"),
    ];
    for as_of in ["2020-01-01", "2026-05-31"] {
        assert_eq!(on(&facts, as_of).name, Known::Missing(MissingKind::Confidential), "{as_of}");
    }
    facts[1].value = "5710".to_owned();
    assert_eq!(on(&facts, "2026-05-31").name, Known::Present("Prénom Nom".to_owned()), "a company keeps its name");
}

#[test]
fn a_confidential_income_statement_is_a_value() {
    let mut facts = without("turnover");
    facts.retain(|fact| fact.kind != FactKind::NetResult);
    facts.push(fact("accounts_status", "partly_confidential", "2024-12-31", "2025-06-10"));
    let accounts = *on(&facts, "2026-05-31").accounts.present().unwrap();
    assert_eq!(accounts.turnover, Known::Missing(MissingKind::Confidential));
    assert!(!accounts.lack_evidence());
}

#[test]
fn no_proceedings_can_be_opened_against_a_public_body() {
    let town = vec![fact("legal_form", "7210", "1990-01-01", "1990-01-01")];
    let view = on(&town, "2026-05-31");
    assert_eq!(view.proceedings, Known::Missing(MissingKind::NotApplicable));
    assert_eq!(view.accounts, Known::Missing(MissingKind::NotApplicable));
    assert_eq!(view.state, Known::Missing(MissingKind::NotFetched));
}

#[test]
fn what_nobody_has_looked_at_for_long_was_not_fetched() {
    let kinds =
        [("state", "active"), ("proceedings", "none"), ("accounts_status", "confidential"), ("legal_form", "5710")];
    let fetched = |on: &str| -> Vec<Fact> {
        let on = Some(day(on));
        kinds
            .iter()
            .map(|(kind, value)| Fact { fetched_on: on, ..fact(kind, value, "2019-01-01", "2019-01-02") })
            .collect()
    };
    let on = |facts: &[Fact], as_of: &str| CompanyView::as_known_on(facts, day(as_of), 90);
    let fresh = on(&fetched("2026-05-31"), "2026-08-29");
    assert!(fresh.state.present().is_some() && fresh.proceedings.present().is_some());
    assert_eq!(fresh.sources[0].fetched_at, Some(day("2026-05-31")));
    let stale = on(&fetched("2026-05-31"), "2026-08-30");
    assert_eq!(stale.state.missing(), Some(MissingKind::NotFetched));
    assert_eq!(stale.proceedings.missing(), Some(MissingKind::NotFetched));
    // What a company is called and what it is does not fade.
    assert!(stale.legal_form.present().is_some());
    // Asked again, it is fresh again; and a record without the day of its fetch is as old as its publication.
    let again: Vec<Fact> = fetched("2026-05-31").into_iter().chain(fetched("2026-08-01")).collect();
    assert!(on(&again, "2026-08-30").state.present().is_some());
    let undated: Vec<Fact> = kinds.iter().map(|(kind, value)| fact(kind, value, "2019-01-01", "2019-01-02")).collect();
    assert_eq!(on(&undated, "2026-05-31").state.missing(), Some(MissingKind::NotFetched));
}
