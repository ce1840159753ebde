//! Amounts as files write them.

use crate::error::DomainError;
use crate::money::{Currency, Money};

/// What stands between units and cents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1234.50`.
    Point,
    /// `1234,50`.
    Comma,
}

impl DecimalMark {
    /// Every mark with the text that stands in map files.
    pub const ALL: &'static [(DecimalMark, &'static str)] = &[(DecimalMark::Point, "."), (DecimalMark::Comma, ",")];
}

/// What stands between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thousands {
    /// Any space, no-break spaces among them.
    Space,
    /// A point.
    Point,
    /// A comma.
    Comma,
    /// An apostrophe, straight or curly.
    Apostrophe,
}

impl Thousands {
    /// Every separator with the text that stands in map files.
    pub const ALL: &'static [(Thousands, &'static str)] =
        &[(Thousands::Space, " "), (Thousands::Point, "."), (Thousands::Comma, ","), (Thousands::Apostrophe, "'")];

    fn is(self, letter: char) -> bool {
        match self {
            Thousands::Space => letter.is_whitespace(),
            Thousands::Point => letter == '.',
            Thousands::Comma => letter == ',',
            Thousands::Apostrophe => matches!(letter, '\'' | '’'),
        }
    }
}

/// How the amounts of one file are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AmountForm {
    pub decimal: DecimalMark,
    pub thousands: Option<Thousands>,
}

impl AmountForm {
    /// Reads an amount.
    ///
    /// # Errors
    /// Says what was expected.
    pub fn parse(self, text: &str, currency: Currency) -> Result<Money, String> {
        let plain = match (self.thousands, self.decimal) {
            (None, DecimalMark::Point) => {
                return Money::parse(text, currency).map_err(|error| self.told(text, currency, &error));
            }
            (Some(separator), _) => self.ungrouped(text, separator).unwrap_or_else(|| text.to_owned()),
            (None, DecimalMark::Comma) => text.to_owned(),
        };
        let plain = match self.decimal {
            DecimalMark::Point => plain,
            // A point must not slip through as a decimal mark.
            DecimalMark::Comma => plain
                .chars()
                .map(|letter| match letter {
                    ',' => '.',
                    '.' => ',',
                    other => other,
                })
                .collect(),
        };
        Money::parse(&plain, currency).map_err(|error| self.told(text, currency, &error))
    }

    /// The text without its separators, when they stand before groups of three digits.
    fn ungrouped(self, text: &str, separator: Thousands) -> Option<String> {
        let mark = if self.decimal == DecimalMark::Comma { ',' } else { '.' };
        let (whole, fraction) = text.find(mark).map_or((text, ""), |at| text.split_at(at));
        let mut groups = whole.split(|letter| separator.is(letter));
        let first = groups.next()?;
        let mut plain = first.to_owned();
        for group in groups {
            if group.len() != 3 {
                return None;
            }
            plain.push_str(group);
        }
        let grouped = plain.len() > first.len();
        let digits = first.trim_start_matches(['-', '+']).len();
        (!grouped || (1..=3).contains(&digits)).then(|| plain + fraction)
    }

    fn told(self, text: &str, currency: Currency, error: &DomainError) -> String {
        let example = match (currency.decimals(), self.decimal) {
            (0, _) => "1234",
            (_, DecimalMark::Comma) => "1234,50",
            (_, DecimalMark::Point) => "1234.50",
        };
        let hint = match self.decimal {
            _ if self.thousands.is_none() && text.contains(char::is_whitespace) => {
                "; hint: spaces between thousands need `decimal` and `thousands = \" \"` in a map file"
            }
            DecimalMark::Point if text.contains(',') => "; hint: decimal commas need `decimal = \",\"` in a map file",
            DecimalMark::Comma if text.contains('.') => {
                "; hint: the decimal mark of this file is a comma, points between thousands need `thousands = \".\"` \
                 in a map file"
            }
            _ => "",
        };
        match error {
            DomainError::OutOfRange { allowed, .. } => format!("allowed {allowed}"),
            DomainError::Unreadable { expected, .. } => format!("expected {expected} such as `{example}`{hint}"),
            DomainError::CurrencyMismatch { .. } => error.to_string(),
        }
    }
}

