//! What stands around the digits of an amount: a currency, a minus in its various places, blanks between thousands.
//!
//! `(1 234,50 €)`, `1 234,50-`, `- 300 USD` and `USD 300` leave no doubt and are read; which mark is the decimal one is
//! another matter, for the survey of the whole file.

use std::borrow::Cow;

use super::amounts::{DecimalMark, Evidence, Thousands};
use crate::money::Currency;

/// A currency written beside an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// It says which.
    Certain(Currency),
    /// `$` or `¥`: one of several.
    OneOf(&'static [&'static str]),
}

impl Mark {
    /// Whether an amount with this mark can be in a currency.
    pub fn may_be(self, currency: Currency) -> bool {
        match self {
            Mark::Certain(own) => own == currency,
            Mark::OneOf(codes) => codes.contains(&currency.code()),
        }
    }
}

/// An amount without what stands around it: digits, marks, blanks between thousands, and a leading minus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Written<'t> {
    pub digits: Cow<'t, str>,
    pub mark: Option<Mark>,
}

const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "SGD", "HKD"];
const SYMBOLS: &[(&str, Result<&str, &[&str]>)] = &[
    ("€", Ok("EUR")),
    ("euros", Ok("EUR")),
    ("Euros", Ok("EUR")),
    ("euro", Ok("EUR")),
    ("US$", Ok("USD")),
    ("$US", Ok("USD")),
    ("CA$", Ok("CAD")),
    ("£", Ok("GBP")),
    ("$", Err(DOLLARS)),
    ("¥", Err(&["JPY", "CNY"])),
];

impl<'t> Written<'t> {
    /// Takes off what leaves no doubt; anything else stays, and then isn't read as an amount.
    pub fn of(text: &'t str) -> Self {
        let text = text.trim();
        let is_plain = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
        if text.strip_prefix(['-', '+']).unwrap_or(text).bytes().all(is_plain) {
            return Self { digits: Cow::Borrowed(text), mark: None };
        }
        let (outer, rest) = without_mark(text);
        let (in_parentheses, rest) = match rest.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
            Some(inner) => (true, inner.trim()),
            None => (false, rest),
        };
        let (minus, rest) = without_minus(rest);
        let (inner, rest) = without_mark(rest);
        // `EUR -300`: the sign may stand behind the currency.
        let (minus_inside, rest) = without_minus(rest);
        let (signs, marks) = ([in_parentheses, minus, minus_inside], [outer, inner]);
        let is_twofold = |count: usize| count > 1;
        if is_twofold(signs.iter().filter(|sign| **sign).count()) || is_twofold(marks.iter().flatten().count()) {
            return Self { digits: Cow::Borrowed(text), mark: None };
        }
        let negative = signs.contains(&true);
        let digits = if negative { Cow::Owned(format!("-{rest}")) } else { Cow::Borrowed(rest) };
        Self { digits, mark: outer.or(inner) }
    }

    /// The digits without the blanks that stand between groups of three.
    pub fn without_blanks(&self) -> Option<Cow<'_, str>> {
        if !self.digits.contains(char::is_whitespace) {
            return Some(Cow::Borrowed(self.digits.as_ref()));
        }
        let sign = if self.digits.starts_with('-') { "-" } else { "" };
        let unsigned = self.digits.trim_start_matches('-');
        let end = unsigned.find(['.', ',']).unwrap_or(unsigned.len());
        let (whole, fraction) = unsigned.split_at(end);
        let mut groups = whole.split(char::is_whitespace);
        let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
        let first_fits = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_digits(first));
        let others_fit = groups.all(|group| group.len() == 3 && is_digits(group));
        let fits = first_fits && others_fit && !fraction.contains(char::is_whitespace);
        fits.then(|| Cow::Owned(sign.to_owned() + &whole.split(char::is_whitespace).collect::<String>() + fraction))
    }

    /// What the amount tells about the file's decimal mark.
    pub fn evidence(&self) -> Evidence {
        let Some(plain) = self.without_blanks() else { return Evidence::None };
        let grouped_by_blanks = plain.len() < self.digits.len();
        let last = plain.chars().rev().find(|letter| matches!(letter, '.' | ','));
        let of_last = match last {
            Some(',') => Evidence::Comma,
            Some(_) => Evidence::Point,
            None => Evidence::None,
        };
        let mixed = || thousands_before(&plain, last.unwrap_or('.')).is_some();
        match Evidence::of(&plain) {
            Evidence::Unclear if grouped_by_blanks => of_last,
            Evidence::None if mixed() => of_last,
            found => found,
        }
    }

    /// The thousands separator that this one amount shows beside a known decimal mark, where it leaves no doubt.
    pub fn shown_thousands(&self, decimal: DecimalMark) -> Option<Thousands> {
        if self.digits.contains(char::is_whitespace) {
            return Some(Thousands::Space);
        }
        thousands_before(&self.digits, if decimal == DecimalMark::Comma { ',' } else { '.' })
    }
}

