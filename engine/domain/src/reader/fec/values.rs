//! Days and amounts as FEC files write them.

use chrono::NaiveDate;

use crate::day::Day;
use crate::money::{Currency, Money};
use crate::reader::amounts::{AmountForm, DecimalMark, Evidence, Thousands};

/// The largest amount of one line, in minor units: a hundred billion euros.
const LARGEST: i64 = 10_000_000_000_000;

/// Reads a day: `AAAAMMJJ`, `JJ/MM/AAAA` or `AAAA-MM-JJ` with any separator, a time behind it or not. Empty and nought
/// are no day.
///
/// # Errors
/// Says what was expected.
pub(super) fn day(text: &str) -> Result<Option<Day>, &'static str> {
    const EXPECTED: &str = "expected a date as `AAAAMMJJ`, `JJ/MM/AAAA` or `AAAA-MM-JJ`";
    let date = match text.find([' ', 'T']) {
        Some(at) => text.get(..at).unwrap_or_default(),
        None => text,
    };
    if date.bytes().all(|byte| matches!(byte, b'0' | b'/' | b'-' | b'.')) {
        return Ok(None);
    }
    let numbers =
        if date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()) { packed(date) } else { separated(date) };
    let (year, month, day) = numbers.ok_or(EXPECTED)?;
    let date = NaiveDate::from_ymd_opt(year, month, day)
        .ok_or("no such day in the calendar, expected a date as `AAAAMMJJ`")?;
    Day::from_date(date).map(Some).map_err(|_| "expected a day from 1900-01-01 to 2199-12-31")
}

type Numbers = Option<(i32, u32, u32)>;

/// Eight digits: the year first, else last. Both cannot be a day: a year from 1900 on is no month and day.
fn packed(date: &str) -> Numbers {
    let number = |from, to| date.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let year = |from, to| number(from, to).and_then(|year| i32::try_from(year).ok());
    let first = (year(0, 4)?, number(4, 6)?, number(6, 8)?);
    let last = (year(4, 8)?, number(2, 4)?, number(0, 2)?);
    let is_day =
        |(year, month, day): (i32, u32, u32)| year >= 1900 && NaiveDate::from_ymd_opt(year, month, day).is_some();
    Some(if !is_day(first) && is_day(last) { last } else { first })
}

fn separated(date: &str) -> Numbers {
    let separator = date.chars().find(|letter| matches!(letter, '/' | '-' | '.'))?;
    let mut parts = date.split(separator);
    let (Some(first), Some(second), Some(third), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return None;
    };
    let number = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        let fits = lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok()).flatten()
    };
    let month = number(second, 1..=2)?;
    let (year, day) = if first.len() == 4 {
        (number(first, 4..=4)?, number(third, 1..=2)?)
    } else if third.len() == 2 {
        // Books of the last century are read by nobody.
        (2000 + number(third, 2..=2)?, number(first, 1..=2)?)
    } else {
        (number(third, 4..=4)?, number(first, 1..=2)?)
    };
    Some((i32::try_from(year).ok()?, month, day))
}

/// What stands before cents in a file, where single amounts such as `1,500` leave it open.
pub(super) type Mark = Option<DecimalMark>;

/// What an amount is, or why it is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AmountTrouble {
    /// `1,500`: thousands or three decimals; the file must tell.
    Unclear,
    /// No amount.
    Unreadable,
    /// Beyond what is accepted.
    TooLarge,
}

impl AmountTrouble {
    /// What was expected.
    pub fn expected(self) -> &'static str {
        match self {
            AmountTrouble::Unclear => {
                "expected an amount such as `1234,50`; thousands and three decimals cannot be told apart here"
            }
            AmountTrouble::Unreadable => "expected an amount with at most 2 decimals such as `1234,50`",
            AmountTrouble::TooLarge => "allowed at most 100000000000,00",
        }
    }
}

/// Reads an amount in cents; empty is nought.
///
/// # Errors
/// Says why it is none.
pub(super) fn cents(text: &str, mark: Mark) -> Result<i64, AmountTrouble> {
    if text.is_empty() {
        return Ok(0);
    }
    match plain_cents(text.as_bytes()) {
        Some(minor) => Ok(minor),
        None => written_otherwise(text, mark, Currency::EUR),
    }
}

