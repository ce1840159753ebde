use encours_models::{Logistic, ModelError, fit_logistic};
use ndarray::{Array2, array};

use crate::support::Chance;

/// Two columns, twelve rows, five late.
fn small() -> (Array2<f64>, Vec<bool>) {
    let columns = array![
        [0.1, 1.0],
        [0.4, -1.0],
        [0.8, 0.5],
        [1.2, 0.0],
        [1.9, 2.0],
        [2.2, -0.5],
        [2.5, 1.5],
        [3.1, -2.0],
        [3.3, 0.2],
        [3.8, 1.1],
        [4.4, -1.2],
        [4.9, 0.7],
    ];
    let late = [0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1];
    (columns, late.map(|late| late == 1).to_vec())
}

fn close(found: &Logistic, intercept: f64, coefficients: &[f64]) {
    assert!((found.intercept - intercept).abs() < 1e-6, "{found:?}");
    assert_eq!(found.coefficients.len(), coefficients.len());
    for (one, expected) in found.coefficients.iter().zip(coefficients) {
        assert!((one - expected).abs() < 1e-6, "{found:?}");
    }
}

/// From scikit-learn 1.9.1: `LogisticRegression(C=1/alpha, tol=1e-14, solver="newton-cholesky")`.
#[test]
fn agrees_with_scikit_learn() {
    let (columns, late) = small();
    let cases = [
        (0.5, -2.215739557, [0.655663618, 0.942789118]),
        (1.0, -1.950593361, [0.570920806, 0.788634586]),
        (10.0, -0.900618602, [0.212952713, 0.230279696]),
    ];
    for (alpha, intercept, coefficients) in cases {
        let found = fit_logistic(&columns, &late, alpha).unwrap();
        close(&found, intercept, &coefficients);
    }
}

#[test]
fn positive_is_late_whatever_the_majority() {
    let (columns, late) = small();
    let mostly_on_time = fit_logistic(&columns, &late, 0.5).unwrap();
    let turned: Vec<bool> = late.iter().map(|late| !late).collect();
    let mostly_late = fit_logistic(&columns, &turned, 0.5).unwrap();
    assert!(mostly_on_time.coefficients[0] > 0.0);
    let expected: Vec<f64> = mostly_on_time.coefficients.iter().map(|one| -one).collect();
    close(&mostly_late, -mostly_on_time.intercept, &expected);
}

#[test]
fn constant_columns_and_no_columns_leave_the_base_rate() {
    let late = [true, false, false, false];
    let expected = libm::log(1.0 / 3.0);
    for columns in [Array2::zeros((4, 0)), Array2::ones((4, 2)), Array2::zeros((4, 1))] {
        let found = fit_logistic(&columns, &late, 1.0).unwrap();
        close(&found, expected, &vec![0.0; columns.ncols()]);
    }
}

#[test]
fn a_start_at_the_optimum_is_no_trouble() {
    // No column tells anything, so the gradient is zero where the library starts.
    let columns = array![[1.0], [2.0], [1.0], [2.0]];
    let found = fit_logistic(&columns, &[true, true, false, false], 1.0).unwrap();
    close(&found, 0.0, &[0.0]);
}

#[test]
fn a_perfect_column_stays_finite() {
    let columns = array![[0.0], [1.0], [2.0], [3.0]];
    for alpha in [0.0, 1e-6, 1.0] {
        let found = fit_logistic(&columns, &[false, false, true, true], alpha).unwrap();
        assert!(found.coefficients[0] > 0.0 && found.coefficients[0].is_finite());
        assert!(found.intercept.is_finite());
    }
}

#[test]
fn two_equal_columns_share_the_weight() {
    let (columns, late) = small();
    let one = columns.column(0).to_owned();
    let twice = ndarray::stack(ndarray::Axis(1), &[one.view(), one.view()]).unwrap();
    let found = fit_logistic(&twice, &late, 1.0).unwrap();
    assert_eq!(found.coefficients[0], found.coefficients[1]);
}

#[test]
fn either_memory_order_gives_the_same_bits() {
    let (columns, late) = small();
    let mut turned = Array2::zeros(ndarray::ShapeBuilder::f(columns.dim()));
    turned.assign(&columns);
    let one = fit_logistic(&columns, &late, 1.0).unwrap();
    assert_eq!(one, fit_logistic(&turned, &late, 1.0).unwrap());
}

#[test]
fn wrong_input_is_an_error() {
    let (columns, late) = small();
    let mut hole = columns.clone();
    hole[[3, 1]] = f64::NAN;
    assert!(matches!(fit_logistic(&hole, &late, 1.0), Err(ModelError::Value { .. })));
    assert!(matches!(fit_logistic(&columns, &late[1..], 1.0), Err(ModelError::Shape { found: 11, expected: 12, .. })));
    assert!(matches!(
        fit_logistic(&columns, &[true; 12], 1.0),
        Err(ModelError::TooFewEvents { late: 12, on_time: 0, .. })
    ));
    assert!(matches!(fit_logistic(&columns, &late, -1.0), Err(ModelError::Parameter { name: "alpha", .. })));
    let nothing = Array2::zeros((0, 2));
    assert!(matches!(fit_logistic(&nothing, &[], 1.0), Err(ModelError::TooFewEvents { .. })));
}

#[test]
fn many_rows_find_what_made_them() {
    let mut chance = Chance::new(7);
    let rows = 20_000;
    let mut columns = Array2::zeros((rows, 2));
    let mut late = Vec::new();
    for mut row in columns.rows_mut() {
        row[0] = chance.next() * 2.0 - 1.0;
        row[1] = chance.next() * 2.0 - 1.0;
        let log_odds: f64 = 0.5 + 1.5 * row[0] - 0.8 * row[1];
        late.push(chance.next() < 1.0 / (1.0 + libm::exp(-log_odds)));
    }
    let found = fit_logistic(&columns, &late, 0.0).unwrap();
    assert!((found.intercept - 0.5).abs() < 0.05, "{found:?}");
    assert!((found.coefficients[0] - 1.5).abs() < 0.1, "{found:?}");
    assert!((found.coefficients[1] + 0.8).abs() < 0.1, "{found:?}");
}
