//! Drift: how far today's clients are from those a card was learned from.

use crate::error::ModelError;
use crate::number::real;

/// Rows added to every bin, so that an empty one stays finite.
const SMOOTHING: f64 = 0.5;

/// Population stability index in nats: Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ) over the bins, of the shares of rows `actual` and
/// `expected`, half a row added to each bin. Of a score it is called PSI, of one feature CSI.
///
/// Usual reading: below 0.1 fine, to 0.25 look, above act.
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