/// Reads an amount of another currency in its minor unit.
pub(super) fn minor(text: &str, mark: Mark, currency: Currency) -> Result<i64, AmountTrouble> {
    written_otherwise(text, mark, currency)
}

/// The plain form, of which a file has millions: digits, at most one mark and two decimals, a minus before them.
fn plain_cents(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mark = digits.iter().position(|byte| matches!(byte, b',' | b'.'));
    let (whole, fraction) = match mark {
        Some(at) => (digits.get(..at)?, digits.get(at + 1..)?),
        None => (digits, &[][..]),
    };
    if whole.is_empty() || whole.len() > 11 || fraction.len() > 2 {
        return None;
    }
    let number = |digits: &[u8]| {
        digits
            .iter()
            .try_fold(0_i64, |number, byte| byte.is_ascii_digit().then(|| number * 10 + i64::from(byte - b'0')))
    };
    let scale = if fraction.len() == 1 { 10 } else { 1 };
    let minor = number(whole)? * 100 + number(fraction)? * scale;
    Some(if negative { -minor } else { minor })
}

fn written_otherwise(text: &str, mark: Mark, currency: Currency) -> Result<i64, AmountTrouble> {
    let text: String = text.trim_matches(|letter: char| letter.is_whitespace() || letter == '€').to_owned();
    let (mut digits, sign) = match text.strip_suffix(['-', '+']) {
        Some(digits) if !digits.starts_with(['-', '+']) => (digits.trim(), if text.ends_with('-') { "-" } else { "" }),
        _ => (text.as_str(), ""),
    };
    let sign = match digits.strip_prefix(['-', '+']) {
        Some(rest) if sign.is_empty() => {
            let minus = digits.starts_with('-');
            digits = rest.trim();
            if minus { "-" } else { "" }
        }
        _ => sign,
    };
    if digits.starts_with(['-', '+']) {
        return Err(AmountTrouble::Unreadable);
    }
    let shifted = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => shifted(mantissa, exponent).ok_or(AmountTrouble::Unreadable)?,
        None => digits.to_owned(),
    };
    let form = form_of(&shifted, mark)?;
    let money = form.parse(&shifted, currency).map_err(|reason| {
        if reason.starts_with("allowed") { AmountTrouble::TooLarge } else { AmountTrouble::Unreadable }
    })?;
    if money.minor().saturating_abs() > LARGEST {
        return Err(AmountTrouble::TooLarge);
    }
    Ok(if sign == "-" { -Money::minor(money) } else { money.minor() })
}

/// How one amount is written: two marks tell each other apart, and a mark that stands twice groups thousands.
fn form_of(text: &str, mark: Mark) -> Result<AmountForm, AmountTrouble> {
    use DecimalMark::{Comma, Point};
    let spaced = text.contains(char::is_whitespace).then_some(Thousands::Space);
    let spaced = spaced.or_else(|| text.contains(['\'', '’']).then_some(Thousands::Apostrophe));
    let count = |mark| text.matches(mark).count();
    Ok(match (count(','), count('.')) {
        (0, 0) => AmountForm { decimal: Comma, thousands: spaced },
        (1, 0) | (0, 1) if spaced.is_none() && Evidence::of(text) == Evidence::Unclear => match mark {
            Some(decimal) => {
                let thousands = match (decimal, text.contains(',')) {
                    (Comma, false) => Some(Thousands::Point),
                    (Point, true) => Some(Thousands::Comma),
                    _ => None,
                };
                AmountForm { decimal, thousands }
            }
            None => return Err(AmountTrouble::Unclear),
        },
        (1, 0) => AmountForm { decimal: Comma, thousands: spaced },
        (0, 1) => AmountForm { decimal: Point, thousands: spaced },
        (1, _) if text.rfind(',') > text.rfind('.') => AmountForm { decimal: Comma, thousands: Some(Thousands::Point) },
        (_, 1) if text.rfind('.') > text.rfind(',') => AmountForm { decimal: Point, thousands: Some(Thousands::Comma) },
        (_, 0) => AmountForm { decimal: Point, thousands: Some(Thousands::Comma) },
        (0, _) => AmountForm { decimal: Comma, thousands: Some(Thousands::Point) },
        _ => return Err(AmountTrouble::Unreadable),
    })
}

