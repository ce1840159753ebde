//! What a FEC's name says: `SIRENFECAAAAMMJJ`, the closing day.

use crate::day::Day;
use crate::identity::Siren;

/// The parts of a FEC's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FecName {
    /// The company whose books these are; absent where the check digit is wrong.
    pub siren: Option<Siren>,
    /// The day on which the year closes.
    pub closing: Day,
}

impl FecName {
    /// Reads a file's name, whatever its folder and ending; absent where it has another form.
    pub fn of(file: &str) -> Option<Self> {
        let name = file.rsplit(['/', '\\']).next()?;
        let upper = name.to_ascii_uppercase();
        let (siren, rest) = upper.split_once("FEC")?;
        if siren.len() != 9 || !siren.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let digits = rest.get(..8).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
        let closing = Day::parse_with(digits, "%Y%m%d").ok()?;
        Some(Self { siren: siren.parse().ok(), closing })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, closing, sound) in [
            ("000500967FEC20251231.txt", Some("2025-12-31"), true),
            ("dossier/000500967fec20250630_v2.TXT", Some("2025-06-30"), true),
            ("000500968FEC20251231.txt", Some("2025-12-31"), false),
            ("FEC20251231.txt", None, false),
            ("000500967FEC20251331.txt", None, false),
            ("éFEC", None, false),
        ] {
            let found = FecName::of(name);
            assert_eq!(found.as_ref().map(|found| found.closing.to_string()).as_deref(), closing, "{name}");
            assert_eq!(found.is_some_and(|found| found.siren.is_some()), sound, "{name}");
        }
    }
}
