//! How questions to registers ended, as an answer must tell it.

use encours_domain::Bilingual;
use serde::{Deserialize, Serialize};

/// How a question to a register ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskOutcome {
    /// It told what it knows.
    Answered,
    /// It does not know the number.
    NotFound,
    /// It had not answered when the time was over.
    Late,
    /// It asks to come back later.
    Limited,
    /// It could not be reached, or failed.
    Unreachable,
    /// What it answered cannot be read, or says that it is an error.
    Unusable,
    /// It refuses the credential, or is not set up rightly.
    Refused,
}

/// A register that was asked for an answer, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AskedRegister {
    /// Its name.
    pub name: String,
    /// Its name for people.
    pub title: String,
    /// What it is asked for, in the words of what may be missing.
    pub tells: Vec<String>,
    /// How the question ended.
    pub outcome: AskOutcome,
}

impl AskedRegister {
    /// Whether it did not tell what it was asked for, though it may know.
    pub fn failed(&self) -> bool {
        !matches!(self.outcome, AskOutcome::Answered | AskOutcome::NotFound)
    }

    /// Whether it is asked for this.
    pub fn tells(&self, what: &str) -> bool {
        self.tells.iter().any(|told| told == what)
    }

    /// In words.
    pub fn says(&self) -> Bilingual {
        let title = &self.title;
        let (fr, en) = match self.outcome {
            AskOutcome::Answered => ("a répondu", "answered"),
            AskOutcome::NotFound => ("ne connaît pas ce numéro", "does not know this number"),
            AskOutcome::Late => ("n’a pas répondu à temps", "did not answer in time"),
            AskOutcome::Limited => ("demande de revenir plus tard", "asks to come back later"),
            AskOutcome::Unreachable => ("est injoignable", "cannot be reached"),
            AskOutcome::Unusable => ("a répondu de façon illisible", "gave an answer that cannot be read"),
            AskOutcome::Refused => ("refuse l’accès", "refuses access"),
        };
        Bilingual::new(format!("{title} {fr}"), format!("{title} {en}"))
    }
}
