//! Rows of an XLSX sheet that are hidden, by a filter or by hand. They are read like the others, and a person who looks at
//! the sheet must be told: the library that reads the cells does not say.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::io::Read;

use memchr::memmem;
use quick_xml::events::Event;

use super::zip_weight::member;

/// Lines of the hidden rows of a sheet; none where the archive is no XLSX or does not say.
pub(super) fn hidden_rows(bytes: &[u8], sheet: &str) -> BTreeSet<u64> {
    path_of(bytes, sheet).and_then(|path| member(bytes, &path)).map(in_sheet).unwrap_or_default()
}

/// Where a sheet lies: its name leads to an id (`xl/workbook.xml`), the id to a path (its relations).
fn path_of(bytes: &[u8], sheet: &str) -> Option<String> {
    let book = text_of(bytes, "xl/workbook.xml")?;
    let id = found(&book, "sheet", "name", sheet, "r:id")?;
    let relations = text_of(bytes, "xl/_rels/workbook.xml.rels")?;
    let target = found(&relations, "Relationship", "Id", &id, "Target")?;
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
}

fn text_of(bytes: &[u8], name: &str) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    member(bytes, name)?.read_to_end(&mut text).ok()?;
    Some(text)
}

/// The attribute `wanted` of the first element of this name whose attribute `key` says `value`.
fn found(xml: &[u8], element: &str, key: &str, value: &str, wanted: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_reader(xml);
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) | Event::Empty(start) if start.local_name().as_ref() == element => {
                let text = |name: &str| {
                    let attribute = start.try_get_attribute(name).ok().flatten()?;
                    attribute.normalized_value(quick_xml::XmlVersion::Explicit1_0).ok().map(Cow::into_owned)
                };
                if text(key).as_deref() == Some(value) {
                    return text(wanted);
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// Bytes that are looked at together, and the longest tag that is understood.
const PIECE: usize = 1 << 20;

/// Half a gigabyte of cells is neither kept nor parsed again for this: piece by piece only the tags of rows are looked at.
/// Inside of texts `<` is escaped, so that what begins as a tag is one. A damaged rest is told by the reader of the cells.
fn in_sheet(mut sheet: impl Read) -> BTreeSet<u64> {
    let (mut hidden, mut piece) = (BTreeSet::new(), Vec::with_capacity(2 * PIECE));
    loop {
        let read = sheet.by_ref().take(PIECE as u64).read_to_end(&mut piece);
        let whole = tags(&piece, &mut hidden);
        if !read.is_ok_and(|read| read > 0) {
            return hidden;
        }
        // A tag that is cut, or a few letters of its beginning, stand before the next piece.
        piece.drain(..whole.max(piece.len().saturating_sub(PIECE)));
    }
}

const TAG: &[u8] = b"<row ";

/// Takes the lines of hidden rows, and gives the place up to which the text was understood.
fn tags(text: &[u8], hidden: &mut BTreeSet<u64>) -> usize {
    for at in memmem::find_iter(text, TAG) {
        let Some(tag) = text.get(at..).and_then(|rest| rest.get(..memchr::memchr(b'>', rest)?)) else { return at };
        let says = [&b" hidden=\"1\""[..], b" hidden=\"true\""];
        if says.iter().any(|says| memmem::find(tag, says).is_some()) {
            hidden.extend(line(tag));
        }
    }
    text.len().saturating_sub(TAG.len() - 1)
}

fn line(tag: &[u8]) -> Option<u64> {
    let number = tag.get(memmem::find(tag, b" r=\"")? + 4..)?;
    let number = number.get(..memchr::memchr(b'"', number)?)?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_rows() {
        let text = br#"<sheetData><row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c></row><row r="2" hidden="1"><c r="A2"/></row>
            <row spans="1:2" r="7" ht="15" hidden="true"/><row r="8" hidden="0"/><rows r="9" hidden="1"/></sheetData>"#;
        assert_eq!(in_sheet(&text[..]), BTreeSet::from([2, 7]));
        // However the pieces cut it, and where it ends in the middle of a tag.
        for pad in PIECE - 60..PIECE {
            let long = [&vec![b' '; pad][..], text].concat();
            assert_eq!(in_sheet(&long[..]), BTreeSet::from([2, 7]), "{pad}");
        }
        assert_eq!(in_sheet(&b"<row r=\"1\" hidden=\"1\"/><row r=\"2\" hidden=\"1\""[..]), BTreeSet::from([1]));
        assert_eq!(hidden_rows(b"no archive", "Factures"), BTreeSet::new());
    }
}
