//! What people type into the form: `18 000,50` in French, `18,000.50` in English, `20 %` for a fifth.
//!
//! What could be meant in two ways is refused rather than guessed: `18.000` is eighteen to one reader and eighteen
//! thousand to another.

use encours_domain::{Currency, DomainError, Money, Share};

use crate::words::Lang;

/// Reads an amount in euros.
///
/// # Errors
/// When it is no amount above nought, or could be read in two ways.
pub fn amount(text: &str, lang: Lang) -> Result<Money, DomainError> {
    let expected = || {
        DomainError::unreadable(
            "amount",
            text,
            lang.pick("un montant comme 18 000 ou 18 000,50", "an amount such as 18,000 or 18,000.50"),
        )
    };
    let plain = plain_number(text.trim_end_matches('€').trim_start_matches('€'), lang).ok_or_else(expected)?;
    let money = Money::parse(&plain, Currency::EUR)?;
    if money.minor() > 0 { Ok(money) } else { Err(expected()) }
}

/// Reads a share written in hundredths: `20`, `20 %`, `5,5`.
///
/// # Errors
/// When it is no number from 0 to 100.
pub fn hundredths(text: &str, lang: Lang) -> Result<Share, DomainError> {
    let expected =
        || DomainError::unreadable("share", text, lang.pick("un pourcentage de 0 à 100", "a percentage from 0 to 100"));
    let plain = plain_number(text.trim_end_matches('%'), lang).ok_or_else(expected)?;
    // Shifted in the text, so that 20.1 is the number that 0.201 is.
    let share = format!("{plain}e-2").parse().map_err(|_| expected())?;
    Share::new(share).map_err(|_| expected())
}

/// Digits with at most one point, without signs between thousands; nothing when it could be read in two ways.
fn plain_number(text: &str, lang: Lang) -> Option<String> {
    let compact: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (thousands, point) = match lang {
        Lang::Fr => ('.', ','),
        Lang::En => (',', '.'),
    };
    let foreign_point = compact.contains(thousands) && !compact.contains(point) && !grouped(&compact, thousands);
    let compact = if foreign_point { compact.replace(thousands, &point.to_string()) } else { compact };
    let (whole, fraction) = compact.split_once(point).unwrap_or((&compact, ""));
    if fraction.len() > 2 || (whole.contains(thousands) && !(lang == Lang::En && grouped(whole, thousands))) {
        return None;
    }
    let digits = whole.replace(thousands, "");
    let only_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let sound = !digits.is_empty() && only_digits(&digits) && only_digits(fraction);
    sound.then(|| if fraction.is_empty() { digits } else { format!("{digits}.{fraction}") })
}

/// Whether a sign stands before each three last digits and nowhere else.
fn grouped(whole: &str, sign: char) -> bool {
    let mut groups = whole.split(sign);
    let first = groups.next().unwrap_or_default();
    (1..=3).contains(&first.len()) && whole.contains(sign) && groups.all(|group| group.len() == 3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_as_people_type_them() {
        for (text, lang, minor) in [
            ("18000", Lang::Fr, 1_800_000),
            (" 18 000 ", Lang::Fr, 1_800_000),
            ("18\u{202f}000,50\u{a0}€", Lang::Fr, 1_800_050),
            ("18000.5", Lang::Fr, 1_800_050),
            ("0,5", Lang::Fr, 50),
            ("18,000.50", Lang::En, 1_800_050),
            ("€1,234,567", Lang::En, 123_456_700),
            ("18000", Lang::En, 1_800_000),
            ("12,5", Lang::En, 1_250),
        ] {
            assert_eq!(amount(text, lang).unwrap().minor(), minor, "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_is_refused() {
        for (text, lang) in [
            ("18.000", Lang::Fr),
            ("18,000", Lang::Fr),
            ("1.800.000", Lang::Fr),
            ("18.000", Lang::En),
            ("1,80,000", Lang::En),
            ("", Lang::Fr),
            ("0", Lang::Fr),
            ("-5", Lang::Fr),
            ("dix-huit mille", Lang::Fr),
            ("1e3", Lang::En),
            (",5", Lang::Fr),
        ] {
            assert!(amount(text, lang).is_err(), "{text}");
        }
    }

    #[test]
    fn shares_in_hundredths() {
        for (text, share) in [("20", 0.20), ("20 %", 0.20), ("5,5", 0.055), ("20.1", 0.201), ("0", 0.0), ("100", 1.0)] {
            assert_eq!(hundredths(text, Lang::Fr).unwrap().value(), share, "{text}");
        }
        for text in ["", "101", "-1", "a"] {
            assert!(hundredths(text, Lang::Fr).is_err(), "{text}");
        }
    }
}
