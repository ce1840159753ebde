//! Bytes to text: byte order marks, UTF-8, else Windows-1252; and what is no text at all.

use std::borrow::Cow;

use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::fault::Fault;

/// How a file writes its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Western European, as older spreadsheets and accounting programs write it.
    Windows1252,
}

impl Encoding {
    /// Every encoding with the word that stands in map files.
    pub const ALL: &'static [(Encoding, &'static str)] =
        &[(Encoding::Utf8, "utf-8"), (Encoding::Windows1252, "windows-1252")];
}

/// A file's text, and what had to be assumed to read it.
#[derive(Debug)]
pub(super) struct Decoded<'b> {
    pub text: Cow<'b, str>,
    pub note: Option<Fault>,
}

/// Turns a file's bytes into text.
///
/// A byte order mark decides; else the stated encoding; else UTF-8 where the bytes are valid, and Windows-1252 where
/// no letter in them is.
pub(super) fn decode<'b>(file: &str, bytes: &'b [u8], stated: Option<Encoding>) -> Result<Decoded<'b>, Fault> {
    refuse_known_binary(file, bytes)?;
    let decoded = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(file, rest).map(plain),
        [0xFF, 0xFE, rest @ ..] => utf16(file, rest, UTF_16LE).map(plain),
        [0xFE, 0xFF, rest @ ..] => utf16(file, rest, UTF_16BE).map(plain),
        _ => match stated {
            Some(Encoding::Utf8) => utf8(file, bytes).map(plain),
            Some(Encoding::Windows1252) => Ok(plain(windows_1252(bytes))),
            None => guessed(file, bytes),
        },
    }?;
    refuse_nul(file, &decoded.text)?;
    refuse_long_line(file, &decoded.text)?;
    if decoded.text.trim().is_empty() {
        return Err(Fault::of_file(file, "the file is empty, expected a line of column names and rows"));
    }
    Ok(decoded)
}

fn plain(text: Cow<'_, str>) -> Decoded<'_> {
    Decoded { text, note: None }
}

fn guessed<'b>(file: &str, bytes: &'b [u8]) -> Result<Decoded<'b>, Fault> {
    // NUL is valid UTF-8, and never stands in Windows-1252 text; what has any is looked at as it is.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(plain(Cow::Borrowed(text)));
    }
    if bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii()) {
        return utf8(file, bytes).map(plain);
    }
    let note = Fault::of_file(file, "the letters are not UTF-8 and were read as `windows-1252`");
    Ok(Decoded { text: windows_1252(bytes), note: Some(note) })
}

fn windows_1252(bytes: &[u8]) -> Cow<'_, str> {
    WINDOWS_1252.decode_without_bom_handling(bytes).0
}

fn utf8<'b>(file: &str, bytes: &'b [u8]) -> Result<Cow<'b, str>, Fault> {
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let line = line_at(bytes, error.valid_up_to());
        let reason = match error.error_len() {
            None => "the file ends inside a letter; is it cut?",
            Some(_) => "a letter is not UTF-8; hint: save the file as UTF-8, or say `encoding` in a map file",
        };
        Fault::of_line(file, line, reason)
    })
}

fn utf16<'b>(file: &str, bytes: &'b [u8], encoding: &'static encoding_rs::Encoding) -> Result<Cow<'b, str>, Fault> {
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    if had_errors {
        return Err(Fault::of_file(file, "the file is marked as UTF-16 and is not; is it cut?"));
    }
    Ok(text)
}

fn refuse_known_binary(file: &str, bytes: &[u8]) -> Result<(), Fault> {
    let found = match bytes {
        [b'P', b'K', 3, 4, ..] if is_named_workbook(file) => "a damaged workbook: its end is missing",
        [b'P', b'K', 3, 4, ..] => "a zip archive that is no workbook",
        [b'P', b'A', b'R', b'1', ..] => "a Parquet file",
        [0x1F, 0x8B, ..] => "a gzip archive",
        [b'%', b'P', b'D', b'F', b'-', ..] => "a PDF document",
        _ => return Ok(()),
    };
    Err(Fault::of_file(file, format!("found {found}, expected a text file such as CSV")))
}

