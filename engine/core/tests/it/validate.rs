//! How well training does on later invoices, against a plain reading of a made-up ledger; and whether it still holds.

use encours_core::features::Horizons;
use encours_core::ledger::Book;
use encours_core::portfolio::drift::{DriftKind, drift};
use encours_core::portfolio::validate::{SegmentKind, Verdict, validate};
use encours_core::portfolio::{ScoringModel, TrainSettings, Validation, backtest, train};
use encours_domain::ledger::{LedgerRows, PaymentKind};
use encours_models::drift::DriftLevel;
use encours_models::{Artefact, Metrics, ModelError};

use crate::alone::on_threads;
use crate::support::{START, book_of, day, invoice, payment};

const HORIZONS: [u16; 2] = [0, 30];

/// One invoice, as plainly as can be.
#[derive(Clone)]
struct Plain {
    client: usize,
    number: String,
    issued: i32,
    due: i32,
    paid: Option<i32>,
}

impl Plain {
    /// Late over `k`, once `today` has come and that is known; on the morning of `today`.
    fn outcome(&self, k: i32, today: i32) -> Option<bool> {
        match self.paid.filter(|paid| *paid < today) {
            Some(paid) => Some(paid - self.due > k),
            None => (self.due + k < today).then_some(true),
        }
    }
}

/// Numbers that look like chance.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: i32) -> i32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i32::try_from((self.0 >> 33) % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// Eighty clients, each with a habit of its own, who buy every nine days for 540 days. From `turn` on everybody pays 40 days
/// late.
fn plain(turn: i32) -> Vec<Plain> {
    let mut dice = Dice(11);
    let mut invoices = Vec::new();
    for client in 0..80_usize {
        let habit = i32::try_from(client % 8).unwrap() * 10;
        for step in 0..60 {
            let issued = START + step * 9 + dice.below(9);
            let due = issued + 30;
            let late = dice.below(100) < habit;
            let delay = if late { 1 + dice.below(75) } else { -dice.below(6) };
            let delay = if issued >= turn { 40 } else { delay };
            let paid = (dice.below(100) < 97).then_some(due + delay);
            invoices.push(Plain { client, number: format!("{client}-{step}"), issued, due, paid });
        }
    }
    invoices
}

fn rows(invoices: &[Plain]) -> LedgerRows {
    let mut rows = LedgerRows { files: vec!["plain.csv".to_owned()], ..LedgerRows::default() };
    for one in invoices {
        let cents = 10_000 + i64::from(one.issued % 50) * 1_000;
        rows.invoices.push(invoice(&format!("C{:02}", one.client), &one.number, one.issued, one.due, cents));
        if let Some(paid) = one.paid {
            let mut payment = payment(&one.number, paid, cents);
            payment.client_id = Some(format!("C{:02}", one.client));
            rows.payments.push(payment);
        }
    }
    rows
}

const CUTOFF: i32 = START + 500;

fn settings() -> TrainSettings {
    TrainSettings::new(day(CUTOFF), Horizons::new(HORIZONS.to_vec()).unwrap(), "sha256:made-up")
}

fn validated(book: &Book) -> (Artefact, Validation) {
    let artefact = train(book, &settings()).unwrap();
    let validation = validate(book, &settings(), &artefact, &|_| {}).unwrap();
    (artefact, validation)
}

#[track_caller]
fn close(found: f64, expected: f64, name: &str) {
    assert!((found - expected).abs() < 1e-12, "{name}: {found} {expected}");
}

