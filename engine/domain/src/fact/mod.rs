//! The public record, one fact at a time, each with the day from which it holds and the day on which it became known.

mod kind;
mod shown;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::DomainError;
use crate::identity::Siren;
use crate::subject::Subject;

pub use kind::{FactKind, ValueForm};
pub use shown::{hides_address, hides_name, shown};

/// Why a value is not there. The four are never mixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissingKind {
    /// The company may lawfully keep it to itself, and does.
    Confidential,
    /// The company should have filed it by now, and has not.
    Overdue,
    /// Nobody asked, or nobody answered.
    NotFetched,
    /// There can be none (a first balance sheet of a company founded last month).
    NotApplicable,
}

impl MissingKind {
    /// The word that stands in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            MissingKind::Confidential => "confidential",
            MissingKind::Overdue => "overdue",
            MissingKind::NotFetched => "not_fetched",
            MissingKind::NotApplicable => "not_applicable",
        }
    }

    /// Whether this absence is evidence that should be there: it can never help a client.
    pub const fn lacks_evidence(self) -> bool {
        matches!(self, MissingKind::Overdue | MissingKind::NotFetched)
    }
}

/// A value, or the reason why there is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Known<T> {
    /// The value.
    Present(T),
    /// Why there is none.
    Missing(MissingKind),
}

impl<T> Known<T> {
    /// The value, if there is one.
    pub const fn present(&self) -> Option<&T> {
        match self {
            Known::Present(value) => Some(value),
            Known::Missing(_) => None,
        }
    }

    /// The reason why there is none, if there is none.
    pub const fn missing(&self) -> Option<MissingKind> {
        match self {
            Known::Present(_) => None,
            Known::Missing(kind) => Some(*kind),
        }
    }
}

/// SHA-256 of the raw answer that a fact was read from; the answer itself is kept under this name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AnswerHash([u8; 32]);

impl AnswerHash {
    /// Takes the 32 bytes of a hash.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for AnswerHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("sha256:")?;
        self.0.iter().try_for_each(|byte| write!(formatter, "{byte:02x}"))
    }
}

impl fmt::Debug for AnswerHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

impl FromStr for AnswerHash {
    type Err = DomainError;
    fn from_str(text: &str) -> Result<Self, DomainError> {
        let wrong = || DomainError::unreadable("hash of an answer", text, "`sha256:` and 64 hexadecimal digits");
        let digits = text.strip_prefix("sha256:").filter(|digits| digits.len() == 64).ok_or_else(wrong)?;
        let mut bytes = [0_u8; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| wrong())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for AnswerHash {
    type Error = DomainError;
    fn try_from(text: String) -> Result<Self, DomainError> {
        text.parse()
    }
}

impl From<AnswerHash> for String {
    fn from(hash: AnswerHash) -> String {
        hash.to_string()
    }
}

/// One fact about one company. Nothing is updated in place: a later fact of the same kind takes over from its day.
///
/// The store keeps facts of French units (`Fact`, that is `Fact<Siren>`); a register may speak of others, too
/// (`Fact<Subject>`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact<S = Siren> {
    /// The company.
    pub subject: S,
    /// What the fact is about.
    pub kind: FactKind,
    /// The value, in the words of the kind.
    pub value: String,
    /// From which day it holds.
    pub valid_from: Day,
    /// On which day it became public.
    pub known_from: Day,
    /// Who says so.
    pub source: String,
    /// On which day somebody last asked the source and got this; absent in records kept before that was noted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fetched_on: Option<Day>,
    /// The raw answer it was read from; absent where a person gave the fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<AnswerHash>,
}

impl<S: PartialEq> Fact<S> {
    /// Whether another fact says the same, whenever either was asked for.
    pub fn says_the_same(&self, other: &Fact<S>) -> bool {
        let Self { subject, kind, value, valid_from, known_from, source, fetched_on: _, answer: _ } = self;
        let told = (&other.subject, &other.kind, &other.value, &other.valid_from, &other.known_from, &other.source);
        (subject, kind, value, valid_from, known_from, source) == told
    }
}

impl<S> Fact<S> {
    /// The day on which somebody surely had looked: when it was fetched, or published.
    pub fn looked_on(&self) -> Day {
        self.fetched_on.map_or(self.known_from, |fetched| fetched.max(self.known_from))
    }
}

impl Fact<Subject> {
    /// The fact as the store keeps it, when it is about a French unit.
    pub fn of_siren(self) -> Option<Fact> {
        let Self { subject, kind, value, valid_from, known_from, source, fetched_on, answer } = self;
        let Subject::Siren(subject) = subject else { return None };
        Some(Fact { subject, kind, value, valid_from, known_from, source, fetched_on, answer })
    }
}
