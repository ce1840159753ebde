//! Who may do what: the roles of people and the scopes of keys.
//!
//! Which role or scope a route wants is the edge's to say; here are the words, and what holds of them whoever asks.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use encours_domain::ErrorClass;
use serde::Serialize;
use thiserror::Error;

/// What a person is to the company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Asks before quoting.
    Sales,
    /// Sets limits, decides, brings data in.
    Controller,
    /// May do everything, users and keys too.
    Administrator,
    /// Reads everything and changes nothing.
    Auditor,
}

impl Role {
    /// Every role, with its word.
    pub const ALL: [(Self, &'static str); 4] = [
        (Self::Sales, "sales"),
        (Self::Controller, "controller"),
        (Self::Administrator, "administrator"),
        (Self::Auditor, "auditor"),
    ];

    /// Its word; the same as in a policy's section `[roles]`.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(role, _)| *role == self).map_or("", |(_, word)| word)
    }
}

impl FromStr for Role {
    type Err = AccessError;

    fn from_str(word: &str) -> Result<Self, AccessError> {
        of_word(&Self::ALL, word).ok_or_else(|| unknown("role", word, &Self::ALL))
    }
}

/// What a key may be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Reading what is there.
    Read,
    /// Judging quotes.
    Assess,
    /// Keeping what persons decide: decisions and limits.
    Decide,
    /// Bringing data in, scoring, training.
    Import,
    /// Policies, models in force, erasure, users and keys.
    Administer,
    /// Figures of the running server, for a monitoring system.
    Metrics,
}

impl Scope {
    /// Every scope, with its word.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Read, "read"),
        (Self::Assess, "assess"),
        (Self::Decide, "decide"),
        (Self::Import, "import"),
        (Self::Administer, "administer"),
        (Self::Metrics, "metrics"),
    ];

    /// Its word.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(scope, _)| *scope == self).map_or("", |(_, word)| word)
    }
}

impl FromStr for Scope {
    type Err = AccessError;

    fn from_str(word: &str) -> Result<Self, AccessError> {
        of_word(&Self::ALL, word).ok_or_else(|| unknown("scope", word, &Self::ALL))
    }
}

/// Scopes of one key. Written as words with spaces between them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<Scope>);

impl Scopes {
    /// These scopes; each once.
    ///
    /// # Errors
    /// When there is none: such a key could do nothing.
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Result<Self, AccessError> {
        let scopes: BTreeSet<Scope> = scopes.into_iter().collect();
        if scopes.is_empty() { Err(unknown("scope", "", &Scope::ALL)) } else { Ok(Self(scopes)) }
    }

    /// Everything.
    pub fn all() -> Self {
        Self(Scope::ALL.iter().map(|(scope, _)| *scope).collect())
    }

    /// Whether a scope is among them.
    pub fn allow(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl FromStr for Scopes {
    type Err = AccessError;

    fn from_str(words: &str) -> Result<Self, AccessError> {
        Self::new(words.split_whitespace().map(str::parse).collect::<Result<Vec<Scope>, _>>()?)
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<&str> = self.0.iter().map(|scope| scope.code()).collect();
        formatter.write_str(&words.join(" "))
    }
}

fn of_word<T: Copy>(all: &[(T, &'static str)], word: &str) -> Option<T> {
    all.iter().find(|(_, known)| *known == word).map(|(value, _)| *value)
}

fn unknown<T>(what: &'static str, found: &str, all: &[(T, &'static str)]) -> AccessError {
    let expected: Vec<&str> = all.iter().map(|(_, word)| *word).collect();
    AccessError::UnknownWord { what, found: found.to_owned(), expected: expected.join(", ") }
}

/// Why a user or key cannot be made or changed as asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum AccessError {
    /// No such role or scope.
    #[error("{what}: found `{found}`, expected one of: {expected}")]
    UnknownWord {
        /// Role or scope.
        what: &'static str,
        /// What was found.
        found: String,
        /// What would have been right.
        expected: String,
    },
    /// A name that cannot be one.
    #[error("user name: found `{found}`, expected 2 to 64 of a to z, 0 to 9 and . _ @ -, the first a letter or digit")]
    UnfitName {
        /// What was found.
        found: String,
    },
    /// A user or key of the name is there: two who act under one name could not be told apart.
    #[error("`{name}` is taken by a {by}, and the audit chain could not tell them apart")]
    NameTaken {
        /// The name.
        name: String,
        /// Whose it is: user or key.
        by: &'static str,
    },
    /// A password that cannot be one.
    #[error("the password has {found} characters, allowed are {least} to {most}")]
    UnfitPassword {
        /// How many it has.
        found: usize,
        /// At least.
        least: usize,
        /// At most.
        most: usize,
    },
    /// The password of before was not given.
    #[error("the old password is another one")]
    WrongPassword,
    /// Too many failures in a row.
    #[error("too many failed logins: wait {seconds} seconds")]
    Closed {
        /// For how long from now.
        seconds: i64,
    },
    /// Nobody could let anybody in any more.
    #[error("`{name}` is the last administrator: give another user that role first")]
    LastAdministrator {
        /// The user.
        name: String,
    },
    /// An end that is over.
    #[error("the key would have expired on {found}; expected a later day than {today}")]
    ExpiresTooEarly {
        /// What was found.
        found: String,
        /// The day.
        today: String,
    },
}

impl AccessError {
    /// Which class of trouble this is.
    pub const fn class(&self) -> ErrorClass {
        match self {
            Self::NameTaken { .. } | Self::LastAdministrator { .. } => ErrorClass::Conflict,
            Self::WrongPassword | Self::Closed { .. } => ErrorClass::Forbidden,
            Self::UnknownWord { .. }
            | Self::UnfitName { .. }
            | Self::UnfitPassword { .. }
            | Self::ExpiresTooEarly { .. } => ErrorClass::InvalidInput,
        }
    }

    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownWord { .. } => "unknown_word",
            Self::UnfitName { .. } => "user_name_unfit",
            Self::NameTaken { .. } => "name_taken",
            Self::WrongPassword => "wrong_password",
            Self::Closed { .. } => "login_closed",
            Self::UnfitPassword { .. } => "password_unfit",
            Self::LastAdministrator { .. } => "last_administrator",
            Self::ExpiresTooEarly { .. } => "expires_too_early",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_roles_and_scopes() {
        for (role, word) in Role::ALL {
            assert_eq!((role.code(), word.parse()), (word, Ok(role)));
        }
        assert_eq!("assess read read".parse::<Scopes>().unwrap().to_string(), "read assess");
        assert_eq!(Scopes::all().to_string(), "read assess decide import administer metrics");
        assert!(!"read".parse::<Scopes>().unwrap().allow(Scope::Assess));
        for wrong in ["", "  ", "read,assess", "READ", "all"] {
            let says = wrong.parse::<Scopes>().unwrap_err().to_string();
            assert!(says.contains("expected one of: read, assess"), "{says}");
        }
        assert!(
            "boss"
                .parse::<Role>()
                .unwrap_err()
                .to_string()
                .contains("found `boss`, expected one of: sales, controller")
        );
    }
}
