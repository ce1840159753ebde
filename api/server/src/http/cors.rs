//! Pages of other sites: none may call the interface from a browser, but those that the configuration names, with a key.

use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::{rate, request_id};

/// For so long a browser need not ask again.
const REMEMBERED: Duration = Duration::from_secs(3_600);

/// What such a page may send and read. Credentials of the browser are not among it: it brings a key of its own.
pub fn layer(origins: &[String]) -> CorsLayer {
    let origins = origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok());
    CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            HeaderName::from_static("idempotency-key"),
            request_id::HEADER,
        ])
        .expose_headers([
            header::ETAG,
            header::LOCATION,
            header::RETRY_AFTER,
            request_id::HEADER,
            rate::LIMIT,
            rate::REMAINING,
            rate::RESET,
            rate::POLICY,
        ])
        .max_age(REMEMBERED)
}
