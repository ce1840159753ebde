//! The model as a file: versioned JSON, named by its content, believed only after every check.
//!
//! ```text
//! {"format": 3, "model_id": "behavioural-3fa94c01d2e7", "body": {"kind": "behavioural", "headline": {…}, …}}
//! ```
//!
//! [`Artefact::seal`] makes one from a fit, [`Artefact::from_json`] from a text; there is no other way. The id ends in
//! the hash of the body, so a changed number is another model, and a file that doesn't match its id is refused.

mod check;
mod horizons;

pub use horizons::{Horizon, HorizonSource};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::application::Application;
use crate::card::Card;
use crate::error::{Fault, Faults, ModelError};
use crate::hazard::Hazards;
use crate::metrics::Metrics;
use crate::spread::Spread;

/// The newest format that this build reads; it writes the oldest that holds a model. Format 1 has scorecards only, format
/// 2 neither hazards nor spreads, format 3 no application card.
pub const FORMAT: u32 = 4;

/// The format of a model without an application card.
const WITHOUT_APPLICATION: u32 = 3;

/// Hexadecimal digits of the hash in a model id.
const ID_DIGITS: usize = 12;

/// A checked, sealed model.
///
/// ```
/// use std::collections::BTreeMap;
/// use encours_models::*;
/// # let rates = (0..400).map(|row| f64::from(row % 10) / 10.0).collect();
/// # let events = (0..400).map(|row| row % 10 > (row / 10) % 10).collect();
/// # let specs = vec![FeatureSpec::numeric("late_rate", Direction::RiskUp)];
/// # let table = Table::new(specs, vec![Column::Numeric(rates)], events, (0..400).collect())?;
/// let card = ScorecardParams::default().check()?.fit(&table)?;
/// let artefact = Artefact::seal(ArtefactBody {
///     kind: "behavioural".into(),
///     headline: HorizonCard::new(30, card),
///     others: vec![],
///     derived: vec![Derived { late_over_days: 60, ratio: 0.4 }],
///     trained: Trained {
///         ledger: "sha256:…".into(),
///         cutoff: "2026-05-31".into(),
///         lateness_rule: "calendar days, no grace".into(),
///         rows: 400,
///         late: 180,
///     },
///     registry_hash: "sha256:…".into(),
///     baselines: BTreeMap::from([("base_rate".into(), 0.45)]),
///     hazards: None,
///     spreads: vec![],
///     application: None,
/// })?;
///
/// let text = artefact.to_json()?;
/// assert_eq!(Artefact::from_json(&text)?, artefact);
///
/// // A number changed by hand is found.
/// let edited = text.replace("\"base_rate\": 0.45", "\"base_rate\": 0.44");
/// assert!(Artefact::from_json(&edited).is_err());
/// # Ok::<(), ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Artefact {
    format: u32,
    model_id: String,
    body: ArtefactBody,
    /// Told from the body at the seal, so that scoring millions doesn't sort each time.
    #[serde(skip)]
    horizons: Vec<Horizon>,
}

/// What a model holds. Fill it, then [`Artefact::seal`] it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArtefactBody {
    /// Kind of model, such as `behavioural` or `application`: lower-case letters, digits and dashes.
    pub kind: String,
    /// The horizon of the score and its reasons.
    pub headline: HorizonCard,
    /// One card for each further horizon that had enough events, ascending in days.
    pub others: Vec<HorizonCard>,
    /// Horizons that had too few, told from the headline; ascending in days.
    pub derived: Vec<Derived>,
    /// What the model was trained on.
    pub trained: Trained,
    /// Hash of the feature registry the rows came from.
    pub registry_hash: String,
    /// Frozen priors by name: base rates, mean days, strengths.
    pub baselines: BTreeMap<String, f64>,
    /// When invoices are paid, day by day, where there was enough to learn it from. Every horizon is the last day of a band.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hazards: Option<Hazards>,
    /// How far clients' coming rates lie from their past ones, by horizon, ascending; where there was enough.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spreads: Vec<HorizonSpread>,
    /// The card for who has no history yet, where the public record gave enough to learn it from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<Application>,
}

/// How far clients' coming late rates lie from what is foretold of them, at one horizon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonSpread {
    /// The horizon, in days.
    pub late_over_days: u16,
    /// The spread.
    pub spread: Spread,
}

/// The card of one horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HorizonCard {
    /// The card predicts that an invoice is paid more than this many days late.
    pub late_over_days: u16,
    /// Late share of the rows learned from.
    pub base_rate: f64,
    /// Quality out of time, when it was measured.
    pub out_of_time: Option<Metrics>,
    /// The card.
    pub card: Card,
}

