//! From companies to facts. British insolvency proceedings are told in the words of the nearest French ones.

use encours_domain::Day;
use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::reader::french_day;
use encours_domain::subject::{CompanyNumber, Subject};

use super::super::json::Text;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::{Answer, Company};
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let answer: Answer =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    let mut collector = Collector::new(SPEC.name, raw);
    let trouble = answer.errors.first().and_then(|trouble| trouble.error.any()).or(answer.error.any());
    match (trouble, &answer.items) {
        (Some("company-profile-not-found"), _) => {
            collector.not_found(raw.asked.map_or("the number that was asked", Subject::number));
        }
        (Some(error), _) => return Err(raw.inside(SPEC.name, error)),
        (None, Some(items)) => {
            for company in &items.entries {
                one(&mut collector, company);
            }
        }
        (None, None) if answer.profile.company_number.any().is_some() => one(&mut collector, &answer.profile),
        (None, None) => return Err(raw.shape(SPEC.name, "items", "nothing is there; expected a company or a list")),
    }
    Ok(collector.done())
}

/// ISO in the interface, `11/09/2012` in the bulk file: day first.
fn day(text: &Text) -> Option<Day> {
    text.day().or_else(|| french_day(text.any()?))
}

fn one(collector: &mut Collector<'_>, company: &Company) {
    let Ok(number) = company.company_number.any().unwrap_or_default().parse::<CompanyNumber>() else {
        // Officers stand among the hits of a general search; they are people.
        collector.note(None, "an entry without a company number; left out");
        return;
    };
    let subject = Subject::CompaniesHouse(number);
    let fetched = collector.raw.fetched_on;
    let created = day(&company.date_of_creation);
    if let Some(name) = company.company_name.get() {
        collector.fact(&subject, FactKind::Name, name, fetched, fetched);
    }
    collector.fact(&subject, FactKind::Country, "GB", fetched, fetched);
    if let Some(created) = created {
        collector.fact(&subject, FactKind::CreatedOn, created.to_string(), created, fetched);
    }
    let sector = company.sic_codes.first().and_then(Text::get).or(company.sic_text.get());
    if let Some(sector) = sector.filter(|sector| *sector != "None Supplied") {
        collector.fact(&subject, FactKind::Sector, sector, fetched, fetched);
    }
    status(collector, &subject, company);
    accounts(collector, &subject, company);
}

fn status(collector: &mut Collector<'_>, subject: &Subject, company: &Company) {
    let fetched = collector.raw.fetched_on;
    let word = company.company_status.any().unwrap_or_default().to_lowercase().replace(['-', '_'], " ");
    let (state, proceedings) = match word.trim() {
        "active" | "open" => ("active", None),
        "active proposal to strike off" | "active   proposal to strike off" => ("active", None),
        "dissolved" | "closed" | "converted closed" | "removed" => ("ceased", None),
        "liquidation" | "insolvency proceedings" | "live but receiver manager on at least one charge" => {
            ("active", Some("liquidation"))
        }
        "administration" | "in administration" | "receivership" | "receiver action" => ("active", Some("receivership")),
        "voluntary arrangement" => ("active", Some("plan")),
        other => {
            let why = format!("`{other}` is no status that is known");
            collector.missing(Some(subject), FactKind::State.code(), MissingKind::NotFetched, why);
            return;
        }
    };
    let since = day(&company.date_of_cessation).filter(|_| state == "ceased");
    collector.fact(subject, FactKind::State, state, since.unwrap_or(fetched), fetched);
    if let Some(proceedings) = proceedings {
        // The answer names the status and not its day.
        collector.fact(subject, FactKind::Proceedings, proceedings, fetched, fetched);
    }
}

fn accounts(collector: &mut Collector<'_>, subject: &Subject, company: &Company) {
    let fetched = collector.raw.fetched_on;
    let inner = company.accounts.as_ref();
    let due = day(&company.accounts_next_due).or_else(|| day(&inner?.next_due));
    let made_up = day(&company.accounts_made_up_to).or_else(|| day(&inner?.last_accounts.as_ref()?.made_up_to));
    if let Some(due) = due {
        collector.fact(subject, FactKind::AccountsDueOn, due.to_string(), made_up.unwrap_or(due.min(fetched)), fetched);
    }
    if let Some(made_up) = made_up {
        collector.fact(subject, FactKind::AccountsClosedOn, made_up.to_string(), made_up, fetched);
    }
    let late = inner.and_then(|accounts| accounts.overdue).or(due.map(|due| due < fetched)) == Some(true);
    let ceased = day(&company.date_of_cessation).is_some();
    if late && !ceased {
        let since = due.filter(|due| *due < fetched).map_or(fetched, |due| due.plus_clamped(1));
        collector.fact(subject, FactKind::AccountsStatus, "overdue", since, fetched);
    }
}
