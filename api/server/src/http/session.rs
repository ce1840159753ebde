//! Sessions of people at a browser: a random id in a cookie, the rest in memory. The key itself is not kept.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::{HeaderMap, header};
use chrono::{DateTime, TimeDelta, Utc};

/// Name of the session cookie.
pub const COOKIE: &str = "encours_session";

/// A session ends this long after the login.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Every open session. They end with the process.
#[derive(Clone, Debug, Default)]
pub struct Sessions(Arc<Mutex<HashMap<String, Session>>>);

#[derive(Clone, Debug)]
struct Session {
    key_id: String,
    ends: DateTime<Utc>,
}

impl Sessions {
    /// Opens a session for a key; the id goes into the cookie.
    ///
    /// # Errors
    /// When the system gives no random bytes.
    pub fn open(&self, key_id: &str, now: DateTime<Utc>) -> Result<String, getrandom::Error> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)?;
        let id = hex::encode(bytes);
        let mut sessions = self.locked();
        sessions.retain(|_, session| session.ends > now);
        sessions.insert(id.clone(), Session { key_id: key_id.to_owned(), ends: now + LIFETIME });
        Ok(id)
    }

    /// The key of the session that the request's cookie names.
    pub fn key_of(&self, headers: &HeaderMap, now: DateTime<Utc>) -> Option<String> {
        let id = super::cookie(headers, COOKIE)?;
        self.locked().get(id).filter(|session| session.ends > now).map(|session| session.key_id.clone())
    }

    /// Ends the session that the request's cookie names.
    pub fn close(&self, headers: &HeaderMap) {
        if let Some(id) = super::cookie(headers, COOKIE) {
            self.locked().remove(id);
        }
    }

    /// A holder that panicked left a whole map behind: each change is one call.
    fn locked(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The `Set-Cookie` value of a session; an empty id takes the cookie back. Behind TLS it is sent over TLS only.
pub fn set_cookie(id: &str, headers: &HeaderMap) -> String {
    let age = if id.is_empty() { 0 } else { LIFETIME.num_seconds() };
    let proxied = headers.get(header::HeaderName::from_static("x-forwarded-proto"));
    let secure = if proxied.is_some_and(|scheme| scheme == "https") { "; Secure" } else { "" };
    format!("{COOKIE}={id}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_lives_for_twelve_hours_or_until_the_logout() {
        let sessions = Sessions::default();
        let now = DateTime::UNIX_EPOCH;
        let id = sessions.open("key-1", now).unwrap();
        let headers = HeaderMap::from_iter([(header::COOKIE, format!("lang=en; {COOKIE}={id}").parse().unwrap())]);
        assert_eq!(sessions.key_of(&headers, now).as_deref(), Some("key-1"));
        assert_eq!(sessions.key_of(&headers, now + LIFETIME), None);
        assert_eq!(sessions.key_of(&HeaderMap::new(), now), None);
        sessions.close(&headers);
        assert_eq!(sessions.key_of(&headers, now), None);
    }
}
