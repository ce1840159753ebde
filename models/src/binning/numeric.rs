//! Cutting numbers: quantiles, then the declared direction, then bins that are large enough and differ.

use super::bins::Bins;
use super::evidence::Tally;
use super::params::BinningValidParams;
use crate::number::{count, real};
use crate::table::Direction;

/// A bin in the making: its largest value and what it holds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    upper: f64,
    tally: Tally,
}

impl Cell {
    /// This cell and the next one above it, as one.
    fn joined(self, above: Self) -> Self {
        Self { upper: above.upper, tally: self.tally.plus(above.tally) }
    }
}

/// Cuts `values` (NaN = missing) into bins; the tallies end with missing. `total` counts all rows.
pub(super) fn cut(
    params: &BinningValidParams,
    values: &[f64],
    direction: Direction,
    events: &[bool],
    total: Tally,
) -> (Bins, Vec<Tally>) {
    let present = Present::of(values, events);
    let missing = total.less(present.tally());
    let mut cells = present.cells(&starts(params, &present, total));
    cells = pooled(cells, direction, total, params.smoothing());
    merge_small(&mut cells, params.least_rows(total.rows));
    merge_alike(&mut cells, params.merge_below());
    // Merging keeps raw rates in order, but smoothing bends those of small bins more: look once again.
    cells = pooled(cells, direction, total, params.smoothing());
    let mut tallies: Vec<Tally> = cells.iter().map(|cell| cell.tally).collect();
    if tallies.is_empty() {
        tallies.push(Tally::default());
    }
    tallies.push(missing);
    // The last bin is open above, so its largest value is no edge.
    cells.pop();
    let edges = cells.iter().map(|cell| cell.upper).collect();
    (Bins::Numeric { edges }, tallies)
}

/// The values that are not missing, ascending.
struct Present {
    /// Those of all rows.
    all: Vec<f64>,
    /// Those of the late rows.
    late: Vec<f64>,
}

impl Present {
    fn of(values: &[f64], events: &[bool]) -> Self {
        let rows = || values.iter().zip(events).filter(|(value, _)| !value.is_nan());
        let all = rows().map(|(value, _)| *value);
        let late = rows().filter(|(_, late)| **late).map(|(value, _)| *value);
        Self { all: ascending(all), late: ascending(late) }
    }

    fn tally(&self) -> Tally {
        Tally { rows: count(self.all.len()), late: count(self.late.len()) }
    }

    /// The values of the rows that were on time.
    fn on_time(&self) -> Vec<f64> {
        let mut late = self.late.iter().peekable();
        let on_time = |value: &&f64| late.next_if(|late| *late == *value).is_none();
        self.all.iter().filter(on_time).copied().collect()
    }

    /// One cell from each start up to the next. Equal values stay together.
    fn cells(&self, starts: &[f64]) -> Vec<Cell> {
        let mut cells = Vec::with_capacity(starts.len() + 1);
        let mut taken = Tally::default();
        for next in starts.iter().map(Some).chain([None]) {
            let below = |values: &[f64]| next.map_or(values.len(), |next| values.partition_point(|value| value < next));
            let up_to = Tally { rows: count(below(&self.all)), late: count(below(&self.late)) };
            let last = usize::try_from(up_to.rows).ok().and_then(|rows| rows.checked_sub(1));
            let tally = up_to.less(taken);
            if let Some(upper) = last.and_then(|last| self.all.get(last)).filter(|_| tally.rows > 0) {
                cells.push(Cell { upper: *upper, tally });
            }
            taken = up_to;
        }
        cells
    }
}

/// Numbers in ascending order; −0 counts as 0. They are sorted as whole numbers of the same order, which is much faster.
fn ascending(values: impl Iterator<Item = f64>) -> Vec<f64> {
    const SIGN: u64 = 1 << 63;
    let key = |value: f64| {
        let bits = (value + 0.0).to_bits();
        if bits & SIGN == 0 { bits | SIGN } else { !bits }
    };
    let value = |key: u64| f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN });
    let mut keys: Vec<u64> = values.map(key).collect();
    keys.sort_unstable();
    keys.into_iter().map(value).collect()
}

