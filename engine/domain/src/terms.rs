//! Terms of payment: how many days from the invoice, which count when the end of a month comes in, and on which day
//! of the month, if one was agreed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::DomainError;
use crate::text::Bilingual;

/// The two lawful counts of "days end of month" (Code de commerce L441-10, as the DGCCRF explains it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndOfMonth {
    /// The days run from the invoice, then to the end of the month reached.
    DaysThenMonthEnd,
    /// To the end of the invoice's month, then the days.
    MonthEndThenDays,
}

impl EndOfMonth {
    /// Both counts.
    pub const BOTH: [EndOfMonth; 2] = [EndOfMonth::DaysThenMonthEnd, EndOfMonth::MonthEndThenDays];

    /// The word that stands in files and in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            EndOfMonth::DaysThenMonthEnd => "days_then_month_end",
            EndOfMonth::MonthEndThenDays => "month_end_then_days",
        }
    }
}

/// The longest terms that are read, in days: more is a mistyped year or amount.
pub const LONGEST_TERMS: u16 = 365;

/// Terms of payment, counted from the invoice. Nought days is payment on receipt.
///
/// ```
/// use encours_domain::{Day, terms::Terms};
/// let terms = Terms::parse("45 jours fin de mois le 10")?;
/// let issued: Day = "2026-01-15".parse()?;
/// // 45 days lead to 1 March, the month ends on the 31st, the 10th comes in April.
/// assert_eq!(terms.due_date(issued).to_string(), "2026-04-10");
/// # Ok::<(), encours_domain::DomainError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Terms {
    /// Days.
    pub days: u16,
    /// Which count, when the end of a month comes in.
    pub end_of_month: Option<EndOfMonth>,
    /// Day of the month on which is paid after that, 1 to 31; a shorter month ends earlier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_day: Option<u8>,
}

/// Where nothing was agreed: 30 days after receipt of the goods (C. com. L441-10 I), counted from the invoice.
pub const LEGAL_DEFAULT: Terms = Terms::net(30);

impl Terms {
    /// Days from the invoice and nothing else.
    pub const fn net(days: u16) -> Self {
        Self { days, end_of_month: None, on_day: None }
    }

    /// Days end of month.
    pub const fn end_of_month(days: u16, count: EndOfMonth) -> Self {
        Self { days, end_of_month: Some(count), on_day: None }
    }

    /// Reads terms as people write them, in French or English: `30`, `30 jours`, `30 j. net`, `net 30`, `comptant`,
    /// `à réception`, `45 jours fin de mois`, `fin de mois + 45 jours`, `fin de mois le 15`, `60 days EOM`.
    ///
    /// The order of the words says which count of "days end of month" is meant: `45 jours fin de mois` is 45 days,
    /// then month end. What names several dates (`30/60/90`), a discount (`2/10 net 30`) or the end of another month
    /// (`fin de mois suivant`) is not read.
    ///
    /// # Errors
    /// When a word is unknown, or the terms are longer than [`LONGEST_TERMS`].
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        let unreadable = || {
            let expected = "terms such as `30`, `30 jours`, `45 jours fin de mois`, `fin de mois + 45 jours`, \
                            `30 jours fin de mois le 10`, `comptant` or `net 30`";
            DomainError::unreadable("terms", text, expected)
        };
        let words = words_of(text).ok_or_else(unreadable)?;
        let terms = Reading::of(&words).and_then(Reading::terms).ok_or_else(unreadable)?;
        if terms.days > LONGEST_TERMS {
            return Err(DomainError::out_of_range("terms", terms.days, format!("0 to {LONGEST_TERMS} days")));
        }
        Ok(terms)
    }

    /// The day on which an invoice of this day falls due, as the calendar has it: a weekend is not moved. Held at the
    /// last accepted day.
    pub fn due_date(self, issued: Day) -> Day {
        let days = i32::from(self.days);
        let reached = match self.end_of_month {
            None => issued.plus_clamped(days),
            Some(EndOfMonth::DaysThenMonthEnd) => issued.plus_clamped(days).end_of_month(),
            Some(EndOfMonth::MonthEndThenDays) => issued.end_of_month().plus_clamped(days),
        };
        let Some(day) = self.on_day else { return reached };
        // After a month end the day lies in the month that follows; else it is the first from the day reached on.
        let from = match self.end_of_month {
            Some(EndOfMonth::DaysThenMonthEnd) => reached.plus_clamped(1),
            _ => reached,
        };
        let this_month = in_month_of(from, day);
        if this_month >= from { this_month } else { in_month_of(from.end_of_month().plus_clamped(1), day) }
    }

    /// As [`Terms::due_date`], held at the legal ceiling: 60 days from the invoice, or 45 days end of month in either
    /// count (C. com. L441-10 I). For due dates that are inferred.
    pub fn due_within_the_law(self, issued: Day) -> Day {
        const CEILING: i32 = 60;
        const CEILING_END_OF_MONTH: u16 = 45;
        match self.end_of_month {
            Some(_) if self.days <= CEILING_END_OF_MONTH => self.due_date(issued),
            _ => self.due_date(issued).min(issued.plus_clamped(CEILING)),
        }
    }

    /// As people say it.
    pub fn says(self) -> Bilingual {
        let days = self.days;
        let (mut fr, mut en) = match self.end_of_month {
            None if days == 0 => ("comptant à réception".to_owned(), "on receipt".to_owned()),
            None => (format!("{days} jours date de facture"), format!("{days} days from invoice")),
            Some(_) if days == 0 => ("fin de mois".to_owned(), "end of month".to_owned()),
            Some(EndOfMonth::DaysThenMonthEnd) => (
                format!("{days} jours fin de mois ({days} jours, puis fin du mois)"),
                format!("{days} days end of month ({days} days, then month end)"),
            ),
            Some(EndOfMonth::MonthEndThenDays) => (
                format!("fin de mois + {days} jours (fin du mois, puis {days} jours)"),
                format!("end of month + {days} days (month end, then {days} days)"),
            ),
        };
        if let Some(day) = self.on_day {
            fr.push_str(&format!(", le {day}"));
            en.push_str(&format!(", on day {day}"));
        }
        Bilingual::new(fr, en)
    }
}

