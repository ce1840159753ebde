//! Days as files write them, and what to say when they are written otherwise.

use chrono::format::{Item, ParseErrorKind, Parsed, StrftimeItems, parse};
use chrono::{NaiveDate, NaiveDateTime};

use super::month_names::in_english;
use crate::day::Day;

/// The form in which a file writes its days.
#[derive(Clone, Debug, PartialEq)]
pub struct DateForm {
    /// As the map file has it; absent for ISO.
    custom: Option<Custom>,
}

#[derive(Clone, Debug, PartialEq)]
struct Custom {
    text: String,
    items: Vec<Item<'static>>,
}

impl DateForm {
    /// `YYYY-MM-DD`.
    pub const ISO: DateForm = DateForm { custom: None };

    /// Takes `iso` or a chrono format.
    ///
    /// # Errors
    /// Says what is allowed, when the format is unknown or does not name a whole day.
    pub(super) fn new(text: &str) -> Result<Self, &'static str> {
        if text == "iso" {
            return Ok(Self::ISO);
        }
        let items = StrftimeItems::new(text).parse_to_owned();
        let items = items.map_err(|_| "`iso` or a chrono format such as `%d/%m/%Y`")?;
        let form = Self { custom: Some(Custom { text: text.to_owned(), items }) };
        if form.names_a_whole_day() {
            Ok(form)
        } else {
            Err("a chrono format that names day, month and year, such as `%d/%m/%Y`, without a time zone")
        }
    }

    /// Whether a day written in this form reads back as itself.
    fn names_a_whole_day(&self) -> bool {
        use std::fmt::Write;
        let Some(custom) = &self.custom else { return true };
        let moment = NaiveDate::from_ymd_opt(2013, 11, 25).and_then(|date| date.and_hms_opt(0, 0, 0));
        let Some(moment): Option<NaiveDateTime> = moment else { return false };
        let mut written = String::new();
        let known = write!(written, "{}", moment.format_with_items(custom.items.iter())).is_ok();
        known && self.read(&written).is_ok_and(|day| day.date() == moment.date())
    }

    /// The form as a person reads it.
    pub(super) fn shown(&self) -> &str {
        self.custom.as_ref().map_or("YYYY-MM-DD", |custom| &custom.text)
    }

    /// Reads a day, from 1970-01-01 on.
    ///
    /// # Errors
    /// Says what was expected.
    pub(super) fn parse(&self, text: &str) -> Result<Day, String> {
        let day = self.read_or_tell(text, Hint::MapFile)?;
        if day.number() < 0 {
            return Err(ALLOWED.to_owned());
        }
        Ok(day)
    }

    /// Reads a day of a company's life, from 1900-01-01 on, in a file that takes no map.
    ///
    /// # Errors
    /// Says what was expected.
    pub(super) fn parse_fact(text: &str) -> Result<Day, String> {
        Self::ISO.read_or_tell(text, Hint::None)
    }

    fn read_or_tell(&self, text: &str, hint: Hint) -> Result<Day, String> {
        self.read(text).map_err(|trouble| match trouble {
            Trouble::NoSuchDay => format!("no such day in the calendar, {}", self.expected()),
            Trouble::OtherForm => match Likely::of(text) {
                Some(likely) if hint == Hint::MapFile => format!("{}; {}", self.expected(), likely.hint()),
                Some(likely) => format!("{}; {}", self.expected(), likely.looks()),
                None => self.expected(),
            },
            Trouble::OutOfRange => match hint {
                Hint::MapFile => ALLOWED.to_owned(),
                Hint::None => "expected a day from 1900-01-01 to 2199-12-31".to_owned(),
            },
        })
    }

    /// Whether the text has this form at all, be it a day or not.
    pub(super) fn fits(&self, text: &str) -> bool {
        !matches!(self.read(text), Err(Trouble::OtherForm))
    }

    fn expected(&self) -> String {
        format!("expected a date as `{}`", self.shown())
    }

    fn read(&self, text: &str) -> Result<Day, Trouble> {
        let date = match &self.custom {
            None => iso(text),
            Some(custom) => custom.read(text),
        }?;
        Day::from_date(date).map_err(|_| Trouble::OutOfRange)
    }
}

/// The days of a ledger.
const ALLOWED: &str = "expected a day from 1970-01-01 to 2199-12-31";

#[derive(Clone, Copy, PartialEq)]
enum Hint {
    MapFile,
    None,
}

enum Trouble {
    OtherForm,
    NoSuchDay,
    OutOfRange,
}

