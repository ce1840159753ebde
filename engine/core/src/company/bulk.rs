//! Rows about some companies out of a table about all of them: the state's whole registers as Parquet.
//!
//! The column of numbers is read first, row group by row group; of the rest only the groups that hold one of the companies.

use std::collections::BTreeSet;

use encours_domain::{Day, Siren};
use polars::prelude::{AnyValue, BooleanChunked, Column, DataType, NewChunkedArray};
use rayon::prelude::*;
use serde_json::{Map, Value};

use crate::CoreError;
use crate::ledger::TableSource;
use crate::ledger::table::RowGroup;

/// Rows as objects of column and value; days as `YYYY-MM-DD`.
pub type BulkRows = Vec<Map<String, Value>>;

/// The rows whose column `number` names one of these companies, with the columns of `wanted` that the table has, in the
/// table's order. A cell may hold one number, with blanks or without, or several.
///
/// # Errors
/// When the table is no Parquet, is damaged, or lacks the column `number`.
pub fn rows_about(
    source: &TableSource<'_>,
    number: &str,
    wanted: &[&str],
    companies: &BTreeSet<Siren>,
) -> Result<BulkRows, CoreError> {
    let layout = source.layout()?;
    if !layout.has(number) {
        let found = layout.columns.join("`, `");
        return Err(source.error(format!("column `{number}` is missing; found `{found}`")));
    }
    let columns: Vec<&str> = wanted.iter().copied().filter(|name| layout.has(name)).collect();
    let groups: Vec<Result<BulkRows, CoreError>> =
        layout.groups.par_iter().map(|group| of_group(source, group, number, &columns, companies)).collect();
    let mut rows = Vec::new();
    for group in groups {
        rows.extend(group?);
    }
    Ok(rows)
}

/// Shows every text of a column, row by row; nothing where the table has no such column. Days are shown as `YYYY-MM-DD`,
/// numbers with leading noughts to nine digits.
///
/// # Errors
/// When the table is no Parquet, or is damaged.
pub fn each_text(source: &TableSource<'_>, column: &str, show: &mut dyn FnMut(&str)) -> Result<(), CoreError> {
    let layout = source.layout()?;
    if !layout.has(column) {
        return Ok(());
    }
    let failed = |error: polars::error::PolarsError| source.error(error.to_string());
    for group in &layout.groups {
        let frame = source.read(&[column], group)?;
        let cells = as_days(frame.column(column).map_err(failed)?).map_err(failed)?;
        for at in 0..cells.len() {
            match cells.get(at).map_or(Value::Null, |value| json(&value)) {
                Value::String(text) => show(&text),
                Value::Number(number) => show(&format!("{number:0>9}")),
                _ => {}
            }
        }
    }
    Ok(())
}

fn of_group(
    source: &TableSource<'_>,
    group: &RowGroup,
    number: &str,
    columns: &[&str],
    companies: &BTreeSet<Siren>,
) -> Result<BulkRows, CoreError> {
    let failed = |error: polars::error::PolarsError| source.error(error.to_string());
    let numbers = source.read(&[number], group)?;
    let numbers = numbers.column(number).map_err(failed)?;
    let fits = fitting(numbers, companies);
    if !fits.contains(&true) {
        return Ok(Vec::new());
    }
    let frame = source.read(columns, group)?;
    let mask = BooleanChunked::from_slice("fits".into(), &fits);
    let frame = frame.filter(&mask).map_err(failed)?;
    let mut rows: BulkRows = vec![Map::new(); frame.height()];
    for column in frame.columns() {
        let column = as_days(column).map_err(failed)?;
        let name = column.name().to_string();
        for (at, row) in rows.iter_mut().enumerate() {
            let value = column.get(at).map_or(Value::Null, |value| json(&value));
            if !value.is_null() {
                row.insert(name.clone(), value);
            }
        }
    }
    Ok(rows)
}

/// Which cells name one of the companies.
fn fitting(numbers: &Column, companies: &BTreeSet<Siren>) -> Vec<bool> {
    let known: BTreeSet<&str> = companies.iter().map(Siren::as_str).collect();
    if let Ok(texts) = numbers.str() {
        return texts.iter().map(|text| text.is_some_and(|text| names_one(text, &known))).collect();
    }
    let of = |at: usize| {
        let value = numbers.get(at).map_or(Value::Null, |value| json(&value));
        match value {
            Value::String(text) => names_one(&text, &known),
            Value::Number(number) => names_one(&format!("{number:0>9}"), &known),
            Value::Array(values) => values.iter().any(|one| one.as_str().is_some_and(|text| names_one(text, &known))),
            _ => false,
        }
    };
    (0..numbers.len()).map(of).collect()
}

