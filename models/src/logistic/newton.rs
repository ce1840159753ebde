//! Newton's method from a good start: it leaves the optimum no room to depend on the machine.
//!
//! `linfa` stops where its gradient is small enough, and where exactly depends on how the processor adds and on the C
//! library's `exp`. From there Newton's method doubles the correct digits at each step. Sums run in a fixed order over
//! fixed blocks and lanes, and `exp` is `libm`'s.

use ndarray::Array2;
use rayon::prelude::*;

use crate::number::logistic;

/// Most steps. Three or four are enough from where the library stops.
const MOST_STEPS: usize = 30;

/// How near the optimum is near enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Precision {
    /// To tell which coefficients are negative; a step below a hundredth is the last.
    Signs,
    /// To the last digit that is kept.
    Kept,
}

impl Precision {
    /// A step below this is the last: the next one would change nothing that is wanted.
    fn last_step(self) -> f64 {
        match self {
            Self::Signs => 1e-2,
            Self::Kept => 1e-8,
        }
    }
}

/// A step below this needs no look at the loss: the method converges from here, with the Hessian of this place as well,
/// which then costs its share of the time only once.
const SURE_STEP: f64 = 1e-3;

/// With a kept Hessian each step is a fixed part of the one before, not its square: a step below this is the last.
const LAST_STEP_KEPT: f64 = 1e-12;

/// Most times a step is halved.
const MOST_HALVINGS: usize = 20;

/// Rows summed at a time, few enough that their columns stay in the processor's cache.
const BLOCK: usize = 1024;

/// Blocks summed on one core.
const GROUP: usize = 32;

/// Sums are kept in this many lanes, which lets the compiler use wide registers without changing the order.
const LANES: usize = 8;

/// Coefficients, then intercept, that minimise the penalised loss, starting at `start`. Nothing where there is no single
/// optimum, or where it isn't reached.
pub(super) fn solve(
    columns: &Array2<f64>,
    events: &[bool],
    alpha: f64,
    start: Vec<f64>,
    precision: Precision,
) -> Option<Vec<f64>> {
    let problem = Problem { columns: contiguous(columns)?, events, alpha };
    let mut solution = start;
    for _ in 0..MOST_STEPS {
        let (gradient, hessian) = problem.slopes(&solution)?;
        let factor = factored(hessian)?;
        let step = solved(&factor, gradient)?;
        let longest = longest(&step);
        if longest < precision.last_step() {
            return Some(moved(&solution, &step, 1.0));
        }
        if longest < SURE_STEP {
            solution = moved(&solution, &step, 1.0);
            if let Some(found) = problem.settled(&solution, &factor, longest) {
                return Some(found);
            }
        } else {
            solution = problem.lowered(&solution, &step)?;
        }
    }
    None
}

fn longest(step: &[f64]) -> f64 {
    step.iter().fold(0.0, |most: f64, part| most.max(part.abs()))
}

/// What is minimised.
struct Problem<'a> {
    columns: Vec<&'a [f64]>,
    events: &'a [bool],
    alpha: f64,
}

/// `solution` less a part of `step`.
fn moved(solution: &[f64], step: &[f64], part: f64) -> Vec<f64> {
    let pairs = solution.iter().zip(step);
    pairs.map(|(value, by)| value - part * by).collect()
}

/// The columns as slices; nothing unless the array is column-major.
fn contiguous(columns: &Array2<f64>) -> Option<Vec<&[f64]>> {
    let rows = columns.nrows();
    if rows == 0 {
        return None;
    }
    let all = columns.as_slice_memory_order()?;
    columns.t().is_standard_layout().then(|| all.chunks_exact(rows).collect())
}

