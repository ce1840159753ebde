//! Honesty: how well training does on invoices that it has not seen, on this very ledger.
//!
//! A *trial* model is trained at an earlier day, chosen so that about the last quarter of the invoices with a known
//! outcome come after it. Each of those is predicted on the morning of its own issue, history rolling on, the trial
//! standing still; the outcome is the one known at the cut-off of the real training. There is no other split: rows drawn
//! at random would let a model learn from a client's future.
//!
//! Beside the trial stand, always, the base rate (as known when the trial was trained) and the client's own smoothed past
//! late rate on the morning of the invoice, which most published models fail to beat. [`report`] says what is told.
//!
//! Two notes on reading. The trial is not the model that is put in force, which has learnt from the last quarter too; it
//! is the same training. And [`report::Comparison`]s *apart from clients already known to be bad* are the harder and the
//! more useful half: it is no art to foretell that somebody who doesn't pay goes on not paying.

mod challenge;
mod clients;
mod compare;
mod days;
pub mod report;
mod rows;
mod segments;

pub use challenge::{Challenge, ChallengeRows, challenge, challenge_rows};
pub use report::{
    BandValidation, ComingValidation, Comparison, DaysValidation, Gain, HorizonValidation, Intervals, Later, Measured,
    Segment, SegmentKind, Validation, Verdict,
};

use encours_domain::Day;
use encours_models::{Artefact, ModelError, Resampling};

use self::rows::TestRows;
use super::drift::DriftReference;
use super::rows::{Outcome, each_client};
use super::scoring::ScoringModel;
use super::train::{TrainSettings, train};
use crate::CoreError;
use crate::features::{Cut, PayingWeek};
use crate::ledger::Book;

/// Share of the invoices with a known outcome that the trial does not see.
const LATER: (usize, usize) = (1, 4);

/// The horizon by which the split is made, or the longest below it.
const JUDGED: u16 = 30;

/// Times that clients are drawn anew for an interval, and where chance begins. Two hundred rounds tell the 5 % point of a
/// measure to about a seventh of its own spread.
const RESAMPLING: Resampling = Resampling { seed: 20_261_125, rounds: 200 };

/// What is being done, for whoever waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A trial is trained at an earlier day.
    Trial,
    /// Later invoices are predicted.
    Predicting,
    /// Predictions are measured at the horizon of this many days.
    Measuring(u16),
    /// The spread of today's scores and features is noted, for drift to be told from.
    Noting,
}

/// Validates what `settings` train, and notes for `artefact`, which they trained, from what drift will be told.
///
/// # Errors
/// [`ModelError::TooFewRows`] or [`ModelError::TooFewEvents`] when the earlier part of the ledger holds too little to
/// train a trial on: nothing is known of the quality of the model then.
pub fn validate(
    book: &Book,
    settings: &TrainSettings,
    artefact: &Artefact,
    progress: &(dyn Fn(Stage) + Sync),
) -> Result<Validation, CoreError> {
    let from = trial_day(book, settings)?;
    progress(Stage::Trial);
    let trial = train(book, &TrainSettings { cutoff: from, ..settings.clone() })?;
    let trial = ScoringModel::new(trial)?;
    progress(Stage::Predicting);
    let rows = TestRows::collect(book, &trial, from, settings.cutoff)?;
    let mut horizons = Vec::new();
    for (place, &late_over_days) in settings.horizons.days().iter().enumerate() {
        progress(Stage::Measuring(late_over_days));
        if let Some(found) = compare::at_horizon(book, &trial, &rows, place, late_over_days, RESAMPLING)? {
            horizons.push(found);
        }
    }
    let days = days::measure(book, &trial, from.number(), settings.cutoff.number())?;
    progress(Stage::Noting);
    let model = ScoringModel::new(artefact.clone())?;
    Ok(Validation {
        format: report::FORMAT,
        trial: trial.id().to_owned(),
        trained_before: from.to_string(),
        known_before: settings.cutoff.to_string(),
        resampling: RESAMPLING,
        horizons,
        days,
        reference: DriftReference::of(book, &model, from, settings.cutoff)?,
    })
}

/// What a model says of the invoices issued from `from` on and before `until` beside its chances, each on the morning of its
/// issue, against what was known on the morning of `until`: the days of payment, and clients' coming late rates.
///
/// # Errors
/// When a client is too large to be folded.
pub fn later(book: &Book, model: &ScoringModel, from: Day, until: Day) -> Result<Later, CoreError> {
    let rows = TestRows::collect(book, model, from, until)?;
    let mut coming = Vec::new();
    for (place, &days) in model.horizons().days().iter().enumerate() {
        let spread = model.artefact().and_then(|artefact| artefact.spread(days));
        let Some(spread) = spread else { continue };
        coming.extend(clients::measure(&rows, &rows.known_at(place), place, spread)?.map(|found| (days, found)));
    }
    Ok(Later { days: days::measure(book, model, from.number(), until.number())?, coming })
}

/// The day at which the trial is trained: three quarters of the invoices whose outcome is known at the cut-off were
/// issued before it.
fn trial_day(book: &Book, settings: &TrainSettings) -> Result<Day, CoreError> {
    let horizons = &settings.horizons;
    let cutoff = settings.cutoff.number();
    let judged = horizons.days().iter().rposition(|&days| days <= JUDGED).unwrap_or(0);
    let clients = each_client(book, horizons, PayingWeek::default(), |client, state| {
        state.advance(client, Cut::start_of(cutoff));
        let known = client.records().iter().enumerate().filter(|(position, record)| {
            record.issued < cutoff
                && record.teaches_lateness()
                && Outcome::known_by(state, record, *position, judged, cutoff).is_some()
        });
        Ok(known.map(|(_, record)| record.issued).collect::<Vec<i32>>())
    })?;
    let mut days: Vec<i32> = clients.into_iter().flatten().collect();
    days.sort_unstable();
    let (part, whole) = LATER;
    let place = days.len() - days.len() * part / whole;
    let Some(&day) = days.get(place) else {
        let found = u64::try_from(days.len()).unwrap_or(u64::MAX);
        return Err(ModelError::TooFewRows { found, needed: 4 }.into());
    };
    Ok(Day::from_number(day)?)
}
