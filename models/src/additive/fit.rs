//! From a table to an additive card.

use super::card::{AdditiveCard, ShapeFeature};
use super::check::RawAdditive;
use super::learn::{Learned, LearnedFeature, Recipe, follow, trial};
use super::pairs::Grid;
use super::params::AdditiveValidParams;
use crate::binning::{Bins, Tally};
use crate::calibration::{Calibration, calibrated};
use crate::card::{Dropped, DroppedFeature, PairFeature};
use crate::error::{Faults, ModelError};
use crate::number::{count, points, real};
use crate::scale::Scale;
use crate::table::Table;

/// Rows from which all but the steps of boosting are learned.
const SAMPLE: usize = 131_072;

impl AdditiveValidParams {
    /// Fits an additive card. The same rows in any order, on any number of threads, give the same card, bit for bit.
    ///
    /// 1. The earlier rows by day teach a trial; the later ones say when boosting stops, which pairs are worth having, and
    ///    the calibration (Platt's slope and intercept).
    /// 2. All rows teach the card, as long and with the pairs that the trial found.
    /// 3. The calibration is applied and everything is told in whole points; neighbouring bins of the same points become
    ///    one, and features without points are left out.
    ///
    /// Of a table of more than 131,072 rows, about so many, drawn by a hash of what they hold, stand for all in the trial,
    /// in the cuts between bins and in the plain card from which boosting begins; boosting itself reads every row.
    ///
    /// With too few later rows to learn that from, boosting stays where it began.
    ///
    /// # Errors
    /// When there are too few rows or events, when points would pass a million, or when the optimiser fails.
    ///
    /// ```
    /// use encours_models::{AdditiveParams, Column, Direction, FeatureSpec, ParamGuard, Table, Value};
    /// // 400 rows; late the more often the higher the past rate.
    /// let rates: Vec<f64> = (0..400).map(|row| f64::from(row % 10) / 10.0).collect();
    /// let events = (0..400).map(|row| row % 10 > (row / 10) % 10).collect();
    /// let specs = vec![FeatureSpec::numeric("late_rate", Direction::RiskUp)];
    /// let table = Table::new(specs, vec![Column::Numeric(rates)], events, (0..400).collect())?;
    /// let card = AdditiveParams::default().check()?.fit(&table)?;
    ///
    /// let good = card.score_row(&[Value::Number(0.0)])?;
    /// let bad = card.score_row(&[Value::Number(0.9)])?;
    /// assert!(good.score > bad.score && good.probability < bad.probability);
    /// # Ok::<(), encours_models::ModelError>(())
    /// ```
    pub fn fit(&self, table: &Table) -> Result<AdditiveCard, ModelError> {
        table.check_size(self.minimum_rows, self.minimum_events)?;
        let sample = table.sample(SAMPLE);
        let (calibration, recipe) = calibrated(&self.holdout, &sample, |earlier, later| trial(self, earlier, later))?;
        let learned = follow(self, table, &sample, &recipe.unwrap_or_else(Recipe::none))?;
        let raw = learned.in_points(self.scale, calibration, table)?;
        let mut faults = Faults::default();
        raw.check("card", &mut faults);
        faults.into_result()?;
        Ok(raw.believed())
    }
}

/// Log-odds told in points.
struct Teller<'a> {
    scale: Scale,
    calibration: &'a Calibration,
}

impl Teller<'_> {
    fn points(&self, log_odds: f64) -> Result<i32, ModelError> {
        let found = points(-self.scale.factor() * self.calibration.slope * log_odds);
        found.ok_or(ModelError::Value {
            what: "log-odds of a bin",
            found: log_odds,
            expected: "at most a million points",
        })
    }

    fn base(&self, intercept: f64) -> Result<i32, ModelError> {
        let found = points(self.scale.score(self.calibration.apply(intercept)));
        found.ok_or(ModelError::Value {
            what: "log-odds of a row",
            found: intercept,
            expected: "at most a million points",
        })
    }
}

