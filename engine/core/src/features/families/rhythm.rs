//! The rhythm of ordering: how much, how often, since when, and how this invoice compares.

use encours_models::Direction;

use super::open::log_amount;
use crate::features::reading::{Reading, float};
use crate::features::registry::{Feature, FeatureFamily, Unit, of_amount, shown};
use crate::features::says::{Said, Tone};
use crate::ledger::InvoiceRecord;

/// What is counted of invoices issued.
#[derive(Clone, Debug, Default)]
pub(crate) struct RhythmTally {
    pub(crate) count: i64,
    pub(crate) amount: i64,
    pub(crate) first: Option<i32>,
    pub(crate) last: Option<i32>,
    /// Gaps between days with an invoice: how many, and their sum in days.
    gaps: i64,
    gap_days: i64,
    /// Sum of terms in days.
    terms: i64,
    /// Sums of the logarithms of amounts and of their squares.
    logarithms: f64,
    logarithm_squares: f64,
}

impl RhythmTally {
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn issued(&mut self, record: &InvoiceRecord, with_logarithms: bool) {
        self.count += 1;
        self.amount = self.amount.saturating_add(record.own_amount().max(0));
        if with_logarithms {
            let logarithm = log_amount(record.own_amount());
            self.logarithms += logarithm;
            self.logarithm_squares += logarithm * logarithm;
        }
        self.terms += i64::from(record.due - record.issued);
        self.first = Some(self.first.map_or(record.issued, |first| first.min(record.issued)));
        if let Some(last) = self.last
            && record.issued > last
        {
            self.gaps += 1;
            self.gap_days += i64::from(record.issued - last);
        }
        self.last = self.last.max(Some(record.issued));
    }
}

fn tenure(reading: &Reading<'_>) -> f64 {
    reading.state.rhythm.first.map_or(f64::NAN, |first| f64::from(reading.shape.issued - first))
}

fn since_last(reading: &Reading<'_>) -> f64 {
    reading.state.rhythm.last.map_or(f64::NAN, |last| f64::from(reading.shape.issued - last))
}

fn gap_ratio(reading: &Reading<'_>) -> f64 {
    let rhythm = &reading.state.rhythm;
    if rhythm.gaps == 0 {
        return f64::NAN;
    }
    (since_last(reading) + 1.0) / (float(rhythm.gap_days) / float(rhythm.gaps) + 1.0)
}

fn amount_ratio(reading: &Reading<'_>) -> f64 {
    let rhythm = &reading.state.rhythm;
    if rhythm.amount <= 0 {
        return f64::NAN;
    }
    float(reading.shape.amount) / (float(rhythm.amount) / float(rhythm.count))
}

fn amount_against_habit(reading: &Reading<'_>) -> f64 {
    let rhythm = &reading.state.rhythm;
    if rhythm.count == 0 {
        return f64::NAN;
    }
    let count = float(rhythm.count);
    let mean = rhythm.logarithms / count;
    let variance = (rhythm.logarithm_squares / count - mean * mean).max(0.0);
    (log_amount(reading.shape.amount) - mean) / libm::sqrt(variance + 0.1)
}

/// Three times the usual amount (a geometric mean), or a third of it, is no usual amount, however erratic the client is.
fn amount_in_words(reading: &Reading<'_>) -> Said {
    let rhythm = &reading.state.rhythm;
    if rhythm.count == 0 {
        return Said::NoHistory;
    }
    let away = log_amount(reading.shape.amount) - rhythm.logarithms / float(rhythm.count);
    let phrase = if away > libm::log(3.0) {
        ("le montant est bien plus grand que d’habitude", "the amount is much larger than usual")
    } else if away < -libm::log(3.0) {
        ("le montant est bien plus petit que d’habitude", "the amount is much smaller than usual")
    } else {
        ("le montant est de l’ordre habituel", "the amount is of the usual size")
    };
    Said::of(Tone::Neither, phrase)
}

fn terms_change(reading: &Reading<'_>) -> f64 {
    let rhythm = &reading.state.rhythm;
    if rhythm.count == 0 {
        return f64::NAN;
    }
    f64::from(reading.shape.due - reading.shape.issued) - float(rhythm.terms) / float(rhythm.count)
}

/// A feature of this family.
const fn of(
    name: &'static str,
    unit: Unit,
    direction: Direction,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        unit,
        direction,
        missing: "no invoice before this one",
        reads,
        code,
        says,
        offered: true,
        of_amount: false,
        value,
    }
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "rhythm",
    features: &[
        of_amount(shown(of(
            "log_amount",
            Unit::LogAmount,
            Direction::Free,
            "logarithm of this invoice's amount",
            "AMOUNT",
            Said::nothing,
            |reading| log_amount(reading.shape.amount),
        ))),
        of_amount(of(
            "amount_against_habit",
            Unit::Ratio,
            Direction::Free,
            "distance of the amount's logarithm from the client's mean, in spreads (variance plus a tenth)",
            "AMOUNT_OUT_OF_HABIT",
            amount_in_words,
            amount_against_habit,
        )),
        of_amount(shown(of(
            "amount_ratio",
            Unit::Ratio,
            Direction::Free,
            "this amount over the client's mean amount",
            "AMOUNT_AGAINST_HABIT",
            Said::nothing,
            amount_ratio,
        ))),
        shown(of(
            "terms_change",
            Unit::Days,
            Direction::Free,
            "terms of this invoice less the client's mean terms",
            "TERMS_AGAINST_HABIT",
            Said::nothing,
            terms_change,
        )),
        shown(of(
            "tenure",
            Unit::Days,
            Direction::Free,
            "days since the client's first invoice",
            "TENURE",
            Said::nothing,
            tenure,
        )),
        shown(of(
            "gap_ratio",
            Unit::Ratio,
            Direction::Free,
            "days since the last invoice over the usual gap, one day added to both",
            "ORDERING_RHYTHM",
            Said::nothing,
            gap_ratio,
        )),
    ],
};
