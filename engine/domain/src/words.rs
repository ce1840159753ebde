//! Words as they are compared: lower case, without accents, ligatures opened.

/// A text in lower case and without accents, other letters as they are: `Échéance` is `echeance`, `Cœur` is `coeur`.
///
/// ```
/// assert_eq!(encours_domain::words::folded("N° de Règlement"), "n° de reglement");
/// ```
pub fn folded(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.chars().flat_map(char::to_lowercase) {
        match letter {
            'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' => plain.push('a'),
            'ç' | 'č' => plain.push('c'),
            'è' | 'é' | 'ê' | 'ë' => plain.push('e'),
            'ì' | 'í' | 'î' | 'ï' => plain.push('i'),
            'ñ' => plain.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' => plain.push('o'),
            'š' => plain.push('s'),
            'ù' | 'ú' | 'û' | 'ü' => plain.push('u'),
            'ý' | 'ÿ' => plain.push('y'),
            'ž' => plain.push('z'),
            'œ' => plain.push_str("oe"),
            'æ' => plain.push_str("ae"),
            'ß' => plain.push_str("ss"),
            '’' | '‘' | 'ʼ' | '`' => plain.push('\''),
            // Accents that stand beside their letter, as some systems write them.
            '\u{300}'..='\u{36f}' => {}
            '\u{a0}' | '\u{202f}' | '\u{2009}' => plain.push(' '),
            other => plain.push(other),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        for (text, plain) in [
            ("Échéance", "echeance"),
            ("E\u{301}cheance", "echeance"),
            ("Cœur d’Œuvre", "coeur d'oeuvre"),
            ("Nº 5", "nº 5"),
            ("İ", "i"),
        ] {
            assert_eq!(folded(text), plain, "{text}");
        }
    }
}
