//! Whether a second person is another than the first.

use encours_domain::words::folded;
use unicode_security::GeneralSecurityProfile;
use unicode_security::skeleton;

use crate::{Services, ServicesError};

impl Services {
    /// `by` must be somebody, another than `first`, and no key: whoever made the key, or holds it, could be the first. On the
    /// command line names are what people say of themselves; over HTTP they are those of users.
    ///
    /// # Errors
    /// When it is nobody, the same, or the name of a key.
    pub(super) async fn expect_other_person(
        &self,
        what: &'static str,
        id: &str,
        by: Option<&str>,
        first: Option<&str>,
    ) -> Result<(), ServicesError> {
        let refused = |reason| ServicesError::SecondPerson { what, id: id.to_owned(), reason };
        let by = other_person(by, first).map_err(refused)?;
        let keys = self.store().keys().await?;
        match keys.iter().any(|key| are_alike(&key.name, by)) {
            true => Err(refused(format!("`{by}` is the name of a key, which is nobody: log in as a user"))),
            false => Ok(()),
        }
    }
}

fn other_person<'a>(by: Option<&'a str>, first: Option<&str>) -> Result<&'a str, String> {
    match (by.filter(|by| !by.trim().is_empty()), first) {
        (None, _) => Err("nobody is named who puts it in force".to_owned()),
        (_, None) => Err("it is not known who made it".to_owned()),
        (Some(_), Some(first)) if NOBODY.contains(&first) => {
            Err("it is not known who made it: name them with --by".to_owned())
        }
        (Some(by), Some(first)) if are_alike(by, first) => Err(format!("`{by}` is the first")),
        (Some(by), Some(_)) => Ok(by),
    }
}

/// Who acts where nobody is named: the program itself, and whoever sits at a machine that has no name for them.
const NOBODY: [&str; 2] = ["encours", "command line"];

/// Neither case nor accents nor what cannot be seen, nor letters that look the same (Unicode Technical Standard 39), make another
/// person.
fn are_alike(one: &str, other: &str) -> bool {
    let folded_then_drawn = |name: &str| plain(&skeleton(&folded(name)).collect::<String>());
    let as_drawn = |name: &str| plain(&skeleton(name).collect::<String>());
    folded_then_drawn(one) == folded_then_drawn(other) || as_drawn(one) == as_drawn(other)
}

fn plain(name: &str) -> String {
    let seen = |letter: &char| letter.is_alphanumeric() && letter.identifier_allowed();
    let plain: String = folded(name).chars().filter(seen).collect();
    // A name of letters that no identifier has is still one.
    if plain.is_empty() { folded(name) } else { plain }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_is_another() {
        for (by, first, fits) in [
            (Some("Ada"), Some("Lin"), true),
            (Some("Ada"), Some("ada"), false),
            (Some("A-da"), Some("Ada"), false),
            (Some("Ad\u{200b}a"), Some("Ada"), false),
            (Some("Adà"), Some("Ada"), false),
            (Some(" "), Some("Ada"), false),
            (None, Some("Ada"), false),
            (Some("Ada"), None, false),
            (Some("Ada"), Some("command line"), false),
            (Some("Alice"), Some("Ali\u{3164}ce"), false),
            (Some("Alice"), Some("Ali\u{115f}ce"), false),
            (Some("Alice"), Some("\u{ff21}lice"), false),
            (Some("Alice"), Some("Al\u{131}ce"), false),
            (Some("Alice"), Some("A1ice"), false),
            (Some("Alice"), Some("AIice"), false),
            (Some("Alice"), Some("\u{391}lice"), false),
            (Some("Alice"), Some("\u{410}lice"), false),
            (Some("Alice"), Some("Alicia"), true),
            (Some("Олена"), Some("Ольга"), true),
            (Some("李伟"), Some("王伟"), true),
        ] {
            assert_eq!(other_person(by, first).is_ok(), fits, "{by:?} {first:?}");
        }
    }
}
