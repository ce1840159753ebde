use encours_models::{BinningParams, Bins, Column, Direction, FittedBins, ModelError, ParamGuard, Tally};
use proptest::prelude::*;

fn fit(params: BinningParams, column: &Column, direction: Direction, late: &[bool]) -> FittedBins {
    params.check().unwrap().fit(column, direction, late).unwrap()
}

/// Parameters that take the quantiles as they come.
fn plain() -> BinningParams {
    BinningParams::default()
        .quantiles(4)
        .rare_quantiles(1)
        .minimum_share(0.0)
        .minimum_rows(1)
        .smoothing(1e-9)
        .merge_below(0.0)
}

/// `late` of `rows` rows at `value`.
type Group = (f64, u64, u64);

/// What it shows, the rows, how they are cut, and the rows and late rows of each bin.
type Case<'a> = (&'a str, &'a [Group], BinningParams, Direction, &'a [(u64, u64)]);

fn rows_of(groups: &[Group]) -> (Column, Vec<bool>) {
    let (mut values, mut events) = (Vec::new(), Vec::new());
    for (value, rows, late) in groups {
        for at in 0..*rows {
            values.push(*value);
            events.push(at < *late);
        }
    }
    (Column::Numeric(values), events)
}

fn tallies(pairs: &[(u64, u64)]) -> Vec<Tally> {
    let tally = |(rows, late): &(u64, u64)| Tally { rows: *rows, late: *late };
    pairs.iter().map(tally).collect()
}

/// Worked by hand: 100 rows, 40 late. Shares of the late 4/40, 16/40, 20/40; of the on-time 36/60, 14/60, 10/60.
/// Weights ln(0.1/0.6) = −1.791759, ln(0.4/0.233333) = 0.538997, ln(0.5/0.166667) = 1.098612; information
/// value −0.5·−1.791759 + 0.166667·0.538997 + 0.333333·1.098612 = 1.351917.
#[test]
fn weights_and_information_worked_by_hand() {
    let (column, late) = rows_of(&[(1.0, 40, 4), (2.0, 30, 16), (3.0, 30, 20)]);
    let found = fit(plain(), &column, Direction::RiskUp, &late);
    let edges = vec![1.0, 2.0];
    assert_eq!(found.bins, Bins::Numeric { edges });
    assert_eq!(found.tallies, tallies(&[(40, 4), (30, 16), (30, 20), (0, 0)]));
    for (woe, expected) in found.woe.iter().zip([-1.791_759, 0.538_997, 1.098_612, 0.0]) {
        assert!((woe - expected).abs() < 1e-6, "{woe} {expected}");
    }
    assert!((found.information_value - 1.351_917).abs() < 1e-6);
}

/// Ten rows at the overall rate add 10/100 to both shares: ln((4/40 + 0.1)/(36/60 + 0.1)) = ln(0.2/0.7) = −1.252763.
#[test]
fn smoothing_adds_rows_at_the_overall_rate() {
    let (column, late) = rows_of(&[(1.0, 40, 4), (2.0, 30, 16), (3.0, 30, 20)]);
    let found = fit(plain().smoothing(10.0), &column, Direction::RiskUp, &late);
    assert!((found.woe[0] + 1.252_763).abs() < 1e-6);
    assert_eq!(found.woe[3], 0.0);
}

#[test]
fn cells_are_pooled_and_merged() {
    let hump = [(1.0, 40, 10), (2.0, 40, 30), (3.0, 40, 20), (4.0, 40, 35)];
    let small = [(1.0, 50, 10), (2.0, 5, 2), (3.0, 50, 25), (4.0, 50, 40)];
    let alike = [(1.0, 40, 10), (2.0, 40, 11), (3.0, 40, 30), (4.0, 40, 31)];
    let cases: [Case<'_>; 6] = [
        ("a violator is pooled", &hump, plain(), Direction::RiskUp, &[(40, 10), (80, 50), (40, 35), (0, 0)]),
        ("free follows the data", &hump, plain(), Direction::Free, &[(40, 10), (40, 30), (40, 20), (40, 35), (0, 0)]),
        ("a wrong direction leaves one bin", &alike, plain(), Direction::RiskDown, &[(160, 82), (0, 0)]),
        (
            "a small bin goes to the neighbour of the nearer rate",
            &small,
            plain().quantiles(50).minimum_rows(10),
            Direction::Free,
            &[(50, 10), (55, 27), (50, 40), (0, 0)],
        ),
        ("bins alike are merged", &alike, plain().merge_below(1.96), Direction::Free, &[(80, 21), (80, 61), (0, 0)]),
        ("one value is one bin", &[(7.0, 20, 10)], plain(), Direction::RiskUp, &[(20, 10), (0, 0)]),
    ];
    for (name, groups, params, direction, expected) in cases {
        let (column, late) = rows_of(groups);
        let found = fit(params, &column, direction, &late);
        assert_eq!(found.tallies, tallies(expected), "{name}");
        assert_eq!(found.bins.count(), expected.len(), "{name}");
    }
}

