//! Terms: what is added up. Each has cells, and a row stands in one cell of every term.

use crate::binning::Bins;
use crate::table::Direction;

/// What the cells of a term are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Numbers, ascending; the last cell holds missing values.
    Ordered(Direction),
    /// Names; they have no order.
    Names,
    /// Two numbers: `rows` bins of the first by `columns` bins of the second, row by row. The last cell holds the rows in
    /// which either is missing, and says nothing.
    Pair { rows: usize, columns: usize, first: Direction, second: Direction },
}

/// One term and where its cells stand among all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) kind: Kind,
    /// Its first cell among the cells of all terms.
    pub(super) start: usize,
    pub(super) cells: usize,
}

impl Term {
    /// Its cells among those of all terms.
    pub(super) fn range(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.cells
    }

    /// Its entries of a list with one entry a cell of all terms.
    pub(super) fn of<'a, T>(&self, all: &'a [T]) -> &'a [T] {
        all.get(self.range()).unwrap_or_default()
    }
}

/// All terms, in the order in which they are added.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Terms {
    terms: Vec<Term>,
    cells: usize,
}

impl Terms {
    pub(super) fn push(&mut self, kind: Kind, cells: usize) {
        self.terms.push(Term { kind, start: self.cells, cells });
        self.cells += cells;
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Term> {
        self.terms.iter()
    }

    /// Cells of all terms.
    pub(super) fn cells(&self) -> usize {
        self.cells
    }
}

/// The kind of a feature's term.
pub(super) fn kind_of(bins: &Bins, direction: Direction) -> Kind {
    match bins {
        Bins::Numeric { .. } => Kind::Ordered(direction),
        Bins::Category { .. } => Kind::Names,
    }
}
