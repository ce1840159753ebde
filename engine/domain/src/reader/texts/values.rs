//! Texts to days and cents.

use super::layout::Amounts;
use crate::day::Day;
use crate::money::{Currency, Money};
use crate::reader::dates::DateForm;

/// A day that may be left out: blank, noughts and 1 January 1900 say that there is none.
///
/// # Errors
/// Says what was expected.
pub(super) fn day_or_none(text: &str, form: &DateForm) -> Result<Option<Day>, String> {
    let is_none = text.bytes().all(|byte| byte == b'0') || matches!(text, "01011900" | "19000101");
    if is_none { Ok(None) } else { form.parse(text).map(Some).map_err(without_map_hint) }
}

/// A day that must be there.
///
/// # Errors
/// Says what was expected.
pub(super) fn day(text: &str, form: &DateForm) -> Result<Day, String> {
    day_or_none(text, form)?.ok_or_else(|| "the day is missing".to_owned())
}

/// These texts have a date form of their own: nobody can change it by a map of columns.
fn without_map_hint(reason: String) -> String {
    reason.split_once("; ").map(|(reason, _)| reason.to_owned()).unwrap_or(reason)
}

/// Cents of an amount; blank is none.
///
/// # Errors
/// Says what was expected.
pub(super) fn cents(text: &str, written: Amounts) -> Result<Option<i64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let (digits, negative) = signed(text);
    let amount = match written {
        Amounts::Cents => whole_cents(digits),
        Amounts::Decimal | Amounts::Ask => decimal_cents(digits),
    }?;
    Ok(Some(if negative { -amount } else { amount }))
}

/// The sign may stand before or behind.
fn signed(text: &str) -> (&str, bool) {
    let before = text.strip_prefix(['-', '+']).map(|digits| (digits, text.starts_with('-')));
    let behind = || text.strip_suffix(['-', '+']).map(|digits| (digits, text.ends_with('-')));
    before.or_else(behind).map_or((text, false), |(digits, negative)| (digits.trim(), negative))
}

fn whole_cents(digits: &str) -> Result<i64, String> {
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let amount = digits.parse::<i64>().ok().filter(|amount| is_whole && *amount <= crate::money::LARGEST_MINOR);
    amount.ok_or_else(|| "expected whole cents such as `123450`".to_owned())
}

fn decimal_cents(digits: &str) -> Result<i64, String> {
    let expected = || "expected an amount with at most 2 decimals such as `1234,50`, no thousands separator".to_owned();
    let plain = digits.replace(',', ".");
    // `1,500` may be fifteen hundred.
    let unclear = plain.split_once('.').is_some_and(|(_, fraction)| fraction.len() == 3);
    let starts_plain = plain.starts_with(|letter: char| letter.is_ascii_digit() || letter == '.');
    if unclear || !starts_plain {
        return Err(expected());
    }
    Money::parse(&plain, Currency::EUR).map(Money::minor).map_err(|_| expected())
}

/// Whether an amount shows its decimal mark.
pub(super) fn has_mark(text: &str) -> bool {
    text.contains([',', '.'])
}

/// Whether a text reads as an amount in one of the two ways.
pub(super) fn is_amount(text: &str) -> bool {
    !text.is_empty() && cents(text, Amounts::Decimal).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts() {
        for (text, written, expected) in [
            ("1234,50", Amounts::Decimal, Ok(Some(123_450))),
            ("1234.5", Amounts::Decimal, Ok(Some(123_450))),
            ("-12", Amounts::Decimal, Ok(Some(-1_200))),
            ("12,50-", Amounts::Decimal, Ok(Some(-1_250))),
            ("+0,01", Amounts::Decimal, Ok(Some(1))),
            ("000123450", Amounts::Cents, Ok(Some(123_450))),
            ("", Amounts::Cents, Ok(None)),
            ("0,00", Amounts::Decimal, Ok(Some(0))),
        ] {
            assert_eq!(cents(text, written), expected, "{text}");
        }
        for (text, written) in [
            ("1,500", Amounts::Decimal),
            ("1 234,50", Amounts::Decimal),
            ("1.234,50", Amounts::Decimal),
            ("--5", Amounts::Decimal),
            ("12,50", Amounts::Cents),
            ("-", Amounts::Cents),
            ("99999999999999999999", Amounts::Cents),
            ("NaN", Amounts::Decimal),
        ] {
            assert!(cents(text, written).is_err(), "{text}");
        }
    }

    #[test]
    fn days() {
        let form = DateForm::new("%d%m%Y").unwrap();
        assert_eq!(day_or_none("31012026", &form), Ok(Some("2026-01-31".parse().unwrap())));
        for none in ["", "00000000", "01011900"] {
            assert_eq!(day_or_none(none, &form), Ok(None));
        }
        for text in ["31022026", "2026-01-31", "3101202"] {
            assert!(day_or_none(text, &form).is_err(), "{text}");
        }
        assert!(day("01011900", &form).is_err());
    }
}
