//! Drift: how far today's clients are from those a model was learned from.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::number::{count, real};

/// Rows added to every bin, so that an empty one stays finite.
const SMOOTHING: f64 = 0.5;

/// A stability index from which somebody should look.
pub const LOOK: f64 = 0.10;

/// A stability index from which somebody should act.
pub const ACT: f64 = 0.25;

/// Rows below which an index says nothing: with ten bins and so many rows, chance alone gives 0.05 on average and stays
/// below [`LOOK`] nineteen times in twenty.
pub const FEWEST: u64 = 200;

/// Bins of a reference besides that of missing values.
const BINS: usize = 10;

/// Population stability index in nats: Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ) over the bins, of the shares of rows `actual` and
/// `expected`, half a row added to each bin. Of a score it is called PSI, of one feature CSI.
///
/// Usual reading: below [`LOOK`] fine, to [`ACT`] look, above act.
///
/// # Errors
/// When the lengths differ.
///
/// ```
/// use encours_models::drift::stability_index;
/// assert_eq!(stability_index(&[10, 30], &[100, 300])? < 0.001, true);
/// // Shares 0.5/0.5 against 0.25/0.75: 0.25 · ln 2 − 0.25 · ln(2/3) = 0.2747.
/// let index = stability_index(&[50_000, 50_000], &[25_000, 75_000])?;
/// assert!((index - 0.274_65).abs() < 1e-4);
/// # Ok::<(), encours_models::ModelError>(())
/// ```
pub fn stability_index(actual: &[u64], expected: &[u64]) -> Result<f64, ModelError> {
    ModelError::same_length("bins", actual.len(), expected.len())?;
    let (actual, expected) = (shares(actual), shares(expected));
    let mut index = 0.0;
    for (now, then) in actual.iter().zip(&expected) {
        index += (now - then) * libm::log(now / then);
    }
    Ok(index)
}

fn shares(rows: &[u64]) -> Vec<f64> {
    let total = rows.iter().fold(0.0, |sum, bin| sum + real(*bin) + SMOOTHING);
    rows.iter().map(|bin| (real(*bin) + SMOOTHING) / total).collect()
}

/// What a measure of drift asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DriftLevel {
    /// Too few rows to say anything.
    TooFew,
    /// Nothing.
    Fine,
    /// That somebody looks.
    Look,
    /// That somebody acts: retrains, or stops trusting it.
    Act,
}

impl DriftLevel {
    /// The reading of an index over so many rows.
    ///
    /// ```
    /// use encours_models::drift::DriftLevel;
    /// let read = [0.05, 0.10, 0.24, 0.25].map(|index| DriftLevel::of(index, 1_000));
    /// assert_eq!(read, [DriftLevel::Fine, DriftLevel::Look, DriftLevel::Look, DriftLevel::Act]);
    /// assert_eq!(DriftLevel::of(0.5, 20), DriftLevel::TooFew);
    /// ```
    pub fn of(index: f64, rows: u64) -> Self {
        match index {
            _ if rows < FEWEST => Self::TooFew,
            index if index >= ACT => Self::Act,
            index if index >= LOOK => Self::Look,
            _ => Self::Fine,
        }
    }
}

/// How a score or a feature was spread when the model was made: tenths of its values, missing ones apart.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reference {
    /// Upper edges of all bins but the last, ascending; a value on an edge belongs below it. Where many values are equal
    /// there are fewer than nine.
    pub edges: Vec<f64>,
    /// Rows of each bin, one more than there are edges; last those whose value was missing.
    pub rows: Vec<u64>,
}

/// How far rows are from a reference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stability {
    /// Rows compared.
    pub rows: u64,
    /// Stability index, nats.
    pub index: f64,
    /// What it asks for.
    pub level: DriftLevel,
}

impl Reference {
    /// The spread of these values; what is not a number counts as missing.
    pub fn of(values: &[f64]) -> Self {
        let mut sorted: Vec<f64> = values.iter().copied().filter(|value| !value.is_nan()).collect();
        sorted.sort_unstable_by(f64::total_cmp);
        // Edges are values that occur, so that no bin begins empty.
        let tenth = |tenth: usize| sorted.get((sorted.len() * tenth).div_ceil(BINS).checked_sub(1)?).copied();
        let mut edges: Vec<f64> = (1..BINS).filter_map(tenth).collect();
        edges.dedup();
        // Nothing lies above the greatest value.
        edges.retain(|edge| sorted.last().is_some_and(|greatest| edge < greatest));
        let mut reference = Self { edges, rows: Vec::new() };
        reference.rows = reference.tally(values);
        reference
    }

    /// Rows of each bin, last those whose value is missing.
    pub fn tally(&self, values: &[f64]) -> Vec<u64> {
        let mut rows = vec![0; self.edges.len() + 2];
        for value in values {
            let place = if value.is_nan() { self.edges.len() + 1 } else { self.bin(*value) };
            if let Some(rows) = rows.get_mut(place) {
                *rows += 1;
            }
        }
        rows
    }

    fn bin(&self, value: f64) -> usize {
        self.edges.partition_point(|edge| *edge < value)
    }

    /// How far `values` are from the reference.
    ///
    /// # Errors
    /// When the reference has other bins than edges.
    pub fn compare(&self, values: &[f64]) -> Result<Stability, ModelError> {
        let index = stability_index(&self.tally(values), &self.rows)?;
        let rows = count(values.len());
        Ok(Stability { rows, index, level: DriftLevel::of(index, rows) })
    }
}
