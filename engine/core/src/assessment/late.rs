//! Lateness on given terms: chances, expected days, interval, and the baseline beside them.

use std::sync::Arc;

use encours_domain::reason::Reason;
use encours_domain::{Day, calendar};
use encours_models::DayRange;
use encours_models::prior::rate_interval;
use serde::Serialize;
use serde::ser::SerializeMap;

use super::foretold::Foretold;
use super::prepared::Prepared;
use super::reasons;
use super::{Context, CoreError};
use crate::company::RecordView;
use crate::features::Reading;
use crate::features::Shape;
use crate::policy::{LatePoint, Quote, Terms};
use crate::portfolio::application::Applicant;
use crate::portfolio::coming;
use crate::portfolio::hazards::TAIL_DAYS;
use crate::portfolio::scoring::{AttributeOf, Case, HISTORY_STRENGTH, baseline, own_history_weight, own_outcomes};

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

/// Coming invoices that a rate is told of at least and at most.
const COMING: (u64, u64) = (10, 1_000);

/// Lateness on the terms asked, as the wire has it.
#[derive(Clone, Debug, PartialEq)]
pub struct LateReport {
    /// P(late over k), by k in days.
    pub over: Vec<(u16, f64)>,
    /// Expected days late, early payment counted as on time.
    pub expected_days: f64,
    /// 90 % interval of the client's coming late rate over 30 days, widened to hold the chance of this very invoice.
    pub interval_90_over_30: [f64; 2],
    /// When the money comes; absent where the model has no hazards.
    pub days: Option<DaysReport>,
    /// How often its coming invoices will be late; absent where no spread was learnt.
    pub coming_rate: Option<ComingRate>,
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

/// When an invoice is paid, by the whole distribution of its days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct DaysReport {
    /// Half of such invoices are paid by so many days beyond terms; negative is before the due date.
    pub median_days: i32,
    /// The shortest run of days beyond terms that holds four in five.
    pub range_80_days: [i32; 2],
    /// The median as a date, rolled to the next business day.
    pub median_cash_date: Day,
    /// The range as dates, rolled to the next business day.
    pub cash_date_range_80: [Day; 2],
}

impl DaysReport {
    fn of(median_days: i32, range: DayRange, due: Day) -> Self {
        let on = |days: i32| calendar::next_business_day(due.plus_clamped(days));
        Self {
            median_days,
            range_80_days: [range.from, range.to],
            median_cash_date: on(median_days),
            cash_date_range_80: [on(range.from), on(range.to)],
        }
    }
}

/// A client's coming late rate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ComingRate {
    /// Days late.
    pub late_over_days: u16,
    /// Of so many coming invoices: as many as in the last quarter, ten at least.
    pub invoices: u64,
    /// 90 % interval of the share of them that will be late.
    pub interval_90: [f64; 2],
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
        map.serialize_entry("median_days", &self.days.map(|days| days.median_days))?;
        map.serialize_entry("range_80_days", &self.days.map(|days| days.range_80_days))?;
        map.serialize_entry("median_cash_date", &self.days.map(|days| days.median_cash_date))?;
        map.serialize_entry("cash_date_range_80", &self.days.map(|days| days.cash_date_range_80))?;
        let coming = self.coming_rate.map(|rate| ComingRate { interval_90: rate.interval_90.map(rounded), ..rate });
        map.serialize_entry("coming_rate", &coming)?;
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
    context: &'a Context<'a>,
    prepared: &'a Prepared,
    amount: i64,
    invoice_day: Day,
    /// What an application card reads of the public record; absent where there is no such card, or nothing of it is known.
    record: Option<RecordView<'a>>,
}

impl<'a> Chances<'a> {
    /// Of a quote that is invoiced on a day.
    pub(super) fn new(context: &'a Context<'a>, prepared: &'a Prepared, quote: &Quote, invoice_day: Day) -> Self {
        let is_read = context.model.has_application() && prepared.folded.siren.is_some();
        let record = is_read.then(|| RecordView::as_known_on(context.facts, prepared.as_of)).flatten();
        Self { context, prepared, amount: quote.amount_incl_vat().minor(), invoice_day, record }
    }

    fn shape(&self, terms: Terms) -> Shape {
        let issued = self.invoice_day.number();
        let due = terms.due(self.invoice_day).number();
        Shape { issued, due, amount: self.amount }
    }

