//! Logging in and out. After some failures in a row a name is closed for a while, each time for longer.

use chrono::TimeDelta;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::keys::same;
use super::users::{UserInfo, is_right};
use crate::access::AccessError;
use crate::store::SessionRecord;
use crate::{Moment, Services, ServicesError};

/// A session ends so long after the login.
const LIFETIME: TimeDelta = TimeDelta::hours(12);

/// Failures in a row that cost nothing.
const FREE: i64 = 4;

/// Seconds for which the next failure closes the name; each further one twice as long, up to the last.
const FIRST_CLOSING: i64 = 30;
const LONGEST_CLOSING: i64 = 3_600;

/// Hexadecimal digits of the hash that name a session.
const ID_DIGITS: usize = 12;

/// How a login ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Login {
    /// Let in.
    Opened {
        /// What goes into the cookie; kept nowhere.
        token: String,
        /// Who.
        user: UserInfo,
    },
    /// No such user, another password, or shut out: which of them is not told.
    Refused,
    /// Too many failures under this name: nothing is looked at until then.
    Closed {
        /// Seconds from now.
        seconds: i64,
    },
}

/// A session that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionInfo {
    /// Its name in lists: the first digits of a hash.
    pub id: String,
    /// When its user logged in.
    pub opened_at: String,
    /// When it ends.
    pub ends_at: String,
}

impl From<SessionRecord> for SessionInfo {
    fn from(record: SessionRecord) -> Self {
        let SessionRecord { id, sha256: _, user: _, opened_at, ends_at } = record;
        Self { id, opened_at, ends_at }
    }
}

impl Services {
    /// Lets somebody in by name and password.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_in(&self, name: &str, password: String, now: Moment) -> Result<Login, ServicesError> {
        let name = name.trim().to_lowercase();
        let name_hash = hash(&name);
        let attempts = self.store().begin_attempt(&name_hash, &now.stamp()).await?;
        if attempts.closed_until > now.stamp() {
            return Ok(Login::Closed { seconds: seconds_until(&attempts.closed_until, now) });
        }
        let user = self.store().user(&name).await?.filter(|user| user.disabled_at.is_none());
        if !is_right(password, user.as_ref().map(|user| user.password.clone())).await? {
            if let Some(seconds) = closing(attempts.failures) {
                self.store().close_name(&name_hash, &now.later(TimeDelta::seconds(seconds)).stamp()).await?;
            }
            tracing::warn!(failures = attempts.failures, "a login was refused");
            return Ok(Login::Refused);
        }
        let Some(user) = user else { return Ok(Login::Refused) };
        self.store().forget_attempts(&name_hash).await?;
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|source| ServicesError::NoRandomness { source })?;
        let token = hex::encode(secret);
        let sha256 = hash(&token);
        let (opened_at, ends_at) = (now.stamp(), now.later(LIFETIME).stamp());
        let session = SessionRecord { id: id_of(&sha256), sha256, user: user.name.clone(), opened_at, ends_at };
        self.store().open_session(session).await?;
        Ok(Login::Opened { token, user: user.try_into()? })
    }

    /// Whose session this is; `None` when it is nobody's, ended, or its user was shut out.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_session(
        &self,
        token: &str,
        now: Moment,
    ) -> Result<Option<(SessionInfo, UserInfo)>, ServicesError> {
        let sha256 = hash(token);
        let Some((session, user)) = self.store().session(&id_of(&sha256)).await? else { return Ok(None) };
        let is_open = same(&session.sha256, &sha256) && session.ends_at > now.stamp() && user.disabled_at.is_none();
        if is_open { Ok(Some((session.into(), user.try_into()?))) } else { Ok(None) }
    }

    /// Gives somebody another password who knows theirs. Their sessions end.
    ///
    /// # Errors
    /// When the old one is another, or the new one cannot be one.
    pub async fn change_own_password(
        &self,
        name: &str,
        old: String,
        new: String,
        now: Moment,
    ) -> Result<(), ServicesError> {
        match self.log_in(name, old, now).await? {
            Login::Opened { .. } => self.set_password(name, Some(new), now).await.map(|_| ()),
            Login::Refused => Err(AccessError::WrongPassword.into()),
            Login::Closed { seconds } => Err(AccessError::Closed { seconds }.into()),
        }
    }

    /// Ends the session of this token, if there is one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn log_out(&self, token: &str) -> Result<(), ServicesError> {
        self.store().close_session(&id_of(&hash(token))).await.map(|_| ())
    }

    /// A user's open sessions, the newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sessions_of(&self, user: &str, now: Moment) -> Result<Vec<SessionInfo>, ServicesError> {
        let sessions = self.store().sessions_of(user).await?.into_iter().filter(|one| one.ends_at > now.stamp());
        Ok(sessions.map(SessionInfo::from).collect())
    }

    /// Ends one of a user's sessions.
    ///
    /// # Errors
    /// When they have no such session: another's looks the same as none.
    pub async fn close_session_of(&self, user: &str, id: &str, now: Moment) -> Result<(), ServicesError> {
        if !self.sessions_of(user, now).await?.iter().any(|session| session.id == id) {
            return Err(ServicesError::NotFound { what: "session", id: id.to_owned() });
        }
        self.store().close_session(id).await.map(|_| ())
    }
}

/// For how many seconds a failure closes the name; the attempt at hand is counted.
fn closing(failures: i64) -> Option<i64> {
    let beyond = failures.saturating_sub(FREE);
    let doublings = u32::try_from(beyond.saturating_sub(1)).ok()?;
    (beyond > 0).then(|| FIRST_CLOSING.saturating_mul(2_i64.saturating_pow(doublings)).min(LONGEST_CLOSING))
}

fn seconds_until(stamp: &str, now: Moment) -> i64 {
    let until = stamp.parse::<chrono::DateTime<chrono::Utc>>().unwrap_or(now.at);
    (until - now.at).num_seconds().max(1)
}

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn id_of(sha256: &str) -> String {
    sha256.chars().take(ID_DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_failure_closes_for_longer() {
        for (failures, seconds) in [
            (1, None),
            (4, None),
            (5, Some(30)),
            (6, Some(60)),
            (11, Some(1_920)),
            (12, Some(3_600)),
            (500, Some(3_600)),
        ] {
            assert_eq!(closing(failures), seconds, "{failures}");
        }
    }
}
