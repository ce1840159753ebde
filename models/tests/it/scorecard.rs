use encours_models::{
    Bins, CalibrationOutcome, Column, Direction, Dropped, FeatureSpec, Metrics, ModelError, ParamGuard, Scale,
    Scorecard, ScorecardParams, Table, Value,
};
use proptest::prelude::*;

use crate::support::{self, Chance};

fn prediction(card: &Scorecard, row: &[Value<'_>]) -> f64 {
    card.score_only(&support::for_card(card, row)).unwrap().1
}

/// AUC on fresh rows of the same make.
fn auc(card: &Scorecard, share: f64) -> f64 {
    let mut chance = Chance::new(99);
    let (mut late, mut predicted) = (Vec::new(), Vec::new());
    for _ in 0..4000 {
        let (row, risk) = support::row(&mut chance);
        late.push(chance.next() < share * (0.2 + 1.6 * risk));
        predicted.push(prediction(card, &row));
    }
    Metrics::measure(&late, &predicted).unwrap().auc
}

#[test]
fn learns_at_every_base_rate() {
    for share in [0.05, 0.3, 0.55] {
        let table = support::table(11, 6000, share);
        let card = support::card(&table);
        let rate = table.late() as f64 / table.rows() as f64;
        let mut chance = Chance::new(5);
        let rows: Vec<_> = (0..3000).map(|_| support::row(&mut chance).0).collect();
        let mean = rows.iter().map(|row| prediction(&card, row)).sum::<f64>() / 3000.0;
        assert!((mean - rate).abs() < 0.03, "{share}: {mean} {rate}");
        let found = auc(&card, share);
        assert!(found > 0.55, "{share}: {found}");
    }
}

#[test]
fn more_than_half_late_is_still_positive() {
    let table = support::table(3, 3000, 0.62);
    assert!(table.late() * 2 > table.rows());
    let card = support::card(&table);
    assert_eq!(card.features()[0].spec.name, "late_rate");
    let at = |rate: f64| {
        let mut row = vec![Value::Missing; card.features().len()];
        row[0] = Value::Number(rate);
        card.score_only(&row).unwrap()
    };
    let (safe, risky) = (at(0.0), at(1.0));
    assert!(safe.0 > risky.0 && safe.1 < risky.1);
}

#[test]
fn what_says_little_is_left_out_and_told() {
    let card = support::card(&support::table(4, 6000, 0.3));
    let noise = card.dropped().iter().find(|one| one.name == "noise");
    let why = noise.map(|one| one.why);
    assert!(matches!(why, Some(Dropped::LittleInformation { .. })), "{why:?}");
    assert!(card.features().iter().all(|one| one.coefficient > 0.0));
}

#[test]
fn the_order_of_rows_does_not_change_a_bit() {
    let table = support::table(8, 1200, 0.3);
    let expected = support::card(&table);
    assert_eq!(expected, support::card(&table));
    let mut chance = Chance::new(21);
    let mut order: Vec<usize> = (0..table.rows()).collect();
    for at in (1..order.len()).rev() {
        order.swap(at, (chance.next() * (at + 1) as f64) as usize);
    }
    let columns = table.columns().iter().map(|column| match column {
        Column::Numeric(values) => Column::Numeric(order.iter().map(|row| values[*row]).collect()),
        // The levels in another order, too.
        Column::Category { codes, levels } => Column::Category {
            codes: order.iter().map(|row| levels.len() as u32 - 1 - codes[*row]).collect(),
            levels: levels.iter().rev().cloned().collect(),
        },
    });
    let turned = Table::new(
        table.specs().to_vec(),
        columns.collect(),
        order.iter().map(|row| table.events()[*row]).collect(),
        order.iter().map(|row| table.days()[*row]).collect(),
    );
    assert_eq!(expected, support::card(&turned.unwrap()));
}

#[test]
fn calibration_is_learned_out_of_time_or_says_why_not() {
    let table = support::table(8, 2000, 0.3);
    let learned = support::card(&table).calibration().clone();
    let CalibrationOutcome::Learned { from_day, out_of_time, .. } = learned.outcome else {
        panic!("{learned:?}");
    };
    assert_eq!(from_day, 525);
    assert_eq!(out_of_time.rows, 500);
    assert!((0.5..=1.5).contains(&learned.slope));

    let none = ScorecardParams::default().holdout_share(0.0).check().unwrap();
    let skipped = none.fit(&table).unwrap();
    assert_eq!((skipped.calibration().intercept, skipped.calibration().slope), (0.0, 1.0));

    let one_day =
        Table::new(table.specs().to_vec(), table.columns().to_vec(), table.events().to_vec(), vec![7; table.rows()]);
    let skipped = support::card(&one_day.unwrap());
    let expected = CalibrationOutcome::Skipped { late: 0, on_time: 0 };
    assert_eq!(skipped.calibration().outcome, expected);
}

/// The later quarter is late twice as often at every value; the ridge lets the intercept take the better part of it.
#[test]
fn calibration_follows_a_drift() {
    let late = |row: usize| {
        let rate = if row < 3000 { 2 } else { 4 };
        (row * 7919) % 20 < rate * (1 + row % 3)
    };
    let values = (0..4000).map(|row| f64::from(row % 3)).collect();
    let specs = vec![FeatureSpec::numeric("x", Direction::RiskUp)];
    let events: Vec<bool> = (0..4000_usize).map(late).collect();
    let days = (0..4000).collect();
    let table = Table::new(specs, vec![Column::Numeric(values)], events, days).unwrap();
    let card = support::card(&table);
    assert!(card.calibration().intercept > 0.5, "{:?}", card.calibration());
}

#[test]
fn too_little_to_learn_from_is_an_error() {
    let table = support::table(8, 60, 0.3);
    let params = ScorecardParams::default().check().unwrap();
    assert!(matches!(params.fit(&table), Err(ModelError::TooFewRows { found: 60, needed: 100 })));
    let rare = support::table(8, 400, 0.01);
    assert!(matches!(params.fit(&rare), Err(ModelError::TooFewEvents { needed: 20, .. })));
}

#[test]
fn nothing_to_tell_gives_the_base_rate() {
    let specs = vec![FeatureSpec::numeric("same", Direction::RiskUp)];
    let events: Vec<bool> = (0..400).map(|row| row % 4 == 0).collect();
    let days = (0..400).map(|row| row / 8).collect();
    let table = Table::new(specs, vec![Column::Numeric(vec![1.0; 400])], events, days).unwrap();
    let card = support::card(&table);
    assert!(card.features().is_empty());
    let (score, probability) = card.score_only(&[]).unwrap();
    assert_eq!(score, card.base_points());
    assert!((probability - 0.25).abs() < 0.005, "{probability}");
}

#[test]
fn wrong_rows_are_errors() {
    let card = support::card(&support::table(8, 2000, 0.3));
    assert!(matches!(card.score_row(&[]), Err(ModelError::Shape { .. })));
    let mut row = vec![Value::Missing; card.features().len()];
    row[0] = Value::Category("building");
    let found = card.score_only(&row).unwrap_err();
    let expected = "feature `late_rate`: found Category(\"building\"), expected a value of the feature's kind";
    assert_eq!(found.to_string(), expected);
}

#[test]
fn what_is_not_finite_is_missing() {
    let card = support::card(&support::table(8, 2000, 0.3));
    let mut row = vec![Value::Missing; card.features().len()];
    let expected = card.score_row(&row).unwrap();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        row[0] = Value::Number(number);
        assert_eq!(card.score_row(&row).unwrap(), expected);
    }
}

