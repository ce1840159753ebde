//! Reliability, lift, bootstrap, coverage and drift, against other implementations.

use encours_models::drift::{DriftLevel, Reference};
use encours_models::{Coverage, Interval, Lift, Metrics, ModelError, Ranked, Reliability, Resampling, binomial_test};
use proptest::prelude::*;

use crate::support::Chance;

#[track_caller]
fn close(found: f64, expected: f64, name: &str) {
    assert!((found - expected).abs() < 1e-9 * expected.abs().max(1.0), "{name}: {found} {expected}");
}

const LATE: [u8; 20] = [0, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1];
const RISK: [f64; 20] = [
    0.02, 0.03, 0.05, 0.11, 0.12, 0.15, 0.21, 0.22, 0.24, 0.31, 0.38, 0.45, 0.52, 0.58, 0.61, 0.66, 0.74, 0.83, 0.91,
    0.97,
];

fn twenty() -> (Vec<bool>, Vec<f64>) {
    (LATE.map(|late| late == 1).to_vec(), RISK.to_vec())
}

/// `sklearn.calibration.calibration_curve(y, p, n_bins=10, strategy="uniform")` and `strategy="quantile"` of
/// scikit-learn 1.9 on the rows above.
#[test]
fn curves_agree_with_scikit_learn() {
    let (late, risk) = twenty();
    let found = Reliability::measure(&late, &risk).unwrap();
    let pairs = |bins: &[encours_models::ReliabilityBin]| -> Vec<(f64, f64)> {
        bins.iter().map(|bin| (bin.rate, bin.mean_prediction)).collect()
    };
    assert_pairs(&pairs(&found.equal_width), &UNIFORM, "uniform");
    assert_pairs(&pairs(&found.tenths), &QUANTILE, "quantile");
    let rows = |bins: &[encours_models::ReliabilityBin]| bins.iter().map(|bin| bin.rows).sum::<u64>();
    assert_eq!((rows(&found.equal_width), rows(&found.tenths)), (20, 20));
    // The calibration error is the mean gap of the bins of equal width.
    let gap: f64 = found.equal_width.iter().map(|bin| bin.rows as f64 * (bin.rate - bin.mean_prediction).abs()).sum();
    close(gap / 20.0, Metrics::measure(&late, &risk).unwrap().calibration_error, "calibration error");
}

#[track_caller]
fn assert_pairs(found: &[(f64, f64)], expected: &[(f64, f64)], name: &str) {
    assert_eq!(found.len(), expected.len(), "{name}: {found:?}");
    for (found, expected) in found.iter().zip(expected) {
        close(found.0, expected.0, name);
        close(found.1, expected.1, name);
    }
}

const UNIFORM: [(f64, f64); 10] = [
    (0.3333333333333333, 0.03333333333333333),
    (0.0, 0.12666666666666668),
    (0.3333333333333333, 0.2233333333333333),
    (0.5, 0.345),
    (1.0, 0.45),
    (0.5, 0.55),
    (0.5, 0.635),
    (1.0, 0.74),
    (1.0, 0.83),
    (1.0, 0.94),
];
const QUANTILE: [(f64, f64); 10] = [
    (0.0, 0.025),
    (0.5, 0.08),
    (0.0, 0.135),
    (0.5, 0.215),
    (0.5, 0.275),
    (0.5, 0.41500000000000004),
    (0.5, 0.55),
    (0.5, 0.635),
    (1.0, 0.7849999999999999),
    (1.0, 0.94),
];

#[test]
fn equal_predictions_stay_in_one_tenth() {
    let late: Vec<bool> = (0..30).map(|row| row % 3 == 0).collect();
    let found = Reliability::measure(&late, &[0.4; 30]).unwrap();
    assert_eq!((found.tenths.len(), found.equal_width.len()), (1, 1));
    assert_eq!((found.tenths[0].rows, found.tenths[0].late, found.tenths[0].rate), (30, 10, 1.0 / 3.0));
}