/// What one written amount tells about the file's decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Evidence {
    /// `1234.5`: a point, and no thousands separator.
    Point,
    /// `1234,5`: a comma, and no thousands separator.
    Comma,
    /// `1.500`: either.
    Unclear,
    /// Nothing.
    None,
}

impl Evidence {
    /// Looks at a text.
    pub fn of(text: &str) -> Self {
        let digits = text.trim_start_matches(['-', '+']);
        let mut marks = digits.bytes().filter(|byte| matches!(byte, b'.' | b','));
        let (Some(mark), None) = (marks.next(), marks.next()) else { return Evidence::None };
        let Some((whole, fraction)) = digits.split_once(char::from(mark)) else { return Evidence::None };
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || fraction.is_empty() {
            return Evidence::None;
        }
        let grouped = fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        match mark {
            _ if grouped => Evidence::Unclear,
            b',' => Evidence::Comma,
            _ => Evidence::Point,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(decimal: DecimalMark, thousands: Option<Thousands>) -> AmountForm {
        AmountForm { decimal, thousands }
    }

    #[test]
    fn amounts() {
        use DecimalMark::{Comma, Point};
        for (form, text, minor) in [
            (form(Point, None), "-12.5", -1_250),
            (form(Comma, None), "1234,50", 123_450),
            (form(Comma, Some(Thousands::Space)), "-1\u{a0}234\u{202f}567,8", -123_456_780),
            (form(Comma, Some(Thousands::Point)), "1.234,50", 123_450),
            (form(Point, Some(Thousands::Comma)), "1,234,567", 123_456_700),
            (form(Point, Some(Thousands::Apostrophe)), "1’234.5", 123_450),
            (form(Point, Some(Thousands::Comma)), "1234.5", 123_450),
        ] {
            assert_eq!(form.parse(text, Currency::EUR).map(Money::minor), Ok(minor), "{text}");
        }
        for (form, text) in [
            (form(Comma, None), "1.50"),
            (form(Comma, None), "1,5,0"),
            (form(Comma, Some(Thousands::Point)), "1.50"),
            (form(Comma, Some(Thousands::Point)), "1234.500"),
            (form(Comma, Some(Thousands::Point)), ".500"),
            (form(Point, Some(Thousands::Comma)), "1,23,456"),
        ] {
            assert!(form.parse(text, Currency::EUR).is_err(), "{text}");
        }
    }

    #[test]
    fn told() {
        use DecimalMark::{Comma, Point};
        let expected = "expected a number with at most 2 decimals such as";
        for (form, text, reason) in [
            (form(Point, None), "1e300", format!("{expected} `1234.50`")),
            (
                form(Point, None),
                "1234,50",
                format!("{expected} `1234.50`; hint: decimal commas need `decimal = \",\"` in a map file"),
            ),
            (
                form(Comma, None),
                "1 234,50",
                format!(
                    "{expected} `1234,50`; hint: spaces between thousands need `decimal` and `thousands = \" \"` in a map file"
                ),
            ),
            (form(Point, None), "99999999999999999999", "allowed at most 10000000000000.00".to_owned()),
        ] {
            assert_eq!(form.parse(text, Currency::EUR), Err(reason));
        }
    }

    #[test]
    fn evidence() {
        for (text, expected) in [
            ("1234.5", Evidence::Point),
            ("0.500", Evidence::Point),
            ("1234.500", Evidence::Point),
            ("-12,50", Evidence::Comma),
            ("1.500", Evidence::Unclear),
            ("1,500", Evidence::Unclear),
            ("1500", Evidence::None),
            ("1.234,5", Evidence::None),
            ("abc.d", Evidence::None),
        ] {
            assert_eq!(Evidence::of(text), expected, "{text}");
        }
    }
}
