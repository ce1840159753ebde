//! The formats: which there are, how a file is told to be one, and what reads it.
//!
//! A new format is a file with its reader and one line in [`FORMATS`]; the command line, the import, the cards in
//! `datasets/formats` and the documents follow the list.

use super::einvoice::{self, Documents};
use super::map::ColumnMap;
use super::sheet::looks_like_workbook;
use super::texts;
use super::{decode, read_ledger};
use crate::accounting::Journal;
use crate::fault::FaultReport;
use crate::ledger::LedgerRows;

/// A file as it came in.
#[derive(Clone, Copy, Debug)]
pub struct File<'b> {
    /// Its name, for messages and for what a name tells (a FEC's holds SIREN and closing day).
    pub name: &'b str,
    /// Its content.
    pub bytes: &'b [u8],
}

/// How files are to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'m> {
    /// The map file, or the layout of an accounting text, as the person gave it: name and TOML text.
    pub map: Option<(&'m str, &'m str)>,
    /// Whether a table's invoice due before its day of issue is kept with a note, as a back-test wants it.
    pub keeps_early_due_dates: bool,
}

/// What a file holds.
#[derive(Debug)]
pub enum Content {
    /// Invoices and payments.
    Ledger(LedgerRows),
    /// Lines of a general ledger, to be understood together with those of other files.
    Entries(Journal),
    /// E-invoices and statuses, to be understood together with those of other files.
    Documents(Documents),
}

/// A format of ledger files.
pub struct Format {
    /// The word of `--format`, and the name of its card in `datasets/formats`.
    pub name: &'static str,
    /// Whether a file looks like it; the first in [`FORMATS`] that says so reads the file.
    pub looks_like: fn(File<'_>) -> bool,
    /// Reads a file: sound rows, and faults beside them.
    pub read: fn(File<'_>, &ReadOptions<'_>) -> (Content, FaultReport),
    /// The sections of a map file that it reads.
    pub sections: &'static [&'static str],
}

/// The sections that tables read, of text, workbooks and columns alike.
pub const TABLE_SECTIONS: &[&str] = &["file", "columns", "attributes", "ignore"];

/// What stands in a map file for formats that read these sections: sections that only others read are blank lines, so
/// that one map can go with a mixed folder and faults keep their lines. Sections that nobody knows stay, to be refused.
pub fn part_of_map(text: &str, sections: &[&str]) -> String {
    let mut own = true;
    let mut part = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        if let Some(name) = section_name(line) {
            own = sections.contains(&name) || !is_known_section(name);
        }
        part.push_str(if own { line } else { "\n" });
    }
    part
}

/// The known sections that a map file holds, in its order.
pub fn sections_of_map(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for name in text.lines().filter_map(section_name).filter(|name| is_known_section(name)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// The section that a line begins: `columns` of `[columns]`, `layout` of `[[layout.field]]`.
fn section_name(line: &str) -> Option<&str> {
    let name = line.trim_start().strip_prefix('[')?;
    let name = name.strip_prefix('[').unwrap_or(name).trim_start();
    name.split(|letter: char| letter.is_whitespace() || matches!(letter, '.' | ']')).next()
}

fn is_known_section(name: &str) -> bool {
    FORMATS.iter().any(|format| format.sections.contains(&name))
}

/// Every format, in the order in which `auto` asks them. Delimited text is the last: any text looks like it.
pub const FORMATS: &[Format] = &[
    einvoice::UBL,
    einvoice::CII,
    einvoice::CDAR,
    einvoice::FACTUR_X,
    texts::CEGID_TRA,
    Format { name: "fec", looks_like: super::fec::looks_like, read: super::fec::read, sections: &[] },
    texts::SAGE_PNM,
    texts::SAGE_RIMPORT,
    texts::QUADRA,
    texts::CIEL_XIMPORT,
    texts::EBP_TEXT,
    texts::SAGE_TEXT,
    Format {
        name: "xlsx",
        looks_like: |file| looks_like_workbook(file.bytes),
        read: read_table,
        sections: TABLE_SECTIONS,
    },
    Format {
        name: "csv",
        looks_like: |file| decode::looks_like_text(file.bytes),
        read: read_table,
        sections: TABLE_SECTIONS,
    },
];

/// An invoice table or a payment table, as text or workbook.
fn read_table(file: File<'_>, options: &ReadOptions<'_>) -> (Content, FaultReport) {
    let map = options.map.map_or_else(|| Ok(ColumnMap::plain()), |(name, text)| ColumnMap::from_toml(name, text));
    match map {
        Ok(map) => {
            let map = if options.keeps_early_due_dates { map.keeping_early_due_dates() } else { map };
            let (rows, report) = read_ledger(file.name, file.bytes, &map);
            (Content::Ledger(rows), report)
        }
        Err(faults) => {
            let rows = LedgerRows { files: vec![file.name.to_owned()], ..LedgerRows::default() };
            (Content::Ledger(rows), FaultReport { faults, notes: Vec::new() })
        }
    }
}
