//! What stands round every handler: a time limit, a net for panics, headers, compression, and a log line without personal data.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, timeout};
use tower_http::compression::CompressionLayer;
use tracing::Instrument;

use super::metrics::route_of;
use super::problem::Refusal;

/// Pages, styles and scripts come from here and nowhere else; nobody may frame them.
const POLICY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
                      frame-ancestors 'none'";

/// The browser of the interface sets styles on its elements.
pub const POLICY_OF_DOCS: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                                  object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/// Middleware: an answer in time, even when a handler panics. A handler that is too slow is stopped.
pub async fn in_time(State(longest): State<Duration>, request: Request, next: Next) -> Response {
    let mut handler = tokio::spawn(next.run(request).in_current_span());
    match timeout(longest, &mut handler).await {
        Ok(Ok(response)) => response,
        Ok(Err(stopped)) => {
            tracing::error!(error = %stopped, "a handler was torn down");
            Refusal::Internal.because("the failure is in the server's log").into_response()
        }
        Err(_) => {
            handler.abort();
            Refusal::TimedOut.because(format!("no answer within {} seconds", longest.as_secs())).into_response()
        }
    }
}

/// The layer that compresses answers for who takes it: neither pictures nor what is too short to gain, nor events, which
/// must go as they come.
pub fn compression() -> CompressionLayer {
    CompressionLayer::new()
}

/// Middleware: the headers of every response that does not set its own.
pub async fn headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

/// Middleware: one line for each request. The route's pattern, never the URL: that may name a client.
pub async fn log(request: Request, next: Next) -> Response {
    let began = Instant::now();
    let method = request.method().clone();
    let route = route_of(&request);
    let response = next.run(request).await;
    let (status, millis) = (response.status(), began.elapsed().as_millis());
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::warn!(%method, route, status = status.as_u16(), millis, "{method} {route} failed after {millis} ms");
    } else {
        tracing::info!(%method, route, status = status.as_u16(), millis, "{method} {route} {status} in {millis} ms");
    }
    response
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;

    #[tokio::test]
    async fn events_are_not_held_back_to_be_compressed() {
        for (kind, packed) in [("application/json", true), ("text/event-stream", false), ("image/png", false)] {
            let answer = move || async move { ([(header::CONTENT_TYPE, kind)], "data: 1\n\n".repeat(100)) };
            let router = Router::new().route("/", get(answer)).layer(compression());
            let request = Request::get("/").header(header::ACCEPT_ENCODING, "gzip").body(Body::empty()).unwrap();
            let response = router.oneshot(request).await.unwrap();
            assert_eq!(response.headers().contains_key(header::CONTENT_ENCODING), packed, "{kind}");
        }
    }
}
