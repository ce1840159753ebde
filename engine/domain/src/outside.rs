//! Scores, limits and cover from providers: each provider's scale, and one axis for all of them.
//!
//! The axis runs from 0, as good as failed, to 100, the safest. A scale is laid on it by its own order and ends alone: it
//! says which of two scores is the better one of its provider, and roughly where it stands; it is no probability, and two
//! providers at 60 need not mean the same. Scales are those that the providers' public pages show; a provider that changes
//! its scale needs a line here.

use crate::error::DomainError;

/// How a provider writes its scores.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Scale {
    /// Numbers from the worst to the best.
    Numbers { worst: f64, best: f64 },
    /// Words from the best to the worst.
    Steps(&'static [&'static str]),
}

/// A provider whose scale is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Provider {
    /// The word in files; also the source of the facts.
    pub code: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// Its scale, in words.
    pub scale_says: &'static str,
    scale: Scale,
}

/// The rating of the Banque de France since 8 January 2022: 22 levels.
const BANQUE_DE_FRANCE: &[&str] = &[
    "1+", "1", "1-", "2+", "2", "2-", "3+", "3", "3-", "4+", "4", "4-", "5+", "5", "5-", "6+", "6", "6-", "7+", "7",
    "7-", "8",
];

/// Letters of rating agencies, without outlook.
const LETTERS: &[&str] = &[
    "AAA", "AA+", "AA", "AA-", "A+", "A", "A-", "BBB+", "BBB", "BBB-", "BB+", "BB", "BB-", "B+", "B", "B-", "CCC+",
    "CCC", "CCC-", "CC", "C", "D",
];

/// Every provider, in the order in which they are listed.
pub const PROVIDERS: &[Provider] = &[
    Provider {
        code: "creditsafe",
        title: "Creditsafe",
        scale_says: "0 to 100, 100 the safest",
        scale: Scale::Numbers { worst: 0.0, best: 100.0 },
    },
    Provider {
        code: "altares",
        title: "Altares",
        scale_says: "0 to 20, 20 the safest",
        scale: Scale::Numbers { worst: 0.0, best: 20.0 },
    },
    Provider {
        code: "coface",
        title: "Coface",
        scale_says: "0 to 10, 10 the safest",
        scale: Scale::Numbers { worst: 0.0, best: 10.0 },
    },
    Provider {
        code: "allianz-trade",
        title: "Allianz Trade",
        scale_says: "1 to 10, 1 the safest",
        scale: Scale::Numbers { worst: 10.0, best: 1.0 },
    },
    Provider {
        code: "ellisphere",
        title: "Ellisphere",
        scale_says: "0 to 10, 10 the safest",
        scale: Scale::Numbers { worst: 0.0, best: 10.0 },
    },
    Provider {
        code: "banque-de-france",
        title: "Banque de France",
        scale_says: "1+ to 8, 1+ the safest (22 levels, since 2022)",
        scale: Scale::Steps(BANQUE_DE_FRANCE),
    },
    Provider {
        code: "rating",
        title: "Rating (letters)",
        scale_says: "AAA to D, as rating agencies write it",
        scale: Scale::Steps(LETTERS),
    },
];

/// The provider of a word; capitals, blanks and underscores make no difference.
///
/// # Errors
/// When there is none; the message lists those there are.
pub fn provider(text: &str) -> Result<&'static Provider, DomainError> {
    let plain = crate::words::folded(text.trim()).replace([' ', '_'], "-");
    PROVIDERS.iter().find(|provider| provider.code == plain).ok_or_else(|| {
        let known: Vec<&str> = PROVIDERS.iter().map(|provider| provider.code).collect();
        DomainError::unreadable("provider", text, format!("one of: {}", known.join(", ")))
    })
}

impl Provider {
    /// Where a score stands on the axis, 0 the worst, 100 the safest.
    ///
    /// ```
    /// use encours_domain::outside::provider;
    /// assert_eq!(provider("Allianz Trade")?.on_axis("1")?, 100);
    /// assert_eq!(provider("altares")?.on_axis("5")?, 25);
    /// assert!(provider("coface")?.on_axis("11").is_err());
    /// # Ok::<(), encours_domain::DomainError>(())
    /// ```
    ///
    /// # Errors
    /// When the provider gives no such score.
    pub fn on_axis(&self, score: &str) -> Result<u8, DomainError> {
        let wrong = || DomainError::unreadable("score", score, format!("{}: {}", self.title, self.scale_says));
        let share = match self.scale {
            Scale::Numbers { worst, best } => {
                let number: f64 = score.trim().replace(',', ".").parse().map_err(|_| wrong())?;
                let share = (number - worst) / (best - worst);
                (number.is_finite() && (0.0..=1.0).contains(&share)).then_some(share).ok_or_else(wrong)?
            }
            Scale::Steps(steps) => {
                let plain = score.trim().to_uppercase();
                let at = steps.iter().position(|step| *step == plain).ok_or_else(wrong)?;
                let last = steps.len().saturating_sub(1).max(1);
                1.0 - f64::from(u8::try_from(at).unwrap_or(u8::MAX)) / f64::from(u8::try_from(last).unwrap_or(u8::MAX))
            }
        };
        // From 0 to 100: the nearest whole number, of two the lower.
        let hundredths = (0..=100_u8).min_by(|left, right| {
            let far = |whole: &u8| (f64::from(*whole) - share * 100.0).abs();
            far(left).total_cmp(&far(right))
        });
        Ok(hundredths.unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scales_stand_on_one_axis() {
        for (who, score, axis) in [
            ("creditsafe", "71", Some(71)),
            ("creditsafe", "101", None),
            ("Altares", "20", Some(100)),
            ("altares", "7,5", Some(37)),
            ("coface", "0", Some(0)),
            ("allianz_trade", "10", Some(0)),
            ("Allianz Trade", "4", Some(67)),
            ("ellisphere", "NaN", None),
            ("banque de france", "1+", Some(100)),
            ("banque-de-france", "8", Some(0)),
            ("banque-de-france", "4+", Some(57)),
            ("banque-de-france", "9", None),
            ("rating", "bbb-", Some(57)),
            ("rating", "", None),
        ] {
            assert_eq!(provider(who).unwrap().on_axis(score).ok(), axis, "{who} {score}");
        }
        assert!(provider("somebody").unwrap_err().to_string().contains("creditsafe, altares"));
    }

    #[test]
    fn a_better_score_never_stands_lower() {
        for provider in PROVIDERS {
            let ascending: Vec<String> = match provider.scale {
                Scale::Numbers { worst, best } => {
                    (0..=50).map(|step| (worst + (best - worst) * f64::from(step) / 50.0).to_string()).collect()
                }
                Scale::Steps(steps) => steps.iter().rev().map(|step| (*step).to_owned()).collect(),
            };
            let axis: Vec<u8> = ascending.iter().map(|score| provider.on_axis(score).unwrap()).collect();
            assert!(axis.is_sorted() && axis.first() == Some(&0) && axis.last() == Some(&100), "{axis:?}");
        }
    }
}
