//! Months in French letters, for forms that name them.

use std::borrow::Cow;

use crate::words::folded;

/// A date's text with its French month in English, the only language that chrono reads: `31 janv. 2026` is
/// `31 Jan 2026`. Anything else stays as it is.
pub(super) fn in_english(text: &str) -> Cow<'_, str> {
    let mut letters = text.char_indices().filter(|(_, letter)| letter.is_alphabetic());
    let Some((start, _)) = letters.next() else { return Cow::Borrowed(text) };
    let rest = text.get(start..).unwrap_or_default();
    let end = rest.find(|letter: char| !letter.is_alphabetic()).unwrap_or(rest.len());
    let (word, behind) = rest.split_at(end);
    let Some(month) = month(&folded(word)) else { return Cow::Borrowed(text) };
    let before = text.get(..start).unwrap_or_default();
    Cow::Owned(format!("{before}{month}{}", behind.strip_prefix('.').unwrap_or(behind)))
}

fn month(word: &str) -> Option<&'static str> {
    Some(match word {
        "janv" | "janvier" => "Jan",
        "fev" | "fevr" | "fevrier" => "Feb",
        "mars" => "Mar",
        "avr" | "avril" => "Apr",
        "mai" => "May",
        "juin" => "Jun",
        "juil" | "juill" | "juillet" => "Jul",
        "aou" | "aout" => "Aug",
        "sept" | "septembre" => "Sep",
        "oct" | "octobre" => "Oct",
        "nov" | "novembre" => "Nov",
        "dec" | "decembre" => "Dec",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months() {
        for (text, english) in [
            ("31 janv. 2026", "31 Jan 2026"),
            ("1 août 2026", "1 Aug 2026"),
            ("31-déc.-26", "31-Dec-26"),
            ("3 Février 2026", "3 Feb 2026"),
            ("31 Jan 2026", "31 Jan 2026"),
            ("2026-01-31", "2026-01-31"),
        ] {
            assert_eq!(in_english(text), english);
        }
    }
}