/// The short form, which [`Terms::parse`] reads back: `30`, `45 eom`, `eom 45`, `0 eom on 15`.
impl fmt::Display for Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.end_of_month {
            None => write!(formatter, "{}", self.days)?,
            Some(EndOfMonth::DaysThenMonthEnd) => write!(formatter, "{} eom", self.days)?,
            Some(EndOfMonth::MonthEndThenDays) => write!(formatter, "eom {}", self.days)?,
        }
        self.on_day.map_or(Ok(()), |day| write!(formatter, " on {day}"))
    }
}

/// A day of the month of `month`, or its last day when the month is shorter.
fn in_month_of(month: Day, day: u8) -> Day {
    let last = month.end_of_month();
    let first = last.plus_clamped(1 - i32::from(last.day_of_month()));
    first.plus_clamped(i32::from(day) - 1).min(last)
}

/// One word that means something, as it stands in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Number(u16),
    EndOfMonth,
    /// `le`, `on the`: a day of the month follows.
    On,
    /// `comptant`, `à réception`.
    AtOnce,
}

/// Words that say nothing by themselves.
const FILLING: &[&str] = &[
    "jour",
    "jours",
    "jrs",
    "jr",
    "j",
    "day",
    "days",
    "d",
    "net",
    "nets",
    "nette",
    "date",
    "de",
    "du",
    "la",
    "a",
    "l",
    "facture",
    "factures",
    "fact",
    "facturation",
    "invoice",
    "from",
    "of",
    "after",
    "apres",
    "ddf",
    "df",
    "n",
    "paiement",
    "payment",
    "terms",
    "due",
    "within",
    "sous",
    "calendaires",
    "emission",
];

const AT_ONCE: &[&str] = &[
    "comptant",
    "reception",
    "receipt",
    "immediat",
    "immediate",
    "immediatement",
    "immediately",
    "cash",
    "cod",
    "livraison",
    "delivery",
    "commande",
];

/// Phrases of several words, as one word; longer ones first.
const PHRASES: &[(&str, &str)] = &[
    ("fin de mois suivant", "?"),
    ("fin du mois suivant", "?"),
    ("following month", "?"),
    ("fin de mois", "eom"),
    ("fin du mois", "eom"),
    ("fin mois", "eom"),
    ("end of the month", "eom"),
    ("end of month", "eom"),
    ("month end", "eom"),
    ("upon receipt", "receipt"),
    ("on receipt", "receipt"),
    ("on delivery", "delivery"),
    ("on the", "on"),
];

