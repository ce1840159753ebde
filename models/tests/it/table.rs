use encours_models::{Column, Direction, FeatureSpec, ModelError, Table};

fn category(codes: Vec<u32>) -> Column {
    Column::Category { codes, levels: vec!["a".into(), "b".into()] }
}

fn up(name: &str) -> FeatureSpec {
    FeatureSpec::numeric(name, Direction::RiskUp)
}

#[test]
fn a_table_that_contradicts_itself_is_an_error_that_says_why() {
    let mut directed = FeatureSpec::category("sector");
    directed.direction = Direction::RiskUp;
    let two = || Column::Numeric(vec![1.0, 2.0]);
    let repeated = Column::Category { codes: vec![0, 1], levels: vec!["a".into(), "a".into()] };
    let sector = || vec![FeatureSpec::category("sector")];
    let cases = [
        (vec![up("x")], vec![], "columns: found length 0, expected 1"),
        (vec![up("x")], vec![Column::Numeric(vec![1.0])], "column: found length 1, expected 2"),
        (vec![up("x")], vec![category(vec![0, 1])], "feature `x`: found Category, expected a numeric column"),
        (sector(), vec![two()], "feature `sector`: found Numeric, expected a category column"),
        (vec![up("x"), up("x")], vec![two(), two()], "feature `x`: found the name twice, expected each name once"),
        (vec![up("")], vec![two()], "feature ``: found an empty name, expected a name"),
        (
            vec![directed],
            vec![category(vec![0, 1])],
            "feature `sector`: found a category with a direction, expected a category that is free",
        ),
        (
            vec![up("x")],
            vec![Column::Numeric(vec![1.0, f64::INFINITY])],
            "feature `x`: found inf, expected a finite number, or NaN for missing",
        ),
        (sector(), vec![category(vec![0, 2])], "feature `sector`: found code 2, expected a position in the levels"),
        (sector(), vec![repeated], "feature `sector`: found a level twice, expected each level once"),
    ];
    for (specs, columns, expected) in cases {
        let found = Table::new(specs, columns, vec![true, false], vec![0, 1]).unwrap_err();
        assert_eq!(found.to_string(), expected);
    }
}

#[test]
fn other_outcomes_leave_out_the_rows_that_are_not_known() {
    let columns = vec![Column::Numeric(vec![1.0, 2.0, 3.0]), category(vec![0, Column::MISSING, 1])];
    let specs = vec![up("x"), FeatureSpec::category("sector")];
    let table = Table::new(specs, columns, vec![true, true, false], vec![5, 6, 7]).unwrap();
    let other = table.with_events(&[Some(false), None, Some(true)]).unwrap();
    assert_eq!(other.events(), [false, true]);
    assert_eq!(other.days(), [5, 7]);
    assert_eq!(other.columns()[0], Column::Numeric(vec![1.0, 3.0]));
    assert_eq!(other.columns()[1], category(vec![0, 1]));
    let found = table.with_events(&[None]).unwrap_err();
    assert!(matches!(found, ModelError::Shape { found: 1, expected: 3, .. }));
}

#[test]
fn a_day_splits_a_table_before_it() {
    let columns = vec![Column::Numeric(vec![1.0, 2.0, 3.0])];
    let table = Table::new(vec![up("x")], columns, vec![true, true, false], vec![7, 5, 6]).unwrap();
    let (before, after) = table.split_at_day(6);
    assert_eq!(before.days(), [5]);
    assert_eq!(after.days(), [7, 6]);
    assert_eq!(after.columns()[0], Column::Numeric(vec![1.0, 3.0]));
}