impl Custom {
    fn read(&self, text: &str) -> Result<NaiveDate, Trouble> {
        let mut parsed = Parsed::new();
        let text = if self.text.contains(['b', 'B', 'h']) { in_english(text) } else { text.into() };
        parse(&mut parsed, &text, self.items.iter()).and_then(|()| parsed.to_naive_date()).map_err(|error| match error
            .kind()
        {
            ParseErrorKind::OutOfRange | ParseErrorKind::Impossible => Trouble::NoSuchDay,
            _ => Trouble::OtherForm,
        })
    }
}

fn iso(text: &str) -> Result<NaiveDate, Trouble> {
    let &[y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = text.as_bytes() else { return Err(Trouble::OtherForm) };
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0_u32, |number, byte| {
            let digit = char::from(*byte).to_digit(10)?;
            Some(number * 10 + digit)
        })
    };
    let (year, month, day) = (number(&[y0, y1, y2, y3]), number(&[m0, m1]), number(&[d0, d1]));
    let (Some(year), Some(month), Some(day)) = (year, month, day) else { return Err(Trouble::OtherForm) };
    let date = i32::try_from(year).ok().and_then(|year| NaiveDate::from_ymd_opt(year, month, day));
    date.ok_or(Trouble::NoSuchDay)
}

/// A form in which something that is no date of the expected form may have been written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Likely {
    /// Two small numbers and a year: which of them is the day shows only when one is above 12.
    DayAndMonth { separator: char, short_year: bool, day_first: Option<bool> },
    /// A form without doubt.
    Certain { shown: &'static str, format: &'static str },
    /// A spreadsheet's count of days.
    Serial,
}

