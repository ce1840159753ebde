//! What a validation tells. It is stored beside the artefact, outside its hashed body: measuring a model does not make it
//! another.

use encours_models::{Coverage, Interval, Lift, Metrics, Reliability, Resampling};
use serde::{Deserialize, Serialize};

use crate::portfolio::drift::DriftReference;

/// The form that this build writes.
pub const FORMAT: u32 = 2;

/// Later invoices below which a comparison decides nothing.
pub const FEWEST: u64 = 50;

/// A training, measured on later invoices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validation {
    /// Form of this document.
    pub format: u32,
    /// Id of the trial model.
    pub trial: String,
    /// The trial learnt from nothing dated on or after this ISO date; the invoices measured were issued from it on.
    pub trained_before: String,
    /// Outcomes are those known before this ISO date: the cut-off of the real training.
    pub known_before: String,
    /// How intervals were drawn: whole clients, with replacement.
    pub resampling: Resampling,
    /// Horizons with later invoices of known outcome, ascending.
    pub horizons: Vec<HorizonValidation>,
    /// The days of payment; absent in documents of form 1 and where the trial learnt no hazards.
    #[serde(default)]
    pub days: Option<DaysValidation>,
    /// From what drift is told: the later invoices as the model itself, not the trial, sees them.
    pub reference: DriftReference,
}

/// One horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonValidation {
    /// Days late.
    pub late_over_days: u16,
    /// Every later invoice.
    pub all: Comparison,
    /// Without invoices of clients that were known to be bad on the morning of the invoice: a claim overdue for more than
    /// 30 days, or a payment that came back on a claim still open. Absent when nothing is left.
    pub without_known_bad: Option<Comparison>,
    /// By kind of client and invoice; each kind splits all later invoices.
    pub segments: Vec<Segment>,
    /// The trial's predictions against what came.
    pub reliability: Reliability,
    /// What the riskiest tenths held, by the trial.
    pub lift: Lift,
    /// The same by the client's past rate.
    pub past_rate_lift: Lift,
    /// Clients' coming late rates against the intervals given before; absent in documents of form 1, and where no client
    /// has ten later outcomes or no spread was learnt.
    #[serde(default)]
    pub coming: Option<ComingValidation>,
}

/// Intervals of clients' coming late rates, over the clients with ten later outcomes or more.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComingValidation {
    /// Later invoices of these clients.
    pub invoices: u64,
    /// How many intervals held what came, against the nine in ten that was asked for.
    pub asked: Coverage,
    /// The same against what the intervals promise as they are: counts are whole, so that an interval that holds nine in
    /// ten at least holds somewhat more.
    pub foretold: Coverage,
}

/// The days of payment, on later invoices that are thirty days past their due date.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DaysValidation {
    /// Invoices.
    pub rows: u64,
    /// Of these still open, and counted as paid on the last day seen.
    pub open: u64,
    /// Share that a range should hold.
    pub asked: f64,
    /// How many ranges held the day, against what they promise as they are: days are whole, so that the shortest range
    /// that holds four in five holds somewhat more. Invoices are taken for independent.
    pub range: Coverage,
    /// Mean days between the foretold median and the day of payment.
    pub median_error: f64,
    /// The same of the client's own past median.
    pub past_median_error: f64,
    /// The same of the due date.
    pub due_date_error: f64,
    /// Each band that a later invoice entered and was seen through, ascending; open invoices count as far as they were seen.
    pub bands: Vec<BandValidation>,
}

/// One band of days.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandValidation {
    /// Its last day beyond terms.
    pub up_to: i32,
    /// Invoices still unpaid when it began, and seen through it.
    pub entered: u64,
    /// Of these paid in it.
    pub ended: u64,
    /// Mean chance of that, as foretold.
    pub foretold: f64,
}

/// What a model said of later invoices beside its chances: days of payment, and clients' coming rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Later {
    /// The days of payment.
    pub days: Option<DaysValidation>,
    /// Coming rates by horizon, days.
    pub coming: Vec<(u16, ComingValidation)>,
}

