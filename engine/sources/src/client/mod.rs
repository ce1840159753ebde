//! The polite client, one for all systems and registers: paced, patient, bounded, and silent about credentials.
//!
//! Reading order: [`Base`] and [`Question`] (what is asked), [`Manners`] (how), [`Client`], [`Answer`]; then [`AnswerCache`]
//! (answers that are kept) and `desk` (one register's address, client and kept answers together).

mod address;
mod answer;
mod cache;
mod clock;
mod desk;
mod manners;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::{CONTENT_TYPE, DATE, ETAG, HeaderMap, HeaderValue, LAST_MODIFIED, LOCATION, RETRY_AFTER};
use reqwest::{Response, Url, redirect};
use tokio::sync::{Mutex, Semaphore};

pub use address::{Base, Question};
pub(crate) use answer::nullable;
pub use answer::{Answer, Validators};
pub use cache::{AnswerCache, KeptAnswer, MemoryCache};
pub use clock::{Clock, SystemClock};
pub(crate) use desk::{Desk, Kept};
use manners::Chance;
pub use manners::{Manners, retry_after};

use crate::error::SourceError;

/// The name under which we ask.
const USER_AGENT: &str = concat!("encours/", env!("CARGO_PKG_VERSION"));
/// Redirects that are followed on one host.
const MOST_REDIRECTS: usize = 3;

/// Asks hosts over the network.
pub struct Client {
    http: reqwest::Client,
    clock: Arc<dyn Clock>,
    manners: Manners,
    gate: Semaphore,
    state: Mutex<State>,
}

struct State {
    /// When each host may be asked again, as time since 1970.
    free_from: BTreeMap<String, Duration>,
    chance: Chance,
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("manners", &self.manners).finish_non_exhaustive()
    }
}

/// What one attempt came to.
enum Outcome {
    Answered(Answer),
    /// Worth another attempt, after this long if the host said so.
    Again {
        reason: String,
        asked_wait: Option<Duration>,
    },
}

impl Client {
    /// A client with these manners. `seed` decides the jitter of waits.
    ///
    /// # Errors
    /// When no secure connections can be made on this machine.
    pub fn new(manners: Manners, clock: Arc<dyn Clock>, seed: u64) -> Result<Self, SourceError> {
        let http = connections()?;
        let gate = Semaphore::new(manners.at_once.max(1));
        let state = Mutex::new(State { free_from: BTreeMap::new(), chance: Chance(seed) });
        Ok(Self { http, clock, manners, gate, state })
    }

    /// The clock it waits by.
    pub fn clock(&self) -> &dyn Clock {
        &*self.clock
    }

    /// Asks until an answer with status 200 is whole, or there is no sense in going on.
    ///
    /// # Errors
    /// As [`SourceError`] says; passing failures are tried again first.
    pub async fn ask(&self, question: &Question) -> Result<Answer, SourceError> {
        let (host, path) = (question.host(), question.path());
        let mut failed = 0;
        loop {
            let (reason, asked_wait) = match self.attempt(question).await? {
                Outcome::Answered(answer) => return Ok(answer),
                Outcome::Again { reason, asked_wait } => (reason, asked_wait),
            };
            failed += 1;
            if failed >= self.manners.attempts {
                return Err(SourceError::Unavailable { host, path, attempts: failed, reason });
            }
            let wait = match asked_wait {
                Some(wait) if wait > self.manners.patience => {
                    let (seconds, patience) = (wait.as_secs(), self.manners.patience.as_secs());
                    return Err(SourceError::RateLimited { host, path, seconds, patience });
                }
                Some(wait) => wait,
                None => self.manners.wait_after(failed, self.state.lock().await.chance.next()),
            };
            self.clock.sleep(wait).await;
        }
    }

    /// Waits until the host may be asked again.
    async fn pace(&self, host: &str) {
        let now = self.clock.now();
        let wait = {
            let mut state = self.state.lock().await;
            // A clock that was set back must not make us wait for hours.
            let free = state.free_from.get(host).copied().unwrap_or(now).clamp(now, now + self.manners.spacing * 64);
            state.free_from.insert(host.to_owned(), free + self.manners.spacing);
            free.saturating_sub(now)
        };
        if !wait.is_zero() {
            self.clock.sleep(wait).await;
        }
    }

    async fn attempt(&self, question: &Question) -> Result<Outcome, SourceError> {
        // The gate is never closed; without a place the question still goes out, paced.
        let _place = self.gate.acquire().await.ok();
        self.pace(&question.host()).await;
        let request = match &question.body {
            None => self.http.get(question.url.clone()),
            Some(body) => self
                .http
                .post(question.url.clone())
                .header(CONTENT_TYPE, "application/json")
                .body(body.expose().to_owned()),
        };
        match request.timeout(self.manners.timeout).headers(headers(question)?).send().await {
            Ok(response) => self.received(question, response).await,
            Err(error) => Ok(Outcome::Again { reason: told(&error), asked_wait: None }),
        }
    }

