//! Drift: whether the invoices of each month are still like those a model was measured on, and whether what it foretold
//! still comes.
//!
//! Three things are watched. *PSI of the score*: are invoices as risky as they were? *CSI of each feature*: which habit
//! moved? And, once a month's outcomes are known, *calibration*: did as many come late as was foretold? The first two warn
//! early and may be harmless; the third comes late and is the one that matters.

use std::collections::BTreeMap;

use encours_domain::Day;
use encours_models::Metrics;
use encours_models::drift::{DriftLevel, Reference, Stability};
use serde::{Deserialize, Serialize};

use super::backtest::at_issue;
use super::rows::{Outcome, each_client};
use super::scoring::ScoringModel;
use super::validate::Validation;
use crate::CoreError;
use crate::features::{Cut, registry};
use crate::ledger::Book;

/// Months told at most, the latest.
const MOST_MONTHS: usize = 12;

/// Share of a month's invoices whose outcome must be known before its calibration is told.
const MATURED: (u64, u64) = (95, 100);

/// Standard deviations beyond which a month's late invoices are more or fewer than chance explains: one month in a
/// hundred, were invoices independent.
const BEYOND_CHANCE: f64 = 2.576;

/// Points of one step of the picture of scores.
pub const SCORE_STEP: i32 = 20;

/// How a model's scores and features were spread over the later invoices of its validation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriftReference {
    /// The horizon of the score, days.
    pub headline_over: u16,
    /// Issued from this ISO date on …
    pub from: String,
    /// … and before this one.
    pub before: String,
    /// Scores.
    pub score: Reference,
    /// The same in steps of twenty points, ascending, for a picture.
    pub histogram: Vec<ScoreStep>,
    /// Features by name, in the order of the registry, read at the headline.
    pub features: Vec<(String, Reference)>,
}

/// Invoices whose score lies within twenty points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreStep {
    /// The least score of the step.
    pub from: i32,
    /// Invoices.
    pub rows: u64,
}

/// A model against the invoices that came after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The horizon of the score, days.
    pub headline_over: u16,
    /// Calibration error out of time when the model was validated.
    pub validated_calibration_error: Option<f64>,
    /// Nothing dated after this ISO date was read.
    pub as_of: String,
    /// The months since the model was trained, oldest first, at most the last twelve.
    pub months: Vec<MonthDrift>,
    /// What somebody should look at, worst first.
    pub alerts: Vec<DriftAlert>,
}

/// The invoices of one month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthDrift {
    /// Such as `2026-03`.
    pub month: String,
    /// PSI of the score.
    pub score: Stability,
    /// CSI of each feature, furthest first.
    pub features: Vec<FeatureDrift>,
    /// What was foretold against what came, once nineteen in twenty outcomes are known.
    pub calibration: Option<MonthCalibration>,
}

/// One feature in one month.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureDrift {
    /// The feature.
    pub name: String,
    /// Its CSI.
    pub stability: Stability,
}

/// What was foretold in a month against what came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MonthCalibration {
    /// Invoices whose outcome is known.
    pub rows: u64,
    /// Of these late.
    pub late: u64,
    /// Mean prediction.
    pub mean_prediction: f64,
    /// Late share.
    pub rate: f64,
    /// Calibration error of the month.
    pub calibration_error: f64,
    /// (late − foretold) / √Σ p (1 − p): standard deviations from what was foretold, were invoices independent.
    pub deviations: f64,
    /// What it asks for: look when more or fewer came late than chance explains; act when the gap is also beyond the
    /// calibration error of the validation.
    pub level: DriftLevel,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriftAlert {
    /// What moved.
    pub what: DriftKind,
    /// The feature, when one moved.
    pub feature: Option<String>,
    /// The month.
    pub month: String,
    /// PSI or CSI; for calibration the late share less the mean prediction.
    pub value: f64,
    /// What it asks for.
    pub level: DriftLevel,
}

/// What is watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftKind {
    /// What was foretold against what came.
    Calibration,
    /// The spread of the score.
    Score,
    /// The spread of a feature.
    Feature,
}

/// Invoices as the model saw them, by column.
#[derive(Default)]
pub(super) struct Seen {
    /// Number of the record in the book.
    pub(super) records: Vec<usize>,
    pub(super) issued: Vec<i32>,
    scores: Vec<f64>,
    predictions: Vec<f64>,
    /// One column for each feature of the registry.
    pub(super) features: Vec<Vec<f64>>,
    pub(super) late: Vec<Option<bool>>,
}