#[test]
fn labels_are_for_people() {
    let card = support::card(&support::table(8, 2000, 0.3));
    let Bins::Numeric { edges } = &card.features()[0].bins else {
        panic!("a rate is a number");
    };
    let label = |bin| card.bin_label(0, bin).map(|label| label.to_string());
    assert_eq!(label(0), Some(format!("≤ {}", edges[0])));
    assert_eq!(label(edges.len() + 1), Some("missing".to_owned()));
    assert_eq!(label(edges.len() + 2), None);
    assert_eq!(card.bin_label(99, 0), None);
}

/// A worked case often printed: base 600 at bad odds 1/60, 20 points to double: 481.86 − 28.8539·ln(odds).
#[test]
fn the_worked_scale() {
    let scale = Scale { points_to_double: 20.0, base_score: 600.0, base_odds: 1.0 / 60.0 };
    for (odds, expected) in [(1.0, 481.86), (1.0 / 60.0, 600.0), (1.0 / 120.0, 620.0)] {
        assert!((scale.score(libm::log(odds)) - expected).abs() < 5e-3, "{odds}");
    }
    assert!((scale.probability(600) - 1.0 / 61.0).abs() < 1e-12);
}

#[test]
fn parameters_out_of_bounds_are_named() {
    let wrong = Scale { base_odds: 0.0, ..Scale::default() };
    let default = ScorecardParams::default;
    let cases = [
        (default().alpha(-1.0), "alpha"),
        (default().least_information(f64::NAN), "least_information"),
        (default().minimum_rows(0), "minimum_rows"),
        (default().minimum_events(0), "minimum_events"),
        (default().holdout_share(0.6), "holdout_share"),
        (default().holdout_rows(0), "holdout_rows"),
        (default().calibration_ridge(0.0), "calibration_ridge"),
        (default().scale(wrong), "base_odds"),
        (default().binning(encours_models::BinningParams::default().quantiles(0)), "quantiles"),
    ];
    for (params, expected) in cases {
        match params.check() {
            Err(ModelError::Parameter { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

/// One card for all properties.
fn fitted() -> &'static Scorecard {
    static CARD: std::sync::OnceLock<Scorecard> = std::sync::OnceLock::new();
    CARD.get_or_init(|| support::card(&support::table(8, 3000, 0.3)))
}

fn any_value(kind: encours_models::FeatureKind) -> BoxedStrategy<Value<'static>> {
    match kind {
        encours_models::FeatureKind::Numeric => prop_oneof![
            8 => (-0.5..1.5).prop_map(Value::Number),
            4 => (-100.0..3000.0).prop_map(Value::Number),
            1 => any::<f64>().prop_map(Value::Number),
            2 => Just(Value::Missing),
        ]
        .boxed(),
        encours_models::FeatureKind::Category => prop_oneof![
            4 => (0..4_usize).prop_map(|at| Value::Category(support::SECTORS[at])),
            1 => Just(Value::Category("never seen")),
            1 => Just(Value::Missing),
        ]
        .boxed(),
    }
}

fn any_row() -> impl Strategy<Value = Vec<Value<'static>>> {
    let features = fitted().features().iter();
    features.map(|one| any_value(one.spec.kind)).collect::<Vec<_>>()
}

proptest! {
    #[test]
    fn points_sum_to_the_score_and_effects_to_the_probability(row in any_row()) {
        let card = fitted();
        let scored = card.score_row(&row).unwrap();
        let points: i32 = scored.contributions.iter().map(|one| one.points).sum();
        prop_assert_eq!(card.base_points() + points, scored.score);
        let effects: f64 = scored.contributions.iter().map(|one| one.probability_effect).sum();
        prop_assert!((card.neutral_probability() + effects - scored.probability).abs() < 1e-12);
        prop_assert_eq!(card.probability_of(scored.score).to_bits(), scored.probability.to_bits());
    }

    #[test]
    fn with_and_without_reasons_give_the_same_bits(row in any_row()) {
        let scored = fitted().score_row(&row).unwrap();
        let (score, probability) = fitted().score_only(&row).unwrap();
        prop_assert_eq!(scored.score, score);
        prop_assert_eq!(scored.probability.to_bits(), probability.to_bits());
    }

    #[test]
    fn declared_directions_hold_with_all_else_equal(row in any_row(), one in -1.0..3000.0, next in -1.0..3000.0) {
        let card = fitted();
        let (low, high) = if one < next { (one, next) } else { (next, one) };
        for (at, feature) in card.features().iter().enumerate() {
            let score = |value: f64| {
                let mut changed = row.clone();
                changed[at] = Value::Number(value);
                card.score_only(&changed).unwrap().0
            };
            match feature.spec.direction {
                Direction::RiskUp => prop_assert!(score(low) >= score(high)),
                Direction::RiskDown => prop_assert!(score(low) <= score(high)),
                Direction::Free => {}
            }
        }
    }
}
