//! What the whole file says about its dates and its decimal mark, before any row is read.
//!
//! A file in which every date has another form than expected gets one fault, not one a row. The decimal mark, where no
//! map states it, is a point; it is a comma where every amount with a mark has a comma, none could be a thousands
//! separator, and the comma does not delimit fields. What is left in doubt is asked.

use super::amounts::{AmountForm, DecimalMark, Evidence};
use super::columns::Columns;
use super::dates::Likely;
use super::field::Field;
use super::map::ColumnMap;
use super::rows::Rows;
use super::sheet::Kind;
use super::table::Table;
use super::written::Written;
use crate::fault::Fault;

/// Looks at every date and amount of a file.
///
/// # Errors
/// One fault a column that no row can be read by.
pub(super) fn survey(table: &Table<'_>, columns: &Columns, map: &ColumnMap) -> Result<AmountForm, Vec<Fault>> {
    let mut dates: Vec<DateColumn> =
        columns.fields().filter(|(field, _)| field.is_date()).map(|(field, at)| DateColumn::new(field, at)).collect();
    let mut marks = Marks::default();
    let amounts: Vec<(Field, usize)> = match map.decimal {
        Some(_) => Vec::new(),
        None => columns.fields().filter(|(field, _)| field.is_amount()).collect(),
    };
    let mut rows = table.rows();
    while rows.advance() {
        if rows.record.len() != table.header.len() {
            continue;
        }
        for date in &mut dates {
            date.look(&rows, map);
        }
        for (field, at) in &amounts {
            marks.look(*field, &rows, *at);
        }
        let nothing_left_to_learn = dates.iter().all(|date| date.fits) && (marks.points || amounts.is_empty());
        if nothing_left_to_learn {
            break;
        }
    }
    let mut faults: Vec<Fault> = dates.into_iter().filter_map(|date| date.fault(table.file, columns, map)).collect();
    let decimal = map.decimal.map_or_else(|| marks.decimal(table, columns), Ok);
    match decimal {
        Ok(decimal) if faults.is_empty() => Ok(AmountForm { decimal, thousands: map.thousands }),
        Ok(_) => Err(faults),
        Err(fault) => {
            faults.push(fault);
            Err(faults)
        }
    }
}

/// A value and where it stood.
struct Sample {
    field: Field,
    line: u64,
    text: String,
}

impl Sample {
    fn fault(&self, file: &str, columns: &Columns, reason: String) -> Fault {
        Fault::of_value(file, self.line, columns.name(self.field), &self.text, reason)
    }
}

/// Whether a column of dates has another form throughout.
struct DateColumn {
    field: Field,
    at: usize,
    /// One value has the expected form: the column is what it should be, and single rows may be at fault.
    fits: bool,
    first: Option<Sample>,
    likely: Option<Likely>,
    others: u64,
    recognised: u64,
}

impl DateColumn {
    fn new(field: Field, at: usize) -> Self {
        Self { field, at, fits: false, first: None, likely: None, others: 0, recognised: 0 }
    }

    fn look(&mut self, rows: &Rows<'_>, map: &ColumnMap) {
        let text = rows.record.get(self.at).unwrap_or_default().trim();
        let is_text = rows.kinds.get(self.at).is_none_or(|kind| *kind == Kind::Text);
        if self.fits || text.is_empty() || !is_text {
            return;
        }
        if map.date.fits(text) {
            self.fits = true;
            return;
        }
        self.others += 1;
        let Some(seen) = Likely::of(text) else { return };
        self.recognised += 1;
        if self.first.is_none() {
            self.first = Some(Sample { field: self.field, line: rows.line, text: text.to_owned() });
            self.likely = Some(seen);
        } else {
            self.likely = self.likely.and_then(|likely| likely.with(seen));
        }
    }

    fn fault(self, file: &str, columns: &Columns, map: &ColumnMap) -> Option<Fault> {
        let first = self.first.filter(|_| !self.fits && self.recognised * 2 > self.others)?;
        let form = map.date.shown();
        let expected = match self.others {
            1 => format!("expected a date as `{form}`"),
            count => format!("expected a date as `{form}`, which none of the column's {count} dates is"),
        };
        let seen = self.likely.map_or("they have several forms".to_owned(), Likely::hint);
        let reason = format!("{expected}; {seen}");
        Some(first.fault(file, columns, reason))
    }
}

/// What the amounts say about the decimal mark.
#[derive(Default)]
struct Marks {
    points: bool,
    comma: Option<Sample>,
    unclear: Option<Sample>,
}

impl Marks {
    fn look(&mut self, field: Field, rows: &Rows<'_>, at: usize) {
        let text = rows.record.get(at).unwrap_or_default().trim();
        // The number of a sheet is written in the one form that we gave it.
        if rows.kinds.get(at).is_some_and(|kind| *kind != Kind::Text) {
            return;
        }
        let sample = || Some(Sample { field, line: rows.line, text: text.to_owned() });
        match Written::of(text).evidence() {
            Evidence::Point => self.points = true,
            Evidence::Comma if self.comma.is_none() => self.comma = sample(),
            Evidence::Unclear if self.unclear.is_none() => self.unclear = sample(),
            Evidence::Comma | Evidence::Unclear | Evidence::None => {}
        }
    }

    fn decimal(self, table: &Table<'_>, columns: &Columns) -> Result<DecimalMark, Fault> {
        let fault = |sample: Sample, reason: &str| Err(sample.fault(table.file, columns, reason.to_owned()));
        match self {
            // Rows with a comma, if any, are told one by one.
            Marks { points: true, .. } => Ok(DecimalMark::Point),
            Marks { comma: Some(_), unclear, .. } if table.delimiter != b',' => {
                let point = unclear.filter(|sample| sample.text.contains('.'));
                point.map_or(Ok(DecimalMark::Comma), |sample| fault(sample, UNCLEAR))
            }
            Marks { comma: Some(comma), .. } => fault(
                comma,
                "the amounts look as if they had decimal commas, expected points such as `1234.50`; hint: say \
                 `decimal = \",\"` in a map file",
            ),
            Marks { unclear: Some(unclear), .. } => fault(unclear, UNCLEAR),
            Marks { .. } => Ok(DecimalMark::Point),
        }
    }
}

const UNCLEAR: &str = "cannot tell thousands from decimals, and no other amount of the file shows it; hint: say \
                       `decimal = \".\"` or `decimal = \",\"` in a map file, and `thousands` if there are any";
