//! Requests that may come twice: the second is answered what the first was.

use chrono::TimeDelta;

use crate::store::Repeated;
use crate::text::sha256;
use crate::{Moment, Services, ServicesError};

/// A key is remembered for so long.
const REMEMBERED: TimeDelta = TimeDelta::hours(24);

/// Whoever sees to a request for longer than this is gone: no answer may take as long.
const AT_WORK: TimeDelta = TimeDelta::hours(1);

/// A request under a key that its caller gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyedRequest {
    /// Of caller and key.
    key: String,
    /// Of all that was sent.
    request: String,
}

impl KeyedRequest {
    /// What was sent, by whom, under which key. Nothing of it is kept but hashes.
    pub fn new(caller: &str, key: &str, request: &[u8]) -> Self {
        let key = sha256(format!("{} {caller}{key}", caller.len()).as_bytes());
        Self { key, request: sha256(request) }
    }
}

impl Services {
    /// Whether a request came before.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin_request(&self, request: &KeyedRequest, now: Moment) -> Result<Repeated, ServicesError> {
        let ago = |time: TimeDelta| now.later(TimeDelta::zero() - time).stamp();
        let (since, at_work_since) = (ago(REMEMBERED), ago(AT_WORK));
        self.store().begin_request(&request.key, &request.request, &since, &at_work_since, &now.stamp()).await
    }

    /// Keeps what the first was answered: status, headers as JSON, body.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end_request(
        &self,
        request: &KeyedRequest,
        status: u16,
        headers: &str,
        body: &str,
    ) -> Result<(), ServicesError> {
        self.store().end_request(&request.key, status, headers, body).await
    }

    /// Forgets a request that came to no answer worth keeping: it may be sent again.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget_request(&self, request: &KeyedRequest) -> Result<(), ServicesError> {
        self.store().forget_request(&request.key).await
    }
}
