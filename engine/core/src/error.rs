//! What can go wrong in the engine. Missing evidence is not here: it is a verdict.

use encours_domain::{Currency, DomainError, ErrorClass, Fault, FaultReport};
use encours_models::ModelError;
use thiserror::Error;

/// An error of the engine.
#[derive(Debug, Error)]
pub enum CoreError {
    /// Files that hold rows which cannot be taken.
    #[error("{} could not be read as a ledger{}", counted(.0.faults.len()), first(.0))]
    Ledger(Box<FaultReport>),
    /// A Parquet file that cannot be read, or lacks a column.
    #[error("{file}: {reason}")]
    Table {
        /// The file or table.
        file: String,
        /// What was found and what was expected.
        reason: String,
    },
    /// More than the layout can hold.
    #[error("{what}: found {found}, at most {most}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
    /// A client that the ledger does not know.
    #[error("client `{0}` is not in the ledger")]
    UnknownClient(String),
    /// A ledger whose amounts the policy cannot judge.
    #[error("the ledger is kept in {ledger}, the policy judges in {policy}: no amount can be compared")]
    OtherCurrency {
        /// The ledger's main currency.
        ledger: Currency,
        /// The policy's.
        policy: Currency,
    },
    /// A value that the vocabulary does not allow.
    #[error(transparent)]
    Domain(#[from] DomainError),
    /// A model that cannot be trained, loaded or applied.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A model trained on another list of features than this engine's.
    #[error("the model was trained on features `{found}`, this engine has `{expected}`; train it anew")]
    ForeignModel {
        /// Hash of the model's features.
        found: String,
        /// Hash of the engine's.
        expected: String,
    },
    /// A policy or law table that cannot be used.
    #[error(transparent)]
    Policy(#[from] crate::policy::PolicyError),
    /// Writing a table failed.
    #[error("table `{table}` could not be written")]
    Write {
        /// The table.
        table: &'static str,
        /// Why.
        #[source]
        source: polars::error::PolarsError,
    },
}

impl CoreError {
    /// Which class of trouble this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            CoreError::Ledger(_) | CoreError::Table { .. } | CoreError::TooLarge { .. } => ErrorClass::InvalidInput,
            CoreError::UnknownClient(_) => ErrorClass::NotFound,
            CoreError::Domain(error) => error.class(),
            CoreError::ForeignModel { .. } | CoreError::OtherCurrency { .. } => ErrorClass::Conflict,
            CoreError::Model(error) => model_class(error),
            CoreError::Policy(error) => error.class(),
            CoreError::Write { .. } => ErrorClass::Internal,
        }
    }

    /// The faults to show, row by row, when there are any.
    pub fn faults(&self) -> &[Fault] {
        match self {
            CoreError::Ledger(report) => &report.faults,
            _ => &[],
        }
    }

    /// A table that cannot be used.
    pub(crate) fn table(file: &str, reason: impl Into<String>) -> Self {
        Self::Table { file: file.to_owned(), reason: reason.into() }
    }
}

/// The models' own list of classes, in the vocabulary's words.
fn model_class(error: &ModelError) -> ErrorClass {
    match error.class() {
        encours_models::ErrorClass::InvalidInput => ErrorClass::InvalidInput,
        encours_models::ErrorClass::EvidenceMissing => ErrorClass::EvidenceMissing,
        encours_models::ErrorClass::Internal => ErrorClass::Internal,
    }
}

fn counted(faults: usize) -> String {
    if faults == 1 { "1 row".to_owned() } else { format!("{faults} rows") }
}

fn first(report: &FaultReport) -> String {
    report.faults.first().map_or_else(String::new, |fault| format!("; first: {fault}"))
}
