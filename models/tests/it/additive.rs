use encours_models::{AdditiveCard, AdditiveParams, Column, Direction, FeatureSpec, Metrics, ParamGuard, Table, Value};
use proptest::prelude::*;

use crate::support::{self, Chance};

fn numeric(names: &[(&str, Direction)], columns: Vec<Vec<f64>>, events: Vec<bool>) -> Table {
    let specs = names.iter().map(|(name, direction)| FeatureSpec::numeric(*name, *direction)).collect();
    let days = (0..i32::try_from(events.len()).unwrap()).collect();
    Table::new(specs, columns.into_iter().map(Column::Numeric).collect(), events, days).unwrap()
}

/// Two features that say nothing alone, and all together: late when both are high or both are low.
pub fn either_or(rows: usize, direction: Direction) -> Table {
    let mut chance = Chance::new(8);
    let (mut one, mut next, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rows {
        let (first, second) = (chance.next(), chance.next());
        let often = (first > 0.5) == (second > 0.5);
        events.push(chance.next() < if often { 0.7 } else { 0.2 });
        one.push(first);
        next.push(second);
    }
    numeric(&[("one", direction), ("next", direction)], vec![one, next], events)
}

fn measured(table: &Table, card: &AdditiveCard) -> Metrics {
    let predicted: Vec<f64> =
        (0..table.rows()).map(|at| card.score_only(&row_of(table, card, at)).unwrap().1).collect();
    Metrics::measure(table.events(), &predicted).unwrap()
}

fn row_of<'a>(table: &'a Table, card: &AdditiveCard, at: usize) -> Vec<Value<'a>> {
    let value = |name: &str| {
        let position = table.specs().iter().position(|spec| spec.name == name).unwrap();
        match &table.columns()[position] {
            Column::Numeric(values) => Value::Number(values[at]),
            Column::Category { codes, .. } if codes[at] == Column::MISSING => Value::Missing,
            Column::Category { codes, levels } => Value::Category(&levels[codes[at] as usize]),
        }
    };
    card.features().iter().map(|feature| value(&feature.spec.name)).collect()
}

#[test]
fn a_pair_tells_what_no_feature_tells_alone() {
    let table = either_or(4000, Direction::Free);
    let paired = support::additive(&table);
    let alone = AdditiveParams::default().most_pairs(0).check().unwrap().fit(&table).unwrap();
    assert_eq!((paired.pairs().len(), alone.pairs().len()), (1, 0));
    let (paired, alone) = (measured(&table, &paired).auc, measured(&table, &alone).auc);
    // Late in 70 % of one half and 20 % of the other: a perfect reader has an AUC of about 0.75.
    assert!(paired > 0.73 && alone < 0.6, "{paired} {alone}");
}

#[test]
fn a_declared_direction_forbids_the_pair_that_breaks_it() {
    // Both high raises, both low raises too: against two upward directions only the first half can be told.
    let card = support::additive(&either_or(4000, Direction::RiskUp));
    assert!(!card.pairs().is_empty(), "the half that can be told isn't");
    for pair in card.pairs() {
        for line in &pair.points {
            assert!(line.is_sorted_by(|one, next| one >= next), "{line:?}");
        }
        for lines in pair.points.windows(2) {
            assert!(lines[0].iter().zip(&lines[1]).all(|(above, below)| above >= below), "{lines:?}");
        }
    }
}

#[test]
fn boosting_does_better_out_of_sample_where_twins_mislead_the_plain_card() {
    // Six noisy copies of one cause, late on one side of a threshold: weights of evidence count it six times over.
    let make = |seed: u64| {
        let mut chance = Chance::new(seed);
        let (mut columns, mut events) = (vec![Vec::new(); 6], Vec::new());
        for _ in 0..4000 {
            let cause = chance.next();
            columns.iter_mut().for_each(|column| column.push(cause + 0.1 * chance.next()));
            events.push(chance.next() < if cause > 0.8 { 0.6 } else { 0.1 });
        }
        let names = ["one", "two", "three", "four", "five", "six"].map(|name| (name, Direction::RiskUp));
        numeric(&names, columns, events)
    };
    let (table, fresh) = (make(1), make(2));
    let boosted = measured(&fresh, &support::additive(&table));
    let plain = support::card(&table);
    let predicted: Vec<f64> = (0..fresh.rows())
        .map(|at| {
            let value = |name: &str| {
                let position = fresh.specs().iter().position(|spec| spec.name == name).unwrap();
                let Column::Numeric(values) = &fresh.columns()[position] else { unreachable!() };
                Value::Number(values[at])
            };
            let row: Vec<_> = plain.features().iter().map(|feature| value(&feature.spec.name)).collect();
            plain.score_only(&row).unwrap().1
        })
        .collect();
    let plain = Metrics::measure(fresh.events(), &predicted).unwrap();
    assert!(boosted.log_loss < plain.log_loss, "{} {}", boosted.log_loss, plain.log_loss);
}

