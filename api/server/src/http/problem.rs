//! Errors as they leave over HTTP: RFC 9457 problem documents, each with a stable code.
//!
//! Two sources: what this edge refuses ([`Refusal`], the table of its codes) and what a use case could not do
//! ([`ServicesError`], which brings its own code). [`status_of`] is the one place where a class becomes a status.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use encours_core::CoreError;
use encours_core::policy::PolicyFault;
use encours_domain::{ErrorClass, Fault};
use encours_services::ServicesError;
use serde::Serialize;
use utoipa::ToSchema;

use super::request_id::RequestId;

/// What this edge refuses before, or instead of, calling a use case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The body is no JSON at all.
    MalformedJson,
    /// The body is JSON, but not what is wanted here: see `errors`.
    InvalidBody,
    /// The query or path holds a value that cannot be: see `errors`.
    InvalidParameter,
    /// The body must be `application/json`.
    UnsupportedMediaType,
    /// The body is larger than accepted.
    BodyTooLarge,
    /// No key, or one that is not known or was revoked.
    Unauthenticated,
    /// Whoever calls is known, and may not do this.
    NotAllowed,
    /// A page of another site sent the request.
    CrossOrigin,
    /// The first request under an `Idempotency-Key` is at work.
    RepeatedTooSoon,
    /// Another request was sent under an `Idempotency-Key`.
    KeyReused,
    /// Nothing is served under this path.
    UnknownPath,
    /// The path is served, but not by this method.
    MethodNotAllowed,
    /// The key or the address sends more requests than it may.
    RateLimited,
    /// The answer took too long.
    TimedOut,
    /// We failed, and the log says why.
    Internal,
}

impl Refusal {
    /// Every refusal.
    pub const ALL: [Refusal; 15] = [
        Refusal::MalformedJson,
        Refusal::InvalidBody,
        Refusal::InvalidParameter,
        Refusal::UnsupportedMediaType,
        Refusal::BodyTooLarge,
        Refusal::Unauthenticated,
        Refusal::NotAllowed,
        Refusal::CrossOrigin,
        Refusal::RepeatedTooSoon,
        Refusal::KeyReused,
        Refusal::UnknownPath,
        Refusal::MethodNotAllowed,
        Refusal::RateLimited,
        Refusal::TimedOut,
        Refusal::Internal,
    ];

    /// The table: code, status, title.
    pub const fn row(self) -> (&'static str, StatusCode, &'static str) {
        match self {
            Refusal::MalformedJson => ("malformed_json", StatusCode::BAD_REQUEST, "The body is not JSON"),
            Refusal::InvalidBody => {
                ("invalid_body", StatusCode::UNPROCESSABLE_ENTITY, "The body cannot be used as it is")
            }
            Refusal::InvalidParameter => {
                ("invalid_parameter", StatusCode::UNPROCESSABLE_ENTITY, "A parameter cannot be used as it is")
            }
            Refusal::UnsupportedMediaType => {
                ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be application/json")
            }
            Refusal::BodyTooLarge => ("body_too_large", StatusCode::PAYLOAD_TOO_LARGE, "The body is too large"),
            Refusal::Unauthenticated => ("unauthenticated", StatusCode::UNAUTHORIZED, "A valid key is needed"),
            Refusal::NotAllowed => ("not_allowed", StatusCode::FORBIDDEN, "The caller may not do this"),
            Refusal::CrossOrigin => ("cross_origin", StatusCode::FORBIDDEN, "Requests from other sites are refused"),
            Refusal::RepeatedTooSoon => {
                ("request_at_work", StatusCode::CONFLICT, "The same request is at work already")
            }
            Refusal::KeyReused => {
                ("idempotency_key_reused", StatusCode::UNPROCESSABLE_ENTITY, "Another request has this key")
            }
            Refusal::UnknownPath => ("unknown_path", StatusCode::NOT_FOUND, "Nothing is served here"),
            Refusal::MethodNotAllowed => {
                ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "Not served by this method")
            }
            Refusal::RateLimited => ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "Too many requests"),
            Refusal::TimedOut => ("timed_out", StatusCode::SERVICE_UNAVAILABLE, "The answer took too long"),
            Refusal::Internal => ("internal", StatusCode::INTERNAL_SERVER_ERROR, "The server failed"),
        }
    }

    /// The class that the pages have a sentence for.
    const fn class(self) -> ErrorClass {
        match self {
            Refusal::MalformedJson
            | Refusal::InvalidBody
            | Refusal::InvalidParameter
            | Refusal::UnsupportedMediaType
            | Refusal::BodyTooLarge
            | Refusal::KeyReused
            | Refusal::MethodNotAllowed => ErrorClass::InvalidInput,
            Refusal::Unauthenticated | Refusal::NotAllowed | Refusal::CrossOrigin | Refusal::RateLimited => {
                ErrorClass::Forbidden
            }
            Refusal::RepeatedTooSoon => ErrorClass::Conflict,
            Refusal::UnknownPath => ErrorClass::NotFound,
            Refusal::TimedOut | Refusal::Internal => ErrorClass::Internal,
        }
    }

    /// A problem document with this sentence.
    pub fn because(self, detail: impl Into<String>) -> Problem {
        let (code, status, title) = self.row();
        Problem::new(code, status, title, detail.into(), self.class())
    }
}

