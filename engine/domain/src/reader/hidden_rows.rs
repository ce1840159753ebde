//! Rows of an XLSX sheet that are hidden, by a filter or by hand. They are read like the others, and a person who looks at
//! the sheet must be told: the library that reads the cells does not say.

use std::borrow::Cow;
use std::collections::BTreeSet;

use memchr::memmem;
use quick_xml::events::Event;

use super::zip_weight::member;

/// Lines of the hidden rows of a sheet; none where the archive is no XLSX or does not say.
pub(super) fn hidden_rows(bytes: &[u8], sheet: &str) -> BTreeSet<u64> {
    path_of(bytes, sheet).and_then(|path| member(bytes, &path)).map(|text| in_sheet(&text)).unwrap_or_default()
}

/// Where a sheet lies: its name leads to an id (`xl/workbook.xml`), the id to a path (its relations).
fn path_of(bytes: &[u8], sheet: &str) -> Option<String> {
    let book = member(bytes, "xl/workbook.xml")?;
    let id = found(&book, "sheet", "name", sheet, "r:id")?;
    let relations = member(bytes, "xl/_rels/workbook.xml.rels")?;
    let target = found(&relations, "Relationship", "Id", &id, "Target")?;
    Some(target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned))
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

/// Half a gigabyte of cells is not parsed again for this: only the tags of rows are looked at. Inside of texts `<` is
/// escaped, so that what begins as a tag is one.
fn in_sheet(text: &[u8]) -> BTreeSet<u64> {
    let starts = memmem::find_iter(text, b"<row ");
    let tags = starts.filter_map(|at| {
        let rest = text.get(at..)?;
        rest.get(..memchr::memchr(b'>', rest)?)
    });
    let hidden =
        |tag: &&[u8]| [&b" hidden=\"1\""[..], b" hidden=\"true\""].iter().any(|says| memmem::find(tag, says).is_some());
    let line = |tag: &[u8]| {
        let number = tag.get(memmem::find(tag, b" r=\"")? + 4..)?;
        let number = number.get(..memchr::memchr(b'"', number)?)?;
        std::str::from_utf8(number).ok()?.parse().ok()
    };
    tags.filter(hidden).filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_rows() {
        let text = br#"<sheetData><row r="1" spans="1:2"><c r="A1" t="s"><v>0</v></c></row><row r="2" hidden="1"><c r="A2"/></row>
            <row spans="1:2" r="7" ht="15" hidden="true"/><row r="8" hidden="0"/><rows r="9" hidden="1"/></sheetData>"#;
        assert_eq!(in_sheet(text), BTreeSet::from([2, 7]));
        assert_eq!(hidden_rows(b"no archive", "Factures"), BTreeSet::new());
    }
}
