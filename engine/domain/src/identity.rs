//! Who is who: identifiers with one checked way in.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::DomainError;

/// The number of a French legal unit: nine digits, the last a check digit (Luhn).
///
/// ```
/// use encours_domain::Siren;
/// let siren: Siren = "552 032 534".parse()?;
/// assert_eq!(siren.as_str(), "552032534");
/// assert!("552032535".parse::<Siren>().is_err());
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Siren(String);

impl Siren {
    /// The nine digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Siren {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let digits: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        let nine_digits = digits.len() == 9 && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !nine_digits {
            return Err(DomainError::unreadable("SIREN", text, "nine digits"));
        }
        if !luhn_sum(&digits).is_multiple_of(10) {
            return Err(DomainError::unreadable("SIREN", text, "nine digits of which the last is the check digit"));
        }
        Ok(Self(digits))
    }
}

/// The Luhn sum of a text of digits: every second digit from the right counts double, its digits added.
fn luhn_sum(digits: &str) -> u32 {
    let from_the_right = digits.chars().rev().filter_map(|character| character.to_digit(10));
    from_the_right
        .enumerate()
        .map(|(position, digit)| match (position % 2, digit * 2) {
            (0, _) => digit,
            (_, doubled) => doubled / 10 + doubled % 10,
        })
        .sum()
}

impl fmt::Display for Siren {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Siren {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Siren> for String {
    fn from(siren: Siren) -> String {
        siren.0
    }
}

/// The INSEE legal category of a sole trader: a natural person. One-partner companies have codes of their own and are
/// legal persons.
pub const NATURAL_PERSON_LEGAL_FORM: &str = "1000";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digit() {
        for good in ["552032534", "732829320", " 732 829 320 "] {
            assert!(good.parse::<Siren>().is_ok(), "{good}");
        }
        for bad in ["", "55203253", "5520325344", "552032535", "55203253A", "٥٥٢٠٣٢٥٣٤"] {
            assert!(bad.parse::<Siren>().is_err(), "{bad}");
        }
    }
}