impl Learned {
    fn in_points(self, scale: Scale, calibration: Calibration, table: &Table) -> Result<RawAdditive, ModelError> {
        let teller = Teller { scale, calibration: &calibration };
        let mut intercept = self.shapes.intercept;
        let mut told = Vec::with_capacity(self.features.len());
        for (feature, term) in self.features.iter().zip(self.terms.iter()) {
            let shape = term.of(&self.shapes.cells);
            let mean = mean(shape, &feature.tallies);
            intercept += mean;
            let points: Result<Vec<i32>, ModelError> =
                shape.iter().map(|log_odds| teller.points(log_odds - mean)).collect();
            told.push(points?);
        }
        let mut pairs = Vec::new();
        for (grid, term) in self.pairs.iter().zip(self.terms.iter().skip(self.features.len())) {
            pairs.extend(pair_in_points(grid, term.of(&self.shapes.cells), &teller)?);
        }
        let base_points = teller.base(intercept)?;
        let mut dropped = self.dropped;
        let features = worth_keeping(&self.features, told, &mut pairs, &mut dropped);
        let (rows, late) = (count(table.rows()), count(table.late()));
        Ok(RawAdditive { scale, rows, late, calibration, base_points, features, pairs, dropped })
    }
}

/// Mean of a shape over the rows.
fn mean(shape: &[f64], tallies: &[Tally]) -> f64 {
    let (mut sum, mut rows) = (0.0, 0.0);
    for (log_odds, tally) in shape.iter().zip(tallies) {
        sum += real(tally.rows) * log_odds;
        rows += real(tally.rows);
    }
    if rows > 0.0 { sum / rows } else { 0.0 }
}

/// The pair; nothing when it has no points.
fn pair_in_points(grid: &Grid, shape: &[f64], teller: &Teller<'_>) -> Result<Option<PairFeature>, ModelError> {
    let columns = grid.second.edges.len() + 1;
    let mut lines = Vec::new();
    for line in shape.chunks_exact(columns) {
        lines.push(line.iter().map(|log_odds| teller.points(*log_odds)).collect::<Result<Vec<i32>, ModelError>>()?);
    }
    let pair = PairFeature {
        first: grid.first.feature,
        second: grid.second.feature,
        first_edges: grid.first.edges.clone(),
        second_edges: grid.second.edges.clone(),
        points: lines,
    };
    let moves = pair.points.iter().flatten().any(|points| *points != 0);
    Ok(moves.then_some(pair))
}

/// Features that have points, or stand in a pair; the pairs are told their new positions.
fn worth_keeping(
    features: &[LearnedFeature],
    told: Vec<Vec<i32>>,
    pairs: &mut [PairFeature],
    dropped: &mut Vec<DroppedFeature>,
) -> Vec<ShapeFeature> {
    let mut kept = Vec::new();
    for (position, (feature, points)) in features.iter().zip(told).enumerate() {
        let paired = pairs.iter().any(|pair| pair.first == position || pair.second == position);
        if !paired && points.iter().all(|points| *points == 0) {
            dropped.push(DroppedFeature { name: feature.spec.name.clone(), why: Dropped::NoPoints });
            continue;
        }
        kept.push((position, joined(feature, points)));
    }
    let place = |old: usize| kept.iter().position(|(position, _)| *position == old).unwrap_or(old);
    for pair in pairs.iter_mut() {
        (pair.first, pair.second) = (place(pair.first), place(pair.second));
    }
    kept.into_iter().map(|(_, feature)| feature).collect()
}

/// The feature with neighbouring bins of the same points made one. Names and missing stay as they are.
fn joined(feature: &LearnedFeature, points: Vec<i32>) -> ShapeFeature {
    let (spec, tallies) = (feature.spec.clone(), &feature.tallies);
    let Bins::Numeric { edges } = &feature.bins else {
        return ShapeFeature { spec, bins: feature.bins.clone(), tallies: tallies.clone(), points };
    };
    let (mut new_edges, mut new_tallies, mut new_points) = (Vec::new(), Vec::<Tally>::new(), Vec::<i32>::new());
    for (bin, (points, tally)) in points.iter().zip(tallies).enumerate() {
        let missing = bin == edges.len() + 1;
        match (new_points.last(), new_tallies.last_mut()) {
            (Some(last), Some(sum)) if last == points && !missing => *sum = sum.plus(*tally),
            (last, _) => {
                let edge = bin.checked_sub(1).and_then(|below| edges.get(below));
                new_edges.extend(edge.filter(|_| last.is_some() && !missing));
                new_tallies.push(*tally);
                new_points.push(*points);
            }
        }
    }
    ShapeFeature { spec, bins: Bins::Numeric { edges: new_edges }, tallies: new_tallies, points: new_points }
}
