//! Logistic regression: the one place that calls `linfa_logistic`.
//!
//! The library goes most of the way from nothing, Newton steps of our own finish it, and go alone where a good start is
//! known. Three of the library's habits stop here: it takes the *majority* class for positive, it wants column-major
//! input, and its loss is a sum, so that the tolerance must grow with the rows.

mod newton;

pub(crate) use newton::Precision;

use std::borrow::Cow;

use linfa::dataset::DatasetBase;
use linfa::traits::Fit;
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2, ArrayView2, ShapeBuilder};
use rayon::prelude::*;

use crate::binning::{Tally, within};
use crate::error::ModelError;
use crate::number::{count, logistic, nine_decimals, real};

/// Most iterations of the library.
const MOST_ITERATIONS: u64 = 300;

/// Gradient for each row at which the library may stop: near enough for Newton's method, which is much cheaper there.
const GRADIENT_PER_ROW: f64 = 1e-2;

/// The same where Newton's method fails and the library must go all the way.
const FINE_GRADIENT_PER_ROW: f64 = 1e-6;

/// Values looked at on one core at a time.
const VALUES_A_LOOK: usize = 1 << 16;

/// A fitted logistic regression of being late.
#[derive(Debug, Clone, PartialEq)]
pub struct Logistic {
    /// Log-odds of being late when every column is 0.
    pub intercept: f64,
    /// Change in the log-odds of being late for each unit of each column.
    pub coefficients: Vec<f64>,
}

impl Logistic {
    /// Log-odds of being late. Columns beyond the coefficients are not read; missing ones count as 0.
    pub fn log_odds(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        let mut sum = self.intercept;
        for (coefficient, value) in self.coefficients.iter().zip(row) {
            sum += coefficient * value;
        }
        sum
    }

    /// The coefficients at `positions`, then the intercept.
    fn solution(&self, positions: &[usize]) -> Vec<f64> {
        let coefficient = |position: &usize| self.coefficients.get(*position).copied();
        let mut solution: Vec<f64> = positions.iter().filter_map(coefficient).collect();
        solution.push(self.intercept);
        solution
    }

    /// Probability of being late.
    pub fn probability(&self, row: impl IntoIterator<Item = f64>) -> f64 {
        logistic(self.log_odds(row))
    }
}

/// Fits P(late) = 1 / (1 + e^−(intercept + Σ coefficientⱼ·columnⱼ)) by penalised maximum likelihood.
///
/// `columns` has one row for each of `events` (`true` = late, whatever the majority) and is read fastest in column-major
/// order. `alpha` is the L2 penalty alpha/2 · Σ coefficient² beside the log-loss *summed* over the rows; the intercept
/// is free. A column without variation gets coefficient 0. Coefficients are rounded to nine decimals, so that the last
/// bits of an optimiser don't reach a model.
///
/// # Errors
/// When lengths differ, a value isn't finite, only one outcome occurs, `alpha` is negative, or the optimiser fails.
///
/// ```
/// use encours_models::fit_logistic;
/// use ndarray::array;
/// // 1 of 4 late at 0 and 3 of 4 late at 1: the odds go from 1/3 to 3, so the coefficient is ln 9.
/// let columns = array![[0.0], [0.0], [0.0], [0.0], [1.0], [1.0], [1.0], [1.0]];
/// let events = [true, false, false, false, true, true, true, false];
/// let fitted = fit_logistic(&columns, &events, 0.0)?;
/// assert!((fitted.intercept + 3.0_f64.ln()).abs() < 1e-8);
/// assert!((fitted.coefficients[0] - 9.0_f64.ln()).abs() < 1e-8);
/// # Ok::<(), encours_models::ModelError>(())
/// ```
pub fn fit_logistic(columns: &Array2<f64>, events: &[bool], alpha: f64) -> Result<Logistic, ModelError> {
    fit_logistic_from(columns, events, alpha, None, Precision::Kept)
}

/// As [`fit_logistic`], from a start that is near, such as the solution with one column more.
pub(crate) fn fit_logistic_from(
    columns: &Array2<f64>,
    events: &[bool],
    alpha: f64,
    near: Option<&Logistic>,
    precision: Precision,
) -> Result<Logistic, ModelError> {
    check(columns, events, alpha)?;
    let varying = varying_columns(columns);
    let kept = gathered(columns, &varying);
    let start = match near {
        Some(near) => near.solution(&varying),
        None if varying.is_empty() => vec![base_log_odds(events)],
        None => library_fit(&kept, events, alpha, GRADIENT_PER_ROW)?,
    };
    let solution = match newton::solve(&kept, events, alpha, start, precision) {
        Some(solution) => solution,
        None => library_fit(&kept, events, alpha, FINE_GRADIENT_PER_ROW)?,
    };
    Ok(spread(&solution, &varying, columns.ncols()))
}