fn is_named_workbook(file: &str) -> bool {
    let ending = file.rsplit('.').next().unwrap_or_default();
    ["xlsx", "xlsm", "xlsb", "ods"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether bytes may be a delimited text: none of the known binaries, no markup, no NUL outside UTF-16.
pub(super) fn looks_like_text(bytes: &[u8]) -> bool {
    let has_mark = matches!(bytes, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..]);
    let is_markup = bytes.trim_ascii_start().starts_with(b"<");
    let head = bytes.get(..4096).unwrap_or(bytes);
    refuse_known_binary("", bytes).is_ok() && !is_markup && (has_mark || !head.contains(&0))
}

fn refuse_nul(file: &str, text: &str) -> Result<(), Fault> {
    let Some(at) = memchr::memchr(0, text.as_bytes()) else { return Ok(()) };
    let reason = "found a NUL byte, expected text; hint: save the file as UTF-8 (UTF-16 needs its byte order mark)";
    Err(Fault::of_line(file, line_at(text.as_bytes(), at), reason))
}

/// Bytes that a line may have: a file without line ends, or with none for long, is no table.
const LONGEST_LINE: usize = 1_000_000;

fn refuse_long_line(file: &str, text: &str) -> Result<(), Fault> {
    if text.len() <= LONGEST_LINE {
        return Ok(());
    }
    let mut start = 0;
    let ends = memchr::memchr2_iter(b'\n', b'\r', text.as_bytes()).chain(std::iter::once(text.len()));
    for end in ends {
        if end - start > LONGEST_LINE {
            let reason =
                format!("the line has {} bytes, allowed at most {LONGEST_LINE}; is this a table?", end - start);
            return Err(Fault::of_line(file, line_at(text.as_bytes(), start), reason));
        }
        start = end + 1;
    }
    Ok(())
}

/// The line, counted from 1, on which the byte at an offset stands.
pub(super) fn line_at(bytes: &[u8], offset: usize) -> u64 {
    let mut counter = LineCounter::new(bytes);
    counter.advance_to(offset);
    counter.line
}

/// Counts lines forward through a text; a line ends with LF, CRLF or a lone CR.
#[derive(Debug)]
pub(super) struct LineCounter<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The line of the present offset.
    pub line: u64,
}

impl<'t> LineCounter<'t> {
    pub fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, at: 0, line: 1 }
    }

    /// Goes forward to an offset; one that lies behind changes nothing.
    pub fn advance_to(&mut self, offset: usize) {
        while self.at < offset {
            let Some(&byte) = self.bytes.get(self.at) else { return };
            self.at += 1;
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => self.bytes.get(self.at) != Some(&b'\n'),
                _ => false,
            };
            self.line += u64::from(ends_line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (bytes, stated, expected) in [
            (&b"\xEF\xBB\xBFa"[..], None, "a"),
            (b"caf\xC3\xA9", None, "café"),
            (b"caf\xE9,1\n", None, "café,1\n"),
            (b"caf\xE9", None, "café"),
            (b"\x80", None, "€"),
            (b"caf\xC3\xA9", Some(Encoding::Windows1252), "cafÃ©"),
            (b"\xFF\xFEa\0\xE9\0", None, "aé"),
            (b"\xFE\xFF\0a\0\xE9", None, "aé"),
        ] {
            assert_eq!(decode("f", bytes, stated).unwrap().text, expected);
        }
        assert!(decode("f", b"caf\xE9,1\n", None).unwrap().note.is_some());
        let long = format!("a,b\n{}\n", "x".repeat(1_000_001));
        let told = decode("f", long.as_bytes(), None).unwrap_err().to_string();
        assert_eq!(told, "f, line 2: the line has 1000001 bytes, allowed at most 1000000; is this a table?");
        assert!(decode("f", format!("a,b\n{}\n", "x,y\r".repeat(500_000)).as_bytes(), None).is_ok());
    }

    #[test]
    fn no_texts() {
        for (bytes, stated, expected) in [
            (&b""[..], None, "f: the file is empty, expected a line of column names and rows"),
            (b" \r\n", None, "f: the file is empty, expected a line of column names and rows"),
            (b"\xEF\xBB\xBF", None, "f: the file is empty, expected a line of column names and rows"),
            (b"\xC3\xA9\n\xC3", None, "f, line 2: the file ends inside a letter; is it cut?"),
            (
                b"\xC3\xA9\n\xE9\n",
                None,
                "f, line 2: a letter is not UTF-8; hint: save the file as UTF-8, or say `encoding` in a map file",
            ),
            (
                b"\n\n\xE9\n",
                Some(Encoding::Utf8),
                "f, line 3: a letter is not UTF-8; hint: save the file as UTF-8, or say `encoding` in a map file",
            ),
            (b"\xFF\xFEa\0\xE9", None, "f: the file is marked as UTF-16 and is not; is it cut?"),
            (
                b"a\r\nb\0",
                None,
                "f, line 2: found a NUL byte, expected text; hint: save the file as UTF-8 (UTF-16 needs its byte order mark)",
            ),
            (b"PK\x03\x04", None, "f: found a zip archive that is no workbook, expected a text file such as CSV"),
            (b"PAR1", None, "f: found a Parquet file, expected a text file such as CSV"),
        ] {
            assert_eq!(decode("f", bytes, stated).unwrap_err().to_string(), expected);
        }
        let cut = decode("f.XLSX", b"PK\x03\x04", None).unwrap_err().to_string();
        assert_eq!(cut, "f.XLSX: found a damaged workbook: its end is missing, expected a text file such as CSV");
    }

    #[test]
    fn lines_of_every_kind() {
        let bytes = b"a\nb\r\nc\rd";
        for (offset, line) in [(0, 1), (1, 1), (2, 2), (3, 2), (4, 2), (5, 3), (7, 4), (99, 4)] {
            assert_eq!(line_at(bytes, offset), line, "{offset}");
        }
    }
}
