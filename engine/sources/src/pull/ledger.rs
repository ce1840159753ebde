//! All that was pulled from one system, by its ids: a plain file, the same bytes for the same content.

use std::collections::{BTreeMap, BTreeSet};

use encours_domain::FaultReport;
use encours_domain::ledger::{InvoiceKind, LedgerRows};
use serde::{Deserialize, Serialize};

use super::record::{Claim, Content, PulledClient, PulledRecord};
use super::rows;
use crate::error::SourceError;

/// Version of the form in which it is written.
const FORM: u32 = 1;

/// The records of one system. A record is replaced whole by a later statement of the same id, so that asking twice
/// doubles nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PulledLedger {
    form: u32,
    source: String,
    clients: BTreeMap<String, PulledClient>,
    records: BTreeMap<String, PulledRecord>,
}

impl PulledLedger {
    /// Nothing yet, of this system.
    pub fn new(source: &str) -> Self {
        Self { form: FORM, source: source.to_owned(), clients: BTreeMap::new(), records: BTreeMap::new() }
    }

    /// The system's name.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Records, in the order of their ids.
    pub fn records(&self) -> impl Iterator<Item = &PulledRecord> {
        self.records.values()
    }

    /// The record of an id.
    pub fn record(&self, id: &str) -> Option<&PulledRecord> {
        self.records.get(id)
    }

    /// The client of an id, when its file was asked.
    pub fn client(&self, id: &str) -> Option<&PulledClient> {
        self.clients.get(id)
    }

    /// The stored record, when the list says of it what it said last time.
    pub fn unchanged(&self, id: &str, version: &str) -> Option<&PulledRecord> {
        self.record(id).filter(|record| record.version == version)
    }

    /// Ids of invoices of which something is left to pay, as the system said.
    pub fn open_ids(&self) -> impl Iterator<Item = &str> {
        let open =
            |claim: &Claim| claim.kind != InvoiceKind::CreditNote && claim.left.is_none_or(|left| left.minor() != 0);
        self.records()
            .filter(move |r| matches!(&r.content, Content::Claim(claim) if open(claim)))
            .map(|r| r.id.as_str())
    }

    /// Ids that are here and not among these.
    pub(crate) fn missing_from<'l>(&'l self, seen: &'l BTreeSet<String>) -> impl Iterator<Item = &'l str> {
        self.records.keys().map(String::as_str).filter(|id| !seen.contains(*id))
    }

    pub(crate) fn put(&mut self, record: PulledRecord) {
        self.records.insert(record.id.clone(), record);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.records.remove(id);
    }

    pub(crate) fn put_client(&mut self, id: String, client: PulledClient) {
        self.clients.insert(id, client);
    }

    /// Makes every record be asked again in full.
    pub(crate) fn forget_versions(&mut self) {
        for record in self.records.values_mut() {
            record.version.clear();
        }
        self.clients.clear();
    }

    /// Leaves nothing that tells who a client is: its records stay, under another name and with other numbers.
    pub fn erase_client(&mut self, client: &str, token: &str, number: &dyn Fn(&str) -> String) {
        self.clients.remove(client);
        for record in self.records.values_mut() {
            if let Content::Claim(claim) = &mut record.content
                && claim.client_id == client
            {
                token.clone_into(&mut claim.client_id);
                claim.client_name = None;
                claim.number = number(&claim.number);
                record.notes.clear();
            }
        }
    }

    /// The rows of the ledger, and what could not become one. Rows are derived anew each time: nothing here depends on
    /// the order in which records came.
    pub fn rows(&self) -> (LedgerRows, FaultReport) {
        rows::rows(self)
    }

    /// As bytes: JSON, the same for the same content.
    ///
    /// # Errors
    /// Never for what this room writes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SourceError> {
        serde_json::to_vec(self).map_err(|error| SourceError::setting("pulled ledger", error.to_string(), "JSON"))
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// When they are damaged, or of a later form than this program knows.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SourceError> {
        let read: Self = serde_json::from_slice(bytes).map_err(|error| {
            SourceError::setting("pulled ledger", error.to_string(), "a file that this program wrote")
        })?;
        read.checked()
    }

    pub(crate) fn checked(self) -> Result<Self, SourceError> {
        if self.form != FORM {
            let expected = format!("form {FORM}");
            return Err(SourceError::setting("pulled ledger", format!("form {}", self.form), expected));
        }
        if let Some((id, _)) = self.records.iter().find(|(id, record)| **id != record.id) {
            return Err(SourceError::setting("pulled ledger", format!("record `{id}` of another id"), "its own id"));
        }
        Ok(self)
    }
}
