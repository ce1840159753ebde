//! The ratios that an analyst looks at first.

use encours_domain::fact::FactKind;
use serde::Serialize;

use super::{Reader, Used};
use crate::company::AccountLines;

/// A ratio with what it was made of.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Ratio {
    /// Its name.
    pub name: &'static str,
    /// Its value: one over the other; rounded to six decimals on the wire only.
    #[serde(serialize_with = "crate::solvency::six_decimals_of")]
    pub value: f64,
    /// The numbers used.
    pub used: Vec<Used>,
}

struct Recipe {
    name: &'static str,
    above: (&'static str, FactKind, bool),
    below: (&'static str, FactKind, bool),
}

/// Name, line, and whether it is of the income statement.
const RECIPES: &[Recipe] = &[
    Recipe {
        name: "liquidity",
        above: ("current assets", FactKind::CurrentAssets, false),
        below: ("debts within a year", FactKind::DebtsWithinYear, false),
    },
    Recipe {
        name: "equity share",
        above: ("equity", FactKind::Equity, false),
        below: ("total assets", FactKind::TotalAssets, false),
    },
    Recipe {
        name: "gearing",
        above: ("borrowings", FactKind::Borrowings, false),
        below: ("equity", FactKind::Equity, false),
    },
    Recipe {
        name: "interest cover",
        above: ("gross operating surplus", FactKind::GrossOperatingSurplus, true),
        below: ("financial charges", FactKind::FinancialCharges, true),
    },
    Recipe {
        name: "operating margin",
        above: ("operating result", FactKind::OperatingResult, true),
        below: ("turnover", FactKind::Turnover, true),
    },
    Recipe {
        name: "net margin",
        above: ("net result", FactKind::NetResult, true),
        below: ("turnover", FactKind::Turnover, true),
    },
];

/// Every ratio of which both lines are known and the lower one is above nought, in a fixed order.
pub fn ratios(lines: &AccountLines) -> Vec<Ratio> {
    RECIPES.iter().filter_map(|recipe| ratio(lines, recipe)).collect()
}

fn ratio(lines: &AccountLines, recipe: &Recipe) -> Option<Ratio> {
    let mut reader = Reader::new(lines);
    let mut read = |(what, kind, flow): (&'static str, FactKind, bool)| {
        let value = if flow { reader.flow(kind) } else { reader.stock(kind) };
        Used { what, value }
    };
    let used = vec![read(recipe.above), read(recipe.below)];
    reader.whole(&[recipe.below.1]).ok()?;
    let value = match used.as_slice() {
        [above, below] => above.value / below.value,
        _ => return None,
    };
    Some(Ratio { name: recipe.name, value, used })
}
