//! Clients and companies by a few letters of their names.

use std::collections::BTreeMap;

use encours_core::company::AskedRegister;
use encours_core::ledger::Book;
use encours_domain::Siren;
use encours_domain::client::{comparable_name, search_words};
use encours_domain::fact::{Fact, FactKind, shown};
use serde::Serialize;

use super::match_clients::place_of;
use crate::portfolio::{Facts, Portfolio, client_attribute, client_siren, registered_name};
use crate::text::{distance, folded};
use crate::{Moment, Services, ServicesError};

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
    /// Where it has its seat, when that may be shown.
    pub place: Option<String>,
    /// INSEE legal category.
    pub legal_form: Option<String>,
    /// Whether it still exists; absent when nobody says.
    pub active: Option<bool>,
    /// Who knows it.
    pub known_by: FoundWhere,
}

/// Who knows somebody that a search found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundWhere {
    /// The ledger.
    Ledger,
    /// The public facts that are kept.
    PublicRecord,
    /// A register of this name, asked for the search.
    Register(&'static str),
}

impl FoundWhere {
    /// In a word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ledger => "ledger",
            Self::PublicRecord => "public_record",
            Self::Register(name) => name,
        }
    }
}

/// What a search through everything found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SearchReport {
    /// Who was found, clients first.
    pub found: Vec<Found>,
    /// Registers that were asked, and how that ended.
    pub asked: Vec<AskedRegister>,
}

impl Found {
    /// A client or company with what the record says of it and may be shown.
    fn of(kind: FoundKind, id: String, name: Option<&str>, siren: Option<&Siren>, facts: &[Fact]) -> Self {
        let latest = |kind: FactKind| {
            let of_kind = shown(facts).filter(move |fact| fact.kind == kind);
            of_kind.max_by_key(|fact| (fact.known_from, fact.valid_from, &fact.value)).map(|fact| fact.value.as_str())
        };
        let place = latest(FactKind::Address).map(place_of);
        let place = place.map(|(postcode, city)| [postcode, city].into_iter().flatten().collect::<Vec<_>>().join(" "));
        Self {
            kind,
            id,
            name: name.map(str::to_owned),
            siren: siren.cloned(),
            place: place.filter(|place| !place.is_empty()),
            legal_form: latest(FactKind::LegalForm).map(str::to_owned),
            active: latest(FactKind::State).map(|state| state == "active"),
            known_by: if kind == FoundKind::Client { FoundWhere::Ledger } else { FoundWhere::PublicRecord },
        }
    }
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
    let book = portfolio.book.as_deref()?;
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
        let mut wanted = search_words(text);
        if wanted.is_empty() {
            // Nothing but a legal form: the names that hold it.
            wanted = folded(text).split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        }
        let words: Vec<&str> = wanted.iter().map(String::as_str).collect();
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
        // Initials as one types them, with points and without.
        let text: String = parts.map(|part| format!(" {} {} ", folded(part), comparable_name(part))).collect();
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
    let of = siren.map_or(&[][..], |siren| facts.of(siren));
    let found = Found::of(FoundKind::Client, id, name.as_deref(), siren, of);
    Entry::new(found, &[name.as_deref(), registered])
}

fn company_entry(siren: &Siren, facts: &[Fact]) -> Entry {
    let name = registered_name(facts);
    Entry::new(Found::of(FoundKind::Company, siren.to_string(), name, Some(siren), facts), &[name])
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

    /// The same, and beside them companies of registers that answers may ask, each once. A register that does not answer in
    /// time costs its companies and nothing else.
    ///
    /// # Errors
    /// As [`Services::search`].
    pub async fn search_everywhere(&self, text: &str, limit: usize) -> Result<SearchReport, ServicesError> {
        let portfolio = self.portfolio().await?;
        let mut found = portfolio.index.search(text, limit);
        if found.len() >= limit || text.trim().is_empty() {
            return Ok(SearchReport { found, asked: Vec::new() });
        }
        let (further, asked) = self.search_registers(text).await;
        for (register, siren, facts) in further {
            let known = !portfolio.facts.of(&siren).is_empty() || !portfolio.clients_of(&siren).is_empty();
            if known || found.iter().any(|one| one.siren.as_ref() == Some(&siren)) {
                continue;
            }
            let (name, id) = (registered_name(&facts), siren.to_string());
            let one = Found::of(FoundKind::Company, id, name, Some(&siren), &facts);
            found.push(Found { known_by: FoundWhere::Register(register), ..one });
        }
        found.truncate(limit);
        Ok(SearchReport { found, asked })
    }

    /// What the public record says of a company; registers that answers may ask are asked where it says nothing recent.
    ///
    /// # Errors
    /// When the text is no SIREN, or nothing is known of it.
    pub async fn company_on(&self, siren: &str, now: Moment) -> Result<Company, ServicesError> {
        let number: Siren = siren.parse()?;
        let portfolio = self.portfolio().await?;
        self.looked_up(portfolio, Some(&number), now.today, now).await?;
        self.company(siren).await
    }

    /// What the public record says of a company.
    ///
    /// # Errors
    /// When the text is no SIREN, or nothing is known of it.
    pub async fn company(&self, siren: &str) -> Result<Company, ServicesError> {
        let siren: Siren = siren.parse()?;
        let portfolio = self.portfolio().await?;
        let facts: Vec<Fact> = shown(portfolio.facts.of(&siren)).cloned().collect();
        let book = portfolio.book.as_deref();
        let name = |number: &usize| book.map(|book| book.clients().text(*number).to_owned());
        let clients: Vec<String> = portfolio.clients_of(&siren).iter().filter_map(name).collect();
        if facts.is_empty() && clients.is_empty() {
            return Err(ServicesError::NotFound { what: "company", id: siren.to_string() });
        }
        Ok(Company { name: registered_name(&facts).map(str::to_owned), siren, clients, facts })
    }
}
