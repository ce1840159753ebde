//! The formats: which there are, how a file is told to be one, and what reads it.
//!
//! A new format is a file with its reader and one line in [`FORMATS`]; the command line, the import, the cards in
//! `datasets/formats` and the documents follow the list.

use super::einvoice::{self, Documents};
use super::texts;
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
}

/// Every format, in the order in which `auto` asks them.
pub const FORMATS: &[Format] = &[
    einvoice::UBL,
    einvoice::CII,
    einvoice::CDAR,
    einvoice::FACTUR_X,
    texts::CEGID_TRA,
    texts::SAGE_PNM,
    texts::SAGE_RIMPORT,
    texts::QUADRA,
    texts::CIEL_XIMPORT,
    texts::EBP_TEXT,
    texts::SAGE_TEXT,
];
