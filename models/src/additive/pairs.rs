//! Pairs: two numbers on a coarse grid, where they say more together than one after the other.

use rayon::prelude::*;

use super::boost::{Shapes, log_odds, spread};
use super::coded::Coded;
use super::learn::{LearnedFeature, mean_loss};
use super::moments::RowMoments;
use super::params::AdditiveValidParams;
use super::steps::{Pace, best_step};
use super::terms::{Kind, Terms};
use crate::binning::{Bins, Tally};
use crate::number::{count, real, unfixed};

/// Steps of the trial of one pair.
const TRIAL_STEPS: usize = 30;

/// Share of the log-loss that a pair must take off.
const LEAST_GAIN: f64 = 0.000_2;

/// Share of a Newton step of the trial.
const TRIAL_RATE: f64 = 0.2;

/// The grid of a pair: which coarse bin each fine bin belongs to, for both features.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Grid {
    pub(super) first: Side,
    pub(super) second: Side,
    kind: Kind,
}

/// One side of a grid.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Side {
    /// Position among the features.
    pub(super) feature: usize,
    /// Coarse bin of each fine bin; the last, missing, has none.
    coarse: Vec<usize>,
    /// Upper edges of the coarse bins but the last.
    pub(super) edges: Vec<f64>,
}

impl Side {
    /// Joins fine bins to about `bins` coarse ones of about equally many rows; nothing for names, or where one coarse bin
    /// would hold all.
    fn new(features: &[LearnedFeature], feature: usize, bins: u16) -> Option<Self> {
        let LearnedFeature { bins: fine, tallies, .. } = features.get(feature)?;
        let Bins::Numeric { edges: fine_edges } = fine else { return None };
        let numbers = tallies.get(..tallies.len().checked_sub(1)?)?;
        let all = numbers.iter().map(|tally| tally.rows).sum::<u64>();
        let wanted = real(all) / f64::from(bins);
        let (mut coarse, mut edges) = (Vec::with_capacity(numbers.len()), Vec::new());
        let (mut bin, mut rows) = (0, 0);
        for (at, Tally { rows: own, .. }) in numbers.iter().enumerate() {
            coarse.push(bin);
            rows += own;
            let full = real(rows) >= wanted * real(count(bin + 1));
            if let Some(edge) = fine_edges.get(at).filter(|_| full && bin + 1 < usize::from(bins)) {
                edges.push(*edge);
                bin += 1;
            }
        }
        (!edges.is_empty()).then_some(Self { feature, coarse, edges })
    }

    fn bins(&self) -> usize {
        self.edges.len() + 1
    }
}

impl Grid {
    pub(super) fn new(features: &[LearnedFeature], first: usize, second: usize, bins: u16) -> Option<Self> {
        let direction = |position: usize| features.get(position).map(|feature| feature.spec.direction);
        let (first_direction, second_direction) = (direction(first)?, direction(second)?);
        let (first, second) = (Side::new(features, first, bins)?, Side::new(features, second, bins)?);
        let (rows, columns) = (first.bins(), second.bins());
        let kind = Kind::Pair { rows, columns, first: first_direction, second: second_direction };
        Some(Self { first, second, kind })
    }

    fn cells(&self) -> usize {
        self.first.bins() * self.second.bins() + 1
    }

    pub(super) fn names(&self, features: &[LearnedFeature]) -> (String, String) {
        let name = |side: &Side| features.get(side.feature).map(|feature| feature.spec.name.clone());
        (name(&self.first).unwrap_or_default(), name(&self.second).unwrap_or_default())
    }

    /// The cell of each row.
    fn codes(&self, rows: &Coded) -> Vec<u8> {
        let none = Vec::new();
        let of = |side: &Side| rows.codes().get(side.feature).unwrap_or(&none);
        let missing = u8::try_from(self.cells() - 1).unwrap_or(u8::MAX);
        let cell = |(one, next): (&u8, &u8)| {
            let row = self.first.coarse.get(usize::from(*one))?;
            let column = self.second.coarse.get(usize::from(*next))?;
            u8::try_from(row * self.second.bins() + column).ok()
        };
        of(&self.first).iter().zip(of(&self.second)).map(|both| cell(both).unwrap_or(missing)).collect()
    }

    pub(super) fn push_codes(&self, rows: &mut Coded) {
        let codes = self.codes(rows);
        rows.push(codes);
    }

    /// Adds the pair as a term, and its cells to the rows.
    pub(super) fn add(&self, terms: &mut Terms, rows: &mut Coded) {
        terms.push(self.kind, self.cells());
        self.push_codes(rows);
    }
}

