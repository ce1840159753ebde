//! The ledger systems that can be pulled from. A further one is a folder and a line here.

use std::fmt;
use std::sync::Arc;

use crate::client::{Clock, Manners};
use crate::error::SourceError;
use crate::pull::LedgerSource;
use crate::secret::Credentials;
use crate::{axonaut, odoo, pennylane, sellsy};

/// One value that a system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its name: `token` is `ENCOURS_PENNYLANE_TOKEN` in the environment and `token` in the file's section.
    pub name: &'static str,
    /// What it is and where it is found.
    pub what: &'static str,
    /// Whether it must not be shown.
    pub secret: bool,
}

/// How a source is to be set up.
#[derive(Clone)]
pub struct Setup {
    /// The values of [`SourceSpec::asks`].
    pub credentials: Credentials,
    /// The address below which the system answers; its own when absent.
    pub base: Option<String>,
    /// Whether plain `http` to another machine is allowed (a network that is trusted).
    pub plain_http: bool,
    /// Manners; the system's own when absent.
    pub manners: Option<Manners>,
    /// The clock to wait by.
    pub clock: Arc<dyn Clock>,
    /// Decides the jitter of waits and nothing else.
    pub seed: u64,
}

/// A system in the registry.
#[derive(Clone, Copy)]
pub struct SourceSpec {
    /// The word on the command line, and the name of its card in `datasets/formats`.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it asks for.
    pub asks: &'static [Asked],
    /// Its own address; absent when each customer has another.
    pub base: Option<&'static str>,
    /// Makes the source. Nothing is asked yet.
    pub build: fn(&Setup) -> Result<Box<dyn LedgerSource>, SourceError>,
}

impl fmt::Debug for SourceSpec {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// Every system, in the order in which they are listed.
pub const SOURCES: &[SourceSpec] = &[pennylane::SPEC, sellsy::SPEC, axonaut::SPEC, odoo::SPEC];

/// The system of a name.
///
/// # Errors
/// When there is none; the message lists those there are.
pub fn source(name: &str) -> Result<&'static SourceSpec, SourceError> {
    SOURCES.iter().find(|spec| spec.name == name).ok_or_else(|| {
        let known: Vec<&str> = SOURCES.iter().map(|spec| spec.name).collect();
        SourceError::setting("system", format!("`{name}`"), format!("one of: {}", known.join(", ")))
    })
}