    async fn received(&self, question: &Question, response: Response) -> Result<Outcome, SourceError> {
        let (host, path, status) = (question.host(), question.path(), response.status().as_u16());
        match status {
            200 => {}
            304 if question.is_conditional() => {}
            300..=399 => {
                let target = header(response.headers(), &LOCATION).and_then(|to| question.url.join(&to).ok());
                let target = target.and_then(|to| to.host_str().map(str::to_owned));
                let target = target.unwrap_or_else(|| "an address that cannot be read".to_owned());
                return Err(SourceError::Redirected { host, path, target });
            }
            401 | 403 => return Err(SourceError::Denied { host, status, path }),
            404 | 410 => return Err(SourceError::NotFound { host, path, status }),
            408 | 425 | 429 | 500 | 502 | 503 | 504 => {
                let asked = header(response.headers(), &RETRY_AFTER);
                let asked_wait = asked.and_then(|value| retry_after(&value, self.clock.now()));
                return Ok(Outcome::Again { reason: format!("status {status}"), asked_wait });
            }
            _ => return Err(SourceError::Status { host, path, status }),
        }
        let content_type = header(response.headers(), &CONTENT_TYPE).unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim().to_lowercase();
        let date = header(response.headers(), &DATE);
        let date = date.and_then(|date| Some(DateTime::parse_from_rfc2822(&date).ok()?.with_timezone(&Utc)));
        let validators = Validators {
            etag: header(response.headers(), &ETAG),
            last_modified: header(response.headers(), &LAST_MODIFIED),
        };
        let bytes = match self.body(question, response).await? {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Outcome::Again { reason, asked_wait: None }),
        };
        let (secrets, unchanged) = (question.secrets.clone(), status == 304);
        Ok(Outcome::Answered(Answer { host, path, bytes, content_type, date, validators, unchanged, secrets }))
    }

    /// The whole body; the inner error is one worth another attempt.
    async fn body(&self, question: &Question, mut response: Response) -> Result<Result<Vec<u8>, String>, SourceError> {
        let mut bytes = Vec::new();
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if bytes.len() + chunk.len() > self.manners.body_limit => {
                    let (host, path, limit) = (question.host(), question.path(), self.manners.body_limit);
                    return Err(SourceError::TooLarge { host, path, limit });
                }
                Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
                Ok(None) => return Ok(Ok(bytes)),
                Err(_) => return Ok(Err(format!("the answer was cut after {} bytes", bytes.len()))),
            }
        }
    }
}

/// For a connection to stand.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// One for the whole program: reading the machine's certificates takes longer than asking.
static CONNECTIONS: OnceLock<reqwest::Client> = OnceLock::new();

/// How every connection is made: under our name, by no proxy of the environment, and tried once.
pub(crate) fn builder() -> reqwest::ClientBuilder {
    // A provider that the program chose before stays: `Err` says only that there is one.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder()
        .user_agent(USER_AGENT)
        .retry(reqwest::retry::never())
        .connect_timeout(CONNECT_TIMEOUT)
        .no_proxy()
}

fn connections() -> Result<reqwest::Client, SourceError> {
    if let Some(http) = CONNECTIONS.get() {
        return Ok(http.clone());
    }
    let http = builder()
        .redirect(redirect::Policy::custom(|attempt| {
            let first = attempt.previous().first();
            let same = first.is_some_and(|first| same_origin(first, attempt.url()));
            if same && attempt.previous().len() <= MOST_REDIRECTS { attempt.follow() } else { attempt.stop() }
        }))
        .build()
        .map_err(|error| {
            let found = error.without_url().to_string();
            SourceError::setting("secure connections", found, "a usable set of certificates")
        })?;
    Ok(CONNECTIONS.get_or_init(|| http).clone())
}

fn same_origin(left: &Url, right: &Url) -> bool {
    left.scheme() == right.scheme()
        && left.host_str() == right.host_str()
        && left.port_or_known_default() == right.port_or_known_default()
}

fn header(headers: &HeaderMap, name: &reqwest::header::HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}

fn headers(question: &Question) -> Result<HeaderMap, SourceError> {
    let mut headers = HeaderMap::new();
    headers.insert("accept", HeaderValue::from_static("application/json"));
    for (name, value) in &question.headers {
        let value = HeaderValue::from_str(value)
            .map_err(|_| SourceError::setting(name, "a value that no header can hold", "plain letters and digits"))?;
        headers.insert(*name, value);
    }
    for (name, value) in &question.hidden {
        let mut value = HeaderValue::from_str(value.expose())
            .map_err(|_| SourceError::setting(name, "a value that no header can hold", "plain letters and digits"))?;
        value.set_sensitive(true);
        headers.insert(*name, value);
    }
    Ok(headers)
}

/// What happened to a request, in words of ours: the library's would show the address.
fn told(error: &reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    what.to_owned()
}