/// The words of a text, folded and with their phrases; absent when one is unknown.
fn words_of(text: &str) -> Option<Vec<Word>> {
    if text.trim_start().starts_with(['-', '\u{2212}']) {
        return None;
    }
    let mut plain = String::from(" ");
    let mut before = ' ';
    for letter in crate::words::folded(text).chars() {
        let letter = if letter.is_alphanumeric() {
            letter
        } else if matches!(letter, '/' | '%') {
            '/'
        } else {
            ' '
        };
        // `30j` and `j30` are two words.
        if letter != ' ' && before != ' ' && letter.is_ascii_digit() != before.is_ascii_digit() {
            plain.push(' ');
        }
        if letter != ' ' || before != ' ' {
            plain.push(letter);
        }
        before = letter;
    }
    plain.push(' ');
    for (phrase, word) in PHRASES {
        plain = plain.replace(&format!(" {phrase} "), &format!(" {word} "));
    }
    let mut words = Vec::new();
    for word in plain.split_whitespace() {
        match word {
            "eom" | "fdm" => words.push(Word::EndOfMonth),
            "le" | "on" | "the" => words.push(Word::On),
            "th" | "st" | "nd" | "rd" | "er" | "eme" if matches!(words.as_slice(), [.., Word::On, Word::Number(_)]) => {
            }
            word if AT_ONCE.contains(&word) => words.push(Word::AtOnce),
            word if FILLING.contains(&word) => {}
            word => words.push(Word::Number(word.parse().ok()?)),
        }
    }
    Some(words)
}

/// What the words say together.
#[derive(Default)]
struct Reading {
    days: Option<u16>,
    end_of_month: Option<EndOfMonth>,
    on_day: Option<u8>,
    at_once: bool,
}

impl Reading {
    fn of(words: &[Word]) -> Option<Self> {
        let mut reading = Self::default();
        let mut rest = words.iter();
        while let Some(word) = rest.next() {
            match word {
                Word::Number(days) if reading.days.is_none() && reading.on_day.is_none() => {
                    reading.days = Some(*days);
                    if reading.end_of_month.is_some() {
                        reading.end_of_month = Some(EndOfMonth::MonthEndThenDays);
                    }
                }
                Word::EndOfMonth if reading.end_of_month.is_none() && reading.on_day.is_none() => {
                    reading.end_of_month = Some(EndOfMonth::DaysThenMonthEnd);
                }
                Word::On if reading.on_day.is_none() => {
                    let Some(Word::Number(day @ 1..=31)) = rest.next() else { return None };
                    reading.on_day = u8::try_from(*day).ok();
                }
                Word::AtOnce => reading.at_once = true,
                Word::Number(_) | Word::EndOfMonth | Word::On => return None,
            }
        }
        Some(reading)
    }

