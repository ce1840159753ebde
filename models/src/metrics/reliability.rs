//! The reliability curve: what was foretold beside what came, bin by bin.

use serde::{Deserialize, Serialize};

use super::{CALIBRATION_BINS, calibration_bin, check, clipped, in_order};
use crate::binning::Tally;
use crate::error::ModelError;
use crate::number::{count, real};
use crate::prior::{RateInterval, rate_interval};

/// What came of the predictions in one bin.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReliabilityBin {
    /// Least prediction in it.
    pub least: f64,
    /// Greatest prediction in it.
    pub greatest: f64,
    /// Mean prediction.
    pub mean_prediction: f64,
    /// Rows.
    pub rows: u64,
    /// Of these late.
    pub late: u64,
    /// Late share.
    pub rate: f64,
    /// 90 % interval of that share, were the rows independent (Wilson 1927).
    pub interval: RateInterval,
}

/// Predictions against outcomes, twice: over ten bins of equal width, of which the calibration error is made, and over
/// tenths of the rows, which also show the crowded end. Bins without rows are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reliability {
    /// 0–0.1, 0.1–0.2, … 0.9–1.
    pub equal_width: Vec<ReliabilityBin>,
    /// The tenth with the least predictions first. Equal predictions stay together, in the tenth of their middle row.
    pub tenths: Vec<ReliabilityBin>,
}

impl Reliability {
    /// Bins `probabilities` against `events` (`true` = late), one each a row; clipped as by
    /// [`Metrics::measure`](super::Metrics::measure).
    ///
    /// # Errors
    /// When lengths differ, there are no rows, or a probability lies outside 0 … 1.
    pub fn measure(events: &[bool], probabilities: &[f64]) -> Result<Self, ModelError> {
        check(events, probabilities)?;
        let mut rows = in_order(events, &clipped(probabilities));
        rows.reverse();
        let mut widths = vec![Vec::new(); CALIBRATION_BINS];
        let mut tenths = vec![Vec::new(); CALIBRATION_BINS];
        let mut before = 0;
        for tied in rows.chunk_by(|one, next| one.0 == next.0) {
            let middle = before + tied.len() / 2;
            let probability = tied.first().map_or(0.0, |(probability, _)| *probability);
            let places = [(&mut widths, calibration_bin(probability)), (&mut tenths, middle * 10 / rows.len())];
            for (bins, place) in places {
                if let Some(bin) = bins.get_mut(place) {
                    bin.extend_from_slice(tied);
                }
            }
            before += tied.len();
        }
        let made = |bins: Vec<Vec<(f64, bool)>>| bins.iter().filter_map(|rows| bin(rows)).collect();
        Ok(Self { equal_width: made(widths), tenths: made(tenths) })
    }
}

/// One bin of rows in the order of their predictions; nothing without rows.
fn bin(rows: &[(f64, bool)]) -> Option<ReliabilityBin> {
    let (&(least, _), &(greatest, _)) = rows.first().zip(rows.last())?;
    let tally = Tally::of(rows.iter().map(|(_, late)| *late));
    let sum = rows.iter().fold(0.0, |sum, (probability, _)| sum + probability);
    Some(ReliabilityBin {
        least,
        greatest,
        mean_prediction: sum / real(count(rows.len())),
        rows: tally.rows,
        late: tally.late,
        rate: tally.rate(),
        interval: rate_interval(real(tally.late), real(tally.rows)),
    })
}