impl Likely {
    /// Looks at a text.
    pub fn of(text: &str) -> Option<Self> {
        let certain = |shown, format| Some(Likely::Certain { shown, format });
        let digits = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
            lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if digits(text, 8..=8) {
            return certain("YYYYMMDD", "%Y%m%d");
        }
        if digits(text, 5..=5) {
            return Some(Likely::Serial);
        }
        if let Some((day, time)) = text.split_at_checked(10)
            && iso(day).is_ok()
        {
            return match time.as_bytes() {
                [b' ', _, _, b':', _, _, b':', _, _] => certain("YYYY-MM-DD hh:mm:ss", "%Y-%m-%d %H:%M:%S"),
                [b'T', _, _, b':', _, _, b':', _, _] => certain("YYYY-MM-DDThh:mm:ss", "%Y-%m-%dT%H:%M:%S"),
                _ => None,
            };
        }
        for (shown, format) in [("DD month YYYY", "%d %b %Y"), ("DD month YYYY", "%d %B %Y")] {
            if text.contains(char::is_alphabetic) && DateForm::new(format).is_ok_and(|form| form.read(text).is_ok()) {
                return certain(shown, format);
            }
        }
        let separator = text.chars().find(|letter| matches!(letter, '/' | '.' | '-'))?;
        let mut parts = text.split(separator);
        let (Some(first), Some(second), Some(third), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        if digits(first, 4..=4) && digits(second, 1..=2) && digits(third, 1..=2) {
            return match separator {
                '/' => certain("YYYY/MM/DD", "%Y/%m/%d"),
                '.' => certain("YYYY.MM.DD", "%Y.%m.%d"),
                _ => certain("YYYY-M-D", "%Y-%m-%d"),
            };
        }
        let small = digits(first, 1..=2) && digits(second, 1..=2);
        let short_year = digits(third, 2..=2);
        (small && (short_year || digits(third, 4..=4))).then(|| {
            let above_twelve = |part: &str| part.parse::<u8>().is_ok_and(|number| number > 12);
            let day_first = match (above_twelve(first), above_twelve(second)) {
                (true, false) => Some(true),
                (false, true) => Some(false),
                _ => None,
            };
            Likely::DayAndMonth { separator, short_year, day_first }
        })
    }

    /// What two texts of one column tell together; absent when they contradict each other.
    pub fn with(self, other: Likely) -> Option<Self> {
        match (self, other) {
            (Likely::DayAndMonth { day_first: None, .. }, Likely::DayAndMonth { .. }) => {
                Some(other).filter(|other| other.without_order() == self.without_order())
            }
            (Likely::DayAndMonth { .. }, Likely::DayAndMonth { day_first: None, .. }) => {
                Some(self).filter(|_| other.without_order() == self.without_order())
            }
            _ => Some(self).filter(|_| self == other),
        }
    }

    fn without_order(self) -> Self {
        match self {
            Likely::DayAndMonth { separator, short_year, .. } => {
                Likely::DayAndMonth { separator, short_year, day_first: None }
            }
            Likely::Certain { .. } | Likely::Serial => self,
        }
    }

    /// What to tell a person who can give a map file.
    pub fn hint(self) -> String {
        let way_out = match self {
            Likely::Serial => "save the column as a date".to_owned(),
            Likely::Certain { format, .. } => format!("say `date = \"{format}\"` in a map file"),
            Likely::DayAndMonth { separator: s, short_year, day_first } => {
                let year = if short_year { "%y" } else { "%Y" };
                let day = format!("`date = \"%d{s}%m{s}{year}\"`");
                let month = format!("`date = \"%m{s}%d{s}{year}\"`");
                match day_first {
                    Some(true) => format!("say {day} in a map file"),
                    Some(false) => format!("say {month} in a map file"),
                    None => format!("say {day} or {month} in a map file"),
                }
            }
        };
        format!("{}; hint: {way_out}", self.looks())
    }

    /// What it looks like.
    pub fn looks(self) -> String {
        match self {
            Likely::Serial => "it looks like a spreadsheet's day number".to_owned(),
            Likely::Certain { shown, .. } => format!("it looks like {shown}"),
            Likely::DayAndMonth { separator: s, short_year, day_first } => {
                let (year, annee) = if short_year { ("YY", "AA") } else { ("YYYY", "AAAA") };
                let day = format!("DD{s}MM{s}{year} (JJ{s}MM{s}{annee})");
                let month = format!("MM{s}DD{s}{year}");
                match day_first {
                    Some(true) => format!("it looks like {day}"),
                    Some(false) => format!("it looks like {month}"),
                    None => format!("it looks like {day} or {month}"),
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        for (form, text, day) in [
            ("iso", "2013-01-31", "2013-01-31"),
            ("%-m/%-d/%Y", "1/31/2013", "2013-01-31"),
            ("%d/%m/%Y", "31/01/2013", "2013-01-31"),
            ("%d.%m.%y", "31.01.13", "2013-01-31"),
            ("%Y%m%d", "20130131", "2013-01-31"),
            ("%Y-%m-%d %H:%M:%S", "2013-01-31 23:59:59", "2013-01-31"),
            ("%d %b %Y", "31 Jan 2013", "2013-01-31"),
        ] {
            assert_eq!(DateForm::new(form).unwrap().parse(text).unwrap().to_string(), day);
        }
        for form in ["", "ISO", "%m/%Y", "%Q", "%Y-%m-%dT%H:%M:%S%z", "%H:%M", "day"] {
            assert!(DateForm::new(form).is_err(), "{form}");
        }
    }

    #[test]
    fn no_days() {
        for (form, text, expected) in [
            ("iso", "2013-06-31", "no such day in the calendar, expected a date as `YYYY-MM-DD`"),
            ("%d/%m/%Y", "31/06/2013", "no such day in the calendar, expected a date as `%d/%m/%Y`"),
            ("%d/%m/%Y", "2013", "expected a date as `%d/%m/%Y`"),
            ("iso", "soon", "expected a date as `YYYY-MM-DD`"),
            ("iso", "2013-01-3é", "expected a date as `YYYY-MM-DD`"),
            ("iso", "1969-12-31", "expected a day from 1970-01-01 to 2199-12-31"),
            ("iso", "9999-12-31", "expected a day from 1970-01-01 to 2199-12-31"),
        ] {
            assert_eq!(DateForm::new(form).unwrap().parse(text).unwrap_err(), expected, "{text}");
        }
    }

    #[test]
    fn likely_forms() {
        for (text, expected) in [
            ("31/01/2013", "it looks like DD/MM/YYYY (JJ/MM/AAAA); hint: say `date = \"%d/%m/%Y\"` in a map file"),
            ("1/31/2013", "it looks like MM/DD/YYYY; hint: say `date = \"%m/%d/%Y\"` in a map file"),
            ("20130131", "it looks like YYYYMMDD; hint: say `date = \"%Y%m%d\"` in a map file"),
            ("41305", "it looks like a spreadsheet's day number; hint: save the column as a date"),
            (
                "2013-01-31 00:00:00",
                "it looks like YYYY-MM-DD hh:mm:ss; hint: say `date = \"%Y-%m-%d %H:%M:%S\"` in a map file",
            ),
        ] {
            assert_eq!(Likely::of(text).map(Likely::hint).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "soon", "1-2", "1/2/3/4", "é/é/2013", "31/01/13é"] {
            assert_eq!(Likely::of(text), None, "{text}");
        }
    }
}
