use encours_domain::fact::{Fact, FactKind, Known};
use encours_domain::{Day, Siren};

use super::*;
use crate::company::CompanyView;
use crate::company::RecordView;
use crate::policy::Policy;
use crate::solvency::{FailureRule, LedgerDistress, failure};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn rule() -> FailureRule {
    Policy::shipped().unwrap().failure_rule().clone()
}

fn fact(kind: FactKind, value: &str, valid_from: &str, known_from: &str, source: &str) -> Fact {
    Fact {
        subject: "000100008".parse().unwrap(),
        kind,
        value: value.to_owned(),
        valid_from: day(valid_from),
        known_from: day(known_from),
        source: source.to_owned(),
        fetched_on: Some(day("2026-05-31")),
        answer: None,
    }
}

/// A closing as the file of ratios has it: known on the day of the fetch.
fn closing(closed_on: &str, ratios: &[(FactKind, &str)]) -> Vec<Fact> {
    let told = [(FactKind::AccountsClosedOn, closed_on), (FactKind::AccountsStatus, "public")];
    let all = told.iter().chain(ratios);
    all.map(|(kind, value)| fact(*kind, value, closed_on, "2026-05-31", "ratios_inpi_bce")).collect()
}

fn notice(kind: FactKind, value: &str, valid_from: &str, published: &str) -> Fact {
    fact(kind, value, valid_from, published, "bodacc")
}

fn observed(facts: &[Fact]) -> Vec<(Day, bool)> {
    let rule = rule();
    let mut observations = Observations::new(&rule, day("2015-01-01"), day("2026-05-31"));
    observations.push(facts);
    observations.rows_so_far()
}