/// A number with an exponent, written out with a point; digits are moved, never rounded.
fn shifted(mantissa: &str, exponent: &str) -> Option<String> {
    const FARTHEST: i32 = 20;
    let exponent: i32 =
        exponent.trim_start_matches('+').parse().ok().filter(|exponent: &i32| exponent.abs() <= FARTHEST)?;
    let at = mantissa.find([',', '.']);
    let (whole, fraction) = at.map_or((mantissa, ""), |at| {
        (mantissa.get(..at).unwrap_or_default(), mantissa.get(at + 1..).unwrap_or_default())
    });
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || digits.len() > 30 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let zeros = |count: i32| "0".repeat(usize::try_from(count).unwrap_or(0));
    let length = i32::try_from(digits.len()).ok()?;
    let padded = format!("{}{digits}{}", zeros(1 - point), zeros(point - length));
    let point = usize::try_from(point.max(1)).ok()?;
    let (whole, fraction) = padded.split_at_checked(point)?;
    // A trailing nought tells that three digits behind the mark are decimals.
    Some(format!("{whole}.{fraction}0000"))
}

/// What an amount tells of the file's mark.
pub(super) fn evidence(text: &str) -> Mark {
    match Evidence::of(text.trim_end_matches(['-', '+'])) {
        Evidence::Comma => Some(DecimalMark::Comma),
        Evidence::Point => Some(DecimalMark::Point),
        Evidence::Unclear | Evidence::None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days() {
        for (text, expected) in [
            ("20250131", Some("2025-01-31")),
            ("31012025", Some("2025-01-31")),
            ("20122025", Some("2025-12-20")),
            ("20102010", Some("2010-10-20")),
            ("31/01/2025", Some("2025-01-31")),
            ("1/2/2025", Some("2025-02-01")),
            ("31-01-2025", Some("2025-01-31")),
            ("31.01.25", Some("2025-01-31")),
            ("2025-01-31", Some("2025-01-31")),
            ("2025/01/31", Some("2025-01-31")),
            ("31/01/2025 00:00:00", Some("2025-01-31")),
            ("2025-01-31T08:15:00", Some("2025-01-31")),
            ("", None),
            ("000000", None),
            ("00000000", None),
            ("00/00/0000", None),
        ] {
            assert_eq!(day(text).unwrap().map(|day| day.to_string()).as_deref(), expected, "{text}");
        }
        for text in ["20250231", "31/13/2025", "2025", "demain", "1-2", "99999999", "2025013", "é/01/2025"] {
            assert!(day(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts() {
        for (text, minor) in [
            ("", 0),
            ("0", 0),
            ("1234,5", 123_450),
            ("1234.50", 123_450),
            ("-12,50", -1_250),
            ("12,50-", -1_250),
            ("12,50+", 1_250),
            ("+12,50", 1_250),
            ("1 234,50", 123_450),
            ("1\u{a0}234\u{202f}567,8", 123_456_780),
            ("1.234,50", 123_450),
            ("1,234.50", 123_450),
            ("1.234.567", 123_456_700),
            ("1,23450E+03", 123_450),
            ("1.5e2", 15_000),
            ("-1E-2", -1),
            ("125e-1", 1_250),
            ("0,500", 50),
            ("1234,500", 123_450),
            ("12,5000", 1_250),
            ("12,50 €", 1_250),
            ("1'234,50", 123_450),
        ] {
            assert_eq!(cents(text, None), Ok(minor), "{text}");
        }
        assert_eq!(cents("1,500", None), Err(AmountTrouble::Unclear));
        assert_eq!(cents("1,500", Some(DecimalMark::Comma)), Ok(150));
        assert_eq!(cents("1,500", Some(DecimalMark::Point)), Ok(150_000));
        assert_eq!(cents("99999999999999", None), Err(AmountTrouble::TooLarge));
        for text in ["x", "-", "1,2,3", "12,345", "1e99", "--1", "1,005", "1 23,50", "٣", "NaN"] {
            assert!(cents(text, None).is_err(), "{text}");
        }
    }
}