impl Seen {
    /// Every invoice issued from `from` on and before `before`; outcomes are those known on the morning of `before`.
    pub(super) fn collect(book: &Book, model: &ScoringModel, from: i32, before: i32) -> Result<Self, CoreError> {
        let columns = registry::offered().count();
        let headline = model.headline_place();
        let empty = || Self { features: vec![Vec::new(); columns], ..Self::default() };
        let parts = each_client(book, model.horizons(), model.priors().paying_week, |client, state| {
            let mut rows = empty();
            if client.records().iter().all(|record| !(from..before).contains(&record.issued)) {
                return Ok(rows);
            }
            let mut positions = Vec::new();
            at_issue(client, state, model, from..before, |seen| {
                if !seen.record.teaches_lateness() {
                    return Ok(());
                }
                positions.push(seen.position);
                rows.records.push(client.record_number(seen.position));
                rows.issued.push(seen.record.issued);
                rows.scores.push(f64::from(seen.score));
                rows.predictions.push(seen.late_over.get(headline).copied().unwrap_or(0.0));
                let reading = model.reading(seen.state, headline, seen.shape, seen.record.issued)?;
                for (column, feature) in rows.features.iter_mut().zip(registry::offered()) {
                    column.push((feature.value)(&reading));
                }
                Ok(())
            })?;
            state.advance(client, Cut::start_of(before));
            for (position, record) in positions.iter().filter_map(|&at| Some((at, client.records().get(at)?))) {
                let outcome = Outcome::known_by(state, record, position, headline, before);
                rows.late.push(outcome.map(|outcome| outcome == Outcome::Late));
            }
            Ok(rows)
        })?;
        let mut rows = empty();
        for part in parts {
            rows.append(part);
        }
        Ok(rows)
    }

    fn append(&mut self, part: Self) {
        self.records.extend(part.records);
        self.issued.extend(part.issued);
        self.scores.extend(part.scores);
        self.predictions.extend(part.predictions);
        self.late.extend(part.late);
        for (column, values) in self.features.iter_mut().zip(part.features) {
            column.extend(values);
        }
    }

    /// Places of the rows by month of issue, `2026-03`.
    fn months(&self) -> Result<BTreeMap<String, Vec<usize>>, CoreError> {
        let mut months: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (row, &issued) in self.issued.iter().enumerate() {
            let day = Day::from_number(issued)?.to_string();
            let month = day.get(..7).unwrap_or(&day).to_owned();
            months.entry(month).or_default().push(row);
        }
        Ok(months)
    }
}

fn chosen<T: Copy>(column: &[T], rows: &[usize]) -> Vec<T> {
    rows.iter().filter_map(|&row| column.get(row).copied()).collect()
}

impl DriftReference {
    /// Notes how the model spreads the invoices issued from `from` on and before `before`.
    ///
    /// # Errors
    /// When a client is too large to be folded.
    pub fn of(book: &Book, model: &ScoringModel, from: Day, before: Day) -> Result<Self, CoreError> {
        let seen = Seen::collect(book, model, from.number(), before.number())?;
        let features = registry::offered().zip(&seen.features);
        Ok(Self {
            headline_over: model.headline_over(),
            from: from.to_string(),
            before: before.to_string(),
            score: Reference::of(&seen.scores),
            histogram: histogram(&seen.scores),
            features: features.map(|(feature, values)| (feature.name.to_owned(), Reference::of(values))).collect(),
        })
    }
}

/// Scores are whole numbers, so the steps are exact.
fn histogram(scores: &[f64]) -> Vec<ScoreStep> {
    let mut steps: BTreeMap<i32, u64> = BTreeMap::new();
    for score in scores {
        #[expect(clippy::cast_possible_truncation, reason = "a score comes from an i32")]
        let step = (*score as i32).div_euclid(SCORE_STEP) * SCORE_STEP;
        *steps.entry(step).or_default() += 1;
    }
    steps.into_iter().map(|(from, rows)| ScoreStep { from, rows }).collect()
}

/// Looks at every invoice issued since the model was trained, with what was dated up to and including `as_of`.
///
/// # Errors
/// When a client is too large to be folded, or the reference contradicts itself.
pub fn drift(book: &Book, model: &ScoringModel, validation: &Validation, as_of: Day) -> Result<Drift, CoreError> {
    let reference = &validation.reference;
    let validated = validation.at(reference.headline_over).map(|found| found.all.model.metrics.calibration_error);
    let since: Day = reference.before.parse()?;
    let seen = Seen::collect(book, model, since.number(), as_of.number() + 1)?;
    let mut months = Vec::new();
    let all = seen.months()?;
    for (month, rows) in all.iter().skip(all.len().saturating_sub(MOST_MONTHS)) {
        months.push(month_drift(month, rows, &seen, reference, validated)?);
    }
    let alerts = alerts(&months);
    let (headline_over, as_of) = (reference.headline_over, as_of.to_string());
    Ok(Drift { headline_over, validated_calibration_error: validated, as_of, months, alerts })
}

