//! A ledger, its model and the public facts, held in memory so that an answer takes no disk.
//!
//! What is held never changes: another import or another model makes another [`Portfolio`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use encours_core::CoreError;
use encours_core::assessment::{Beside, Context, Trade};
use encours_core::features::Horizons;
use encours_core::ledger::AttributeChoice;
use encours_core::ledger::{Book, ReadOptions};
use encours_core::policy::{LawTable, Policy};
use encours_core::portfolio::{Rescored, ScoringModel, rescore};
use encours_core::solvency::{FailureModel, SectorQuartiles};
use encours_domain::fact::{Fact, FactKind, shown};
use encours_domain::order::OrderRow;
use encours_domain::{Day, Siren, words};
use encours_models::Artefact;

use crate::client_book::{ClientBook, OrderBook};
use crate::folder::Kept;
use crate::groups::GroupIndex;
use crate::layers::Layers;
use crate::ready::ReadySubjects;
use crate::store::Current;
use crate::use_cases::failure_model::StoredFailureModel;
use crate::use_cases::search::SearchIndex;
use crate::use_cases::sector_quartiles;
use crate::{DataFolder, ServicesError};

/// Texts of the database that a portfolio is made with.
#[derive(Debug, Default)]
pub struct Texts {
    /// JSON of the model in force; the published priors stand in where there is none.
    pub artefact: Option<String>,
    /// The policy; the one that comes with the program where there is none.
    pub policy: Option<String>,
    /// The law table; the one that the policy names where there is none.
    pub law_table: Option<String>,
}

/// Everything that an assessment reads.
pub struct Portfolio {
    /// Hashes and ids of what is held.
    pub made_with: Current,
    /// The ledger; `None` before the first import.
    pub book: Option<Arc<Book>>,
    /// The model in force, or the published priors.
    pub model: Arc<ScoringModel>,
    /// The model of failure in force; the policy's expert rule answers where there is none.
    pub failure_model: Option<Arc<FailureModel>>,
    /// Quartiles of the sectors' ratios with their hash, where whole registers were read.
    pub quartiles: Option<(SectorQuartiles, String)>,
    /// The public facts.
    pub facts: Facts,
    /// The client file.
    pub clients: ClientBook,
    /// Open orders; absent while none were ever imported.
    pub orders: Option<OrderBook>,
    /// The policy.
    pub policy: Arc<Policy>,
    /// The law table.
    pub law: Arc<LawTable>,
    folder: DataFolder,
    pub(crate) ready: ReadySubjects,
    by_siren: BTreeMap<Siren, Vec<usize>>,
    pub(crate) index: SearchIndex,
    pub(crate) groups: GroupIndex,
    /// Companies by what they share: an address, a director that is a company.
    sharing: BTreeMap<String, BTreeSet<Siren>>,
}

impl Portfolio {
    /// Reads what is in force from the data folder. Ledger and model are taken from what is `held` where they are the same:
    /// facts change with every prospect that is looked up.
    ///
    /// # Errors
    /// When a file is damaged, or the model is not of this engine.
    pub fn load(
        folder: &DataFolder,
        made_with: Current,
        texts: &Texts,
        held: Option<&Portfolio>,
    ) -> Result<Self, ServicesError> {
        let same_ledger = held.filter(|held| held.made_with.ledger == made_with.ledger);
        let book = match (same_ledger, made_with.ledger.as_deref()) {
            (Some(held), _) => held.book.clone(),
            (None, hash) => hash.map(|hash| read_book(folder, hash)).transpose()?.map(Arc::new),
        };
        let same_model = held.filter(|held| held.made_with.model == made_with.model);
        let model = match same_model {
            Some(held) => Arc::clone(&held.model),
            None => Arc::new(read_model(&made_with, texts.artefact.as_deref())?),
        };

        let (policy, law) = read_rules(texts)?;
        let made_with = Current { law_table: Some(law.hash().to_owned()), ..made_with };
        let facts = match made_with.facts.as_deref() {
            Some(hash) => Facts::read(folder, hash)?,
            None => Facts::default(),
        };
        let layers = Layers::in_force(folder, &made_with)?;
        let clients = layers
            .clients
            .as_deref()
            .map_or(Ok(ClientBook::default()), |hash| folder.read_json(Kept::Clients, hash))?;
        let orders =
            layers.orders.as_deref().map(|hash| folder.read_json::<OrderBook>(Kept::Orders, hash)).transpose()?;
        let orders = orders.map(|orders| orders.joined(&clients));
        let failure_model = StoredFailureModel::in_force(folder, &layers)?.map(|stored| stored.model());
        let failure_model = failure_model.transpose()?.map(Arc::new);
        let quartiles = sector_quartiles::in_force(folder, &layers)?.zip(layers.quartiles);
        let by_siren = book.as_deref().map(clients_by_siren).unwrap_or_default();
        let index = SearchIndex::new(book.as_deref(), &facts, &by_siren);
        let sharing = sharing(&facts);
        let groups = GroupIndex::new(book.as_deref(), &facts, &clients);
        Ok(Self {
            made_with,
            book,
            model,
            failure_model,
            quartiles,
            facts,
            clients,
            orders,
            policy,
            law,
            folder: folder.clone(),
            ready: ReadySubjects::default(),
            by_siren,
            index,
            groups,
            sharing,
        })
    }

