use super::*;
use encours_domain::Day;
use encours_domain::fact::Fact;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn facts(lines: &[(FactKind, i64)], closed: &str, known: &str) -> Vec<Fact> {
    let fact = |(kind, euros): &(FactKind, i64)| Fact {
        subject: "000100008".parse().unwrap(),
        kind: *kind,
        value: euros.to_string(),
        valid_from: day(closed),
        known_from: day(known),
        source: "register".to_owned(),
        fetched_on: None,
        answer: None,
    };
    lines.iter().map(fact).collect()
}

const WHOLE: &[(FactKind, i64)] = &[
    (FactKind::TotalAssets, 1_000_000),
    (FactKind::CurrentAssets, 600_000),
    (FactKind::DebtsWithinYear, 400_000),
    (FactKind::TotalDebts, 500_000),
    (FactKind::Equity, 500_000),
    (FactKind::RetainedEarnings, 300_000),
    (FactKind::PaidUpCapital, 200_000),
    (FactKind::Receivables, 250_000),
    (FactKind::Cash, 50_000),
    (FactKind::Borrowings, 100_000),
    (FactKind::Turnover, 2_000_000),
    (FactKind::OperatingResult, 100_000),
    (FactKind::GrossOperatingSurplus, 150_000),
    (FactKind::ValueAdded, 800_000),
    (FactKind::StaffCosts, 600_000),
    (FactKind::FinancialCharges, 10_000),
];

fn lines(changed: &[(FactKind, Option<i64>)]) -> AccountLines {
    let mut all: Vec<(FactKind, i64)> = WHOLE.to_vec();
    for (kind, value) in changed {
        all.retain(|(known, _)| known != kind);
        all.extend(value.map(|value| (*kind, value)));
    }
    AccountLines::as_known_on(&facts(&all, "2024-12-31", "2025-06-30"), day("2026-05-31")).unwrap()
}

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

#[test]
fn scores_worked_by_hand() {
    // 6.56 × 0.2 + 3.26 × 0.3 + 6.72 × 0.1 + 1.05 × 1 = 1.312 + 0.978 + 0.672 + 1.05
    let score = altman_z2(&lines(&[])).unwrap();
    near(score.value, 4.012);
    assert_eq!((score.zone, score.used.len()), (Zone::Safe, 4));
    // 0.717 × 0.2 + 0.847 × 0.3 + 3.107 × 0.1 + 0.42 × 1 + 0.998 × 2 = 0.1434 + 0.2541 + 0.3107 + 0.42 + 1.996
    let score = altman_z1(&lines(&[]), Some("10.61A")).unwrap();
    near(score.value, 3.1242);
    assert_eq!((score.zone, score.outside), (Zone::Safe, None));
    // 24 × 0.3 + 22 × 0.6 + 16 × 0.3 − 87 × 0.005 − 10 × 0.75 = 7.2 + 13.2 + 4.8 − 0.435 − 7.5
    let score = conan_holder(&lines(&[]), Some("10.61A")).unwrap();
    near(score.value, 17.265);
    assert_eq!((score.zone, score.outside), (Zone::Safe, None));
}

#[test]
fn zones_have_their_borders() {
    // Losses and debts: 6.56 × −0.3 + 3.26 × −0.2 + 6.72 × −0.1 + 1.05 × −0.1 = −3.397
    let broke = lines(&[
        (FactKind::DebtsWithinYear, Some(900_000)),
        (FactKind::RetainedEarnings, Some(-200_000)),
        (FactKind::OperatingResult, Some(-100_000)),
        (FactKind::Equity, Some(-50_000)),
    ]);
    let score = altman_z2(&broke).unwrap();
    near(score.value, -3.397);
    assert_eq!(score.zone, Zone::Distress);
    // 6.56 × 0 + 3.26 × 0.1 + 6.72 × 0.05 + 1.05 × 1 = 1.712
    let between = lines(&[
        (FactKind::DebtsWithinYear, Some(600_000)),
        (FactKind::RetainedEarnings, Some(100_000)),
        (FactKind::OperatingResult, Some(50_000)),
    ]);
    let score = altman_z2(&between).unwrap();
    near(score.value, 1.712);
    assert_eq!(score.zone, Zone::Grey);
}

