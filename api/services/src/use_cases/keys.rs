//! Access keys: made here, shown once, kept as a hash.

use serde::Serialize;
use sha2::{Digest, Sha256};

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

impl From<KeyRecord> for KeyInfo {
    fn from(record: KeyRecord) -> Self {
        let KeyRecord { id, name, sha256: _, created_at, revoked_at } = record;
        Self { id, name, created_at, revoked_at }
    }
}

impl Services {
    /// Makes a key for somebody.
    ///
    /// # Errors
    /// When the name is empty, or the system gives no random bytes.
    pub async fn create_key(&self, name: &str, now: Moment) -> Result<NewKey, ServicesError> {
        let name = name.trim();
        if name.is_empty() {
            let (what, expected) = ("key name", "whose key it is".to_owned());
            return Err(ServicesError::UnknownWord { what, found: String::new(), expected });
        }
        let mut secret = [0_u8; 32];
        getrandom::fill(&mut secret).map_err(|source| ServicesError::NoRandomness { source })?;
        let key = format!("{PREFIX}{}", hex::encode(secret));
        let (sha256, name, created_at) = (hash(&key), name.to_owned(), now.stamp());
        let record = KeyRecord { id: id_of(&sha256), name, sha256, created_at, revoked_at: None };
        self.store().keep_key(record.clone(), &self.act(now)).await?;
        tracing::info!(key = record.id, "access key made");
        Ok(NewKey { info: record.into(), key })
    }

    /// Whose key this is; `None` when it is nobody's, or was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn check_key(&self, key: &str) -> Result<Option<KeyInfo>, ServicesError> {
        if !key.starts_with(PREFIX) {
            return Ok(None);
        }
        let sha256 = hash(key);
        let record = self.store().key(&id_of(&sha256)).await?;
        let valid = |record: &KeyRecord| record.revoked_at.is_none() && same(&record.sha256, &sha256);
        Ok(record.filter(valid).map(KeyInfo::from))
    }

    /// The key of an id, also one that was taken back.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn key(&self, id: &str) -> Result<Option<KeyInfo>, ServicesError> {
        Ok(self.store().key(id).await?.map(KeyInfo::from))
    }

    /// Every key, in the order in which they were made.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn keys(&self) -> Result<Vec<KeyInfo>, ServicesError> {
        Ok(self.store().keys().await?.into_iter().map(KeyInfo::from).collect())
    }

    /// Takes a key back, at once and for good.
    ///
    /// # Errors
    /// When there is no such key.
    pub async fn revoke_key(&self, id: &str, now: Moment) -> Result<KeyInfo, ServicesError> {
        self.store().revoke_key(id, &self.act(now)).await?;
        let record = self.store().key(id).await?;
        record.map(KeyInfo::from).ok_or_else(|| ServicesError::NotFound { what: "key", id: id.to_owned() })
    }
}

fn hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

fn id_of(sha256: &str) -> String {
    sha256.chars().take(ID_DIGITS).collect()
}

/// Compares without telling by its time where two texts part.
fn same(left: &str, right: &str) -> bool {
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
