//! Cutting names: one bin for each common level, one for all others.

use super::bins::Bins;
use super::evidence::Tally;
use super::params::BinningValidParams;
use crate::number::count;

/// Cuts categories into bins; the tallies end with `other` and missing.
pub(super) fn cut(
    params: &BinningValidParams,
    codes: &[u32],
    levels: &[String],
    events: &[bool],
) -> (Bins, Vec<Tally>) {
    let (by_level, missing) = tallies(codes, levels.len(), events);
    let least = params.least_rows(count(codes.len()));
    let mut common: Vec<(&String, Tally)> = levels.iter().zip(by_level.iter().copied()).collect();
    let mut other = Tally::default();
    // The largest first, ties by name, so that neither codes nor rows decide which levels stay.
    common.sort_by(|one, next| next.1.rows.cmp(&one.1.rows).then(one.0.cmp(next.0)));
    let most = usize::from(params.largest_levels());
    let kept = common.iter().take(most);
    let kept = kept.take_while(|(_, tally)| tally.rows >= least).count();
    for (_, tally) in common.drain(kept..) {
        other = other.plus(tally);
    }
    common.sort_by(|one, next| one.0.cmp(next.0));
    let mut tallies: Vec<Tally> = common.iter().map(|(_, tally)| *tally).collect();
    tallies.extend([other, missing]);
    let levels = common.iter().map(|(name, _)| (*name).clone()).collect();
    (Bins::Category { levels }, tallies)
}

/// Tallies by code, and of the missing.
fn tallies(codes: &[u32], levels: usize, events: &[bool]) -> (Vec<Tally>, Tally) {
    let mut by_level = vec![Tally::default(); levels];
    let mut missing = Tally::default();
    for (code, late) in codes.iter().zip(events) {
        let level = usize::try_from(*code).ok();
        match level.and_then(|level| by_level.get_mut(level)) {
            Some(tally) => tally.add(*late),
            None => missing.add(*late),
        }
    }
    (by_level, missing)
}