/// The values at which a cell starts, ascending: quantiles of all present values, and of those of the rarer outcome.
fn starts(params: &BinningValidParams, present: &Present, total: Tally) -> Vec<f64> {
    let rare = params.rare_quantiles();
    let mut starts = quantiles(&present.all, params.quantiles());
    starts.extend(if total.late <= total.on_time() {
        quantiles(&present.late, rare)
    } else {
        quantiles(&present.on_time(), rare)
    });
    starts.sort_unstable_by(f64::total_cmp);
    starts.dedup();
    starts
}

/// The values at the ranks k·n/parts, k = 1 … parts − 1, of an ascending list.
fn quantiles(ascending: &[f64], parts: u16) -> Vec<f64> {
    let parts = usize::from(parts);
    let ranks = (1..parts).map(|part| part * ascending.len() / parts);
    ranks.filter_map(|rank| ascending.get(rank).copied()).collect()
}

/// Merges the smallest cell below `least` rows with the neighbour of the nearer rate, until none is below.
fn merge_small(cells: &mut Vec<Cell>, least: u64) {
    while cells.len() > 1 {
        let smallest = (0..cells.len()).min_by_key(|at| rows_at(cells, *at));
        let Some(at) = smallest.filter(|at| rows_at(cells, *at) < least) else {
            return;
        };
        let below = at.checked_sub(1);
        let distance = |pair: usize| difference(cells, pair).unwrap_or(f64::INFINITY);
        let pair = match below {
            Some(pair) if distance(pair) <= distance(at) => pair,
            _ => at,
        };
        join(cells, pair);
    }
}

/// Merges the pair of neighbours that differ least while that is below `standard_errors`.
fn merge_alike(cells: &mut Vec<Cell>, standard_errors: f64) {
    loop {
        let pairs = 0..cells.len().saturating_sub(1);
        let scored = pairs.filter_map(|pair| difference(cells, pair).map(|score| (pair, score)));
        let least = scored.min_by(|one, next| one.1.total_cmp(&next.1));
        match least {
            Some((pair, score)) if score < standard_errors => join(cells, pair),
            _ => return,
        }
    }
}

/// Pools neighbours until their weights follow the direction (pool adjacent violators, Ayer et al. 1955).
///
/// Weights, not raw rates, are compared: what must be monotone is what the card uses.
fn pooled(cells: Vec<Cell>, direction: Direction, total: Tally, smoothing: f64) -> Vec<Cell> {
    let weight = |cell: &Cell| cell.tally.weight(total, smoothing);
    let violates = |below: &Cell, above: &Cell| match direction {
        Direction::RiskUp => weight(below) > weight(above),
        Direction::RiskDown => weight(below) < weight(above),
        Direction::Free => false,
    };
    let mut stack: Vec<Cell> = Vec::with_capacity(cells.len());
    for mut cell in cells {
        while let Some(below) = stack.pop_if(|below| violates(below, &cell)) {
            cell = below.joined(cell);
        }
        stack.push(cell);
    }
    stack
}

/// Difference of the rates of the cells `pair` and `pair + 1` in standard errors (two proportions, pooled variance);
/// 0 when both are all late or all on time.
fn difference(cells: &[Cell], pair: usize) -> Option<f64> {
    let one = cells.get(pair)?.tally;
    let next = cells.get(pair + 1)?.tally;
    let rate = one.plus(next).rate();
    let variance = rate * (1.0 - rate) * (1.0 / real(one.rows) + 1.0 / real(next.rows));
    if variance <= 0.0 {
        return Some(0.0);
    }
    Some((one.rate() - next.rate()).abs() / variance.sqrt())
}

fn rows_at(cells: &[Cell], at: usize) -> u64 {
    cells.get(at).map_or(0, |cell| cell.tally.rows)
}

/// Joins the cells `pair` and `pair + 1`.
fn join(cells: &mut Vec<Cell>, pair: usize) {
    if pair + 1 >= cells.len() {
        return;
    }
    let above = cells.remove(pair + 1);
    if let Some(below) = cells.get_mut(pair) {
        *below = below.joined(above);
    }
}
