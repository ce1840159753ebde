//! Answers that are kept, so that a host is not asked twice for the same. Where they lie is the caller's business.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use super::Validators;

/// An answer as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// The whole body, as it came.
    pub bytes: Vec<u8>,
    /// When it was fetched, or found unchanged: time since 1970-01-01 00:00 UTC.
    pub fetched_at: Duration,
    /// What the host calls it.
    pub validators: Validators,
}

/// Keeps answers by the name of their question (64 hexadecimal digits). Nothing here may fail: a cache that cannot read
/// has nothing, and one that cannot write is asked in vain next time.
pub trait AnswerCache: Send + Sync {
    /// The answer that is kept for a question.
    fn load(&self, key: &str) -> Option<KeptAnswer>;
    /// Keeps an answer in the place of an earlier one.
    fn keep(&self, key: &str, answer: &KeptAnswer);
    /// Keeps none any more.
    fn forget(&self, key: &str);
}

/// Keeps answers as long as the program runs.
#[derive(Default)]
pub struct MemoryCache(Mutex<BTreeMap<String, KeptAnswer>>);

impl fmt::Debug for MemoryCache {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryCache")
    }
}

impl MemoryCache {
    /// Whatever a panicked holder left is whole: every change is one call.
    fn held(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, KeptAnswer>> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl AnswerCache for MemoryCache {
    fn load(&self, key: &str) -> Option<KeptAnswer> {
        self.held().get(key).cloned()
    }

    fn keep(&self, key: &str, answer: &KeptAnswer) {
        self.held().insert(key.to_owned(), answer.clone());
    }

    fn forget(&self, key: &str) {
        self.held().remove(key);
    }
}
