//! The types a table's columns may have. Some that are usual in a ledger (decimals, small integers) polars knows only
//! with features that cost a longer build; those columns are decoded here. Every other type is a refusal: polars
//! panics on types it was not built for.

use std::io::SeekFrom;

use polars::error::PolarsError;
use polars::io::mmap::MmapBytesReader;
use polars::io::parquet::metadata::FileMetadataRef;
use polars::io::parquet::read::_internal::to_deserializer;
use polars::prelude::{ArrayRef, ArrowField, Column, DataType, IntoColumn, NamedFrom, Series};
use polars_arrow::array::PrimitiveArray;
use polars_arrow::datatypes::ArrowDataType;

/// What may stand in a column.
const ALLOWED: &str = "text, a date or a moment (of no time zone, or UTC), a number, a decimal, true or false";

/// Digits of a decimal that 128 bits hold.
const MOST_DIGITS: usize = 38;

/// How the values of a column come in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// As polars gives them.
    Ready,
    /// Integers of less than 32 bits, as such of 32.
    SmallInteger,
    /// Decimals with this many digits after the point, as exact texts.
    Decimal(usize),
    /// No values at all, as missing texts.
    Nothing,
    /// Not at all; what was found and what is allowed.
    Refused(String),
}

impl Kind {
    pub(crate) fn of(field: &ArrowField) -> Self {
        Self::of_type(&field.dtype)
    }

    fn of_type(dtype: &ArrowDataType) -> Self {
        use ArrowDataType as A;
        match dtype {
            A::Boolean | A::Int32 | A::Int64 | A::UInt32 | A::UInt64 | A::Float32 | A::Float64 => Self::Ready,
            A::Utf8 | A::LargeUtf8 | A::Utf8View | A::Date32 | A::Date64 | A::Timestamp(_, None) => Self::Ready,
            A::Timestamp(_, Some(zone)) if matches!(zone.as_str(), "UTC" | "+00:00") => Self::Ready,
            A::Int8 | A::Int16 | A::UInt8 | A::UInt16 => Self::SmallInteger,
            A::Decimal(digits, scale) | A::Decimal32(digits, scale) | A::Decimal64(digits, scale)
                if *digits <= MOST_DIGITS && scale <= digits =>
            {
                Self::Decimal(*scale)
            }
            A::Null => Self::Nothing,
            A::Dictionary(_, values, _) => Self::of_type(values),
            other => Self::Refused(format!("found type {}, expected {ALLOWED}", word(other))),
        }
    }
}

/// Whether values stand in a dictionary beside the column. Parquet's own types say nothing of that: without the note
/// that Arrow leaves in the file such a column reads as what it holds.
pub(crate) fn is_dictionary(field: &ArrowField) -> bool {
    matches!(field.dtype, ArrowDataType::Dictionary(..))
}

/// A type as a person calls it.
fn word(dtype: &ArrowDataType) -> String {
    use ArrowDataType as A;
    let word = match dtype {
        A::Timestamp(_, Some(zone)) => return format!("moment in time zone `{zone}`"),
        A::Decimal(digits, scale)
        | A::Decimal32(digits, scale)
        | A::Decimal64(digits, scale)
        | A::Decimal256(digits, scale) => return format!("decimal of {digits} digits, {scale} after the point"),
        A::Struct(_) => "struct",
        A::List(_) | A::LargeList(_) | A::FixedSizeList(..) => "list",
        A::Map(..) => "map",
        A::Time32(_) | A::Time64(_) => "time of day",
        A::Duration(_) | A::Interval(_) => "length of time",
        A::Binary | A::LargeBinary | A::BinaryView | A::FixedSizeBinary(_) => "bytes",
        A::Float16 => "16-bit float",
        A::Extension(_) => "extension type",
        _ => "unknown type",
    };
    word.to_owned()
}

