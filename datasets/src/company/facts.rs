//! What a register would say about a company, one dated fact at a time.

use chrono::NaiveDate;

use super::accounts::{Statement, statements};
use super::fate::Fate;
use super::identity::Company;
use crate::draw::calendar::{business_on_or_after, plus};
use crate::draw::chance::Chance;
use crate::draw::number::decimal;

/// The source named in every row.
pub const SOURCE: &str = "sample register";

/// The source named in every row of the register: its name says in every answer that nobody in it exists.
pub const REGISTER_SOURCE: &str = "local register (sample)";

/// One fact, with the day it holds from and the day it could be known.
#[derive(Debug, Clone, PartialEq)]
pub struct CompanyFact {
    /// SIREN of the company.
    pub subject: String,
    /// What the fact is about: `name`, `legal_form`, `state`, `proceedings`, `created_on`,
    /// `sector`, `size`, `equity`, `turnover`, `net_result`, `accounts_closed_on` or
    /// `accounts_status`; in the register further kinds, every line of accounts among them.
    pub kind: &'static str,
    /// The value as text: a word, a date, or euros with two decimals.
    pub value: String,
    /// First day on which it is true; for figures of accounts the closing day.
    pub valid_from: NaiveDate,
    /// Day of publication: nobody could know it before.
    pub known_from: NaiveDate,
}

/// Everything published about a company up to `as_of`, ordered by the day it became known.
pub(crate) fn facts(chance: &mut Chance, company: &Company, fate: &Fate, as_of: NaiveDate) -> Vec<CompanyFact> {
    let mut sheet = Sheet { company, facts: Vec::new() };
    sheet.identity();
    sheet.proceedings(fate);
    for statement in statements(chance, company, fate) {
        sheet.accounts(&statement);
    }
    let mut facts = sheet.facts;
    facts.retain(|fact| fact.known_from <= as_of);
    facts.sort_by_key(|fact| (fact.known_from, fact.valid_from));
    facts
}

/// The facts of one company while they are written down.
struct Sheet<'a> {
    company: &'a Company,
    facts: Vec<CompanyFact>,
}

impl Sheet<'_> {
    fn add(&mut self, kind: &'static str, value: impl Into<String>, valid_from: NaiveDate, known_from: NaiveDate) {
        let (subject, value) = (self.company.siren.clone(), value.into());
        self.facts.push(CompanyFact { subject, kind, value, valid_from, known_from });
    }

    fn identity(&mut self) {
        let company = self.company;
        let (since, known) = (company.created_on, business_on_or_after(plus(company.created_on, 10)));
        self.add("name", company.name.clone(), since, known);
        self.add("legal_form", company.legal_form.code(), since, known);
        self.add("sector", company.sector.label(), since, known);
        self.add("size", company.size.label(), since, known);
        self.add("created_on", since.to_string(), since, known);
        self.add("state", "active", since, known);
        if !company.legal_form.is_public() {
            self.add("proceedings", "none", since, known);
        }
    }

    fn proceedings(&mut self, fate: &Fate) {
        let Some(failure) = fate.as_failure() else {
            return;
        };
        for judgment in [Some(failure.opening), failure.sequel].into_iter().flatten() {
            self.add("proceedings", judgment.procedure.label(), judgment.on, judgment.notice);
        }
        if let Some(date) = failure.struck_off {
            self.add("state", "ceased", date, business_on_or_after(plus(date, 8)));
        }
    }

    fn accounts(&mut self, statement: &Statement) {
        let closed = statement.closed_on;
        if let Some(noticed) = statement.overdue_from {
            self.add("accounts_status", "overdue", closed, noticed);
        }
        let Some(published) = statement.published_on else {
            return;
        };
        let status = if self.company.confidential { "confidential" } else { "public" };
        self.add("accounts_status", status, closed, published);
        self.add("accounts_closed_on", closed.to_string(), closed, published);
        if self.company.confidential {
            return;
        }
        for (kind, euros) in
            [("turnover", statement.turnover), ("net_result", statement.net_result), ("equity", statement.equity)]
        {
            self.add(kind, decimal(euros.saturating_mul(100)), closed, published);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company::identity::{Registry, Wanted};
    use crate::draw::calendar::day;

    fn company(chance: &mut Chance) -> Company {
        let wanted = Wanted { private: true, modest: true, on: day(2023, 6, 1) };
        Registry::default().found(chance, wanted)
    }

    #[test]
    fn nothing_is_known_before_it_holds_nor_after_the_day() {
        for stream in 0..60 {
            let mut chance = Chance::new(21, stream);
            let (company, fate) = (company(&mut chance), Fate::failure(&mut chance));
            let facts = facts(&mut chance, &company, &fate, day(2025, 5, 31));
            assert!(facts.iter().all(|fact| fact.valid_from <= fact.known_from));
            assert!(facts.iter().all(|fact| fact.known_from <= day(2025, 5, 31)));
        }
    }

    #[test]
    fn confidential_accounts_show_no_figures() {
        let mut chance = Chance::new(22, 0);
        let company = Company { confidential: true, ..company(&mut chance) };
        let facts = facts(&mut chance, &company, &Fate::Steady, day(2026, 5, 31));
        assert!(!facts.iter().any(|fact| ["equity", "turnover", "net_result"].contains(&fact.kind)));
    }
}
