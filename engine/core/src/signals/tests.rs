use encours_domain::fact::MissingKind;
use encours_domain::ledger::Place;
use encours_domain::{Currency, Share};

use super::*;
use crate::company::AskOutcome;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn siren(text: &str) -> Siren {
    text.parse().unwrap()
}

fn fact(of: &str, kind: FactKind, value: &str, known: &str) -> Fact {
    Fact {
        subject: siren(of),
        kind,
        value: value.to_owned(),
        valid_from: day(known),
        known_from: day(known),
        source: "register".to_owned(),
        fetched_on: Some(day("2026-05-30")),
        answer: None,
    }
}

const OWN: &str = "000100008";

/// A case; what it borrows is owned here.
struct Case {
    facts: Vec<Fact>,
    around: Vec<(Siren, Vec<Fact>)>,
    asked: Vec<AskedRegister>,
    given_name: Option<&'static str>,
    vat: Option<&'static str>,
    unreadable: Option<&'static str>,
    first_order: bool,
    order: i64,
    goods: &'static str,
    changed: fn(&mut CompanyView),
}

impl Case {
    /// An old company on its first order of 1,200 €, in order.
    fn sound() -> Self {
        Self {
            facts: vec![
                fact(OWN, FactKind::Name, "S.A.R.L. Dupont & Fils", "2010-01-04"),
                fact(OWN, FactKind::CreatedOn, "2010-01-04", "2010-01-04"),
                fact(OWN, FactKind::State, "active", "2010-01-04"),
                fact(OWN, FactKind::Proceedings, "none", "2010-01-04"),
                fact(OWN, FactKind::LegalForm, "5499", "2010-01-04"),
                fact(OWN, FactKind::Sector, "56.10A", "2010-01-04"),
                fact(OWN, FactKind::AccountsStatus, "public", "2025-07-01"),
                fact(OWN, FactKind::AccountsClosedOn, "2024-12-31", "2025-07-01"),
                fact(OWN, FactKind::Equity, "50000", "2025-07-01"),
                fact(OWN, FactKind::Turnover, "100000", "2025-07-01"),
                fact(OWN, FactKind::NetResult, "5000", "2025-07-01"),
            ],
            around: Vec::new(),
            asked: Vec::new(),
            given_name: Some("Dupont"),
            vat: None,
            unreadable: None,
            first_order: true,
            order: 1_200,
            goods: "general",
            changed: |_| (),
        }
    }

    fn with(facts: &[(FactKind, &str, &str)]) -> Self {
        let mut case = Self::sound();
        for (kind, value, known) in facts {
            case.facts.push(fact(OWN, *kind, value, known));
        }
        case
    }

    fn found(&self) -> Vec<Signal> {
        let rule =
            SignalRule { just_days: 90, changed_days: 180, shared_by: 2, first_order_share: Share::new(0.05).unwrap() };
        let as_of = day("2026-05-31");
        let mut company = CompanyView::as_known_on(&self.facts, as_of, 90);
        (self.changed)(&mut company);
        let own = siren(OWN);
        let around: Vec<(&Siren, &[Fact])> =
            self.around.iter().map(|(siren, facts)| (siren, facts.as_slice())).collect();
        let row = self.vat.map(|number| ClientRow {
            place: Place::default(),
            client_id: "C".to_owned(),
            name: None,
            siren: Some(own.clone()),
            vat_number: Some(number.parse().unwrap()),
            sector: None,
            terms: None,
            group: None,
            margin: None,
            insured: None,
            guaranteed: None,
            owner: None,
            city: None,
            postcode: None,
            credit_limit: None,
            email: None,
        });
        signals(&Looked {
            as_of,
            rule: &rule,
            siren: self.unreadable.is_none().then_some(&own),
            unreadable_number: self.unreadable,
            given_name: self.given_name,
            client: row.as_ref(),
            company: &company,
            facts: &self.facts,
            around: &around,
            asked: &self.asked,
            first_order: self.first_order,
            order: Some(Money::from_minor(self.order * 100, Currency::EUR)),
            goods: self.goods,
        })
    }
}

/// Codes, each with a star where a person must look.
fn told(case: &Case) -> Vec<String> {
    let star = |signal: &Signal| format!("{}{}", signal.code, if signal.refers { "*" } else { "" });
    case.found().iter().map(star).collect()
}

