//! Whether a second person is another than the first.

use encours_domain::words::folded;

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
        match keys.iter().any(|key| plain(&key.name) == plain(by)) {
            true => Err(refused(format!("`{by}` is the name of a key, which is nobody: log in as a user"))),
            false => Ok(()),
        }
    }
}

fn other_person<'a>(by: Option<&'a str>, first: Option<&str>) -> Result<&'a str, String> {
    match (by.filter(|by| !by.trim().is_empty()), first) {
        (None, _) => Err("nobody is named who puts it in force".to_owned()),
        (_, None) => Err("it is not known who made it".to_owned()),
        (Some(by), Some(first)) if plain(by) == plain(first) => Err(format!("`{by}` is the first")),
        (Some(by), Some(_)) => Ok(by),
    }
}

/// Neither case nor accents nor what cannot be seen make another person.
fn plain(name: &str) -> String {
    folded(name).chars().filter(|letter| letter.is_alphanumeric()).collect()
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
        ] {
            assert_eq!(other_person(by, first).is_ok(), fits, "{by:?} {first:?}");
        }
    }
}
