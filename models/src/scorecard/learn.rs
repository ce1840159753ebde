//! Bins, weights and coefficients from one table, before any calibration.

use ndarray::{Array2, ShapeBuilder};
use rayon::prelude::*;

use super::params::ScorecardValidParams;
use crate::binning::{BinLabel, Bins, FittedBins, Tally};
use crate::card::{Dropped, DroppedFeature};
use crate::error::ModelError;
use crate::logistic::{Logistic, Precision, fit_logistic_from};
use crate::number::{count, mixed, real};
use crate::prior::log_odds;
use crate::table::{Column, FeatureSpec, Table};

/// What one pass over a table teaches.
pub(crate) struct Learned {
    pub(crate) intercept: f64,
    pub(crate) features: Vec<LearnedFeature>,
    pub(super) dropped: Vec<DroppedFeature>,
}

/// A feature that stayed, with its coefficient, never negative.
pub(crate) struct LearnedFeature {
    pub(super) spec: FeatureSpec,
    /// Its column in the table.
    pub(crate) position: usize,
    pub(crate) fitted: FittedBins,
    pub(crate) coefficient: f64,
}

/// A feature cut into bins, and the bin of each row.
struct Binned {
    spec: FeatureSpec,
    position: usize,
    fitted: FittedBins,
    rows: Vec<u16>,
}

impl Learned {
    /// The overall rate and no feature. `table` must hold both outcomes.
    pub(crate) fn rate_alone(table: &Table) -> Self {
        let rate = real(count(table.late())) / real(count(table.rows()));
        Self { intercept: log_odds(rate), features: Vec::new(), dropped: Vec::new() }
    }

    /// Log-odds of being late of each row, before calibration. Features are summed in the card's order.
    pub(super) fn log_odds(&self, table: &Table) -> Vec<f64> {
        let mut sums = vec![self.intercept; table.rows()];
        for feature in &self.features {
            let Some(column) = table.columns().get(feature.position) else {
                continue;
            };
            let terms = feature.terms(column);
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
        }
        sums
    }
}

impl LearnedFeature {
    /// What the feature adds to the log-odds in each bin of a finer cut, which has every edge of this one.
    pub(crate) fn log_odds_in(&self, finer: &Bins) -> Vec<f64> {
        let own = &self.fitted.bins;
        let bin = |at: usize| match finer.label(at) {
            Some(BinLabel::Range { up_to, .. }) => own.number_bin(up_to.unwrap_or(f64::MAX)),
            Some(BinLabel::Level(name)) => own.category_bin(name),
            Some(BinLabel::Other) => own.missing().saturating_sub(1),
            Some(BinLabel::Missing) | None => own.missing(),
        };
        let log_odds = |at: usize| self.fitted.woe.get(bin(at)).map_or(0.0, |woe| self.coefficient * woe);
        (0..finer.count()).map(log_odds).collect()
    }

    fn terms(&self, column: &Column) -> impl Iterator<Item = f64> {
        let rows = self.fitted.bins.bins_of(column);
        rows.into_iter().map(|bin| self.coefficient * weight(&self.fitted, bin))
    }
}

/// Learns from all rows of `table`, which must hold both outcomes.
pub(crate) fn learn(params: &ScorecardValidParams, table: &Table) -> Result<Learned, ModelError> {
    let (binned, mut dropped) = informative(params, table)?;
    let order = canonical_order(table, &binned);
    let selection = without_negative(params, &binned, table.events(), &order)?;
    for (position, coefficient) in selection.left_out {
        let name = binned.get(position).map(|one| one.spec.name.clone());
        dropped.extend(name.map(|name| DroppedFeature { name, why: Dropped::WrongSign { coefficient } }));
    }
    let Logistic { intercept, coefficients } = selection.logistic;
    Ok(Learned { intercept, features: with_coefficients(binned, &selection.kept, &coefficients), dropped })
}

/// Cuts every feature and leaves out those that say too little.
fn informative(params: &ScorecardValidParams, table: &Table) -> Result<(Vec<Binned>, Vec<DroppedFeature>), ModelError> {
    let features: Vec<_> = table.features().enumerate().collect();
    let cut = |(position, (spec, column)): (usize, (&FeatureSpec, &Column))| -> Result<_, ModelError> {
        let fitted = params.binning().fit(column, spec.direction, table.events())?;
        if fitted.information_value < params.least_information {
            let why = Dropped::LittleInformation { information_value: fitted.information_value };
            return Ok(Err(DroppedFeature { name: spec.name.clone(), why }));
        }
        Ok(Ok(Binned { spec: spec.clone(), position, rows: fitted.bins.bins_of(column), fitted }))
    };
    let found = features.into_par_iter().map(cut).collect::<Result<Vec<_>, _>>()?;
    let (mut binned, mut dropped) = (Vec::new(), Vec::new());
    for feature in found {
        match feature {
            Ok(feature) => binned.push(feature),
            Err(feature) => dropped.push(feature),
        }
    }
    Ok((binned, dropped))
}

fn weight(fitted: &FittedBins, bin: u16) -> f64 {
    fitted.woe.get(usize::from(bin)).copied().unwrap_or(0.0)
}

