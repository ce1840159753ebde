//! Company facts as CSV.

use std::borrow::Cow;

use crate::company::CompanyFact;

const HEADER: &str = "subject,kind,value,valid_from,known_from,source\n";

/// The facts as RFC 4180 text in UTF-8, lines ended by a line feed.
pub(super) fn csv(facts: &[CompanyFact], source: &str) -> String {
    let mut text = String::from(HEADER);
    for CompanyFact { subject, kind, value, valid_from, known_from } in facts {
        let value = quoted(value);
        text.push_str(&format!("{subject},{kind},{value},{valid_from},{known_from},{source}\n"));
    }
    text
}

/// A value in quotes when it holds a comma, a quote or a line break.
fn quoted(value: &str) -> Cow<'_, str> {
    if value.contains([',', '"', '\n', '\r']) {
        Cow::Owned(format!("\"{}\"", value.replace('"', "\"\"")))
    } else {
        Cow::Borrowed(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        for (value, expected) in
            [("Élan & Cie", "Élan & Cie"), ("a, b", "\"a, b\""), ("dit \"le Bon\"", "\"dit \"\"le Bon\"\"\"")]
        {
            assert_eq!(quoted(value), expected);
        }
    }
}