/// Whether a text of one number or of several, with commas between them, has one of these.
pub fn names_one(text: &str, known: &BTreeSet<&str>) -> bool {
    if text.len() == 9 {
        return known.contains(text);
    }
    text.split(',').any(|part| {
        let digits: String = part.chars().filter(char::is_ascii_digit).collect();
        digits.len() == 9 && known.contains(digits.as_str())
    })
}

/// Moments as the day on which they fall; whatever else as it is.
fn as_days(column: &Column) -> Result<Column, polars::error::PolarsError> {
    if matches!(column.dtype(), DataType::Datetime(..)) { column.cast(&DataType::Date) } else { Ok(column.clone()) }
}

fn json(value: &AnyValue<'_>) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::String(text) => Value::from(*text),
        AnyValue::StringOwned(text) => Value::from(text.as_str()),
        AnyValue::Boolean(truth) => Value::from(*truth),
        AnyValue::Date(day) => Day::from_number(*day).map_or(Value::Null, |day| Value::from(day.to_string())),
        AnyValue::Float32(number) => Value::from(f64::from(*number)),
        AnyValue::Float64(number) => Value::from(*number),
        AnyValue::List(values) => Value::from(values.iter().map(|value| json(&value)).collect::<Vec<Value>>()),
        whole => whole.extract::<i64>().map_or(Value::Null, Value::from),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use polars::frame::DataFrame;
    use polars::prelude::{NamedFrom, ParquetWriter, Series};

    use super::*;

    fn table(mut frame: DataFrame, group: usize) -> TableSource<'static> {
        let mut bytes = Cursor::new(Vec::new());
        ParquetWriter::new(&mut bytes).with_row_group_size(Some(group)).finish(&mut frame).unwrap();
        TableSource::from_bytes("t.parquet", Arc::from(bytes.into_inner()))
    }

    fn companies(numbers: &[&str]) -> BTreeSet<Siren> {
        numbers.iter().map(|number| number.parse().unwrap()).collect()
    }

    #[test]
    fn rows_of_the_companies_and_no_others() {
        let numbers = ["000100008", "000200006", "000300004", "000200006"];
        let days = Series::new("day".into(), [20_000_i32, 20_001, 20_002, 20_003]).cast(&DataType::Date).unwrap();
        let moments = Series::new("at".into(), [0_i64, 86_400_000_000, 1, 172_800_000_001]);
        let moments = moments.cast(&DataType::Datetime(polars::prelude::TimeUnit::Microseconds, None)).unwrap();
        let frame = DataFrame::new(
            4,
            vec![
                Series::new("siren".into(), numbers).into(),
                days.into(),
                moments.into(),
                Series::new("form".into(), [Some(5710_i64), Some(1000), None, Some(5499)]).into(),
                Series::new("head".into(), [true, false, true, true]).into(),
            ],
        )
        .unwrap();
        for group in [1, 2, 4] {
            let source = table(frame.clone(), group);
            let wanted = ["siren", "day", "at", "form", "head", "absent"];
            let rows = rows_about(&source, "siren", &wanted, &companies(&["000200006"])).unwrap();
            let text = serde_json::to_string(&rows).unwrap();
            let expected = r#"[{"siren":"000200006","day":"2024-10-05","at":"1970-01-02","form":1000,"head":false},"#;
            assert!(text.starts_with(expected) || rows.len() == 2, "{text}");
            assert_eq!((rows[1]["form"].as_i64(), rows[1]["at"].as_str()), (Some(5499), Some("1970-01-03")));
            assert_eq!(rows[0]["day"], "2024-10-05");
        }
        let error = rows_about(&table(frame, 4), "registre", &[], &companies(&[])).unwrap_err().to_string();
        assert!(error.contains("`registre` is missing"), "{error}");
    }

    #[test]
    fn a_cell_may_hold_several_numbers() {
        let known = ["000100008"].into();
        for (text, fits) in [
            ("000100008", true),
            ("000 100 008", true),
            ("999999999,000 100 008", true),
            ("000100008,000 100 008", true),
            ("000200006", false),
            ("", false),
            ("no number", false),
        ] {
            assert_eq!(names_one(text, &known), fits, "{text}");
        }
    }
}
