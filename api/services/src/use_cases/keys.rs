//! Access keys: made here, shown once, kept as a hash.

use std::time::Instant;

use serde::Serialize;
use sha2::{Digest, Sha256};

use encours_domain::Day;

use crate::access::{AccessError, Scopes};
use crate::services::TRUSTED_FOR;
use crate::store::KeyRecord;
use crate::{Moment, Services, ServicesError};

/// How every key begins, so that one that leaked is recognised.
const PREFIX: &str = "enc_";

/// Hexadecimal digits of the hash that name a key.
const ID_DIGITS: usize = 12;

/// A key, without what it opens with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeyInfo {
    /// Its name in the list: the first digits of its hash.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// When it was made.
    pub created_at: String,
    /// When it was taken back.
    pub revoked_at: Option<String>,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it ends by itself; never where absent.
    pub expires_at: Option<String>,
}

/// A key that was just made. It is shown once and kept nowhere.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct NewKey {
    /// What is kept of it.
    pub info: KeyInfo,
    /// The key.
    pub key: String,
}

impl std::fmt::Debug for NewKey {
    /// Without the key, which belongs in no log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("NewKey").field("info", &self.info).finish_non_exhaustive()
    }
}

impl KeyInfo {
    /// Whether it opens at this moment.
    pub fn is_good(&self, now: Moment) -> bool {
        self.revoked_at.is_none() && self.expires_at.as_ref().is_none_or(|end| *end > now.stamp())
    }
}

/// A key that was found good, and when the store said so.
#[derive(Clone)]
pub(crate) struct TrustedKey {
    key: KeyInfo,
    confirmed: Instant,
}

impl TrustedKey {
    /// Keys that are remembered, by their hashes.
    pub(crate) const MOST: usize = 1_024;

    fn is_trusted(&self) -> bool {
        self.confirmed.elapsed() < TRUSTED_FOR
    }
}

impl TryFrom<KeyRecord> for KeyInfo {
    type Error = ServicesError;

    fn try_from(record: KeyRecord) -> Result<Self, ServicesError> {
        let KeyRecord { id, name, sha256: _, created_at, revoked_at, scopes, expires_at } = record;
        Ok(Self { id, name, created_at, revoked_at, scopes: scopes.parse()?, expires_at })
    }
}

impl Services {
    /// Makes a key for a program, good up to its last day.
    ///
    /// # Errors
    /// When the name is empty or a user's, its last day is over, or the system gives no random bytes.
    pub async fn create_key(
        &self,
        name: &str,
        scopes: Scopes,
        last_day: Option<Day>,
        now: Moment,
    ) -> Result<NewKey, ServicesError> {
        let name = name.trim();
        if name.is_empty() {
            let (what, expected) = ("key name", "whose key it is".to_owned());
            return Err(ServicesError::UnknownWord { what, found: String::new(), expected });
        }
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|source| ServicesError::NoRandomness { source })?;
        let key = format!("{PREFIX}{}", hex::encode(secret));
        let (sha256, name, created_at) = (hash(&key), name.to_owned(), now.stamp());
        let expires_at = last_day.map(|day| end_of(day, now)).transpose()?;
        let scopes = scopes.to_string();
        let record = KeyRecord { id: id_of(&sha256), name, sha256, created_at, revoked_at: None, scopes, expires_at };
        self.store().keep_key(record.clone(), &self.act(now)).await?;
        tracing::info!(key = record.id, "access key made");
        Ok(NewKey { info: record.try_into()?, key })
    }

    /// Whose key this is; `None` when it is nobody's, was taken back or has expired.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_key(&self, key: &str, now: Moment) -> Result<Option<KeyInfo>, ServicesError> {
        if !key.starts_with(PREFIX) {
            return Ok(None);
        }
        let sha256 = hash(key);
        if let Some(info) = self.known_keys().get(&sha256).filter(TrustedKey::is_trusted) {
            return Ok(Some(info.key).filter(|info| info.is_good(now)));
        }
        let confirmed = Instant::now();
        let record = self.store().key(&id_of(&sha256)).await?;
        let info = record.filter(|record| same(&record.sha256, &sha256)).map(KeyInfo::try_from).transpose()?;
        let info = info.filter(|info| info.is_good(now));
        if let Some(key) = info.clone() {
            self.known_keys().insert(sha256, TrustedKey { key, confirmed });
        }
        Ok(info)
    }

    /// The key of an id, also one that was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, id: &str) -> Result<Option<KeyInfo>, ServicesError> {
        self.store().key(id).await?.map(KeyInfo::try_from).transpose()
    }

    /// Every key, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<KeyInfo>, ServicesError> {
        self.store().keys().await?.into_iter().map(KeyInfo::try_from).collect()
    }

    /// Takes a key back, at once and for good.
    ///
    /// # Errors
    /// When there is no such key.
    pub async fn revoke_key(&self, id: &str, now: Moment) -> Result<KeyInfo, ServicesError> {
        self.store().revoke_key(id, &self.act(now)).await?;
        self.known_keys().clear();
        let record = self.store().key(id).await?;
        let record = record.ok_or_else(|| ServicesError::NotFound { what: "key", id: id.to_owned() })?;
        record.try_into()
    }
}

/// The first moment after a day, in UTC.
fn end_of(day: Day, now: Moment) -> Result<String, ServicesError> {
    if day < now.today {
        return Err(AccessError::ExpiresTooEarly { found: day.to_string(), today: now.today.to_string() }.into());
    }
    Ok(format!("{}T00:00:00Z", day.plus(1)?))
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

fn id_of(sha256: &str) -> String {
    sha256.chars().take(ID_DIGITS).collect()
}

/// Compares without telling by its time where two texts part.
pub(super) fn same(left: &str, right: &str) -> bool {
    let differing = left.bytes().zip(right.bytes()).fold(0, |differing, (left, right)| differing | (left ^ right));
    left.len() == right.len() && std::hint::black_box(differing) == 0
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn comparison() {
        for (left, right, expected) in [("ab", "ab", true), ("ab", "ac", false), ("ab", "abc", false), ("", "", true)] {
            assert_eq!(same(left, right), expected, "{left} {right}");
        }
    }
}
