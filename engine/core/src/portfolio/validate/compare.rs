//! Three predictors measured on the same rows, with intervals drawn by client.

use encours_models::{Interval, Lift, Metrics, Ranked, Reliability, Resampled, Resampling};
use rayon::prelude::*;

use super::report::{Comparison, Gain, HorizonValidation, Intervals, Measured, Segment};
use super::rows::TestRows;
use super::{clients, segments};
use crate::CoreError;
use crate::ledger::Book;
use crate::portfolio::scoring::ScoringModel;

/// What the predictors said of some rows, and what came.
pub(super) struct Sample {
    late: Vec<bool>,
    /// Numbers of the clients among those of the sample.
    groups: Vec<u32>,
    clients: usize,
    model: Vec<f64>,
    past: Vec<f64>,
    base: Vec<f64>,
}

impl Sample {
    /// Rows stand client by client, so that a client's number is told from the one before.
    pub(super) fn of(test: &TestRows, rows: &[usize], horizon: usize, base_rate: f64) -> Self {
        let mut groups: Vec<u32> = Vec::with_capacity(rows.len());
        let (mut clients, mut last) = (0_u32, None);
        for &row in rows {
            let client = test.clients.get(row).copied();
            if client != last {
                (clients, last) = (clients + 1, client);
            }
            groups.push(clients - 1);
        }
        let column = |values: &[f64]| rows.iter().map(|&row| test.value(values, row, horizon)).collect();
        Self {
            late: rows.iter().map(|&row| test.late(row, horizon) == Some(true)).collect(),
            groups,
            clients: usize::try_from(clients).unwrap_or(usize::MAX),
            model: column(&test.late_over),
            past: column(&test.past),
            base: vec![base_rate; rows.len()],
        }
    }

    /// The model against other predictions in the place of the past rate.
    pub(super) fn against(self, predictions: Vec<f64>) -> Self {
        Self { past: predictions, ..self }
    }

    pub(super) fn compare(&self, resampling: Resampling) -> Result<Comparison, CoreError> {
        let predictors = [&self.model, &self.past, &self.base];
        let ranked = |predictions: &Vec<f64>| Ranked::new(&self.late, predictions, &self.groups, self.clients);
        let ranked = predictors.iter().map(|one| ranked(one)).collect::<Result<Vec<Ranked>, _>>()?;
        // A round depends on its number alone, and they come back in order: the number of threads leaves no trace.
        let rounds: Vec<Vec<Option<Resampled>>> = (0..resampling.rounds)
            .into_par_iter()
            .map(|round| {
                let times = resampling.round(round, self.clients);
                ranked.iter().map(|one| one.measure(&times)).collect()
            })
            .collect();
        let measured = |place: usize, predictions: &Vec<f64>| -> Result<Measured, CoreError> {
            let metrics = Metrics::measure(&self.late, predictions)?;
            Ok(Measured { metrics, intervals: intervals(&rounds, place) })
        };
        let (model, past_rate) = (measured(0, &self.model)?, measured(1, &self.past)?);
        let auc = |drawn: &[Option<Resampled>]| Some(of(drawn, 0)?.auc? - of(drawn, 1)?.auc?);
        let brier = |drawn: &[Option<Resampled>]| Some(of(drawn, 1)?.brier - of(drawn, 0)?.brier);
        Ok(Comparison {
            clients: u64::try_from(self.clients).unwrap_or(u64::MAX),
            auc_gain: Gain { value: model.metrics.auc - past_rate.metrics.auc, interval: drawn(&rounds, auc) },
            brier_gain: Gain { value: past_rate.metrics.brier - model.metrics.brier, interval: drawn(&rounds, brier) },
            model,
            past_rate,
            base_rate: measured(2, &self.base)?,
        })
    }
}

/// What one predictor came to in a round.
fn of(drawn: &[Option<Resampled>], place: usize) -> Option<Resampled> {
    drawn.get(place).copied().flatten()
}

fn intervals(rounds: &[Vec<Option<Resampled>>], place: usize) -> Intervals {
    let interval = |value: fn(Resampled) -> Option<f64>| drawn(rounds, |drawn| of(drawn, place).and_then(value));
    Intervals {
        auc: interval(|found| found.auc),
        average_precision: interval(|found| found.average_precision),
        brier: interval(|found| Some(found.brier)),
        log_loss: interval(|found| Some(found.log_loss)),
        calibration_error: interval(|found| Some(found.calibration_error)),
    }
}

/// The interval of a value over the rounds; absent when half of them don't give it.
fn drawn(rounds: &[Vec<Option<Resampled>>], value: impl Fn(&[Option<Resampled>]) -> Option<f64>) -> Option<Interval> {
    let values: Vec<f64> = rounds.iter().filter_map(|drawn| value(drawn)).collect();
    if values.len() * 2 < rounds.len() { None } else { Interval::of(values) }
}

/// Everything that is told of one horizon; nothing when no later invoice has a known outcome there.
pub(super) fn at_horizon(
    book: &Book,
    model: &ScoringModel,
    test: &TestRows,
    horizon: usize,
    late_over_days: u16,
    resampling: Resampling,
) -> Result<Option<HorizonValidation>, CoreError> {
    let rows = test.known_at(horizon);
    if rows.is_empty() {
        return Ok(None);
    }
    let base_rate = model.priors().rate_over(late_over_days);
    let compare = |rows: &[usize]| Sample::of(test, rows, horizon, base_rate).compare(resampling);
    let fine = |row: &usize| test.known_bad.get(*row) == Some(&false);
    let apart: Vec<usize> = rows.iter().copied().filter(fine).collect();
    let segments = segments::parts(book, test, &rows, horizon).into_iter().map(|mut part| {
        part.rows.sort_unstable();
        let comparison = compare(&part.rows)?;
        Ok(Segment { kind: part.kind, column: part.column, part: part.name, amounts: part.amounts, comparison })
    });
    let sample = Sample::of(test, &rows, horizon, base_rate);
    let spread = model.artefact().and_then(|artefact| artefact.spread(late_over_days));
    let coming = spread.map(|spread| clients::measure(test, &rows, horizon, spread)).transpose()?.flatten();
    Ok(Some(HorizonValidation {
        late_over_days,
        all: sample.compare(resampling)?,
        without_known_bad: if apart.is_empty() { None } else { Some(compare(&apart)?) },
        segments: segments.collect::<Result<_, CoreError>>()?,
        reliability: Reliability::measure(&sample.late, &sample.model)?,
        lift: Lift::measure(&sample.late, &sample.model)?,
        past_rate_lift: Lift::measure(&sample.late, &sample.past)?,
        coming,
    }))
}
