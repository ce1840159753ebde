//! A natural person is erased: from the ledger, the client file, the public facts, the answers, the decisions and what the
//! audit chain tells of them. Amounts and days stay under a name from which nothing leads back, so that the sums of the book
//! and every other client's answers stay what they were.
//!
//! An erasure that was cut short is ended by the next one, before anything else: it is written down while it runs.

mod files;
mod person;

use std::collections::{BTreeMap, BTreeSet};

use encours_core::company::CompanyView;
use encours_core::company::words::is_natural_person;
use encours_core::ledger::Book;
use encours_core::policy::RetentionRule;
use encours_domain::{Day, Money, Siren};
use serde::Serialize;

use person::Person;

use crate::folder::{Kept, write_atomically};
use crate::layers::Layers;
use crate::moved::LEDGER;
use crate::portfolio::{Portfolio, client_attribute};
use crate::services::blocking;
use crate::store::{Current, Erasure};
use crate::{DataFolder, Moment, Services, ServicesError};

/// Why somebody is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureBasis {
    /// They asked for it (art. 17 GDPR).
    Request,
    /// What is kept of them is no longer needed (art. 5 (1) e).
    Retention,
}

impl ErasureBasis {
    const fn code(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Retention => "retention",
        }
    }
}

/// Whom to erase, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EraseRequest {
    /// A client of the ledger, or a SIREN.
    pub who: String,
    /// Why.
    pub basis: ErasureBasis,
    /// Whether the caller says that this is a natural person, where neither register nor client file does.
    pub is_person: bool,
}

/// What was erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErasureReport {
    /// What stands for the person from now on.
    pub token: String,
    /// Accounts of the ledger that were theirs.
    pub accounts: usize,
    /// Invoices that stay under that name.
    pub invoices: usize,
    /// Answers that are gone.
    pub answers: usize,
    /// Decisions of persons that are gone.
    pub decisions: usize,
    /// Links of the audit chain whose documents are gone.
    pub links: usize,
    /// Files that others took the place of.
    pub files: usize,
    /// Decisions about others that name the person in what somebody wrote: they stay, for whoever decided to look at.
    pub mentions: Vec<String>,
}

/// A natural person of whom nothing need be kept any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Expired {
    /// The client of the ledger, or the SIREN of somebody who never became one.
    pub who: String,
    /// The last day on which something happened with them.
    pub last: Day,
    /// The day from which nothing need be kept.
    pub since: Day,
}

impl Services {
    /// Erases a natural person.
    ///
    /// # Errors
    /// [`ServicesError::NotErasable`] when this is a company, when nobody says what it is, or while it owes something or has
    /// open orders; when nobody of that name is known; or when disk or database fail: then the next erasure ends this one.
    pub async fn erase(&self, request: EraseRequest, now: Moment) -> Result<ErasureReport, ServicesError> {
        let _alone = self.alone_to_erase().await;
        if let Some((person, report)) = self.end_what_was_cut_short(now).await?
            && person.is_who(&request.who)
        {
            return Ok(report);
        }
        let portfolio = self.portfolio().await?;
        let (accounts, sirens) = meant(&portfolio, &request.who)?;
        self.expect_erasable(&portfolio, &request, &accounts, &sirens, now).await?;
        let mut person = Person::new(accounts, sirens, request.basis.code())?;
        let folder = self.data_folder().clone();
        let is_known = self.is_known(&portfolio, &person).await?;
        let unknown = portfolio.index.unknown(&request.who);
        let person = blocking(move || {
            if !is_known && !files::knows_a_number(&folder, &person)? {
                return Err(unknown);
            }
            files::identify(&folder, &mut person)?;
            let written = serde_json::to_vec(&person).map_err(ServicesError::document("the erasure"))?;
            write_atomically(&folder.erasing(), &written)?;
            Ok(person)
        });
        self.carry_out(person.await?, now).await
    }

