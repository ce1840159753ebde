//! A file to records: the delimiter, the line of names, and rows with their true lines; text and sheets alike.
//!
//! Files come from people: titles stand above the names of the columns, a name stands twice, a group of columns has a
//! name of its own above it. The line of names is the one of the first [`SEARCHED`] that shows most known names, the
//! first of equals, unless a map says which line it is and over how many the names go.

use csv::StringRecord;

use super::names::{listed, normal};
use super::rows::{Rows, Start};
use super::sheet::Sheet;
use crate::fault::Fault;

/// The delimiters that are known, in the order in which ties are settled.
pub(super) const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// How many lines are looked at for the names of the columns.
const SEARCHED: usize = 40;

/// How many rows are looked at for delimiters behind their last field.
const LOOKED_AT: usize = 50;

/// More columns than this are no table of ours.
const MOST_COLUMNS: usize = 2_000;

/// What a table is read from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'t> {
    /// A delimited text.
    Text(&'t str),
    /// A sheet of a workbook.
    Sheet(&'t Sheet),
}

/// What a map says about where the names stand.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Stated {
    pub delimiter: Option<u8>,
    /// The first line of the names.
    pub header_line: Option<u64>,
    /// Over how many lines the names go; nought is one.
    pub header_lines: usize,
}

/// A table with a line of names.
#[derive(Debug)]
pub(super) struct Table<'t> {
    pub file: &'t str,
    pub delimiter: u8,
    /// The names of the columns as the file has them, trimmed; a repeated one has its number behind it: `Date (2)`.
    pub header: Vec<String>,
    /// Lines above the names, with what stands in them.
    pub above: Vec<(u64, String)>,
    source: Source<'t>,
    /// Where the first row starts, and on which line the header stood.
    body: Start,
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

impl Names<'_> {
    fn known_among(&self, fields: &[String]) -> usize {
        let looked_at = fields.iter().take(MOST_COLUMNS);
        let mut known: Vec<String> = looked_at.filter(|name| (self.is_known)(name)).map(|name| normal(name)).collect();
        known.sort_unstable();
        known.dedup();
        known.len()
    }
}

impl<'t> Table<'t> {
    /// Finds delimiter and header of a text; without a stated delimiter the one wins that shows most known names.
    ///
    /// # Errors
    /// When a quote is never closed, no column is known, or a name stands twice.
    pub fn open(file: &'t str, text: &'t str, delimiter: Option<u8>, names: &Names<'_>) -> Result<Self, Fault> {
        Self::open_as(file, Source::Text(text), Stated { delimiter, ..Stated::default() }, names)
    }

    /// As [`Table::open`], of a text or a sheet, with what a map says.
    ///
    /// # Errors
    /// As [`Table::open`]; also when no names stand on the stated line.
    pub fn open_as(file: &'t str, source: Source<'t>, stated: Stated, names: &Names<'_>) -> Result<Self, Fault> {
        let delimiter = stated.delimiter.unwrap_or_else(|| guessed_delimiter(source, stated, names));
        let first_lines = first_lines(source, delimiter, stated.header_line);
        let Some(first) = first_lines.first() else {
            return Err(Fault::of_file(file, "the file is empty, expected a line of column names and rows"));
        };
        let at = match stated.header_line {
            Some(line) => first_lines.iter().position(|seen| seen.line == line).ok_or_else(|| {
                Fault::of_line(file, line, "nothing stands on this line, where the map's `header_line` has the names")
            })?,
            None => header_among(&first_lines, names),
        };
        let lines = stated.header_lines.max(1);
        let head = first_lines.get(at..at.saturating_add(lines)).unwrap_or_default();
        let (Some(top), Some(last)) = (head.first(), head.last()) else {
            let line = stated.header_line.unwrap_or(first.line);
            return Err(Fault::of_line(file, line, format!("expected {lines} lines of column names from here on")));
        };
        if let Some((line, reason)) = first_lines.iter().take(at + lines).find_map(FirstLine::open_quote) {
            return Err(Fault::of_line(file, line, reason));
        }
        let header = joined_names(head);
        if header.len() > MOST_COLUMNS {
            let reason = format!("the line names {} columns, allowed at most {MOST_COLUMNS}", header.len());
            return Err(Fault::of_line(file, top.line, reason));
        }
        if !header.iter().any(|name| (names.is_known)(name)) {
            return Err(no_header(file, top.line, &header, names));
        }
        let header = told_apart(file, top.line, header, names)?;
        let above = first_lines.iter().take(at).filter(|seen| !seen.is_blank()).map(FirstLine::shown).collect();
        let body = Start { offset: last.end, line: last.line };
        let mut table = Self { file, delimiter, header, above, source, body };
        table.fit_trailing_delimiters();
        Ok(table)
    }

    /// Some programs end every row with a delimiter and not the names, or the names and not the rows. Where all of the
    /// first rows do, and what is too much is blank, nothing is shifted and the header is made as wide as they are.
    fn fit_trailing_delimiters(&mut self) {
        if !matches!(self.source, Source::Text(_)) {
            return;
        }
        let names = self.header.iter().rposition(|name| !name.is_empty()).map_or(0, |last| last + 1);
        let mut rows = self.rows();
        let mut width = None;
        let mut count = 0;
        while count < LOOKED_AT && rows.advance() {
            // A title, a total or a printed line may be short.
            if rows.is_blank() || super::asides::is_labelled(&rows.record) {
                continue;
            }
            let is_same = width.is_none_or(|width| width == rows.record.len());
            if !is_same || rows.record.iter().skip(names).any(|field| !field.trim().is_empty()) {
                return;
            }
            width = Some(rows.record.len());
            count += 1;
        }
        if let Some(width) = width.filter(|width| count > 1 && *width >= names) {
            self.header.resize(width, String::new());
        }
    }

