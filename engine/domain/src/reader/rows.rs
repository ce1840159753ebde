//! Walking through the rows of a text or of a sheet, with their true lines.

use csv::{ReaderBuilder, StringRecord};

use super::decode::LineCounter;
use super::sheet::{Kind, SheetRow};
use super::table::Source;

/// What is wrong with a value behind which nothing shows that it is whole.
pub(super) const MAY_BE_CUT: &str =
    "the last line has no line end, so the file may be cut inside this value; hint: if it is whole, end its last line";

/// Where a walk begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    /// Byte of a text, index into the rows of a sheet.
    pub offset: usize,
    /// The line on which that is.
    pub line: u64,
}

/// More columns than this are no table.
const MOST_COLUMNS: usize = 2_000;

/// Walks through records; one buffer serves them all.
#[derive(Debug)]
pub(super) struct Rows<'t> {
    /// The present record.
    pub record: StringRecord,
    /// What its cells are; empty for a text file, where every field is a text.
    pub kinds: Vec<Kind>,
    /// The line on which the present record starts.
    pub line: u64,
    walk: Walk<'t>,
}

#[derive(Debug)]
enum Walk<'t> {
    Text(Box<TextWalk<'t>>),
    Sheet { rows: &'t [SheetRow], next: usize, width: Option<usize> },
}

#[derive(Debug)]
struct TextWalk<'t> {
    reader: csv::Reader<&'t [u8]>,
    delimiter: u8,
    bytes: &'t [u8],
    lines: LineCounter<'t>,
    base: usize,
    start: usize,
    end: usize,
}

impl<'t> Rows<'t> {
    /// Walks from a start on; the rows of a sheet are as wide as its header, or as their own cells.
    pub fn new(source: Source<'t>, delimiter: u8, from: Start, width: Option<usize>) -> Self {
        let walk = match source {
            Source::Text(text) => Walk::Text(Box::new(TextWalk::new(text, delimiter, from))),
            Source::Sheet(sheet) => Walk::Sheet { rows: &sheet.rows, next: from.offset, width },
        };
        Self { record: StringRecord::new(), kinds: Vec::new(), line: from.line, walk }
    }

    /// Goes to the next record that is not blank; false when there is none.
    pub fn advance(&mut self) -> bool {
        match &mut self.walk {
            Walk::Text(walk) => {
                let found = walk.advance(&mut self.record);
                self.line = walk.lines.line;
                found
            }
            Walk::Sheet { rows, next, width } => {
                let Some(row) = rows.get(*next) else { return false };
                *next += 1;
                self.line = row.line;
                let own = row.cells.last().map_or(0, |(at, _)| at.saturating_add(1));
                take_cells(row, width.unwrap_or(own).min(MOST_COLUMNS), &mut self.record, &mut self.kinds);
                true
            }
        }
    }

    /// Where the next record begins.
    pub fn next_start(&self) -> usize {
        match &self.walk {
            Walk::Text(walk) => walk.end,
            Walk::Sheet { next, .. } => *next,
        }
    }

    /// Whether every field is blank (rows that a spreadsheet left behind).
    pub fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim().is_empty()) && self.open_quote().is_none()
    }

    /// What is wrong with the record's shape: a quote that is never closed, too few or too many fields.
    pub fn shape_fault(&self, expected: usize) -> Option<String> {
        match &self.walk {
            Walk::Text(walk) => walk.shape_fault(self.record.len(), expected),
            Walk::Sheet { .. } => None,
        }
    }

    /// Whether this is the last record of a text and nothing shows where it ends: neither a line end nor a closing quote.
    pub fn is_unfinished(&self) -> bool {
        match &self.walk {
            Walk::Text(walk) => walk.is_unfinished(),
            Walk::Sheet { .. } => false,
        }
    }

    /// What is wrong when a quote is never closed.
    pub fn open_quote(&self) -> Option<String> {
        match &self.walk {
            Walk::Text(walk) => walk.open_quote(),
            Walk::Sheet { .. } => None,
        }
    }
}

