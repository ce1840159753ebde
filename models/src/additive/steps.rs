//! One step of one term: the best move of its cells against the slope, within what its direction allows.

use super::terms::{Kind, Term};
use crate::table::Direction;

/// How far cells are moved: `(line, amount)` adds `amount` to every cell that the line of the cumulated table counts.
///
/// Lines are cells of the term: of numbers, line c counts the cells up to c; of a pair, line (r, c) counts the cells up
/// to row r and column c; of names, and of the missing, a line counts its own cell alone.
pub(super) type Moves = Vec<(usize, f64)>;

/// What steps are made with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) rate: f64,
    pub(super) ridge: f64,
}

impl Pace {
    /// A Newton step against a slope, shortened.
    fn step(self, sums: Sums) -> f64 {
        -self.rate * sums.slope / (sums.curvature + self.ridge)
    }

    /// What a step wins, but for a factor.
    fn gain(self, sums: Sums) -> f64 {
        sums.slope * sums.slope / (sums.curvature + self.ridge)
    }
}

/// Slope and curvature of some cells.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    slope: f64,
    curvature: f64,
}

impl Sums {
    fn plus(self, other: Self) -> Self {
        Self { slope: self.slope + other.slope, curvature: self.curvature + other.curvature }
    }

    fn less(self, other: Self) -> Self {
        Self { slope: self.slope - other.slope, curvature: self.curvature - other.curvature }
    }
}

/// The best step of a term at these slopes and curvatures of its cells.
pub(super) fn best_step(term: &Term, slopes: &[f64], curvatures: &[f64], pace: Pace) -> Moves {
    let cells: Vec<Sums> =
        slopes.iter().zip(curvatures).map(|(slope, curvature)| Sums { slope: *slope, curvature: *curvature }).collect();
    match term.kind {
        Kind::Ordered(direction) => best_split(&cells, direction, pace),
        Kind::Names => cells.iter().map(|sums| pace.step(*sums)).enumerate().collect(),
        Kind::Pair { rows, columns, first, second } => best_corner(&cells, rows, columns, first, second, pace),
    }
}

/// Below and above the best split, and the missing, each by its own step. Where no split follows the direction, all
/// numbers move together.
fn best_split(cells: &[Sums], direction: Direction, pace: Pace) -> Moves {
    let Some((missing, numbers)) = cells.split_last() else { return Moves::new() };
    let whole = numbers.iter().fold(Sums::default(), |sum, cell| sum.plus(*cell));
    let last = numbers.len().saturating_sub(1);
    let (mut below, mut best) = (Sums::default(), None::<(f64, usize, f64, f64)>);
    for (at, cell) in numbers.iter().take(last).enumerate() {
        below = below.plus(*cell);
        let above = whole.less(below);
        let (low, high) = (pace.step(below), pace.step(above));
        let follows = match direction {
            Direction::RiskUp => high >= low,
            Direction::RiskDown => high <= low,
            Direction::Free => true,
        };
        let gain = pace.gain(below) + pace.gain(above);
        if follows && best.is_none_or(|found| gain > found.0) {
            best = Some((gain, at, low, high));
        }
    }
    let mut moves = match best {
        Some((_, at, low, high)) => vec![(at, low - high), (last, high)],
        None => vec![(last, pace.step(whole))],
    };
    moves.push((numbers.len(), pace.step(*missing)));
    moves
}

/// A corner of the grid of a pair.
#[derive(Debug, Clone, Copy)]
struct Corner {
    high_row: bool,
    high_column: bool,
}

const CORNERS: [Corner; 4] = [
    Corner { high_row: false, high_column: false },
    Corner { high_row: false, high_column: true },
    Corner { high_row: true, high_column: false },
    Corner { high_row: true, high_column: true },
];

impl Corner {
    /// Whether raising (or lowering) the corner keeps both directions.
    fn allows(self, step: f64, first: Direction, second: Direction) -> bool {
        let one = |high: bool, direction: Direction| match direction {
            Direction::RiskUp => high == (step >= 0.0),
            Direction::RiskDown => high != (step >= 0.0),
            Direction::Free => true,
        };
        one(self.high_row, first) && one(self.high_column, second)
    }
}

/// The best corner that both directions allow: a step function of two features that is nought elsewhere.
fn best_corner(cells: &[Sums], rows: usize, columns: usize, first: Direction, second: Direction, pace: Pace) -> Moves {
    let sums = cumulated(cells, columns);
    let at = |row: usize, column: usize| sums.get(row * columns + column).copied().unwrap_or_default();
    let (Some(last_row), Some(last_column)) = (rows.checked_sub(1), columns.checked_sub(1)) else {
        return Moves::new();
    };
    let mut best: Option<(f64, Moves)> = None;
    for row in 0..last_row {
        for column in 0..last_column {
            for corner in CORNERS {
                let lines = lines_of(corner, (row, column), (last_row, last_column));
                let add = |sum: Sums, (row, column, sign): &(usize, usize, f64)| {
                    let part = at(*row, *column);
                    if *sign > 0.0 { sum.plus(part) } else { sum.less(part) }
                };
                let found = lines.iter().fold(Sums::default(), add);
                let (step, gain) = (pace.step(found), pace.gain(found));
                let better = best.as_ref().is_none_or(|(most, _)| gain > *most);
                if better && corner.allows(step, first, second) {
                    let moves = lines.iter().map(|(row, column, sign)| (row * columns + column, sign * step));
                    best = Some((gain, moves.collect()));
                }
            }
        }
    }
    best.map(|(_, moves)| moves).unwrap_or_default()
}

/// The corner as lines of the cumulated grid, each added or taken off.
fn lines_of(corner: Corner, split: (usize, usize), last: (usize, usize)) -> Vec<(usize, usize, f64)> {
    let ((row, column), (last_row, last_column)) = (split, last);
    match (corner.high_row, corner.high_column) {
        (false, false) => vec![(row, column, 1.0)],
        (false, true) => vec![(row, last_column, 1.0), (row, column, -1.0)],
        (true, false) => vec![(last_row, column, 1.0), (row, column, -1.0)],
        (true, true) => {
            vec![(last_row, last_column, 1.0), (row, last_column, -1.0), (last_row, column, -1.0), (row, column, 1.0)]
        }
    }
}

/// Sums over the cells up to each row and column of a grid.
fn cumulated(cells: &[Sums], columns: usize) -> Vec<Sums> {
    let mut above = vec![Sums::default(); columns];
    let mut sums = Vec::with_capacity(cells.len());
    for line in cells.chunks_exact(columns.max(1)) {
        let mut left = Sums::default();
        for (cell, above) in line.iter().zip(&mut above) {
            left = left.plus(*cell);
            *above = above.plus(left);
            sums.push(*above);
        }
    }
    sums
}
