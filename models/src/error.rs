//! The one error of this room: what was found, what was allowed, and the cause where there is one.

use std::fmt;

use thiserror::Error;

/// Anything that can go wrong while fitting, loading or applying a model.
///
/// An error means that *we* could not answer; it never stands for a good or a bad client.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The table has too few rows to learn from.
    #[error("found {}, expected at least {needed}", counted(*.found))]
    TooFewRows {
        /// Rows in the table.
        found: u64,
        /// Rows asked for by the parameters.
        needed: u64,
    },
    /// One of the two outcomes is too rare to learn from.
    #[error("found {late} late and {on_time} on-time rows, expected at least {needed} of each")]
    TooFewEvents {
        /// Rows that were late.
        late: u64,
        /// Rows that were on time.
        on_time: u64,
        /// Rows of each outcome asked for by the parameters.
        needed: u64,
    },
    /// Two things that must have the same length differ.
    #[error("{what}: found length {found}, expected {expected}")]
    Shape {
        /// What was measured.
        what: &'static str,
        /// Its length.
        found: usize,
        /// The length it should have.
        expected: usize,
    },
    /// A feature name, or a feature position, that the card or table doesn't hold.
    #[error("unknown feature `{feature}`")]
    UnknownFeature {
        /// The name or position asked for.
        feature: String,
    },
    /// The table's description contradicts itself.
    #[error("feature `{feature}`: found {found}, expected {expected}")]
    Feature {
        /// Name of the feature.
        feature: String,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A number that must be finite, or within bounds, isn't.
    #[error("{what}: found {found}, expected {expected}")]
    Value {
        /// What was read.
        what: &'static str,
        /// The offending number.
        found: f64,
        /// What may stand there.
        expected: &'static str,
    },
    /// A parameter of a fit is outside its bounds.
    #[error("parameter `{name}`: found {found}, allowed {allowed}")]
    Parameter {
        /// Name of the parameter, as in its builder.
        name: &'static str,
        /// The value given.
        found: f64,
        /// The bounds.
        allowed: &'static str,
    },
    /// The optimiser gave up.
    #[error("logistic regression on {rows} rows and {columns} columns failed")]
    Fit {
        /// Rows of the problem.
        rows: usize,
        /// Columns of the problem, without the intercept.
        columns: usize,
        /// What the library said.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The text isn't the JSON of an artefact.
    #[error("artefact is not readable")]
    ArtefactJson {
        /// Where and why reading stopped.
        #[source]
        source: serde_json::Error,
    },
    /// The artefact could be read, but its content is wrong. Every fault found is listed.
    #[error("artefact has {}: {}", counted_faults(.faults.len()), listed(.faults))]
    Artefact {
        /// All faults, in reading order.
        faults: Vec<Fault>,
    },
}

/// The class of an error, for the one mapping at each edge (HTTP status, exit code).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorClass {
    /// The caller gave something that can't be right.
    InvalidInput,
    /// The data doesn't hold enough to learn from.
    EvidenceMissing,
    /// We failed.
    Internal,
}

/// One fault of an artefact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, such as `horizons[1].card.features[0].points`.
    pub at: String,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "`{}`: found {}, allowed {}", self.at, self.found, self.allowed)
    }
}

impl ModelError {
    /// The class of this error.
    ///
    /// ```
    /// use encours_models::{ErrorClass, ModelError};
    /// let error = ModelError::TooFewRows { found: 3, needed: 200 };
    /// assert_eq!(error.class(), ErrorClass::EvidenceMissing);
    /// assert_eq!(error.to_string(), "found 3 rows, expected at least 200");
    /// let error = ModelError::TooFewRows { found: 1, needed: 200 };
    /// assert_eq!(error.to_string(), "found 1 row, expected at least 200");
    /// ```
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::TooFewRows { .. } | Self::TooFewEvents { .. } => ErrorClass::EvidenceMissing,
            Self::Shape { .. }
            | Self::UnknownFeature { .. }
            | Self::Feature { .. }
            | Self::Value { .. }
            | Self::Parameter { .. }
            | Self::ArtefactJson { .. }
            | Self::Artefact { .. } => ErrorClass::InvalidInput,
            Self::Fit { .. } => ErrorClass::Internal,
        }
    }

    /// Fails unless two lengths agree.
    pub(crate) fn same_length(what: &'static str, found: usize, expected: usize) -> Result<(), Self> {
        if found == expected {
            return Ok(());
        }
        Err(Self::Shape { what, found, expected })
    }
}

/// Collects faults, so that a check reports all of them and not the first.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Notes a fault unless `holds`.
    pub(crate) fn require(
        &mut self,
        holds: bool,
        at: impl FnOnce() -> String,
        found: impl fmt::Display,
        allowed: &str,
    ) {
        if !holds {
            self.0.push(Fault { at: at(), found: found.to_string(), allowed: allowed.to_owned() });
        }
    }

    /// The faults as an error, or nothing.
    pub(crate) fn into_result(self) -> Result<(), ModelError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(ModelError::Artefact { faults: self.0 })
    }
}

fn counted(rows: u64) -> String {
    if rows == 1 { "1 row".to_owned() } else { format!("{rows} rows") }
}

fn counted_faults(faults: usize) -> String {
    if faults == 1 { "1 fault".to_owned() } else { format!("{faults} faults") }
}

fn listed(faults: &[Fault]) -> String {
    let lines: Vec<String> = faults.iter().map(Fault::to_string).collect();
    lines.join("; ")
}