    /// Whether an account, a fact or an answer is about them.
    async fn is_known(&self, portfolio: &Portfolio, person: &Person) -> Result<bool, ServicesError> {
        let has_facts = person.sirens.iter().any(|siren| !portfolio.facts.of(siren).is_empty());
        let answered = self.store().last_answers().await?;
        let was_answered = person.sirens.iter().any(|siren| answered.contains_key(siren.as_str()));
        Ok(!person.accounts.is_empty() || has_facts || was_answered)
    }

    /// Ends an erasure that was cut short, and gives whose it was and what was done.
    async fn end_what_was_cut_short(&self, now: Moment) -> Result<Option<(Person, ErasureReport)>, ServicesError> {
        let path = self.data_folder().erasing();
        let Ok(written) = std::fs::read(&path) else { return Ok(None) };
        let person: Person = serde_json::from_slice(&written).map_err(|error| {
            let reason = format!("it does not hold an erasure: {error}");
            ServicesError::Damaged { path, reason }
        })?;
        let report = self.carry_out(person.clone(), now).await?;
        Ok(Some((person, report)))
    }

    async fn carry_out(&self, person: Person, now: Moment) -> Result<ErasureReport, ServicesError> {
        let told = self.store().told_moves().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.clone());
        let (person, moved, next) = blocking(move || {
            files::erase(&folder, &person)?;
            let moved = folder.moved()?.into_iter().filter(|one| !told.contains(one)).collect();
            let next = read_on(&folder, &from)?;
            Ok((person, moved, next))
        })
        .await?;
        let erasure = Erasure {
            token: &person.token,
            basis: &person.basis,
            is_subject: &|subject| {
                person.has_account(subject) || person.sirens.iter().any(|siren| siren.as_str() == subject)
            },
            is_named_in: &|document| person.is_in_document(document),
            is_mentioned_in: &|text| person.is_mentioned_in(text),
            moved,
            base,
            next,
        };
        let erased = self.store().erase(&erasure, &self.act(now)).await?;
        let path = self.data_folder().erasing();
        std::fs::remove_file(&path).map_err(ServicesError::file("ending the erasure", &path))?;
        self.forget_portfolio().await;
        let left = self.store().every_ruling().await?;
        let mentions = left.into_iter().filter(|one| person.is_mentioned_in(&one.document)).map(|one| one.id).collect();
        Ok(ErasureReport {
            mentions,
            accounts: person.accounts.len(),
            invoices: person.invoices.len(),
            answers: erased.answers,
            decisions: erased.decisions,
            links: erased.links,
            files: erasure.moved.len(),
            token: person.token.clone(),
        })
    }

    async fn expect_erasable(
        &self,
        portfolio: &Portfolio,
        request: &EraseRequest,
        accounts: &BTreeSet<String>,
        sirens: &BTreeSet<Siren>,
        now: Moment,
    ) -> Result<(), ServicesError> {
        let refused = |reason: String| Err(ServicesError::NotErasable { reason });
        let who = &request.who;
        match is_person(portfolio, accounts, sirens, now.today) {
            Some(true) => {}
            Some(false) => {
                return refused(format!(
                    "`{who}` is a company: the right to erasure is a person's, and answers about companies are kept so that \
                        they can be accounted for"
                ));
            }
            None if request.is_person => {}
            None => {
                return refused(format!(
                    "neither the register nor the client file says whether `{who}` is a natural person; say so with \
                        --is-person where it is"
                ));
            }
        }
        if request.basis == ErasureBasis::Retention {
            self.expect_past_its_period(portfolio, request, accounts, sirens, now.today).await?;
        }
        let erased = self.store().erased_tokens().await?;
        if let Some(token) = accounts.iter().find(|account| erased.contains(*account)) {
            return refused(format!("`{token}` stands for somebody who was erased already: nothing of them is there"));
        }
        for account in accounts {
            let orders = portfolio.orders_of(account).unwrap_or_default();
            if !orders.is_empty() {
                return refused(format!("`{who}` has {} open orders: deliver or cancel them first", orders.len()));
            }
            let owed = self.owed(portfolio, account, now).await?;
            if let Some(owed) = owed.filter(|owed| owed.minor() != 0) {
                return refused(format!(
                    "`{who}` still owes {owed}: what a claim needs is kept until it is settled (art. 17 (3) e GDPR)"
                ));
            }
        }
        Ok(())
    }

    /// That nothing is needed any more is said only where it is so: the audit chain keeps the reason.
    async fn expect_past_its_period(
        &self,
        portfolio: &Portfolio,
        request: &EraseRequest,
        accounts: &BTreeSet<String>,
        sirens: &BTreeSet<Siren>,
        today: Day,
    ) -> Result<(), ServicesError> {
        let refused = |reason: String| Err(ServicesError::NotErasable { reason });
        let who = &request.who;
        let Some(periods) = Periods::read(self, portfolio).await? else {
            return refused("the policy sets no period after which nothing is needed any more".to_owned());
        };
        let since = periods.of(portfolio, accounts, sirens).map(|(_, since)| since);
        match since.filter(|since| *since >= today) {
            None => Ok(()),
            Some(since) => refused(format!(
                "what is kept of `{who}` is needed until {since} by the policy; --basis request is for whoever asks for it"
            )),
        }
    }

    /// Left to pay, by all that is known today.
    async fn owed(&self, portfolio: &Portfolio, account: &str, now: Moment) -> Result<Option<Money>, ServicesError> {
        let Some(number) = portfolio.client(account) else { return Ok(None) };
        let scores = self.scores(now.today).await?;
        let currency = portfolio.ledger()?.currency();
        Ok(scores.line(number).map(|line| Money::from_minor(line.measures.exposure, currency)))
    }

    /// Natural persons of whom nothing need be kept on a day, by the policy's periods; nobody where it sets none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn expired(&self, today: Day) -> Result<Vec<Expired>, ServicesError> {
        let portfolio = self.portfolio().await?;
        let Some(periods) = Periods::read(self, &portfolio).await? else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        let mut add = |who: &str, accounts: &BTreeSet<String>, sirens: &BTreeSet<Siren>| {
            let is_person = is_person(&portfolio, accounts, sirens, today) == Some(true);
            let ended = periods.of(&portfolio, accounts, sirens).filter(|(_, since)| is_person && *since < today);
            found.extend(ended.map(|(last, since)| Expired { who: who.to_owned(), last, since }));
        };
        if let Some(book) = portfolio.book.as_deref() {
            for number in 0..book.clients().len() {
                let id = book.clients().text(number);
                let (accounts, sirens) = meant(&portfolio, id)?;
                add(id, &accounts, &sirens);
            }
        }
        for who in periods.answered.keys() {
            let Ok(siren) = who.parse::<Siren>() else { continue };
            if portfolio.clients_of(&siren).is_empty() {
                add(who, &BTreeSet::new(), &[siren].into());
            }
        }
        Ok(found)
    }
}

