//! What can be wrong with a policy, a law table or the evidence handed in. A refusal to sell is not here: it is a verdict.

use std::fmt;

use encours_domain::{DomainError, ErrorClass};
use serde::Serialize;
use thiserror::Error;

/// One thing that is wrong with one place of a policy or law file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct PolicyFault {
    /// Where: `appetite.loss_cap_share`, `interest[2].ecb`.
    pub field: String,
    /// In which line: the field's, or where its section begins when it is missing.
    pub line: Option<usize>,
    /// What stands there.
    pub found: String,
    /// What may stand there.
    pub allowed: String,
}

impl fmt::Display for PolicyFault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, line, found, allowed } = self;
        if let Some(line) = line {
            write!(formatter, "line {line}, ")?;
        }
        write!(formatter, "`{field}`: found {found}, allowed {allowed}")
    }
}

/// An error of the policy room.
#[derive(Debug, Error)]
pub enum PolicyError {
    /// The file is no TOML at all.
    #[error("{file} is not readable as TOML")]
    Syntax {
        /// Which file: the policy or the law table.
        file: &'static str,
        /// What the TOML reader says, with the line.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// The file reads, and some of what it says cannot be.
    #[error("{file} has {}", listed(.faults))]
    Faults {
        /// Which file: the policy or the law table.
        file: &'static str,
        /// Every fault, in the order of the fields.
        faults: Vec<PolicyFault>,
    },
    /// No chances were worked out for terms that `candidate_terms` asked for.
    #[error("no chances of payment were given for terms `{terms}`, which `candidate_terms` asked for")]
    NoChances {
        /// The terms.
        terms: String,
    },
    /// A value that the vocabulary does not allow, or amounts of different currencies.
    #[error(transparent)]
    Domain(#[from] DomainError),
}

impl PolicyError {
    /// Which class of trouble this is.
    pub fn class(&self) -> ErrorClass {
        match self {
            PolicyError::Syntax { .. } | PolicyError::Faults { .. } => ErrorClass::InvalidInput,
            PolicyError::NoChances { .. } => ErrorClass::Internal,
            PolicyError::Domain(error) => error.class(),
        }
    }

    /// The faults to show, when the error is a file's.
    pub fn faults(&self) -> &[PolicyFault] {
        match self {
            PolicyError::Faults { faults, .. } => faults,
            PolicyError::Syntax { .. } | PolicyError::NoChances { .. } | PolicyError::Domain(_) => &[],
        }
    }
}

fn listed(faults: &[PolicyFault]) -> String {
    let lines: Vec<String> = faults.iter().map(|fault| format!("\n  {fault}")).collect();
    let counted = if faults.len() == 1 { "1 fault".to_owned() } else { format!("{} faults", faults.len()) };
    format!("{counted}:{}", lines.concat())
}
