//! Lateness on given terms: chances, expected days, interval, and the baseline beside them.

use encours_domain::reason::Reason;
use encours_domain::{Day, Probability};
use encours_models::prior::rate_interval;
use serde::Serialize;
use serde::ser::SerializeMap;

use super::client::Known;
use super::reasons;
use super::{Context, CoreError};
use crate::features::Shape;
use crate::policy::{LatePoint, Quote, Terms};
use crate::portfolio::scoring::{HISTORY_STRENGTH, baseline, own_history_weight, own_outcomes};

/// Scores from which each grade begins: chances of 1, 3, 7, 15 and 30 % on the usual scale (600 points at odds of 60 to
/// one, 40 points to double them).
const GRADES: [(i32, &str); 5] = [(629, "A"), (564, "B"), (513, "C"), (464, "D"), (412, "E")];

/// The letter of a score, A to F.
///
/// ```
/// assert_eq!(encours_core::assessment::grade(700), "A");
/// assert_eq!(encours_core::assessment::grade(468), "D");
/// ```
pub fn grade(score: i32) -> &'static str {
    GRADES.iter().find(|(from, _)| score >= *from).map_or("F", |(_, letter)| letter)
}

/// Mean further wait of an invoice that is past the last horizon, days; an expert figure.
const TAIL_DAYS: f64 = 60.0;

/// Lateness on the terms asked, as the wire has it.
#[derive(Clone, Debug, PartialEq)]
pub struct LateReport {
    /// P(late over k), by k in days.
    pub over: Vec<(u16, f64)>,
    /// Expected days late, early payment counted as on time.
    pub expected_days: f64,
    /// 90 % interval of the chance of being late over 30 days.
    pub interval_90_over_30: [f64; 2],
    /// The horizon that the score speaks of, days.
    pub headline_over: u16,
    /// The score; higher is safer.
    pub score: i32,
    /// The score of the neutral client, to which the reasons' points add.
    pub base_points: i32,
    /// Letter of the score.
    pub grade: &'static str,
    /// Invoices of the client that were seen.
    pub invoices: u32,
    /// Share of the evidence that is the client's own history.
    pub own_history_weight: f64,
    /// The client's smoothed past late rate over 30 days: the baseline that a model has to beat.
    pub baseline_past_rate_over_30: f64,
}

impl Serialize for LateReport {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct EvidenceReport {
            invoices: u32,
            own_history_weight: f64,
        }
        let mut map = serializer.serialize_map(None)?;
        for (days, chance) in &self.over {
            map.serialize_entry(&format!("p_over_{days}"), &rounded(*chance))?;
        }
        map.serialize_entry("expected_days", &rounded(self.expected_days))?;
        map.serialize_entry("interval_90_over_30", &self.interval_90_over_30.map(rounded))?;
        map.serialize_entry("headline_over", &self.headline_over)?;
        map.serialize_entry("score", &self.score)?;
        map.serialize_entry("base_points", &self.base_points)?;
        map.serialize_entry("grade", self.grade)?;
        let weight = rounded(self.own_history_weight);
        map.serialize_entry("evidence", &EvidenceReport { invoices: self.invoices, own_history_weight: weight })?;
        map.serialize_entry("baseline_past_rate_over_30", &rounded(self.baseline_past_rate_over_30))?;
        map.end()
    }
}

/// Six decimals, on the wire only.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e6).round() / 1e6
}

/// The chances of one client's quote at any terms.
pub(super) struct Chances<'a> {
    pub(super) context: &'a Context<'a>,
    pub(super) known: &'a Known<'a>,
    pub(super) quote: &'a Quote,
    pub(super) as_of: Day,
    pub(super) invoice_day: Day,
}

