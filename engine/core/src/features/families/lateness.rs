//! How often the client pays later than the horizon: over its whole life, lately, and the last few times.
//!
//! An invoice counts as soon as its outcome is known: when it is paid, or when it is still unpaid past the horizon.
//! Rates are drawn towards the base rate (then towards the client's own whole rate) with the weight of one or two
//! invoices, so that one late payment of one makes no certainty.

use encours_models::prior::smoothed_rate;

use super::similar::{Likeness, SimilarTally};
use crate::features::decay::{Faded, Weights};
use crate::features::reading::{Reading, count, float};
use crate::features::registry::{FeatureFamily, share, undirected};
use crate::features::says::{NOTHING_ALIKE, NOTHING_RECENT, Said};

/// How many outcomes `late_last_five` looks at.
const LAST: usize = 5;

/// One more thing known of the outcome of an invoice.
pub(crate) struct Outcome<'a> {
    /// Position of the invoice.
    pub(crate) position: u32,
    /// Later than the horizon.
    pub(crate) late: bool,
    /// Known before, and now the other way round.
    pub(crate) corrected: bool,
    /// What the invoice is like, where likenesses are counted.
    pub(crate) likeness: Option<&'a Likeness>,
}

/// What is counted at one horizon.
#[derive(Clone, Debug, Default)]
pub(crate) struct LatenessTally {
    pub(crate) known: i64,
    pub(crate) late: i64,
    pub(crate) faded: Faded,
    /// The invoices whose outcomes were first known last, in a ring, and which of them were late (bits).
    last: [u32; LAST],
    last_late: u8,
    /// Claims open today that are late over the horizon.
    pub(crate) open_late: i64,
    pub(crate) similar: SimilarTally,
}

impl LatenessTally {
    pub(crate) fn reset(&mut self) {
        let similar = std::mem::take(&mut self.similar);
        *self = Self { similar, ..Self::default() };
        self.similar.reset();
    }

    /// An outcome that is known, or corrected, in weights of the day on which it was known first.
    pub(crate) fn observed(&mut self, outcome: &Outcome<'_>, weights: &Weights) {
        let &Outcome { position, late, corrected, likeness } = outcome;
        // Where it stands among the last five goes by how many were known before.
        self.remember(position, late, corrected);
        let change = self.count(late, corrected);
        self.faded.add(weights, f64::from(u8::from(!corrected)), float(change));
        if let Some(likeness) = likeness {
            self.similar.observed(likeness, change, corrected, weights);
        }
    }

    /// Counts an outcome that is known, or corrected; the change of the late ones.
    pub(crate) fn count(&mut self, late: bool, corrected: bool) -> i64 {
        let change = if late { 1 } else { -i64::from(corrected) };
        self.late += change;
        self.known += i64::from(!corrected);
        change
    }

    /// The newest outcome takes the place of the fifth before it; a corrected one keeps its own place, if it has one.
    fn remember(&mut self, position: u32, late: bool, corrected: bool) {
        let among = self.last_count();
        let next = usize::try_from(self.known).unwrap_or(0) % LAST;
        let place = if corrected { self.last.iter().take(among).position(|&one| one == position) } else { Some(next) };
        let Some(place) = place else { return };
        if let Some(slot) = self.last.get_mut(place) {
            *slot = position;
        }
        let bit = 1 << place;
        self.last_late = if late { self.last_late | bit } else { self.last_late & !bit };
    }

    fn last_count(&self) -> usize {
        usize::try_from(self.known).unwrap_or(0).min(LAST)
    }

    pub(crate) fn late_one_opened(&mut self) {
        self.open_late += 1;
    }

    pub(crate) fn late_one_reopened(&mut self) {
        self.open_late += 1;
    }

    pub(crate) fn late_one_closed(&mut self) {
        self.open_late -= 1;
    }

    /// Late ones among the last five outcomes, and how many outcomes that are.
    fn last_five(&self) -> (u32, usize) {
        (self.last_late.count_ones(), self.last_count())
    }
}

/// The client's late rate at the horizon, drawn towards the base rate with the weight of two invoices: the baseline
/// that is printed beside every prediction.
pub(crate) fn late_rate(reading: &Reading<'_>) -> f64 {
    let tally = tally(reading);
    smoothed_rate(float(tally.late), float(tally.known), reading.horizon_priors.rate, 2.0)
}

/// The tally of the reading's horizon.
pub(crate) fn tally<'a>(reading: &Reading<'a>) -> &'a LatenessTally {
    // A reading is only made for a horizon that the state has.
    &reading.state.lateness[reading.horizon]
}

