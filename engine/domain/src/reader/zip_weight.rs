//! What a zip archive holds, and how much it unpacks to, before anybody unpacks it: two megabytes can hold many gigabytes of one letter.
//!
//! What the archive says of itself is looked at first. A member that is large enough to hold a bomb is unpacked once
//! without keeping anything, because the list at the end may lie.

use std::io::Read;

use flate2::read::DeflateDecoder;

/// Bytes to which one member may unpack: a sheet of a million rows has about half of it.
const HEAVIEST_MEMBER: u64 = 512 << 20;

/// Bytes to which all members together may unpack.
const HEAVIEST: u64 = 1 << 30;

/// No stream of the deflate method grows by more than this (RFC 1951: 258 bytes in two bits, less the codes' own).
const MOST_GROWTH: u64 = 1032;

/// Says what is wrong with an archive that is too heavy to be unpacked. One whose list cannot be read is left to its
/// reader, which tells what is damaged.
pub(super) fn trouble(bytes: &[u8]) -> Option<String> {
    let mut whole = 0_u64;
    for member in members(bytes).unwrap_or_default() {
        let weight = member.weight(bytes);
        whole = whole.saturating_add(weight);
        if weight > HEAVIEST_MEMBER {
            return Some(format!("a part of it unpacks to more than {HEAVIEST_MEMBER} bytes, which no ledger needs"));
        }
        if whole > HEAVIEST {
            return Some(format!("it unpacks to more than {HEAVIEST} bytes, which no ledger needs"));
        }
    }
    None
}

/// What a member holds, unpacked as it is read; nothing where there is none of this name. Only for an archive that
/// [`trouble`] found light enough.
pub(super) fn member<'b>(bytes: &'b [u8], name: &str) -> Option<impl Read + use<'b>> {
    let member = members(bytes)?.into_iter().find(|member| member.name == name.as_bytes())?;
    let packed = member.content(bytes)?.get(..usize::try_from(member.packed).ok()?)?;
    let reader: Box<dyn Read + 'b> =
        if member.is_deflated { Box::new(DeflateDecoder::new(packed)) } else { Box::new(packed) };
    Some(reader.take(HEAVIEST_MEMBER))
}

/// One member, as the list at the end of the archive has it.
struct Member<'b> {
    name: &'b [u8],
    is_deflated: bool,
    packed: u64,
    unpacked: u64,
    /// Where its own header stands.
    at: usize,
}

impl Member<'_> {
    /// The bytes that it unpacks to; counted only where there can be too many of them.
    fn weight(&self, bytes: &[u8]) -> u64 {
        let may_be_heavy = self.is_deflated && self.packed.saturating_mul(MOST_GROWTH) > HEAVIEST_MEMBER;
        if self.unpacked > HEAVIEST_MEMBER || !may_be_heavy {
            return self.unpacked;
        }
        let counted = self.content(bytes).map(|content| {
            let mut unpacked = DeflateDecoder::new(content).take(HEAVIEST_MEMBER + 1);
            // A damaged stream is told by whoever reads it in earnest; up to there it was light.
            std::io::copy(&mut unpacked, &mut std::io::sink()).unwrap_or(self.unpacked)
        });
        counted.unwrap_or(self.unpacked)
    }

    fn content<'b>(&self, bytes: &'b [u8]) -> Option<&'b [u8]> {
        const HEADER: usize = 30;
        let header = bytes.get(self.at..self.at.checked_add(HEADER)?)?;
        let from = self.at + HEADER + usize::from(u16_at(header, 26)?) + usize::from(u16_at(header, 28)?);
        bytes.get(from..)
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// The list at the end of an archive (APPNOTE 4.3.12 and 4.3.16).
fn members(bytes: &[u8]) -> Option<Vec<Member<'_>>> {
    const LONGEST_END: usize = 22 + 65_535;
    const ENTRY: usize = 46;
    let tail = bytes.get(bytes.len().saturating_sub(LONGEST_END)..)?;
    let end = tail.windows(4).rposition(|window| window == b"PK\x05\x06")?;
    let mut at = usize::try_from(u32_at(tail, end + 16)?).ok()?;
    let mut members = Vec::new();
    while let Some(entry) = bytes.get(at..at.checked_add(ENTRY)?).filter(|entry| entry.starts_with(b"PK\x01\x02")) {
        let name = at + ENTRY..at + ENTRY + usize::from(u16_at(entry, 28)?);
        members.push(Member {
            name: bytes.get(name).unwrap_or_default(),
            is_deflated: u16_at(entry, 10)? == 8,
            packed: u64::from(u32_at(entry, 20)?),
            unpacked: u64::from(u32_at(entry, 24)?),
            at: usize::try_from(u32_at(entry, 42)?).ok()?,
        });
        let beside: usize = [28, 30, 32].into_iter().map(|at| u16_at(entry, at).map_or(0, usize::from)).sum();
        at = at + ENTRY + beside;
    }
    Some(members)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::DeflateEncoder;

    use super::*;
    use crate::reader::{ColumnMap, format::File, read_ledger, suggest_map};

    /// An archive with one sheet of so many million blanks, which says of itself what it is told to say.
    fn archive(millions: usize, says: Option<u32>) -> Vec<u8> {
        let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
        let piece = vec![b' '; 1_000_000];
        for _ in 0..millions {
            packed.write_all(&piece).unwrap();
        }
        let packed = packed.finish().unwrap();
        let size = says.unwrap_or(u32::try_from(millions * 1_000_000).unwrap());
        let name = b"xl/workbook.xml";
        let numbers = |out: &mut Vec<u8>| {
            out.extend([20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            out.extend(u32::try_from(packed.len()).unwrap().to_le_bytes());
            out.extend(size.to_le_bytes());
            out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
            out.extend([0, 0]);
        };
        let mut bytes = b"PK\x03\x04".to_vec();
        numbers(&mut bytes);
        bytes.extend(name);
        bytes.extend(&packed);
        let list = u32::try_from(bytes.len()).unwrap();
        bytes.extend(b"PK\x01\x02\x14\x00");
        numbers(&mut bytes);
        bytes.extend([0; 14]);
        bytes.extend(name);
        let length = u32::try_from(bytes.len()).unwrap() - list;
        bytes.extend(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
        bytes.extend(length.to_le_bytes());
        bytes.extend(list.to_le_bytes());
        bytes.extend([0, 0]);
        bytes
    }

    #[test]
    fn a_bomb_is_refused_unopened() {
        for bytes in [archive(600, None), archive(600, Some(1_000))] {
            assert!(bytes.len() < 1 << 20);
            let (rows, report) = read_ledger("f.xlsx", &bytes, &ColumnMap::plain());
            assert!(rows.invoices.is_empty());
            let told: Vec<String> = report.faults.iter().map(ToString::to_string).collect();
            let expected = "f.xlsx: the spreadsheet cannot be read: a part of it unpacks to more than 536870912 bytes, \
                            which no ledger needs";
            assert_eq!(told, [expected]);
            let suggestion = suggest_map(File { name: "f.xlsx", bytes: &bytes });
            assert_eq!(suggestion.report.faults[0].to_string(), expected);
        }
    }

    #[test]
    fn what_is_light_or_no_archive_is_left_to_its_reader() {
        for bytes in [archive(1, None), b"PK\x03\x04".to_vec(), b"PK\x05\x06".to_vec(), Vec::new()] {
            assert_eq!(trouble(&bytes), None);
        }
    }
}
