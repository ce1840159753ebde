//! One closing read whole: ratios, published scores, and why a score cannot be computed.

use encours_domain::Day;
use serde::Serialize;

use super::{Lacking, PublishedScore, Ratio, altman_z1, altman_z2, capital_below_half, conan_holder, ratios};
use crate::company::AccountLines;

/// One closing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Closing {
    /// Closing day.
    pub closed_on: Day,
    /// Length of the year in months.
    pub months: u8,
    /// Whether equity has fallen below half of the capital; absent where the rule is not for it, or nobody can tell.
    pub capital_below_half: Option<bool>,
    /// Ratios of which both lines are known.
    pub ratios: Vec<Ratio>,
    /// Published scores that can be computed.
    pub scores: Vec<PublishedScore>,
    /// Those that cannot, and why.
    pub not_computed: Vec<NotComputed>,
}

/// A score that cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotComputed {
    /// Which.
    pub name: &'static str,
    /// What is lacking.
    pub lacking: Lacking,
}

impl Closing {
    /// Reads the lines of a closing; `sector` as the register writes it, `legal_form` the INSEE category.
    pub fn of(lines: &AccountLines, sector: Option<&str>, legal_form: Option<&str>) -> Self {
        let all = [
            ("Altman Z″ (1995)", altman_z2(lines)),
            ("Altman Z′ (1983)", altman_z1(lines, sector)),
            ("Conan-Holder (1979)", conan_holder(lines, sector)),
        ];
        let (mut scores, mut not_computed) = (Vec::new(), Vec::new());
        for (name, score) in all {
            match score {
                Ok(score) => scores.push(score),
                Err(lacking) => not_computed.push(NotComputed { name, lacking }),
            }
        }
        Self {
            closed_on: lines.closed_on,
            months: lines.months,
            capital_below_half: capital_below_half(lines, legal_form),
            ratios: ratios(lines),
            scores,
            not_computed,
        }
    }
}
