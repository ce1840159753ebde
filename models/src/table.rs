//! What a model learns from: columns of features, one outcome a row, and the day each row was known.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::binning::Tally;
use crate::error::ModelError;
use crate::number::{count, mixed};

/// How risk is expected to move when a feature grows. Declared by whoever defines the feature, held by the fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// More of it, more risk.
    RiskUp,
    /// More of it, less risk.
    RiskDown,
    /// No promise either way. The only choice for categories.
    Free,
}

/// Whether a feature is a number or a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeatureKind {
    /// A number; NaN is missing.
    Numeric,
    /// One of a list of names.
    Category,
}

/// Name, kind and expected direction of a feature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeatureSpec {
    /// Name, unique within a table or card.
    pub name: String,
    /// Number or name.
    pub kind: FeatureKind,
    /// Expected direction of risk.
    pub direction: Direction,
}

impl FeatureSpec {
    /// A numeric feature.
    pub fn numeric(name: impl Into<String>, direction: Direction) -> Self {
        Self { name: name.into(), kind: FeatureKind::Numeric, direction }
    }

    /// A category.
    pub fn category(name: impl Into<String>) -> Self {
        Self { name: name.into(), kind: FeatureKind::Category, direction: Direction::Free }
    }
}

/// The values of one feature, one a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Column {
    /// Numbers; NaN is missing, infinities are refused.
    Numeric(Vec<f64>),
    /// Positions in `levels`; [`Column::MISSING`] is missing.
    Category {
        /// One position a row.
        codes: Vec<u32>,
        /// The names, each once.
        levels: Vec<String>,
    },
}

impl Column {
    /// The code of a missing category.
    pub const MISSING: u32 = u32::MAX;

    /// Number of rows.
    pub fn len(&self) -> usize {
        match self {
            Self::Numeric(values) => values.len(),
            Self::Category { codes, .. } => codes.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number or name.
    pub fn kind(&self) -> FeatureKind {
        match self {
            Self::Numeric(_) => FeatureKind::Numeric,
            Self::Category { .. } => FeatureKind::Category,
        }
    }

    fn kept(&self, mask: &[bool]) -> Self {
        match self {
            Self::Numeric(values) => Self::Numeric(kept(values, mask)),
            Self::Category { codes, levels } => Self::Category { codes: kept(codes, mask), levels: levels.clone() },
        }
    }

    fn check(&self, spec: &FeatureSpec) -> Result<(), ModelError> {
        let fault = |found: String, expected| Err(ModelError::Feature { feature: spec.name.clone(), found, expected });
        match self {
            Self::Numeric(values) => match values.iter().find(|value| value.is_infinite()) {
                Some(value) => fault(value.to_string(), "a finite number, or NaN for missing"),
                None => Ok(()),
            },
            Self::Category { codes, levels } => {
                let known =
                    |code: u32| code == Self::MISSING || usize::try_from(code).is_ok_and(|at| at < levels.len());
                match codes.iter().find(|code| !known(**code)) {
                    Some(code) => fault(format!("code {code}"), "a position in the levels"),
                    None if repeats(levels) => fault("a level twice".into(), "each level once"),
                    None => Ok(()),
                }
            }
        }
    }
}

/// Features, outcomes and days of the rows a model learns from. Checked once, when made.
///
/// ```
/// use encours_models::{Column, Direction, FeatureSpec, Table};
/// let specs = vec![FeatureSpec::numeric("late_rate", Direction::RiskUp)];
/// let columns = vec![Column::Numeric(vec![0.1, f64::NAN])];
/// let table = Table::new(specs.clone(), columns, vec![true, false], vec![0, 1])?;
/// assert_eq!((table.rows(), table.late()), (2, 1));
///
/// // A column of another length is an error, not a panic.
/// let short = vec![Column::Numeric(vec![0.1])];
/// assert!(Table::new(specs, short, vec![true, false], vec![0, 1]).is_err());
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    specs: Vec<FeatureSpec>,
    columns: Vec<Column>,
    events: Vec<bool>,
    days: Vec<i32>,
}

impl Table {
    /// Checks and keeps the parts: one spec a column; one event (`true` = late) and one day (any count of days, such
    /// as days since 1970) a row.
    ///
    /// # Errors
    /// When lengths differ, a name repeats, a column isn't of its declared kind, a category declares a direction, a
    /// number is infinite, or a code points outside its levels.
    pub fn new(
        specs: Vec<FeatureSpec>,
        columns: Vec<Column>,
        events: Vec<bool>,
        days: Vec<i32>,
    ) -> Result<Self, ModelError> {
        ModelError::same_length("columns", columns.len(), specs.len())?;
        ModelError::same_length("days", days.len(), events.len())?;
        check_specs(&specs)?;
        for (spec, column) in specs.iter().zip(&columns) {
            ModelError::same_length("column", column.len(), events.len())?;
            check_kind(spec, column.kind())?;
            column.check(spec)?;
        }
        Ok(Self { specs, columns, events, days })
    }