/// A part of the later invoices.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Segment {
    /// By what invoices are split.
    pub kind: SegmentKind,
    /// The ledger's column, when it is one.
    pub column: Option<String>,
    /// Which part: `new`, `thin`, `thick`; `quarter_1` (smallest) to `quarter_4`; `own`, `other`; or a value of the column.
    pub part: String,
    /// Least and greatest amount of the part, minor units of the ledger's currency, where amounts split.
    pub amounts: Option<(i64, i64)>,
    /// The measures.
    pub comparison: Comparison,
}

/// By what later invoices are split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SegmentKind {
    /// Outcomes of the client known at the horizon on the morning of the invoice: none, 1 to 9, 10 and more.
    History,
    /// Quarters of the amounts in the ledger's currency.
    Amount,
    /// The ledger's currency, or another.
    Currency,
    /// A column of the ledger, `sector` where there is one.
    Attribute,
}

/// Three predictors on the same rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Clients of the rows.
    pub clients: u64,
    /// The trial model.
    pub model: Measured,
    /// The client's own smoothed past late rate.
    pub past_rate: Measured,
    /// The base rate as the trial knew it.
    pub base_rate: Measured,
    /// AUC of the model less that of the past rate: above nought is better.
    pub auc_gain: Gain,
    /// Brier score of the past rate less that of the model: above nought is better.
    pub brier_gain: Gain,
}

/// One predictor.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Its measures.
    pub metrics: Metrics,
    /// How far they hang on which clients were there.
    pub intervals: Intervals,
}

/// 90 % intervals; absent where too few draws gave the measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intervals {
    /// Of the AUC.
    pub auc: Option<Interval>,
    /// Of the average precision.
    pub average_precision: Option<Interval>,
    /// Of the Brier score.
    pub brier: Option<Interval>,
    /// Of the log loss.
    pub log_loss: Option<Interval>,
    /// Of the calibration error. It is never negative, so draws push it upwards: with few rows the interval may lie above
    /// the measure itself.
    pub calibration_error: Option<Interval>,
}

/// A difference of two predictors on the same draws.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gain {
    /// The difference.
    pub value: f64,
    /// Its 90 % interval.
    pub interval: Option<Interval>,
}

/// Whether a model may be put in force.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "is")]
pub enum Verdict {
    /// Its training beats the past rate.
    Better {
        /// Brier score of the model.
        model: f64,
        /// Brier score of the client's own past late rate.
        past_rate: f64,
    },
    /// It doesn't.
    NoBetter {
        /// Brier score of the model.
        model: f64,
        /// Brier score of the client's own past late rate.
        past_rate: f64,
    },
    /// Too few later invoices to tell.
    Untold {
        /// Later invoices with a known outcome.
        rows: u64,
        /// Of these late.
        late: u64,
    },
}

impl Validation {
    /// The measures at a horizon.
    pub fn at(&self, late_over_days: u16) -> Option<&HorizonValidation> {
        self.horizons.iter().find(|horizon| horizon.late_over_days == late_over_days)
    }

    /// Whether training beats the client's own past late rate on the Brier score over all later invoices.
    pub fn verdict(&self, late_over_days: u16) -> Verdict {
        let Some(found) = self.at(late_over_days) else { return Verdict::Untold { rows: 0, late: 0 } };
        let model = found.all.model.metrics;
        let (rows, late) = (model.rows, model.late);
        if rows < FEWEST || late == 0 || late == rows {
            return Verdict::Untold { rows, late };
        }
        let (model, past_rate) = (model.brier, found.all.past_rate.metrics.brier);
        if model < past_rate { Verdict::Better { model, past_rate } } else { Verdict::NoBetter { model, past_rate } }
    }
}

impl Verdict {
    /// Whether the model may be put in force.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Better { .. })
    }
}