    /// What stands still for every client; nothing of any one of them.
    pub(crate) fn context(&self) -> Context<'_> {
        Context {
            book: self.book.as_deref(),
            ledger_hash: self.ledger_hash(),
            facts: &[],
            facts_hash: self.facts_hash(),
            beside: Beside::default(),
            trade: Trade::default(),
            group: &[],
            set_limit: None,
            model: &self.model,
            failure_model: self.failure_model.as_deref(),
            quartiles: self.quartiles.as_ref().map(|(quartiles, hash)| (quartiles, hash.as_str())),
            policy: &self.policy,
            law: &self.law,
        }
    }

    /// What the seller says of a client beside the ledger.
    pub(crate) fn trade_of(&self, id: &str) -> Trade<'_> {
        let orders_given_on = self.orders.as_ref().and_then(|book| book.given_on);
        Trade { client: self.clients.client(id), orders: self.orders_of(id), orders_given_on, checked: None }
    }

    /// Whether this is what is in force: the law table is the policy's own choice where none was put in force.
    pub(crate) fn is_made_with(&self, current: &Current) -> bool {
        let law_table = current.law_table.clone().or_else(|| self.made_with.law_table.clone());
        self.made_with == Current { law_table, ..current.clone() }
    }

    /// The ledger.
    ///
    /// # Errors
    /// [`ServicesError::NoLedger`] before the first import.
    pub fn ledger(&self) -> Result<&Book, ServicesError> {
        let missing = || ServicesError::NoLedger { folder: self.folder.path().to_path_buf() };
        self.book.as_deref().ok_or_else(missing)
    }

    /// Number of the client of this name.
    pub fn client(&self, id: &str) -> Option<usize> {
        self.book.as_ref().and_then(|book| book.clients().number(self.account(id)))
    }

    /// The account that stands for this one, when it was joined to another.
    pub fn account<'a>(&'a self, id: &'a str) -> &'a str {
        self.clients.joined().get(id).map_or(id, String::as_str)
    }

    /// An account with those that were joined to it, itself first.
    pub fn accounts_of(&self, main: &str) -> Vec<String> {
        let joined = self.clients.joined().iter().filter(|(_, to)| to.as_str() == main).map(|(from, _)| from.clone());
        std::iter::once(main.to_owned()).chain(joined).collect()
    }

    /// Numbers of the clients that have this SIREN.
    pub fn clients_of(&self, siren: &Siren) -> &[usize] {
        self.by_siren.get(siren).map_or(&[], Vec::as_slice)
    }

    /// The public facts of a client, by its number in the ledger; none where it has no SIREN.
    pub fn facts_of_client(&self, number: usize) -> &[Fact] {
        let siren = self.book.as_deref().and_then(|book| client_siren(book, number));
        siren.map_or(&[], |siren| self.facts.of(&siren))
    }

    /// Every client scored by a model with what was dated up to and including a day.
    ///
    /// # Errors
    /// When there is no ledger, or a client is too large to be folded.
    pub fn rescored(&self, model: &ScoringModel, as_of: Day) -> Result<Rescored, ServicesError> {
        Ok(rescore(self.ledger()?, model, as_of, &|number| self.facts_of_client(number))?)
    }

    /// The SIRENs of the ledger's clients, each once.
    pub fn sirens(&self) -> impl Iterator<Item = &Siren> {
        self.by_siren.keys()
    }

    /// A client's open orders, those of accounts that were joined to it among them; absent while none were ever imported.
    pub fn orders_of(&self, id: &str) -> Option<&[OrderRow]> {
        self.orders.as_ref().map(|orders| orders.of(id))
    }

    /// Companies of the record that share an address or a director with one, each with its facts; so many at most.
    pub fn around(&self, siren: &Siren, most: usize) -> Vec<(&Siren, &[Fact])> {
        let mut round: BTreeSet<&Siren> = BTreeSet::new();
        for fact in self.facts.of(siren) {
            round.extend(shared_by(fact).and_then(|what| self.sharing.get(&what)).into_iter().flatten());
        }
        let directors = self.facts.of(siren).iter().filter(|fact| fact.kind == FactKind::CompanyDirector);
        let directors: Vec<Siren> = directors.filter_map(|fact| fact.value.split(' ').next()?.parse().ok()).collect();
        let known = directors.iter().filter_map(|director| self.facts.of(director).first());
        round.extend(known.map(|fact| &fact.subject));
        round.remove(siren);
        round.into_iter().take(most).map(|one| (one, self.facts.of(one))).collect()
    }

    /// Hash of the ledger; empty before the first import.
    pub fn ledger_hash(&self) -> &str {
        self.made_with.ledger.as_deref().unwrap_or_default()
    }

    /// Hash of the facts; empty while there are none.
    pub fn facts_hash(&self) -> &str {
        self.made_with.facts.as_deref().unwrap_or_default()
    }
}

