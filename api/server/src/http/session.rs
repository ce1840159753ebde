//! The cookie of somebody who is logged in: a random token, of which the store keeps a hash.

use axum::http::{HeaderMap, header};

/// Name of the session cookie.
pub const COOKIE: &str = "encours_session";

/// Seconds for which a browser keeps it; the store ends the session as well.
const LIFETIME: u32 = 12 * 3_600;

/// The `Set-Cookie` value of a session; an empty token takes the cookie back. Behind TLS it is sent over TLS only.
pub fn set_cookie(token: &str, headers: &HeaderMap) -> String {
    let age = if token.is_empty() { 0 } else { LIFETIME };
    let proxied = headers.get(header::HeaderName::from_static("x-forwarded-proto"));
    let secure = if proxied.is_some_and(|scheme| scheme == "https") { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}
