//! Signatures of messages, after Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::ServicesError;

/// How every secret begins, so that one that leaked is recognised.
pub(super) const SECRET_PREFIX: &str = "whsec_";

/// A new secret: 32 random bytes, base64.
pub(super) fn new_secret() -> Result<String, ServicesError> {
    let mut bytes = [0_u8; 32];
    getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
    Ok(STANDARD.encode(bytes))
}

/// A new name.
pub(super) fn new_id(prefix: &str) -> Result<String, ServicesError> {
    let mut bytes = [0_u8; 8];
    getrandom::fill(&mut bytes).map_err(|source| ServicesError::NoRandomness { source })?;
    Ok(format!("{prefix}_{}", hex::encode(bytes)))
}

/// The value of `webhook-signature`: `v1,` and the signature, base64. `timestamp` counts seconds since 1970.
///
/// ```
/// // The example of the specification's own libraries.
/// let signed = encours_services::signature(
///     "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
///     "msg_p5jXN8AQM9LWM0D4loKWxJek",
///     1_614_265_330,
///     r#"{"test": 2432232314}"#,
/// );
/// assert_eq!(signed.as_deref(), Some("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
/// ```
pub fn signature(secret: &str, id: &str, timestamp: i64, body: &str) -> Option<String> {
    let key = STANDARD.decode(secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret)).ok()?;
    // A key of any length will do.
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).ok()?;
    for part in [id, ".", &timestamp.to_string(), ".", body] {
        mac.update(part.as_bytes());
    }
    Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
}
