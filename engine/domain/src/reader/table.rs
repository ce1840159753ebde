//! Text to records: the delimiter, the header, and rows with their true lines.

use csv::{ReaderBuilder, StringRecord};

use super::decode::LineCounter;
use super::names::{listed, normal};
use crate::fault::Fault;

/// The delimiters that are known, in the order in which ties are settled.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// A delimited text with a header.
#[derive(Debug)]
pub(super) struct Table<'t> {
    pub file: &'t str,
    pub delimiter: u8,
    /// The names of the columns as the file has them, trimmed.
    pub header: Vec<String>,
    text: &'t str,
    /// Where the first row starts, and on which line the header stood.
    body: Start,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Start {
    pub offset: usize,
    pub line: u64,
}

/// The names that a header may show.
pub(super) struct Names<'n> {
    /// Whether a name means something to the reader.
    pub is_known: &'n dyn Fn(&str) -> bool,
    /// The names to show when none does.
    pub expected: &'n [&'n str],
    /// What to do then.
    pub hint: &'n str,
}

impl<'t> Table<'t> {
    /// Finds delimiter and header; without a stated delimiter the one wins that shows most known names.
    ///
    /// # Errors
    /// When a quote is never closed, no column is known, or a name stands twice.
    pub fn open(file: &'t str, text: &'t str, delimiter: Option<u8>, names: &Names<'_>) -> Result<Self, Fault> {
        let delimiter = delimiter.unwrap_or_else(|| guessed_delimiter(text, names));
        let start = Start { offset: 0, line: 1 };
        let mut rows = Rows::new(text, delimiter, start);
        if !rows.advance() {
            return Err(Fault::of_file(file, "the file is empty, expected a line of column names and rows"));
        }
        if let Some(reason) = rows.open_quote() {
            return Err(Fault::of_line(file, rows.line, reason));
        }
        let header: Vec<String> = rows.record.iter().map(|name| name.trim().to_owned()).collect();
        if !header.iter().any(|name| (names.is_known)(name)) {
            return Err(no_header(file, rows.line, &header, names));
        }
        refuse_repeated(file, rows.line, &header)?;
        let body = Start { offset: rows.end, line: rows.line };
        Ok(Self { file, delimiter, header, text, body })
    }

    /// The rows below the header.
    pub fn rows(&self) -> Rows<'t> {
        Rows::new(self.text, self.delimiter, self.body)
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        self.body.line
    }

    /// The last line that lacks its line end: it may be cut inside its last field, where nothing else would show it.
    pub fn unfinished_line(&self) -> Option<u64> {
        let unfinished = !self.text.ends_with(['\n', '\r']);
        unfinished.then(|| super::decode::line_at(self.text.as_bytes(), self.text.len()))
    }
}

fn guessed_delimiter(text: &str, names: &Names<'_>) -> u8 {
    let evidence = |delimiter: u8| {
        let mut rows = Rows::new(text, delimiter, Start { offset: 0, line: 1 });
        rows.advance();
        (rows.record.iter().filter(|name| (names.is_known)(name)).count(), rows.record.len())
    };
    // The first of equals must win, so later ones are looked at first.
    DELIMITERS.into_iter().rev().max_by_key(|&delimiter| evidence(delimiter)).unwrap_or(b',')
}

fn no_header(file: &str, line: u64, header: &[String], names: &Names<'_>) -> Fault {
    let (found, expected, hint) = (listed(header), listed(names.expected), names.hint);
    Fault::of_line(file, line, format!("no column name is known: found {found}, expected {expected}; hint: {hint}"))
}

fn refuse_repeated(file: &str, line: u64, header: &[String]) -> Result<(), Fault> {
    let mut names: Vec<String> = header.iter().map(|name| normal(name)).filter(|name| !name.is_empty()).collect();
    names.sort_unstable();
    let mut repeated: Vec<&str> =
        names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].as_str()).collect();
    repeated.dedup();
    if repeated.is_empty() {
        return Ok(());
    }
    Err(Fault::of_line(file, line, format!("the header names a column twice: {}", listed(&repeated))))
}

