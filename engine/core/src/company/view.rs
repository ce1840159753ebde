//! One company on one day.

use std::collections::BTreeMap;

use encours_domain::fact::{Fact, FactKind, Known, MissingKind, hides_name};
use encours_domain::{Bilingual, Day};
use serde::{Deserialize, Serialize};

use super::accounts::{Accounts, Filing, accounts_on};
use super::pick::latest;
use super::words::{self, CompanyState, Proceedings, SizeBand};

/// Something that is not known, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MissingNote {
    /// What it is, in the words of the fact kinds.
    pub what: String,
    /// Why it is not there.
    pub kind: MissingKind,
    /// The last day until which it is known, where it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Day>,
    /// Why, in words; absent where the kind says all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Bilingual>,
}

impl MissingNote {
    /// Pairs the two.
    pub fn new(what: impl Into<String>, kind: MissingKind) -> Self {
        Self { what: what.into(), kind, since: None, why: None }
    }

    /// Known up to a day and not beyond.
    pub fn after(what: impl Into<String>, last: Day) -> Self {
        Self { since: Some(last), ..Self::new(what, MissingKind::NotFetched) }
    }
}

/// Who said what we know, and the last day on which they published some of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceNote {
    /// The source's name.
    pub name: String,
    /// The last day on which it was asked; absent where nobody noted it.
    pub fetched_at: Option<Day>,
    /// The latest publication day among its facts.
    pub known_from: Day,
}

/// The public facts of one company as they were known on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompanyView {
    /// The day.
    pub as_of: Day,
    /// Registered name.
    pub name: Known<String>,
    /// INSEE legal category, four digits.
    pub legal_form: Known<String>,
    /// Whether that category is a natural person.
    pub natural_person: Known<bool>,
    /// Active or ceased.
    pub state: Known<CompanyState>,
    /// Where insolvency proceedings stand.
    pub proceedings: Known<Proceedings>,
    /// When the opening of the proceedings that run was published; absent where none run.
    pub opening_published: Option<Day>,
    /// The last annual accounts.
    pub accounts: Known<Accounts>,
    /// Day of creation.
    pub created_on: Known<Day>,
    /// Sector, as the register writes it.
    pub sector: Known<String>,
    /// Band of staff.
    pub size: Known<SizeBand>,
    /// Who said so.
    pub sources: Vec<SourceNote>,
}

impl CompanyView {
    /// What these facts (all of one company) tell on a day. A fact that was not yet public, or does not yet hold, is not
    /// seen; a kind without any fact, or whose text cannot be read, was not fetched.
    ///
    /// The name of a natural person who objects to being shown is confidential, whatever day is asked about.
    ///
    /// Whether a company still trades, is in proceedings or files its accounts changes without notice: where nobody has
    /// looked for longer than `max_age_days`, these were not fetched.
    pub fn as_known_on(facts: &[Fact], day: Day, max_age_days: u16) -> Self {
        let fresh = |kinds: &[FactKind]| looked_at(facts, kinds, day, max_age_days);
        let text = |kind| known(latest(facts, kind, day).map(|fact| fact.value.trim().to_owned()));
        let legal_form = read(facts, FactKind::LegalForm, day, |text| {
            words::is_natural_person(text).map(|natural| (text.to_owned(), natural))
        });
        let created_on = read(facts, FactKind::CreatedOn, day, |text| text.parse::<Day>().ok());
        let (legal_form, natural_person) = match legal_form {
            Known::Present((form, natural)) => (Known::Present(form), Known::Present(natural)),
            Known::Missing(kind) => (Known::Missing(kind), Known::Missing(kind)),
        };
        let public_body = legal_form.present().is_some_and(|form| words::is_public_body(form));
        let filing = if public_body || natural_person == Known::Present(true) {
            Filing::Never
        } else if legal_form.present().is_some_and(|form| must_file(form)) {
            Filing::Always
        } else {
            Filing::Perhaps
        };
        Self {
            as_of: day,
            name: if hides_name(facts) { Known::Missing(MissingKind::Confidential) } else { text(FactKind::Name) },
            legal_form,
            natural_person,
            state: while_fresh(fresh(&[FactKind::State]), read(facts, FactKind::State, day, CompanyState::read)),
            proceedings: while_fresh(fresh(&[FactKind::Proceedings]), proceedings_on(facts, public_body, day)),
            opening_published: opening_published(facts, day),
            accounts: while_fresh(fresh(ACCOUNTS), accounts_on(facts, created_on, filing, day)),
            created_on,
            sector: text(FactKind::Sector),
            size: read(facts, FactKind::Size, day, SizeBand::from_fact),
            sources: sources_on(facts, day),
        }
    }

    /// A company of which every public fact is absent for the same reason.
    pub fn all_missing(day: Day, kind: MissingKind) -> Self {
        Self {
            as_of: day,
            name: Known::Missing(kind),
            legal_form: Known::Missing(kind),
            natural_person: Known::Missing(kind),
            state: Known::Missing(kind),
            proceedings: Known::Missing(kind),
            opening_published: None,
            accounts: Known::Missing(kind),
            created_on: Known::Missing(kind),
            sector: Known::Missing(kind),
            size: Known::Missing(kind),
            sources: Vec::new(),
        }
    }