#[test]
fn missing_has_its_own_bin_even_when_nothing_else_is_there() {
    let column = Column::Numeric(vec![f64::NAN; 4]);
    let late = [true, false, true, false];
    let found = fit(plain(), &column, Direction::RiskUp, &late);
    assert_eq!(found.tallies, tallies(&[(0, 0), (4, 2)]));
    assert_eq!(found.woe, [0.0, 0.0]);
    assert_eq!(found.information_value, 0.0);
}

#[test]
fn rare_levels_fall_into_other() {
    let levels: Vec<String> = ["zinc", "iron", "gold"].map(str::to_owned).to_vec();
    let mut codes = vec![0_u32; 30];
    codes.extend(vec![1; 30]);
    codes.extend([2, 2, Column::MISSING]);
    let late: Vec<bool> = (0..63).map(|at| at % 3 == 0 || at > 55).collect();
    let column = Column::Category { codes, levels };
    let found = fit(plain().minimum_rows(10), &column, Direction::Free, &late);
    let levels = vec!["iron".to_owned(), "zinc".to_owned()];
    assert_eq!(found.bins, Bins::Category { levels });
    let rows: Vec<u64> = found.tallies.iter().map(|tally| tally.rows).collect();
    assert_eq!(rows, [30, 30, 2, 1]);
    let labels: Vec<String> = (0..5).filter_map(|bin| found.bins.label(bin)).map(|label| label.to_string()).collect();
    assert_eq!(labels, ["iron", "zinc", "other", "missing"]);
    assert_eq!(found.bins.category_bin("never seen"), 2);
}

#[test]
fn one_outcome_is_an_error() {
    let params = plain().check().unwrap();
    let column = Column::Numeric(vec![1.0, 2.0]);
    let found = params.fit(&column, Direction::Free, &[true, true]);
    assert!(matches!(found, Err(ModelError::TooFewEvents { late: 2, on_time: 0, .. })));
}

#[test]
fn parameters_out_of_bounds_are_named() {
    let cases = [
        (BinningParams::default().quantiles(1), "quantiles"),
        (BinningParams::default().rare_quantiles(0), "rare_quantiles"),
        (BinningParams::default().minimum_share(f64::NAN), "minimum_share"),
        (BinningParams::default().minimum_rows(0), "minimum_rows"),
        (BinningParams::default().smoothing(0.0), "smoothing"),
        (BinningParams::default().merge_below(-1.0), "merge_below"),
        (BinningParams::default().largest_levels(0), "largest_levels"),
    ];
    for (params, expected) in cases {
        match params.check() {
            Err(ModelError::Parameter { name, .. }) => assert_eq!(name, expected),
            other => panic!("{expected}: {other:?}"),
        }
    }
}

/// Rows of a few dozen distinct values, some missing.
fn any_rows() -> impl Strategy<Value = Vec<(f64, bool)>> {
    let value = prop_oneof![
        9 => (-20_i32..20).prop_map(f64::from),
        1 => Just(f64::NAN),
    ];
    proptest::collection::vec((value, any::<bool>()), 2..400)
        .prop_filter("both outcomes", |rows| rows.iter().any(|row| row.1) && rows.iter().any(|row| !row.1))
}

fn any_direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::RiskUp), Just(Direction::RiskDown), Just(Direction::Free)]
}

fn fit_rows(rows: &[(f64, bool)], direction: Direction, smoothing: f64) -> FittedBins {
    let (values, late): (Vec<f64>, Vec<bool>) = rows.iter().copied().unzip();
    let params = BinningParams::default().minimum_rows(5).smoothing(smoothing);
    fit(params, &Column::Numeric(values), direction, &late)
}

proptest! {
    #[test]
    fn the_direction_holds_on_every_pair_of_values(
        rows in any_rows(), direction in any_direction(), smoothing in 0.01..100.0,
    ) {
        let found = fit_rows(&rows, direction, smoothing);
        let grid = (-250..250).map(|step| f64::from(step) / 10.0);
        let weights: Vec<f64> = grid.map(|value| found.woe[found.bins.number_bin(value)]).collect();
        let holds = match direction {
            Direction::RiskUp => weights.is_sorted(),
            Direction::RiskDown => weights.iter().rev().is_sorted(),
            Direction::Free => true,
        };
        prop_assert!(holds, "{:?} {:?}", direction, weights);
    }

    #[test]
    fn every_row_is_counted_in_the_bin_it_falls_into(rows in any_rows(), direction in any_direction()) {
        let found = fit_rows(&rows, direction, 1.0);
        let mut expected = vec![Tally::default(); found.bins.count()];
        for (value, late) in &rows {
            expected[found.bins.number_bin(*value)].add(*late);
        }
        prop_assert_eq!(&found.tallies, &expected);
        prop_assert!(found.information_value >= 0.0);
        prop_assert!(found.woe.iter().all(|woe| woe.is_finite()));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in any_rows(), direction in any_direction()) {
        let mut turned = rows.clone();
        turned.reverse();
        prop_assert_eq!(fit_rows(&rows, direction, 1.0), fit_rows(&turned, direction, 1.0));
    }
}
