//! Signals of identity and fraud: things that a person would want to see before selling, each with its evidence.
//!
//! One file a signal, one line each in [`SIGNALS`]. A signal is a reason in words, never a hidden score: it moves no
//! probability but that of the policy's expert rule for first invoices, which names it. Some ask a person to look before credit is given ([`Signal::refers`]); those are written so that a value
//! which was not fetched asks for a person, too, and what is missing never helps.
//!
//! **Absent here**: names, addresses and directors of whoever may not be shown; natural persons as directors, whom the
//! record does not keep.

mod activity_does_not_fit;
mod cover_refused;
mod director_of_failed;
mod first_order_large;
mod just_changed;
mod just_created;
mod just_revived;
mod name_differs;
mod number_not_found;
mod number_unreadable;
mod outside_scores_disagree;
mod shared_address;
mod vat_not_in_force;
mod vat_of_another;

use encours_domain::client::ClientRow;
use encours_domain::fact::{Fact, FactKind, shown};
use encours_domain::reason::{Reason, ReasonEvidence};
use encours_domain::{Bilingual, Day, Money, Siren};

use crate::company::{AskedRegister, CompanyView, latest};
use crate::policy::SignalRule;

/// Other companies that share an address or a director with one, each with its facts.
pub type Around<'a> = &'a [(&'a Siren, &'a [Fact])];

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Looked<'a> {
    /// The day.
    pub as_of: Day,
    /// The numbers of the policy.
    pub rule: &'a SignalRule,
    /// The company in question, when its number is known.
    pub siren: Option<&'a Siren>,
    /// What stands in the place of the number and is none.
    pub unreadable_number: Option<&'a str>,
    /// The name that the seller knows.
    pub given_name: Option<&'a str>,
    /// The client's row in the seller's own file.
    pub client: Option<&'a ClientRow>,
    /// The company as known on the day.
    pub company: &'a CompanyView,
    /// Its facts.
    pub facts: &'a [Fact],
    /// Companies around it.
    pub around: Around<'a>,
    /// Registers that were asked for this answer.
    pub asked: &'a [AskedRegister],
    /// Whether nothing that was bought here was ever settled.
    pub first_order: bool,
    /// Gross exposure with the order, incl. VAT, where it is above the entry amount.
    pub order: Option<Money>,
    /// What is sold, a word of the law table.
    pub goods: &'a str,
}

/// A signal that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Stable code in capitals.
    pub code: &'static str,
    /// Whether a person must look before credit is given.
    pub refers: bool,
    /// In words; French with plain spaces.
    pub says: Bilingual,
    /// What stands behind it.
    pub evidence: Vec<ReasonEvidence>,
}

impl Signal {
    /// As a reason of an answer.
    pub fn reason(self) -> Reason {
        let Self { code, refers: _, says, evidence } = self;
        let fr = crate::policy::words::french(&says.fr);
        Reason { evidence, ..Reason::of_rule(code, fr, says.en) }
    }
}

/// What a file finds: whether a person must look, the sentence, the evidence.
struct Seen {
    refers: bool,
    says: Bilingual,
    evidence: Vec<ReasonEvidence>,
}

impl Seen {
    fn new(fr: impl Into<String>, en: impl Into<String>, evidence: Vec<ReasonEvidence>) -> Self {
        Self { refers: false, says: Bilingual::new(fr, en), evidence }
    }

    fn referring(self, refers: bool) -> Self {
        Self { refers, ..self }
    }
}

/// A signal that can be found.
struct Detector {
    code: &'static str,
    find: fn(&Looked<'_>) -> Option<Seen>,
}

/// Every signal, in the order in which they are told.
const SIGNALS: &[Detector] = &[
    number_unreadable::SIGNAL,
    number_not_found::SIGNAL,
    vat_of_another::SIGNAL,
    vat_not_in_force::SIGNAL,
    name_differs::SIGNAL,
    just_created::SIGNAL,
    just_revived::SIGNAL,
    just_changed::SIGNAL,
    shared_address::SIGNAL,
    director_of_failed::SIGNAL,
    activity_does_not_fit::SIGNAL,
    first_order_large::SIGNAL,
    outside_scores_disagree::SIGNAL,
    cover_refused::SIGNAL,
];

/// The code of every signal, in order: for the documentation and its test.
pub fn codes() -> impl Iterator<Item = &'static str> {
    SIGNALS.iter().map(|signal| signal.code)
}

/// Every signal that is found, in the order of [`codes`].
pub fn signals(looked: &Looked<'_>) -> Vec<Signal> {
    let found = SIGNALS.iter().filter_map(|signal| Some((signal.code, (signal.find)(looked)?)));
    found.map(|(code, Seen { refers, says, evidence })| Signal { code, refers, says, evidence }).collect()
}

impl<'a> Looked<'a> {
    /// Facts of a kind that were known on the day and may be shown, the first known first.
    fn known(&self, kind: FactKind) -> Vec<&'a Fact> {
        let mut known: Vec<&Fact> =
            shown(self.facts).filter(|fact| fact.kind == kind && fact.known_from <= self.as_of).collect();
        known.sort_by_key(|fact| (fact.known_from, fact.valid_from, &fact.value));
        known
    }

    /// The fact of a kind that holds on the day, when it may be shown.
    fn latest(&self, kind: FactKind) -> Option<&'a Fact> {
        let fact = latest(self.facts, kind, self.as_of)?;
        shown(self.facts).any(|shown| shown == fact).then_some(fact)
    }

    /// Whether a day lies at most so many days back.
    fn within(&self, day: Day, days: u16) -> bool {
        (0..=i32::from(days)).contains(&self.as_of.days_since(day))
    }
}

/// A fact as evidence.
fn of_fact(fact: &Fact) -> ReasonEvidence {
    ReasonEvidence {
        what: fact.kind.code().to_owned(),
        value: fact.value.clone(),
        known_from: Some(fact.known_from),
        source: Some(fact.source.clone()),
    }
}

/// Something that the seller says, or that was counted, as evidence.
fn stated(what: &str, value: impl Into<String>) -> ReasonEvidence {
    ReasonEvidence { what: what.to_owned(), value: value.into(), known_from: None, source: None }
}

#[cfg(test)]
mod tests;
