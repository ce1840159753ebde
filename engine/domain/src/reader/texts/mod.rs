//! Accounting texts: files of fixed columns (or delimited ones without a header) that accounting programs exchange.
//!
//! A text is a [`layout`](layout::Layout), which says where each field stands, and one reader that follows it
//! (`records`); Cegid's TRA has kinds of lines of its own (`tra`). What comes out are lines of entries, to be
//! understood by [`crate::accounting`].
//!
//! Reading order: `layout` (what stands where), `toml` (a layout as a person writes it), `columns` (lines and slices),
//! `values` (texts to days and cents), `sniff` (whether a file has a layout), `records` (the reader), `entries` (numbers for entries that have none), `tra`.

mod columns;
mod entries;
mod layout;
mod records;
mod sniff;
#[cfg(test)]
mod tests;
mod toml;
mod tra;
mod values;

use super::format::{Content, File, Format, ReadOptions};
use crate::accounting::Journal;
use crate::fault::{Fault, FaultReport};
use entries::Take;
use layout::Layout;

/// The section of a map file that says where fields stand.
const SECTIONS: &[&str] = &["layout"];

/// Cegid's exchange file (TRA), standard or extended.
pub(super) const CEGID_TRA: Format =
    Format { name: "cegid-tra", looks_like: tra::looks_like, read: read_tra, sections: SECTIONS };

/// Sage's exchange file PNM.
pub(super) const SAGE_PNM: Format = Format {
    name: "sage-pnm",
    // No other file ends so: with some lines broken it is one all the same, and they are told.
    looks_like: |file| sniff::is_text_named(file, ".pnm") || sniff::fits(file, &layout::SAGE_PNM),
    read: |file, options| read_text(file, options, &layout::SAGE_PNM),
    sections: SECTIONS,
};

/// Quadra's exchange file (ASCII).
pub(super) const QUADRA: Format = Format {
    name: "quadra",
    looks_like: |file| sniff::fits(file, &layout::QUADRA),
    read: |file, options| read_text(file, options, &layout::QUADRA),
    sections: SECTIONS,
};

/// Ciel's exchange file XIMPORT.
pub(super) const CIEL_XIMPORT: Format = Format {
    name: "ciel-ximport",
    looks_like: |file| sniff::fits(file, &layout::CIEL_XIMPORT),
    read: |file, options| read_text(file, options, &layout::CIEL_XIMPORT),
    sections: SECTIONS,
};

/// `RImport.txt` of Sage 50 and Ciel.
pub(super) const SAGE_RIMPORT: Format = Format {
    name: "sage-rimport",
    looks_like: |file| sniff::fits(file, &layout::SAGE_RIMPORT),
    read: |file, options| read_text(file, options, &layout::SAGE_RIMPORT),
    sections: SECTIONS,
};

/// EBP's text of entries.
pub(super) const EBP_TEXT: Format = Format {
    name: "ebp-text",
    looks_like: |file| sniff::fits(file, &layout::EBP),
    read: |file, options| read_text(file, options, &layout::EBP),
    sections: SECTIONS,
};

/// Sage's parametrable text, and any other text whose layout a person writes down.
pub(super) const SAGE_TEXT: Format = Format {
    name: "sage-text",
    looks_like: |file| sniff::fits(file, &layout::SAGE_TEXT),
    read: |file, options| {
        if options.map.is_some() || sniff::fits(file, &layout::SAGE_TEXT) {
            return read_text(file, options, &layout::SAGE_TEXT);
        }
        let reason = format!(
            "the lines are not as Sage's usual layout has them ({} columns), expected a layout; hint: write where each \
             field stands into a file with `[layout]` and give it with `--map`",
            layout::SAGE_TEXT.width()
        );
        let report = FaultReport { faults: vec![Fault::of_file(file.name, reason)], notes: Vec::new() };
        (Content::Entries(Journal::default()), report)
    },
    sections: SECTIONS,
};

fn read_tra(file: File<'_>, options: &ReadOptions<'_>) -> (Content, FaultReport) {
    let Some((map, _)) = options.map else { return entries_of(file, tra::read) };
    let fault = Fault::of_file(map, format!("`{}` is a TRA, whose layout is fixed: it takes no map", file.name));
    (Content::Entries(Journal::default()), FaultReport { faults: vec![fault], notes: Vec::new() })
}

/// Reads a text by its own layout, or by the one that the person gives.
fn read_text(file: File<'_>, options: &ReadOptions<'_>, usual: &Layout) -> (Content, FaultReport) {
    let given = match options.map.map(|(name, text)| toml::layout(name, text)) {
        Some(Err(faults)) => {
            return (Content::Entries(Journal::default()), FaultReport { faults, notes: Vec::new() });
        }
        Some(Ok(given)) => Some(given),
        None => None,
    };
    entries_of(file, |file, take, report| records::read(file, given.as_ref().unwrap_or(usual), take, report))
}

fn entries_of(
    file: File<'_>,
    read: impl FnOnce(File<'_>, Take<'_>, &mut FaultReport) -> Result<(), Fault>,
) -> (Content, FaultReport) {
    let (mut journal, mut report) = (Journal::of_file(file.name), FaultReport::default());
    if let Err(fault) = read(file, &mut |line| journal.push(line), &mut report) {
        report.faults.push(fault);
    }
    // Nothing of salaries and purchases is kept.
    journal.keep_client_entries().tell(file.name, &mut report);
    report.faults.sort_by_key(|fault| fault.line);
    report.notes.sort_by_key(|note| note.line);
    (Content::Entries(journal), report)
}
