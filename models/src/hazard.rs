//! When something ends: discrete-time hazards over bands of days, one regression for all bands.
//!
//! A *spell* runs from a first day on which it can end; days are counted from a zero day (of an invoice: the day on which it
//! falls due), and bands of days are named by their last day. Each band that a spell enters is one row of a logistic
//! regression (`linfa_logistic` below it): did it end there? A spell that isn't seen to its end is **censored**: it teaches the
//! bands that it was seen through, and no other. Source: Allison, *Discrete-time methods for the analysis of event
//! histories*, 1982.
//!
//! The regression reads of each band: the log-odds with which all spells at risk ended in it; how the spells before it of
//! the same kind (the same client's) did, drawn to all with the weight of a few; the same of the recent ones, drawn to
//! that; what other models say of the longer stretch that holds the band; and how many days the band has.
//! [`Hazards::curve`] makes days of it.

mod check;
mod fit;

pub(crate) use check::RawHazards;
pub use fit::{HazardParams, HazardValidParams};

use serde::Serialize;

use crate::curve::PaymentCurve;
use crate::error::ModelError;
use crate::number::{count, logistic, real};
use crate::prior::{log_odds, smoothed_rate};

/// Most bands.
pub const MOST_BANDS: usize = 64;

/// Days before the last day of the first band that it is taken to hold.
pub const FIRST_BAND_DAYS: i32 = 30;

/// Earlier spells with which the days of a band weigh evenly against the days on which those ended.
const EVEN_WEIGHT: f64 = 8.0;

/// Days added to a band before its days are compared, so that a band of none can be.
const DAYS_ADDED: f64 = 0.05;

/// Columns of the regression beside the intercept.
pub(crate) const COLUMNS: usize = 7;

/// The bands of a spell: their last days, and where other models begin and cease to speak of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bands {
    pub(crate) edges: Vec<i32>,
    pub(crate) told_until: [i32; 2],
}

impl Bands {
    /// Bands by their last days, ascending; what comes after the last is no band. `told_until` are two days: what other
    /// models say weighs by one coefficient up to the first, by another up to the second, by a third beyond.
    ///
    /// # Errors
    /// When there are none or more than 64, they don't ascend or lie beyond ±10,000 days, or `told_until` descends.
    pub fn new(edges: Vec<i32>, told_until: [i32; 2]) -> Result<Self, ModelError> {
        let mut faults = crate::error::Faults::default();
        let bands = Self { edges, told_until };
        bands.check("bands", &mut faults);
        faults.into_result()?;
        Ok(bands)
    }

    /// Their last days.
    pub fn edges(&self) -> &[i32] {
        &self.edges
    }

    /// The band of a day; the number of bands for days beyond the last.
    pub fn band_of(&self, day: i32) -> usize {
        self.edges.partition_point(|edge| *edge < day)
    }

    /// The first day of a band.
    pub fn first_day(&self, band: usize) -> i32 {
        let before = band.checked_sub(1).and_then(|before| self.edges.get(before));
        let least = self.edges.first().map_or(0, |edge| edge.saturating_sub(FIRST_BAND_DAYS));
        before.map_or(least, |edge| edge.saturating_add(1))
    }
}

/// What is known of one band before a spell begins.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BandEvidence {
    /// Earlier spells of the same kind that ended in the band …
    pub ended: f64,
    /// … of those that entered it and are known to have ended in it or to have outlasted it.
    pub at_risk: f64,
    /// The same, in weights that fade with age.
    pub recent_ended: f64,
    /// The same, in weights that fade with age.
    pub recent_at_risk: f64,
    /// Chance, by other models, of ending within the stretch that holds the band, once entered.
    pub told: f64,
    /// Days of the band on which the spell can end; a day that is rarely one counts in part.
    pub days: f64,
}

/// How far a spell was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seen {
    /// An ending up to this day would be known, none after it. A band that reaches further teaches nothing, not even by a
    /// spell that ended in it: those that end early in it would be counted, and those that end late would not.
    pub until: i32,
    /// The day on which it ended; nothing when it had not by `until`.
    pub ended: Option<i32>,
}

impl Seen {
    /// Whether a spell that could end from `starts` on was seen through a band that ends on `edge`, having entered it after
    /// `before` (the edge of the band before, if there is one); and then whether it ended in it.
    pub fn in_band(&self, starts: i32, before: Option<i32>, edge: i32) -> Option<bool> {
        let ended = self.ended.map(|day| day.max(starts));
        let entered = edge >= starts && before.is_none_or(|before| ended.is_none_or(|day| day > before));
        (entered && edge <= self.until).then(|| ended.is_some_and(|day| day <= edge))
    }
}

