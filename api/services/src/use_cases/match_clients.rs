//! Clients without a number, and the companies of the public record at hand that may be they: proposed, never decided.

use std::collections::{BTreeMap, BTreeSet};

use encours_domain::client::{Candidate, ClientRow, Proposal, comparable_name, propose_matches};
use encours_domain::fact::{Fact, FactKind, hides_address, shown};
use encours_domain::ledger::Place;
use encours_domain::{FaultReport, Siren};
use serde::Serialize;

use super::client_file::{BookReport, edited};
use crate::layers::Layers;
use crate::portfolio::{Portfolio, client_attribute, client_siren};
use crate::services::blocking;
use crate::{DataFolder, Moment, Services, ServicesError};

/// A client without a number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClientMatch {
    /// Its name in the ledger.
    pub client_id: String,
    /// Its name as people know it.
    pub name: String,
    /// Its postcode.
    pub postcode: Option<String>,
    /// Its city.
    pub city: Option<String>,
    /// Companies that may be it, the likeliest first.
    pub proposals: Vec<Proposal>,
}

/// Proposals that are shown of one client.
const SHOWN: usize = 5;

impl Services {
    /// The clients that have no number, each with the companies that may be it.
    ///
    /// # Errors
    /// When the database fails or a stored file is damaged.
    pub async fn propose_client_matches(&self) -> Result<Vec<ClientMatch>, ServicesError> {
        let portfolio = self.portfolio().await?;
        blocking(move || Ok(proposed(&portfolio))).await
    }

    /// Says which companies clients are, and takes back what was said of others.
    ///
    /// # Errors
    /// When a client is unknown or has another number already, or as [`Services::join_clients`].
    pub async fn settle_client_matches(
        &self,
        accepted: Vec<(String, Siren)>,
        forgotten: Vec<String>,
        now: Moment,
    ) -> Result<BookReport, ServicesError> {
        let portfolio = self.portfolio().await?;
        for (client, siren) in &accepted {
            expect_free(&portfolio, client, siren, &forgotten)?;
        }
        let change = move |folder: &DataFolder, layers: Layers| {
            edited(folder, layers, FaultReport::default(), 0, |book| {
                forgotten.iter().for_each(|client| book.forget(client));
                accepted.into_iter().for_each(|(client, siren)| book.accept(&client, siren));
            })
        };
        self.change(Vec::new(), change, now).await
    }
}

fn expect_free(portfolio: &Portfolio, client: &str, siren: &Siren, forgotten: &[String]) -> Result<(), ServicesError> {
    let number = portfolio.client(client);
    if number.is_none() && portfolio.clients.client(client).is_none() {
        return Err(portfolio.index.unknown(client));
    }
    let in_ledger = || portfolio.book.as_deref().zip(number).and_then(|(book, number)| client_siren(book, number));
    let known = portfolio.clients.siren(client).cloned().or_else(in_ledger);
    match known {
        Some(known) if known != *siren && !forgotten.iter().any(|one| one == client) => {
            Err(ServicesError::NumberKnown { client: client.to_owned(), known, found: siren.clone() })
        }
        _ => Ok(()),
    }
}

fn proposed(portfolio: &Portfolio) -> Vec<ClientMatch> {
    let candidates: Vec<Candidate> =
        portfolio.facts.companies().map(|(siren, facts)| candidate(siren, facts)).collect();
    let index = Index::of(&candidates);
    let found = without_number(portfolio).into_iter().map(|client| {
        let mut proposals = propose_matches(&client, &index.alike(client.shown_name(), &candidates));
        proposals.truncate(SHOWN);
        let name = client.shown_name().to_owned();
        ClientMatch { name, client_id: client.client_id, postcode: client.postcode, city: client.city, proposals }
    });
    found.collect()
}