/// Reads a column of one row group that polars cannot read by itself.
pub(crate) fn read(
    reader: &mut dyn MmapBytesReader,
    metadata: &FileMetadataRef,
    name: &str,
    kind: &Kind,
    rows: usize,
) -> Result<Column, String> {
    match kind {
        Kind::Refused(reason) => Err(reason.clone()),
        Kind::Nothing => Ok(Column::full_null(name.into(), rows, &DataType::String)),
        Kind::SmallInteger => {
            let field = ArrowField::new(name.into(), ArrowDataType::Int32, true);
            let arrays = decoded(reader, metadata, field.clone())?;
            let column = Series::try_from((&field, arrays));
            column.map(IntoColumn::into_column).map_err(|error: PolarsError| error.to_string())
        }
        Kind::Decimal(scale) => {
            let field = ArrowField::new(name.into(), ArrowDataType::Decimal(MOST_DIGITS, *scale), true);
            let texts = decimals(&decoded(reader, metadata, field)?, *scale);
            let texts = texts.ok_or_else(|| "holds no decimals of 128 bits".to_owned())?;
            Ok(Series::new(name.into(), texts).into_column())
        }
        Kind::Ready => Err("is read by polars".to_owned()),
    }
}

fn decoded(
    reader: &mut dyn MmapBytesReader,
    metadata: &FileMetadataRef,
    field: ArrowField,
) -> Result<Vec<ArrayRef>, String> {
    let mut chunks = Vec::new();
    let size = reader.seek(SeekFrom::End(0)).map_err(|error| error.to_string())?;
    for group in &metadata.row_groups {
        for chunk in group.columns_under_root_iter(&field.name).into_iter().flatten() {
            let range = chunk.byte_range();
            if range.end > size {
                return Err(format!("ends at byte {} of a file of {size}", range.end));
            }
            let mut bytes = vec![0; usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0)];
            reader.seek(SeekFrom::Start(range.start)).map_err(|error| error.to_string())?;
            reader.read_exact(&mut bytes).map_err(|error| error.to_string())?;
            chunks.push((chunk, bytes.into()));
        }
    }
    let (arrays, _) = to_deserializer(chunks, field, None).map_err(|error| error.to_string())?;
    Ok(arrays)
}

fn decimals(arrays: &[ArrayRef], scale: usize) -> Option<Vec<Option<String>>> {
    let mut texts = Vec::new();
    for array in arrays {
        let numbers = array.as_any().downcast_ref::<PrimitiveArray<i128>>()?;
        texts.extend(numbers.iter().map(|number| number.map(|&number| decimal(number, scale))));
    }
    Some(texts)
}

/// A decimal without trailing noughts: `12.5` for 1250 with two digits after the point.
fn decimal(number: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let (sign, fraction) = (if number < 0 { "-" } else { "" }, fraction.trim_end_matches('0'));
    let point = if fraction.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{fraction}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_written_exactly() {
        for (number, scale, text) in [
            (125_050, 2, "1250.5"),
            (-1, 2, "-0.01"),
            (0, 2, "0"),
            (700, 0, "700"),
            (-125_000, 4, "-12.5"),
            (i128::MAX, 0, "170141183460469231731687303715884105727"),
        ] {
            assert_eq!(decimal(number, scale), text);
        }
    }

    #[test]
    fn a_type_that_is_not_read_is_named() {
        let refused = |dtype| match Kind::of_type(&dtype) {
            Kind::Refused(reason) => reason,
            kind => panic!("{kind:?}"),
        };
        for (dtype, named) in [
            (ArrowDataType::Struct(Vec::new()), "struct"),
            (ArrowDataType::Binary, "bytes"),
            (ArrowDataType::Decimal256(40, 2), "decimal of 40 digits, 2 after the point"),
            (
                ArrowDataType::Timestamp(polars_arrow::datatypes::TimeUnit::Second, Some("Europe/Paris".into())),
                "moment in time zone `Europe/Paris`",
            ),
        ] {
            assert_eq!(refused(dtype), format!("found type {named}, expected {ALLOWED}"));
        }
    }
}