/// A spell to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Spell {
    /// The first day on which it could end.
    pub starts: i32,
    /// How far it was seen.
    pub seen: Seen,
    /// One for each band.
    pub bands: Vec<BandEvidence>,
}

/// Fitted hazards.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hazards {
    edges: Vec<i32>,
    told_until: [i32; 2],
    /// Log-odds with which spells at risk in a band ended in it.
    base: Vec<f64>,
    /// Mean days of a band among the spells that entered it.
    usual_days: Vec<f64>,
    /// Spells of all kinds that a kind's own weigh against.
    past_strength: f64,
    intercept: f64,
    /// Of the base, the past, the recent past, what is told (three stretches), and the days.
    coefficients: [f64; COLUMNS],
    spells: u64,
    endings: u64,
}

impl Hazards {
    /// The bands.
    pub fn bands(&self) -> Bands {
        Bands { edges: self.edges.clone(), told_until: self.told_until }
    }

    /// The last days of the bands.
    pub fn edges(&self) -> &[i32] {
        &self.edges
    }

    /// Spells learnt from.
    pub fn spells(&self) -> u64 {
        self.spells
    }

    /// Of these, how many were seen to end.
    pub fn endings(&self) -> u64 {
        self.endings
    }

    /// Chance that a spell which has entered a band ends in it. Whatever the evidence, it lies between 0 and 1, so that
    /// the chance of ending later never rises from band to band.
    pub fn hazard(&self, band: usize, evidence: &BandEvidence) -> f64 {
        let row = self.row(band, evidence);
        let mut sum = self.intercept;
        for (coefficient, value) in self.coefficients.iter().zip(row) {
            sum += coefficient * value;
        }
        logistic(sum)
    }

    /// The columns of the regression.
    fn row(&self, band: usize, evidence: &BandEvidence) -> [f64; COLUMNS] {
        let base = self.base.get(band).copied().unwrap_or(0.0);
        let usual = self.usual_days.get(band).copied().unwrap_or(0.0);
        let strength = self.past_strength;
        let past = smoothed_rate(evidence.ended, evidence.at_risk, logistic(base), strength);
        let recent = smoothed_rate(evidence.recent_ended, evidence.recent_at_risk, past, strength);
        let (past, recent) = (log_odds(past), log_odds(recent));
        let mut told = [0.0; 3];
        if let Some(slot) = told.get_mut(self.stretch(band)) {
            *slot = log_odds(evidence.told) - base;
        }
        let days = libm::log((evidence.days + DAYS_ADDED) / (usual + DAYS_ADDED));
        let [before, between, beyond] = told;
        [base, past - base, recent - past, before, between, beyond, days]
    }

    /// Which of the three stretches of `told_until` a band lies in.
    fn stretch(&self, band: usize) -> usize {
        let edge = self.edges.get(band).copied().unwrap_or(i32::MAX);
        self.told_until.iter().filter(|until| edge > **until).count()
    }

    /// Chance of outlasting each band, for a spell that starts on `starts`: bands before that cannot be ended in.
    ///
    /// # Errors
    /// When there isn't evidence for every band.
    pub fn survival(&self, starts: i32, evidence: &[BandEvidence]) -> Result<Vec<f64>, ModelError> {
        ModelError::same_length("bands of evidence", evidence.len(), self.edges.len())?;
        let mut alive = 1.0;
        let outlasted = evidence.iter().zip(&self.edges).enumerate().map(|(band, (evidence, edge))| {
            if *edge >= starts {
                alive *= 1.0 - self.hazard(band, evidence);
            }
            alive
        });
        Ok(outlasted.collect())
    }

    /// Share of those who have outlasted `after` that outlast `until` too, by the bands in between; 1 when there are none.
    pub fn share_outlasting(&self, after: i32, until: i32, evidence: impl Fn(usize) -> BandEvidence) -> f64 {
        let between = self.edges.iter().enumerate().filter(|(_, edge)| **edge > after && **edge <= until);
        between.fold(1.0, |share, (band, _)| share * (1.0 - self.hazard(band, &evidence(band))))
    }

