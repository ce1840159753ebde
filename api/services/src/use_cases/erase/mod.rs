//! A natural person is erased: from the ledger, the client file, the public facts, the answers, the decisions and what the
//! audit chain tells of them. Amounts and days stay under a name from which nothing leads back, so that the sums of the book
//! and every other client's answers stay what they were.
//!
//! An erasure that was cut short is ended by the next one, before anything else: it is written down while it runs.

mod files;
mod person;

use std::collections::BTreeSet;

use encours_core::company::CompanyView;
use encours_core::company::words::is_natural_person;
use encours_domain::{Day, Money, Siren};
use serde::Serialize;

use person::Person;

use crate::folder::{Kept, write_atomically};
use crate::layers::Layers;
use crate::moved::LEDGER;
use crate::portfolio::{Portfolio, client_attribute, client_siren};
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
        let _alone = self.alone().await;
        self.end_what_was_cut_short(now).await?;
        let portfolio = self.portfolio().await?;
        let (accounts, siren) = meant(&portfolio, &request.who)?;
        self.expect_erasable(&portfolio, &request, &accounts, siren.as_ref(), now).await?;
        let mut person = Person::new(accounts, siren, request.basis.code())?;
        let folder = self.data_folder().clone();
        let person = blocking(move || {
            files::identify(&folder, &mut person)?;
            let written = serde_json::to_vec(&person).map_err(ServicesError::document("the erasure"))?;
            write_atomically(&folder.erasing(), &written)?;
            Ok(person)
        });
        self.carry_out(person.await?, now).await
    }

    async fn end_what_was_cut_short(&self, now: Moment) -> Result<(), ServicesError> {
        let path = self.data_folder().erasing();
        let Ok(written) = std::fs::read(&path) else { return Ok(()) };
        let person: Person = serde_json::from_slice(&written).map_err(|error| {
            let reason = format!("it does not hold an erasure: {error}");
            ServicesError::Damaged { path, reason }
        })?;
        self.carry_out(person, now).await.map(|_| ())
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
                person.has_account(subject) || person.siren.as_ref().is_some_and(|siren| siren.as_str() == subject)
            },
            is_named_in: &|document| person.is_in_document(document),
            moved,
            base,
            next,
        };
        let erased = self.store().erase(&erasure, &self.act(now)).await?;
        let path = self.data_folder().erasing();
        std::fs::remove_file(&path).map_err(ServicesError::file("ending the erasure", &path))?;
        self.forget_portfolio().await;
        Ok(ErasureReport {
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
        siren: Option<&Siren>,
        now: Moment,
    ) -> Result<(), ServicesError> {
        let refused = |reason: String| Err(ServicesError::NotErasable { reason });
        let who = &request.who;
        match is_person(portfolio, accounts, siren, now.today) {
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
        let Some(rule) = portfolio.policy.retention() else { return Ok(Vec::new()) };
        let answered = self.store().last_answers().await?;
        let answered_on = |who: &str| answered.get(who).and_then(|stamp| stamp.get(..10)?.parse::<Day>().ok());
        let mut found = Vec::new();
        let mut add = |who: &str, last: Option<Day>, days: u16| {
            if let Some(last) = last {
                let since = last.plus_clamped(i32::from(days));
                if since < today {
                    found.push(Expired { who: who.to_owned(), last, since });
                }
            }
        };
        if let Some(book) = portfolio.book.as_deref() {
            for number in 0..book.clients().len() {
                let id = book.clients().text(number);
                let own: BTreeSet<String> = std::iter::once(id.to_owned()).collect();
                let siren = client_siren(book, number);
                if is_person(&portfolio, &own, siren.as_ref(), today) == Some(true) {
                    let in_book = book.client(number).last_day().and_then(|day| Day::from_number(day).ok());
                    add(id, in_book.max(answered_on(id)), rule.client_days);
                }
            }
        }
        for who in answered.keys() {
            let Ok(siren) = who.parse::<Siren>() else { continue };
            let is_client = !portfolio.clients_of(&siren).is_empty();
            if !is_client && is_person(&portfolio, &BTreeSet::new(), Some(&siren), today) == Some(true) {
                add(who, answered_on(who), rule.prospect_days);
            }
        }
        Ok(found)
    }
}

/// The accounts and the number of whoever is meant.
fn meant(portfolio: &Portfolio, who: &str) -> Result<(BTreeSet<String>, Option<Siren>), ServicesError> {
    let accounts_of = |main: &str| -> BTreeSet<String> {
        let joined =
            portfolio.clients.joined().iter().filter(|(_, to)| to.as_str() == main).map(|(from, _)| from.clone());
        joined.chain(std::iter::once(main.to_owned())).collect()
    };
    let book = portfolio.book.as_deref();
    if let Some((number, book)) = portfolio.client(who).zip(book) {
        let accounts = accounts_of(book.clients().text(number));
        let by_file = accounts.iter().find_map(|account| portfolio.clients.siren(account)).cloned();
        return Ok((accounts, client_siren(book, number).or(by_file)));
    }
    let Ok(siren) = Siren::from_siren_or_siret(who) else { return Err(portfolio.index.unknown(who)) };
    let names = portfolio.clients_of(&siren).iter().filter_map(|number| Some(book?.clients().text(*number)));
    Ok((names.flat_map(accounts_of).collect(), Some(siren)))
}

/// What the register says, else the client file.
fn is_person(portfolio: &Portfolio, accounts: &BTreeSet<String>, siren: Option<&Siren>, today: Day) -> Option<bool> {
    let facts = siren.map_or(&[][..], |siren| portfolio.facts.of(siren));
    let by_register = CompanyView::as_known_on(facts, today, u16::MAX).natural_person.present().copied();
    let by_file = || {
        let book = portfolio.book.as_deref()?;
        let form = accounts.iter().find_map(|id| client_attribute(book, portfolio.client(id)?, "legal_form"))?;
        is_natural_person(form)
    };
    by_register.or_else(by_file)
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
