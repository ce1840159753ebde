//! How amounts, days and shares are written on a screen, in French and in English. What answers say too, in sentences and
//! wordings, is written by [`encours_core::policy::words`].

use axum::http::HeaderMap;
use clap::ValueEnum;
use encours_core::policy::words::{self, NO_BREAK};
use encours_domain::{Bilingual, Day, Money};

/// The language of a screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Lang {
    /// The two-letter code.
    pub const fn code(self) -> &'static str {
        match self {
            Lang::Fr => "fr",
            Lang::En => "en",
        }
    }

    /// Reads a two-letter code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Lang::Fr, Lang::En].into_iter().find(|lang| lang.code() == code)
    }

    /// The other one, for the switch.
    pub const fn other(self) -> Self {
        match self {
            Lang::Fr => Lang::En,
            Lang::En => Lang::Fr,
        }
    }

    /// Picks between two texts.
    pub const fn pick<'a>(self, fr: &'a str, en: &'a str) -> &'a str {
        match self {
            Lang::Fr => fr,
            Lang::En => en,
        }
    }

    /// Picks this language's side.
    pub fn of(self, text: &Bilingual) -> &str {
        self.pick(&text.fr, &text.en)
    }

    /// The language that the page's cookie asks for, if it says one.
    pub fn of_cookie(headers: &HeaderMap) -> Option<Self> {
        crate::http::cookie(headers, "lang").and_then(Self::from_code)
    }

    /// `18 000 €` and `€18,000`; cents only where there are some.
    pub fn amount(self, money: Money) -> String {
        self.of(&words::short_amount(money)).to_owned()
    }

    /// The same to the whole unit, for figures that are estimates anyway.
    pub fn rounded(self, money: Money) -> String {
        let scale = money.currency().scale();
        let half = if money.minor() < 0 { -scale / 2 } else { scale / 2 };
        let whole = money.minor().saturating_add(half) / scale * scale;
        self.amount(Money::from_minor(whole, money.currency()))
    }

    /// `27 304` and `27,304`.
    pub fn count(self, number: u64) -> String {
        self.of(&words::count(number)).to_owned()
    }

    /// `14 %` and `14%`; one decimal at either end, where it says something. What is not impossible is never `0 %`, what
    /// is not certain never `100 %`.
    pub fn per_cent(self, share: f64) -> String {
        let hundredths = share * 100.0;
        let text = match hundredths {
            tiny if 0.0 < tiny && tiny < 0.05 => "< 0.1".to_owned(),
            nearly_all if 99.0 < nearly_all && nearly_all < 100.0 => format!("{:.1}", nearly_all.min(99.9)),
            small if small.abs() < 9.95 => format!("{small:.1}"),
            usual => format!("{usual:.0}"),
        };
        let text = text.strip_suffix(".0").unwrap_or(&text);
        match self {
            Lang::Fr => format!("{}{NO_BREAK}%", text.replace('.', ",")),
            Lang::En => format!("{text}%"),
        }
    }

    /// A number with one decimal.
    pub fn decimal(self, number: f64) -> String {
        let text = format!("{number:.1}");
        match self {
            Lang::Fr => text.replace('.', ","),
            Lang::En => text,
        }
    }

    /// `19/07/2026` and `19 Jul 2026`.
    pub fn date(self, day: Day) -> String {
        day.date().format(self.pick("%d/%m/%Y", "%-d %b %Y")).to_string()
    }
}

#[cfg(test)]
mod tests {
    use encours_domain::Currency;

    use super::*;

    #[test]
    fn rounding_is_half_away_from_nought() {
        for (minor, whole) in [(149, "€1"), (150, "€2"), (-150, "−€2"), (-149, "−€1"), (0, "€0")] {
            assert_eq!(Lang::En.rounded(Money::from_minor(minor, Currency::EUR)), whole);
        }
    }

    #[test]
    fn shares_and_days() {
        assert_eq!(Lang::Fr.per_cent(0.1412), "14\u{a0}%");
        assert_eq!(Lang::Fr.per_cent(0.0312), "3,1\u{a0}%");
        for (share, text) in
            [(0.02, "2%"), (0.0, "0%"), (0.0004, "< 0.1%"), (0.997, "99.7%"), (0.9999, "99.9%"), (1.0, "100%")]
        {
            assert_eq!(Lang::En.per_cent(share), text);
        }
        let day = "2026-07-09".parse().unwrap();
        assert_eq!((Lang::Fr.date(day).as_str(), Lang::En.date(day).as_str()), ("09/07/2026", "9 Jul 2026"));
    }
}