/// How long what is kept of a person is needed, and when each was last answered about.
struct Periods {
    rule: RetentionRule,
    answered: BTreeMap<String, String>,
}

impl Periods {
    /// Nothing where the policy sets no period.
    async fn read(services: &Services, portfolio: &Portfolio) -> Result<Option<Self>, ServicesError> {
        let Some(rule) = portfolio.policy.retention() else { return Ok(None) };
        Ok(Some(Self { rule, answered: services.store().last_answers().await? }))
    }

    /// The last day on which something happened, and the last on which anything is needed; nothing where nothing happened.
    fn of(&self, portfolio: &Portfolio, accounts: &BTreeSet<String>, sirens: &BTreeSet<Siren>) -> Option<(Day, Day)> {
        let names = accounts.iter().map(String::as_str).chain(sirens.iter().map(Siren::as_str));
        let answered = names.filter_map(|who| self.answered.get(who)?.get(..10)?.parse::<Day>().ok());
        let numbers = accounts.iter().filter_map(|account| portfolio.client(account));
        let in_book = numbers.filter_map(|number| portfolio.book.as_deref()?.client(number).last_day());
        let in_book = in_book.filter_map(|day| Day::from_number(day).ok());
        let last = answered.chain(in_book).max()?;
        let days = if accounts.is_empty() { self.rule.prospect_days } else { self.rule.client_days };
        Some((last, last.plus_clamped(i32::from(days))))
    }
}

