//! From cells to the lines of two years.

use std::collections::BTreeMap;

use super::codes::{CONSOLIDATED, Line, STATED, WORKED, Worked, columns};
use super::junk::is_unit_jump;
use super::{Cell, Filing, Form};
use crate::day::Day;
use crate::fact::FactKind;

/// The lines of one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// Closing day.
    pub closed_on: Day,
    /// Whole euros; a number of people for the headcount.
    pub lines: BTreeMap<FactKind, i64>,
}

/// Figures that were not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which.
    pub what: String,
    /// Why.
    pub reason: String,
}

/// What a filing says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understood {
    /// The year of the filing.
    pub current: Statement,
    /// The year before, as the filing repeats it; absent when its closing day cannot be told.
    pub previous: Option<Statement>,
    /// What was refused.
    pub refused: Vec<Refused>,
}

/// Lines of the balance sheet, which a total holds together.
const BALANCE: &[FactKind] = &[
    FactKind::TotalAssets,
    FactKind::CurrentAssets,
    FactKind::Receivables,
    FactKind::Securities,
    FactKind::Cash,
    FactKind::Equity,
    FactKind::PaidUpCapital,
    FactKind::RetainedEarnings,
    FactKind::Provisions,
    FactKind::Borrowings,
    FactKind::Suppliers,
    FactKind::TaxAndSocialDebts,
    FactKind::TotalDebts,
    FactKind::DebtsWithinYear,
    FactKind::GroupTotalAssets,
    FactKind::GroupEquity,
];
/// A nought here means that nothing was filled in.
const NEVER_NOUGHT: &[FactKind] = &[
    FactKind::TotalAssets,
    FactKind::Turnover,
    FactKind::NetResult,
    FactKind::GroupTotalAssets,
    FactKind::GroupTurnover,
    FactKind::GroupNetResult,
];
/// What two years are compared by.
const COMPARED: &[FactKind] = &[
    FactKind::TotalAssets,
    FactKind::Equity,
    FactKind::Turnover,
    FactKind::NetResult,
    FactKind::GroupTotalAssets,
    FactKind::GroupEquity,
    FactKind::GroupTurnover,
    FactKind::GroupNetResult,
];
/// Both sides of a balance sheet may differ by so many euros of rounding.
const ROUNDING: u64 = 5;

/// Reads the lines of a filing, this year's and the year's before.
pub fn understand(filing: &Filing) -> Understood {
    let mut refused = Vec::new();
    let mut current = statement(filing, filing.closed_on, Year::This, &mut refused);
    let mut previous = previous_day(filing).map(|day| statement(filing, day, Year::Before, &mut refused));
    if let Some(before) = &mut previous {
        refuse_unlikely_pair(&mut current, before, &mut refused);
    }
    let previous = previous.filter(|statement| !statement.lines.is_empty());
    Understood { current, previous, refused }
}

#[derive(Clone, Copy)]
enum Year {
    This,
    Before,
}

/// The closing day of the year before: as stated, or twelve months earlier when this year has twelve.
fn previous_day(filing: &Filing) -> Option<Day> {
    let twelve_months = || {
        let date = filing.closed_on.date().checked_sub_months(chrono::Months::new(12))?;
        let day = Day::from_date(date).ok()?;
        Some(if filing.closed_on == filing.closed_on.end_of_month() { day.end_of_month() } else { day })
    };
    let stated = filing.previous_closed_on.filter(|day| *day < filing.closed_on);
    stated.or_else(|| filing.months.filter(|months| *months == 12).and_then(|_| twelve_months()))
}

/// The cells of one year, by code; a code that stands twice with two values says nothing.
struct Cells<'f>(BTreeMap<&'f str, Option<i64>>);

