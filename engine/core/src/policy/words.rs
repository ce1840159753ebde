//! How amounts, days and shares are written in each language, and French spacing.

use encours_domain::{Bilingual, Currency, Day, Money, Share};

const MONTHS: [(&str, &str); 12] = [
    ("janvier", "January"),
    ("février", "February"),
    ("mars", "March"),
    ("avril", "April"),
    ("mai", "May"),
    ("juin", "June"),
    ("juillet", "July"),
    ("août", "August"),
    ("septembre", "September"),
    ("octobre", "October"),
    ("novembre", "November"),
    ("décembre", "December"),
];

/// A no-break space: before a colon, inside guillemets, before a unit.
pub const NO_BREAK: &str = "\u{a0}";
/// A narrow one: before `;`, `?` and `!`, and between thousands.
pub const NARROW: &str = "\u{202f}";

/// Both sentences; the French one is written with plain spaces and gets its no-break spaces here.
pub(in crate::policy) fn say(fr: impl AsRef<str>, en: impl Into<String>) -> Bilingual {
    Bilingual::new(french(fr.as_ref()), en)
}

/// Puts no-break spaces where French typography wants them.
pub fn french(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len() + 16);
    let mut written = 0;
    for (at, space) in text.match_indices(' ') {
        let (before, after) = (&text[..at], &text[at + space.len()..]);
        let kept = match after.chars().next() {
            Some(':' | '%' | '€' | '»') => NO_BREAK,
            Some(';' | '?' | '!') => NARROW,
            _ if before.ends_with('«') => NO_BREAK,
            _ => continue,
        };
        spaced.push_str(&text[written..at]);
        spaced.push_str(kept);
        written = at + space.len();
    }
    spaced.push_str(&text[written..]);
    spaced
}

/// `18 000,00 €` and `€18,000.00`: for texts that are pasted and signed.
pub fn amount(money: Money) -> Bilingual {
    written(money, Cents::Always)
}

/// `18 000 €` and `€18,000`, cents only where there are some: for screens.
pub fn short_amount(money: Money) -> Bilingual {
    written(money, Cents::WhereThereAreSome)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cents {
    Always,
    WhereThereAreSome,
}

fn written(money: Money, cents: Cents) -> Bilingual {
    let decimal = money.decimal();
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal.as_str()), |digits| ("−", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, ""), |(whole, fraction)| (whole, fraction));
    let shown = cents == Cents::Always || fraction.bytes().any(|digit| digit != b'0');
    let number = |separator: &str, point: &str| {
        let fraction = if shown && !fraction.is_empty() { format!("{point}{fraction}") } else { String::new() };
        format!("{}{fraction}", grouped(whole, separator))
    };
    let (fr, en) = (number(NARROW, ","), number(",", "."));
    if money.currency() == Currency::EUR {
        return Bilingual::new(format!("{sign}{fr}{NO_BREAK}€"), format!("{sign}€{en}"));
    }
    let code = money.currency().code();
    Bilingual::new(format!("{sign}{fr}{NO_BREAK}{code}"), format!("{code}{NO_BREAK}{sign}{en}"))
}

/// A count: `27 304` and `27,304`.
pub fn count(number: u64) -> Bilingual {
    let digits = number.to_string();
    Bilingual::new(grouped(&digits, NARROW), grouped(&digits, ","))
}

/// Digits in threes.
fn grouped(digits: &str, separator: &str) -> String {
    let length = digits.len();
    let mut spaced = String::with_capacity(length * 2);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (length - position).is_multiple_of(3) {
            spaced.push_str(separator);
        }
        spaced.push(digit);
    }
    spaced
}

/// `19 juillet 2026` and `19 July 2026`.
pub(in crate::policy) fn date(day: Day) -> Bilingual {
    let month = usize::try_from(day.month()).unwrap_or(1);
    let (year, (fr, en)) = (day.year(), MONTHS.get(month.saturating_sub(1)).copied().unwrap_or(MONTHS[0]));
    let number = day.day_of_month();
    let french_number = if number == 1 { "1er".to_owned() } else { number.to_string() };
    Bilingual::new(
        format!("{french_number}{NO_BREAK}{fr}{NO_BREAK}{year}"),
        format!("{number}{NO_BREAK}{en}{NO_BREAK}{year}"),
    )
}

