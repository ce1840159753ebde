//! Boosting: rounds of small steps over all terms, in bags, on the log-loss as a parabola around where the model stands.
//!
//! A step on the rows themselves would cost a pass over them. Here a pass is made once an epoch: it tells slope and
//! curvature by cell, and the curvature between cells. From these the slopes after any step follow without the rows, so
//! that thousands of steps cost less than one pass. Each bag makes its own steps from there; their mean is taken.

use rayon::prelude::*;

use super::coded::Coded;
use super::moments::{Bag, Between, CellMoments, RowMoments};
use super::params::AdditiveValidParams;
use super::steps::{Pace, best_step};
use super::terms::{Kind, Term, Terms};
use crate::number::{count, real};

/// Epochs before which the curvature between cells is told anew.
const TOLD_ANEW: [u32; 1] = [8];

/// What has been learned so far: log-odds of an average row, and what each cell adds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shapes {
    pub(super) intercept: f64,
    /// One entry a cell of all terms.
    pub(super) cells: Vec<f64>,
}

/// Boosting under way on some rows.
pub(super) struct Boosting<'a> {
    params: &'a AdditiveValidParams,
    coded: &'a Coded,
    terms: &'a Terms,
    parts: Vec<u8>,
    shapes: Shapes,
    /// Log-odds of each row as the shapes have it.
    log_odds: Vec<f64>,
    between: Option<Between>,
    epoch: u32,
}

impl<'a> Boosting<'a> {
    /// From `shapes`, which have an entry a cell.
    pub(super) fn new(params: &'a AdditiveValidParams, coded: &'a Coded, terms: &'a Terms, shapes: Shapes) -> Self {
        let log_odds = log_odds(&shapes, terms, coded);
        Self { params, coded, terms, parts: coded.parts(), shapes, log_odds, between: None, epoch: 0 }
    }

    pub(super) fn shapes(&self) -> &Shapes {
        &self.shapes
    }

    pub(super) fn into_shapes(self) -> Shapes {
        self.shapes
    }

    /// One look at the rows and `rounds` rounds of steps.
    pub(super) fn epoch(&mut self) {
        let rows = RowMoments::of(&self.log_odds, self.coded.events());
        let cells = CellMoments::of(self.coded, &self.parts, self.terms, &rows);
        // Curvature changes little, most of all from a start that is near: it is told anew ever more rarely.
        if self.between.is_none() || TOLD_ANEW.contains(&self.epoch) {
            self.between = Some(Between::of(self.coded, &self.parts, self.terms, &rows));
        }
        self.epoch += 1;
        let Some(between) = &self.between else { return };
        let bags = Bag::all();
        let moved: Vec<Vec<f64>> = bags.par_iter().map(|bag| self.bag(*bag, &cells, between)).collect();
        let share = 1.0 / real(count(bags.len()));
        for own in &moved {
            for (shape, step) in self.shapes.cells.iter_mut().zip(own) {
                *shape += share * step;
            }
        }
        self.log_odds = log_odds(&self.shapes, self.terms, self.coded);
    }

    /// What one bag adds to each cell.
    fn bag(&self, bag: Bag, cells: &CellMoments, between: &Between) -> Vec<f64> {
        let (mut slopes, curvatures) = cells.of_bag(bag);
        let pace = Pace { rate: self.params.learning_rate, ridge: self.params.ridge };
        let mut moved = vec![0.0; self.terms.cells()];
        for _ in 0..self.params.rounds {
            for term in self.terms.iter() {
                for (line, amount) in best_step(term, term.of(&slopes), term.of(&curvatures), pace) {
                    if amount == 0.0 {
                        continue;
                    }
                    let at = term.start + line;
                    if let Some(sum) = moved.get_mut(at) {
                        *sum += amount;
                    }
                    between.add_line(bag, &mut slopes, at, amount);
                }
            }
        }
        spread(&mut moved, self.terms);
        moved
    }
}

/// From amounts by line to amounts by cell.
pub(super) fn spread(moved: &mut [f64], terms: &Terms) {
    for term in terms.iter() {
        let Some(own) = moved.get_mut(term.range()) else { continue };
        match term.kind {
            Kind::Names => {}
            Kind::Ordered(_) => from_the_end(own.split_last_mut().map(|(_, numbers)| numbers)),
            Kind::Pair { columns, .. } => spread_grid(own, columns),
        }
    }
}

fn spread_grid(own: &mut [f64], columns: usize) {
    let Some((_, grid)) = own.split_last_mut() else { return };
    let mut below = vec![0.0; columns];
    for line in grid.chunks_exact_mut(columns.max(1)).rev() {
        from_the_end(Some(line));
        for (cell, below) in line.iter_mut().zip(&mut below) {
            *below += *cell;
            *cell = *below;
        }
    }
}

/// A line counts the cells up to it, so a cell gets what its own line and all later ones were given.
fn from_the_end(numbers: Option<&mut [f64]>) {
    let mut sum = 0.0;
    for cell in numbers.into_iter().flatten().rev() {
        sum += *cell;
        *cell = sum;
    }
}

/// Log-odds of each row: the intercept and then the terms, added in their order.
pub(super) fn log_odds(shapes: &Shapes, terms: &Terms, coded: &Coded) -> Vec<f64> {
    const ROWS: usize = 8_192;
    let mut sums = vec![shapes.intercept; coded.rows()];
    sums.par_chunks_mut(ROWS).enumerate().for_each(|(chunk, sums)| {
        let pairs = terms.iter().zip(coded.codes());
        for (term, codes) in pairs {
            let own: &[f64] = Term::of(term, &shapes.cells);
            let codes = codes.get(chunk * ROWS..).unwrap_or_default();
            for (sum, code) in sums.iter_mut().zip(codes) {
                *sum += own.get(usize::from(*code)).copied().unwrap_or(0.0);
            }
        }
    });
    sums
}
