//! The whole portfolio: who is in it, what was billed, what is known on the last day.

use chrono::{Datelike, NaiveDate};

use crate::SAMPLE_AS_OF_DATE;
use crate::company::{Company, CompanyFact, Fate, Registry, Wanted, facts, strangers};
use crate::draw::chance::Chance;
use crate::ledger::{Client, Document, Role, documents};

/// How many clients play which part; 400 in all.
const CAST: [(Role, usize); 6] = [
    (Role::Failing, 36),
    (Role::Crisis, 10),
    (Role::OneOff, 44),
    (Role::Recent, 26),
    (Role::Lapsed, 24),
    (Role::Regular, 260),
];

/// Companies with facts and no invoice.
const PROSPECTS: usize = 40;

/// A client with everything that was billed to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// The client.
    pub client: Client,
    /// In order of issue.
    pub documents: Vec<Document>,
}

/// A seller's clients, their invoices and payments, and what registers say about them.
#[derive(Debug, Clone, PartialEq)]
pub struct Portfolio {
    /// In order of client number.
    pub accounts: Vec<Account>,
    /// Companies that have bought nothing yet.
    pub prospects: Vec<Company>,
    /// Facts on clients and prospects, ordered by SIREN, then by the day they became known.
    pub facts: Vec<CompanyFact>,
    /// What a register would answer about companies that are neither, in the same order.
    pub register: Vec<CompanyFact>,
}

/// Makes the portfolio. Pure: the same seed gives the same portfolio, everywhere.
///
/// ```
/// let portfolio = encours_datasets::generate(encours_datasets::SEED);
/// assert_eq!(portfolio.accounts.len(), 400);
/// assert_eq!(portfolio, encours_datasets::generate(encours_datasets::SEED));
/// ```
#[must_use]
pub fn generate(seed: u64) -> Portfolio {
    let mut registry = Registry::default();
    let mut register = Vec::new();
    let mut accounts = Vec::new();
    for (number, role) in (1_u32..).zip(cast(seed)) {
        let mut chance = Chance::new(seed, u64::from(number));
        let client = Client::draw(&mut chance, &mut registry, number, role);
        let documents = documents(&mut chance, &client);
        register.extend(facts(&mut chance, &client.company, &client.fate, SAMPLE_AS_OF_DATE));
        accounts.push(Account { client, documents });
    }
    let prospects = prospects(seed, &mut registry, &mut register);
    let asked_for = strangers(seed, &mut registry, SAMPLE_AS_OF_DATE);
    register.sort_by(|a, b| (&a.subject, a.known_from).cmp(&(&b.subject, b.known_from)));
    number(&mut accounts);
    for account in &mut accounts {
        forget_the_future(account, SAMPLE_AS_OF_DATE);
    }
    Portfolio { accounts, prospects, facts: register, register: asked_for }
}

/// The parts, in a random order, so that a client's number says nothing.
fn cast(seed: u64) -> Vec<Role> {
    let mut roles: Vec<Role> = CAST.iter().flat_map(|(role, count)| std::iter::repeat_n(*role, *count)).collect();
    Chance::new(seed, 0).shuffle(&mut roles);
    roles
}

/// Companies a salesperson might quote to: most sound, a few in trouble.
fn prospects(seed: u64, registry: &mut Registry, register: &mut Vec<CompanyFact>) -> Vec<Company> {
    let mut founded = Vec::new();
    for stream in (10_001_u64..).take(PROSPECTS) {
        let mut chance = Chance::new(seed, stream);
        let wanted = Wanted { private: true, modest: false, on: SAMPLE_AS_OF_DATE };
        let company = registry.found(&mut chance, wanted);
        let fate = if chance.happens(0.12) { Fate::failure(&mut chance) } else { Fate::Steady };
        register.extend(facts(&mut chance, &company, &fate, SAMPLE_AS_OF_DATE));
        founded.push(company);
    }
    founded
}

/// One unbroken series of numbers a year for invoices and one for credit notes, in order of issue
/// as the law wants it.
fn number(accounts: &mut [Account]) {
    let mut documents: Vec<&mut Document> = accounts.iter_mut().flat_map(|account| &mut account.documents).collect();
    documents.sort_by_key(|document| document.issued_on);
    let mut invoices = Series::new("F");
    for document in &mut documents {
        document.number = invoices.next(document.issued_on);
    }
    let mut notes: Vec<_> = documents.into_iter().flat_map(|document| &mut document.credit_notes).collect();
    notes.sort_by_key(|note| note.issued_on);
    let mut credits = Series::new("A");
    for note in notes {
        note.number = credits.next(note.issued_on);
    }
}

/// Numbers that start again each year.
struct Series {
    letter: &'static str,
    year: i32,
    last: u32,
}

impl Series {
    fn new(letter: &'static str) -> Self {
        Self { letter, year: 0, last: 0 }
    }

    fn next(&mut self, date: NaiveDate) -> String {
        if date.year() != self.year {
            (self.year, self.last) = (date.year(), 0);
        }
        self.last += 1;
        format!("{}{}-{:06}", self.letter, self.year, self.last)
    }
}

/// Takes out all that nobody could know on the day.
fn forget_the_future(account: &mut Account, as_of: NaiveDate) {
    account.documents.retain(|document| document.known_on <= as_of);
    for document in &mut account.documents {
        document.credit_notes.retain(|note| note.known_on <= as_of);
        for part in &mut document.instalments {
            part.payments.retain(|payment| payment.known_on <= as_of);
        }
        document.dispute = document.dispute.filter(|dispute| dispute.opened_on <= as_of);
        if let Some(dispute) = &mut document.dispute {
            dispute.closed_on = dispute.closed_on.filter(|date| *date <= as_of);
        }
    }
}
