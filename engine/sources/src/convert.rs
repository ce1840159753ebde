//! What the systems' values have in common: amounts as text or number, ids as number or text, and the hash that says
//! whether a line of a list has changed.

use encours_domain::{Currency, Day, Money};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::moment::day_of;
use crate::pull::{Content, PulledRecord, Remark};

/// An amount as a system writes it. A number that is no whole number of minor units is refused when it is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Amount {
    /// `"2520.000"`
    Text(String),
    /// `2520.0`
    Number(f64),
}

/// Reads an amount.
pub(crate) fn money(field: &str, amount: &Amount, currency: Currency) -> Result<Money, Remark> {
    match amount {
        Amount::Text(text) => {
            Money::parse(text.trim(), currency).map_err(|error| Remark::new(field, text, error.to_string()))
        }
        Amount::Number(number) => {
            Money::from_major_float(*number, currency).map_err(|error| Remark::new(field, number, error.to_string()))
        }
    }
}

/// Reads a currency code.
pub(crate) fn currency(field: &str, code: &str) -> Result<Currency, Remark> {
    code.parse().map_err(|error: encours_domain::DomainError| Remark::new(field, code, error.to_string()))
}

/// Reads a day, or the day in Paris of a time stamp.
pub(crate) fn day(field: &str, text: &str) -> Result<Day, Remark> {
    day_of(text).map_err(|error| Remark::new(field, text, error.to_string()))
}

/// A value that must be there.
pub(crate) fn needed<'v, T>(field: &str, value: Option<&'v T>, expected: &str) -> Result<&'v T, Remark> {
    value.ok_or_else(|| Remark::new(field, "", format!("nothing is there; expected {expected}")))
}

/// An invoice number that can be used.
pub(crate) fn number(field: &str, text: Option<&String>) -> Result<String, Remark> {
    let text = text.map(|text| text.trim()).filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or_else(|| Remark::new(field, "", "nothing is there; expected the invoice's number"))
}

/// The remark about a word that is not known.
pub(crate) fn unknown_word(field: &str, word: &str, known: &[&str]) -> Remark {
    Remark::new(field, word, format!("an unknown word; expected one of: {}", known.join(", ")))
}

/// Hash of what was read of a line. Fields that are not read (addresses that expire) change nothing.
pub(crate) fn version<T: Serialize>(line: &T) -> String {
    let bytes = serde_json::to_vec(line).unwrap_or_default();
    hex::encode(Sha256::digest(&bytes))
}

/// A record from a conversion: what cannot be read is kept as such and told.
pub(crate) fn record(id: String, version: String, read: Result<(Content, Vec<Remark>), Remark>) -> PulledRecord {
    match read {
        Ok((content, notes)) => PulledRecord { id, version, content, notes },
        Err(remark) => PulledRecord { id, version, content: Content::Unreadable(remark), notes: Vec::new() },
    }
}

/// The SIREN in a registration number, which may be a SIREN or a SIRET; nothing when its check digit is wrong.
pub(crate) fn siren(text: Option<&str>) -> Option<String> {
    let digits: String = text?.chars().filter(char::is_ascii_digit).collect();
    let nine = match digits.len() {
        9 | 14 => digits.get(..9)?,
        _ => return None,
    };
    nine.parse::<encours_domain::Siren>().ok().map(|siren| siren.as_str().to_owned())
}
