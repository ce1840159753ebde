//! What can go wrong when a system is asked. No message holds a credential; each names the host.

use encours_domain::ErrorClass;
use thiserror::Error;

use crate::secret::{Secret, scrubbed};

/// Why a system could not be asked, or what is wrong with its answer. Records that were read before stay as they were.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// A setting cannot be used: an address, a credential that is not there, a checkpoint of another system.
    #[error("{what}: found {found}, expected {expected}")]
    Setting {
        /// The setting.
        what: &'static str,
        /// What was found, never a credential.
        found: String,
        /// What would have been accepted.
        expected: String,
    },
    /// The system refuses the credential, or the credential may not read this.
    #[error("{host} refuses the credential with status {status} for `{path}`; expected one that may read it")]
    Denied {
        /// The host that was asked.
        host: String,
        /// HTTP status; 200 where the refusal stands inside the answer.
        status: u16,
        /// The path that was asked.
        path: String,
    },
    /// What was asked for is not there.
    #[error("{host} has no `{path}` (status {status})")]
    NotFound {
        /// The host that was asked.
        host: String,
        /// HTTP status.
        status: u16,
        /// The path that was asked.
        path: String,
    },
    /// The system asks to come back later than we are ready to wait.
    #[error("{host} asks to wait {seconds} s before `{path}` is asked again; expected at most {patience} s")]
    RateLimited {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// Seconds the host asks to wait.
        seconds: u64,
        /// Seconds we are ready to wait.
        patience: u64,
    },
    /// No usable answer came, after several attempts.
    #[error("{host} did not answer `{path}` in {attempts} attempts: {reason}")]
    Unavailable {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// How often it was asked.
        attempts: u32,
        /// What happened the last time.
        reason: String,
    },
    /// An answer with a status that means that the question was wrong.
    #[error("{host} answers `{path}` with status {status}; expected 200")]
    Status {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// HTTP status.
        status: u16,
    },
    /// A redirect to somewhere else, which is not followed: the credential would go with it.
    #[error("{host} sends `{path}` on to {target}; expected an answer from {host} itself")]
    Redirected {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// Host that was named, or why it cannot be told.
        target: String,
    },
    /// An answer longer than we read.
    #[error("{host} answers `{path}` with more than {limit} bytes")]
    TooLarge {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// Bytes that are read at most.
        limit: usize,
    },
    /// An answer in another shape than we know: a field renamed or missing, another type, no JSON at all.
    #[error("{host}, `{path}`, field `{field}`: {reason} (answer {answer})")]
    Shape {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// Where in the answer, as in `items[3].deadline`; `.` is the whole.
        field: String,
        /// What was found and what was expected.
        reason: String,
        /// `sha256:` and the hash of the raw answer.
        answer: String,
    },
    /// An answer that says it is an error although its status is 200.
    #[error("{host} answers `{path}` with an error: {reason}")]
    Inside {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
        /// What the answer says, credentials taken out.
        reason: String,
    },
    /// Pages that lead back to themselves.
    #[error("{host} gives the same page of `{path}` again and again; expected the next one")]
    Repeats {
        /// The host that was asked.
        host: String,
        /// The path that was asked.
        path: String,
    },
}

impl SourceError {
    /// Builds a [`SourceError::Setting`].
    pub fn setting(what: &'static str, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Setting { what, found: found.into(), expected: expected.into() }
    }

    /// The same without credentials that an answer may have sent back.
    #[must_use]
    pub(crate) fn scrubbed(mut self, secrets: &[Secret]) -> Self {
        if let Self::Shape { reason, .. } | Self::Inside { reason, .. } = &mut self {
            *reason = scrubbed(reason, secrets);
        }
        self
    }

    /// What kind of trouble it is.
    pub fn class(&self) -> ErrorClass {
        match self {
            Self::Setting { .. } => ErrorClass::InvalidInput,
            Self::Denied { .. } => ErrorClass::Forbidden,
            Self::NotFound { .. } => ErrorClass::NotFound,
            Self::RateLimited { .. } | Self::Unavailable { .. } => ErrorClass::EvidenceMissing,
            Self::Status { .. }
            | Self::Redirected { .. }
            | Self::TooLarge { .. }
            | Self::Shape { .. }
            | Self::Inside { .. }
            | Self::Repeats { .. } => ErrorClass::Conflict,
        }
    }

    /// Whether the same question may be answered later, with nothing changed on our side.
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::RateLimited { .. } | Self::Unavailable { .. })
    }

    /// What the person can do about it, when there is something.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Denied { .. } => Some("make a new credential in the system, with the right to read invoices"),
            Self::RateLimited { .. } | Self::Unavailable { .. } => {
                Some("pull again later: it goes on where it stopped")
            }
            Self::Shape { .. } => Some("the system has changed its answers: nothing was taken from this one"),
            Self::Redirected { .. } => Some("set the base address to the host that really answers"),
            _ => None,
        }
    }
}