fn take_cells(row: &SheetRow, width: usize, record: &mut StringRecord, kinds: &mut Vec<Kind>) {
    record.clear();
    kinds.clear();
    let mut cells = row.cells.iter().peekable();
    for column in 0..width {
        match cells.next_if(|(at, _)| *at == column) {
            Some((_, cell)) => {
                record.push_field(&cell.text);
                kinds.push(cell.kind);
            }
            None => {
                record.push_field("");
                kinds.push(Kind::Text);
            }
        }
    }
}

impl<'t> TextWalk<'t> {
    fn new(text: &'t str, delimiter: u8, from: Start) -> Self {
        let bytes = text.as_bytes();
        let body = bytes.get(from.offset..).unwrap_or_default();
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(body);
        let (base, start, end) = (from.offset, from.offset, from.offset);
        let lines = LineCounter::new(bytes);
        Self { reader, delimiter, bytes, lines, base, start, end }
    }

    fn advance(&mut self, record: &mut StringRecord) -> bool {
        loop {
            // The reader cannot fail: it reads memory, takes any number of fields, and the text is valid already.
            if !matches!(self.reader.read_record(record), Ok(true)) {
                return false;
            }
            self.locate();
            let is_blank_line = record.len() == 1 && record.iter().all(|field| field.trim().is_empty());
            if !is_blank_line {
                return true;
            }
        }
    }

    /// The record starts behind the line ends that the csv reader skips; its own line count stops before them.
    fn locate(&mut self) {
        self.start = self.end;
        while matches!(self.bytes.get(self.start), Some(b'\r' | b'\n')) {
            self.start += 1;
        }
        self.lines.advance_to(self.start);
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.end = self.base.saturating_add(read).min(self.bytes.len());
    }

    fn shape_fault(&self, found: usize, expected: usize) -> Option<String> {
        if let Some(reason) = self.open_quote() {
            return Some(reason);
        }
        let hint = match found.cmp(&expected) {
            std::cmp::Ordering::Equal => return None,
            _ if self.spans_lines() => "is a quote not closed?".to_owned(),
            std::cmp::Ordering::Less if self.is_last() => "is the file cut?".to_owned(),
            std::cmp::Ordering::Less => "is the line broken in two?".to_owned(),
            std::cmp::Ordering::Greater => {
                format!("is there a value with a `{}` in it that is not in quotes?", self.delimiter.escape_ascii())
            }
        };
        Some(format!("found {found} fields, expected {expected}; {hint}"))
    }

    fn open_quote(&self) -> Option<String> {
        let open = self.end == self.bytes.len() && end_of(self.span(), self.delimiter) == At::Quoted;
        open.then(|| "a quote is opened and never closed; is the file cut?".to_owned())
    }

    fn is_unfinished(&self) -> bool {
        let has_line_end = matches!(self.bytes.last(), Some(b'\n' | b'\r'));
        self.end == self.bytes.len() && !has_line_end && end_of(self.span(), self.delimiter) != At::QuoteInQuoted
    }

    fn is_last(&self) -> bool {
        self.bytes.get(self.end..).unwrap_or_default().trim_ascii().is_empty()
    }

    fn spans_lines(&self) -> bool {
        self.span().trim_ascii_end().iter().any(|byte| matches!(byte, b'\r' | b'\n'))
    }

    fn span(&self) -> &'t [u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }
}

/// Where in a field a byte of a record stands.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Start,
    Bare,
    Quoted,
    /// Behind a quote in a quoted field: its end, or the first half of a doubled one.
    QuoteInQuoted,
}

/// Where a record's text ends, by the csv reader's own rules.
fn end_of(record: &[u8], delimiter: u8) -> At {
    let mut at = At::Start;
    for &byte in record {
        at = match (at, byte) {
            (At::Start | At::QuoteInQuoted, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::QuoteInQuoted,
            (At::Quoted, _) => At::Quoted,
            (_, byte) if byte == delimiter => At::Start,
            _ => At::Bare,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_quotes() {
        for (text, open) in [
            ("\"a", true),
            ("\"a\"\"", true),
            ("\"a\",\"", true),
            ("\"a\"", false),
            ("5\" pipe", false),
            ("\"a\"b\"", false),
        ] {
            assert_eq!(end_of(text.as_bytes(), b',') == At::Quoted, open, "{text}");
        }
    }
}
