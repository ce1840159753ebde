//! Scores and ratios as they were published: each with the firms that it was made for, its zones, and the numbers used.
//!
//! A line that is not known is never taken for nought: the formula then says what it lacks. None of them decides
//! anything; they are shown beside the failure risk, and each was fitted on other firms than yours.

mod closing;
mod formulas;
mod ratios;
#[cfg(test)]
mod tests;

pub use closing::{Closing, NotComputed};
pub use formulas::{Zone, altman_z1, altman_z2, capital_below_half, conan_holder};
pub use ratios::{Ratio, ratios};

use std::fmt;

use encours_domain::fact::FactKind;
use serde::Serialize;

use crate::company::AccountLines;

/// A number that went into a formula.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Used {
    /// What it is, `working capital / total assets`.
    pub what: &'static str,
    /// Its value; rounded to six decimals on the wire only.
    #[serde(serialize_with = "crate::solvency::six_decimals_of")]
    pub value: f64,
}

/// What a published formula says of a company.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedScore {
    /// The formula and its year.
    pub name: &'static str,
    /// Its value; rounded to six decimals on the wire only.
    #[serde(serialize_with = "crate::solvency::six_decimals_of")]
    pub value: f64,
    /// Where the authors put it.
    pub zone: Zone,
    /// Why it should not be read for this company, where it was made for others.
    pub outside: Option<&'static str>,
    /// The numbers used.
    pub used: Vec<Used>,
}

/// Why a formula cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lacking {
    /// Lines that are not known.
    Lines(Vec<FactKind>),
    /// A line that is divided by is nought or below it.
    NotPositive(FactKind),
}

impl fmt::Display for Lacking {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lines(kinds) => {
                let names: Vec<String> = kinds.iter().map(|kind| kind.code().replace('_', " ")).collect();
                write!(formatter, "not known: {}", names.join(", "))
            }
            Self::NotPositive(kind) => write!(formatter, "{} is not above nought", kind.code().replace('_', " ")),
        }
    }
}

/// Reads lines as euros, and remembers those that are not there.
pub(super) struct Reader<'l> {
    lines: &'l AccountLines,
    lacking: Vec<FactKind>,
}

impl<'l> Reader<'l> {
    pub fn new(lines: &'l AccountLines) -> Self {
        Self { lines, lacking: Vec::new() }
    }

    /// A line of the balance sheet.
    pub fn stock(&mut self, kind: FactKind) -> f64 {
        let Some(amount) = self.lines.get(kind) else {
            self.lacking.push(kind);
            return 0.0;
        };
        amount.major()
    }

    /// A line of the income statement, as a year of twelve months would have it.
    pub fn flow(&mut self, kind: FactKind) -> f64 {
        let months = f64::from(self.lines.months.max(1));
        self.stock(kind) * 12.0 / months
    }

    /// Gives what was read, once every line was there and those that are divided by are above nought.
    pub fn whole(self, divided_by: &[FactKind]) -> Result<(), Lacking> {
        if !self.lacking.is_empty() {
            return Err(Lacking::Lines(self.lacking));
        }
        let above = |kind: &FactKind| self.lines.get(*kind).is_some_and(|amount| amount.minor() > 0);
        match divided_by.iter().find(|kind| !above(kind)) {
            Some(kind) => Err(Lacking::NotPositive(*kind)),
            None => Ok(()),
        }
    }
}