/// The whole of it again by a plain loop: which day, which invoices, what was foretold, what was known of the client, what
/// came.
#[test]
fn it_is_what_a_plain_reading_gives() {
    let invoices = plain(i32::MAX);
    let book = book_of(rows(&invoices));
    let (_, validation) = validated(&book);
    let from: encours_domain::Day = validation.trained_before.parse().unwrap();
    assert_eq!(validation.known_before, day(CUTOFF).to_string());
    let known: Vec<&Plain> = invoices.iter().filter(|one| one.issued < CUTOFF && one.due + 30 < CUTOFF).collect();
    let later = known.iter().filter(|one| one.issued >= from.number()).count();
    let share = later as f64 / known.len() as f64;
    assert!((0.24..=0.26).contains(&share), "{share}");

    let trial = TrainSettings { cutoff: from, ..settings() };
    let trial = ScoringModel::new(train(&book, &trial).unwrap()).unwrap();
    assert_eq!(validation.trial, trial.id());
    let predictions = backtest(&book, &trial, from).unwrap();
    for (place, k) in HORIZONS.into_iter().enumerate() {
        let (mut late, mut model, mut past, mut bad) = (Vec::new(), Vec::new(), Vec::new(), 0);
        let base = trial.priors().horizons.iter().find(|prior| prior.late_over == k).unwrap().rate;
        for prediction in &predictions {
            let one = invoices.iter().find(|one| one.number == prediction.invoice_id).unwrap();
            if one.issued >= CUTOFF || one.due + i32::from(k) >= CUTOFF {
                continue;
            }
            late.push(one.outcome(i32::from(k), CUTOFF).unwrap());
            model.push(prediction.late_over[place]);
            let before = invoices.iter().filter(|other| other.client == one.client && other.issued < one.issued);
            let seen: Vec<bool> = before.clone().filter_map(|other| other.outcome(i32::from(k), one.issued)).collect();
            let were_late = seen.iter().filter(|late| **late).count() as f64;
            past.push((were_late + 2.0 * base) / (seen.len() as f64 + 2.0));
            let open = |other: &&Plain| other.paid.is_none_or(|paid| paid >= one.issued);
            bad += usize::from(before.clone().any(|other| open(&other) && one.issued - other.due > 30));
        }
        let found = validation.at(k).unwrap();
        let (expected, naive) = (Metrics::measure(&late, &model).unwrap(), Metrics::measure(&late, &past).unwrap());
        assert_eq!((found.all.model.metrics.rows, found.all.model.metrics.late), (expected.rows, expected.late));
        close(found.all.model.metrics.brier, expected.brier, "brier of the model");
        close(found.all.model.metrics.auc, expected.auc, "auc of the model");
        close(found.all.past_rate.metrics.brier, naive.brier, "brier of the past rate");
        close(found.all.past_rate.metrics.auc, naive.auc, "auc of the past rate");
        close(found.all.brier_gain.value, naive.brier - expected.brier, "gain");
        close(found.all.base_rate.metrics.mean_prediction, base, "base rate");
        let apart = found.without_known_bad.as_ref().unwrap().model.metrics.rows;
        assert_eq!(apart, expected.rows - bad as u64, "known bad over {k}");
        assert!(bad > 50 && apart > 50, "{bad} {apart}");
    }
}

#[test]
fn segments_of_a_kind_hold_every_row_once() {
    let book = book_of(rows(&plain(i32::MAX)));
    let (_, validation) = validated(&book);
    for horizon in &validation.horizons {
        for kind in [SegmentKind::History, SegmentKind::Amount] {
            let of_kind = horizon.segments.iter().filter(|segment| segment.kind == kind);
            let rows: u64 = of_kind.map(|segment| segment.comparison.model.metrics.rows).sum();
            assert_eq!(rows, horizon.all.model.metrics.rows, "{kind:?}");
        }
        assert!(horizon.segments.iter().all(|segment| segment.kind != SegmentKind::Currency));
        let interval = horizon.all.model.intervals.brier.unwrap();
        assert!(interval.low < horizon.all.model.metrics.brier && horizon.all.model.metrics.brier < interval.high);
        assert_eq!(horizon.all.clients, 80);
    }
}

#[test]
fn the_number_of_threads_leaves_no_trace() {
    let book = book_of(rows(&plain(i32::MAX)));
    let expected = on_threads(1, || validated(&book).1);
    for threads in [2, 8] {
        assert!(on_threads(threads, || validated(&book).1) == expected, "{threads} threads");
    }
}

/// A payment that came back makes a client known to be bad, until the claim is paid.
#[test]
fn an_open_bounce_is_known_to_be_bad() {
    let mut ledger = rows(&plain(i32::MAX));
    let from = |ledger: LedgerRows| {
        let (_, validation) = validated(&book_of(ledger));
        let all = validation.at(0).unwrap();
        all.all.model.metrics.rows - all.without_known_bad.as_ref().unwrap().model.metrics.rows
    };
    // A client that pays on the day, and buys ten times late in the test.
    let last = CUTOFF - 60;
    for step in 0..10 {
        let number = format!("B-{step}");
        let issued = last + step;
        ledger.invoices.push(invoice("B", &number, issued, issued + 20, 10_000));
        let mut paid = payment(&number, issued + 10, 10_000);
        paid.client_id = Some("B".to_owned());
        ledger.payments.push(paid);
    }
    let before = from(ledger.clone());
    // The first one's payment comes back on the sixth day, and is made good on the ninth.
    for (number, at, cents, kind) in [
        ("B-0", last + 4, 10_000, PaymentKind::Payment),
        ("B-0", last + 5, -10_000, PaymentKind::Reversal),
        ("B-0", last + 8, 10_000, PaymentKind::Payment),
    ] {
        let mut payment = payment(number, at, cents);
        (payment.client_id, payment.kind) = (Some("B".to_owned()), kind);
        if at == last + 4 {
            ledger.payments.retain(|other| other.invoice_id != "B-0");
        }
        ledger.payments.push(payment);
    }
    // Known to be bad on the mornings of days six, seven and eight.
    assert_eq!(from(ledger), before + 3);
}

