//! Hashes of texts, as hexadecimal digits.

use sha2::{Digest, Sha256};

/// SHA-256 of a text, 64 hexadecimal digits.
pub(crate) fn of(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
