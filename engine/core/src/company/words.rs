//! The words in which facts are written, and what each means.
//!
//! A word that is not in these lists is not guessed: the fact then counts as not fetched.

use encours_domain::fact::FactKind;
use encours_domain::identity::NATURAL_PERSON_LEGAL_FORM;
use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$variant_doc])* $variant),+
        }

        impl $name {
            /// Every value with its word, from the lightest to the gravest.
            pub const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $word)),+];

            /// Reads the word; capitals, spaces, hyphens and underscores make no difference.
            pub fn read(text: &str) -> Option<Self> {
                let plain = text.trim().to_lowercase().replace([' ', '-'], "_");
                Self::ALL.iter().find(|(_, word)| *word == plain).map(|(value, _)| *value)
            }

            /// The word that stands in files.
            pub fn word(self) -> &'static str {
                Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, word)| word)
            }
        }
    };
}

words! {
    /// Whether the company still exists.
    CompanyState {
        /// It trades.
        Active = "active",
        /// It was struck off or has stopped.
        Ceased = "ceased",
    }
}

words! {
    /// Where insolvency proceedings stand.
    Proceedings {
        /// None was ever published.
        None = "none",
        /// All that were opened have ended.
        Closed = "closed",
        /// A conciliation agreement was made public.
        Conciliation = "conciliation",
        /// A safeguard or recovery plan is being carried out.
        Plan = "plan",
        /// Safeguard (sauvegarde).
        Safeguard = "safeguard",
        /// Receivership (redressement judiciaire).
        Receivership = "receivership",
        /// Liquidation (liquidation judiciaire).
        Liquidation = "liquidation",
    }
}

words! {
    /// What became of the duty to file accounts.
    AccountsStatus {
        /// Filed and open to all.
        Public = "public",
        /// Filed; the income statement is kept confidential, as the law allows.
        PartlyConfidential = "partly_confidential",
        /// Filed and kept confidential, as the law allows.
        Confidential = "confidential",
        /// They should have been filed by now.
        Overdue = "overdue",
    }
}

words! {
    /// How many people work there, in the three bands that matter here.
    SizeBand {
        /// Fifty or more.
        Larger = "larger",
        /// Ten to forty-nine.
        Small = "small",
        /// Fewer than ten, or none.
        Micro = "micro",
    }
}

/// The first staff number of each INSEE band code (Sirene, `trancheEffectifsUniteLegale`).
const INSEE_BANDS: &[(&str, u32)] = &[
    ("NN", 0),
    ("00", 0),
    ("01", 1),
    ("02", 3),
    ("03", 6),
    ("11", 10),
    ("12", 20),
    ("21", 50),
    ("22", 100),
    ("31", 200),
    ("32", 250),
    ("41", 500),
    ("42", 1_000),
    ("51", 2_000),
    ("52", 5_000),
    ("53", 10_000),
];

impl SizeBand {
    /// Reads an INSEE band code (`11`), a range (`10-19`, `50+`) or one of our own words.
    pub fn from_fact(text: &str) -> Option<Self> {
        staff(text).map(Self::of_staff).or_else(|| Self::read(text.trim()))
    }

    const fn of_staff(staff: u32) -> Self {
        match staff {
            0..=9 => SizeBand::Micro,
            10..=49 => SizeBand::Small,
            _ => SizeBand::Larger,
        }
    }
}

/// The first staff number of an INSEE band code (`11`) or a range (`10-19`, `50+`).
pub(super) fn staff(text: &str) -> Option<u32> {
    let text = text.trim();
    let by_code = INSEE_BANDS.iter().find(|(code, _)| code.eq_ignore_ascii_case(text)).map(|(_, staff)| *staff);
    let from_range = || text.split_once(['-', '+']).and_then(|(first, _)| first.trim().parse().ok());
    by_code.or_else(from_range)
}

/// Whether an INSEE legal category is a natural person; `None` when the text is no category of four digits.
pub fn is_natural_person(legal_form: &str) -> Option<bool> {
    let four_digits = legal_form.len() == 4 && legal_form.bytes().all(|byte| byte.is_ascii_digit());
    four_digits.then(|| legal_form == NATURAL_PERSON_LEGAL_FORM)
}

/// Whether an INSEE legal category is a public-law body: insolvency proceedings and the filing of accounts are for others
/// (Code de commerce L620-2).
pub(super) fn is_public_body(legal_form: &str) -> bool {
    is_natural_person(legal_form).is_some() && legal_form.starts_with(['4', '7'])
}

/// How grave a value is, so that of two facts of the same day the graver one counts. Text that cannot be read stands
/// just above the lightest value: it must not hide a liquidation, nor be hidden by an all-clear.
pub(super) fn gravity(kind: FactKind, value: &str) -> u8 {
    fn rank<T: PartialEq>(all: &[(T, &str)], value: Option<T>) -> u8 {
        let position = value.and_then(|value| all.iter().position(|(known, _)| *known == value));
        position.and_then(|position| u8::try_from(position * 2).ok()).unwrap_or(1)
    }
    match kind {
        FactKind::State => rank(CompanyState::ALL, CompanyState::read(value)),
        FactKind::Proceedings => rank(Proceedings::ALL, Proceedings::read(value)),
        FactKind::AccountsStatus => rank(AccountsStatus::ALL, AccountsStatus::read(value)),
        FactKind::LegalForm => is_natural_person(value).map_or(1, |natural| if natural { 2 } else { 0 }),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_in_any_dress_and_nothing_else() {
        assert_eq!(Proceedings::read(" Liquidation "), Some(Proceedings::Liquidation));
        assert_eq!(AccountsStatus::read("partly-confidential"), Some(AccountsStatus::PartlyConfidential));
        assert_eq!(CompanyState::read("dormant"), None);
        assert_eq!(is_natural_person("1000"), Some(true));
        assert_eq!(is_natural_person("5710"), Some(false));
        assert_eq!(is_natural_person("SAS"), None);
    }

    #[test]
    fn staff_bands() {
        for (text, band) in [
            ("NN", Some(SizeBand::Micro)),
            ("03", Some(SizeBand::Micro)),
            ("11", Some(SizeBand::Small)),
            ("10-19", Some(SizeBand::Small)),
            ("50+", Some(SizeBand::Larger)),
            ("53", Some(SizeBand::Larger)),
            ("small", Some(SizeBand::Small)),
            ("many", None),
        ] {
            assert_eq!(SizeBand::from_fact(text), band, "{text}");
        }
    }

    #[test]
    fn unreadable_hides_no_liquidation_and_no_all_clear_hides_it() {
        let gravity = |value| gravity(FactKind::Proceedings, value);
        assert!(gravity("liquidation") > gravity("???") && gravity("???") > gravity("none"));
    }
}