#[test]
fn too_little_before_the_trial_is_said() {
    let few: Vec<Plain> = plain(i32::MAX).into_iter().filter(|one| one.client < 12 && one.client % 8 > 3).collect();
    let few: Vec<Plain> = few.into_iter().filter(|one| one.issued > CUTOFF - 150).collect();
    let book = book_of(rows(&few));
    let Ok(artefact) = train(&book, &settings()) else { return assert!(few.len() < 100) };
    let error = validate(&book, &settings(), &artefact, &|_| {}).unwrap_err();
    let told = matches!(
        error,
        encours_core::CoreError::Model(ModelError::TooFewRows { .. } | ModelError::TooFewEvents { .. })
    );
    assert!(told, "{error}");
}

#[test]
fn a_verdict_compares_brier_scores_and_wants_rows() {
    let book = book_of(rows(&plain(i32::MAX)));
    let (_, mut validation) = validated(&book);
    assert_eq!(validation.verdict(7), Verdict::Untold { rows: 0, late: 0 });
    let mut told = |model: f64, past: f64, rows: u64, late: u64| {
        let all = &mut validation.horizons[0].all;
        (all.model.metrics.brier, all.past_rate.metrics.brier) = (model, past);
        (all.model.metrics.rows, all.model.metrics.late) = (rows, late);
        validation.verdict(0)
    };
    assert_eq!(told(0.1, 0.2, 50, 5), Verdict::Better { model: 0.1, past_rate: 0.2 });
    assert_eq!(told(0.2, 0.2, 50, 5), Verdict::NoBetter { model: 0.2, past_rate: 0.2 });
    assert_eq!(told(0.3, 0.2, 50, 5), Verdict::NoBetter { model: 0.3, past_rate: 0.2 });
    assert_eq!(told(0.1, 0.2, 49, 5), Verdict::Untold { rows: 49, late: 5 });
    assert_eq!(told(0.1, 0.2, 50, 0), Verdict::Untold { rows: 50, late: 0 });
    assert_eq!(told(0.1, 0.2, 50, 50), Verdict::Untold { rows: 50, late: 50 });
}

#[test]
fn a_validation_comes_back_as_it_was_written() {
    let (_, validation) = validated(&book_of(rows(&plain(i32::MAX))));
    let json = serde_json::to_string(&validation).unwrap();
    assert_eq!(serde_json::from_str::<Validation>(&json).unwrap(), validation);
    let other = json.replacen("\"format\":", "\"colour\":1,\"format\":", 1);
    assert!(serde_json::from_str::<Validation>(&other).is_err());
}

/// Forty days late from the cut-off on: what was foretold no longer comes, and months before are not looked at.
#[test]
fn drift_sees_a_turn_and_is_quiet_without_one() {
    let calibration = |turn: i32| {
        let book = book_of(rows(&plain(turn)));
        let (artefact, validation) = validated(&book);
        let model = ScoringModel::new(artefact).unwrap();
        let found = drift(&book, &model, &validation, day(START + 640)).unwrap();
        assert!(found.months[0].month.as_str() >= &validation.known_before[..7]);
        let alert = found.alerts.iter().find(|alert| alert.what == DriftKind::Calibration).cloned();
        (found, alert)
    };
    let (turned, alert) = calibration(CUTOFF);
    let alert = alert.unwrap();
    assert_eq!((alert.level, alert.value > 0.3), (DriftLevel::Act, true), "{alert:?}");
    let last = turned.months.iter().rfind(|month| month.calibration.is_some()).unwrap();
    assert!(last.calibration.as_ref().unwrap().rate > 0.9, "{last:?}");
    let (quiet, alert) = calibration(i32::MAX);
    assert!(alert.is_none_or(|alert| alert.level < DriftLevel::Act), "{:?}", quiet.alerts);
}
