//! An answer as it came, and how it is read: what does not fit is named by its place.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::error::SourceError;
use crate::secret::{Secret, scrubbed};

/// A whole answer with status 200.
#[derive(Clone)]
pub struct Answer {
    pub(crate) host: String,
    pub(crate) path: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) content_type: String,
    pub(crate) date: Option<DateTime<Utc>>,
    /// What the host calls this version of the answer, to ask later whether there is another.
    pub(crate) validators: Validators,
    /// Whether the host says that the version asked about is still the last one; there are no bytes then.
    pub(crate) unchanged: bool,
    pub(crate) secrets: Vec<Secret>,
}

/// What a host calls a version of an answer (RFC 9110, 8.8): both are sent back as they came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`.
    pub etag: Option<String>,
    /// `Last-Modified`.
    pub last_modified: Option<String>,
}

impl fmt::Debug for Answer {
    /// Without the content: a login's answer is a credential.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, path, bytes, .. } = self;
        write!(formatter, "Answer {{ {host}{path}, {} bytes }}", bytes.len())
    }
}

impl Answer {
    /// Reads the JSON.
    ///
    /// # Errors
    /// When it is none, or in another shape; the message names the field.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, SourceError> {
        let mut reader = serde_json::Deserializer::from_slice(&self.bytes);
        let read: T = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
            let field = error.path().to_string();
            let kind = if self.is_json() { String::new() } else { format!("found `{}`: ", self.content_type) };
            self.shape(&field, &format!("{kind}{}", without_texts(&error.inner().to_string())))
        })?;
        reader.end().map_err(|error| self.shape(".", &without_texts(&error.to_string())))?;
        Ok(read)
    }

    fn is_json(&self) -> bool {
        self.content_type.contains("json") || self.content_type.is_empty()
    }

    /// An error about this answer's shape.
    pub fn shape(&self, field: &str, reason: &str) -> SourceError {
        SourceError::Shape {
            host: self.host.clone(),
            path: self.path.clone(),
            field: scrubbed(field, &self.secrets),
            reason: scrubbed(reason, &self.secrets),
            answer: self.hash(),
        }
    }

    /// An error that stands inside this answer.
    pub fn inside(&self, reason: &str) -> SourceError {
        let reason = encours_domain::error::shortened(&scrubbed(reason, &self.secrets));
        SourceError::Inside { host: self.host.clone(), path: self.path.clone(), reason }
    }

    /// `sha256:` and the hash of the raw bytes.
    pub fn hash(&self) -> String {
        format!("sha256:{}", hex::encode(Sha256::digest(&self.bytes)))
    }
}

/// The library's message without a text that it quotes: an answer may send back what it was sent.
fn without_texts(message: &str) -> String {
    match (message.split_once("string \""), message.rsplit_once("\", expected ")) {
        (Some((before, _)), Some((_, after))) => format!("{before}a text, expected {after}"),
        _ => message.to_owned(),
    }
}

/// For a field that may be `null` but must be there: an `Option` alone would take a renamed field for an empty one.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}
