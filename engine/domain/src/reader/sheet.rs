//! Spreadsheets to rows of cells: XLSX, ODS, XLS and XLSB, with days and numbers as the sheet holds them.
//!
//! A number becomes the decimal text that the sheet's program would show in full (15 significant digits), so that
//! 1234.1 is 1234.1 and not the float next to it; a day becomes its ISO text, by the workbook's own first day (1900 or
//! 1904). What formulas gave when the file was saved is read. A cell merged over several rows holds for each of them.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Sheets};
use chrono::NaiveDate;

use super::hidden_rows::hidden_rows;
use crate::fault::Fault;

/// What a cell is, where the file says so; fields of a text file are [`Kind::Text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// A number, written with a decimal point.
    Number,
    /// A number that a merged cell holds for several rows: good as a name, not as an amount.
    SharedNumber,
    /// A day, in ISO form, perhaps with a time behind it.
    Date,
    /// An error such as `#N/A`.
    Error,
}

#[derive(Clone, Debug)]
pub(super) struct Cell {
    pub text: String,
    pub kind: Kind,
}

/// A row that has at least one cell; cells by column.
#[derive(Clone, Debug)]
pub(super) struct SheetRow {
    pub line: u64,
    pub cells: Vec<(usize, Cell)>,
}

/// One sheet of a workbook.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub rows: Vec<SheetRow>,
    /// Lines of rows that a person who looks at it does not see.
    pub hidden_rows: Vec<u64>,
}

/// More cells than this are refused: ten times the largest ledger that fits a sheet.
const MOST_CELLS: usize = 20_000_000;

/// Whether bytes are a workbook of any of the kinds that are read.
pub(super) fn looks_like_workbook(bytes: &[u8]) -> bool {
    let is_zip = bytes.starts_with(b"PK\x03\x04");
    is_zip && (names(bytes, b"xl/workbook") || names(bytes, OPEN_DOCUMENT)) || is_old_workbook(bytes)
}

/// What an open document says it is, uncompressed at its beginning.
const OPEN_DOCUMENT: &[u8] = b"opendocument.spreadsheet";

/// Whether a zip names a member so, or says so in clear: its list at the end names them all.
fn names(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// The compound files of older spreadsheets.
fn is_old_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
}

/// Every sheet of a workbook that holds cells.
///
/// # Errors
/// When it is no workbook, damaged, protected by a password, or too large.
pub(super) fn sheets(file: &str, bytes: &[u8]) -> Result<Vec<Sheet>, Fault> {
    let damaged = |reason: &str| Fault::of_file(file, format!("the spreadsheet cannot be read: {reason}"));
    if let Some(reason) = super::zip_weight::trouble(bytes) {
        return Err(damaged(&reason));
    }
    // The library is written for sound files; a damaged one must not take the program down with it.
    let read = std::panic::catch_unwind(|| read_all(bytes));
    match read {
        Ok(Ok(sheets)) if sheets.is_empty() => Err(damaged("no sheet holds any cell")),
        Ok(Ok(sheets)) => Ok(sheets),
        Ok(Err(reason)) => Err(damaged(&reason)),
        Err(_) => Err(damaged("it is damaged")),
    }
}

fn read_all(bytes: &[u8]) -> Result<Vec<Sheet>, String> {
    let mut book = opened(bytes)?;
    let listed = book.sheets_metadata().to_vec();
    let mut sheets = Vec::new();
    let mut count = 0;
    for sheet in listed.into_iter().filter(|sheet| sheet.typ == SheetType::WorkSheet) {
        let mut grid = cells(&mut book, &sheet.name, &mut count)?;
        spread_merged(&mut book, &sheet.name, &mut grid);
        let rows: Vec<SheetRow> = grid.into_iter().map(|(row, cells)| numbered(row, cells)).collect();
        if !rows.is_empty() {
            let hidden = hidden_rows(bytes, &sheet.name);
            let hidden_rows = rows.iter().map(|row| row.line).filter(|line| hidden.contains(line)).collect();
            let hidden = sheet.visible != SheetVisible::Visible;
            sheets.push(Sheet { name: sheet.name, hidden, rows, hidden_rows });
        }
    }
    Ok(sheets)
}

type Grid = BTreeMap<u32, BTreeMap<u32, Cell>>;
type Book<'b> = Sheets<Cursor<&'b [u8]>>;

