//! Small matters of text: hashes, and letters without their accents for searching.

use sha2::{Digest, Sha256};

/// `sha256:` and the hash of bytes.
pub fn sha256(bytes: &[u8]) -> String {
    sha256_of(Sha256::new_with_prefix(bytes))
}

/// As [`sha256`], of what a hasher was fed.
pub(crate) fn sha256_of(hasher: Sha256) -> String {
    format!("sha256:{}", hex::encode(hasher.finalize()))
}

/// A text as it is searched: lower case, without accents, signs turned to single spaces.
///
/// ```
/// assert_eq!(encours_services::text::folded("Société  « L'Œuf d'Été »"), "societe l oeuf d ete");
/// ```
pub fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match plain_letters(letter) {
            Some(plain) => folded.push_str(plain),
            None if letter.is_alphanumeric() => folded.push(letter),
            // Accents that stand alone behind their letter.
            None if ('\u{300}'..='\u{36f}').contains(&letter) => {}
            None if folded.ends_with(' ') || folded.is_empty() => {}
            None => folded.push(' '),
        }
    }
    folded.truncate(folded.trim_end().len());
    folded
}

/// The plain letters of an accented one, for the languages of western and central Europe.
fn plain_letters(letter: char) -> Option<&'static str> {
    Some(match letter {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'ç' | 'ć' | 'č' => "c",
        'ď' | 'đ' | 'ð' => "d",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ğ' => "g",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ł' | 'ľ' => "l",
        'ñ' | 'ń' | 'ň' => "n",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ő' => "o",
        'ř' => "r",
        'ś' | 'š' | 'ş' | 'ș' => "s",
        'ť' | 'ţ' | 'ț' => "t",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'ý' | 'ÿ' => "y",
        'ź' | 'ż' | 'ž' => "z",
        'œ' => "oe",
        'æ' => "ae",
        'ß' => "ss",
        _ => return None,
    })
}

/// How many letters must be changed, put in or left out to make one text of the other; `None` above `most`.
pub(crate) fn distance(left: &str, right: &str, most: usize) -> Option<usize> {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if left.len().abs_diff(right.len()) > most {
        return None;
    }
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, from) in left.iter().enumerate() {
        let mut next = vec![above + 1];
        let pairs = row.iter().zip(row.iter().skip(1));
        for ((diagonal, up), to) in pairs.zip(&right) {
            let beside = next.last().copied().unwrap_or(usize::MAX);
            let changed = diagonal + usize::from(from != to);
            next.push(changed.min(up + 1).min(beside.saturating_add(1)));
        }
        row = next;
    }
    row.last().copied().filter(|&distance| distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (left, right, expected) in [
            ("C-0012", "C-0012", Some(0)),
            ("C-0012", "C-0021", Some(2)),
            ("C-0012", "C0012", Some(1)),
            ("", "ab", Some(2)),
            ("C-0012", "C-9999", None),
            ("abc", "abcdef", None),
        ] {
            assert_eq!(distance(left, right, 2), expected, "{left} {right}");
            assert_eq!(distance(right, left, 2), expected, "{right} {left}");
        }
    }

    #[test]
    fn folding() {
        for (text, expected) in [
            ("CRÊPERIE Sédépage", "creperie sedepage"),
            ("  A.B.C.  ", "a b c"),
            ("e\u{301}te\u{301}", "ete"),
            ("Straße Łódź", "strasse lodz"),
            ("", ""),
            ("東京 2", "東京 2"),
        ] {
            assert_eq!(folded(text), expected);
        }
    }
}