    /// The rows below the header.
    pub fn rows(&self) -> Rows<'t> {
        Rows::new(self.source, self.delimiter, self.body, Some(self.header.len()))
    }

    /// The line of the header.
    pub fn header_line(&self) -> u64 {
        self.body.line
    }

    /// The first line of a sheet that has values to the right of all names.
    pub fn line_beyond(&self) -> Option<u64> {
        let Source::Sheet(sheet) = self.source else { return None };
        let below = sheet.rows.get(self.body.offset..).unwrap_or_default();
        let beyond = |row: &&super::sheet::SheetRow| row.cells.iter().any(|(at, _)| *at >= self.header.len());
        below.iter().find(beyond).map(|row| row.line)
    }

    /// The last line that lacks its line end: it may be cut inside its last field, where nothing else would show it.
    pub fn unfinished_line(&self) -> Option<u64> {
        let Source::Text(text) = self.source else { return None };
        let unfinished = !text.ends_with(['\n', '\r']);
        unfinished.then(|| super::decode::line_at(text.as_bytes(), text.len()))
    }
}

/// One of the lines at the head of a file.
struct FirstLine {
    line: u64,
    fields: Vec<String>,
    /// Where the next begins.
    end: usize,
    open_quote: Option<String>,
}

impl FirstLine {
    fn is_blank(&self) -> bool {
        self.fields.iter().all(String::is_empty)
    }

    fn open_quote(&self) -> Option<(u64, String)> {
        self.open_quote.clone().map(|reason| (self.line, reason))
    }

    fn shown(&self) -> (u64, String) {
        let texts: Vec<&str> = self.fields.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        (self.line, texts.join(" · "))
    }
}

/// The lines among which the names stand: the first, or those from the stated one on.
fn first_lines(source: Source<'_>, delimiter: u8, from: Option<u64>) -> Vec<FirstLine> {
    let mut rows = Rows::new(source, delimiter, Start { offset: 0, line: 1 }, None);
    let mut seen: Vec<FirstLine> = Vec::new();
    let mut since_stated = 0;
    while since_stated < SEARCHED && rows.advance() {
        since_stated += usize::from(from.is_none_or(|line| rows.line >= line));
        seen.push(FirstLine {
            line: rows.line,
            fields: texts(&rows.record),
            end: rows.next_start(),
            open_quote: rows.open_quote(),
        });
    }
    seen
}

fn texts(record: &StringRecord) -> Vec<String> {
    record.iter().map(|name| name.trim().to_owned()).collect()
}

/// The line with most known names, the first of equals.
fn header_among(lines: &[FirstLine], names: &Names<'_>) -> usize {
    let best = lines.iter().enumerate().rev().max_by_key(|(_, seen)| names.known_among(&seen.fields));
    best.map_or(0, |(at, _)| at)
}

/// Names that go over several lines, joined from top to bottom; a blank in an upper line repeats what stands to its
/// left, as the name of a group of columns stands above the first of them.
fn joined_names(head: &[FirstLine]) -> Vec<String> {
    let width = head.iter().map(|line| line.fields.len()).max().unwrap_or(0);
    let mut names = vec![String::new(); width];
    for (depth, line) in head.iter().enumerate() {
        let mut group = "";
        for (at, name) in names.iter_mut().enumerate() {
            let own = line.fields.get(at).map_or("", String::as_str);
            if !own.is_empty() || depth + 1 == head.len() {
                group = own;
            }
            if !group.is_empty() && !name.is_empty() {
                name.push(' ');
            }
            name.push_str(group);
        }
    }
    names
}

fn guessed_delimiter(source: Source<'_>, stated: Stated, names: &Names<'_>) -> u8 {
    // A sheet has none; nought stands in no text.
    let Source::Text(_) = source else { return 0 };
    let evidence = |delimiter: u8| {
        let lines = first_lines(source, delimiter, stated.header_line);
        let best = match stated.header_line {
            Some(line) => lines.iter().position(|seen| seen.line == line),
            None => Some(header_among(&lines, names)),
        };
        let fields = best.and_then(|at| lines.get(at)).map(|seen| seen.fields.as_slice()).unwrap_or_default();
        (names.known_among(fields), fields.len())
    };
    // The first of equals must win, so later ones are looked at first.
    DELIMITERS.into_iter().rev().max_by_key(|&delimiter| evidence(delimiter)).unwrap_or(b',')
}

fn no_header(file: &str, line: u64, header: &[String], names: &Names<'_>) -> Fault {
    let (found, expected, hint) = (listed(header), listed(names.expected), names.hint);
    Fault::of_line(file, line, format!("no column name is known: found {found}, expected {expected}; hint: {hint}"))
}

/// Gives each later column of one name its number, `Date (2)`. A known name that stands twice is refused, unless the
/// map speaks of the second one by that number.
fn told_apart(file: &str, line: u64, header: Vec<String>, names: &Names<'_>) -> Result<Vec<String>, Fault> {
    let mut apart: Vec<String> = Vec::with_capacity(header.len());
    let mut refused: Vec<String> = Vec::new();
    for name in &header {
        let before = apart.len();
        let earlier = header.iter().take(before).filter(|other| normal(other) == normal(name)).count();
        if name.is_empty() || earlier == 0 {
            apart.push(name.clone());
            continue;
        }
        let numbered = format!("{name} ({})", earlier + 1);
        if (names.is_known)(name) && !(names.is_known)(&numbered) && !refused.contains(&normal(name)) {
            refused.push(normal(name));
        }
        apart.push(numbered);
    }
    if refused.is_empty() {
        return Ok(apart);
    }
    refused.sort_unstable();
    Err(Fault::of_line(file, line, format!("the header names a column twice: {}", listed(&refused))))
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
}
