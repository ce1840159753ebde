//! What a system must be able to do: give the next page after a checkpoint.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ledger::PulledLedger;
use super::record::{PulledClient, PulledRecord};
use crate::Pending;
use crate::error::SourceError;

/// Where a round stands. Its content is the connector's own business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(Value);

impl Checkpoint {
    /// Before everything: a full round begins here.
    pub fn start() -> Self {
        Self::default()
    }

    /// Wraps a connector's state.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    pub fn of<T: Serialize>(state: &T) -> Result<Self, SourceError> {
        let value = serde_json::to_value(state);
        value.map(Self).map_err(|error| SourceError::setting("checkpoint", error.to_string(), "JSON"))
    }

    /// The connector's state; nothing before the first page.
    ///
    /// # Errors
    /// When it was written by another connector or another version of this one.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Option<T>, SourceError> {
        if self.0.is_null() {
            return Ok(None);
        }
        let expected = "one that this version wrote; begin a full round";
        T::deserialize(&self.0)
            .map(Some)
            .map_err(|error| SourceError::setting("checkpoint", error.to_string(), expected))
    }
}

/// What a connector may know when it asks for the next page.
#[derive(Clone, Copy, Debug)]
pub struct Place<'p> {
    /// Where the round stands.
    pub checkpoint: &'p Checkpoint,
    /// What is stored, so that details of unchanged records need not be asked again.
    pub held: &'p PulledLedger,
    /// Ids seen in this round.
    pub seen: &'p BTreeSet<String>,
}

/// A page: what it says, and where the round stands after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PulledPage {
    /// Records, each whole.
    pub records: Vec<PulledRecord>,
    /// Client files that were asked.
    pub clients: Vec<(String, PulledClient)>,
    /// Ids of which the system says that it has none (any more).
    pub gone: Vec<String>,
    /// Where the round stands now; at its end, where the next round begins.
    pub next: Checkpoint,
    /// Whether the round is over.
    pub over: bool,
    /// Records of the whole round, when the system tells.
    pub total: Option<u64>,
}

impl PulledPage {
    /// A page without records, which only moves on.
    pub(crate) fn moving_on(next: Checkpoint) -> Self {
        Self { records: Vec::new(), clients: Vec::new(), gone: Vec::new(), next, over: false, total: None }
    }
}

/// A system that invoices and their payments can be pulled from.
pub trait LedgerSource: Send + Sync {
    /// Its name in the registry.
    fn name(&self) -> &'static str;

    /// Asks for the page after a place. It changes nothing on either side; asked again for the same place it may give
    /// the same page again.
    fn next_page<'s>(&'s self, place: Place<'s>) -> Pending<'s, Result<PulledPage, SourceError>>;
}