/// Clients of the file and of the ledger that nobody has given a number, by id.
fn without_number(portfolio: &Portfolio) -> Vec<ClientRow> {
    let joined = portfolio.clients.joined();
    let mut rows: BTreeMap<&str, ClientRow> = BTreeMap::new();
    for row in portfolio.clients.clients().filter(|row| !joined.contains_key(&row.client_id)) {
        rows.insert(&row.client_id, row.clone());
    }
    let mut numbered: BTreeSet<&str> = BTreeSet::new();
    if let Some(book) = &portfolio.book {
        for number in 0..book.clients().len() {
            let id = book.clients().text(number);
            if client_siren(book, number).is_some() {
                numbered.insert(id);
            } else {
                let told = |name: &str| client_attribute(book, number, name).map(str::to_owned);
                let row = rows.entry(id).or_insert_with(|| bare(id));
                row.name = row.name.take().or_else(|| told("client_name"));
                row.postcode = row.postcode.take().or_else(|| told("postcode"));
                row.city = row.city.take().or_else(|| told("city"));
            }
        }
    }
    rows.retain(|id, _| portfolio.clients.siren(id).is_none() && !numbered.contains(id));
    rows.into_values().collect()
}

/// A client of whom only the name in the ledger is known.
fn bare(id: &str) -> ClientRow {
    ClientRow {
        place: Place::default(),
        client_id: id.to_owned(),
        name: None,
        siren: None,
        vat_number: None,
        sector: None,
        terms: None,
        group: None,
        margin: None,
        insured: None,
        guaranteed: None,
        owner: None,
        city: None,
        postcode: None,
        credit_limit: None,
        email: None,
    }
}

/// A company of the record, under all names that it ever had and that may be shown.
fn candidate(siren: &Siren, facts: &[Fact]) -> Candidate {
    let names = shown(facts).filter(|fact| fact.kind == FactKind::Name);
    let names: BTreeSet<&str> = names.map(|fact| fact.value.as_str()).collect();
    let latest = |kind| of_kind(facts, kind).max_by_key(|fact| (fact.known_from, fact.valid_from, &fact.value));
    let address = latest(FactKind::Address).filter(|_| !hides_address(facts));
    let (postcode, city) = address.map(|fact| place_of(&fact.value)).unwrap_or_default();
    let active = latest(FactKind::State).is_none_or(|fact| fact.value != "ceased");
    Candidate { siren: siren.clone(), names: names.into_iter().map(str::to_owned).collect(), postcode, city, active }
}

fn of_kind(facts: &[Fact], kind: FactKind) -> impl Iterator<Item = &Fact> {
    facts.iter().filter(move |fact| fact.kind == kind)
}

/// Postcode and city of an address: the last five digits that stand alone, and what follows them.
pub(super) fn place_of(address: &str) -> (Option<String>, Option<String>) {
    let words: Vec<&str> = address.split([' ', ',']).filter(|word| !word.is_empty()).collect();
    let is_postcode = |word: &&str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    let Some(at) = words.iter().rposition(is_postcode) else { return (None, None) };
    let city = words.iter().skip(at + 1).copied().collect::<Vec<&str>>().join(" ");
    (words.get(at).map(|word| (*word).to_owned()), Some(city).filter(|city| !city.is_empty()))
}

/// Candidates by how the words of their names begin: names of which no two words begin alike are not compared.
struct Index(BTreeMap<String, BTreeSet<usize>>);

impl Index {
    fn of(candidates: &[Candidate]) -> Self {
        let mut index: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for (at, candidate) in candidates.iter().enumerate() {
            for beginning in candidate.names.iter().flat_map(|name| beginnings(name)) {
                index.entry(beginning).or_default().insert(at);
            }
        }
        Self(index)
    }

    fn alike(&self, name: &str, candidates: &[Candidate]) -> Vec<Candidate> {
        let places: BTreeSet<usize> =
            beginnings(name).iter().filter_map(|beginning| self.0.get(beginning)).flatten().copied().collect();
        places.into_iter().filter_map(|at| candidates.get(at)).cloned().collect()
    }
}

fn beginnings(name: &str) -> BTreeSet<String> {
    const LETTERS: usize = 3;
    comparable_name(name).split_whitespace().map(|word| word.chars().take(LETTERS).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_addresses() {
        for (address, postcode, city) in [
            ("12 RUE DES LILAS 69003 LYON", Some("69003"), Some("LYON")),
            ("ZI 10000 LOT 3, 76600 LE HAVRE", Some("76600"), Some("LE HAVRE")),
            ("13001 MARSEILLE", Some("13001"), Some("MARSEILLE")),
            ("LYON", None, None),
            ("75001", Some("75001"), None),
        ] {
            let expected = (postcode.map(str::to_owned), city.map(str::to_owned));
            assert_eq!(place_of(address), expected, "{address}");
        }
    }
}
