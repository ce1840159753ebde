//! Clients and companies by a few letters of their names.

use std::collections::BTreeMap;

use encours_core::ledger::Book;
use encours_domain::Siren;
use encours_domain::fact::{Fact, shown};
use serde::Serialize;

use crate::portfolio::{Facts, Portfolio, client_attribute, client_siren, registered_name};
use crate::text::{distance, folded};
use crate::{Services, ServicesError};

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundKind {
    /// A client of the ledger.
    Client,
    /// A company that has bought nothing yet.
    Company,
}

/// A client or company that a search found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Which of the two.
    pub kind: FoundKind,
    /// The client's name in the ledger, or the company's SIREN: what to assess.
    pub id: String,
    /// Its name as people know it.
    pub name: Option<String>,
    /// Its SIREN.
    pub siren: Option<Siren>,
}

/// A company as the public record has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Company {
    /// Its number.
    pub siren: Siren,
    /// The name under which it was last published.
    pub name: Option<String>,
    /// Clients of the ledger that have this number.
    pub clients: Vec<String>,
    /// Every fact that may be shown, each with its dates and its source.
    pub facts: Vec<Fact>,
}

/// The name of a client as people know it: the ledger's, else the public record's.
pub(crate) fn client_name(portfolio: &Portfolio, number: usize) -> Option<String> {
    let book = portfolio.book.as_ref()?;
    name_in(book, &portfolio.facts, number, client_siren(book, number).as_ref())
}

fn name_in(book: &Book, facts: &Facts, number: usize, siren: Option<&Siren>) -> Option<String> {
    let registered = || siren.and_then(|siren| registered_name(facts.of(siren)));
    client_attribute(book, number, "client_name").or_else(registered).map(str::to_owned)
}

/// Everybody who can be found.
#[derive(Default)]
pub(crate) struct SearchIndex(Vec<Entry>);

struct Entry {
    found: Found,
    /// Id, SIREN and names, folded, each between spaces.
    text: String,
}

impl SearchIndex {
    pub(crate) fn new(book: Option<&Book>, facts: &Facts, by_siren: &BTreeMap<Siren, Vec<usize>>) -> Self {
        let mut siren_of: BTreeMap<usize, &Siren> = BTreeMap::new();
        for (siren, numbers) in by_siren {
            siren_of.extend(numbers.iter().map(|&number| (number, siren)));
        }
        let clients = book.into_iter().flat_map(|book| {
            let entry = |number: usize| client_entry(book, facts, number, siren_of.get(&number).copied());
            (0..book.clients().len()).map(entry).collect::<Vec<_>>()
        });
        let companies = facts.companies().filter(|(siren, _)| !by_siren.contains_key(siren));
        Self(clients.chain(companies.map(|(siren, facts)| company_entry(siren, facts))).collect())
    }

    /// The best `limit` of those in which every word occurs, a whole or beginning word before the midst of one.
    pub(crate) fn search(&self, text: &str, limit: usize) -> Vec<Found> {
        let text = folded(text);
        let compact: String = text.split(' ').collect();
        let is_number = !compact.is_empty() && compact.bytes().all(|byte| byte.is_ascii_digit());
        // A SIREN is often written in groups of three.
        let words: Vec<&str> =
            if is_number { vec![&compact] } else { text.split(' ').filter(|word| !word.is_empty()).collect() };
        if words.is_empty() {
            return Vec::new();
        }
        let mut ranked: Vec<(usize, &Found)> =
            self.0.iter().filter_map(|entry| entry.rank(&words).map(|rank| (rank, &entry.found))).collect();
        ranked.sort_unstable_by_key(|(rank, found)| (*rank, found.kind, &found.name, &found.id));
        ranked.into_iter().take(limit).map(|(_, found)| found.clone()).collect()
    }

