//! Money: an integer of the currency's minor unit, never a float.

use std::fmt;
use std::str::FromStr;

use serde::ser::SerializeStruct;
use serde::{Deserialize, Serialize, Serializer};

use crate::error::DomainError;

/// An ISO 4217 currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(iso_currency::Currency::EUR);

    /// The three-letter code.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Decimals of the minor unit: 2 for the euro, 0 for the yen. Currencies without one (gold) count as 0.
    pub fn decimals(self) -> u32 {
        self.0.exponent().map_or(0, u32::from)
    }

    /// Minor units in one major unit.
    pub fn scale(self) -> i64 {
        10_i64.pow(self.decimals())
    }
}

impl PartialOrd for Currency {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Currency {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code().cmp(other.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Currency {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        iso_currency::Currency::from_code(text)
            .map(Self)
            .ok_or_else(|| DomainError::unreadable("currency", text, "a three-letter ISO 4217 code such as EUR"))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// The largest amount accepted from outside, in minor units: ten thousand billion euros. Sums of a whole ledger then
/// stay far inside 128 bits, and a client's inside 64.
pub const LARGEST_MINOR: i64 = 1_000_000_000_000_000;

/// An amount in one currency.
///
/// ```
/// use encours_domain::{Currency, Money};
/// let price = Money::parse("1234.50", Currency::EUR)?;
/// assert_eq!(price.minor(), 123_450);
/// assert_eq!(price.to_string(), "1234.50 EUR");
/// assert!(Money::parse("0.001", Currency::EUR).is_err());
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

impl Money {
    /// An amount of minor units (cents).
    pub const fn from_minor(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing.
    pub const fn zero(currency: Currency) -> Self {
        Self::from_minor(0, currency)
    }

    /// Minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// Reads a plain decimal number: digits, at most one decimal point, an optional sign.
    ///
    /// # Errors
    /// When the text is no such number, has more decimals than the currency, or is larger than [`LARGEST_MINOR`].
    pub fn parse(text: &str, currency: Currency) -> Result<Self, DomainError> {
        let expected = || DomainError::unreadable("amount", text, allowed_decimals(currency));
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty()) || !all_digits(whole) || !all_digits(fraction) {
            return Err(expected());
        }
        let fraction = fraction.trim_end_matches('0');
        let decimals = usize::try_from(currency.decimals()).unwrap_or(0);
        if fraction.len() > decimals {
            return Err(expected());
        }
        let minor = format!("{whole}{fraction:0<decimals$}").parse::<i64>().ok();
        let minor = minor.filter(|&minor| minor <= LARGEST_MINOR);
        let minor = minor.ok_or_else(|| Self::too_large(text, currency))?;
        Ok(Self::from_minor(if negative { -minor } else { minor }, currency))
    }

    /// Takes a float column's value (Parquet, spreadsheets), which must be a whole number of minor units to within a
    /// millionth of one.
    ///
    /// # Errors
    /// When it is not finite, too large, or finer than the currency's minor unit.
    pub fn from_major_float(value: f64, currency: Currency) -> Result<Self, DomainError> {
        minor_from_float(value, currency).map(|minor| Self::from_minor(minor, currency))
    }

    /// The sum.
    ///
    /// # Errors
    /// When the currencies differ or the sum leaves 64 bits.
    pub fn plus(self, other: Money) -> Result<Self, DomainError> {
        self.same_currency(other)?;
        let minor = self.minor.checked_add(other.minor);
        minor.map(|minor| Self::from_minor(minor, self.currency)).ok_or_else(|| Self::too_large("sum", self.currency))
    }

    /// The difference.
    ///
    /// # Errors
    /// As [`Money::plus`].
    pub fn minus(self, other: Money) -> Result<Self, DomainError> {
        self.plus(Self::from_minor(-other.minor, other.currency))
    }

    /// The amount times a finite factor, rounded half away from nought to the minor unit and held inside 64 bits.
    pub fn times(self, factor: f64) -> Self {
        // Exact up to 2^53 minor units, ninety thousand billion euros.
        #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "bounded above")]
        let minor = (self.minor as f64 * factor).round() as i64;
        Self::from_minor(minor, self.currency)
    }

    /// As a float of major units, for models and pictures only.
    pub fn major(self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "exact below 2^53 minor units")]
        let (minor, scale) = (self.minor as f64, self.currency.scale() as f64);
        minor / scale
    }

    /// The bare decimal number, `"31.25"`.
    pub fn decimal(self) -> String {
        let scale = self.currency.scale().unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let (whole, fraction) = (self.minor.unsigned_abs() / scale, self.minor.unsigned_abs() % scale);
        match usize::try_from(self.currency.decimals()).unwrap_or(0) {
            0 => format!("{sign}{whole}"),
            decimals => format!("{sign}{whole}.{fraction:0decimals$}"),
        }
    }

    fn same_currency(self, other: Money) -> Result<(), DomainError> {
        if self.currency == other.currency {
            return Ok(());
        }
        let (left, right) = (self.currency.to_string(), other.currency.to_string());
        Err(DomainError::CurrencyMismatch { left, right })
    }

    fn too_large(found: &str, currency: Currency) -> DomainError {
        let most = Money::from_minor(LARGEST_MINOR, currency).decimal();
        DomainError::out_of_range("amount", crate::error::shortened(found), format!("at most {most}"))
    }
}

/// Minor units of a float of major units; see [`Money::from_major_float`].
///
/// # Errors
/// When it is not finite, too large, or finer than the currency's minor unit.
pub fn minor_from_float(value: f64, currency: Currency) -> Result<i64, DomainError> {
    #[expect(clippy::cast_precision_loss, reason = "powers of ten below 10^5 and the bound are exact")]
    let (scale, most) = (currency.scale() as f64, LARGEST_MINOR as f64);
    let scaled = value * scale;
    let rounded = scaled.round();
    if !scaled.is_finite() || rounded.abs() > most {
        return Err(Money::too_large(&format!("{value:e}"), currency));
    }
    // Floats of large amounts are coarser than a millionth of a cent.
    if (scaled - rounded).abs() > 1e-6_f64.max(scaled.abs() * 4.0 * f64::EPSILON) {
        return Err(DomainError::unreadable("amount", &value.to_string(), allowed_decimals(currency)));
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and bounded by LARGEST_MINOR")]
    Ok(rounded as i64)
}

/// What an amount may look like.
pub(crate) fn allowed_decimals(currency: Currency) -> String {
    match currency.decimals() {
        0 => format!("a whole number ({currency} has no decimals)"),
        decimals => format!("a number with at most {decimals} decimals"),
    }
}

impl fmt::Display for Money {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {}", self.decimal(), self.currency)
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Money", 2)?;
        object.serialize_field("amount", &self.decimal())?;
        object.serialize_field("currency", self.currency.code())?;
        object.end()
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Written {
            amount: String,
            currency: String,
        }
        let written = Written::deserialize(deserializer)?;
        let currency = written.currency.parse().map_err(serde::de::Error::custom)?;
        Money::parse(&written.amount, currency).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_plain_decimals_only() {
        let yen: Currency = "JPY".parse().unwrap();
        for (text, currency, minor) in [
            ("0", Currency::EUR, 0),
            ("-12.3", Currency::EUR, -1_230),
            (".5", Currency::EUR, 50),
            ("7.", Currency::EUR, 700),
            ("12.3400", Currency::EUR, 1_234),
            ("1500", yen, 1_500),
        ] {
            assert_eq!(Money::parse(text, currency).unwrap().minor(), minor, "{text}");
        }
        for text in ["", ".", "-", "1e300", "1,5", "1 000", "0.001", "99999999999999999999", "NaN", "١"] {
            assert!(Money::parse(text, Currency::EUR).is_err(), "{text}");
        }
    }

    #[test]
    fn floats_must_be_whole_cents() {
        assert_eq!(minor_from_float(0.29, Currency::EUR).unwrap(), 29);
        assert_eq!(minor_from_float(1_234_567_890.12, Currency::EUR).unwrap(), 123_456_789_012);
        for value in [0.001, 1e300, f64::NAN, f64::INFINITY, 1e13 + 1.0] {
            assert!(minor_from_float(value, Currency::EUR).is_err(), "{value}");
        }
    }

    proptest! {
        #[test]
        fn decimal_text_comes_back(minor in -LARGEST_MINOR..=LARGEST_MINOR) {
            let amount = Money::from_minor(minor, Currency::EUR);
            prop_assert_eq!(Money::parse(&amount.decimal(), Currency::EUR).unwrap(), amount);
        }

        #[test]
        fn cents_survive_a_float(minor in -100_000_000_000_i64..=100_000_000_000) {
            let amount = Money::from_minor(minor, Currency::EUR);
            prop_assert_eq!(minor_from_float(amount.major(), Currency::EUR).unwrap(), minor);
        }
    }
}