fn read_model(made_with: &Current, artefact: Option<&str>) -> Result<ScoringModel, ServicesError> {
    let Some(json) = artefact else { return Ok(ScoringModel::prior_only()) };
    let id = made_with.model.as_deref().unwrap_or_default();
    let artefact = Artefact::from_json(json).map_err(ServicesError::stored_model(id))?;
    ScoringModel::new(artefact).map_err(ServicesError::stored_model(id))
}

fn read_rules(texts: &Texts) -> Result<(Arc<Policy>, Arc<LawTable>), ServicesError> {
    let unread = |what| move |error| ServicesError::StoredRules { what, source: CoreError::from(error) };
    let policy = texts.policy.as_deref().map_or_else(Policy::shipped, Policy::from_toml).map_err(unread("policy"))?;
    let shipped = || LawTable::shipped_for(policy.shipped_law());
    let law = texts.law_table.as_deref().map_or_else(shipped, LawTable::from_toml).map_err(unread("law_table"))?;
    Ok((Arc::new(policy), Arc::new(law)))
}

fn read_book(folder: &DataFolder, hash: &str) -> Result<Book, ServicesError> {
    let options = ReadOptions { invoice_ids: false, attributes: AttributeChoice::All };
    Ok(folder.read_ledger(hash)?.book(&options)?)
}

/// What two companies may have in common, as text.
fn shared_by(fact: &Fact) -> Option<String> {
    match fact.kind {
        FactKind::Address => Some(format!("address {}", words::folded(&fact.value))),
        FactKind::CompanyDirector => Some(format!("director {}", fact.value.split(' ').next()?)),
        _ => None,
    }
}

/// What more than one company of the record has.
fn sharing(facts: &Facts) -> BTreeMap<String, BTreeSet<Siren>> {
    let mut sharing: BTreeMap<String, BTreeSet<Siren>> = BTreeMap::new();
    for fact in facts.all() {
        if let Some(what) = shared_by(fact) {
            sharing.entry(what).or_default().insert(fact.subject.clone());
        }
    }
    sharing.retain(|_, sirens| sirens.len() > 1);
    sharing
}

fn clients_by_siren(book: &Book) -> BTreeMap<Siren, Vec<usize>> {
    let mut by_siren: BTreeMap<Siren, Vec<usize>> = BTreeMap::new();
    for number in 0..book.clients().len() {
        if let Some(siren) = client_siren(book, number) {
            by_siren.entry(siren).or_default().push(number);
        }
    }
    by_siren
}