/// Walks through records; one buffer serves them all.
#[derive(Debug)]
pub(super) struct Rows<'t> {
    /// The present record.
    pub record: StringRecord,
    /// The line on which the present record starts.
    pub line: u64,
    reader: csv::Reader<&'t [u8]>,
    delimiter: u8,
    bytes: &'t [u8],
    lines: LineCounter<'t>,
    base: usize,
    start: usize,
    end: usize,
}

impl<'t> Rows<'t> {
    pub fn new(text: &'t str, delimiter: u8, from: Start) -> Self {
        let bytes = text.as_bytes();
        let body = bytes.get(from.offset..).unwrap_or_default();
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(body);
        let (base, start, end) = (from.offset, from.offset, from.offset);
        let (record, lines) = (StringRecord::new(), LineCounter::new(bytes));
        Self { record, line: from.line, reader, delimiter, bytes, lines, base, start, end }
    }

    /// Goes to the next record that is not blank; false when there is none.
    pub fn advance(&mut self) -> bool {
        loop {
            // The reader cannot fail: it reads memory, takes any number of fields, and the text is valid already.
            if !matches!(self.reader.read_record(&mut self.record), Ok(true)) {
                return false;
            }
            self.locate();
            let is_blank_line = self.record.len() == 1 && self.record.iter().all(|field| field.trim().is_empty());
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
        self.line = self.lines.line;
        let read = usize::try_from(self.reader.position().byte()).unwrap_or(usize::MAX);
        self.end = self.base.saturating_add(read).min(self.bytes.len());
    }

    /// Whether every field is blank (rows that a spreadsheet left behind).
    pub fn is_blank(&self) -> bool {
        self.record.iter().all(|field| field.trim().is_empty()) && self.open_quote().is_none()
    }

    /// What is wrong with the record's shape: a quote that is never closed, too few or too many fields.
    pub fn shape_fault(&self, expected: usize) -> Option<String> {
        if let Some(reason) = self.open_quote() {
            return Some(reason);
        }
        let found = self.record.len();
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

    pub fn open_quote(&self) -> Option<String> {
        let open = self.end == self.bytes.len() && ends_in_quote(self.span(), self.delimiter);
        open.then(|| "a quote is opened and never closed; is the file cut?".to_owned())
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

/// Whether a record's text ends inside a quoted field, by the csv reader's own rules.
fn ends_in_quote(record: &[u8], delimiter: u8) -> bool {
    #[derive(PartialEq)]
    enum At {
        Start,
        Bare,
        Quoted,
        QuoteInQuoted,
    }
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
    at == At::Quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<(u64, String)> {
        let names = Names { is_known: &|name| name == "a", expected: &["a"], hint: "" };
        let table = Table::open("f", text, None, &names).unwrap();
        let mut rows = table.rows();
        let mut found = Vec::new();
        while rows.advance() {
            found.push((rows.line, rows.record.iter().collect::<Vec<_>>().join("/")));
        }
        found
    }

    #[test]
    fn lines_are_true() {
        let expected = |rows: &[(u64, &str)]| -> Vec<(u64, String)> {
            rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
        };
        for (text, rows) in [
            ("a,b\n1,2\n3,4\n", &[(2, "1/2"), (3, "3/4")][..]),
            ("a,b\r\n1,2\r\n3,4", &[(2, "1/2"), (3, "3/4")]),
            ("a,b\r1,2\r3,4\r", &[(2, "1/2"), (3, "3/4")]),
            ("\n\na;b\n\n1;2\n  \n\n3;4\n", &[(5, "1/2"), (8, "3/4")]),
            ("a,b\r\n1,\"x\r\ny\"\r\n3,4\r\n", &[(2, "1/x\r\ny"), (4, "3/4")]),
            ("a|b\n\"1|\"\"\"|2\n", &[(2, "1|\"/2")]),
            ("a\tb\n1,5\t2\n", &[(2, "1,5/2")]),
        ] {
            assert_eq!(lines(text), expected(rows), "{text:?}");
        }
    }

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
            assert_eq!(ends_in_quote(text.as_bytes(), b','), open, "{text}");
        }
    }
}