/// The status of a use case's error.
pub const fn status_of(class: ErrorClass) -> StatusCode {
    match class {
        ErrorClass::InvalidInput => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorClass::NotFound => StatusCode::NOT_FOUND,
        ErrorClass::Conflict | ErrorClass::EvidenceMissing => StatusCode::CONFLICT,
        ErrorClass::Forbidden => StatusCode::FORBIDDEN,
        ErrorClass::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

const fn title_of(class: ErrorClass) -> &'static str {
    match class {
        ErrorClass::InvalidInput => "The request cannot be used as it is",
        ErrorClass::NotFound => "There is no such thing",
        ErrorClass::Conflict => "The request contradicts what is there",
        ErrorClass::EvidenceMissing => "There is too little evidence",
        ErrorClass::Forbidden => "This may not be done",
        ErrorClass::Internal => "The server failed",
    }
}

/// A problem document (RFC 9457).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Problem {
    /// The page that says what the code means: `/problems/` and the code.
    #[serde(rename = "type")]
    pub kind: String,
    /// The same for every problem of a kind.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time, and what could be done.
    pub detail: String,
    /// Stable word for programs.
    pub code: &'static str,
    /// Each fault with the place where it stands.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldFault>,
    /// The name of the request, as in the header `x-request-id` and in the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub request_id: Option<Box<RequestId>>,
    /// The class of the error, for the pages.
    #[serde(skip)]
    class: ErrorClass,
}

/// One fault of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldFault {
    /// Where: a JSON pointer as fragment (`#/quote/amount`), or the name of a parameter.
    pub pointer: String,
    /// What was found and what was expected.
    pub detail: String,
}

impl FieldFault {
    /// Pairs place and reason.
    pub fn new(pointer: impl Into<String>, detail: impl ToString) -> Self {
        Self { pointer: pointer.into(), detail: detail.to_string() }
    }
}

impl From<&Fault> for FieldFault {
    fn from(fault: &Fault) -> Self {
        Self::new(fault.column.clone().unwrap_or_default(), fault)
    }
}

impl From<&PolicyFault> for FieldFault {
    fn from(fault: &PolicyFault) -> Self {
        Self::new(fault.field.clone(), fault)
    }
}

impl Problem {
    fn new(code: &'static str, status: StatusCode, title: &'static str, detail: String, class: ErrorClass) -> Self {
        let kind = format!("/problems/{code}");
        Self { kind, title, status: status.as_u16(), detail, code, errors: Vec::new(), request_id: None, class }
    }

    /// The same with its faults.
    #[must_use]
    pub fn with(mut self, errors: Vec<FieldFault>) -> Self {
        self.errors = errors;
        self
    }

    /// The same with the name of the request.
    #[must_use]
    pub fn of_request(mut self, id: &RequestId) -> Self {
        self.request_id = Some(Box::new(id.clone()));
        self
    }

    /// The document.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The class of the error.
    pub const fn class(&self) -> ErrorClass {
        self.class
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl From<ServicesError> for Problem {
    /// Our own failures are logged here, once, and not told to the caller.
    fn from(error: ServicesError) -> Self {
        let class = error.class();
        if class == ErrorClass::Internal {
            tracing::error!(code = error.code(), error = %chain(&error), "a request failed: {}", error.code());
            return Refusal::Internal.because("the failure is in the server's log");
        }
        let sentences: Vec<String> = std::iter::once(chain(&error)).chain(error.hints()).collect();
        let of_policy = || match &error {
            ServicesError::Core(CoreError::Policy(error)) => {
                Some(error.faults().iter().map(FieldFault::from).collect())
            }
            _ => None,
        };
        let errors =
            error.faults().map(|report| report.faults.iter().map(FieldFault::from).collect()).or_else(of_policy);
        Self::new(error.code(), status_of(class), title_of(class), sentences.join("; "), class)
            .with(errors.unwrap_or_default())
    }
}

/// An error and its causes in one line; a cause that the sentence before it told already is not told twice.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let says = cause.to_string();
        if !text.contains(&says) {
            text = format!("{text}: {says}");
        }
        next = cause.source();
    }
    text
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut response = (status, self.to_json()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"encours\""));
        }
        // Whoever knows the name of the request writes the document again with it.
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_words() {
        let mut codes: Vec<&str> = Refusal::ALL.into_iter().map(|refusal| refusal.row().0).collect();
        assert!(codes.iter().all(|code| code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')));
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), Refusal::ALL.len());
    }

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../../README.md");
        for refusal in Refusal::ALL {
            let (code, status, title) = refusal.row();
            let row = format!("| `{code}` | {} | {title} |", status.as_u16());
            assert!(readme.contains(&row), "README.md lacks: {row}");
        }
    }

    #[test]
    fn our_failures_do_not_tell_the_caller_why() {
        let secret = std::path::PathBuf::from("/home/someone/secret");
        let problem = Problem::from(ServicesError::Damaged { path: secret, reason: "torn".to_owned() });
        assert_eq!((problem.status, problem.code), (500, "internal"));
        assert!(!problem.detail.contains("secret"));
    }
}