impl Problem<'_> {
    /// The point after the step, halved until the loss doesn't grow: far from the optimum Newton's method may leap.
    fn lowered(&self, solution: &[f64], step: &[f64]) -> Option<Vec<f64>> {
        let before = self.loss(solution);
        let mut part = 1.0;
        for _ in 0..MOST_HALVINGS {
            let next = moved(solution, step, part);
            if self.loss(&next) <= before {
                return Some(next);
            }
            part /= 2.0;
        }
        None
    }

    /// Σ log-loss + alpha/2 · Σ coefficient².
    fn loss(&self, solution: &[f64]) -> f64 {
        let log_odds = self.log_odds(solution);
        let groups = log_odds.par_chunks(GROUP * BLOCK).zip(self.events.par_chunks(GROUP * BLOCK));
        let sums: Vec<f64> = groups.map(|(log_odds, events)| log_loss(log_odds, events)).collect();
        let sum = sums.into_iter().fold(0.0, |sum, part| sum + part);
        let coefficients = solution.iter().take(self.columns.len());
        let squares = coefficients.fold(0.0, |squares, value| squares + value * value);
        sum + self.alpha / 2.0 * squares
    }

    fn log_odds(&self, solution: &[f64]) -> Vec<f64> {
        let intercept = solution.last().copied().unwrap_or(0.0);
        let mut sums = vec![intercept; self.events.len()];
        sums.par_chunks_mut(GROUP * BLOCK).enumerate().for_each(|(group, sums)| {
            let start = group * GROUP * BLOCK;
            for (column, coefficient) in self.columns.iter().zip(solution) {
                let values = column.get(start..).unwrap_or(&[]);
                for (sum, value) in sums.iter_mut().zip(values) {
                    *sum += coefficient * value;
                }
            }
        });
        sums
    }

    /// p − y and p·(1 − p) of each row.
    fn residuals_and_weights(&self, solution: &[f64]) -> (Vec<f64>, Vec<f64>) {
        let mut residuals = self.log_odds(solution);
        let mut weights = vec![0.0; residuals.len()];
        let rows = residuals.par_iter_mut().zip(&mut weights).zip(self.events).with_min_len(BLOCK);
        rows.for_each(|((log_odds, weight), late)| {
            let probability = logistic(*log_odds);
            *weight = probability * (1.0 - probability);
            *log_odds = probability - f64::from(u8::from(*late));
        });
        (residuals, weights)
    }

    /// The optimum by steps with the Hessian of a near place; nothing where they don't shrink well.
    fn settled(&self, near: &[f64], factor: &Array2<f64>, mut before: f64) -> Option<Vec<f64>> {
        let mut solution = near.to_vec();
        for _ in 0..MOST_STEPS {
            let step = solved(factor, self.gradient(&solution)?)?;
            solution = moved(&solution, &step, 1.0);
            let longest = longest(&step);
            if longest < LAST_STEP_KEPT {
                return Some(solution);
            }
            if longest > before / 4.0 {
                return None;
            }
            before = longest;
        }
        None
    }

    /// Gradient and Hessian at `solution`, its lower triangle.
    fn slopes(&self, solution: &[f64]) -> Option<(Vec<f64>, Array2<f64>)> {
        let size = self.columns.len() + 1;
        let (residuals, weights) = self.residuals_and_weights(solution);
        // Groups are summed apart, on any core, and then in their order.
        let groups: Vec<Option<Sums>> = residuals
            .par_chunks(GROUP * BLOCK)
            .zip(weights.par_chunks(GROUP * BLOCK))
            .enumerate()
            .map(|(group, (residuals, weights))| self.summed(group * GROUP * BLOCK, residuals, weights))
            .collect();
        let mut whole = Sums::new(size);
        for group in groups {
            whole.add(&group?);
        }
        let Sums { mut gradient, mut hessian } = whole;
        self.penalise(&mut gradient, solution);
        for position in 0..self.columns.len() {
            *hessian.get_mut((position, position))? += self.alpha;
        }
        Some((gradient, hessian))
    }

    /// The gradient alone at `solution`.
    fn gradient(&self, solution: &[f64]) -> Option<Vec<f64>> {
        let (residuals, _) = self.residuals_and_weights(solution);
        let mut gradient = vec![0.0; self.columns.len() + 1];
        let groups: Vec<Option<Vec<f64>>> = residuals
            .par_chunks(GROUP * BLOCK)
            .enumerate()
            .map(|(group, residuals)| self.sloped(group * GROUP * BLOCK, residuals))
            .collect();
        for group in groups {
            gradient.iter_mut().zip(group?).for_each(|(sum, part)| *sum += part);
        }
        self.penalise(&mut gradient, solution);
        Some(gradient)
    }

    fn penalise(&self, gradient: &mut [f64], solution: &[f64]) {
        for (sum, coefficient) in gradient.iter_mut().zip(solution).take(self.columns.len()) {
            *sum += self.alpha * coefficient;
        }
    }

    /// The gradient of some rows from `start` on, without the penalty.
    fn sloped(&self, start: usize, residuals: &[f64]) -> Option<Vec<f64>> {
        let mut gradient = Vec::with_capacity(self.columns.len() + 1);
        for column in &self.columns {
            gradient.push(dot(column.get(start..start + residuals.len())?, residuals));
        }
        gradient.push(residuals.iter().fold(0.0, |sum, part| sum + part));
        Some(gradient)
    }

    /// Gradient and Hessian of some rows from `start` on, without the penalty.
    fn summed(&self, start: usize, residuals: &[f64], weights: &[f64]) -> Option<Sums> {
        let size = self.columns.len() + 1;
        let mut sums = Sums::new(size);
        // The intercept is a column of ones.
        let ones = vec![1.0; BLOCK.min(residuals.len())];
        for (block, (residual, weight)) in residuals.chunks(BLOCK).zip(weights.chunks(BLOCK)).enumerate() {
            let start = start + block * BLOCK;
            let mut parts: Vec<&[f64]> = Vec::with_capacity(size);
            for column in &self.columns {
                parts.push(column.get(start..start + residual.len())?);
            }
            parts.push(ones.get(..residual.len())?);
            add_block(&parts, residual, weight, &mut sums.gradient, &mut sums.hessian)?;
        }
        Some(sums)
    }
}

