use encours_models::{Metrics, ModelError};
use proptest::prelude::*;

fn close(found: f64, expected: f64, name: &str) {
    assert!((found - expected).abs() < 1e-12, "{name}: {found} {expected}");
}

/// From scikit-learn 1.9.1 and `late_payment_reference.py`, on probabilities clipped to 1e-6 … 1 − 1e-6.
#[test]
fn agrees_with_scikit_learn_and_the_reference() {
    let late = [1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 0].map(|late| late == 1);
    let predicted = [0.93, 0.81, 0.75, 0.75, 0.75, 0.52, 0.52, 0.31, 0.31, 0.12, 0.08, 0.0];
    let found = Metrics::measure(&late, &predicted).unwrap();
    assert_eq!((found.rows, found.late), (12, 5));
    close(found.base_rate, 5.0 / 12.0, "base rate");
    close(found.mean_prediction, 0.487_500_083_333_333_33, "mean");
    close(found.auc, 0.671_428_571_428_571_5, "auc");
    close(found.average_precision, 0.645_194_805_194_805_2, "average precision");
    close(found.brier, 0.241_858_333_333_416_7, "brier");
    close(found.log_loss, 0.706_545_535_563_925_7, "log loss");
    close(found.calibration_error, 0.235_833_25, "calibration error");
    close(found.gini(), 0.342_857_142_857_142_9, "gini");
}

#[test]
fn edges_of_the_measures() {
    let cases = [
        ("perfect", vec![true, false], vec![1.0, 0.0], 1.0, 0.0),
        ("reversed", vec![true, false], vec![0.0, 1.0], 0.0, 1.0),
        ("all tied", vec![true, false, false], vec![0.4; 3], 0.5, 0.066_666_666_666_666_7),
        ("one outcome", vec![true, true], vec![0.9, 0.2], 0.5, 0.45),
    ];
    for (name, late, predicted, auc, calibration_error) in cases {
        let found = Metrics::measure(&late, &predicted).unwrap();
        close(found.auc, auc, name);
        assert!((found.calibration_error - calibration_error).abs() < 2e-6, "{name} {found:?}");
        assert!(found.log_loss.is_finite(), "{name}");
    }
}

#[test]
fn wrong_input_is_an_error() {
    assert!(matches!(Metrics::measure(&[], &[]), Err(ModelError::TooFewRows { .. })));
    assert!(matches!(Metrics::measure(&[true], &[]), Err(ModelError::Shape { .. })));
    for wrong in [f64::NAN, -0.1, 1.1, f64::INFINITY] {
        assert!(matches!(Metrics::measure(&[true], &[wrong]), Err(ModelError::Value { .. })));
    }
}

proptest! {
    /// The definition of the AUC, pair by pair.
    #[test]
    fn auc_is_the_share_of_pairs_in_order(rows in proptest::collection::vec((any::<bool>(), 0_u8..10), 2..80)) {
        let late: Vec<bool> = rows.iter().map(|row| row.0).collect();
        let predicted: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 10.0).collect();
        let (mut won, mut pairs) = (0.0, 0.0);
        for (one, risky) in &rows {
            for (next, safe) in &rows {
                if *one && !*next {
                    pairs += 1.0;
                    won += if risky > safe { 1.0 } else if risky == safe { 0.5 } else { 0.0 };
                }
            }
        }
        let expected = if pairs == 0.0 { 0.5 } else { won / pairs };
        let found = Metrics::measure(&late, &predicted).unwrap();
        prop_assert!((found.auc - expected).abs() < 1e-12);
    }
}
