//! Where the cuts are, and which bin a value falls into.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::Faults;
use crate::table::{Column, FeatureKind};
use crate::value::Value;

/// The cuts of one feature.
///
/// Numeric: with edges e₀ < e₁ < … < eₘ₋₁, bin 0 is (−∞, e₀], bin i is (eᵢ₋₁, eᵢ], bin m is (eₘ₋₁, ∞): **an edge
/// belongs to the bin below it**. Bin m + 1 is missing.
/// Category: one bin for each level, in byte order of the names; then `other`, for levels that were rare or never seen;
/// then missing.
///
/// ```
/// use encours_models::Bins;
/// let bins = Bins::Numeric { edges: vec![0.0, 10.0] };
/// assert_eq!(bins.number_bin(0.0), 0);
/// assert_eq!(bins.number_bin(0.1), 1);
/// assert_eq!(bins.number_bin(1e9), 2);
/// assert_eq!(bins.number_bin(f64::NAN), bins.missing());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Bins {
    /// Cuts between numbers.
    Numeric {
        /// Upper edges, strictly ascending and finite; may be empty.
        edges: Vec<f64>,
    },
    /// Names with a bin of their own.
    Category {
        /// Strictly ascending in byte order; may be empty.
        levels: Vec<String>,
    },
}

/// What a bin holds, for people to read or for a caller to translate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum BinLabel<'a> {
    /// Numbers above `above` (not included) up to `up_to` (included); `None` is without bound.
    Range {
        /// Lower edge, not included.
        above: Option<f64>,
        /// Upper edge, included.
        up_to: Option<f64>,
    },
    /// One level of a category.
    Level(&'a str),
    /// All other levels.
    Other,
    /// Not known.
    Missing,
}

impl fmt::Display for BinLabel<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Range { above, up_to } => match (above, up_to) {
                (None, None) => out.write_str("any"),
                (None, Some(high)) => write!(out, "≤ {high}"),
                (Some(low), None) => write!(out, "> {low}"),
                (Some(low), Some(high)) => write!(out, "> {low} and ≤ {high}"),
            },
            Self::Level(name) => out.write_str(name),
            Self::Other => out.write_str("other"),
            Self::Missing => out.write_str("missing"),
        }
    }
}

impl Bins {
    /// Number of bins, `other` and missing included.
    pub fn count(&self) -> usize {
        self.missing() + 1
    }

    /// The bin of missing values: always the last.
    pub fn missing(&self) -> usize {
        match self {
            Self::Numeric { edges } => edges.len() + 1,
            Self::Category { levels } => levels.len() + 1,
        }
    }

    /// Number or name.
    pub fn kind(&self) -> FeatureKind {
        match self {
            Self::Numeric { .. } => FeatureKind::Numeric,
            Self::Category { .. } => FeatureKind::Category,
        }
    }

    /// The bin of a value, or nothing when the value is of the other kind.
    pub fn bin_of(&self, value: Value<'_>) -> Option<usize> {
        match (self, value) {
            (_, Value::Missing) => Some(self.missing()),
            (Self::Numeric { .. }, Value::Number(number)) => Some(self.number_bin(number)),
            (Self::Category { .. }, Value::Category(name)) => Some(self.category_bin(name)),
            (Self::Numeric { .. }, Value::Category(_)) => None,
            (Self::Category { .. }, Value::Number(_)) => None,
        }
    }

    /// The bin of a number; missing when it isn't finite, or when these are bins of names.
    pub fn number_bin(&self, number: f64) -> usize {
        match self {
            Self::Numeric { edges } if number.is_finite() => edges.partition_point(|edge| *edge < number),
            _ => self.missing(),
        }
    }

    /// The bin of a name; missing when these are bins of numbers.
    pub fn category_bin(&self, name: &str) -> usize {
        match self {
            Self::Numeric { .. } => self.missing(),
            Self::Category { levels } => {
                levels.binary_search_by(|level| level.as_str().cmp(name)).unwrap_or(levels.len())
            }
        }
    }

    /// What a bin holds, or nothing beyond the last bin.
    ///
    /// ```
    /// use encours_models::Bins;
    /// let bins = Bins::Numeric { edges: vec![0.0, 10.0] };
    /// let labels: Vec<String> = (0..5).filter_map(|bin| bins.label(bin)).map(|label| label.to_string()).collect();
    /// assert_eq!(labels, ["≤ 0", "> 0 and ≤ 10", "> 10", "missing"]);
    /// ```
    pub fn label(&self, bin: usize) -> Option<BinLabel<'_>> {
        if bin == self.missing() {
            return Some(BinLabel::Missing);
        }
        match self {
            Self::Numeric { edges } => (bin <= edges.len()).then(|| BinLabel::Range {
                above: bin.checked_sub(1).and_then(|below| edges.get(below).copied()),
                up_to: edges.get(bin).copied(),
            }),
            Self::Category { levels } if bin == levels.len() => Some(BinLabel::Other),
            Self::Category { levels } => levels.get(bin).map(|name| BinLabel::Level(name)),
        }
    }

    /// Notes cuts that aren't finite and strictly ascending, under the path `at`.
    pub(crate) fn check(&self, at: &str, faults: &mut Faults) {
        let holds = match self {
            Self::Numeric { edges } => {
                let finite = edges.iter().all(|edge| edge.is_finite());
                finite && edges.is_sorted_by(|one, next| one < next)
            }
            Self::Category { levels } => levels.is_sorted_by(|one, next| one < next),
        };
        let allowed = "finite edges or levels, strictly ascending";
        faults.require(holds, || at.to_owned(), "another order", allowed);
    }

    /// The bin of each row of a column; a column of the other kind is all missing.
    pub(crate) fn bins_of(&self, column: &Column) -> Vec<u16> {
        match column {
            Column::Numeric(values) => {
                let bin = |value: &f64| small(self.number_bin(*value));
                values.iter().map(bin).collect()
            }
            Column::Category { codes, levels } => {
                let bin = |level: &String| small(self.category_bin(level));
                let by_code: Vec<u16> = levels.iter().map(bin).collect();
                let missing = small(self.missing());
                let row = |code: &u32| {
                    let position = usize::try_from(*code).ok();
                    let known = position.and_then(|at| by_code.get(at));
                    known.copied().unwrap_or(missing)
                };
                codes.iter().map(row).collect()
            }
        }
    }
}

/// A bin as two bytes. The parameters keep bins far below 65,535.
fn small(bin: usize) -> u16 {
    u16::try_from(bin).unwrap_or(u16::MAX)
}
