//! `Idempotency-Key`: a write that is sent twice under one key is done once, and both get the same answer.
//!
//! The second waits for nothing: while the first is at work it is told to try again. Keys are remembered for a day, by caller.

use axum::Extension;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use encours_services::KeyedRequest;
use encours_services::store::Repeated;

use super::App;
use super::auth::{Caller, Identity, route};
use super::body::LargestBody;
use super::problem::{FieldFault, Problem, Refusal};

/// The key that a caller gives a request.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Said where an answer is that of an earlier request.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// Longer keys are mistakes.
const LONGEST_KEY: usize = 255;

/// The largest answer that is remembered.
const LARGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Routes whose answer shows a secret once, or whose body is one: nothing of it may be kept.
const SECRET: [&str; 5] = ["/v1/users", "/v1/users/{name}", "/v1/keys", "/v1/me/password", "/v1/webhooks"];

/// Middleware of `/v1`.
///
/// # Errors
/// When the key cannot be one, another request was sent under it, the first is at work, or the route keeps no answers.
pub async fn once(
    State(app): State<App>,
    Extension(LargestBody(largest)): Extension<LargestBody>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Some(key) = key(request.headers())?.filter(|_| !reads) else { return Ok(next.run(request).await) };
    if SECRET.contains(&route(&request)) {
        return Err(refused("this path shows a secret once and keeps no answer: leave the header out"));
    }
    let caller = match request.extensions().get::<Caller>() {
        Some(Caller { name, identity: Identity::Person { .. } }) => format!("user {name}"),
        Some(Caller { identity: Identity::Program { key, .. }, .. }) => format!("key {key}"),
        None => return Err(Refusal::Unauthenticated.because("a key of a request belongs to a caller")),
    };
    let (request, sent) = read(request, largest).await?;
    let keyed = KeyedRequest::new(&caller, &key, &sent);
    match app.services.begin_request(&keyed, app.clock.now()).await? {
        Repeated::First => {}
        Repeated::AtWork => {
            return Err(Refusal::RepeatedTooSoon.because("the first request under this key is at work: try again soon"));
        }
        Repeated::Another => {
            return Err(Refusal::KeyReused.because("another request was sent under this key: give each its own"));
        }
        Repeated::Answered(status, headers, body) => return Ok(again(status, &headers, body)),
    }
    let response = next.run(request).await;
    if response.status().is_server_error() {
        app.services.forget_request(&keyed).await?;
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, LARGEST_ANSWER).await;
    let body = body.map_err(|error| Refusal::Internal.because(format!("the answer could not be read: {error}")))?;
    let headers = kept(&parts.headers);
    app.services.end_request(&keyed, parts.status.as_u16(), &headers, &String::from_utf8_lossy(&body)).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(&KEY) else { return Ok(None) };
    let key = value.to_str().unwrap_or_default().trim();
    let fits = (1..=LONGEST_KEY).contains(&key.len());
    let expected = || refused(&format!("expected 1 to {LONGEST_KEY} characters of ASCII"));
    fits.then(|| Some(key.to_owned())).ok_or_else(expected)
}

fn refused(detail: &str) -> Problem {
    Refusal::InvalidParameter
        .because(format!("Idempotency-Key: {detail}"))
        .with(vec![FieldFault::new("Idempotency-Key", detail)])
}

/// The request, and all that was sent: but for files, which are not read twice, and of which a second import changes nothing.
async fn read(request: Request, largest: usize) -> Result<(Request, Vec<u8>), Problem> {
    let line = format!("{} {}\n", request.method(), request.uri());
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("multipart/") {
        let length = request.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let sent = format!("{line}{}", length.unwrap_or_default()).into_bytes();
        return Ok((request, sent));
    }
    let (parts, body) = request.into_parts();
    let body: Bytes = to_bytes(body, largest).await.map_err(|_| {
        Refusal::BodyTooLarge.because(format!("the body is larger than {largest} bytes, or was broken off"))
    })?;
    let mut sent = line.into_bytes();
    sent.extend_from_slice(&body);
    Ok((Request::from_parts(parts, Body::from(body)), sent))
}

/// Headers that belong to the answer, one on a line.
fn kept(headers: &HeaderMap) -> String {
    let lines = [header::CONTENT_TYPE, header::LOCATION].into_iter().filter_map(|name| {
        let value = headers.get(&name)?.to_str().ok()?;
        Some(format!("{name}: {value}"))
    });
    lines.collect::<Vec<String>>().join("\n")
}

fn again(status: u16, headers: &str, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    let mut response = (status, body).into_response();
    let pairs = headers.lines().filter_map(|line| line.split_once(": "));
    for (name, value) in pairs {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