    /// The curve over days. `anchors` (day of an edge, chance of ending later; ascending) are kept exactly: between two of
    /// them the hazards say how what lies between is shared out over the bands. Inside a band, days share its chance by
    /// how often earlier spells ended on each (`ended_on`), with the weight of eight spells spread evenly over the days on
    /// which it can end (`can_end`: 1, a part where that is rare, 0 where it cannot). Both lists run from the first day of
    /// the first band to the last edge. Beyond it the chance of not having ended falls by 1/`tail_days` a day.
    ///
    /// # Errors
    /// When a list has another length, an anchor isn't an edge, or anchors rise or leave 0 … 1.
    pub fn curve(
        &self,
        starts: i32,
        evidence: &[BandEvidence],
        anchors: &[(i32, f64)],
        days: &DayEvidence,
        tail_days: f64,
    ) -> Result<PaymentCurve, ModelError> {
        let mut outlasted = self.survival(starts, evidence)?;
        anchor(&self.edges, &mut outlasted, anchors)?;
        let bands = self.bands();
        let first = bands.first_day(0);
        let mut over = Vec::new();
        let mut alive = 1.0;
        for (band, (edge, then)) in self.edges.iter().zip(&outlasted).enumerate() {
            let from = bands.first_day(band);
            let places = place(from, first)..=place(*edge, first);
            let (ended_on, can_end) = (days.ended_on.get(places.clone()), days.can_end.get(places));
            let (Some(ended_on), Some(can_end)) = (ended_on, can_end) else {
                let expected = place(*self.edges.last().unwrap_or(&first), first) + 1;
                return Err(ModelError::Shape { what: "days of evidence", found: days.can_end.len(), expected });
            };
            share_out(alive, *then, ended_on, can_end, &mut over);
            alive = *then;
        }
        PaymentCurve::new(first, over, tail_days)
    }
}

/// What is known of the days of a spell before it begins.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DayEvidence {
    /// Earlier spells of the same kind that ended on each day.
    pub ended_on: Vec<f64>,
    /// Whether it can end on a day: 1, a part where that is rare, 0 where it cannot.
    pub can_end: Vec<f64>,
}

fn place(day: i32, first: i32) -> usize {
    usize::try_from(day.saturating_sub(first)).unwrap_or(0)
}

/// Adds the chance of ending later than each day of a band, from `before` it to `after` it.
fn share_out(before: f64, after: f64, ended_on: &[f64], can_end: &[f64], over: &mut Vec<f64>) {
    let can = can_end.iter().fold(0.0, |sum, can| sum + can);
    let even = 1.0 / real(count(can_end.len()).max(1));
    let weight = |(ended, can_here): (&f64, &f64)| {
        if can <= 0.0 {
            return even;
        }
        let own = if *can_here > 0.0 { ended.max(0.0) } else { 0.0 };
        own + EVEN_WEIGHT * can_here / can
    };
    let weights: Vec<f64> = ended_on.iter().zip(can_end).map(weight).collect();
    let whole = weights.iter().fold(0.0, |sum, weight| sum + weight);
    let mut shared = 0.0;
    let last = weights.len();
    for (day, weight) in weights.iter().enumerate() {
        shared += weight;
        // The last day ends exactly where the band does.
        let left = if day + 1 == last { after } else { before - (before - after) * (shared / whole).min(1.0) };
        over.push(left.clamp(after.min(before), before));
    }
}

/// Makes the chances of outlasting bands pass through the anchors.
fn anchor(edges: &[i32], outlasted: &mut [f64], anchors: &[(i32, f64)]) -> Result<(), ModelError> {
    let (mut from, mut told, mut own) = (0, 1.0, 1.0);
    for (day, chance) in anchors {
        let Ok(at) = edges.binary_search(day) else {
            let found = f64::from(*day);
            return Err(ModelError::Value { what: "an anchor", found, expected: "the last day of a band" });
        };
        if !(0.0..=told).contains(chance) || at < from {
            let expected = "chances within 0 to 1 that don't rise, days ascending";
            return Err(ModelError::Value { what: "an anchor", found: *chance, expected });
        }
        let stretch = outlasted.get_mut(from..=at).unwrap_or_default();
        let (steps, end) = (real(count(stretch.len())), stretch.last().copied().unwrap_or(own));
        for (step, value) in stretch.iter_mut().enumerate() {
            // Where the hazards see nothing end, bands share evenly.
            let even = real(count(step + 1)) / steps;
            let done = if own - end > 1e-12 { ((own - *value) / (own - end)).clamp(0.0, 1.0) } else { even };
            *value = told - (told - chance) * done;
        }
        if let Some(last) = stretch.last_mut() {
            *last = *chance;
        }
        (from, told, own) = (at + 1, *chance, end);
    }
    for value in outlasted.get_mut(from..).unwrap_or_default() {
        *value = if own > 0.0 { told * (*value / own).min(1.0) } else { 0.0 };
    }
    Ok(())
}