/// An order of the rows that doesn't depend on how they came: by a hash of all that is read of them, so that rows of the
/// same hash are alike. Any first part of it is a sample drawn at random.
///
/// Sums of floats depend on their order in the last bits, so the regression must always see the same one.
fn canonical_order(table: &Table, binned: &[Binned]) -> Vec<usize> {
    let outcomes = table.events().iter().zip(table.days());
    let mut marks: Vec<u64> =
        outcomes.map(|(late, day)| mixed(u64::from(*late), u64::from(day.cast_unsigned()))).collect();
    for feature in binned {
        for (mark, bin) in marks.iter_mut().zip(&feature.rows) {
            *mark = mixed(*mark, u64::from(*bin));
        }
    }
    let mut order: Vec<(u64, usize)> = marks.into_iter().zip(0..).collect();
    order.sort_unstable();
    order.into_iter().map(|(_, row)| row).collect()
}

fn in_order<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
    let picked = order.iter().filter_map(|row| values.get(*row));
    picked.copied().collect()
}

/// A regression without negative coefficients, and what that took. Positions count the columns offered.
struct Selection {
    logistic: Logistic,
    /// One a coefficient, ascending.
    kept: Vec<usize>,
    /// With the coefficient each had when it went.
    left_out: Vec<(usize, f64)>,
}

/// Rows that tell which coefficients are negative; all rows teach those that stay.
const SIGN_ROWS: usize = 131_072;

/// Fits, leaves out the most negative third of the negative coefficients, and fits again until none is negative: a
/// feature may then only push the way its own bins say. Until then signs are all that is asked of a fit.
fn without_negative(
    params: &ScorecardValidParams,
    binned: &[Binned],
    events: &[bool],
    order: &[usize],
) -> Result<Selection, ModelError> {
    let all = Sample::of(binned, events, order);
    let some = Sample::of(binned, events, order.get(..SIGN_ROWS).unwrap_or(order));
    // Outcomes so rare that the first rows lack one are looked for in all.
    let some = if some.has_both() { &some } else { &all };
    let mut kept: Vec<usize> = (0..binned.len()).collect();
    let mut left_out = Vec::new();
    let mut near: Option<Logistic> = None;
    loop {
        let mut logistic = some.fit(params, &kept, near.as_ref(), Precision::Signs)?;
        let mut out = worst(&logistic.coefficients);
        if out.is_empty() {
            logistic = all.fit(params, &kept, Some(&logistic), Precision::Kept)?;
            out = worst(&logistic.coefficients);
        }
        if out.is_empty() {
            return Ok(Selection { logistic, kept, left_out });
        }
        for column in out {
            left_out.push((kept.remove(column), logistic.coefficients.remove(column)));
        }
        near = Some(logistic);
    }
}

/// Some rows, in an order, with their outcomes.
struct Sample<'a> {
    binned: &'a [Binned],
    rows: &'a [usize],
    events: Vec<bool>,
}

impl<'a> Sample<'a> {
    fn of(binned: &'a [Binned], events: &[bool], rows: &'a [usize]) -> Self {
        Self { binned, rows, events: in_order(events, rows) }
    }

    fn has_both(&self) -> bool {
        Tally::of(self.events.iter().copied()).check_both().is_ok()
    }

    fn fit(
        &self,
        params: &ScorecardValidParams,
        kept: &[usize],
        near: Option<&Logistic>,
        precision: Precision,
    ) -> Result<Logistic, ModelError> {
        fit_logistic_from(&self.side_by_side(kept), &self.events, params.alpha, near, precision)
    }

    /// The weights of the features at these positions side by side, column-major as the library wants them.
    fn side_by_side(&self, kept: &[usize]) -> Array2<f64> {
        let mut columns = Array2::zeros((self.rows.len(), kept.len()).f());
        if let Some(whole) = columns.as_slice_memory_order_mut() {
            let targets = whole.par_chunks_mut(self.rows.len().max(1)).zip(kept);
            targets.for_each(|(target, position)| {
                let Some(feature) = self.binned.get(*position) else { return };
                for (place, row) in target.iter_mut().zip(self.rows) {
                    let bin = feature.rows.get(*row).copied().unwrap_or(0);
                    *place = weight(&feature.fitted, bin);
                }
            });
        }
        columns
    }
}

/// The columns of the worst third of the coefficients that aren't positive; the highest column first, so that the ones
/// still to go keep their places.
fn worst(coefficients: &[f64]) -> Vec<usize> {
    let pairs = coefficients.iter().copied().enumerate();
    let mut wrong: Vec<(usize, f64)> = pairs.filter(|(_, found)| *found <= 0.0).collect();
    wrong.sort_by(|one, next| one.1.total_cmp(&next.1).then(one.0.cmp(&next.0)));
    wrong.truncate((wrong.len() / 3).max(1));
    let mut columns: Vec<usize> = wrong.into_iter().map(|(column, _)| column).collect();
    columns.sort_unstable_by(|one, next| next.cmp(one));
    columns
}

/// The features that stayed, each with its coefficient.
fn with_coefficients(binned: Vec<Binned>, kept: &[usize], coefficients: &[f64]) -> Vec<LearnedFeature> {
    let mut features = Vec::with_capacity(kept.len());
    for (at, one) in binned.into_iter().enumerate() {
        let column = kept.binary_search(&at).ok();
        let Some(coefficient) = column.and_then(|column| coefficients.get(column)) else {
            continue;
        };
        features.push(LearnedFeature {
            spec: one.spec,
            position: one.position,
            fitted: one.fitted,
            coefficient: *coefficient,
        });
    }
    features
}