impl Chances<'_> {
    fn shape(&self, terms: Terms) -> Shape {
        let issued = self.invoice_day.number();
        let due = terms.due(self.invoice_day).number();
        Shape { issued, due, amount: self.quote.amount_incl_vat().minor() }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        self.context.book.zip(self.known.latest).and_then(|(book, latest)| book.attribute_of(name, latest))
    }

    fn predict(&self, terms: Terms) -> Result<(i32, Vec<(u16, f64)>), CoreError> {
        let model = self.context.model;
        let mut probabilities = Vec::new();
        let attribute = |name: &str| self.attribute(name);
        let today = self.as_of.number();
        let score = model.predict(&self.known.state, self.shape(terms), today, &attribute, &mut probabilities)?;
        Ok((score, model.horizons().days().iter().copied().zip(probabilities).collect()))
    }

    /// The chances at one of the candidate terms.
    pub(super) fn at(&self, terms: Terms) -> Result<LatePoint, CoreError> {
        let (_, over) = self.predict(terms)?;
        let expected = expected_days(&over);
        let checked = |(days, chance): (u16, f64)| Probability::new(chance).map(|chance| (days, chance));
        let over = over.into_iter().map(checked).collect::<Result<Vec<_>, _>>()?;
        Ok(LatePoint::new(terms, over, expected)?)
    }

    /// The report at the terms asked, with the model's reasons.
    pub(super) fn report(&self, terms: Terms) -> Result<(LateReport, Vec<Reason>), CoreError> {
        let (score, over) = self.predict(terms)?;
        let (model, state, shape, today) =
            (self.context.model, &self.known.state, self.shape(terms), self.as_of.number());
        let headline = model.reading(state, model.headline_place(), shape, today)?;
        let (_, known) = own_outcomes(&headline);
        let attribute = |name: &str| self.attribute(name);
        let (base_points, moved) = match model.explain(state, shape, today, &attribute)? {
            Some(scored) => reasons::of_card(model, &scored, &headline, &attribute),
            None => reasons::of_priors(&headline, score),
        };
        let thirty = model.horizons().days().iter().position(|&days| days == 30);
        let past = model.reading(state, thirty.unwrap_or(model.headline_place()), shape, today)?;
        let chance = thirty.and_then(|place| over.get(place)).or(over.first()).map_or(0.0, |(_, chance)| *chance);
        let weight = known + HISTORY_STRENGTH;
        let interval = rate_interval(chance * weight, weight);
        let report = LateReport {
            expected_days: expected_days(&over),
            interval_90_over_30: [interval.low.min(chance), interval.high.max(chance)],
            headline_over: model.headline_over(),
            score,
            base_points,
            grade: grade(score),
            invoices: self.known.history.invoices,
            own_history_weight: own_history_weight(known),
            baseline_past_rate_over_30: baseline(&past),
            over,
        };
        Ok((report, moved))
    }
}

/// Expected days late: the area under P(late over k), log-linear between horizons, and [`TAIL_DAYS`] beyond the last.
pub(super) fn expected_days(over: &[(u16, f64)]) -> f64 {
    let between = over.windows(2).map(|pair| match pair {
        [(from, before), (to, after)] => (f64::from(*to) - f64::from(*from)) * logarithmic_mean(*before, *after),
        _ => 0.0,
    });
    let mut area = 0.0;
    for part in between {
        area += part;
    }
    area + over.last().map_or(0.0, |(_, chance)| chance * TAIL_DAYS)
}

/// (a − b) / ln(a / b): the mean of an exponential between two values.
fn logarithmic_mean(before: f64, after: f64) -> f64 {
    let (before, after) = (before.max(1e-9), after.max(1e-9));
    if (before - after).abs() < 1e-12 { before } else { (before - after) / libm::log(before / after) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_days_of_hand_worked_cases() {
        // Always on time; always half; halving every 30 days from one half: 30 · (0.25 / ln 2) and so on.
        assert!(expected_days(&[(0, 0.0), (30, 0.0)]) < 1e-6);
        assert!((expected_days(&[(0, 0.5), (30, 0.5)]) - (15.0 + 30.0)).abs() < 1e-9);
        let halving = expected_days(&[(0, 0.5), (30, 0.25), (60, 0.125)]);
        let by_hand = 30.0 * (0.25 + 0.125) / 2.0_f64.ln() + 7.5;
        assert!((halving - by_hand).abs() < 1e-9);
    }
}
