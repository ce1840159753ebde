//! A round of pulling, page by page, and the one file from which it goes on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ledger::PulledLedger;
use super::source::{Checkpoint, LedgerSource, Place, PulledPage};
use crate::error::SourceError;

/// All that is kept between two pages: the records and where the round stands, in one file, so that they cannot part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PullState {
    ledger: PulledLedger,
    checkpoint: Checkpoint,
    /// Ids seen in the round that is under way.
    seen: BTreeSet<String>,
    /// Whole rounds that were made.
    rounds: u64,
}

/// How far a round is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Different records seen in this round.
    pub done: u64,
    /// Records of the round, when the system tells.
    pub total: Option<u64>,
    /// Whether the round is over.
    pub over: bool,
}

impl PullState {
    /// Nothing pulled yet.
    pub fn new(source: &str) -> Self {
        let (ledger, checkpoint) = (PulledLedger::new(source), Checkpoint::start());
        Self { ledger, checkpoint, seen: BTreeSet::new(), rounds: 0 }
    }

    /// The records.
    pub fn ledger(&self) -> &PulledLedger {
        &self.ledger
    }

    /// As [`PulledLedger::erase_client`].
    pub fn erase_client(&mut self, client: &str, token: &str, number: &dyn Fn(&str) -> String) {
        self.ledger.erase_client(client, token, number);
    }

    /// Whole rounds that were made; 0 while the first is under way, and its rows are a part only.
    pub fn rounds(&self) -> u64 {
        self.rounds
    }

    /// Whether a round was begun and not ended.
    pub fn is_under_way(&self) -> bool {
        !self.seen.is_empty()
    }

    /// Makes the next page begin a full round that looks at every record; details of unchanged ones are not asked again.
    pub fn begin_full_round(&mut self) {
        self.checkpoint = Checkpoint::start();
        self.seen.clear();
    }

    /// The same, and every record's details are asked anew.
    pub fn begin_fresh(&mut self) {
        self.begin_full_round();
        self.ledger.forget_versions();
    }

    /// Asks for one page and applies it. On an error nothing has changed.
    ///
    /// # Errors
    /// When the state is another system's, or the page could not be had or read.
    pub async fn step(&mut self, source: &dyn LedgerSource) -> Result<Progress, SourceError> {
        if self.ledger.source() != source.name() {
            return Err(SourceError::setting("pulled ledger", self.ledger.source(), source.name()));
        }
        let place = Place { checkpoint: &self.checkpoint, held: &self.ledger, seen: &self.seen };
        let page = source.next_page(place).await?;
        Ok(self.apply(page))
    }

    fn apply(&mut self, page: PulledPage) -> Progress {
        let PulledPage { records, clients, gone, next, over, total } = page;
        for (id, client) in clients {
            self.ledger.put_client(id, client);
        }
        for record in records {
            self.seen.insert(record.id.clone());
            self.ledger.put(record);
        }
        for id in gone {
            self.ledger.remove(&id);
        }
        self.checkpoint = next;
        let done = u64::try_from(self.seen.len()).unwrap_or(u64::MAX);
        if over {
            self.seen.clear();
            self.rounds = self.rounds.saturating_add(1);
        }
        Progress { done, total, over }
    }

    /// As bytes: JSON, the same for the same content.
    ///
    /// # Errors
    /// Never for what this room writes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SourceError> {
        serde_json::to_vec(self).map_err(|error| SourceError::setting("pull state", error.to_string(), "JSON"))
    }

    /// Reads the bytes.
    ///
    /// # Errors
    /// When they are damaged, or of a later form than this program knows.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SourceError> {
        let read: Self = serde_json::from_slice(bytes)
            .map_err(|error| SourceError::setting("pull state", error.to_string(), "a file that this program wrote"))?;
        Ok(Self { ledger: read.ledger.checked()?, ..read })
    }
}

/// Pulls until the round is over. `keep` is called after every page with the state, to store it and to show progress;
/// killed between two calls, the round goes on from what was kept.
///
/// # Errors
/// When a page could not be had or read, or `keep` fails. What was kept stays good.
pub async fn pull<E: From<SourceError>>(
    source: &dyn LedgerSource,
    state: &mut PullState,
    keep: &mut (dyn FnMut(&PullState, Progress) -> Result<(), E> + Send),
) -> Result<Progress, E> {
    loop {
        let progress = state.step(source).await?;
        keep(state, progress)?;
        if progress.over {
            return Ok(progress);
        }
    }
}
