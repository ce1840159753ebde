//! Slope and curvature of the log-loss, added up by cell: exact sums of whole numbers, so that neither the order of rows
//! nor the number of threads can be seen in them.

use rayon::prelude::*;

use super::coded::{Coded, PARTS};
use super::terms::{Kind, Term, Terms};
use crate::number::{count, fixed, logistic, real, unfixed};

/// Rows from which the curvature between terms is told. It only shapes the path to the optimum; slopes are always exact.
const SAMPLE: usize = 8_192;

/// Slope p − y and curvature p·(1 − p) of every row, fixed-point: neither is beyond 1.
pub(super) struct RowMoments {
    slopes: Vec<i32>,
    curvatures: Vec<i32>,
}

impl RowMoments {
    pub(super) fn of(log_odds: &[f64], events: &[bool]) -> Self {
        let moment = |(log_odds, late): (&f64, &bool)| {
            let probability = logistic(*log_odds);
            let outcome = f64::from(u8::from(*late));
            (small(probability - outcome), small(bound(*log_odds, probability)))
        };
        let (slopes, curvatures) = log_odds.par_iter().zip(events).map(moment).unzip();
        Self { slopes, curvatures }
    }

    /// Slope and curvature of every cell of one term, fixed-point.
    pub(super) fn by_cell(&self, codes: &[u8], cells: usize) -> Vec<(i64, i64)> {
        let mut sums = vec![(0, 0); cells];
        for ((code, slope), curvature) in codes.iter().zip(&self.slopes).zip(&self.curvatures) {
            if let Some(sum) = sums.get_mut(usize::from(*code)) {
                sum.0 += i64::from(*slope);
                sum.1 += i64::from(*curvature);
            }
        }
        sums
    }
}

/// A number within ±1, fixed-point.
fn small(value: f64) -> i32 {
    i32::try_from(fixed(value)).unwrap_or(0)
}

/// Curvature of a parabola that touches the log-loss at these log-odds and lies above it everywhere else: tanh(x/2) / 2x
/// (Jaakkola and Jordan 2000). So however far steps go on it, the log-loss itself falls too; the curvature p·(1 − p) of
/// the log-loss promises that only nearby, and where few rows are late "nearby" is very near.
fn bound(log_odds: f64, probability: f64) -> f64 {
    if log_odds.abs() < 1e-6 { 0.25 } else { (probability - 0.5) / log_odds }
}

/// Slope and curvature of every cell, for each part of the rows.
pub(super) struct CellMoments {
    /// `PARTS` lists of one entry a cell.
    slopes: Vec<Vec<i64>>,
    curvatures: Vec<Vec<i64>>,
}

impl CellMoments {
    pub(super) fn of(coded: &Coded, parts: &[u8], terms: &Terms, rows: &RowMoments) -> Self {
        let by_term = |(term, codes): (&Term, &Vec<u8>)| {
            let mut sums = vec![(0_i64, 0_i64); PARTS * term.cells];
            let moments = rows.slopes.iter().zip(&rows.curvatures);
            for ((code, part), (slope, curvature)) in codes.iter().zip(parts).zip(moments) {
                let at = usize::from(*part) * term.cells + usize::from(*code);
                if let Some(sum) = sums.get_mut(at) {
                    sum.0 += i64::from(*slope);
                    sum.1 += i64::from(*curvature);
                }
            }
            sums
        };
        let pairs: Vec<_> = terms.iter().zip(coded.codes()).collect();
        let sums: Vec<Vec<(i64, i64)>> = pairs.into_par_iter().map(by_term).collect();
        let (mut slopes, mut curvatures) = (vec![Vec::new(); PARTS], vec![Vec::new(); PARTS]);
        for (term, sums) in terms.iter().zip(&sums) {
            let each_part = sums.chunks_exact(term.cells);
            for ((slopes, curvatures), sums) in slopes.iter_mut().zip(&mut curvatures).zip(each_part) {
                slopes.extend(sums.iter().map(|sum| sum.0));
                curvatures.extend(sums.iter().map(|sum| sum.1));
            }
        }
        Self { slopes, curvatures }
    }

    /// Slopes and curvatures of the parts of a bag.
    pub(super) fn of_bag(&self, bag: Bag) -> (Vec<f64>, Vec<f64>) {
        let sum = |by_part: &[Vec<i64>]| {
            let none = Vec::new();
            let [one, next] = bag.parts().map(|part| by_part.get(part).unwrap_or(&none));
            one.iter().zip(next).map(|(one, next)| unfixed(one + next)).collect()
        };
        (sum(&self.slopes), sum(&self.curvatures))
    }
}

/// Two parts of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bag([usize; 2]);

impl Bag {
    /// Every two parts.
    pub(super) fn all() -> Vec<Self> {
        let pairs = (0..PARTS).flat_map(|one| (one + 1..PARTS).map(move |next| Self([one, next])));
        pairs.collect()
    }