fn month_drift(
    month: &str,
    rows: &[usize],
    seen: &Seen,
    reference: &DriftReference,
    validated: Option<f64>,
) -> Result<MonthDrift, CoreError> {
    let mut features = Vec::new();
    for (feature, values) in registry::offered().zip(&seen.features) {
        let then = reference.features.iter().find(|(name, _)| name == feature.name);
        if let Some((name, then)) = then {
            features.push(FeatureDrift { name: name.clone(), stability: then.compare(&chosen(values, rows))? });
        }
    }
    features.sort_by(|one, next| next.stability.index.total_cmp(&one.stability.index).then(one.name.cmp(&next.name)));
    let score = reference.score.compare(&chosen(&seen.scores, rows))?;
    let calibration = calibration(rows, seen, validated)?;
    Ok(MonthDrift { month: month.to_owned(), score, features, calibration })
}

/// What was foretold against what came; nothing while too few outcomes are known.
fn calibration(rows: &[usize], seen: &Seen, validated: Option<f64>) -> Result<Option<MonthCalibration>, CoreError> {
    let outcome = |&row: &usize| {
        let late = seen.late.get(row).copied().flatten()?;
        Some((late, *seen.predictions.get(row)?))
    };
    let (late, predictions): (Vec<bool>, Vec<f64>) = rows.iter().filter_map(outcome).unzip();
    let count = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
    let (part, whole) = MATURED;
    if late.is_empty() || count(late.len()) * whole < count(rows.len()) * part {
        return Ok(None);
    }
    let metrics = Metrics::measure(&late, &predictions)?;
    let known = crate::features::reading::count(late.len());
    let variance = predictions.iter().fold(0.0, |sum, chance| sum + chance * (1.0 - chance));
    let gap = metrics.base_rate - metrics.mean_prediction;
    let deviations = if variance > 0.0 { gap * known / libm::sqrt(variance) } else { 0.0 };
    Ok(Some(MonthCalibration {
        rows: metrics.rows,
        late: metrics.late,
        mean_prediction: metrics.mean_prediction,
        rate: metrics.base_rate,
        calibration_error: metrics.calibration_error,
        deviations,
        level: calibration_level(metrics.rows, gap, deviations, validated),
    }))
}

fn calibration_level(rows: u64, gap: f64, deviations: f64, validated: Option<f64>) -> DriftLevel {
    let beyond_validation = validated.is_some_and(|validated| gap.abs() > validated);
    match deviations.abs() > BEYOND_CHANCE {
        _ if rows < encours_models::drift::FEWEST => DriftLevel::TooFew,
        true if beyond_validation => DriftLevel::Act,
        true => DriftLevel::Look,
        false => DriftLevel::Fine,
    }
}

/// The last month that says anything, and the last whose outcomes are known.
fn alerts(months: &[MonthDrift]) -> Vec<DriftAlert> {
    let mut alerts = Vec::new();
    let mut note = |what, feature: Option<&str>, month: &str, value, level| {
        if level >= DriftLevel::Look {
            let (feature, month) = (feature.map(str::to_owned), month.to_owned());
            alerts.push(DriftAlert { what, feature, month, value, level });
        }
    };
    if let Some(last) = months.iter().rfind(|month| month.score.level != DriftLevel::TooFew) {
        note(DriftKind::Score, None, &last.month, last.score.index, last.score.level);
        for feature in &last.features {
            let stability = feature.stability;
            note(DriftKind::Feature, Some(&feature.name), &last.month, stability.index, stability.level);
        }
    }
    let told = |month: &MonthDrift| month.calibration.as_ref().is_some_and(|found| found.level != DriftLevel::TooFew);
    if let Some((last, found)) =
        months.iter().rfind(|month| told(month)).and_then(|month| Some((month, month.calibration.as_ref()?)))
    {
        note(DriftKind::Calibration, None, &last.month, found.rate - found.mean_prediction, found.level);
    }
    alerts.sort_by(|one, next| next.level.cmp(&one.level).then(one.what.cmp(&next.what)));
    alerts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calibration_asks_for_attention_when_chance_does_not_explain_it() {
        for (rows, gap, deviations, validated, expected) in [
            (100, 0.2, 9.0, Some(0.01), DriftLevel::TooFew),
            (1_000, 0.01, 1.0, Some(0.02), DriftLevel::Fine),
            (1_000, -0.015, -3.0, Some(0.02), DriftLevel::Look),
            (1_000, -0.05, -3.0, Some(0.02), DriftLevel::Act),
            (1_000, 0.05, 3.0, None, DriftLevel::Look),
        ] {
            assert_eq!(calibration_level(rows, gap, deviations, validated), expected, "{rows} {gap} {deviations}");
        }
    }
}
