//! Who a register speaks of: a French unit, or a company that only another number names.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::error::DomainError;
use crate::identity::{Siren, VatNumber};

/// A company by one of its numbers. As text a SIREN stands alone and the others begin with what they are:
/// `000100008`, `vat:ATU00000000`, `lei:…`, `gb:00000000`.
///
/// ```
/// use encours_domain::subject::Subject;
/// assert_eq!("000 100 008".parse::<Subject>()?.to_string(), "000100008");
/// assert_eq!("gb:1234567".parse::<Subject>()?.to_string(), "gb:01234567");
/// assert!("us:12".parse::<Subject>().is_err());
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// A French legal unit.
    Siren(Siren),
    /// A number for VAT of another state.
    Vat(VatNumber),
    /// A legal entity identifier (ISO 17442): 20 letters and digits.
    Lei(Lei),
    /// A number of the United Kingdom's Companies House: eight letters and digits.
    CompaniesHouse(CompanyNumber),
}

/// A legal entity identifier: 18 letters and digits and two check digits, the whole 1 modulo 97 (ISO 17442, ISO 7064).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lei(String);

impl Lei {
    /// The 20 letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Lei {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let plain = text.trim().to_uppercase();
        let wrong = |what| Err(DomainError::unreadable("LEI", text, what));
        if plain.len() != 20 || !plain.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return wrong("20 letters and digits");
        }
        // A letter counts as two digits, A as 10.
        let rest = plain.chars().filter_map(|letter| letter.to_digit(36)).fold(0_u32, |rest, value| {
            let shift = if value > 9 { 100 } else { 10 };
            (rest * shift + value) % 97
        });
        if rest == 1 { Ok(Self(plain)) } else { wrong("20 letters and digits of which the last two are check digits") }
    }
}

/// A number of Companies House.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompanyNumber(String);

impl CompanyNumber {
    /// The eight letters and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CompanyNumber {
    type Err = DomainError;
    /// Reads a number; leading noughts that a spreadsheet lost are put back.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let plain = text.trim().to_uppercase();
        let fits = (1..=8).contains(&plain.len()) && plain.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let digits = plain.bytes().filter(u8::is_ascii_digit).count();
        let complete = plain.len() == 8 || digits == plain.len();
        if !fits || !complete || digits < 1 {
            return Err(DomainError::unreadable("company number", text, "eight letters and digits"));
        }
        Ok(Self(format!("{plain:0>8}")))
    }
}

impl Subject {
    /// The number without what it is.
    pub fn number(&self) -> &str {
        match self {
            Self::Siren(siren) => siren.as_str(),
            Self::Vat(number) => number.as_str(),
            Self::Lei(lei) => lei.as_str(),
            Self::CompaniesHouse(number) => number.as_str(),
        }
    }

    const fn prefix(&self) -> &'static str {
        match self {
            Self::Siren(_) => "",
            Self::Vat(_) => "vat:",
            Self::Lei(_) => "lei:",
            Self::CompaniesHouse(_) => "gb:",
        }
    }
}

impl From<Siren> for Subject {
    fn from(siren: Siren) -> Self {
        Self::Siren(siren)
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.prefix(), self.number())
    }
}

impl FromStr for Subject {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        match text.trim().split_once(':') {
            None => text.parse().map(Self::Siren),
            Some(("vat", number)) => number.parse().map(Self::Vat),
            Some(("lei", number)) => number.parse().map(Self::Lei),
            Some(("gb", number)) => number.parse().map(Self::CompaniesHouse),
            Some(_) => {
                Err(DomainError::unreadable("company", text, "a SIREN, or a number after `vat:`, `lei:` or `gb:`"))
            }
        }
    }
}

impl TryFrom<String> for Subject {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> String {
        subject.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_checked() {
        for (text, kept) in [
            ("000100008", Some("000100008")),
            ("vat:DE 136695976", Some("vat:DE136695976")),
            // 7LTWFZYICNSX8D621K86 is the worked example of ISO 17442's annex.
            ("lei:7LTWFZYICNSX8D621K86", Some("lei:7LTWFZYICNSX8D621K86")),
            ("lei:7LTWFZYICNSX8D621K87", None),
            ("lei:7LTWFZYICNSX8D621K", None),
            ("gb:SC123456", Some("gb:SC123456")),
            ("gb:8209948", Some("gb:08209948")),
            ("gb:SC1", None),
            ("gb:", None),
            ("000100009", None),
            ("", None),
        ] {
            assert_eq!(text.parse::<Subject>().ok().map(|subject| subject.to_string()).as_deref(), kept, "{text}");
        }
    }
}