fn check(columns: &Array2<f64>, events: &[bool], alpha: f64) -> Result<(), ModelError> {
    ModelError::same_length("events", events.len(), columns.nrows())?;
    within("alpha", alpha, 0.0, 1e12, "0 to 1e12")?;
    let wrong = |values: &[f64]| values.iter().copied().find(|value| !value.is_finite());
    let found = match columns.as_slice_memory_order() {
        Some(values) => values.par_chunks(VALUES_A_LOOK).find_map_first(wrong),
        None => columns.iter().copied().find(|value| !value.is_finite()),
    };
    if let Some(found) = found {
        return Err(ModelError::Value { what: "a column of the regression", found, expected: "a finite number" });
    }
    Tally::of(events.iter().copied()).check_both()
}

/// Positions of the columns that hold more than one value.
fn varying_columns(columns: &Array2<f64>) -> Vec<usize> {
    let mut varying = Vec::new();
    for (position, column) in columns.columns().into_iter().enumerate() {
        let first = column.first().copied();
        if column.iter().any(|value| Some(*value) != first) {
            varying.push(position);
        }
    }
    varying
}

/// The named columns side by side, column-major; the array itself when those are all that it has.
fn gathered<'a>(columns: &'a Array2<f64>, positions: &[usize]) -> Cow<'a, Array2<f64>> {
    if positions.len() == columns.ncols() && columns.t().is_standard_layout() {
        return Cow::Borrowed(columns);
    }
    let mut kept = Array2::zeros((columns.nrows(), positions.len()).f());
    for (mut target, position) in kept.columns_mut().into_iter().zip(positions) {
        target.assign(&columns.column(*position));
    }
    Cow::Owned(kept)
}

/// Log-odds of the base rate; both outcomes occur, so it is finite.
fn base_log_odds(events: &[bool]) -> f64 {
    let tally = Tally::of(events.iter().copied());
    libm::log(real(tally.late) / real(tally.on_time()))
}

/// The library's solution, turned so that positive is late: coefficients, then the intercept.
fn library_fit(
    columns: &Array2<f64>,
    events: &[bool],
    alpha: f64,
    gradient_per_row: f64,
) -> Result<Vec<f64>, ModelError> {
    let data: DatasetBase<ArrayView2<'_, f64>, Array1<bool>> =
        DatasetBase::new(columns.view(), Array1::from(events.to_vec()));
    let mut initial = Array1::zeros(columns.ncols() + 1);
    if let Some(intercept) = initial.last_mut() {
        *intercept = base_log_odds(events).abs();
    }
    let fitted = LogisticRegression::default()
        .alpha(alpha)
        .max_iterations(MOST_ITERATIONS)
        .gradient_tolerance(gradient_per_row * real(count(events.len())))
        .initial_params(initial)
        .fit(&data)
        .map_err(|source| ModelError::Fit {
            rows: columns.nrows(),
            columns: columns.ncols(),
            source: Box::new(source),
        })?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let mut solution: Vec<f64> = fitted.params().iter().map(|value| sign * value).collect();
    solution.push(sign * fitted.intercept());
    Ok(solution)
}

/// Puts the solved coefficients back to their positions; the last number of `solution` is the intercept.
fn spread(solution: &[f64], varying: &[usize], columns: usize) -> Logistic {
    let mut coefficients = vec![0.0; columns];
    for (position, value) in varying.iter().zip(solution) {
        if let Some(place) = coefficients.get_mut(*position) {
            *place = nine_decimals(*value);
        }
    }
    Logistic { intercept: nine_decimals(solution.last().copied().unwrap_or(0.0)), coefficients }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Where the library stops may differ between machines; what is kept may not.
    #[test]
    fn every_start_ends_in_the_same_bits() {
        let columns = Array2::from_shape_fn((400, 3).f(), |(row, column)| {
            let mixed = (row * 7919 + column * 104_729) % 1000;
            f64::from(u16::try_from(mixed).unwrap_or(0)) / 500.0 - 1.0
        });
        let events: Vec<bool> = columns.rows().into_iter().map(|row| row[0] + row[1] * row[2] > 0.3).collect();
        let expected = fit_logistic(&columns, &events, 1.0).unwrap();
        for shift in [-1.0, -0.01, 0.01, 1.0, 5.0] {
            let mut near = expected.clone();
            near.intercept += shift;
            near.coefficients[0] -= shift;
            let found = fit_logistic_from(&columns, &events, 1.0, Some(&near), Precision::Kept).unwrap();
            assert_eq!(found, expected, "{shift}");
        }
    }
}