/// The accounts and the numbers of whoever is meant.
fn meant(portfolio: &Portfolio, who: &str) -> Result<(BTreeSet<String>, BTreeSet<Siren>), ServicesError> {
    let accounts_of = |main: &str| -> BTreeSet<String> {
        let joined =
            portfolio.clients.joined().iter().filter(|(_, to)| to.as_str() == main).map(|(from, _)| from.clone());
        joined.chain(std::iter::once(main.to_owned())).collect()
    };
    let book = portfolio.book.as_deref();
    let (accounts, asked): (BTreeSet<String>, Option<Siren>) = match portfolio.client(who).zip(book) {
        Some((number, book)) => (accounts_of(book.clients().text(number)), None),
        None => {
            let Ok(siren) = Siren::from_siren_or_siret(who) else { return Err(portfolio.index.unknown(who)) };
            let names = portfolio.clients_of(&siren).iter().filter_map(|number| Some(book?.clients().text(*number)));
            (names.flat_map(accounts_of).collect(), Some(siren))
        }
    };
    let numbers = accounts.iter().filter_map(|account| portfolio.client(account).zip(book));
    let by_ledger = numbers.flat_map(|(number, book)| client_sirens(book, number));
    let by_file = accounts.iter().filter_map(|account| portfolio.clients.siren(account)).cloned();
    let sirens = asked.into_iter().chain(by_ledger).chain(by_file).collect();
    Ok((accounts, sirens))
}

/// Every number that the ledger ever gave a client.
fn client_sirens(book: &Book, number: usize) -> BTreeSet<Siren> {
    let client = book.client(number);
    let positions = 0..client.records().len();
    let texts = positions.filter_map(|position| book.attribute_of("siren", client.record_number(position)));
    texts.filter_map(|text| text.parse().ok()).collect()
}

/// What the register says of one of the numbers, else the client file. One of them that is a company's makes it one.
fn is_person(portfolio: &Portfolio, accounts: &BTreeSet<String>, sirens: &BTreeSet<Siren>, today: Day) -> Option<bool> {
    let by_register = sirens.iter().filter_map(|siren| {
        let view = CompanyView::as_known_on(portfolio.facts.of(siren), today, u16::MAX);
        view.natural_person.present().copied()
    });
    let by_file = accounts.iter().filter_map(|id| {
        let book = portfolio.book.as_deref()?;
        is_natural_person(client_attribute(book, portfolio.client(id)?, "legal_form")?)
    });
    let said: Vec<bool> = by_register.collect();
    let said = if said.is_empty() { by_file.collect() } else { said };
    (!said.is_empty()).then(|| said.iter().all(|is_person| *is_person))
}

/// What is in force, by the names under which it lies now: another program that holds the old content sees that it changed.
fn read_on(folder: &DataFolder, base: &Current) -> Result<Current, ServicesError> {
    let now =
        |kind: &str, hash: &Option<String>| hash.as_deref().map(|hash| folder.found_under(kind, hash)).transpose();
    let (ledger, facts) = (now(LEDGER, &base.ledger)?, now(Kept::Facts.folder(), &base.facts)?);
    let layers = match &base.layers {
        None => None,
        Some(_) => Some(Layers::in_force(folder, base)?.read_on(folder)?.keep_whole(folder)?),
    };
    Ok(Current { ledger, facts, layers, ..base.clone() })
}
