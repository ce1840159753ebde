//! Clients' coming late rates against the intervals that were given before.

use encours_models::{Coverage, Spread};

use super::report::ComingValidation;
use super::rows::TestRows;
use crate::CoreError;
use crate::portfolio::coming;

/// Coming invoices from which a client is measured.
pub const FEWEST_COMING: u64 = 10;

/// Counts the clients with ten or more coming outcomes whose late rate lies within the interval that their past rate gave
/// on the morning of the first; nothing where there is none.
pub(super) fn measure(
    test: &TestRows,
    rows: &[usize],
    horizon: usize,
    spread: &Spread,
) -> Result<Option<ComingValidation>, CoreError> {
    let (mut held, mut foretold, mut invoices) = (Vec::new(), 0.0, 0);
    // Rows stand client by client, in the order of issue.
    for own in rows.chunk_by(|one, next| test.clients.get(*one) == test.clients.get(*next)) {
        let of = u64::try_from(own.len()).unwrap_or(u64::MAX);
        let Some(&first) = own.first().filter(|_| of >= FEWEST_COMING) else { continue };
        let late = own.iter().filter(|row| test.late(**row, horizon) == Some(true)).count();
        let late = u64::try_from(late).unwrap_or(u64::MAX);
        let interval = coming::interval(test.value(&test.past, first, horizon), spread, of)?;
        held.push((interval.low..=interval.high).contains(&late));
        foretold += interval.chance;
        invoices += of;
    }
    if held.is_empty() {
        return Ok(None);
    }
    let foretold = foretold / crate::features::reading::count(held.len());
    Ok(Some(ComingValidation {
        invoices,
        asked: Coverage::of(&held, coming::HELD)?,
        foretold: Coverage::of(&held, foretold.min(1.0))?,
    }))
}