/// `30 %` and `30%`, with at most one decimal.
pub(in crate::policy) fn per_cent(share: Share) -> Bilingual {
    per_cent_of(share.value() * 100.0)
}

/// The same for a number that is already in hundredths.
pub(in crate::policy) fn per_cent_of(number: f64) -> Bilingual {
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    Bilingual::new(format!("{}{NO_BREAK}%", text.replace('.', ",")), format!("{text}%"))
}

/// A rate in hundredths of a per cent: `12,15 %` and `12.15%`.
pub(in crate::policy) fn rate(hundredths: i64) -> Bilingual {
    let text = Money::from_minor(hundredths, Currency::EUR).decimal();
    Bilingual::new(format!("{}{NO_BREAK}%", text.replace('.', ",")), format!("{text}%"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn amounts_as_each_language_writes_them() {
        for (minor, fr, en) in [
            (1_800_000, "18\u{202f}000,00\u{a0}€", "€18,000.00"),
            (-5, "−0,05\u{a0}€", "−€0.05"),
            (123_456_789, "1\u{202f}234\u{202f}567,89\u{a0}€", "€1,234,567.89"),
            (99_900, "999,00\u{a0}€", "€999.00"),
        ] {
            let said = amount(Money::from_minor(minor, Currency::EUR));
            assert_eq!((said.fr.as_str(), said.en.as_str()), (fr, en));
        }
        let yen = amount(Money::from_minor(1_500, "JPY".parse().unwrap()));
        assert_eq!((yen.fr.as_str(), yen.en.as_str()), ("1\u{202f}500\u{a0}JPY", "JPY\u{a0}1,500"));
    }

    #[test]
    fn screens_show_cents_only_where_there_are_some() {
        for (minor, fr, en) in [
            (1_800_000, "18\u{202f}000\u{a0}€", "€18,000"),
            (-5, "−0,05\u{a0}€", "−€0.05"),
            (3_125, "31,25\u{a0}€", "€31.25"),
            (123_456_789, "1\u{202f}234\u{202f}567,89\u{a0}€", "€1,234,567.89"),
        ] {
            let said = short_amount(Money::from_minor(minor, Currency::EUR));
            assert_eq!((said.fr.as_str(), said.en.as_str()), (fr, en));
        }
        assert_eq!(count(27_304), Bilingual::new("27\u{202f}304", "27,304"));
        assert_eq!(count(999).fr, "999");
    }

    #[test]
    fn days_and_shares() {
        assert_eq!(date("2026-05-01".parse().unwrap()).fr, "1er\u{a0}mai\u{a0}2026");
        assert_eq!(date("2026-07-19".parse().unwrap()).en, "19\u{a0}July\u{a0}2026");
        assert_eq!(per_cent(Share::new(0.3).unwrap()).fr, "30\u{a0}%");
        assert_eq!(per_cent(Share::new(0.125).unwrap()).fr, "12,5\u{a0}%");
        assert_eq!(rate(1_215).fr, "12,15\u{a0}%");
    }

    proptest! {
        #[test]
        fn french_spaces_are_those_of_a_plain_replacement(text in "[a :;%€»«?! é]{0,40}") {
            let marks = [":", "%", "€", "»"].map(|mark| (NO_BREAK, mark));
            let narrow = [";", "?", "!"].map(|mark| (NARROW, mark));
            let plain = marks.into_iter().chain(narrow).fold(text.clone(), |text, (space, mark)| {
                text.replace(&format!(" {mark}"), &format!("{space}{mark}"))
            });
            prop_assert_eq!(french(&text), plain.replace("« ", &format!("«{NO_BREAK}")));
        }
    }

    #[test]
    fn french_marks_never_start_a_line() {
        assert_eq!(
            french("Vendez : 30 % ; oui ? « non » !"),
            "Vendez\u{a0}: 30\u{a0}%\u{202f}; oui\u{202f}? «\u{a0}non\u{a0}»\u{202f}!"
        );
    }
}
