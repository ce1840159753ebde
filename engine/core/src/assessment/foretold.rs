//! What the model says of one subject on one day, kept by the due day and the scores of the cards: asked again for another
//! amount that leads to the same scores, the model would say the same to the last bit.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use encours_domain::Probability;
use encours_models::DayRange;
use foldhash::fast::FixedState;

use super::late::{ComingRate, expected_days};
use crate::CoreError;
use crate::policy::{LatePoint, Terms};
use crate::portfolio::at_due::{AtDue, Foretelling};
use crate::portfolio::scoring::{Case, RANGE_HELD, ScoringModel};

/// What an answer rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Due {
    issued: i32,
    due: i32,
}

/// Due days that are kept of one subject, and answers of each: some tens of either. More are forgotten.
const MOST_KEPT: usize = 256;

type Kept<K, V> = Mutex<HashMap<K, Arc<V>, FixedState>>;

/// The model's answers of one subject on one day.
#[derive(Default)]
pub(super) struct Foretellings {
    at_due: Kept<Due, OfDue>,
    coming: OnceLock<Option<ComingRate>>,
}

/// Those of one due day, by the scores of the cards.
struct OfDue {
    at_due: AtDue,
    by_scores: Kept<Vec<i32>, Foretold>,
}

impl Foretellings {
    /// The model's answer to a case, which must be of the subject and the day.
    pub(super) fn of(&self, model: &ScoringModel, case: &Case<'_>) -> Result<Arc<Foretold>, CoreError> {
        let due = Due { issued: case.shape.issued, due: case.shape.due };
        let of_due =
            kept(&self.at_due, due, |_| Ok(OfDue { at_due: model.at_due(case)?, by_scores: Mutex::default() }))?;
        let mut scores = Vec::with_capacity(8);
        model.scores(&of_due.at_due, case, &mut scores)?;
        kept(&of_due.by_scores, scores, |scores| Foretold::of(model, &of_due.at_due, case, scores))
    }

    /// The coming late rate, which neither amount nor terms move.
    pub(super) fn coming(
        &self,
        read: impl FnOnce() -> Result<Option<ComingRate>, CoreError>,
    ) -> Result<Option<ComingRate>, CoreError> {
        if let Some(coming) = self.coming.get() {
            return Ok(*coming);
        }
        let coming = read()?;
        Ok(*self.coming.get_or_init(|| coming))
    }
}

/// What is kept under a key, made when it isn't there. Two who ask at once may both make it: what they make is the same.
fn kept<K: Eq + Hash, V>(
    shelf: &Kept<K, V>,
    key: K,
    make: impl FnOnce(&K) -> Result<V, CoreError>,
) -> Result<Arc<V>, CoreError> {
    if let Some(found) = shelf.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
        return Ok(Arc::clone(found));
    }
    let made = Arc::new(make(&key)?);
    let mut shelf = shelf.lock().unwrap_or_else(PoisonError::into_inner);
    if shelf.len() >= MOST_KEPT {
        shelf.clear();
    }
    shelf.insert(key, Arc::clone(&made));
    Ok(made)
}

/// What the model says at some terms.
pub(super) struct Foretold {
    pub(super) score: i32,
    /// P(late over k), by k in days.
    pub(super) over: Vec<(u16, f64)>,
    /// Expected days late, early payment counted as on time.
    pub(super) expected_days: f64,
    /// Days beyond terms by which half is paid, and the shortest run that holds four in five; absent without hazards.
    pub(super) days: Option<(i32, DayRange)>,
}

impl Foretold {
    fn of(model: &ScoringModel, at_due: &AtDue, case: &Case<'_>, scores: &[i32]) -> Result<Self, CoreError> {
        let Foretelling { score, chances, curve } = model.foretell(at_due, case, scores)?;
        let over: Vec<(u16, f64)> = model.horizons().days().iter().copied().zip(chances).collect();
        let expected_days = curve.as_ref().map_or_else(|| expected_days(&over), |curve| curve.expected_from(0));
        let days = curve.map(|curve| (curve.median(), curve.shortest(RANGE_HELD)));
        Ok(Self { score, over, expected_days, days })
    }

    /// The chances as the policy reads them.
    pub(super) fn point(&self, terms: Terms) -> Result<LatePoint, CoreError> {
        let checked = |(days, chance): &(u16, f64)| Probability::new(*chance).map(|chance| (*days, chance));
        let over = self.over.iter().map(checked).collect::<Result<Vec<_>, _>>()?;
        let point = LatePoint::new(terms, over, self.expected_days)?;
        Ok(match self.days {
            Some((_, range)) => point.with_range_80(range.from, range.to),
            None => point,
        })
    }
}