    /// The error for a client that is not there, with names that are near.
    pub(crate) fn unknown(&self, id: &str) -> ServicesError {
        const SHOWN: usize = 3;
        let mut near: Vec<String> = self.search(id, SHOWN).into_iter().map(|found| found.id).collect();
        if near.is_empty() {
            near = self.misspelt(id, SHOWN);
        }
        ServicesError::UnknownClient { found: encours_domain::error::shortened(id), near }
    }

    fn misspelt(&self, id: &str, shown: usize) -> Vec<String> {
        const MOST: usize = 2;
        let id = id.to_lowercase();
        let near = |entry: &Entry| {
            let distance = distance(&id, &entry.found.id.to_lowercase(), MOST)?;
            Some((distance, entry.found.id.clone()))
        };
        let mut near: Vec<(usize, String)> = self.0.iter().filter_map(near).collect();
        near.sort_unstable();
        near.into_iter().take(shown).map(|(_, id)| id).collect()
    }
}

impl Entry {
    fn new(found: Found, names: &[Option<&str>]) -> Self {
        let parts = [Some(found.id.as_str()), found.siren.as_ref().map(Siren::as_str)];
        let parts = parts.into_iter().chain(names.iter().copied()).flatten();
        let text: String = parts.map(|part| format!(" {} ", folded(part))).collect();
        Self { found, text }
    }

    /// How well all words fit; smaller is better. `None` when one does not occur.
    fn rank(&self, words: &[&str]) -> Option<usize> {
        words.iter().map(|word| self.rank_of(word)).sum()
    }

    fn rank_of(&self, word: &str) -> Option<usize> {
        let mut best = None;
        for (at, _) in self.text.match_indices(word) {
            let begins = self.text.get(..at).is_some_and(|before| before.ends_with(' '));
            let ends = self.text.get(at + word.len()..).is_some_and(|after| after.starts_with(' '));
            let rank = match (begins, ends) {
                (true, true) => return Some(0),
                (true, false) => 1,
                _ => 2,
            };
            best = Some(best.map_or(rank, |best: usize| best.min(rank)));
        }
        best
    }
}

fn client_entry(book: &Book, facts: &Facts, number: usize, siren: Option<&Siren>) -> Entry {
    let name = name_in(book, facts, number, siren);
    let registered = siren.and_then(|siren| registered_name(facts.of(siren)));
    let id = book.clients().text(number).to_owned();
    let found = Found { kind: FoundKind::Client, id, name: name.clone(), siren: siren.cloned() };
    Entry::new(found, &[name.as_deref(), registered])
}

fn company_entry(siren: &Siren, facts: &[Fact]) -> Entry {
    let name = registered_name(facts);
    let (id, siren) = (siren.to_string(), Some(siren.clone()));
    Entry::new(Found { kind: FoundKind::Company, id, name: name.map(str::to_owned), siren }, &[name])
}

impl Services {
    /// Clients and companies of whose names, numbers or SIRENs every word of `text` is a part; accents and case are of
    /// no matter.
    ///
    /// # Errors
    /// When the database fails or a stored file is damaged.
    pub async fn search(&self, text: &str, limit: usize) -> Result<Vec<Found>, ServicesError> {
        Ok(self.portfolio().await?.index.search(text, limit))
    }

    /// What the public record says of a company.
    ///
    /// # Errors
    /// When the text is no SIREN, or nothing is known of it.
    pub async fn company(&self, siren: &str) -> Result<Company, ServicesError> {
        let siren: Siren = siren.parse()?;
        let portfolio = self.portfolio().await?;
        let facts: Vec<Fact> = shown(portfolio.facts.of(&siren)).cloned().collect();
        let book = portfolio.book.as_ref();
        let name = |number: &usize| book.map(|book| book.clients().text(*number).to_owned());
        let clients: Vec<String> = portfolio.clients_of(&siren).iter().filter_map(name).collect();
        if facts.is_empty() && clients.is_empty() {
            return Err(ServicesError::NotFound { what: "company", id: siren.to_string() });
        }
        Ok(Company { name: registered_name(&facts).map(str::to_owned), siren, clients, facts })
    }
}
