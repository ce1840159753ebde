//! An answer as it came, and what it came to.

use encours_domain::fact::{AnswerHash, Fact, FactKind, MissingKind};
use encours_domain::money::LARGEST_MINOR;
use encours_domain::subject::Subject;
use encours_domain::{Currency, Day, Money, Siren};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::error::SourceError;

/// An answer of a register, live or recorded.
#[derive(Clone, Copy, Debug)]
pub struct Raw<'r> {
    /// The bytes.
    pub bytes: &'r [u8],
    /// The day on which they were fetched.
    pub fetched_on: Day,
    /// Whom the question was about; absent for a recorded answer of which nobody knows.
    pub asked: Option<&'r Subject>,
}

impl Raw<'_> {
    /// Hash of the bytes.
    pub fn hash(&self) -> AnswerHash {
        AnswerHash::new(Sha256::digest(self.bytes).into())
    }

    /// The bytes of a JSON text, without the mark that some programs write before it.
    pub(crate) fn json(&self) -> &[u8] {
        self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes)
    }

    /// An answer of which the outer shape is not known.
    pub(crate) fn shape(&self, source: &'static str, field: &str, reason: impl Into<String>) -> SourceError {
        SourceError::Shape {
            host: source.to_owned(),
            path: "answer".to_owned(),
            field: field.to_owned(),
            reason: reason.into(),
            answer: self.hash().to_string(),
        }
    }

    /// An answer that says that it is an error.
    pub(crate) fn inside(&self, source: &'static str, reason: &str) -> SourceError {
        let reason = encours_domain::error::shortened(reason);
        SourceError::Inside { host: source.to_owned(), path: "answer".to_owned(), reason }
    }
}

/// Something that an answer does not tell, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Missing {
    /// About whom, when that is known.
    pub subject: Option<Subject>,
    /// What it is, in the words of the fact kinds, or `all`.
    pub what: &'static str,
    /// Which of the four.
    pub kind: MissingKind,
    /// In words.
    pub why: String,
}

/// Something worth knowing about an answer: a value that was not taken, and why.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Note {
    /// About whom, when that is known.
    pub subject: Option<Subject>,
    /// In words. Never a masked value.
    pub text: String,
}

/// What one or several answers came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The facts, in a fixed order.
    pub facts: Vec<Fact<Subject>>,
    /// What is not told, and why.
    pub missing: Vec<Missing>,
    /// Numbers that the register does not know, as they were asked or answered.
    pub not_found: Vec<String>,
    /// What was not taken, and why.
    pub notes: Vec<Note>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FoundCompanies {
    /// The companies, the best first.
    pub order: Vec<Siren>,
    /// What the answer said of them.
    pub reading: Reading,
}

impl Reading {
    /// Puts another reading beside this one.
    pub fn and(&mut self, other: Reading) {
        self.facts.extend(other.facts);
        self.missing.extend(other.missing);
        self.not_found.extend(other.not_found);
        self.notes.extend(other.notes);
    }

    /// Keeps what is about one company: a register may answer with others beside it. When it says nothing of the one, the
    /// number is not found.
    pub(crate) fn only(&mut self, subject: &Subject) {
        self.facts.retain(|fact| fact.subject == *subject);
        self.missing.retain(|missing| missing.subject.as_ref().is_none_or(|about| about == subject));
        self.notes.retain(|note| note.subject.as_ref().is_none_or(|about| about == subject));
        self.not_found.retain(|number| number == subject.number());
    }

    /// Sorts everything and takes what is told twice once, so that equal answers give equal readings.
    #[must_use]
    pub fn in_order(mut self) -> Self {
        self.facts.sort_unstable();
        self.facts.dedup();
        self.missing.sort_unstable();
        self.missing.dedup();
        self.not_found.sort_unstable();
        self.not_found.dedup();
        self.notes.sort_unstable();
        self.notes.dedup();
        self
    }
}

/// Collects facts of one answer.
pub(crate) struct Collector<'r> {
    pub source: &'static str,
    pub raw: &'r Raw<'r>,
    hash: AnswerHash,
    reading: Reading,
}

impl<'r> Collector<'r> {
    pub fn new(source: &'static str, raw: &'r Raw<'r>) -> Self {
        Self { source, raw, hash: raw.hash(), reading: Reading::default() }
    }

    /// A fact. A day of publication after the day of the fetch is a slip: what was fetched was known.
    pub fn fact(&mut self, subject: &Subject, kind: FactKind, value: impl Into<String>, valid: Day, known: Day) {
        self.reading.facts.push(Fact {
            subject: subject.clone(),
            kind,
            value: value.into(),
            valid_from: valid,
            known_from: known.min(self.raw.fetched_on),
            source: self.source.to_owned(),
            fetched_on: Some(self.raw.fetched_on),
            answer: Some(self.hash),
        });
    }

    /// An amount of whole euros; one beyond what any company has is a slip and is told.
    pub fn euros(&mut self, subject: &Subject, kind: FactKind, euros: i64, valid: Day, known: Day) {
        match euros.checked_mul(100).filter(|minor| minor.unsigned_abs() <= LARGEST_MINOR.unsigned_abs()) {
            Some(minor) => self.fact(subject, kind, Money::from_minor(minor, Currency::EUR).decimal(), valid, known),
            None => self.note(Some(subject), format!("{}: {euros} is more than any company has", kind.code())),
        }
    }

    pub fn missing(
        &mut self,
        subject: Option<&Subject>,
        what: &'static str,
        kind: MissingKind,
        why: impl Into<String>,
    ) {
        self.reading.missing.push(Missing { subject: subject.cloned(), what, kind, why: why.into() });
    }

    pub fn note(&mut self, subject: Option<&Subject>, text: impl Into<String>) {
        self.reading.notes.push(Note { subject: subject.cloned(), text: text.into() });
    }

    pub fn not_found(&mut self, number: impl Into<String>) {
        self.reading.not_found.push(number.into());
    }

    pub fn done(self) -> Reading {
        self.reading.in_order()
    }
}
