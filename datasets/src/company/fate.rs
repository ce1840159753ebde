//! What becomes of a company: nothing, a crisis it survives, or failure.
//!
//! A failure is prepared: a *slide* of half a year to a year in which delays grow, then a day from
//! which nothing is paid, then the judgment, and last the notice by which others learn of it. Some
//! companies slide and recover, so that a slide is a warning and no verdict.

use chrono::NaiveDate;

use crate::draw::calendar::{business_on_or_after, day, days_between, plus};
use crate::draw::chance::Chance;
use crate::draw::number::float;

/// Collective proceedings, in the words of the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Procedure {
    Safeguard,
    Receivership,
    Liquidation,
    Plan,
}

impl Procedure {
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Safeguard => "safeguard",
            Self::Receivership => "receivership",
            Self::Liquidation => "liquidation",
            Self::Plan => "plan",
        }
    }
}

/// A judgment and the day its notice appears.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Judgment {
    pub procedure: Procedure,
    pub on: NaiveDate,
    pub notice: NaiveDate,
}

impl Judgment {
    fn draw(chance: &mut Chance, procedure: Procedure, about: NaiveDate) -> Self {
        let on = business_on_or_after(about);
        let notice = business_on_or_after(plus(on, chance.between(6, 16)));
        Self { procedure, on, notice }
    }
}

/// Growing distress, from 0 to `depth` and perhaps back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Slide {
    starts: NaiveDate,
    peaks: NaiveDate,
    recovered: Option<NaiveDate>,
    depth: f64,
}

impl Slide {
    fn level(&self, date: NaiveDate) -> f64 {
        let rising = progress(self.starts, self.peaks, date);
        let falling = self.recovered.map_or(0.0, |end| progress(self.peaks, end, date));
        self.depth * (rising - falling)
    }
}

/// How far `date` lies between two days, from 0 to 1.
fn progress(from: NaiveDate, to: NaiveDate, date: NaiveDate) -> f64 {
    let whole = float(days_between(from, to).max(1));
    (float(days_between(from, date)) / whole).clamp(0.0, 1.0)
}

/// The end of a company.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Failure {
    pub slide: Slide,
    /// From this day nothing is paid any more.
    pub stops_paying: NaiveDate,
    pub opening: Judgment,
    /// A plan, or liquidation after all.
    pub sequel: Option<Judgment>,
    /// Struck off the register.
    pub struck_off: Option<NaiveDate>,
    /// Whether the seller writes the claims off once liquidation is clear.
    pub written_off_after_days: Option<i64>,
}

impl Failure {
    /// The day of the liquidation judgment, if it comes to that.
    pub(crate) fn liquidated_on(&self) -> Option<NaiveDate> {
        [Some(self.opening), self.sequel]
            .into_iter()
            .flatten()
            .find(|judgment| judgment.procedure == Procedure::Liquidation)
            .map(|judgment| judgment.on)
    }
}

/// What becomes of a company.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Steady,
    Crisis(Slide),
    Failure(Failure),
}

impl Fate {
    /// A crisis that passes.
    pub(crate) fn crisis(chance: &mut Chance) -> Self {
        let starts = plus(day(2023, 11, 1), chance.between(0, 600));
        let peaks = plus(starts, chance.between(110, 220));
        let recovered = Some(plus(peaks, chance.between(90, 220)));
        Self::Crisis(Slide { starts, peaks, recovered, depth: chance.uniform(0.45, 0.8) })
    }

    /// A failure; the notice appears before June 2026.
    pub(crate) fn failure(chance: &mut Chance) -> Self {
        let about = plus(day(2024, 4, 8), chance.between(0, 762));
        let procedure = chance.weighted(&[
            (Procedure::Liquidation, 60.0),
            (Procedure::Receivership, 31.0),
            (Procedure::Safeguard, 9.0),
        ]);
        let opening = Judgment::draw(chance, procedure, about);
        let sequel = sequel(chance, opening);
        let slide = Slide {
            starts: plus(opening.on, -chance.between(185, 365)),
            peaks: opening.on,
            recovered: None,
            depth: chance.weighted(&[(1.0, 70.0), (0.6, 22.0), (0.3, 8.0)]),
        };
        Self::Failure(Failure {
            slide,
            stops_paying: plus(opening.on, -chance.between(20, 85)),
            opening,
            sequel,
            struck_off: struck_off(chance, opening, sequel),
            written_off_after_days: chance.happens(0.45).then(|| chance.between(75, 210)),
        })
    }

    /// Distress on a day, 0 to 1.
    pub(crate) fn distress(&self, date: NaiveDate) -> f64 {
        match self {
            Self::Steady => 0.0,
            Self::Crisis(slide) => slide.level(date),
            Self::Failure(failure) => failure.slide.level(date),
        }
    }

    /// Strain on the accounts closed that day, 0 to 1: it shows earlier than in payments.
    pub(crate) fn strain(&self, closing: NaiveDate) -> f64 {
        match self {
            Self::Steady => 0.0,
            Self::Crisis(slide) => slide.level(plus(closing, 120)),
            Self::Failure(failure) => progress(plus(failure.opening.on, -1000), plus(failure.opening.on, -60), closing),
        }
    }

    pub(crate) fn as_failure(&self) -> Option<&Failure> {
        match self {
            Self::Failure(failure) => Some(failure),
            Self::Steady | Self::Crisis(_) => None,
        }
    }
}

fn sequel(chance: &mut Chance, opening: Judgment) -> Option<Judgment> {
    let (next, wait) = match opening.procedure {
        Procedure::Receivership if chance.happens(0.5) => (Procedure::Liquidation, (70, 260)),
        Procedure::Receivership if chance.happens(0.6) => (Procedure::Plan, (250, 400)),
        Procedure::Safeguard if chance.happens(0.6) => (Procedure::Plan, (200, 330)),
        _ => return None,
    };
    let about = plus(opening.on, chance.between(wait.0, wait.1));
    Some(Judgment::draw(chance, next, about))
}

/// Liquidations are closed for want of assets about a year later; then the company is struck off.
fn struck_off(chance: &mut Chance, opening: Judgment, sequel: Option<Judgment>) -> Option<NaiveDate> {
    let last = sequel.unwrap_or(opening);
    (last.procedure == Procedure::Liquidation && chance.happens(0.75))
        .then(|| business_on_or_after(plus(last.on, chance.between(210, 520))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_slide_before_the_judgment_and_the_notice_comes_after() {
        for stream in 0..200 {
            let fate = Fate::failure(&mut Chance::new(11, stream));
            let Some(failure) = fate.as_failure() else { panic!("not a failure") };
            assert!(failure.slide.starts < failure.stops_paying);
            assert!(failure.stops_paying < failure.opening.on);
            assert!(failure.opening.on < failure.opening.notice);
            assert!(failure.opening.notice < day(2026, 6, 1), "{failure:?}");
            assert_eq!(fate.distress(plus(failure.opening.on, -400)), 0.0);
            assert!(fate.distress(failure.opening.on) > 0.25);
        }
    }

    #[test]
    fn crises_pass() {
        let fate = Fate::crisis(&mut Chance::new(12, 0));
        assert_eq!(fate.distress(day(2023, 6, 1)), 0.0);
        assert_eq!(fate.distress(day(2027, 12, 1)), 0.0);
    }
}
