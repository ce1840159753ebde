//! A FEC that somebody saved as a workbook: its sheet as text, cell by cell and line by line.

use std::io::Read;

use super::header::{Column, Header};
use crate::fault::Fault;
use crate::reader::sheet::{Kind, Sheet, looks_like_workbook, sheets};
use crate::reader::zip_weight::{member, trouble};

/// Where the texts of an XLSX begin, those of a sheet without shared texts, and those of an ODS.
const MEMBERS: [&str; 3] = ["xl/sharedStrings.xml", "xl/worksheets/sheet1.xml", "content.xml"];

/// Bytes of each that are looked at: the header stands among the first lines.
const LOOKED_AT: u64 = 1 << 16;

/// Names of a FEC that make a workbook one.
const ENOUGH: usize = 10;

/// Whether a workbook's first texts are the names of a FEC's columns; the sheet itself is not read for this.
pub(super) fn looks_like(bytes: &[u8]) -> bool {
    if !looks_like_workbook(bytes) || trouble(bytes).is_some() {
        return false;
    }
    let says = |name: &&str| {
        let mut start = Vec::new();
        let read = member(bytes, name).map(|member| member.take(LOOKED_AT).read_to_end(&mut start));
        // What is cut in the middle was read up to there.
        read.is_some() && known(&String::from_utf8_lossy(&start)) >= ENOUGH
    };
    MEMBERS.iter().any(says)
}

fn known(xml: &str) -> usize {
    let texts: Vec<String> = xml.split(['<', '>']).map(|text| text.trim().to_ascii_lowercase()).collect();
    Column::legal().filter(|name| texts.contains(&name.to_ascii_lowercase())).count()
}

/// The sheet that holds the entries as text: tabs between the cells, each row on its own line.
///
/// # Errors
/// When the workbook cannot be read, or no sheet of it has the columns.
pub(super) fn text(file: &str, bytes: &[u8]) -> Result<String, Fault> {
    let texts: Vec<String> = sheets(file, bytes)?.iter().map(as_text).collect();
    let found = texts.iter().position(|text| Header::find(text).is_some());
    let found = found.or_else(|| texts.iter().position(|text| Header::near(text).is_some())).unwrap_or(0);
    Ok(texts.into_iter().nth(found).unwrap_or_default())
}

fn as_text(sheet: &Sheet) -> String {
    let (mut text, mut line) = (String::new(), 1);
    for row in &sheet.rows {
        // Rows without a cell are not told: their lines are.
        while line < row.line {
            text.push('\n');
            line += 1;
        }
        let mut column = 0;
        for (at, cell) in &row.cells {
            while column < *at {
                text.push('\t');
                column += 1;
            }
            let value = match cell.kind {
                // Midnight behind a day.
                Kind::Date => cell.text.get(..10).unwrap_or(&cell.text),
                _ => &cell.text,
            };
            text.extend(value.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
        }
    }
    text
}