fn registers(outcome: AskOutcome) -> Vec<AskedRegister> {
    let tells = vec!["state".to_owned()];
    vec![AskedRegister { name: "r".to_owned(), title: "R".to_owned(), tells, outcome }]
}

fn others(kind: FactKind, value: &str, proceedings: &str) -> Vec<(Siren, Vec<Fact>)> {
    let of = |number: &str| {
        let facts = vec![
            fact(number, kind, value, "2020-01-01"),
            fact(number, FactKind::Proceedings, proceedings, "2024-01-01"),
        ];
        (siren(number), facts)
    };
    vec![of("000200006"), of("000300004")]
}

fn outside(said: &[(&str, FactKind, &str)]) -> Case {
    let mut case = Case::sound();
    for (provider, kind, value) in said {
        case.facts.push(Fact { source: (*provider).to_owned(), ..fact(OWN, *kind, value, "2026-05-01") });
    }
    case
}

/// What is looked at, the case, the codes that are told.
type Row = (&'static str, Case, &'static [&'static str]);

#[track_caller]
fn check(rows: Vec<Row>) {
    for (what, case, expected) in rows {
        assert_eq!(told(&case), expected, "{what}");
    }
}

/// Without every fact of a kind: nobody fetched it.
fn stale(kind: FactKind) -> Case {
    let mut case = Case::sound();
    case.facts.retain(|fact| fact.kind != kind);
    case
}

fn known_client(case: Case) -> Case {
    Case { first_order: false, ..case }
}

#[test]
fn signals_of_identity() {
    check(vec![
        ("nothing", Case::sound(), &[]),
        ("another name", Case { given_name: Some("Martin Frères"), ..Case::sound() }, &["NAME_DIFFERS*"]),
        (
            "another name, long known",
            known_client(Case { given_name: Some("Martin Frères"), ..Case::sound() }),
            &["NAME_DIFFERS"],
        ),
        ("a longer name", Case { given_name: Some("Garage Dupont et Fils de Lyon"), ..Case::sound() }, &[]),
        ("name not fetched", stale(FactKind::Name), &["NAME_DIFFERS*"]),
        ("name not fetched, long known", known_client(stale(FactKind::Name)), &[]),
        ("VAT of another", Case { vat: Some("FR92000500967"), ..Case::sound() }, &["VAT_OF_ANOTHER*"]),
        ("VAT its own", Case { vat: Some("FR15000100008"), ..Case::sound() }, &[]),
        (
            "VAT not in force",
            Case::with(&[(FactKind::VatRegistration, "invalid", "2026-05-01")]),
            &["VAT_NOT_IN_FORCE"],
        ),
        (
            "no SIREN",
            Case { unreadable: Some("000100009"), given_name: None, ..Case::sound() },
            &["NUMBER_UNREADABLE*"],
        ),
        ("created 31 days ago", Case::with(&[(FactKind::CreatedOn, "2026-04-30", "2026-05-01")]), &["JUST_CREATED*"]),
        ("created 91 days ago", Case::with(&[(FactKind::CreatedOn, "2026-03-01", "2026-03-02")]), &[]),
        ("age not fetched", stale(FactKind::CreatedOn), &["JUST_CREATED*"]),
    ]);
}

#[test]
fn signals_of_change_and_surroundings() {
    let address = "8 PLACE DES ACACIAS, 00310 VALBREON";
    check(vec![
        (
            "revived",
            Case::with(&[(FactKind::State, "ceased", "2025-01-10"), (FactKind::State, "active", "2026-04-10")]),
            &["JUST_REVIVED*"],
        ),
        (
            "revived long ago",
            Case::with(&[(FactKind::State, "ceased", "2015-01-10"), (FactKind::State, "active", "2016-04-10")]),
            &[],
        ),
        (
            "seat and directors changed",
            Case::with(&[
                (FactKind::Change, "seat A1", "2026-04-09"),
                (FactKind::Change, "directors A1", "2026-04-09"),
            ]),
            &["JUST_CHANGED"],
        ),
        ("seat alone changed", Case::with(&[(FactKind::Change, "seat A1", "2026-04-09")]), &[]),
        (
            "shared address",
            Case {
                around: others(FactKind::Address, "8 place des Acacias, 00310 Valbréon", "none"),
                ..Case::with(&[(FactKind::Address, address, "2020-01-01")])
            },
            &["SHARED_ADDRESS"],
        ),
        (
            "others elsewhere",
            Case {
                around: others(FactKind::Address, "9 PLACE DES ACACIAS, 00310 VALBREON", "none"),
                ..Case::with(&[(FactKind::Address, address, "2020-01-01")])
            },
            &[],
        ),
    ]);
}

#[test]
fn signals_of_directors_orders_and_providers() {
    let director = "000400002 Président";
    check(vec![
        (
            "director of failed companies",
            Case {
                around: others(FactKind::CompanyDirector, director, "liquidation"),
                ..Case::with(&[(FactKind::CompanyDirector, director, "2020-01-01")])
            },
            &["DIRECTOR_OF_FAILED"],
        ),
        (
            "director of sound companies",
            Case {
                around: others(FactKind::CompanyDirector, director, "none"),
                ..Case::with(&[(FactKind::CompanyDirector, director, "2020-01-01")])
            },
            &[],
        ),
        (
            "cattle to a software house",
            {
                let mut case = Case::with(&[(FactKind::Sector, "62.02A", "2020-01-01")]);
                case.goods = "livestock_fresh_meat";
                case
            },
            &["ACTIVITY_DOES_NOT_FIT"],
        ),
        ("food to a restaurant", Case { goods: "perishable_food", ..Case::sound() }, &[]),
        ("a holding", Case::with(&[(FactKind::Sector, "64.20Z", "2020-01-01")]), &["ACTIVITY_DOES_NOT_FIT"]),
        ("a large first order", Case { order: 5_001, ..Case::sound() }, &["FIRST_ORDER_LARGE"]),
        ("a first order at the border", Case { order: 5_000, ..Case::sound() }, &[]),
        (
            "providers that contradict each other",
            outside(&[("creditsafe", FactKind::OutsideScore, "80"), ("coface", FactKind::OutsideScore, "4")]),
            &["OUTSIDE_SCORES_DISAGREE"],
        ),
        (
            "providers that agree",
            outside(&[("creditsafe", FactKind::OutsideScore, "80"), ("allianz-trade", FactKind::OutsideScore, "3")]),
            &[],
        ),
        ("no cover", outside(&[("coface", FactKind::OutsideCover, "0")]), &["COVER_REFUSED"]),
        ("a large later order", known_client(Case { order: 90_000, ..Case::sound() }), &[]),
        (
            "nobody knows the number",
            Case { asked: registers(AskOutcome::NotFound), ..stale(FactKind::State) },
            &["NUMBER_NOT_FOUND*"],
        ),
        (
            "one register does not know the number, and another could not be asked",
            Case {
                asked: [registers(AskOutcome::NotFound), registers(AskOutcome::Unreachable)].concat(),
                ..stale(FactKind::State)
            },
            &[],
        ),
        ("an outage", Case { asked: registers(AskOutcome::Late), ..stale(FactKind::State) }, &[]),
    ]);
}

#[test]
fn evidence_names_source_and_day_and_nothing_that_is_masked() {
    let case = Case::with(&[(FactKind::VatRegistration, "invalid", "2026-05-01")]);
    let evidence = case.found().remove(0).evidence;
    let expected = ReasonEvidence {
        what: "vat_registration".to_owned(),
        value: "invalid".to_owned(),
        known_from: Some(day("2026-05-01")),
        source: Some("register".to_owned()),
    };
    assert_eq!(evidence, [expected]);
    // A person who objects: neither name nor address is compared, for neither may be told.
    let mut masked = Case::with(&[
        (FactKind::LegalForm, "1000", "2020-01-01"),
        (FactKind::Diffusion, "partial", "2020-01-01"),
        (FactKind::Address, "1 RUE DU BOIS, 00100 NULLE-PART", "2020-01-01"),
    ]);
    masked.given_name = Some("Martin");
    masked.around = others(FactKind::Address, "1 RUE DU BOIS, 00100 NULLE-PART", "none");
    assert_eq!(told(&masked), [""; 0]);
}

#[test]
fn what_is_confidential_asks_for_nobody() {
    let changed: fn(&mut CompanyView) = |company| {
        company.name = encours_domain::fact::Known::Missing(MissingKind::Confidential);
        company.created_on = encours_domain::fact::Known::Missing(MissingKind::Confidential);
    };
    assert_eq!(told(&Case { changed, ..Case::sound() }), [""; 0]);
}
