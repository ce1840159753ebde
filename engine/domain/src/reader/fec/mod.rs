//! The French accounting file (fichier des écritures comptables, LPF A47 A-1), as programs really write it.
//!
//! Separators, encodings, line ends, names of columns, dates and amounts are taken in every form that can mean one
//! thing only. A line that cannot be read is told and left out; a detail beside the point (a day of matching) that
//! cannot be read is told, and the line is taken without it.

mod header;
mod lines;
mod name;
mod row;
mod values;
mod workbook;

use std::borrow::Cow;

use encoding_rs::ISO_8859_15;

pub use name::FecName;

use self::header::{Column, Header};
use self::lines::Lines;
use self::row::{Taken, Taker};
use super::decode::{Decoded, decode};
use super::format::{Content, File, ReadOptions};
use super::names::listed;
use super::rows::{Rows, Start};
use super::sheet::looks_like_workbook;
use super::table::Source;
use crate::accounting::{Journal, Runs};
use crate::fault::{Fault, FaultReport};

/// Whether a file's first lines hold the header of a FEC, or nearly so: then its reader says best what is wrong.
pub(super) fn looks_like(file: File<'_>) -> bool {
    const LOOKED_AT: usize = 16_384;
    let start: Vec<u8> = file.bytes.iter().take(LOOKED_AT).copied().filter(|byte| *byte != 0).collect();
    let start = String::from_utf8_lossy(&start);
    Header::find(&start).is_some() || Header::near(&start).is_some() || workbook::looks_like(file.bytes)
}

/// As the registry of formats wants it.
pub(super) fn read(file: File<'_>, _options: &ReadOptions<'_>) -> (Content, FaultReport) {
    let (journal, report) = read_fec(file.name, file.bytes);
    (Content::Entries(journal), report)
}

/// Reads a FEC. Of the lines that can be read, those of entries that touch clients are kept.
pub fn read_fec(file: &str, bytes: &[u8]) -> (Journal, FaultReport) {
    let refused =
        |fault: Fault| (Journal::of_file(file), FaultReport { faults: vec![fault], ..FaultReport::default() });
    let plain = without_nul(bytes);
    let decoded = if looks_like_workbook(bytes) {
        workbook::text(file, bytes).map(|text| Decoded { text: text.into(), note: None })
    } else {
        decoded(file, &plain)
    };
    let Decoded { text, note } = match decoded {
        Ok(decoded) => decoded,
        Err(fault) => return refused(fault),
    };
    let text = text.as_ref();
    let Some(header) = Header::find(text) else { return refused(no_header(file, text)) };
    let name = FecName::of(file);
    let mark = row::mark_of(text, &header);
    let taker = || Taker::new(file, &header, mark, name.as_ref().map(|name| name.closing));
    let mut taken =
        if is_quoted(text, &header) { quoted_rows(text, &header, taker()) } else { plain_rows(text, &header, &taker) };
    let kept = taken.journal.keep_client_entries();
    taken.tell(file, name.as_ref(), text, &kept);
    let Taken { journal, mut report, .. } = taken;
    report.notes.extend(note);
    if !header.repeated.is_empty() {
        let reason = format!("columns stand twice, the first counts: {}", listed(&header.repeated));
        report.notes.push(Fault::of_line(file, header.line, reason));
    }
    kept.tell(file, &mut report);
    (journal, report)
}

/// NUL bytes that some programs leave in text; those of UTF-16 with its mark stay.
fn without_nul(bytes: &[u8]) -> Cow<'_, [u8]> {
    let is_utf16 = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    // In UTF-16 without its mark every second byte is one: it is told as it is.
    let nuls = || memchr::memchr_iter(0, bytes).count();
    if is_utf16 || memchr::memchr(0, bytes).is_none() || nuls() > bytes.len() / 4 {
        return Cow::Borrowed(bytes);
    }
    Cow::Owned(bytes.iter().copied().filter(|byte| *byte != 0).collect())
}

/// As other text files, and ISO 8859-15, which the law names: its € and œ stand where Windows has signs that no label
/// holds.
fn decoded<'b>(file: &str, bytes: &'b [u8]) -> Result<Decoded<'b>, Fault> {
    let mut decoded = decode(file, bytes, None)?;
    let is_old = decoded.note.is_some();
    let has_windows_letters = || bytes.iter().any(|byte| (0x80..=0x9F).contains(byte));
    let has_iso_letters = || bytes.iter().any(|byte| matches!(byte, 0xA4 | 0xA6 | 0xA8 | 0xB4 | 0xB8 | 0xBC..=0xBE));
    if is_old && has_iso_letters() && !has_windows_letters() {
        decoded.text = ISO_8859_15.decode_without_bom_handling(bytes).0;
        decoded.note = Some(Fault::of_file(file, "the letters are not UTF-8 and were read as `iso-8859-15`"));
    }
    Ok(decoded)
}

fn no_header(file: &str, text: &str) -> Fault {
    if let Some(near) = Header::near(text) {
        return lacking(file, &near);
    }
    let first = Lines::new(text, 0, 1).find(|(_, _, line)| !line.trim().is_empty());
    let (line, found) = first.map_or((1, ""), |(line, _, content)| (line, content));
    let expected = [Column::Journal, Column::Entry, Column::Date, Column::Account, Column::Debit, Column::Credit];
    let header = Header::empty();
    let names: Vec<&str> = expected.iter().map(|column| header.name(*column)).collect();
    let reason = format!("no header of a FEC, expected the columns {} or `Montant`, `Sens`", listed(&names));
    Fault { value: Some(crate::error::shortened(found)), ..Fault::of_line(file, line, reason) }
}