    /// The same company as somebody sees it who does not ask for accounts.
    #[must_use]
    pub fn without_accounts(mut self) -> Self {
        self.accounts = Known::Missing(MissingKind::NotApplicable);
        self
    }

    /// Everything that is not known, with the reason; what cannot exist is left out.
    pub fn missing(&self) -> Vec<MissingNote> {
        let mut notes = vec![
            (FactKind::Name.code(), self.name.missing()),
            (FactKind::LegalForm.code(), self.legal_form.missing()),
            (FactKind::State.code(), self.state.missing()),
            (FactKind::Proceedings.code(), self.proceedings.missing()),
            (FactKind::CreatedOn.code(), self.created_on.missing()),
            (FactKind::Sector.code(), self.sector.missing()),
            (FactKind::Size.code(), self.size.missing()),
            ("accounts", self.accounts.missing()),
        ];
        if let Known::Present(accounts) = &self.accounts {
            notes.push((FactKind::Equity.code(), accounts.equity.missing()));
            notes.push((FactKind::Turnover.code(), accounts.turnover.missing()));
            notes.push((FactKind::NetResult.code(), accounts.net_result.missing()));
        }
        let stated = notes.into_iter().filter_map(|(what, kind)| kind.map(|kind| (what, kind)));
        stated
            .filter(|(_, kind)| *kind != MissingKind::NotApplicable)
            .map(|(what, kind)| MissingNote::new(what, kind))
            .collect()
    }
}

/// INSEE categories of companies with limited liability: by shares in commandite, SARL, SA, SAS.
fn must_file(legal_form: &str) -> bool {
    ["53", "54", "55", "56", "57"].iter().any(|prefix| legal_form.starts_with(prefix))
}

/// Where proceedings stand; no notice about a public body is no gap, since none can be opened.
fn proceedings_on(facts: &[Fact], public_body: bool, day: Day) -> Known<Proceedings> {
    if public_body && latest(facts, FactKind::Proceedings, day).is_none() {
        return Known::Missing(MissingKind::NotApplicable);
    }
    read(facts, FactKind::Proceedings, day, Proceedings::read)
}

/// The first notice since which proceedings have run without a break.
fn opening_published(facts: &[Fact], day: Day) -> Option<Day> {
    let mut told: Vec<&Fact> =
        facts.iter().filter(|fact| fact.kind == FactKind::Proceedings && fact.known_from <= day).collect();
    told.sort_by_key(|fact| (fact.known_from, fact.valid_from));
    let runs = |fact: &Fact| {
        let state = Proceedings::read(&fact.value);
        !matches!(state, None | Some(Proceedings::None | Proceedings::Closed | Proceedings::Conciliation))
    };
    told.into_iter().fold(None, |since, fact| runs(fact).then(|| since.unwrap_or(fact.known_from)))
}

/// Whether somebody looked for accounts within so many days.
pub(crate) fn looked_for_accounts(facts: &[Fact], day: Day, max_age_days: u16) -> bool {
    looked_at(facts, ACCOUNTS, day, max_age_days)
}

fn looked_at(facts: &[Fact], kinds: &[FactKind], day: Day, max_age_days: u16) -> bool {
    let looked = facts.iter().filter(|fact| kinds.contains(&fact.kind) && fact.known_from <= day);
    let last = looked.map(Fact::looked_on).max();
    last.is_some_and(|last| day.days_since(last) <= i32::from(max_age_days))
}

/// What tells of accounts.
const ACCOUNTS: &[FactKind] =
    &[FactKind::AccountsStatus, FactKind::AccountsClosedOn, FactKind::Equity, FactKind::Turnover, FactKind::NetResult];

/// What was seen too long ago is not known today. What is missing anyway keeps its reason.
fn while_fresh<T>(fresh: bool, value: Known<T>) -> Known<T> {
    match value {
        Known::Present(_) if !fresh => Known::Missing(MissingKind::NotFetched),
        kept => kept,
    }
}

fn known<T>(value: Option<T>) -> Known<T> {
    value.map_or(Known::Missing(MissingKind::NotFetched), Known::Present)
}

fn read<T>(facts: &[Fact], kind: FactKind, day: Day, reader: impl Fn(&str) -> Option<T>) -> Known<T> {
    known(latest(facts, kind, day).and_then(|fact| reader(fact.value.trim())))
}

fn sources_on(facts: &[Fact], day: Day) -> Vec<SourceNote> {
    let mut latest_of: BTreeMap<&str, (Day, Option<Day>)> = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.known_from <= day && fact.valid_from <= day) {
        let seen = latest_of.entry(fact.source.as_str()).or_insert((fact.known_from, fact.fetched_on));
        *seen = (seen.0.max(fact.known_from), seen.1.max(fact.fetched_on));
    }
    let notes = latest_of.into_iter();
    notes.map(|(name, (known_from, fetched_at))| SourceNote { name: name.to_owned(), fetched_at, known_from }).collect()
}

#[cfg(test)]
mod tests;