/// Σ log-loss of some rows.
fn log_loss(log_odds: &[f64], events: &[bool]) -> f64 {
    let mut sum = 0.0;
    for (log_odds, late) in log_odds.iter().zip(events) {
        // ln(1 + e^x) for the outcome that wasn't, in the form that can't overflow.
        let against = if *late { -log_odds } else { *log_odds };
        sum += against.max(0.0) + libm::log1p(libm::exp(-against.abs()));
    }
    sum
}

/// Gradient and the lower triangle of the Hessian.
struct Sums {
    gradient: Vec<f64>,
    hessian: Array2<f64>,
}

impl Sums {
    fn new(size: usize) -> Self {
        Self { gradient: vec![0.0; size], hessian: Array2::zeros((size, size)) }
    }

    fn add(&mut self, other: &Self) {
        for (sum, part) in self.gradient.iter_mut().zip(&other.gradient) {
            *sum += part;
        }
        self.hessian += &other.hessian;
    }
}

/// Adds one block of rows: columnᵀ·residual to the gradient, columnᵀ·weight·column to the Hessian's lower triangle.
fn add_block(
    parts: &[&[f64]],
    residual: &[f64],
    weight: &[f64],
    gradient: &mut [f64],
    hessian: &mut Array2<f64>,
) -> Option<()> {
    let mut weighted = vec![0.0; weight.len()];
    for (row, part) in parts.iter().enumerate() {
        *gradient.get_mut(row)? += dot(part, residual);
        for ((place, value), by) in weighted.iter_mut().zip(*part).zip(weight) {
            *place = value * by;
        }
        for (column, against) in parts.iter().enumerate().take(row + 1) {
            *hessian.get_mut((row, column))? += dot(&weighted, against);
        }
    }
    Some(())
}

/// Σ left·right, summed in lanes and then over the lanes, always in this order.
fn dot(left: &[f64], right: &[f64]) -> f64 {
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    let mut lanes = [0.0; LANES];
    for (one, next) in left.iter().zip(right) {
        for ((lane, a), b) in lanes.iter_mut().zip(one).zip(next) {
            *lane += a * b;
        }
    }
    let rest = left_rest.iter().zip(right_rest);
    let rest = rest.map(|(one, next)| one * next);
    lanes.into_iter().chain(rest).fold(0.0, |sum, part| sum + part)
}

/// Cholesky's factor of a matrix given by its lower triangle, or nothing when it isn't positive definite.
fn factored(mut hessian: Array2<f64>) -> Option<Array2<f64>> {
    for row in 0..hessian.nrows() {
        for column in 0..=row {
            let mut sum = *hessian.get((row, column))?;
            for inner in 0..column {
                sum -= hessian.get((row, inner))? * hessian.get((column, inner))?;
            }
            let pivot = *hessian.get((column, column))?;
            let entry = if row == column { positive_root(sum, pivot)? } else { sum / pivot };
            *hessian.get_mut((row, column))? = entry;
        }
    }
    Some(hessian)
}

/// Solves H·x = g with the factor of H.
fn solved(factor: &Array2<f64>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    substitute(factor, &mut right)?;
    Some(right)
}

/// √sum, unless rounding has eaten what was there before the elimination.
fn positive_root(sum: f64, before: f64) -> Option<f64> {
    (sum > before.abs() * 1e-12).then(|| sum.sqrt())
}

/// Forward, then backward substitution with the lower factor.
fn substitute(factor: &Array2<f64>, right: &mut [f64]) -> Option<()> {
    for row in 0..right.len() {
        let mut sum = *right.get(row)?;
        for column in 0..row {
            sum -= factor.get((row, column))? * right.get(column)?;
        }
        *right.get_mut(row)? = sum / factor.get((row, row))?;
    }
    for row in (0..right.len()).rev() {
        let mut sum = *right.get(row)?;
        for column in (row + 1)..right.len() {
            sum -= factor.get((column, row))? * right.get(column)?;
        }
        *right.get_mut(row)? = sum / factor.get((row, row))?;
    }
    Some(())
}
