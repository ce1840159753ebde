//! Days as French courts write them.

use chrono::NaiveDate;

use super::month_names::in_english;
use crate::day::Day;
use crate::words::folded;

/// Reads `2009-12-10`, `10/12/2009`, `10 décembre 2009` or `1er décembre 2006`, with whatever blanks between; nothing
/// when it is none of them, or no day of the calendar.
///
/// ```
/// use encours_domain::reader::french_day;
/// assert_eq!(french_day("1er\u{a0}décembre 2006").map(|day| day.to_string()).as_deref(), Some("2006-12-01"));
/// assert_eq!(french_day("31 juin 2006"), None);
/// ```
pub fn french_day(text: &str) -> Option<Day> {
    let plain = folded(text);
    let words: Vec<&str> = plain.split_whitespace().collect();
    let date = match words.as_slice() {
        [one] => {
            NaiveDate::parse_from_str(one, "%Y-%m-%d").or_else(|_| NaiveDate::parse_from_str(one, "%d/%m/%Y")).ok()
        }
        [day, month, year] => {
            let day = day.trim_end_matches("er");
            NaiveDate::parse_from_str(&in_english(&format!("{day} {month} {year}")), "%d %b %Y").ok()
        }
        _ => None,
    };
    date.and_then(|date| Day::from_date(date).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn courts_write_days_in_many_ways() {
        for (text, day) in [
            ("2009-12-10", Some("2009-12-10")),
            ("10/12/2009", Some("2009-12-10")),
            ("10 décembre 2009", Some("2009-12-10")),
            ("10\u{a0}décembre\u{a0}2009", Some("2009-12-10")),
            ("1er décembre 2006", Some("2006-12-01")),
            ("1 Août 2006", Some("2006-08-01")),
            (" 5 mars 2008 ", Some("2008-03-05")),
            ("5 ventôse 1794", None),
            ("0200-01-01", None),
            ("décembre 2009", None),
            ("", None),
        ] {
            assert_eq!(french_day(text).map(|day| day.to_string()).as_deref(), day, "{text}");
        }
    }
}
