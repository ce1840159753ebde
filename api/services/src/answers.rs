//! Raw answers of public registers on the disk: each once under its hash, and for each question the last one it had.
//!
//! A note that cannot be read, or an answer that is not what its name says, is no answer: the register is asked again.

use std::sync::Arc;
use std::time::Duration;

use encours_sources::client::{AnswerCache, KeptAnswer, Validators};
use serde::{Deserialize, Serialize};

use crate::folder::{Kept, write_atomically};
use crate::{DataFolder, Services};

/// Which answer a question had.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    /// Seconds since 1970-01-01 00:00 UTC.
    fetched_at: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_modified: Option<String>,
    /// Hash of the bytes.
    answer: String,
}

struct KeptAnswers(DataFolder);

impl AnswerCache for KeptAnswers {
    fn load(&self, key: &str) -> Option<KeptAnswer> {
        let note: Note = serde_json::from_slice(&std::fs::read(self.0.asked(key)).ok()?).ok()?;
        let bytes = self.0.read(Kept::Answers, &note.answer).ok()?.to_vec();
        let Note { fetched_at, etag, last_modified, answer: _ } = note;
        let validators = Validators { etag, last_modified };
        Some(KeptAnswer { bytes, fetched_at: Duration::from_secs(fetched_at), validators })
    }

    fn keep(&self, key: &str, answer: &KeptAnswer) {
        let Validators { etag, last_modified } = answer.validators.clone();
        let fetched_at = answer.fetched_at.as_secs();
        let kept = self.0.keep(Kept::Answers, &answer.bytes).and_then(|hash| {
            let note = Note { fetched_at, etag, last_modified, answer: hash };
            write_atomically(&self.0.asked(key), &serde_json::to_vec(&note).unwrap_or_default())
        });
        if let Err(error) = kept {
            tracing::warn!(%error, "an answer of a register could not be kept");
        }
    }

    fn forget(&self, key: &str) {
        // None that is there is as good as one that is gone.
        let _ = std::fs::remove_file(self.0.asked(key));
    }
}

impl Services {
    /// Where answers of public registers are kept.
    pub fn kept_answers(&self) -> Arc<dyn AnswerCache> {
        Arc::new(KeptAnswers(self.data_folder().clone()))
    }
}
