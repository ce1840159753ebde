//! Errors of the vocabulary, and the closed list of classes that every room's errors answer to.

use thiserror::Error;

/// What kind of trouble an error is. Each edge (exit codes, HTTP statuses) maps this list once, without a wildcard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorClass {
    /// The request, file or option is not usable as it stands.
    InvalidInput,
    /// What was asked for does not exist.
    NotFound,
    /// What was asked for contradicts what is there.
    Conflict,
    /// There is too little evidence to do what was asked.
    EvidenceMissing,
    /// The caller may not do this.
    Forbidden,
    /// We failed.
    Internal,
}

/// A value that the vocabulary does not allow.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DomainError {
    /// A text that does not read as what was expected.
    #[error("{what}: found `{found}`, expected {expected}")]
    Unreadable {
        /// The field or kind of value.
        what: &'static str,
        /// The text as found, shortened.
        found: String,
        /// What would have been accepted.
        expected: String,
    },
    /// A number outside its bounds.
    #[error("{what}: found {found}, allowed {allowed}")]
    OutOfRange {
        /// The field or kind of value.
        what: &'static str,
        /// The value as found.
        found: String,
        /// The bounds.
        allowed: String,
    },
    /// Two amounts of different currencies met.
    #[error("amounts in {left} and {right} cannot be put together without an exchange rate")]
    CurrencyMismatch {
        /// Currency of the first amount.
        left: String,
        /// Currency of the second.
        right: String,
    },
}

impl DomainError {
    /// The field or kind of value that is at fault, where it is one.
    pub const fn what(&self) -> Option<&'static str> {
        match self {
            Self::Unreadable { what, .. } | Self::OutOfRange { what, .. } => Some(what),
            Self::CurrencyMismatch { .. } => None,
        }
    }

    /// Builds an [`DomainError::Unreadable`], shortening what was found to 60 characters.
    pub fn unreadable(what: &'static str, found: &str, expected: impl Into<String>) -> Self {
        Self::Unreadable { what, found: shortened(found), expected: expected.into() }
    }

    /// Builds an [`DomainError::OutOfRange`], shortening what was found to 60 characters.
    pub fn out_of_range(what: &'static str, found: impl ToString, allowed: impl Into<String>) -> Self {
        Self::OutOfRange { what, found: shortened(&found.to_string()), allowed: allowed.into() }
    }

    /// Every error of the vocabulary is the caller's input.
    pub fn class(&self) -> ErrorClass {
        ErrorClass::InvalidInput
    }
}

/// The first 60 characters of a text, with an ellipsis when something was cut.
pub fn shortened(text: &str) -> String {
    const KEPT: usize = 60;
    if text.chars().count() <= KEPT {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(KEPT).collect();
    cut.push('…');
    cut
}
