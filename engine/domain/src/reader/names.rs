//! Names of columns: compared, listed, and guessed at when mistyped.

/// The form in which names are compared: trimmed, lower case.
pub(super) fn normal(name: &str) -> String {
    name.trim().to_lowercase()
}

/// Letters and digits of a text, lower case and without accents: the form in which names that people write are compared.
pub(crate) fn plain_letters(text: &str) -> String {
    let unaccented = |letter: char| match letter {
        'à' | 'â' | 'ä' | 'á' | 'ã' => 'a',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' | 'í' => 'i',
        'ô' | 'ö' | 'ó' => 'o',
        'ù' | 'û' | 'ü' | 'ú' => 'u',
        'ç' => 'c',
        'ñ' => 'n',
        other => other,
    };
    text.chars().flat_map(char::to_lowercase).map(unaccented).filter(|letter| letter.is_alphanumeric()).collect()
}

/// Names in backticks, at most twenty.
pub(super) fn listed<S: AsRef<str>>(names: &[S]) -> String {
    const MOST: usize = 20;
    let mut shown: Vec<String> =
        names.iter().take(MOST).map(|name| format!("`{}`", crate::error::shortened(name.as_ref()))).collect();
    if names.len() > MOST {
        shown.push(format!("and {} more", names.len() - MOST));
    }
    shown.join(", ")
}

/// Whether a name looks like a mistyped form of another: the same letters and digits, or one to two of them wrong.
pub(crate) fn is_near(found: &str, meant: &str) -> bool {
    let letters = |name: &str| -> Vec<char> {
        name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).take(40).collect()
    };
    let (found, meant) = (letters(found), letters(meant));
    let allowed = if meant.len() < 8 { 1 } else { 2 };
    found.len().abs_diff(meant.len()) <= allowed && edits(&found, &meant) <= allowed
}

/// Letters to insert, drop or change (Levenshtein).
fn edits(left: &[char], right: &[char]) -> usize {
    let mut costs: Vec<usize> = (0..=right.len()).collect();
    for (row, letter) in left.iter().enumerate() {
        let mut diagonal = row;
        let mut before = row + 1;
        for (cost, other) in costs.iter_mut().skip(1).zip(right) {
            let changed = diagonal + usize::from(letter != other);
            diagonal = *cost;
            *cost = changed.min(diagonal + 1).min(before + 1);
            before = *cost;
        }
        if let Some(first) = costs.first_mut() {
            *first = row + 1;
        }
    }
    costs.last().copied().unwrap_or(left.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistyped_names() {
        for (found, meant) in
            [("paid_dat", "paid_date"), ("PaidDate", "paid_date"), ("curency", "currency"), ("kinds", "kind")]
        {
            assert!(is_near(found, meant), "{found}");
        }
        for (found, meant) in [("country", "currency"), ("due", "due_date"), ("paid", "kind"), ("", "kind")] {
            assert!(!is_near(found, meant), "{found}");
        }
    }
}