    /// The same features with other outcomes: rows whose outcome isn't known (`None`) are left out.
    ///
    /// One table of features serves every horizon of lateness this way.
    ///
    /// # Errors
    /// When there isn't one outcome a row.
    pub fn with_events(&self, events: &[Option<bool>]) -> Result<Self, ModelError> {
        ModelError::same_length("events", events.len(), self.rows())?;
        let mask: Vec<bool> = events.iter().map(Option::is_some).collect();
        let mut table = self.kept(&mask);
        table.events = events.iter().flatten().copied().collect();
        Ok(table)
    }

    /// The rows before `day`, and the rows from `day` on.
    pub fn split_at_day(&self, day: i32) -> (Self, Self) {
        let before: Vec<bool> = self.days.iter().map(|known| *known < day).collect();
        let after: Vec<bool> = before.iter().map(|early| !early).collect();
        (self.kept(&before), self.kept(&after))
    }

    /// About `wanted` rows, each chosen by a hash of all that it holds; all rows where there are no more.
    pub(crate) fn sample(&self, wanted: usize) -> Cow<'_, Self> {
        let (rows, wanted) = (count(self.rows()), count(wanted));
        if rows <= wanted {
            return Cow::Borrowed(self);
        }
        let threshold = wanted * (1 << 32) / rows;
        let chosen: Vec<bool> = self.marks().into_iter().map(|mark| (mark & 0xFFFF_FFFF) < threshold).collect();
        Cow::Owned(self.kept(&chosen))
    }

    /// Hash of each row.
    fn marks(&self) -> Vec<u64> {
        let outcomes = self.events.iter().zip(&self.days);
        let mut marks: Vec<u64> =
            outcomes.map(|(late, day)| mixed(u64::from(*late), u64::from(day.cast_unsigned()))).collect();
        for column in &self.columns {
            match column {
                Column::Numeric(values) => {
                    marks
                        .iter_mut()
                        .zip(values)
                        .for_each(|(mark, value)| *mark = mixed(*mark, (value + 0.0).to_bits()));
                }
                Column::Category { codes, .. } => {
                    marks.iter_mut().zip(codes).for_each(|(mark, code)| *mark = mixed(*mark, u64::from(*code)));
                }
            }
        }
        marks
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.events.len()
    }

    /// Fails unless there are enough rows, and enough of each outcome, to learn from.
    pub(crate) fn check_size(&self, rows: u64, events: u64) -> Result<(), ModelError> {
        let tally = Tally::of(self.events.iter().copied());
        if tally.rows < rows {
            return Err(ModelError::TooFewRows { found: tally.rows, needed: rows });
        }
        tally.check_events(events)
    }

    /// Number of late rows.
    pub fn late(&self) -> usize {
        self.events.iter().filter(|late| **late).count()
    }

    /// One spec a column.
    pub fn specs(&self) -> &[FeatureSpec] {
        &self.specs
    }

    /// The columns.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The outcomes, `true` = late.
    pub fn events(&self) -> &[bool] {
        &self.events
    }

    /// The days.
    pub fn days(&self) -> &[i32] {
        &self.days
    }

    /// Pairs of spec and column, in order.
    pub(crate) fn features(&self) -> impl Iterator<Item = (&FeatureSpec, &Column)> {
        self.specs.iter().zip(&self.columns)
    }

    fn kept(&self, mask: &[bool]) -> Self {
        Self {
            specs: self.specs.clone(),
            columns: self.columns.iter().map(|column| column.kept(mask)).collect(),
            events: kept(&self.events, mask),
            days: kept(&self.days, mask),
        }
    }
}

/// Names are given and unique, and categories promise no direction.
fn check_specs(specs: &[FeatureSpec]) -> Result<(), ModelError> {
    let names: Vec<String> = specs.iter().map(|spec| spec.name.clone()).collect();
    for spec in specs {
        let wrong = |found: &str, expected| {
            Err(ModelError::Feature { feature: spec.name.clone(), found: found.to_owned(), expected })
        };
        if spec.name.is_empty() {
            return wrong("an empty name", "a name");
        }
        if names.iter().filter(|name| **name == spec.name).count() > 1 {
            return wrong("the name twice", "each name once");
        }
        if spec.kind == FeatureKind::Category && spec.direction != Direction::Free {
            return wrong("a category with a direction", "a category that is free");
        }
    }
    Ok(())
}

fn check_kind(spec: &FeatureSpec, found: FeatureKind) -> Result<(), ModelError> {
    if spec.kind == found {
        return Ok(());
    }
    Err(ModelError::Feature {
        feature: spec.name.clone(),
        found: format!("{found:?}"),
        expected: match spec.kind {
            FeatureKind::Numeric => "a numeric column",
            FeatureKind::Category => "a category column",
        },
    })
}

fn kept<T: Copy>(values: &[T], mask: &[bool]) -> Vec<T> {
    let pairs = values.iter().zip(mask);
    pairs.filter_map(|(value, keep)| keep.then_some(*value)).collect()
}

fn repeats(names: &[String]) -> bool {
    let mut sorted: Vec<&String> = names.iter().collect();
    sorted.sort_unstable();
    let pairs = sorted.iter().zip(sorted.iter().skip(1));
    pairs.into_iter().any(|(one, next)| one == next)
}