    fn parts(self) -> [usize; 2] {
        self.0
    }
}

/// Curvature between the cells of every two terms, for each part of the rows, from a sample of them.
///
/// A line a cell: what moving the cells that the line counts by one adds to the slope of every cell.
pub(super) struct Between {
    /// `PARTS` square tables, line by line.
    tables: Vec<Vec<f64>>,
    cells: usize,
}

impl Between {
    pub(super) fn of(coded: &Coded, parts: &[u8], terms: &Terms, rows: &RowMoments) -> Self {
        let sample = coded.sample(SAMPLE);
        let table = |part: usize| {
            let within = |row: &usize| parts.get(*row).is_some_and(|of| usize::from(*of) == part);
            let chosen: Vec<usize> = sample.iter().copied().filter(within).collect();
            let all = parts.iter().filter(|of| usize::from(**of) == part).count();
            let scale = real(count(all)) / real(count(chosen.len()).max(1));
            square(&chosen, scale, coded, terms, rows)
        };
        Self { tables: (0..PARTS).into_par_iter().map(table).collect(), cells: terms.cells() }
    }

    /// Adds `amount` times a line to the slopes of a bag.
    pub(super) fn add_line(&self, bag: Bag, slopes: &mut [f64], line: usize, amount: f64) {
        let line = line * self.cells..(line + 1) * self.cells;
        for part in bag.parts() {
            let own = self.tables.get(part).and_then(|table| table.get(line.clone())).unwrap_or_default();
            for (slope, curvature) in slopes.iter_mut().zip(own) {
                *slope += amount * curvature;
            }
        }
    }
}

/// The table of one part: a strip of lines for each term.
fn square(chosen: &[usize], scale: f64, coded: &Coded, terms: &Terms, rows: &RowMoments) -> Vec<f64> {
    let curvature = |row: &usize| rows.curvatures.get(*row).copied().unwrap_or(0);
    let curvatures: Vec<i32> = chosen.iter().map(curvature).collect();
    let gathered =
        |codes: &Vec<u8>| -> Vec<u8> { chosen.iter().map(|row| codes.get(*row).copied().unwrap_or(0)).collect() };
    let codes: Vec<Vec<u8>> = coded.codes().iter().map(gathered).collect();
    let width = terms.cells();
    let mut table = vec![0.0; width * width];
    for (at, (term, own)) in terms.iter().zip(&codes).enumerate() {
        for (other, theirs) in terms.iter().zip(&codes).skip(at) {
            let block = block(term, own, other, theirs, &curvatures);
            lay(&mut table, width, term, other, &block, scale);
        }
    }
    let mut strips = table.as_mut_slice();
    for term in terms.iter() {
        let (strip, rest) = strips.split_at_mut(term.cells * width);
        strips = rest;
        cumulate(term, strip, width);
    }
    table
}

/// Writes a block where the lines of one term meet the columns of the other, and where the other's lines meet its own.
fn lay(table: &mut [f64], width: usize, term: &Term, other: &Term, block: &[i64], scale: f64) {
    for (line, sums) in block.chunks_exact(other.cells).enumerate() {
        for (column, sum) in sums.iter().enumerate() {
            let (one, next) = (term.start + line, other.start + column);
            for at in [one * width + next, next * width + one] {
                if let Some(place) = table.get_mut(at) {
                    *place = scale * unfixed(*sum);
                }
            }
        }
    }
}

/// Curvature by cell of one term and cell of another.
fn block(term: &Term, own: &[u8], other: &Term, theirs: &[u8], curvatures: &[i32]) -> Vec<i64> {
    let mut block = vec![0_i64; term.cells * other.cells];
    for ((one, next), curvature) in own.iter().zip(theirs).zip(curvatures) {
        let at = usize::from(*one) * other.cells + usize::from(*next);
        if let Some(cell) = block.get_mut(at) {
            *cell += i64::from(*curvature);
        }
    }
    block
}

/// Turns the lines of a term into sums over the cells that each line counts.
fn cumulate(term: &Term, strip: &mut [f64], width: usize) {
    match term.kind {
        Kind::Names => {}
        Kind::Ordered(_) => add_each_to_next(strip, width, term.cells.saturating_sub(1), 1),
        Kind::Pair { rows, columns, .. } => {
            for line in strip.chunks_mut((columns * width).max(1)).take(rows) {
                add_each_to_next(line, width, columns, 1);
            }
            add_each_to_next(strip, width, rows * columns, columns);
        }
    }
}

/// Adds to each of the first `lines` lines the one `back` lines before it, from the first on.
fn add_each_to_next(strip: &mut [f64], width: usize, lines: usize, back: usize) {
    for line in back..lines {
        let (before, rest) = strip.split_at_mut(line * width);
        let Some(source) = before.get((line - back) * width..(line - back + 1) * width) else { continue };
        for (target, source) in rest.iter_mut().zip(source) {
            *target += source;
        }
    }
}