/// Day and whether it failed.
type Rows<'a> = &'a [(&'a str, bool)];

#[test]
fn a_row_is_a_closing_on_the_day_it_became_known_with_what_came_within_a_year() {
    let equity = [(FactKind::AutonomyRatio, "12.5")];
    let receivership = |published: &str| notice(FactKind::Proceedings, "receivership", published, published);
    let filed = notice(FactKind::Filing, "company A1", "2020-12-31", "2021-05-10");
    let cases: [(&str, Vec<Fact>, Rows<'_>); 6] = [
        // Nothing published: known when the law had it filed at the latest, 213 days after the closing.
        ("legal", vec![], &[("2021-08-01", false)]),
        ("published", vec![filed.clone()], &[("2021-05-10", false)]),
        ("fails", vec![filed.clone(), receivership("2022-05-10")], &[("2021-05-10", true)]),
        ("a day later", vec![filed.clone(), receivership("2022-05-11")], &[("2021-05-10", false)]),
        ("already in", vec![filed.clone(), receivership("2021-05-10")], &[]),
        ("was in, long ago", vec![filed, notice(FactKind::Proceedings, "closed", "2016-01-01", "2016-01-01")], &[]),
    ];
    for (name, further, expected) in cases {
        let facts: Vec<Fact> = closing("2020-12-31", &equity).into_iter().chain(further).collect();
        let expected: Vec<(Day, bool)> = expected.iter().map(|(text, failed)| (day(text), *failed)).collect();
        assert_eq!(observed(&facts), expected, "{name}");
    }
    // The year after has not passed when the bulletin ends.
    assert_eq!(observed(&closing("2025-12-31", &equity)), []);
    // Silence before the bulletin begins says nothing.
    assert_eq!(observed(&closing("2014-01-31", &equity)), []);
}

#[test]
fn figures_are_read_of_the_last_closing_and_the_year_before() {
    let mut facts = closing("2023-12-31", &[(FactKind::Turnover, "1000000"), (FactKind::NetResult, "-5000")]);
    facts.extend(closing("2024-12-31", &[(FactKind::Turnover, "900000"), (FactKind::NetResult, "-45000")]));
    facts.push(fact(FactKind::CreatedOn, "2014-12-31", "2014-12-31", "2026-05-31", "insee_sirene"));
    facts.push(fact(FactKind::Sector, "43.21A", "2014-12-31", "2026-05-31", "insee_sirene"));
    let view = RecordView::as_known_on(&facts, day("2026-05-31")).unwrap();
    let read = |name: &str| {
        let feature = FEATURES.iter().find(|feature| feature.name == name).unwrap();
        match feature.value(&view, None) {
            Value::Number(number) => format!("{number:.2}"),
            Value::Category(name) => name.to_owned(),
            Value::Missing => "NaN".to_owned(),
        }
    };
    // -45,000 / 900,000; 900,000 / 1,000,000 - 1; two losses; 2014-12-31 to 2026-05-31.
    let expected = [("net_margin", "-5.00"), ("turnover_change", "-10.00"), ("losses", "2.00"), ("age_years", "11.41")];
    for (name, value) in expected.into_iter().chain([("division", "43"), ("equity_share", "NaN")]) {
        assert_eq!(read(name), value, "{name}");
    }
    // Accounts older than two years say nothing of today, nor do those of a day before they were known.
    let has_closing = |on| RecordView::as_known_on(&facts, day(on)).is_some_and(|view| view.has_closing());
    assert!(!has_closing("2027-01-02"));
    assert!(!has_closing("2026-05-30"));
}

/// Companies numbered from nought: every fourth has little equity, and of those half fail within the year.
fn portfolio(companies: u32) -> Vec<Vec<Fact>> {
    let of = |number: u32| {
        let weak = number.is_multiple_of(4);
        let equity = if weak { number % 10 } else { 25 + number % 40 };
        let year = 2016 + (number / 8) % 8;
        let closed = format!("{year}-12-31");
        let margin = format!("{}", i64::from(number % 17) - 6);
        let ratios = [(FactKind::AutonomyRatio, equity.to_string()), (FactKind::OperatingMargin, margin)];
        let ratios: Vec<(FactKind, &str)> = ratios.iter().map(|(kind, value)| (*kind, value.as_str())).collect();
        let mut facts = closing(&closed, &ratios);
        if weak && number.is_multiple_of(8) {
            let published = format!("{}-01-15", year + 2);
            facts.push(notice(FactKind::Proceedings, "liquidation", &published, &published));
        }
        facts
    };
    (0..companies).map(of).collect()
}

fn learnt(companies: u32) -> LearntFailure {
    let rule = rule();
    let mut observations = Observations::new(&rule, day("2010-01-01"), day("2026-05-31"));
    portfolio(companies).iter().for_each(|facts| observations.push(facts));
    observations.learn("sha256:test", 0).unwrap()
}

#[test]
fn a_model_is_learnt_measured_and_applied() {
    let found = learnt(4000);
    // One in eight fails, each of which has one closing.
    let trained = &found.artefact.body().trained;
    assert_eq!((found.companies, trained.rows, trained.late), (4000, 4000, 500));
    assert!(found.validation.passes(), "{:?}", found.validation);
    let names: Vec<&str> = found.validation.rated.iter().map(|rated| rated.name.as_str()).collect();
    assert_eq!(names, ["model", "expert rule", "base rate"]);

    let model = FailureModel::new(found.artefact).unwrap();
    let at = |equity: &str| {
        let facts = closing("2025-12-31", &[(FactKind::AutonomyRatio, equity), (FactKind::OperatingMargin, "4")]);
        model.estimate(&facts, day("2026-05-31")).unwrap().unwrap()
    };
    // Half of the weak fail and none of the others.
    let (weak, strong) = (at("5"), at("45"));
    let probability = |estimate: &FailureEstimate| 1.0 / (1.0 + (-estimate.log_odds).exp());
    assert!((0.35..0.65).contains(&probability(&weak)), "{weak:?}");
    assert!(probability(&strong) < 0.05, "{strong:?}");
    let heaviest = &weak.moves[0];
    assert_eq!((heaviest.code, heaviest.says.en.as_str()), ("equity_share", "equity / total assets: 5%"));
    assert!(heaviest.log_odds > 0.0 && strong.moves[0].log_odds < 0.0);
    // More equity is never worse.
    let chances: Vec<f64> = (-20..100).map(|equity| at(&equity.to_string()).log_odds).collect();
    assert!(chances.is_sorted_by(|less, more| less >= more), "{chances:?}");
    assert_eq!(model.estimate(&[], day("2026-05-31")).unwrap(), None);
    // What is not known never speaks for a company.
    let silent = closing("2025-12-31", &[(FactKind::CustomerDays, "40")]);
    let silent = model.estimate(&silent, day("2026-05-31")).unwrap().unwrap();
    assert!(silent.moves.iter().all(|step| step.log_odds > 0.0 || !step.says.en.ends_with("not known")), "{silent:?}");
}

#[test]
fn the_estimate_takes_the_place_of_the_rule_and_news_come_on_top() {
    let company = CompanyView::all_missing(day("2026-05-31"), encours_domain::fact::MissingKind::NotFetched);
    let estimate = FailureEstimate { model: "failure-0123456789ab".to_owned(), log_odds: -3.0, moves: Vec::new() };
    let rated = |company: &CompanyView, distress| failure(&rule(), company, distress, Some(&estimate));
    let quiet = rated(&company, LedgerDistress::default());
    assert!((quiet.p_12_months.value() - 1.0 / (1.0 + 3f64.exp())).abs() < 1e-12);
    assert_eq!((quiet.basis.as_str(), quiet.moves.len()), ("failure model failure-0123456789ab", 0));
    let bounced = rated(&company, LedgerDistress { bounced: 1, long_overdue: false });
    assert!(bounced.p_12_months > quiet.p_12_months);
    let liquidation = CompanyView { proceedings: Known::Present(crate::company::Proceedings::Liquidation), ..company };
    assert!(rated(&liquidation, LedgerDistress::default()).p_12_months.value() > 0.5);
}

#[test]
fn what_is_no_model_of_failure_is_refused() {
    let found = learnt(2000);
    let mut body = found.artefact.body().clone();
    body.registry_hash = "sha256:another".to_owned();
    let foreign = Artefact::seal(body).unwrap();
    assert!(matches!(FailureModel::new(foreign), Err(CoreError::ForeignModel { .. })));
    let mut body = found.artefact.body().clone();
    body.kind = "behavioural".to_owned();
    let other = Artefact::seal(body).unwrap();
    assert!(FailureModel::new(other).is_err());
}

#[test]
fn too_few_failures_are_said() {
    let rule = rule();
    let mut observations = Observations::new(&rule, day("2010-01-01"), day("2026-05-31"));
    portfolio(60).iter().for_each(|facts| observations.push(facts));
    let error = observations.learn("sha256:test", 0).unwrap_err();
    assert!(matches!(error, CoreError::Model(_)), "{error}");
    let nothing = Observations::new(&rule, day("2010-01-01"), day("2026-05-31"));
    assert!(nothing.learn("sha256:test", 0).is_err());
}

#[test]
fn the_names_of_companies_do_not_matter() {
    let siren: Siren = "000200006".parse().unwrap();
    let facts = closing("2020-12-31", &[(FactKind::AutonomyRatio, "12.5")]);
    let other: Vec<Fact> = facts.iter().map(|fact| Fact { subject: siren.clone(), ..fact.clone() }).collect();
    assert_eq!(observed(&facts), observed(&other));
}