/// Says which columns of a FEC are missing.
fn lacking(file: &str, near: &Header) -> Fault {
    let missing = near.missing();
    let names: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
    let like: Vec<&str> = missing.iter().filter_map(|(_, near)| *near).collect();
    let found = if like.is_empty() { String::new() } else { format!("; found {}, which is nearly it", listed(&like)) };
    let reason = format!(
        "a FEC without {}{found}; hint: correct the names of its columns, or have the file written again",
        listed(&names)
    );
    Fault::of_line(file, near.line, reason)
}

/// Tabs and pipes stand in no label and need no quotes; with commas and semicolons quotes mean what they mean in CSV.
fn is_quoted(text: &str, header: &Header) -> bool {
    let starts_quoted =
        text.get(header.start..).is_some_and(|rest| rest.trim_start_matches('\u{feff}').starts_with('"'));
    let body = text.get(header.start..).unwrap_or_default();
    starts_quoted || (matches!(header.delimiter, b',' | b';') && body.contains('"'))
}

/// Leaves out at once what touches no client; a file that tears such an entry apart is read again, whole.
fn plain_rows<'t>(text: &str, header: &Header, taker: &(dyn Fn() -> Taker<'t> + Sync)) -> Taken {
    let taken = rows_in_parts(text, header, taker, true);
    if taken.seen.are_whole() { taken } else { rows_in_parts(text, header, taker, false) }
}

/// Parts of the text are read on all cores; what was read is in the text's order again.
fn rows_in_parts<'t>(text: &str, header: &Header, taker: &(dyn Fn() -> Taker<'t> + Sync), in_runs: bool) -> Taken {
    const WORTH_A_THREAD: usize = 1_000_000;
    let body = text.get(header.end..).unwrap_or_default();
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(body.len() / WORTH_A_THREAD + 1);
    let parts = parts(body, threads);
    let delimiter = header.delimiter;
    // The header's line comes first, and what follows it on its line is nothing.
    let mut taken = Taken::after(header.line - 1);
    let read = |part, lines| read_part(part, delimiter, taker(), lines, in_runs);
    let read = &read;
    std::thread::scope(|scope| {
        let share = |part| if in_runs { about_lines(part) / 2 } else { about_lines(part) };
        let running: Vec<_> = parts.iter().skip(1).map(|part| scope.spawn(move || read(part, share(part)))).collect();
        if let Some(first) = parts.first() {
            // It takes the others in.
            taken.continue_with(read(first, about_lines(body)));
        }
        for one in running {
            taken.continue_with(one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    taken
}

/// Cuts a text behind line ends into about equal parts.
fn parts(text: &str, wanted: usize) -> Vec<&str> {
    let mut parts = Vec::with_capacity(wanted);
    let mut rest = text;
    for left in (2..=wanted).rev() {
        let from = rest.len() / left;
        let found = memchr::memchr2(b'\n', b'\r', rest.as_bytes().get(from..).unwrap_or_default());
        let Some(end) = found.map(|found| from + found + 1) else { break };
        let is_pair = rest.as_bytes().get(end - 1..=end) == Some(b"\r\n");
        let Some((part, behind)) = rest.split_at_checked(end + usize::from(is_pair)) else { break };
        parts.push(part);
        rest = behind;
    }
    parts.push(rest);
    parts
}

/// How many lines a text seems to hold, by the length of its first ones.
fn about_lines(text: &str) -> usize {
    const LOOKED_AT: usize = 65_536;
    let start = text.as_bytes().get(..LOOKED_AT).unwrap_or(text.as_bytes());
    let lines = memchr::memchr2_iter(b'\n', b'\r', start).count();
    text.len() / (start.len() / lines.max(1)).max(20)
}

fn read_part(text: &str, delimiter: u8, mut taker: Taker<'_>, lines: usize, in_runs: bool) -> Taken {
    taker.expect_lines(lines);
    let mut runs = Runs::default();
    let mut take = |taker: &mut Taker<'_>, line, fields: &[_]| match taker.line(line, fields) {
        Some((line, state)) if in_runs => runs.add(line, state, &mut taker.taken.journal),
        Some((line, state)) => taker.taken.journal.push_state_of(line, state),
        None => {}
    };
    let mut fields: Vec<&str> = Vec::with_capacity(32);
    let (mut line, mut start, mut after_return) = (1, 0, false);
    for at in memchr::memchr3_iter(delimiter, b'\n', b'\r', text.as_bytes()) {
        let byte = text.as_bytes().get(at).copied();
        // The second byte of a line end.
        if byte == Some(b'\n') && after_return && at == start {
            start = at + 1;
            continue;
        }
        fields.push(text.get(start..at).unwrap_or_default());
        start = at + 1;
        after_return = byte == Some(b'\r');
        if byte != Some(delimiter) {
            take(&mut taker, line, &fields);
            fields.clear();
            line += 1;
        }
    }
    let last = text.get(start..).unwrap_or_default();
    if !fields.is_empty() || !last.is_empty() {
        fields.push(last);
        take(&mut taker, line, &fields);
        line += 1;
    }
    taker.taken.seen = runs.finish(&mut taker.taken.journal);
    taker.taken(line - 1)
}

fn quoted_rows(text: &str, header: &Header, mut taker: Taker<'_>) -> Taken {
    let start = Start { offset: header.start, line: header.line };
    let mut rows = Rows::new(Source::Text(text), header.delimiter, start, None);
    rows.advance();
    while rows.advance() {
        let fields: Vec<&str> = rows.record.iter().collect();
        if let Some(reason) = rows.open_quote() {
            taker.refuse(rows.line, reason);
        } else if let Some((line, state)) = taker.line(rows.line, &fields) {
            taker.taken.journal.push_state_of(line, state);
        }
    }
    taker.taken(rows.line)
}