impl<'f> Cells<'f> {
    fn new(cells: &'f [Cell], year: Year) -> Self {
        let mut by_code: BTreeMap<&str, Option<i64>> = BTreeMap::new();
        for cell in cells {
            let (this, before) = columns(&cell.code);
            let column = match year {
                Year::This => this,
                Year::Before => before,
            };
            let Some(value) = cell.columns.get(column).copied().flatten() else { continue };
            let seen = by_code.entry(cell.code.as_str()).or_insert(Some(value));
            if *seen != Some(value) {
                *seen = None;
            }
        }
        Self(by_code)
    }

    fn get(&self, code: &str) -> Option<i64> {
        self.0.get(code).copied().flatten()
    }

    /// The sum of the cells that are filled; nothing when none is.
    fn sum(&self, codes: &[&str]) -> Option<i64> {
        codes.iter().filter_map(|code| self.get(code)).try_fold(None, |sum: Option<i64>, value| {
            let sum = sum.unwrap_or_default().checked_add(value)?;
            Some(Some(sum))
        })?
    }

    fn line(&self, line: &Line) -> Option<i64> {
        line.ways.iter().find_map(|way| self.sum(way))
    }

    fn worked(&self, worked: &Worked) -> Option<i64> {
        let (parts, total) = (self.sum(worked.parts)?, self.get(worked.total)?);
        if parts.abs_diff(total) > ROUNDING {
            return None;
        }
        let plus = self.sum(worked.plus)?;
        plus.checked_sub(self.sum(worked.minus).unwrap_or_default())
    }
}

fn statement(filing: &Filing, closed_on: Day, year: Year, refused: &mut Vec<Refused>) -> Statement {
    let cells = Cells::new(&filing.cells, year);
    let mut lines = BTreeMap::new();
    let table: &[Line] = match filing.form {
        Form::Company | Form::Simplified => STATED,
        Form::Consolidated => CONSOLIDATED,
        Form::Other => &[],
    };
    for line in table {
        lines.extend(cells.line(line).map(|value| (line.kind, value)));
    }
    if matches!(filing.form, Form::Company | Form::Simplified) {
        for worked in WORKED {
            if let Some(value) = cells.worked(worked) {
                lines.entry(worked.kind).or_insert(value);
            }
        }
    }
    let unfilled = |kind: &FactKind, value: &i64| *value == 0 && NEVER_NOUGHT.contains(kind);
    lines.retain(|kind, value| !unfilled(kind, value));
    let (assets, liabilities) = (cells.sum(&["CO"]).or(cells.get("110")), cells.sum(&["EE"]).or(cells.get("180")));
    if let (Some(assets), Some(liabilities)) = (assets, liabilities)
        && assets.abs_diff(liabilities) > ROUNDING
    {
        lines.retain(|kind, _| !BALANCE.contains(kind));
        let reason = format!("assets are {assets} and liabilities {liabilities}: a balance sheet has two equal sides");
        refused.push(Refused { what: format!("balance sheet of {closed_on}"), reason });
    }
    Statement { closed_on, lines }
}

/// Two years of one filing of which one is in thousands, or of which one repeats the other.
fn refuse_unlikely_pair(current: &mut Statement, before: &mut Statement, refused: &mut Vec<Refused>) {
    let pairs: Vec<(i64, i64)> = COMPARED
        .iter()
        .filter_map(|kind| Some((*current.lines.get(kind)?, *before.lines.get(kind)?)))
        .filter(|(this, last)| *this != 0 && *last != 0)
        .collect();
    let jumps = pairs.iter().filter(|(this, last)| is_unit_jump(*this, *last)).count();
    let equal = pairs.iter().filter(|(this, last)| this == last).count();
    let what = format!("accounts of {} and {}", before.closed_on, current.closed_on);
    if jumps > 0 && jumps * 2 > pairs.len() {
        let reason = "one of the two years is a thousand times the other: its unit cannot be told".to_owned();
        refused.push(Refused { what, reason });
        current.lines.clear();
        before.lines.clear();
    } else if equal >= 3 && equal == pairs.len() {
        let reason = format!("every figure is that of {}: the year repeats the one before", before.closed_on);
        refused.push(Refused { what: format!("accounts of {}", current.closed_on), reason });
        current.lines.clear();
    }
}