/// The SIREN that the ledger gives a client.
pub fn client_siren(book: &Book, number: usize) -> Option<Siren> {
    client_attribute(book, number, "siren").and_then(|text| text.parse().ok())
}

/// The value that a client's latest invoice with one has in a further column.
pub fn client_attribute<'a>(book: &'a Book, number: usize, name: &str) -> Option<&'a str> {
    let client = book.client(number);
    let positions = (0..client.records().len()).rev();
    positions.into_iter().find_map(|position| book.attribute_of(name, client.record_number(position)))
}

/// The last day on which anything in the ledger is dated.
pub fn last_day(book: &Book) -> Option<Day> {
    book.last_day().and_then(|number| Day::from_number(number).ok())
}

/// The first day on which anything in the ledger is dated.
pub fn first_day(book: &Book) -> Option<Day> {
    book.first_day().and_then(|number| Day::from_number(number).ok())
}

/// The horizons of every stored model and answer, days late.
pub fn horizons() -> Horizons {
    Horizons::standard()
}

/// Public facts, by company.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts(Vec<Fact>);

impl Facts {
    /// Sorts facts and takes what is told twice once, as of the day on which it was asked for last.
    pub fn new(mut facts: Vec<Fact>) -> Self {
        facts.sort_unstable();
        // Of facts that say the same the one asked for last stands last.
        facts.dedup_by(|later, kept| {
            let same = kept.says_the_same(later);
            if same {
                (kept.fetched_on, kept.answer) = (later.fetched_on, later.answer);
            }
            same
        });
        Self(facts)
    }

    fn read(folder: &DataFolder, hash: &str) -> Result<Self, ServicesError> {
        let facts = folder.read_json(Kept::Facts, hash)?;
        Ok(Self::new(facts))
    }

    /// Facts of the hash, or none where there is no hash yet.
    pub(crate) fn stored(folder: &DataFolder, hash: Option<&str>) -> Result<Self, ServicesError> {
        hash.map_or_else(|| Ok(Self::default()), |hash| Self::read(folder, hash))
    }

    /// These and others together.
    #[must_use]
    pub fn and(mut self, others: Vec<Fact>) -> Self {
        self.0.extend(others);
        Self::new(self.0)
    }

    /// Facts of a register, each as of the day on which it was known first. A register that names no day of publication
    /// gives the day of the fetch; where the last thing it said on the matter was the same, nothing new became known.
    pub(crate) fn known_first(&self, mut pulled: Vec<Fact>) -> Vec<Fact> {
        for fact in pulled.iter_mut().filter(|fact| Some(fact.known_from) == fact.fetched_on) {
            let same_matter = self.of(&fact.subject).iter().filter(|stored| {
                stored.kind == fact.kind
                    && stored.source == fact.source
                    && stored.valid_from == fact.valid_from
                    && stored.known_from <= fact.known_from
            });
            let last = same_matter.max_by_key(|stored| stored.known_from);
            if let Some(last) = last.filter(|last| last.value == fact.value) {
                fact.known_from = last.known_from;
            }
        }
        pulled
    }

    /// All of them, by company.
    pub fn all(&self) -> &[Fact] {
        &self.0
    }

    /// Those of one company.
    pub fn of(&self, siren: &Siren) -> &[Fact] {
        let start = self.0.partition_point(|fact| fact.subject < *siren);
        let end = self.0.partition_point(|fact| fact.subject <= *siren);
        self.0.get(start..end).unwrap_or_default()
    }

    /// The companies, each with its facts.
    pub fn companies(&self) -> impl Iterator<Item = (&Siren, &[Fact])> {
        let runs = self.0.chunk_by(|left, right| left.subject == right.subject);
        runs.filter_map(|facts| facts.first().map(|first| (&first.subject, facts)))
    }

    /// Number of companies.
    pub fn count_companies(&self) -> usize {
        self.companies().count()
    }
}

/// The name under which a company was last published, unless it may not be shown.
pub fn registered_name(facts: &[Fact]) -> Option<&str> {
    let names = shown(facts).filter(|fact| fact.kind == FactKind::Name);
    names.max_by_key(|fact| (fact.known_from, fact.valid_from, &fact.value)).map(|fact| fact.value.as_str())
}