fn opened(bytes: &[u8]) -> Result<Book<'_>, String> {
    let source = || Cursor::new(bytes);
    if is_old_workbook(bytes) {
        return calamine::open_workbook_from_rs(source()).map(Sheets::Xls).map_err(|error| error.to_string());
    }
    if names(bytes, OPEN_DOCUMENT) {
        return calamine::open_workbook_from_rs(source()).map(Sheets::Ods).map_err(|error| error.to_string());
    }
    if names(bytes, b"xl/workbook.bin") {
        return calamine::open_workbook_from_rs(source()).map(Sheets::Xlsb).map_err(|error| error.to_string());
    }
    calamine::open_workbook_from_rs(source()).map(Sheets::Xlsx).map_err(|error| error.to_string())
}

/// The cells of a sheet, one by one: a single stray cell in the last corner must not cost a grid of the whole sheet.
fn cells(book: &mut Book<'_>, name: &str, count: &mut usize) -> Result<Grid, String> {
    let mut grid = Grid::new();
    let mut put = |row: u32, column: u32, cell: Option<Cell>| {
        let Some(cell) = cell else { return Ok(()) };
        *count += 1;
        grid.entry(row).or_default().insert(column, cell);
        if *count > MOST_CELLS { Err(format!("it has more than {MOST_CELLS} cells")) } else { Ok(()) }
    };
    if let Sheets::Xlsx(book) = book {
        let mut reader = book.worksheet_cells_reader(name).map_err(|error| error.to_string())?;
        while let Some(cell) = reader.next_cell().map_err(|error| error.to_string())? {
            let (row, column) = cell.get_position();
            put(row, column, of_reference(cell.get_value()))?;
        }
    } else {
        let range = book.worksheet_range(name).map_err(|error| error.to_string())?;
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, data) in range.used_cells() {
            let place = |from: u32, by: usize| from.saturating_add(u32::try_from(by).unwrap_or(u32::MAX));
            put(place(top, row), place(left, column), of_data(data))?;
        }
    }
    Ok(grid)
}

/// A cell merged over several rows stands in its first; the others are given its value.
fn spread_merged(book: &mut Book<'_>, name: &str, grid: &mut Grid) {
    // What cannot be told about merged cells is told by the rows that lack a value.
    let merged = match book {
        Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Xls(book) => book.merge_cells_by_sheet_name(name).unwrap_or_default(),
        Sheets::Ods(_) | Sheets::Xlsb(_) => Vec::new(),
    };
    for area in merged.into_iter().filter(|area| area.end.0 > area.start.0) {
        let Some(cell) = grid.get_mut(&area.start.0).and_then(|row| row.get_mut(&area.start.1)) else { continue };
        if cell.kind == Kind::Number {
            cell.kind = Kind::SharedNumber;
        }
        let cell = cell.clone();
        let below = area.start.0.saturating_add(1)..=area.end.0;
        for (_, row) in grid.range_mut(below) {
            row.entry(area.start.1).or_insert_with(|| cell.clone());
        }
    }
}

fn numbered(row: u32, cells: BTreeMap<u32, Cell>) -> SheetRow {
    let cells = cells.into_iter().map(|(column, cell)| (usize::try_from(column).unwrap_or(usize::MAX), cell)).collect();
    SheetRow { line: u64::from(row) + 1, cells }
}

fn of_reference(data: &DataRef<'_>) -> Option<Cell> {
    match data {
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(number) => of_data(&Data::Int(*number)),
        DataRef::Float(number) => of_data(&Data::Float(*number)),
        DataRef::String(text) => text_cell(text),
        DataRef::Bool(value) => of_data(&Data::Bool(*value)),
        DataRef::DateTime(moment) => of_data(&Data::DateTime(*moment)),
        DataRef::DateTimeIso(text) => iso_cell(text),
        DataRef::DurationIso(text) => text_cell(text),
        DataRef::Error(error) => of_data(&Data::Error(error.clone())),
        DataRef::Empty => None,
    }
}

