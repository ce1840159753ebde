//! Values of elements: days and means of payment.

use super::xml::Element;
use crate::day::Day;

/// The day of an element: `YYYY-MM-DD` in UBL, `YYYYMMDD` (format 102) in CII, with a time in statuses (203, 204).
///
/// # Errors
/// Says what was expected.
pub(super) fn day_of(element: &Element) -> Result<Day, String> {
    let text = element.text.as_str();
    let expected = |form: &str| format!("expected a date as `{form}`");
    let all_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    let day = match element.attribute("format") {
        Some("102") | None if text.len() == 8 && all_digits => compact(text),
        Some("203" | "204") if (12..=14).contains(&text.len()) && all_digits => compact(text.get(..8).unwrap_or(text)),
        Some("102") => return Err(expected("YYYYMMDD")),
        Some("203" | "204") => return Err(expected("YYYYMMDDhhmmss")),
        _ => {
            // A zone or a time may stand behind the date.
            let (date, rest) = text.split_at_checked(10).ok_or_else(|| expected("YYYY-MM-DD"))?;
            if !rest.is_empty() && !rest.starts_with(['Z', '+', '-', 'T']) {
                return Err(expected("YYYY-MM-DD"));
            }
            date.parse::<Day>().ok()
        }
    };
    day.filter(|day| day.number() >= 0).ok_or_else(|| "no such day from 1970-01-01 to 2199-12-31".to_owned())
}

fn compact(text: &str) -> Option<Day> {
    Day::parse_with(text, "%Y%m%d").ok()
}

/// UNTDID 4461, the codes that are in use; others keep their number.
pub(super) fn means_in_words(code: &str) -> String {
    let words = match code {
        "10" => "cash",
        "20" | "21" | "22" | "23" => "cheque",
        "30" | "31" | "42" | "58" => "credit transfer",
        "48" | "54" | "55" => "card",
        "49" | "59" => "direct debit",
        "57" => "standing agreement",
        "24" | "25" | "26" | "60" | "61" | "70" | "74" => "bill",
        "97" => "clearing between partners",
        other => return format!("code {}", crate::error::shortened(other)),
    };
    words.to_owned()
}