#[test]
fn a_line_that_is_not_known_is_no_nought() {
    let lacking = |result: Result<PublishedScore, Lacking>| result.unwrap_err();
    let without = lines(&[(FactKind::RetainedEarnings, None)]);
    assert_eq!(lacking(altman_z2(&without)), Lacking::Lines(vec![FactKind::RetainedEarnings]));
    assert_eq!(
        lacking(altman_z2(&lines(&[(FactKind::TotalDebts, Some(0))]))),
        Lacking::NotPositive(FactKind::TotalDebts)
    );
    assert_eq!(
        lacking(conan_holder(&lines(&[(FactKind::ValueAdded, Some(-1))]), None)),
        Lacking::NotPositive(FactKind::ValueAdded)
    );
}

#[test]
fn scores_say_whom_they_were_made_for() {
    let outside = |sector| altman_z1(&lines(&[]), sector).unwrap().outside;
    assert_eq!(outside(Some("62.02A")), Some("made for manufacturers"));
    assert_eq!(outside(None), Some("made for manufacturers; the sector is not known"));
    let small = lines(&[(FactKind::Turnover, Some(900_000))]);
    assert!(conan_holder(&small, Some("10.61A")).unwrap().outside.unwrap().contains("75 million"));
}

#[test]
fn a_long_year_is_brought_to_twelve_months() {
    let mut facts = facts(WHOLE, "2024-12-31", "2025-06-30");
    facts.extend(self::facts(&[(FactKind::AccountsMonths, 18)], "2024-12-31", "2025-06-30"));
    let lines = AccountLines::as_known_on(&facts, day("2026-05-31")).unwrap();
    // 100,000 in 18 months are 66,666.67 in twelve.
    near(altman_z2(&lines).unwrap().used[2].value, 0.2 / 3.0);
}

#[test]
fn lost_capital() {
    let below = |equity: i64, form| capital_below_half(&lines(&[(FactKind::Equity, Some(equity))]), form);
    assert_eq!(below(99_999, Some("5499")), Some(true));
    assert_eq!(below(100_000, Some("5710")), Some(false));
    assert_eq!(below(-1, Some("5202")), None, "no such rule for a SNC");
    assert_eq!(below(-1, None), None);
}

#[test]
fn ratios_worked_by_hand() {
    let found: Vec<(&str, f64)> = ratios(&lines(&[])).iter().map(|ratio| (ratio.name, ratio.value)).collect();
    assert_eq!(
        found,
        [
            ("liquidity", 1.5),
            ("equity share", 0.5),
            ("gearing", 0.2),
            ("interest cover", 15.0),
            ("operating margin", 0.05)
        ]
    );
    let broke = ratios(&lines(&[(FactKind::Equity, Some(-1))]));
    assert!(broke.iter().all(|ratio| ratio.name != "gearing"), "debts over less than nothing say nothing");
}

#[test]
fn only_what_was_public_is_read() {
    let mut all = facts(WHOLE, "2024-12-31", "2025-06-30");
    all.extend(facts(&[(FactKind::Turnover, 9), (FactKind::Equity, 9)], "2025-12-31", "2026-07-01"));
    let before = AccountLines::as_known_on(&all, day("2026-05-31")).unwrap();
    assert_eq!(before.closed_on, day("2024-12-31"));
    let after = AccountLines::history(&all, day("2026-07-01"));
    assert_eq!(after.len(), 2);
    assert_eq!(after[1].get(FactKind::TotalAssets), None, "years are not mixed");
    assert!(AccountLines::as_known_on(&all, day("2025-06-29")).is_none());
}
