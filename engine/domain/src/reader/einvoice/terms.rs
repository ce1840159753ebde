//! Payment terms in words (BT-20): a number of days, where nothing else can be meant.

/// Words that may stand beside the number of days and change nothing.
const HARMLESS: &[&str] = &[
    "paiement",
    "reglement",
    "payable",
    "payables",
    "conditions",
    "condition",
    "de",
    "delai",
    "echeance",
    "a",
    "sous",
    "net",
    "nets",
    "date",
    "facture",
    "la",
    "compter",
    "calendaires",
    "des",
    "payment",
    "terms",
    "due",
    "within",
    "in",
    "from",
    "after",
    "of",
    "invoice",
    "the",
    "calendar",
    "par",
    "virement",
    "bancaire",
    "by",
    "bank",
    "transfer",
    "d",
    "emission",
];

/// Days after the day of issue, when the text says a number of days and nothing that could change it; "45 jours fin de
/// mois" has two lawful counts and is not read.
pub(super) fn days_after_issue(text: &str) -> Option<i32> {
    let plain: String = text.to_lowercase().chars().map(without_accent).collect();
    let mut words = plain.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).peekable();
    let mut days = None;
    while let Some(word) = words.next() {
        let (digits, unit) = word.split_at(word.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(word.len()));
        if digits.is_empty() {
            if !HARMLESS.contains(&word) {
                return None;
            }
            continue;
        }
        let is_unit = |word: &str| matches!(word, "jours" | "jour" | "j" | "jrs" | "days" | "day");
        let followed = if unit.is_empty() { words.next().is_some_and(is_unit) } else { is_unit(unit) };
        let number = digits.parse::<i32>().ok().filter(|number| (1..=180).contains(number));
        if !followed || days.is_some() {
            return None;
        }
        days = Some(number?);
    }
    days
}

fn without_accent(letter: char) -> char {
    match letter {
        'à' | 'â' => 'a',
        'é' | 'è' | 'ê' => 'e',
        'î' => 'i',
        'ô' => 'o',
        'û' | 'ù' => 'u',
        'ç' => 'c',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_with_certainty() {
        for (text, days) in [
            ("PAIEMENT 30 JOURS NET", Some(30)),
            ("Règlement à 45 jours date de facture", Some(45)),
            ("30j", Some(30)),
            ("Payment within 60 days from the invoice date.", Some(60)),
            ("60 days net", Some(60)),
        ] {
            assert_eq!(days_after_issue(text), days, "{text}");
        }
        for text in [
            "",
            "45 jours fin de mois",
            "30 jours fin de mois le 10",
            "à réception",
            "30 jours, escompte 2 % à 8 jours",
            "30",
            "30 jours ou 60 jours",
            "2026",
            "999 jours",
            "30 jours ouvrés",
            "selon contrat",
            "éé30 jours",
        ] {
            assert_eq!(days_after_issue(text), None, "{text}");
        }
    }
}
