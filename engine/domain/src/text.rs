//! Texts: a sentence in the two languages of the screen, and texts from outside as they may be shown.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// The same sentence in French and in English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bilingual {
    /// French.
    pub fr: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// Pairs the two texts.
    pub fn new(fr: impl Into<String>, en: impl Into<String>) -> Self {
        Self { fr: fr.into(), en: en.into() }
    }
}

/// Whether a letter does something to the screen, or to the order in which others are shown, instead of being shown:
/// control characters, line and paragraph separators, and the marks of writing direction (Unicode UAX 9).
pub fn is_unseen(letter: char) -> bool {
    letter.is_control() || is_line_separator(letter) || turns_direction(letter)
}

/// Whether a letter changes the direction in which others are shown.
pub fn turns_direction(letter: char) -> bool {
    matches!(letter, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn is_line_separator(letter: char) -> bool {
    matches!(letter, '\u{2028}' | '\u{2029}')
}

/// A text of several lines as a terminal may show it: what [`is_unseen`], save line ends and tabs, is written out.
///
/// ```
/// use encours_domain::text::printable;
/// assert_eq!(printable("a\u{1b}]0;b\u{7}\nc"), "a\\u{1b}]0;b\\u{7}\nc");
/// assert_eq!(printable("Crêperie"), "Crêperie");
/// ```
pub fn printable(text: &str) -> Cow<'_, str> {
    written_out(text, |letter| is_unseen(letter) && !matches!(letter, '\n' | '\t'))
}

/// As [`printable`], for a text that stands on one line: its line ends and tabs are shown as blanks.
///
/// ```
/// use encours_domain::text::on_one_line;
/// assert_eq!(on_one_line("12 rue Haute\r\nLyon\u{202e}"), "12 rue Haute  Lyon\\u{202e}");
/// ```
pub fn on_one_line(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let blanks = text.replace(['\n', '\r', '\t'], " ");
    Cow::Owned(written_out(&blanks, is_unseen).into_owned())
}

fn written_out(text: &str, hidden: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len());
    for letter in text.chars() {
        if hidden(letter) {
            shown.extend(letter.escape_unicode());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}