    fn terms(self) -> Option<Terms> {
        let Self { days, end_of_month, on_day, at_once } = self;
        let nothing_said = days.is_none() && end_of_month.is_none() && !at_once;
        // `comptant fin de mois` says two things at once; `30 jours réception de facture` says one.
        let contradicts = at_once && end_of_month.is_some();
        if nothing_said || contradicts {
            return None;
        }
        let days = days.unwrap_or(0);
        // With no days both counts are one.
        let end_of_month = end_of_month.map(|count| if days == 0 { EndOfMonth::DaysThenMonthEnd } else { count });
        Some(Terms { days, end_of_month, on_day })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn inferred_terms_are_held_at_the_ceiling() {
        use EndOfMonth::{DaysThenMonthEnd, MonthEndThenDays};
        for (terms, lawful, due) in [
            (Terms::net(30), "2025-03-12", "2025-03-12"),
            (Terms::net(75), "2025-04-11", "2025-04-26"),
            (Terms::end_of_month(45, DaysThenMonthEnd), "2025-03-31", "2025-03-31"),
            (Terms::end_of_month(45, MonthEndThenDays), "2025-04-14", "2025-04-14"),
            (Terms::end_of_month(60, DaysThenMonthEnd), "2025-04-11", "2025-04-30"),
        ] {
            let issued: Day = "2025-02-10".parse().unwrap();
            let found = (terms.due_within_the_law(issued).to_string(), terms.due_date(issued).to_string());
            assert_eq!(found, (lawful.into(), due.into()));
        }
    }

    #[test]
    fn due_dates_in_every_count() {
        for (issued, terms, due) in [
            // 15 January: 45 days lead to 1 March, then the month ends on the 31st; or 31 January, then 45 days.
            ("2026-01-15", "45 jours fin de mois", "2026-03-31"),
            ("2026-01-15", "fin de mois + 45 jours", "2026-03-17"),
            ("2026-01-31", "45 eom", "2026-03-31"),
            ("2024-01-15", "45 eom", "2024-02-29"),
            ("2026-01-15", "60", "2026-03-16"),
            ("2026-01-15", "comptant", "2026-01-15"),
            ("2026-01-15", "fin de mois", "2026-01-31"),
            ("2026-01-15", "fin de mois le 15", "2026-02-15"),
            ("2026-01-31", "fin de mois le 15", "2026-02-15"),
            ("2026-01-15", "30 jours fin de mois le 10", "2026-03-10"),
            ("2026-01-05", "fin de mois le 31", "2026-02-28"),
            ("2026-01-15", "30 jours le 10", "2026-03-10"),
            ("2026-01-11", "30 jours le 10", "2026-02-10"),
            // 31 January and 30 days are 2 March; the next 10th is that month's.
            ("2026-01-15", "fin de mois + 30 jours le 10", "2026-03-10"),
            ("2199-12-15", "45 eom", "2199-12-31"),
        ] {
            let parsed = Terms::parse(terms).unwrap();
            assert_eq!(parsed.due_date(issued.parse().unwrap()).to_string(), due, "{issued} {terms}");
        }
    }

    #[test]
    fn as_people_write_them() {
        let first = |days| Terms::end_of_month(days, EndOfMonth::DaysThenMonthEnd);
        let second = |days| Terms::end_of_month(days, EndOfMonth::MonthEndThenDays);
        for (text, terms) in [
            ("30", Terms::net(30)),
            ("30 jours", Terms::net(30)),
            ("30 j. net", Terms::net(30)),
            ("30j", Terms::net(30)),
            ("J+30", Terms::net(30)),
            ("Net 30", Terms::net(30)),
            ("N30", Terms::net(30)),
            ("30 days", Terms::net(30)),
            ("30 jours date de facture", Terms::net(30)),
            ("30 jours nets date d'émission de la facture", Terms::net(30)),
            ("30 jours réception de facture", Terms::net(30)),
            ("Paiement à 30 jours", Terms::net(30)),
            ("comptant", Terms::net(0)),
            ("Comptant à la livraison", Terms::net(0)),
            ("à réception", Terms::net(0)),
            ("A RECEPTION DE FACTURE", Terms::net(0)),
            ("Due on receipt", Terms::net(0)),
            ("0", Terms::net(0)),
            ("45 jours fin de mois", first(45)),
            ("45 JOURS FIN DE MOIS", first(45)),
            ("45j fdm", first(45)),
            ("45 FDM", first(45)),
            ("30 days EOM", first(30)),
            ("30 days end of month", first(30)),
            ("Fin de mois + 45 jours", second(45)),
            ("fin de mois 45 jours", second(45)),
            ("EOM 60", second(60)),
            ("fin de mois", first(0)),
            ("fin de mois le 15", Terms { on_day: Some(15), ..first(0) }),
            ("30 jours fin de mois, le 10", Terms { on_day: Some(10), ..first(30) }),
            ("30 days end of month on the 10th", Terms { on_day: Some(10), ..first(30) }),
        ] {
            assert_eq!(Terms::parse(text), Ok(terms), "{text}");
        }
    }

    #[test]
    fn what_is_not_read() {
        for text in [
            "",
            "   ",
            "jours",
            "30/60/90",
            "2/10 net 30",
            "2 % 10 jours, net 30",
            "30 60",
            "fin de mois suivant",
            "45 jours fin de mois suivant",
            "30 jours fin de décade",
            "2 mois",
            "le 15",
            "30 jours le 32",
            "30 jours le",
            "comptant fin de mois",
            "366",
            "99999999",
            "-30",
            "30,5",
            "selon contrat",
        ] {
            let found = Terms::parse(text);
            // A sign or a decimal mark is no word: see that it isn't read past.
            assert!(found.is_err(), "{text}: {found:?}");
        }
    }

    fn terms() -> impl Strategy<Value = Terms> {
        let count = prop::option::of(prop::sample::select(EndOfMonth::BOTH.to_vec()));
        (0..=LONGEST_TERMS, count, prop::option::of(1..=31_u8)).prop_map(|(days, count, on_day)| {
            let count = count.map(|count| if days == 0 { EndOfMonth::DaysThenMonthEnd } else { count });
            Terms { days, end_of_month: count, on_day }
        })
    }

    proptest! {
        #[test]
        fn the_short_form_and_the_sentences_read_back(terms in terms()) {
            prop_assert_eq!(Terms::parse(&terms.to_string()), Ok(terms));
        }

        #[test]
        fn nothing_falls_due_before_its_days(terms in terms(), number in 0..60_000_i32) {
            let issued = Day::from_number(number).unwrap();
            let due = terms.due_date(issued);
            prop_assert!(due >= issued.plus_clamped(i32::from(terms.days)));
            // Month ends and a day of the month add less than 31 days each.
            prop_assert!(due <= issued.plus_clamped(i32::from(terms.days) + 62));
            if let Some(day) = terms.on_day {
                prop_assert!(due.day_of_month() == day || due == due.end_of_month() || due == Day::LAST);
            }
        }

        #[test]
        fn any_text_gives_an_answer(text in "\\PC{0,40}") {
            let _ = Terms::parse(&text);
        }
    }
}
