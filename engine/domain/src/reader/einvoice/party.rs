//! Who sells and who buys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::raw::RawParty;
use super::xml::Element;
use crate::identity::Siren;

/// A company as an e-invoice names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Party {
    /// Its name (BT-27, BT-44).
    pub name: Option<String>,
    /// Its SIREN, from its registration, its VAT number or its electronic address.
    pub siren: Option<Siren>,
    /// Its VAT number (BT-31, BT-48), without blanks.
    pub vat_number: Option<String>,
    /// Its electronic address (BT-34, BT-49).
    pub address: Option<String>,
    /// Its registration, where that is no SIREN.
    pub registration: Option<String>,
}

impl Party {
    /// What it is told by: SIREN, else VAT number, else registration, else electronic address, else name.
    pub fn key(&self) -> Option<&str> {
        let siren = self.siren.as_ref().map(Siren::as_str);
        let others = [&self.vat_number, &self.registration, &self.address, &self.name];
        siren.or_else(|| others.into_iter().find_map(|text| text.as_deref()))
    }

    /// From an invoice's elements.
    pub(super) fn of(raw: &RawParty<'_>) -> Self {
        let vat_number = raw.vat.map(|vat| without_blanks(&vat.text).to_uppercase());
        let registered = raw.registered.into_iter().chain(raw.numbers.iter().copied());
        let siren = registered
            .filter_map(siren_of)
            .next()
            .or_else(|| vat_number.as_deref().and_then(siren_of_vat))
            .or_else(|| raw.address.and_then(siren_of));
        let registration = raw.registered.filter(|id| siren_of(id).is_none()).map(|id| without_blanks(&id.text));
        Self {
            name: raw.name.map(|name| name.text.split_whitespace().collect::<Vec<_>>().join(" ")),
            siren,
            vat_number,
            address: raw.address.map(|address| address.text.clone()),
            registration,
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, key) = (self.name.as_deref().unwrap_or_default(), self.key().unwrap_or("a company without a name"));
        if name.is_empty() || name == key {
            write!(formatter, "`{key}`")
        } else {
            write!(formatter, "`{name}` ({key})")
        }
    }
}

fn without_blanks(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// The SIREN in a number of a scheme: 0002 is a SIREN, 0009 a SIRET, 0225 a French electronic address, which begins with
/// the SIREN. A number without scheme counts where it is nine digits of which the last is the check digit.
fn siren_of(id: &Element) -> Option<Siren> {
    let text = without_blanks(&id.text);
    match id.attribute("schemeID") {
        Some("0002") => text.parse().ok(),
        Some("0009") if text.len() == 14 => text.get(..9)?.parse().ok(),
        Some("0225") => text.split('_').next()?.parse().ok(),
        Some(_) => None,
        None => text.parse().ok(),
    }
}

/// The SIREN in a French VAT number: `FR`, a key of two figures, the SIREN. The key is
/// (12 + 3 × (SIREN mod 97)) mod 97; keys with letters exist and cannot be checked.
pub(super) fn siren_of_vat(vat: &str) -> Option<Siren> {
    let digits = vat.strip_prefix("FR")?;
    let (key, siren) = digits.split_at_checked(2)?;
    let siren: Siren = siren.parse().ok()?;
    let number: u64 = siren.as_str().parse().ok()?;
    match key.parse::<u64>() {
        Ok(key) => (key == (12 + 3 * (number % 97)) % 97).then_some(siren),
        Err(_) => key.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some(siren),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vat_numbers() {
        // By hand: 500967 − 97 × 5164 = 59; 12 + 3 × 59 = 189; 189 − 97 = 92.
        assert_eq!(siren_of_vat("FR92000500967").map(|siren| siren.to_string()).as_deref(), Some("000500967"));
        for other in ["FR93000500967", "FR92000500968", "DE92000500967", "FR9200050096", ""] {
            assert_eq!(siren_of_vat(other), None, "{other}");
        }
    }
}
