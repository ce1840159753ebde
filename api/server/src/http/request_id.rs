//! The name of a request: in the response, in every line that is logged for it, and in a problem document.

use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde::{Serialize, Serializer};
use tracing::Instrument;

use super::problem::Problem;

/// The header in which a caller, or a proxy before us, names a request, and in which we name it back.
pub const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest name that is taken over.
const LONGEST: usize = 64;

/// The name of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The name that the request brings, if it can stand in a log as it is.
    fn brought(headers: &HeaderMap) -> Option<Self> {
        let name = headers.get(HEADER)?.to_str().ok()?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        (!name.is_empty() && name.len() <= LONGEST && name.bytes().all(is_plain)).then(|| Self(Arc::from(name)))
    }

    /// A new one.
    fn new() -> Self {
        let mut bytes = [0_u8; 16];
        // Where the system has no randomness names repeat, and requests are answered all the same.
        let _ = getrandom::fill(&mut bytes);
        Self(Arc::from(hex::encode(bytes)))
    }
}

impl Serialize for RequestId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Middleware: names the request for whatever is logged within, and its response.
pub async fn name(request: Request, next: Next) -> Response {
    let id = RequestId::brought(request.headers()).unwrap_or_else(RequestId::new);
    // At the level of errors, so that no filter but `off` leaves a line without the name.
    let span = tracing::error_span!("request", id = %id);
    let mut response = next.run(request).instrument(span).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        *response.body_mut() = Body::from(problem.of_request(&id).to_json());
    }
    if let Ok(value) = HeaderValue::from_str(&id.0) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_over_when_it_can_stand_in_a_log() {
        let long = "a".repeat(65);
        for (brought, taken) in [
            ("Req-1_a.b", true),
            (&long[..64], true),
            (&long, false),
            ("", false),
            ("a b", false),
            ("a\"b", false),
            ("a\tb", false),
            ("é", false),
        ] {
            let headers = HeaderMap::from_iter([(HEADER, HeaderValue::from_bytes(brought.as_bytes()).unwrap())]);
            assert_eq!(RequestId::brought(&headers).is_some(), taken, "{brought}");
        }
        assert_eq!(RequestId::brought(&HeaderMap::new()), None);
        assert_ne!(RequestId::new(), RequestId::new());
    }
}