fn of_data(data: &Data) -> Option<Cell> {
    let cell = |text: String, kind| Some(Cell { text, kind });
    match data {
        Data::Int(number) => cell(number.to_string(), Kind::Number),
        Data::Float(number) => cell(shown(*number), Kind::Number),
        Data::String(text) => text_cell(text),
        Data::Bool(value) => cell(value.to_string(), Kind::Text),
        Data::DateTime(moment) => Some(moment_cell(*moment)),
        Data::DateTimeIso(text) => iso_cell(text),
        Data::DurationIso(text) => text_cell(text),
        Data::Error(error) => cell(error.to_string(), Kind::Error),
        Data::Empty => None,
    }
}

fn text_cell(text: &str) -> Option<Cell> {
    let text = text.trim();
    (!text.is_empty()).then(|| Cell { text: text.to_owned(), kind: Kind::Text })
}

/// `2026-01-31`, perhaps with a time; anything else stays a text.
fn iso_cell(text: &str) -> Option<Cell> {
    let is_day = text.get(..10).is_some_and(|day| day.parse::<crate::Day>().is_ok());
    let rest = text.get(10..).unwrap_or_default();
    let kind = if is_day && (rest.is_empty() || rest.starts_with('T')) { Kind::Date } else { Kind::Text };
    let text = if kind == Kind::Date { text.trim_end_matches("T00:00:00").replace('T', " ") } else { text.to_owned() };
    (!text.is_empty()).then_some(Cell { text, kind })
}

fn moment_cell(moment: ExcelDateTime) -> Cell {
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    let number = moment.as_f64();
    let date = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
    // Below one day it is a time of day; the day that 1900 never had is no date.
    let (text, kind) = match date {
        _ if !moment.is_datetime() => (format!("{} days", shown(number)), Kind::Text),
        _ if (0.0..1.0).contains(&number) => (time, Kind::Text),
        Some(date) if number >= 1.0 && number.fract() == 0.0 => (date.to_string(), Kind::Date),
        Some(date) if number >= 1.0 => (format!("{date} {time}"), Kind::Date),
        _ => (shown(number), Kind::Number),
    };
    Cell { text, kind }
}

/// A number as a spreadsheet shows it in full: 15 significant digits, no exponent.
fn shown(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string();
    }
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    // The shortest text that reads back as this float has at most 15 digits, as one of 15 does.
    if rounded == 0.0 { "0".to_owned() } else { rounded.to_string() }
}

#[cfg(test)]
mod tests {
    use calamine::ExcelDateTimeType;

    use super::*;

    #[test]
    fn numbers_as_they_are_shown() {
        for (number, text) in [
            (1234.1, "1234.1"),
            (0.1 + 0.2, "0.3"),
            (1234.1 * 3.0, "3702.3"),
            (-1_000_000_000_000.0, "-1000000000000"),
            (20_260_001.0, "20260001"),
            (33.333_333_333_333_336, "33.3333333333333"),
            (1e-7, "0.0000001"),
            (-0.0, "0"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(shown(number), text);
        }
    }

    #[test]
    fn days_of_both_calendars() {
        let moment = |value, is_1904| moment_cell(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, is_1904));
        for (value, is_1904, text, kind) in [
            (46_053.0, false, "2026-01-31", Kind::Date),
            (44_591.0, true, "2026-01-31", Kind::Date),
            (46_053.5, false, "2026-01-31 12:00:00", Kind::Date),
            (0.5, false, "12:00:00", Kind::Text),
            (60.0, false, "60", Kind::Number),
            (-3.0, false, "-3", Kind::Number),
        ] {
            let cell = moment(value, is_1904);
            assert_eq!((cell.text.as_str(), cell.kind), (text, kind));
        }
        let lasting = moment_cell(ExcelDateTime::new(1.5, ExcelDateTimeType::TimeDelta, false));
        assert_eq!((lasting.text.as_str(), lasting.kind), ("1.5 days", Kind::Text));
    }

    #[test]
    fn texts_that_are_days() {
        for (text, expected, kind) in [
            ("2026-01-31", "2026-01-31", Kind::Date),
            ("2026-01-31T00:00:00", "2026-01-31", Kind::Date),
            ("2026-01-31T08:30:00", "2026-01-31 08:30:00", Kind::Date),
            ("2026-02-31", "2026-02-31", Kind::Text),
            ("08:30:00", "08:30:00", Kind::Text),
        ] {
            let cell = iso_cell(text).unwrap();
            assert_eq!((cell.text.as_str(), cell.kind), (expected, kind));
        }
    }
}