/// The deciles printed for D&B's US delinquency score: the worst tenth is 70 % bad, the next two 31.5 %, the rest 14.4 %;
/// from these follow 30 % and 57 % of all bad in the worst 10 % and 30 %.
#[test]
fn lift_of_a_published_table() {
    let (mut late, mut risk) = (Vec::new(), Vec::new());
    for (tenth, bad) in [700, 315, 315, 144, 144, 144, 144, 144, 144, 144].into_iter().enumerate() {
        for row in 0..1_000 {
            late.push(row < bad);
            risk.push(1.0 - tenth as f64 / 10.0);
        }
    }
    let lift = Lift::measure(&late, &risk).unwrap();
    assert!((lift.captured[0] - 0.30).abs() < 0.005 && (lift.captured[2] - 0.57).abs() < 0.005, "{lift:?}");
    close(lift.captured[0], 700.0 / 2_338.0, "worst tenth");
    close(lift.captured[9], 1.0, "all");
    close(lift.worst(1).unwrap(), 7_000.0 / 2_338.0, "lift");
    assert_eq!((lift.worst(0), lift.worst(11)), (None, None));
}

#[test]
fn a_constant_lifts_nothing() {
    let late: Vec<bool> = (0..45).map(|row| row % 5 == 0).collect();
    let lift = Lift::measure(&late, &[0.2; 45]).unwrap();
    for (place, captured) in lift.captured.iter().enumerate() {
        close(*captured, (place + 1) as f64 / 10.0, "constant");
    }
    assert!(Lift::measure(&[false; 9], &[0.2; 9]).unwrap().captured.is_empty());
}

/// `scipy.stats.binomtest(k, n, p).pvalue` of SciPy 1.17.
#[test]
fn binomial_test_agrees_with_scipy() {
    for (successes, trials, chance, expected) in BINOMIAL {
        let found = binomial_test(successes, trials, chance).unwrap();
        assert!(
            (found - expected).abs() < 1e-9 * expected.max(1e-3),
            "{successes} {trials} {chance}: {found} {expected}"
        );
    }
}

const BINOMIAL: [(u64, u64, f64, f64); 9] = [
    (9, 10, 0.5, 0.021484375),
    (85, 100, 0.9, 0.09628404792835746),
    (90, 100, 0.9, 1.0),
    (97, 100, 0.9, 0.017843766383309426),
    (830, 1000, 0.9, 1.0143384842213e-11),
    (0, 20, 0.1, 0.25452997802490435),
    (20, 20, 0.9, 0.25452997802490435),
    (3, 7, 0.3333333333333333, 0.692729766803841),
    (5000, 10000, 0.49, 0.04654168501674097),
];

#[test]
fn what_cannot_be_tested_is_refused() {
    for (successes, trials, chance) in [(3, 2, 0.5), (1, 2, 1.5), (1, 2, f64::NAN), (0, 20_000_000, 0.5)] {
        assert!(matches!(binomial_test(successes, trials, chance), Err(ModelError::Value { .. })));
    }
    let covered = Coverage::of(&[true, true, false, true], 0.75).unwrap();
    assert_eq!((covered.intervals, covered.held, covered.p_value), (4, 3, 1.0));
}

/// A round in which every group counts once is the measure itself.
#[test]
fn a_round_of_ones_is_the_plain_measure() {
    let (late, risk) = twenty();
    let groups: Vec<u32> = (0..20).map(|row| row % 7).collect();
    let plain = Metrics::measure(&late, &risk).unwrap();
    let found = Ranked::new(&late, &risk, &groups, 7).unwrap().measure(&[1; 7]).unwrap();
    close(found.auc.unwrap(), plain.auc, "auc");
    close(found.average_precision.unwrap(), plain.average_precision, "average precision");
    close(found.brier, plain.brier, "brier");
    close(found.log_loss, plain.log_loss, "log loss");
    close(found.calibration_error, plain.calibration_error, "calibration error");
}

