//! Rows as cells: what boosting reads of a table.

use crate::number::{count, mixed};

/// Parts into which the rows fall; every two of them make a bag.
pub(super) const PARTS: usize = 4;

/// The rows of a table, one byte a row and term.
///
/// The part of a row is told from a hash of all that is read of it, so the order in which rows came leaves no trace: rows
/// that can't be told apart stand in one part.
pub(super) struct Coded {
    /// For each term, the cell of each row, counted within the term.
    codes: Vec<Vec<u8>>,
    events: Vec<bool>,
    /// Hash of each row.
    marks: Vec<u64>,
}

impl Coded {
    /// `codes` holds a list for each feature.
    pub(super) fn new(codes: Vec<Vec<u8>>, events: &[bool], days: &[i32], seed: u64) -> Self {
        let mut marks: Vec<u64> = events
            .iter()
            .zip(days)
            .map(|(late, day)| mixed(seed ^ u64::from(*late), u64::from(day.cast_unsigned())))
            .collect();
        for column in &codes {
            for (mark, code) in marks.iter_mut().zip(column) {
                *mark = mixed(*mark, u64::from(*code));
            }
        }
        Self { codes, events: events.to_vec(), marks }
    }

    pub(super) fn rows(&self) -> usize {
        self.events.len()
    }

    pub(super) fn events(&self) -> &[bool] {
        &self.events
    }

    pub(super) fn codes(&self) -> &[Vec<u8>] {
        &self.codes
    }

    pub(super) fn push(&mut self, codes: Vec<u8>) {
        self.codes.push(codes);
    }

    /// The part of each row.
    pub(super) fn parts(&self) -> Vec<u8> {
        // The uppermost bits of the hash; the sample below reads others.
        self.marks.iter().map(|mark| u8::try_from(mark >> 62).unwrap_or(0)).collect()
    }

    /// The rows of a sample of about `wanted` rows (all when there are no more), each by its own hash.
    pub(super) fn sample(&self, wanted: usize) -> Vec<usize> {
        let (rows, wanted) = (count(self.rows()), count(wanted));
        let threshold = if rows <= wanted { 1 << 32 } else { wanted * (1 << 32) / rows };
        let chosen = |(row, mark): (usize, &u64)| ((mark & 0xFFFF_FFFF) < threshold).then_some(row);
        self.marks.iter().enumerate().filter_map(chosen).collect()
    }
}
