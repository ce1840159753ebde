//! The public record, one fact at a time, each with the day from which it holds and the day on which it became known.

use serde::{Deserialize, Serialize};

use crate::day::Day;
use crate::error::DomainError;
use crate::identity::Siren;

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

/// What a fact is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactKind {
    /// Registered name.
    Name,
    /// INSEE legal category, four digits.
    LegalForm,
    /// Active or ceased.
    State,
    /// State of insolvency proceedings.
    Proceedings,
    /// Day of creation.
    CreatedOn,
    /// Sector.
    Sector,
    /// Band of staff.
    Size,
    /// Equity of the accounts, euros.
    Equity,
    /// Turnover of the accounts, euros.
    Turnover,
    /// Net result of the accounts, euros.
    NetResult,
    /// Closing day of the accounts.
    AccountsClosedOn,
    /// Public, confidential or overdue.
    AccountsStatus,
}

impl FactKind {
    /// Every kind with the word that stands in files.
    pub const ALL: &'static [(FactKind, &'static str)] = &[
        (FactKind::Name, "name"),
        (FactKind::LegalForm, "legal_form"),
        (FactKind::State, "state"),
        (FactKind::Proceedings, "proceedings"),
        (FactKind::CreatedOn, "created_on"),
        (FactKind::Sector, "sector"),
        (FactKind::Size, "size"),
        (FactKind::Equity, "equity"),
        (FactKind::Turnover, "turnover"),
        (FactKind::NetResult, "net_result"),
        (FactKind::AccountsClosedOn, "accounts_closed_on"),
        (FactKind::AccountsStatus, "accounts_status"),
    ];

    /// Reads the word that stands in files.
    ///
    /// # Errors
    /// When it is none of the known words.
    pub fn parse(text: &str) -> Result<Self, DomainError> {
        Self::ALL.iter().find(|(_, code)| *code == text).map(|(kind, _)| *kind).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|(_, code)| *code).collect();
            DomainError::unreadable("kind", text, format!("one of: {}", known.join(", ")))
        })
    }

    /// The word that stands in files.
    pub fn code(self) -> &'static str {
        Self::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, code)| code)
    }
}

/// One fact about one company. Nothing is updated in place: a later fact of the same kind takes over from its day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fact {
    /// The company.
    pub subject: Siren,
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
}

impl Fact {
    /// Whether another fact says the same, whenever either was asked for.
    pub fn says_the_same(&self, other: &Fact) -> bool {
        let Self { subject, kind, value, valid_from, known_from, source, fetched_on: _ } = self;
        let told = (&other.subject, &other.kind, &other.value, &other.valid_from, &other.known_from, &other.source);
        (subject, kind, value, valid_from, known_from, source) == told
    }

    /// The day on which somebody surely had looked: when it was fetched, or published.
    pub fn looked_on(&self) -> Day {
        self.fetched_on.map_or(self.known_from, |fetched| fetched.max(self.known_from))
    }
}
