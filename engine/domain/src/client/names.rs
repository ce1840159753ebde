//! Company names as they are compared: without legal form, accents, punctuation and filling words.

use crate::words::folded;

/// Legal forms and titles, which one file writes and another leaves out.
const FORMS: &[&str] = &[
    "sarl",
    "sarlu",
    "eurl",
    "sas",
    "sasu",
    "sa",
    "snc",
    "sci",
    "scp",
    "scop",
    "scm",
    "scea",
    "gaec",
    "earl",
    "ei",
    "eirl",
    "selarl",
    "selas",
    "selasu",
    "se",
    "gie",
    "ste",
    "societe",
    "ets",
    "etablissements",
    "etablissement",
    "entreprise",
    "gmbh",
    "ag",
    "kg",
    "ltd",
    "limited",
    "plc",
    "llc",
    "inc",
    "corp",
    "bv",
    "nv",
    "srl",
    "spa",
    "sprl",
    "company",
    "co",
    "cie",
    "compagnie",
    "monsieur",
    "madame",
    "mr",
    "mme",
    "m",
];

/// Words that one file writes and another leaves out.
const FILLING: &[&str] = &["et", "and", "de", "du", "des", "d", "la", "le", "les", "l", "the", "of"];

/// A company's name as it is compared: lower case, without accents, punctuation, legal form and filling words; letters
/// that stand alone are put together (`S.A.R.L. J. B. Dupont & Fils` is `jb dupont fils`).
///
/// ```
/// use encours_domain::client::comparable_name;
/// assert_eq!(comparable_name("S.A.R.L. Dupont & Fils"), comparable_name("DUPONT ET FILS SARL"));
/// ```
pub fn comparable_name(name: &str) -> String {
    let plain = folded(name).replace('&', " et ");
    let mut words: Vec<String> = Vec::new();
    let mut initials = String::new();
    for token in plain.split_whitespace() {
        let parts: Vec<&str> =
            token.split(|letter: char| !letter.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
        let is_letter = |part: &&str| part.chars().count() == 1 && part.chars().all(char::is_alphabetic);
        match parts.as_slice() {
            [letter] if is_letter(letter) => initials.push_str(letter),
            // `S.A.R.L.` is a word of its own, whatever letters stand around it.
            letters if letters.len() > 1 && letters.iter().all(is_letter) => {
                take_initials(&mut initials, &mut words);
                words.push(letters.concat());
            }
            parts => {
                take_initials(&mut initials, &mut words);
                words.extend(parts.iter().map(|part| (*part).to_owned()));
            }
        }
    }
    take_initials(&mut initials, &mut words);
    let kept: Vec<&str> = words.iter().map(String::as_str).filter(|word| !is_light(word)).collect();
    // A name of nothing else (`La Compagnie`) is compared as it stands.
    if kept.is_empty() { words.join(" ") } else { kept.join(" ") }
}

/// The words of a name, or of what somebody types to find one: as [`comparable_name`] has them, a number written in
/// groups as one word. A SIRET counts as its SIREN, and so does a French number for VAT. Legal forms and filling words
/// find nobody: a text of nothing else has no words.
///
/// ```
/// use encours_domain::client::search_words;
/// assert_eq!(search_words("SARL Crêperie de l'Œuf"), ["creperie", "oeuf"]);
/// assert_eq!(search_words("000 500 967 00013"), ["000500967"]);
/// assert_eq!(search_words("FR 92 000500967"), ["000500967"]);
/// ```
pub fn search_words(text: &str) -> Vec<String> {
    let compact: String = text.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_uppercase();
    let digits = compact.strip_prefix("FR").filter(|rest| rest.len() == 11).and_then(|rest| rest.get(2..));
    let digits = digits.unwrap_or(&compact);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let siren = digits.get(..9).filter(|_| digits.len() == 14);
        return vec![siren.unwrap_or(digits).to_owned()];
    }
    let plain = comparable_name(text);
    plain.split(' ').filter(|word| !word.is_empty() && !is_light(word)).map(str::to_owned).collect()
}

fn take_initials(initials: &mut String, words: &mut Vec<String>) {
    if !initials.is_empty() {
        words.push(std::mem::take(initials));
    }
}

fn is_light(word: &str) -> bool {
    FORMS.contains(&word) || FILLING.contains(&word)
}

/// A city as it is compared: `ST-ÉTIENNE CEDEX 1` is `saint etienne`, `Lyon 3e` is `lyon`.
pub(super) fn comparable_city(city: &str) -> String {
    let plain = folded(city);
    let words = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let whole: Vec<&str> = words
        .take_while(|word| *word != "cedex")
        .filter(|word| !word.starts_with(|letter: char| letter.is_ascii_digit()))
        .map(|word| match word {
            "st" => "saint",
            "ste" => "sainte",
            other => other,
        })
        .collect();
    whole.join(" ")
}

/// How alike two comparable names are, in hundredths: words in common over words in all (Jaccard), a word of another
/// spelling (one or two letters) counting half.
pub fn likeness(left: &str, right: &str) -> u8 {
    if left == right {
        return if left.is_empty() { 0 } else { 100 };
    }
    let (left, right): (Vec<&str>, Vec<&str>) = (left.split(' ').collect(), right.split(' ').collect());
    let mut free: Vec<&str> = right.clone();
    let mut halves = 0;
    let mut rest = Vec::new();
    for word in &left {
        match free.iter().position(|other| other == word) {
            Some(at) => {
                free.swap_remove(at);
                halves += 2;
            }
            None => rest.push(*word),
        }
    }
    let near = |a: &str, b: &str| a.len() > 3 && b.len() > 3 && crate::reader::is_near(a, b);
    for word in rest {
        if let Some(at) = free.iter().position(|other| near(word, other)) {
            free.swap_remove(at);
            halves += 1;
        }
    }
    let in_all = (left.len() + right.len()) * 2 - halves;
    u8::try_from(halves * 100 / in_all.max(1)).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for (name, plain) in [
            ("S.A.R.L. J. B. Dupont & Fils", "jb dupont fils"),
            ("S A R L Dupont", "dupont"),
            ("DUPONT ET FILS SARL", "dupont fils"),
            ("Société des Éts Müller", "muller"),
            ("La Compagnie", "la compagnie"),
            ("A.B.C. Transports", "abc transports"),
            ("", ""),
        ] {
            assert_eq!(comparable_name(name), plain, "{name}");
        }
    }

    #[test]
    fn cities() {
        for (left, right) in [("ST-ÉTIENNE CEDEX 1", "Saint Etienne"), ("Lyon 3e", "LYON"), ("Ste Foy", "Sainte-Foy")]
        {
            assert_eq!(comparable_city(left), comparable_city(right));
        }
    }

    #[test]
    fn likenesses() {
        for (left, right, hundredths) in [
            ("dupont fils", "dupont fils", 100),
            ("dupont fils", "dupond fils", 60),
            ("dupont fils", "dupont", 50),
            ("dupont", "martin", 0),
            ("", "", 0),
        ] {
            assert_eq!(likeness(left, right), hundredths, "{left} / {right}");
        }
    }
}