/// Groups counted several times are the measure of the rows written out as often.
#[test]
fn weights_are_rows_written_out() {
    let (late, risk) = twenty();
    let groups: Vec<u32> = (0..20).map(|row| row % 4).collect();
    let times = [3, 0, 1, 2];
    let (mut many_late, mut many_risk) = (Vec::new(), Vec::new());
    for row in 0..20 {
        for _ in 0..times[groups[row] as usize] {
            many_late.push(late[row]);
            many_risk.push(risk[row]);
        }
    }
    let plain = Metrics::measure(&many_late, &many_risk).unwrap();
    let ranked = Ranked::new(&late, &risk, &groups, 4).unwrap();
    let found = ranked.measure(&times).unwrap();
    close(found.auc.unwrap(), plain.auc, "auc");
    close(found.average_precision.unwrap(), plain.average_precision, "average precision");
    close(found.brier, plain.brier, "brier");
    close(found.calibration_error, plain.calibration_error, "calibration error");
    assert_eq!(ranked.measure(&[0; 4]), None);
}

#[test]
fn rounds_depend_on_seed_and_number_alone() {
    let one = Resampling { seed: 7, rounds: 3 };
    assert_eq!(one.round(1, 50), one.round(1, 50));
    assert_ne!(one.round(1, 50), one.round(2, 50));
    assert_ne!(one.round(1, 50), Resampling { seed: 8, ..one }.round(1, 50));
    for round in 0..50 {
        assert_eq!(one.round(round, 40).iter().sum::<u32>(), 40);
    }
    // Each group is drawn once a round on average, and is left out of 1/e of them.
    let drawn: Vec<u32> = (0..2_000).flat_map(|round| one.round(round, 20)).collect();
    let absent = drawn.iter().filter(|times| **times == 0).count() as f64 / drawn.len() as f64;
    assert!((absent - 0.95_f64.powi(20)).abs() < 0.01, "{absent}");
}

/// The interval of a mean from the bootstrap is near the one that theory gives: rate 0.3 of 400 independent rows.
#[test]
fn intervals_are_as_wide_as_theory_says() {
    let (late, groups): (Vec<bool>, Vec<u32>) = (0..400_u32).map(|row| (row % 10 < 3, row)).unzip();
    // Squared error of a prediction of nought is the outcome itself.
    let ranked = Ranked::new(&late, &[0.0; 400], &groups, 400).unwrap();
    let interval = bootstrap(&ranked);
    let half = 1.645 * (0.3_f64 * 0.7 / 400.0).sqrt();
    assert!(
        (interval.low - (0.3 - half)).abs() < 0.006 && (interval.high - (0.3 + half)).abs() < 0.006,
        "{interval:?}"
    );
}

/// One client with most of the invoices fakes no certainty.
#[test]
fn a_giant_widens_the_interval() {
    let late: Vec<bool> = (0..400).map(|row| row % 10 < 3).collect();
    let width = |groups: Vec<u32>| {
        let of = *groups.iter().max().unwrap() as usize + 1;
        let interval = bootstrap(&Ranked::new(&late, &[0.0; 400], &groups, of).unwrap());
        interval.high - interval.low
    };
    let alone = width((0..400).collect());
    // Ten clients, each always or never late.
    let clustered = width((0..400).map(|row| row % 10).collect());
    assert!(clustered > 4.0 * alone, "{clustered} {alone}");
}

fn bootstrap(ranked: &Ranked) -> Interval {
    let resampling = Resampling { seed: 1, rounds: 2_000 };
    let rounds = (0..resampling.rounds).map(|round| resampling.round(round, ranked.groups()));
    Interval::of(rounds.filter_map(|times| ranked.measure(&times)).map(|found| found.brier).collect()).unwrap()
}