#[test]
fn a_seed_and_any_number_of_threads_give_one_card() {
    let table = support::table(5, 3000, 0.3);
    let fit = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| AdditiveParams::default().seed(seed).check().unwrap().fit(&table).unwrap())
    };
    let one = fit(1, 7);
    assert_eq!(one, fit(2, 7));
    assert_eq!(one, fit(5, 7));
}

#[test]
fn too_few_rows_after_the_cut_leave_the_plain_shapes() {
    let table = support::table(6, 150, 0.4);
    let plain = support::card(&table);
    let boosted = support::additive(&table);
    // 37 later rows are fewer than the 50 that are asked for: nothing is boosted, and the same points come out.
    for feature in boosted.features() {
        let own = plain.features().iter().find(|one| one.spec.name == feature.spec.name).unwrap();
        // Shapes are told from their mean, so points may differ by one shift of all bins.
        let spread = |points: &[i32]| points.iter().max().unwrap() - points.iter().min().unwrap();
        assert!((spread(&feature.points) - spread(&own.points)).abs() <= 12, "{feature:?} {own:?}");
    }
    assert!(boosted.pairs().is_empty());
    assert!(boosted.calibration().out_of_time().is_none());
}

/// One card for all cases.
fn one_card() -> &'static AdditiveCard {
    static CARD: std::sync::OnceLock<AdditiveCard> = std::sync::OnceLock::new();
    CARD.get_or_init(|| support::additive(&support::table(9, 2500, 0.35)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn the_order_of_rows_leaves_no_trace(seed in any::<u64>(), shift in 1_usize..400) {
        let (rows, mut chance) = (900, Chance::new(seed));
        let mut values = Vec::new();
        let (mut events, mut days) = (Vec::new(), Vec::new());
        for at in 0..rows {
            let (row, risk) = support::row(&mut chance);
            events.push(chance.next() < 0.1 + 0.5 * risk);
            days.push(at / 3);
            values.push(row);
        }
        let table = support::from_rows(&values, events.clone(), days.clone());
        values.rotate_left(shift);
        events.rotate_left(shift);
        days.rotate_left(shift);
        let turned = support::from_rows(&values, events, days);
        prop_assert_eq!(support::additive(&table), support::additive(&turned));
    }

    #[test]
    fn points_add_up_and_effects_telescope(seed in any::<u64>()) {
        let card = one_card();
        let mut chance = Chance::new(seed);
        for _ in 0..50 {
            let (row, _) = support::row(&mut chance);
            let row = support::for_any(&card.clone().into(), &row);
            let scored = card.score_row(&row).unwrap();
            let points: i32 = scored.contributions.iter().map(|one| one.points).sum();
            prop_assert_eq!(card.base_points() + points, scored.score);
            let effects: f64 = scored.contributions.iter().map(|one| one.probability_effect).sum();
            let moved = scored.probability - card.scale().probability(card.base_points());
            prop_assert!((effects - moved).abs() < 1e-12);
            prop_assert_eq!(card.score_only(&row).unwrap(), (scored.score, scored.probability));
        }
    }

    #[test]
    fn every_declared_direction_holds(seed in any::<u64>(), share in 0.08..0.6_f64) {
        let card = support::additive(&support::table(seed, 1500, share));
        for feature in card.features() {
            let valued = &feature.points[..feature.bins.missing()];
            match feature.spec.direction {
                Direction::RiskUp => prop_assert!(valued.is_sorted_by(|one, next| one >= next), "{:?}", feature),
                Direction::RiskDown => prop_assert!(valued.is_sorted_by(|one, next| one <= next), "{:?}", feature),
                Direction::Free => {}
            }
        }
    }
}
