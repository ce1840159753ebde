//! Requests that pages of other sites make a browser send are refused, unless they only read.
//!
//! Sites that the configuration names may call with a key. Browsers say where a request comes from (`Sec-Fetch-Site`, else `Origin`), and a page can't forge either. A program
//! sends neither and holds no cookie that somebody else could use. The session cookie is `SameSite=Strict` besides.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;

use super::problem::{Problem, Refusal};
use crate::configuration::ServeSettings;

/// Middleware: refuses what another site sent.
///
/// # Errors
/// When a writing request comes from another origin.
pub async fn same_origin(
    State(settings): State<Arc<ServeSettings>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let headers = request.headers();
    if reads || comes_from_here(headers) || comes_from(&settings.cors_origins, headers) {
        return Ok(next.run(request).await);
    }
    Err(Refusal::CrossOrigin.because("the request was sent by a page of another site"))
}

/// Whether the page is of a site that may call, and brings a key of its own: it must not use the session of whoever looks
/// at it.
fn comes_from(allowed: &[String], headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let is_allowed = origin.is_some_and(|origin| allowed.iter().any(|allowed| allowed == origin));
    is_allowed && headers.contains_key(header::AUTHORIZATION)
}

fn comes_from_here(headers: &HeaderMap) -> bool {
    let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(header::ORIGIN) else { return true };
    let host = text(header::HOST).filter(|host| !host.is_empty());
    origin.split_once("://").is_some_and(|(_, origin)| host == Some(origin))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_origin_may_write() {
        for (site, origin, accepted) in [
            (None, None, true),
            (Some("same-origin"), Some("http://here:1"), true),
            (Some("none"), None, true),
            (Some("same-site"), Some("http://here:1"), false),
            (Some("cross-site"), None, false),
            (None, Some("http://here:1"), true),
            (None, Some("https://here:1"), true),
            (None, Some("http://here:2"), false),
            (None, Some("http://elsewhere"), false),
            (None, Some("null"), false),
        ] {
            let mut headers = HeaderMap::from_iter([(header::HOST, "here:1".parse().unwrap())]);
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(comes_from_here(&headers), accepted, "{site:?} {origin:?}");
        }
    }
}