/// `numpy.quantile(values, [0.05, 0.95])`.
#[test]
fn quantiles_agree_with_numpy() {
    let values: Vec<f64> = (1..=23).map(|value| f64::from(value * value)).collect();
    let interval = Interval::of(values).unwrap();
    close(interval.low, 4.5, "low");
    close(interval.high, 479.7, "high");
    assert_eq!(Interval::of(vec![1.0; 19]), None);
    assert_eq!(Interval::of(vec![f64::NAN; 40]), None);
}

#[test]
fn a_reference_knows_itself_and_sees_a_shift() {
    let mut chance = Chance::new(3);
    let then: Vec<f64> = (0..5_000).map(|_| chance.next()).collect();
    let same: Vec<f64> = (0..5_000).map(|_| chance.next()).collect();
    let reference = Reference::of(&then);
    assert_eq!((reference.edges.len(), reference.rows.len(), reference.rows.iter().sum::<u64>()), (9, 11, 5_000));
    assert!(reference.rows[..10].iter().all(|rows| *rows == 500), "{reference:?}");
    assert_eq!(reference.compare(&same).unwrap().level, DriftLevel::Fine);
    let squared: Vec<f64> = same.iter().map(|value| value * value).collect();
    assert_eq!(reference.compare(&squared).unwrap().level, DriftLevel::Act);
    // Missing values are a bin of their own.
    let gone: Vec<f64> = same.iter().map(|value| if *value < 0.3 { f64::NAN } else { *value }).collect();
    assert_eq!(reference.compare(&gone).unwrap().level, DriftLevel::Act);
    assert_eq!(reference.compare(&same[..100]).unwrap().level, DriftLevel::TooFew);
}

#[test]
fn a_constant_and_nothing_are_references_too() {
    let constant = Reference::of(&[2.0; 300]);
    assert_eq!((constant.edges.len(), constant.rows.clone()), (0, vec![300, 0]));
    assert_eq!(constant.compare(&[2.0; 300]).unwrap().index, 0.0);
    let nothing = Reference::of(&[]);
    assert!(nothing.compare(&[1.0; 300]).unwrap().index.is_finite());
    let two = Reference::of(&[[0.0; 200], [1.0; 200]].concat());
    assert_eq!(two.rows, [200, 200, 0]);
}

proptest! {
    /// The order of rows leaves no trace.
    #[test]
    fn order_leaves_no_trace(rows in proptest::collection::vec((any::<bool>(), 0_u8..20, 0_u32..9), 1..60), turn in 0_usize..60) {
        let turned: Vec<_> = rows.iter().cycle().skip(turn % rows.len()).take(rows.len()).copied().collect();
        let measure = |rows: &[(bool, u8, u32)]| {
            let late: Vec<bool> = rows.iter().map(|row| row.0).collect();
            let risk: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 19.0).collect();
            let groups: Vec<u32> = rows.iter().map(|row| row.2).collect();
            let times = Resampling { seed: 5, rounds: 1 }.round(0, 9);
            let ranked = Ranked::new(&late, &risk, &groups, 9).unwrap().measure(&times);
            (ranked, Lift::measure(&late, &risk).unwrap(), Reliability::measure(&late, &risk).unwrap())
        };
        prop_assert_eq!(measure(&rows), measure(&turned));
    }

    /// Captured shares never fall, and end at all.
    #[test]
    fn lift_rises_to_all(rows in proptest::collection::vec((any::<bool>(), 0_u8..20), 1..80)) {
        let late: Vec<bool> = rows.iter().map(|row| row.0).collect();
        let risk: Vec<f64> = rows.iter().map(|row| f64::from(row.1) / 19.0).collect();
        let lift = Lift::measure(&late, &risk).unwrap();
        if late.contains(&true) {
            prop_assert!(lift.captured.is_sorted());
            prop_assert!((lift.captured[9] - 1.0).abs() < 1e-12);
        }
    }
}