    fn attribute(&self, name: &str) -> Option<&str> {
        let latest = self.prepared.folded.latest;
        self.context.book.zip(latest).and_then(|(book, latest)| book.attribute_of(name, latest))
    }

    fn foretold(&self, case: &Case<'_>) -> Result<Arc<Foretold>, CoreError> {
        self.prepared.foretold.of(self.context.model, case)
    }

    /// The quote at these terms, as the model sees it.
    fn case<'b>(&'b self, terms: Terms, attribute: AttributeOf<'b>) -> Case<'b> {
        let minor_units = self.context.policy.currency().scale();
        let applicant = self.record.as_ref().map(|record| Applicant { record, minor_units });
        let Prepared { as_of, folded, .. } = self.prepared;
        Case { state: &folded.state, shape: self.shape(terms), today: as_of.number(), attribute, applicant }
    }

    /// The chances at one of the candidate terms.
    pub(super) fn at(&self, terms: Terms) -> Result<LatePoint, CoreError> {
        let attribute = |name: &str| self.attribute(name);
        self.foretold(&self.case(terms, &attribute))?.point(terms)
    }

    /// The report at the terms asked, with the model's reasons.
    pub(super) fn report(&self, terms: Terms) -> Result<(LateReport, Vec<Reason>), CoreError> {
        let attribute = |name: &str| self.attribute(name);
        let case = self.case(terms, &attribute);
        let foretold = self.foretold(&case)?;
        let Foretold { score, over, expected_days, days } = &*foretold;
        let due = terms.due(self.invoice_day);
        let days = days.map(|(median, range)| DaysReport::of(median, range, due));
        let (model, folded) = (self.context.model, &self.prepared.folded);
        let (state, shape, today) = (&folded.state, self.shape(terms), self.prepared.as_of.number());
        let headline = model.reading(state, model.headline_place(), shape, today)?;
        let (_, known) = own_outcomes(&headline);
        let (base_points, moved) = match model.explain(&case)? {
            Some(explained) => reasons::of_card(model, explained, &headline, &attribute),
            None => reasons::of_priors(&headline, *score),
        };
        let thirty = model.horizons().days().iter().position(|&days| days == 30);
        let past = model.reading(state, thirty.unwrap_or(model.headline_place()), shape, today)?;
        let chance = thirty.and_then(|place| over.get(place)).or(over.first()).map_or(0.0, |(_, chance)| *chance);
        let coming_rate = self.prepared.foretold.coming(|| self.coming_rate(&past))?;
        let [low, high] = coming_rate.map_or_else(|| thin_interval(chance, known), |rate| rate.interval_90);
        let report = LateReport {
            expected_days: *expected_days,
            interval_90_over_30: [low.min(chance), high.max(chance)],
            days,
            coming_rate,
            headline_over: model.headline_over(),
            score: *score,
            base_points,
            grade: grade(*score),
            invoices: folded.history.invoices,
            own_history_weight: own_history_weight(known),
            baseline_past_rate_over_30: baseline(&past),
            over: over.clone(),
        };
        Ok((report, moved))
    }

    /// The client's coming late rate at the reading's horizon.
    fn coming_rate(&self, past: &Reading<'_>) -> Result<Option<ComingRate>, CoreError> {
        let Ok(late_over_days) = u16::try_from(past.late_over) else { return Ok(None) };
        let artefact = self.context.model.artefact();
        let Some(spread) = artefact.and_then(|artefact| artefact.spread(late_over_days)) else { return Ok(None) };
        let invoices = self.prepared.folded.last_quarter.clamp(COMING.0, COMING.1);
        let interval = coming::interval(baseline(past), spread, invoices)?;
        let share = |late: u64| crate::features::reading::share_of(late, invoices);
        Ok(Some(ComingRate { late_over_days, invoices, interval_90: [share(interval.low), share(interval.high)] }))
    }
}

/// The Wilson interval of a rate like this one, had it been seen on as many invoices as there is evidence: where no spread
/// was learnt.
fn thin_interval(chance: f64, known: f64) -> [f64; 2] {
    let weight = known + HISTORY_STRENGTH;
    let interval = rate_interval(chance * weight, weight);
    [interval.low, interval.high]
}

/// Expected days late without hazards: the area under P(late over k), log-linear between horizons, and [`TAIL_DAYS`] beyond the last.
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
