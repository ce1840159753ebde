//! Credentials: read by others, carried here, printed never.

use std::collections::BTreeMap;
use std::fmt;

use crate::error::SourceError;

/// What stands in the place of a secret.
const HIDDEN: &str = "[hidden]";

/// A text that no message, log or debug output shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text; blanks around it (a line's end in a file) are not part of it.
    pub fn new(text: &str) -> Self {
        Self(text.trim().to_owned())
    }

    /// The text, for the request and for nothing else.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(HIDDEN)
    }
}

/// Takes every occurrence of the secrets out of a text that comes from outside: as they are, as JSON writes them and
/// as an address writes them. A text that still holds the letters and digits of one in their order (escaped twice, cut
/// by quotes) is hidden whole.
pub(crate) fn scrubbed(text: &str, secrets: &[Secret]) -> String {
    let mut clean = text.to_owned();
    for secret in secrets {
        let plain = secret.expose();
        if plain.is_empty() {
            continue;
        }
        let in_json = serde_json::to_string(plain).unwrap_or_default();
        let in_json = in_json.trim_matches('"').to_owned();
        let in_address: String = reqwest::Url::parse_with_params("http://x/", [("v", plain)])
            .ok()
            .and_then(|url| url.query().map(|query| query.trim_start_matches("v=").to_owned()))
            .unwrap_or_default();
        let in_debug = format!("{plain:?}").trim_matches('"').to_owned();
        for form in [plain.to_owned(), in_json, in_debug, in_address] {
            if !form.is_empty() {
                clean = clean.replace(&form, HIDDEN);
            }
        }
        let letters = skeleton(plain);
        if !letters.is_empty() && skeleton(&clean.replace(HIDDEN, " ")).contains(&letters) {
            return HIDDEN.to_owned();
        }
    }
    clean
}

/// Letters and digits alone.
fn skeleton(text: &str) -> String {
    text.chars().filter(|character| character.is_alphanumeric()).collect()
}

/// The values a system asks for before it answers, by the names of its registry entry.
#[derive(Clone, Default)]
pub struct Credentials {
    values: BTreeMap<String, Secret>,
}

impl Credentials {
    /// Takes names and values, as they were read from the environment or from a file.
    pub fn new<N: Into<String>>(values: impl IntoIterator<Item = (N, Secret)>) -> Self {
        Self { values: values.into_iter().map(|(name, value)| (name.into(), value)).collect() }
    }

    /// The value of a name.
    ///
    /// # Errors
    /// When it is not there or empty; the message names the value and never shows another.
    pub fn get(&self, name: &'static str) -> Result<Secret, SourceError> {
        let found = self.values.get(name).filter(|secret| !secret.expose().is_empty());
        found.cloned().ok_or_else(|| SourceError::setting(name, "nothing", "the credential's value"))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.values.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_missing_credential_is_named() {
        let credentials = Credentials::new([("token", Secret::new(" \n"))]);
        let error = credentials.get("token").unwrap_err().to_string();
        assert_eq!(error, "token: found nothing, expected the credential's value");
    }

    proptest! {
        #[test]
        fn no_debug_output_and_no_scrubbed_text_holds_a_secret(
            secret in "[a-zA-Z0-9é\"/+=%€-]{6,40}", before in ".{0,10}", after in ".{0,10}",
        ) {
            prop_assume!(!secret.contains("hidden") && !"[hidden]".contains(&secret));
            let hidden = Secret::new(&secret);
            let credentials = Credentials::new([("token", hidden.clone())]);
            let plain = format!("{hidden:?} {credentials:?}");
            prop_assert!(!plain.contains(&secret));
            for text in [secret.clone(), format!("{before}{secret}{after}"), serde_json::to_string(&secret).unwrap()] {
                let clean = scrubbed(&text, std::slice::from_ref(&hidden));
                prop_assert!(!clean.contains(&secret), "{clean}");
            }
        }
    }
}
