//! Texts of registers: masks, and letters that were read in the wrong encoding.

use std::borrow::Cow;

/// What registers write in the place of a value that may not be shown.
const MASKS: &[&str] = &["[ND]", "[NON-DIFFUSIBLE]"];
/// What stands alone in such a place.
const WHOLE_MASKS: &[&str] = &["NON-DIFFUSIBLE", "MASKED"];

/// Whether a text, or a part of it, stands for a value that may not be shown.
pub(crate) fn is_masked(text: &str) -> bool {
    MASKS.iter().any(|mask| text.contains(mask)) || WHOLE_MASKS.contains(&text.trim())
}

/// The characters of windows-1252 that are no Latin-1, by their byte.
const WINDOWS: &[(char, u8)] = &[
    ('€', 0x80),
    ('‚', 0x82),
    ('ƒ', 0x83),
    ('„', 0x84),
    ('…', 0x85),
    ('†', 0x86),
    ('‡', 0x87),
    ('ˆ', 0x88),
    ('‰', 0x89),
    ('Š', 0x8a),
    ('‹', 0x8b),
    ('Œ', 0x8c),
    ('Ž', 0x8e),
    ('‘', 0x91),
    ('’', 0x92),
    ('“', 0x93),
    ('”', 0x94),
    ('•', 0x95),
    ('–', 0x96),
    ('—', 0x97),
    ('˜', 0x98),
    ('™', 0x99),
    ('š', 0x9a),
    ('›', 0x9b),
    ('œ', 0x9c),
    ('ž', 0x9e),
    ('Ÿ', 0x9f),
];

fn byte_of(letter: char) -> Option<u8> {
    let windows = WINDOWS.iter().find(|(known, _)| *known == letter).map(|(_, byte)| *byte);
    windows.or_else(|| u8::try_from(u32::from(letter)).ok())
}

/// A text whose letters were read as windows-1252 although they were UTF-8 (`clÃ´ture`), as it was meant; and `&amp;`,
/// escaped however often, as the sign. Any other text stays as it is.
pub(crate) fn unmangled(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    if text.contains(['Ã', 'Â', 'â']) {
        let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
        if let Some(meant) = bytes.and_then(|bytes| String::from_utf8(bytes).ok()) {
            text = Cow::Owned(meant);
        }
    }
    while text.contains("&amp;") {
        text = Cow::Owned(text.replace("&amp;", "&"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_in_the_wrong_encoding_are_put_right() {
        for (found, meant) in [
            ("Jugement de clÃ´ture pour insuffisance dâ€™actif", "Jugement de clôture pour insuffisance d’actif"),
            ("SociÃ©tÃ©", "Société"),
            ("Société", "Société"),
            ("Château Âge", "Château Âge"),
            ("A S CONSTRUCTION &amp;amp; RENOVATION", "A S CONSTRUCTION & RENOVATION"),
            ("日本", "日本"),
        ] {
            assert_eq!(unmangled(found), meant);
        }
    }

    #[test]
    fn masks_are_told() {
        assert!(is_masked("[ND]") && is_masked("[NON-DIFFUSIBLE] 75009 PARIS") && is_masked("MASKED"));
        assert!(!is_masked("ND LOGISTIQUE") && !is_masked(""));
    }
}