/// The pairs that tell the later rows best beside the features alone: one after another, each on what those before it
/// leave to tell.
pub(super) fn chosen(
    params: &AdditiveValidParams,
    features: &[LearnedFeature],
    terms: &Terms,
    shapes: &Shapes,
    rows: &Coded,
    watched: &Coded,
) -> Vec<Grid> {
    let mut chosen = Vec::new();
    let mut odds = log_odds(shapes, terms, rows);
    let mut watched_odds = log_odds(shapes, terms, watched);
    let mut candidates = candidates(params, features, terms, shapes);
    while chosen.len() < usize::from(params.most_pairs) {
        let moments = RowMoments::of(&odds, rows.events());
        let before = mean_loss(&watched_odds, watched.events());
        let tried: Vec<(f64, Vec<f64>)> =
            candidates.par_iter().map(|grid| grid.tried(params, rows, &moments, watched, &watched_odds)).collect();
        // The first of the least: equals stay in the order of the features.
        let best = tried.into_iter().enumerate().min_by(|one, next| one.1.0.total_cmp(&next.1.0));
        let Some((at, (_, shape))) = best.filter(|(_, (loss, _))| before - loss > LEAST_GAIN * before) else { break };
        let grid = candidates.remove(at);
        add_shape(&mut odds, &grid.codes(rows), &shape);
        add_shape(&mut watched_odds, &grid.codes(watched), &shape);
        chosen.push(grid);
    }
    chosen
}

fn add_shape(odds: &mut [f64], codes: &[u8], shape: &[f64]) {
    for (odds, code) in odds.iter_mut().zip(codes) {
        *odds += shape.get(usize::from(*code)).copied().unwrap_or(0.0);
    }
}

/// The grids of every two of the features that move the most.
fn candidates(params: &AdditiveValidParams, features: &[LearnedFeature], terms: &Terms, shapes: &Shapes) -> Vec<Grid> {
    let movers = movers(params, features, terms, shapes);
    let mut grids = Vec::new();
    for (at, first) in movers.iter().enumerate() {
        for second in movers.iter().skip(at + 1) {
            grids.extend(Grid::new(features, *first, *second, params.pair_bins));
        }
    }
    grids
}

/// The features that move log-odds the most, weighed by rows.
fn movers(params: &AdditiveValidParams, features: &[LearnedFeature], terms: &Terms, shapes: &Shapes) -> Vec<usize> {
    let mut moved: Vec<(f64, usize)> = Vec::new();
    for (position, (feature, term)) in features.iter().zip(terms.iter()).enumerate() {
        let moves = feature.tallies.iter().zip(term.of(&shapes.cells));
        let sum = moves.fold(0.0, |sum, (tally, shape)| sum + real(tally.rows) * shape.abs());
        moved.push((sum, position));
    }
    moved.sort_by(|one, next| next.0.total_cmp(&one.0).then(one.1.cmp(&next.1)));
    let most = usize::from(params.pair_features);
    let mut movers: Vec<usize> = moved.into_iter().take(most).map(|(_, position)| position).collect();
    movers.sort_unstable();
    movers
}

impl Grid {
    /// Mean log-loss of the watched rows once this pair alone was boosted on the others, and its shape.
    fn tried(
        &self,
        params: &AdditiveValidParams,
        rows: &Coded,
        moments: &RowMoments,
        watched: &Coded,
        odds: &[f64],
    ) -> (f64, Vec<f64>) {
        let sums = moments.by_cell(&self.codes(rows), self.cells());
        let shape = self.boosted(&sums, Pace { rate: TRIAL_RATE, ridge: params.ridge });
        let mut odds = odds.to_vec();
        add_shape(&mut odds, &self.codes(watched), &shape);
        (mean_loss(&odds, watched.events()), shape)
    }

    /// The shape after the steps of a trial. Cells don't overlap, so slopes after a step follow from their own curvature.
    fn boosted(&self, sums: &[(i64, i64)], pace: Pace) -> Vec<f64> {
        let mut terms = Terms::default();
        terms.push(self.kind, self.cells());
        let mut shape = vec![0.0; self.cells()];
        let Some(term) = terms.iter().next() else { return shape };
        let mut slopes: Vec<f64> = sums.iter().map(|sum| unfixed(sum.0)).collect();
        let curvatures: Vec<f64> = sums.iter().map(|sum| unfixed(sum.1)).collect();
        for _ in 0..TRIAL_STEPS {
            let mut moved = vec![0.0; self.cells()];
            for (line, amount) in best_step(term, &slopes, &curvatures, pace) {
                if let Some(sum) = moved.get_mut(line) {
                    *sum += amount;
                }
            }
            spread(&mut moved, &terms);
            for (((shape, slope), moved), curvature) in shape.iter_mut().zip(&mut slopes).zip(&moved).zip(&curvatures) {
                *shape += moved;
                *slope += moved * curvature;
            }
        }
        shape
    }
}