/// The other mark, where it stands before the decimal one, at least once and in groups of three.
fn thousands_before(digits: &str, decimal: char) -> Option<Thousands> {
    let (whole, fraction) = digits.rsplit_once(decimal)?;
    let (other, thousands) = if decimal == ',' { ('.', Thousands::Point) } else { (',', Thousands::Comma) };
    let mut groups = whole.trim_start_matches(['-', '+']).split(other);
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first_fits = groups.next().is_some_and(|first| (1..=3).contains(&first.len()) && is_digits(first));
    let mut others = groups.peekable();
    let has_groups = others.peek().is_some();
    let fits =
        first_fits && has_groups && others.all(|group| group.len() == 3 && is_digits(group)) && is_digits(fraction);
    fits.then_some(thousands)
}

/// Takes off one minus: before the digits, or behind them as some accounting programs write it.
fn without_minus(text: &str) -> (bool, &str) {
    const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];
    let before = text.strip_prefix(MINUS).map(str::trim_start);
    let rest = before.or_else(|| text.strip_suffix(MINUS).map(str::trim_end));
    rest.map_or((false, text), |rest| (true, rest))
}

/// Takes off a currency that stands before or behind the digits.
fn without_mark(text: &str) -> (Option<Mark>, &str) {
    for (symbol, meaning) in SYMBOLS {
        let Some(rest) = text.strip_suffix(symbol).or_else(|| text.strip_prefix(symbol)) else { continue };
        let mark = match meaning {
            Ok(code) => code.parse().ok().map(Mark::Certain),
            Err(codes) => Some(Mark::OneOf(codes)),
        };
        return (mark, rest.trim());
    }
    let is_code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let before = text.split_at_checked(3).filter(|(word, _)| is_code(word));
    let behind = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at)).filter(|(_, word)| is_code(word));
    let found = before.or(behind.map(|(rest, word)| (word, rest)));
    match found.and_then(|(word, rest)| Some((word.parse::<Currency>().ok()?, rest))) {
        Some((currency, rest)) if !rest.trim().is_empty() => (Some(Mark::Certain(currency)), rest.trim()),
        _ => (None, text),
    }
}

/// A currency's code or its symbol.
pub(super) fn currency_named(text: &str) -> Option<Currency> {
    let of_symbol = || {
        let (_, meaning) = SYMBOLS.iter().find(|(symbol, _)| *symbol == text)?;
        meaning.ok()?.parse().ok()
    };
    let known = text.parse().or_else(|_| text.to_ascii_uppercase().parse());
    known.ok().or_else(of_symbol)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_undressed() {
        let eur = Some(Mark::Certain(Currency::EUR));
        let usd = Some(Mark::Certain("USD".parse().unwrap()));
        for (text, digits, mark) in [
            ("1234,50", "1234,50", None),
            ("-1234.50", "-1234.50", None),
            ("1 234,50 €", "1 234,50", eur),
            ("1\u{202f}234,50\u{a0}€", "1\u{202f}234,50", eur),
            ("€1,234.50", "1,234.50", eur),
            ("USD 300", "300", usd),
            ("300 USD", "300", usd),
            ("EUR -300", "-300", eur),
            ("-300 EUR", "-300", eur),
            ("$300", "300", Some(Mark::OneOf(DOLLARS))),
            ("(1 234,50)", "-1 234,50", None),
            ("(1 234,50 €)", "-1 234,50", eur),
            ("(12) €", "-12", eur),
            ("1234,50-", "-1234,50", None),
            ("1 234,50 -", "-1 234,50", None),
            ("- 12", "-12", None),
            ("\u{2212}12", "-12", None),
            // Said twice, or no currency: left as it is.
            ("(-12)", "(-12)", None),
            ("EUR 12 €", "EUR 12 €", None),
            ("12 pièces", "12 pièces", None),
            ("EUR", "EUR", None),
        ] {
            assert_eq!(Written::of(text), Written { digits: digits.into(), mark }, "{text}");
        }
    }

    #[test]
    fn what_an_amount_tells() {
        for (text, evidence) in [
            ("1 234,50 €", Evidence::Comma),
            ("1 234,500", Evidence::Comma),
            ("1 234.5", Evidence::Point),
            ("1.234,50", Evidence::Comma),
            ("1,234.50", Evidence::Point),
            ("1,234,567.5", Evidence::Point),
            ("1.234", Evidence::Unclear),
            ("1.234 €", Evidence::Unclear),
            ("1 234", Evidence::None),
            ("1 23,5", Evidence::None),
            ("1.23,5", Evidence::None),
            ("2026-01-31", Evidence::None),
        ] {
            assert_eq!(Written::of(text).evidence(), evidence, "{text}");
        }
    }
}
