//! Where a system answers, and what is asked there.

use reqwest::Url;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::answer::Validators;
use crate::error::SourceError;
use crate::secret::Secret;

/// The address below which a system answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(Url);

impl Base {
    /// Reads an address. Plain `http` is for the own machine, unless it is allowed for a network that is trusted.
    ///
    /// # Errors
    /// When it is no address, holds a name or password, or would send the credential in clear.
    pub fn parse(text: &str, plain_http: bool) -> Result<Self, SourceError> {
        let wrong = |found: &str, expected: &str| Err(SourceError::setting("base address", found, expected));
        let Ok(url) = Url::parse(text.trim()) else {
            return wrong("no address", "one such as https://example.org/api");
        };
        let Some(host) = url.host_str().map(str::to_owned) else { return wrong("no host", "an address with a host") };
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("a name or password in the address", "credentials beside it");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("something after `?` or `#`", "the address alone");
        }
        let own_machine = host == "localhost" || host == "[::1]" || host.starts_with("127.");
        match url.scheme() {
            "https" => Ok(Self(url)),
            "http" if own_machine || plain_http => Ok(Self(url)),
            "http" => wrong("`http`, which would send the credential in clear", "`https`"),
            _ => wrong("another scheme", "`https`"),
        }
    }

    /// The address of something below.
    pub(crate) fn below(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.pop_if_empty().extend(path.split('/'));
        }
        url
    }
}

/// One question. Its body and its hidden headers are never shown.
#[derive(Clone, Debug)]
pub struct Question {
    pub(crate) url: Url,
    pub(crate) body: Option<Secret>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) hidden: Vec<(&'static str, Secret)>,
    pub(crate) secrets: Vec<Secret>,
}

impl Question {
    /// A question by `GET`.
    pub fn get(base: &Base, path: &str) -> Self {
        let url = base.below(path);
        Self { url, body: None, headers: Vec::new(), hidden: Vec::new(), secrets: Vec::new() }
    }

    /// A question by `POST` with a JSON body. It must be one that changes nothing: it may be asked again.
    pub fn post<B: Serialize>(base: &Base, path: &str, body: &B) -> Result<Self, SourceError> {
        let body = serde_json::to_string(body)
            .map_err(|_| SourceError::setting("question", "a value that JSON cannot hold", "text and numbers"))?;
        Ok(Self { body: Some(Secret::new(&body)), ..Self::get(base, path) })
    }

    /// With a value after `?`; never a credential.
    #[must_use]
    pub fn query(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// With a header that may be seen.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// With a credential in a header.
    #[must_use]
    pub fn credential(mut self, name: &'static str, before: &str, secret: &Secret) -> Self {
        self.hidden.push((name, Secret::new(&format!("{before}{}", secret.expose()))));
        self.hides(secret)
    }

    /// With a credential in the body, which no message may then show.
    #[must_use]
    pub fn hides(mut self, secret: &Secret) -> Self {
        self.secrets.push(secret.clone());
        self
    }

    /// Asks for an answer only if there is another version than this one.
    #[must_use]
    pub(crate) fn unless(mut self, validators: &Validators) -> Self {
        let headers = [("if-none-match", &validators.etag), ("if-modified-since", &validators.last_modified)];
        for (name, value) in headers {
            self.headers.extend(value.iter().map(|value| (name, value.clone())));
        }
        self
    }

    /// Whether it asks for another version only.
    pub(crate) fn is_conditional(&self) -> bool {
        self.headers.iter().any(|(name, _)| name.starts_with("if-"))
    }

    /// A name for the question under which its answer is kept: method, address and body, never a credential.
    pub(crate) fn key(&self) -> String {
        let body = self.body.as_ref().map_or("", Secret::expose);
        hex::encode(Sha256::digest(format!("{}\n{body}", self.url)))
    }

    /// Host and port, for messages and for the pace.
    pub(crate) fn host(&self) -> String {
        let host = self.url.host_str().unwrap_or("?");
        self.url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
    }

    /// The path, for messages.
    pub(crate) fn path(&self) -> String {
        self.url.path().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_addresses_are_safe() {
        for (text, plain_http, fine) in [
            ("https://example.org/api/v2", false, true),
            ("https://example.org/api/v2/", false, true),
            ("http://127.0.0.1:8069", false, true),
            ("http://localhost:8069", false, true),
            ("http://odoo.example.org", false, false),
            ("http://odoo.example.org", true, true),
            ("https://name:word@example.org", false, false),
            ("https://example.org/?key=1", false, false),
            ("ftp://example.org", true, false),
            ("example.org", false, false),
            ("", false, false),
        ] {
            assert_eq!(Base::parse(text, plain_http).is_ok(), fine, "{text}");
        }
    }

    #[test]
    fn a_question_shows_no_credential() {
        let base = Base::parse("https://example.org", false).unwrap();
        let question = Question::post(&base, "x", &["s3cret"]).unwrap().credential("key", "", &Secret::new("s3cret"));
        assert!(!format!("{question:?}").contains("s3cret"), "{question:?}");
    }

    #[test]
    fn paths_go_below_the_base() {
        for base in ["https://example.org/api/v2", "https://example.org/api/v2/"] {
            let base = Base::parse(base, false).unwrap();
            assert_eq!(base.below("invoices/12/payments").as_str(), "https://example.org/api/v2/invoices/12/payments");
        }
    }
}