impl HorizonCard {
    /// A fitted card, with the base rate and the quality out of time that its fit found.
    pub fn new(late_over_days: u16, card: impl Into<Card>) -> Self {
        let card = card.into();
        Self {
            late_over_days,
            base_rate: card.learned_from().rate(),
            out_of_time: card.calibration().out_of_time().copied(),
            card,
        }
    }
}

/// A horizon without a card: P(late over it) = P(late over the headline) · ratio, at most 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Derived {
    /// The horizon, in days.
    pub late_over_days: u16,
    /// At most 1 beyond the headline, at least 1 before it.
    pub ratio: f64,
}

/// What a model was trained on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trained {
    /// Hash of the ledger.
    pub ledger: String,
    /// Nothing known on or after this ISO date was read.
    pub cutoff: String,
    /// How lateness was counted, such as `calendar days, no grace`.
    pub lateness_rule: String,
    /// Rows of the headline's table.
    pub rows: u64,
    /// Late rows among them.
    pub late: u64,
}

/// Only the version, read before anything else is believed.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

impl Artefact {
    /// Checks the parts against each other and names the model by its content.
    ///
    /// # Errors
    /// Lists every fault.
    pub fn seal(body: ArtefactBody) -> Result<Self, ModelError> {
        let mut faults = Faults::default();
        body.check(&mut faults);
        faults.into_result()?;
        let format = if body.application.is_some() { FORMAT } else { WITHOUT_APPLICATION };
        Ok(Self { format, model_id: model_id(&body)?, horizons: body.all_horizons(), body })
    }

    /// Reads and checks a model: format, unknown or missing fields, order of edges, lengths, finite numbers, points
    /// against weights, horizons, and the id against the content.
    ///
    /// # Errors
    /// When the text isn't JSON of this form, or with the list of every fault found.
    pub fn from_json(text: &str) -> Result<Self, ModelError> {
        let unreadable = |source| ModelError::ArtefactJson { source };
        let version: Version = serde_json::from_str(text).map_err(unreadable)?;
        if !(1..=FORMAT).contains(&version.format) {
            return Err(fault("format", version.format, "1 to 4"));
        }
        let raw: check::RawArtefact = serde_json::from_str(text).map_err(unreadable)?;
        let (stated, body) = raw.check()?;
        let mut cards = std::iter::once(&body.headline).chain(&body.others);
        if version.format == 1 && cards.any(|one| matches!(one.card, Card::Additive { .. })) {
            return Err(fault("format", version.format, "2, which has additive cards"));
        }
        if version.format < 3 && (body.hazards.is_some() || !body.spreads.is_empty()) {
            return Err(fault("format", version.format, "3, which has hazards and spreads"));
        }
        if version.format < 4 && body.application.is_some() {
            return Err(fault("format", version.format, "4, which has an application card"));
        }
        // Written again it is the text that was read: the format stays what it was.
        let sealed = Self { format: version.format, ..Self::seal(body)? };
        if stated != sealed.model_id {
            return Err(fault("model_id", stated, "the hash of the body"));
        }
        Ok(sealed)
    }

    /// The model as JSON for people and for [`Self::from_json`]: the same bytes every time.
    ///
    /// # Errors
    /// Only if the JSON writer fails, which a sealed model gives it no cause for.
    pub fn to_json(&self) -> Result<String, ModelError> {
        serde_json::to_string_pretty(self).map_err(|source| ModelError::ArtefactJson { source })
    }

    /// Kind, a dash, and twelve digits of the content's hash.
    pub fn model_id(&self) -> &str {
        &self.model_id
    }

    /// What the model holds.
    pub fn body(&self) -> &ArtefactBody {
        &self.body
    }

    /// How far clients' coming rates at a horizon lie from their past ones, where that was learnt.
    pub fn spread(&self, late_over_days: u16) -> Option<&Spread> {
        let found = self.body.spreads.iter().find(|found| found.late_over_days == late_over_days);
        found.map(|found| &found.spread)
    }

    /// The card of the score and its reasons.
    pub fn headline(&self) -> &HorizonCard {
        &self.body.headline
    }
}

/// Kind and hash of the compact JSON of the body.
fn model_id(body: &ArtefactBody) -> Result<String, ModelError> {
    let bytes = serde_json::to_vec(body).map_err(|source| ModelError::ArtefactJson { source })?;
    let digest = Sha256::digest(&bytes);
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let short = hash.get(..ID_DIGITS).unwrap_or(&hash);
    Ok(format!("{}-{short}", body.kind))
}

fn fault(at: &str, found: impl ToString, allowed: &str) -> ModelError {
    ModelError::Artefact {
        faults: vec![Fault { at: at.to_owned(), found: found.to_string(), allowed: allowed.to_owned() }],
    }
}
