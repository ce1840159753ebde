//! A client's coming late rate: its own past rate, drawn to the base rate, and how far what comes lies from it.
//!
//! How far is learnt out of time: at a day that the last quarter of the outcomes come after, each client's past rate is
//! what stands beside every prediction, and its later invoices are what came.

use encours_models::{BetaBinomial, Came, CountInterval, HorizonSpread, ModelError, Spread};

use super::rows::{Outcome, Rows};
use crate::features::registry;

/// Share that an interval should hold.
pub(crate) const HELD: f64 = 0.90;

/// Share of the rows with a known outcome that come before the day at which a spread is learnt.
const EARLIER: (usize, usize) = (3, 4);

/// The interval of how many of a client's next `of` invoices come late, its past rate being `past`.
///
/// # Errors
/// When the rate isn't from 0 to 1.
pub(crate) fn interval(past: f64, spread: &Spread, of: u64) -> Result<CountInterval, ModelError> {
    BetaBinomial::new(past, spread.strength, of)?.interval(HELD)
}

/// The spread at each horizon that has enough clients with later outcomes.
pub(crate) fn spreads(rows: &Rows, late_overs: &[u16]) -> Result<Vec<HorizonSpread>, ModelError> {
    let mut spreads = Vec::new();
    for (horizon, &late_over_days) in late_overs.iter().enumerate() {
        if let Some(spread) = Spread::learnt(&came(rows, horizon))? {
            spreads.push(HorizonSpread { late_over_days, spread });
        }
    }
    Ok(spreads)
}

/// What came of each client after the day of the split.
fn came(rows: &Rows, horizon: usize) -> Vec<Came> {
    let outcomes = rows.outcomes.get(horizon).map(Vec::as_slice).unwrap_or_default();
    let place = registry::offered().position(|feature| feature.name == "late_rate");
    let past = place.and_then(|place| rows.features.get(horizon)?.get(place)).map(Vec::as_slice).unwrap_or_default();
    let known = |row: &usize| outcomes.get(*row).copied().flatten();
    let mut days: Vec<i32> =
        (0..rows.days.len()).filter(|row| known(row).is_some()).filter_map(|row| rows.days.get(row).copied()).collect();
    days.sort_unstable();
    let (part, whole) = EARLIER;
    let Some(&split) = days.get(days.len() * part / whole) else { return Vec::new() };
    let mut found: Vec<(u32, Came)> = Vec::new();
    let later = rows.clients.iter().zip(&rows.days).zip(past).enumerate().filter(|(_, ((_, day), _))| **day >= split);
    for (row, ((&client, _), &foretold)) in later {
        let Some(outcome) = known(&row) else { continue };
        let late = u64::from(outcome == Outcome::Late);
        match found.last_mut().filter(|(last, _)| *last == client) {
            // The rate is that of the client's first later invoice, on the morning of its issue.
            Some((_, came)) => (came.late, came.of) = (came.late + late, came.of + 1),
            None => found.push((client, Came { foretold, late, of: 1 })),
        }
    }
    found.into_iter().map(|(_, came)| came).collect()
}
