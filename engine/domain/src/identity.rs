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

impl Siren {
    /// Reads a SIREN, or the SIRET of one of its establishments (fourteen digits, the first nine the SIREN); points,
    /// hyphens and blanks between the digits are read past.
    ///
    /// The establishments of La Poste have no Luhn check digit; the sum of their digits is a multiple of five.
    ///
    /// # Errors
    /// When it is neither, or a check digit is wrong.
    pub fn from_siren_or_siret(text: &str) -> Result<Self, DomainError> {
        let digits: String =
            text.chars().filter(|letter| !letter.is_whitespace() && !matches!(letter, '.' | '-')).collect();
        let is_siret = digits.len() == 14 && digits.bytes().all(|byte| byte.is_ascii_digit());
        let Some(siren) = digits.get(..9).filter(|_| is_siret) else {
            let hint = if digits.len() == 8 { "; hint: a leading nought may be lost" } else { "" };
            return digits.parse().map_err(|error| match error {
                DomainError::Unreadable { expected, .. } => {
                    DomainError::unreadable("SIREN", text, format!("{expected}{hint}"))
                }
                other => other,
            });
        };
        let post_office = siren == "356000000" && digit_sum(&digits).is_multiple_of(5);
        if !luhn_sum(&digits).is_multiple_of(10) && !post_office {
            return Err(DomainError::unreadable("SIRET", text, "fourteen digits of which the last is the check digit"));
        }
        siren.parse()
    }
}

fn digit_sum(digits: &str) -> u32 {
    digits.chars().filter_map(|digit| digit.to_digit(10)).sum()
}

/// A number for VAT: two letters of a country and two to thirteen letters or digits. A French one holds a SIREN.
///
/// ```
/// use encours_domain::identity::VatNumber;
/// let number: VatNumber = "FR 92 000 500 967".parse()?;
/// assert_eq!(number.as_str(), "FR92000500967");
/// assert_eq!(number.siren().map(|siren| siren.to_string()).as_deref(), Some("000500967"));
/// assert!("FR45000500967".parse::<VatNumber>().is_err());
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct VatNumber(String);

impl VatNumber {
    /// Country, then the number, without blanks.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The SIREN in a French number.
    pub fn siren(&self) -> Option<Siren> {
        let number = self.0.strip_prefix("FR")?;
        number.get(2..)?.parse().ok()
    }
}

impl FromStr for VatNumber {
    type Err = DomainError;

    /// Reads the number; of a French one the SIREN's check digit and the key are checked. The key of two digits is
    /// (12 + 3 × (SIREN mod 97)) mod 97 (BOFiP); keys with letters are taken as they are.
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let plain: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase();
        let expected = |what: &str| DomainError::unreadable("VAT number", text, what);
        let (country, number) = plain.split_at_checked(2).unwrap_or_default();
        let is_country = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
        let is_number = (2..=13).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if !is_country || !is_number {
            return Err(expected("a country's two letters and its number such as `FR92000500967`"));
        }
        if country == "FR" {
            let (key, siren) = number.split_at_checked(2).unwrap_or_default();
            let siren: Siren = siren.parse().map_err(|_| expected("`FR`, a key of two, and a SIREN of nine digits"))?;
            let value: u64 = siren.as_str().parse().unwrap_or_default();
            let right = (12 + 3 * (value % 97)) % 97;
            if key.parse::<u64>().is_ok_and(|key| key != right) {
                return Err(expected(&format!("the key `{right:02}` before this SIREN")));
            }
        }
        Ok(Self(plain))
    }
}

impl fmt::Display for VatNumber {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for VatNumber {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<VatNumber> for String {
    fn from(number: VatNumber) -> String {
        number.0
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
        for good in ["000100008", "000500967", " 732 829 320 "] {
            assert!(good.parse::<Siren>().is_ok(), "{good}");
        }
        for bad in ["", "55203253", "0001000084", "552032535", "55203253A", "٥٥٢٠٣٢٥٣٤"] {
            assert!(bad.parse::<Siren>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sirets() {
        for (text, siren) in [
            ("000500967", Some("000500967")),
            ("000 500 967 00013", Some("000500967")),
            ("000.500.967", Some("000500967")),
            ("35600000000048", Some("356000000")),
            ("35600000049837", Some("356000000")),
            ("00050096700014", None),
            ("00050096", None),
            ("0005009670001", None),
            ("", None),
        ] {
            let found = Siren::from_siren_or_siret(text).ok();
            assert_eq!(found.as_ref().map(Siren::as_str), siren, "{text}");
        }
    }

    #[test]
    fn vat_numbers() {
        for (text, siren) in [
            ("FR92000500967", Some("000500967")),
            ("fr 92 000.500.967", Some("000500967")),
            ("FRK7000500967", Some("000500967")),
            ("DE136695976", None),
            ("BE0428759497", None),
        ] {
            let number: VatNumber = text.parse().unwrap();
            assert_eq!(number.siren().as_ref().map(Siren::as_str), siren, "{text}");
        }
        for text in
            ["", "FR", "92000500967", "FR45000500967", "FR92000500968", "F924000500967", "FRé4000500967", "12345"]
        {
            assert!(text.parse::<VatNumber>().is_err(), "{text}");
        }
    }
}
