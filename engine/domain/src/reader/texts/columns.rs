//! Lines of a text, and what stands in their columns.

use std::borrow::Cow;

use super::layout::{Shape, Slot};
use crate::fault::Fault;
use crate::reader::decode::{Encoding, decode};

/// A text's letters: UTF-8 where all of it is, else Windows-1252, which is what these programs write.
pub(super) fn text_of<'b>(file: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, Fault> {
    // An end-of-file mark of old systems.
    let bytes = bytes.strip_suffix(&[0x1A]).unwrap_or(bytes);
    let has_mark = bytes.starts_with(&[0xEF, 0xBB, 0xBF]) || bytes.starts_with(&[0xFF, 0xFE]);
    let stated = (!has_mark && std::str::from_utf8(bytes).is_err()).then_some(Encoding::Windows1252);
    decode(file, bytes, stated).map(|decoded| decoded.text)
}

/// The lines of a text with their numbers; a line ends with LF, CRLF or a lone CR.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (u64, &str)> {
    let (mut rest, mut number) = (Some(text), 0);
    std::iter::from_fn(move || {
        let text = rest.filter(|text| !text.is_empty())?;
        number += 1;
        let end = text.find(['\n', '\r']).unwrap_or(text.len());
        let (line, after) = text.split_at(end);
        rest = after.strip_prefix("\r\n").or_else(|| after.strip_prefix(['\n', '\r']));
        Some((number, line))
    })
}

/// The line that the file's end cuts off, if the last one lacks its line end.
pub(super) fn unfinished(text: &str) -> Option<(u64, &str)> {
    lines(text).last().filter(|_| !text.ends_with(['\n', '\r']))
}

/// One line, ready to be cut.
#[derive(Clone, Debug)]
pub(super) struct Columns<'t> {
    line: &'t str,
    cut: Cut<'t>,
}

#[derive(Clone, Debug)]
enum Cut<'t> {
    /// A byte is a column.
    Bytes,
    /// Byte offsets of the columns, the end among them.
    Letters(Vec<usize>),
    /// Fields of a delimited line.
    Fields(Vec<&'t str>),
}

impl<'t> Columns<'t> {
    /// Prepares a line.
    pub fn new(line: &'t str, shape: Shape) -> Self {
        let cut = match shape {
            Shape::Delimited(delimiter) => Cut::Fields(fields(line, delimiter)),
            Shape::Fixed if line.is_ascii() => Cut::Bytes,
            Shape::Fixed => Cut::Letters(line.char_indices().map(|(at, _)| at).chain([line.len()]).collect()),
        };
        Self { line, cut }
    }

    /// Number of columns, or of fields.
    pub fn width(&self) -> usize {
        match &self.cut {
            Cut::Bytes => self.line.len(),
            Cut::Letters(offsets) => offsets.len().saturating_sub(1),
            Cut::Fields(fields) => fields.len(),
        }
    }

    /// What stands somewhere, trimmed; empty past the line's end.
    pub fn at(&self, slot: Slot) -> &'t str {
        self.between(slot.start, slot.start.saturating_add(slot.length))
    }

    /// What stands from a column up to another, trimmed.
    pub fn between(&self, start: usize, end: usize) -> &'t str {
        let end = end.min(self.width());
        let found = match &self.cut {
            Cut::Bytes => self.line.get(start..end),
            Cut::Letters(offsets) => match (offsets.get(start), offsets.get(end)) {
                (Some(start), Some(end)) => self.line.get(*start..*end),
                _ => None,
            },
            Cut::Fields(fields) => fields.get(start).copied(),
        };
        found.unwrap_or_default().trim()
    }
}

/// Fields of a delimited line; a field in quotes may hold the delimiter.
fn fields(line: &str, delimiter: char) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = line;
    loop {
        let opened = rest.trim_start_matches(' ');
        let quoted = opened.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (field, after) = match quoted {
            Some((field, after)) => (field, after.find(delimiter).map(|at| after.split_at(at).1)),
            None => match rest.find(delimiter) {
                Some(at) => (rest.split_at(at).0, Some(rest.split_at(at).1)),
                None => (rest, None),
            },
        };
        found.push(field);
        match after.and_then(|after| after.strip_prefix(delimiter)) {
            Some(after) => rest = after,
            None => return found,
        }
    }
}