fn recent(reading: &Reading<'_>, half_life: usize) -> f64 {
    let (count, late) = tally(reading).faded.scaled(half_life, reading.scale(half_life));
    smoothed_rate(late, count, late_rate(reading), 1.0)
}

fn last_five(reading: &Reading<'_>) -> f64 {
    let (late, of) = tally(reading).last_five();
    smoothed_rate(f64::from(late), count(of), late_rate(reading), 1.0)
}

/// Late outcomes and all known ones.
fn counts(reading: &Reading<'_>) -> (f64, f64) {
    (float(tally(reading).late), float(tally(reading).known))
}

/// The same, fading.
fn recent_counts(reading: &Reading<'_>, half_life: usize) -> (f64, f64) {
    let (count, late) = tally(reading).faded.scaled(half_life, reading.scale(half_life));
    (late, count)
}

/// The same of the last five.
fn last_counts(reading: &Reading<'_>) -> (f64, f64) {
    let (late, of) = tally(reading).last_five();
    (f64::from(late), count(of))
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "lateness",
    features: &[
        share(
            "late_rate",
            "never missing: the base rate when nothing is known",
            "share of known outcomes later than the horizon, drawn to the base rate by two",
            "LATE_RATE",
            |reading| {
                // Of one who has paid nothing yet, invoices long past their due date are known outcomes too.
                let phrase = ("{often} {late} dans l’ensemble", "{often} {late} overall");
                Said::often(reading, counts(reading), phrase, NOTHING_ALIKE)
            },
            late_rate,
        ),
        undirected(share(
            "late_rate_30",
            "never missing: the client's own rate when nothing is recent",
            "as late_rate, outcomes fading with a half-life of 30 days",
            "LATE_LAST_MONTH",
            |reading| {
                Said::often(
                    reading,
                    recent_counts(reading, 0),
                    ("{often} {late} ces dernières semaines", "{often} {late} in recent weeks"),
                    NOTHING_RECENT,
                )
            },
            |reading| recent(reading, 0),
        )),
        share(
            "late_rate_90",
            "never missing: the client's own rate when nothing is recent",
            "as late_rate, outcomes fading with a half-life of 90 days",
            "LATE_LAST_QUARTER",
            |reading| {
                Said::often(
                    reading,
                    recent_counts(reading, 1),
                    ("{often} {late} ces derniers mois", "{often} {late} in recent months"),
                    NOTHING_RECENT,
                )
            },
            |reading| recent(reading, 1),
        ),
        share(
            "late_rate_365",
            "never missing: the client's own rate when nothing is recent",
            "as late_rate, outcomes fading with a half-life of 365 days",
            "LATE_LAST_YEAR",
            |reading| {
                Said::often(
                    reading,
                    recent_counts(reading, 2),
                    ("{often} {late} sur l’année écoulée", "{often} {late} over the past year"),
                    NOTHING_RECENT,
                )
            },
            |reading| recent(reading, 2),
        ),
        undirected(share(
            "late_last_five",
            "never missing: the client's own rate when nothing is known",
            "share of the last five known outcomes later than the horizon, drawn to late_rate by one",
            "LATE_LAST_FIVE",
            |reading| {
                Said::often(
                    reading,
                    last_counts(reading),
                    ("{often} {late} à ses dernières factures", "{often} {late} on its last invoices"),
                    NOTHING_RECENT,
                )
            },
            last_five,
        )),
        share(
            "late_rate_any",
            "never missing: the base rate when nothing is known",
            "share of paid invoices paid after their due date at all, drawn to the base rate by two",
            "LATE_AT_ALL",
            |reading| {
                let days = &reading.state.days;
                let share = float(days.late) / float(days.count.max(1));
                Said::once_paid(reading, || {
                    Said::level(
                        share,
                        0.2,
                        0.5,
                        [
                            ("dépasse rarement l’échéance", "rarely passes the due date"),
                            (
                                "dépasse parfois l’échéance, ne serait-ce que de peu",
                                "sometimes passes the due date, if only by little",
                            ),
                            (
                                "dépasse souvent l’échéance, ne serait-ce que de peu",
                                "often passes the due date, if only by little",
                            ),
                        ],
                    )
                })
            },
            |reading| {
                let days = &reading.state.days;
                smoothed_rate(float(days.late), float(days.count), reading.priors.late_rate, 2.0)
            },
        ),
    ],
};
