//! From records and relationships to facts.

use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::subject::{Lei, Subject};
use encours_domain::{Day, Siren};

use super::super::json::Text;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::{Attributes, Document, Entity, Linked, Registration, Thing};
use crate::error::SourceError;

/// Registers of France in GLEIF's list: the register of commerce, and Sirene.
const FRENCH_REGISTERS: &[&str] = &["RA000189", "RA000192"];

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let document = document(raw)?;
    let mut collector = Collector::new(SPEC.name, raw);
    let published = document.meta.as_ref().and_then(|meta| meta.golden_copy.as_ref());
    let published = published.and_then(|copy| copy.publish_date.day()).unwrap_or(raw.fetched_on);
    let Some(things) = document.data else {
        let trouble = document.errors.first();
        if trouble.is_some_and(|trouble| trouble.status.is("404")) {
            collector.not_found(raw.asked.map_or("the identifier that was asked", Subject::number));
            return Ok(collector.done());
        }
        let message = trouble.and_then(|trouble| trouble.detail.any().or(trouble.title.any()));
        return Err(match message {
            Some(message) => raw.inside(SPEC.name, message),
            None => raw.shape(SPEC.name, "data", "nothing is there; expected records"),
        });
    };
    if things.entries.is_empty() {
        // Most companies have no such identifier; that is no news.
        let why = "no legal entity identifier";
        collector.missing(raw.asked, FactKind::Lei.code(), MissingKind::NotApplicable, why);
    }
    for thing in &things.entries {
        one(&mut collector, thing, published);
    }
    Ok(collector.done())
}

pub(super) fn document(raw: &Raw<'_>) -> Result<Document, SourceError> {
    serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))
}

fn one(collector: &mut Collector<'_>, thing: &Thing, published: Day) {
    let Some(attributes) = &thing.attributes else {
        collector.note(None, "an entry without attributes; left out");
        return;
    };
    match thing.kind.any() {
        Some("relationship-records") => relationship(collector, attributes, published),
        Some("reporting-exceptions") => exception(collector, attributes, published),
        _ => record(collector, thing, attributes, published),
    }
}

fn lei(collector: &mut Collector<'_>, text: &Text) -> Option<Lei> {
    match text.any().unwrap_or_default().parse::<Lei>() {
        Ok(lei) => Some(lei),
        Err(error) => {
            collector.note(None, format!("{error}; left out"));
            None
        }
    }
}

/// The French unit of a record, when a French register is named and the number is a SIREN in whatever writing.
pub(super) fn french_unit(entity: &Entity) -> Option<Siren> {
    let register = entity.registered_at.as_ref()?.id.any()?;
    let french = FRENCH_REGISTERS.contains(&register) || entity.jurisdiction.is("FR");
    entity.registered_as.siren().filter(|_| french)
}

fn record(collector: &mut Collector<'_>, thing: &Thing, attributes: &Attributes, published: Day) {
    let text = if attributes.lei.any().is_some() { &attributes.lei } else { &thing.id };
    let Some(lei) = lei(collector, text) else { return };
    let unit = attributes.entity.as_ref().and_then(french_unit);
    let subject = unit.map_or_else(|| Subject::Lei(lei.clone()), Subject::Siren);
    let none = Registration::default();
    let registration = attributes.registration.as_ref().unwrap_or(&none);
    let updated = registration.last_update_date.day().unwrap_or(published);
    let since = registration.initial_registration_date.day().unwrap_or(updated);
    collector.fact(&subject, FactKind::Lei, lei.as_str(), since, updated);
    if let Some(status) = registration.status.any() {
        collector.fact(&subject, FactKind::LeiRegistration, status.to_lowercase(), updated, updated);
    }
    if let (Subject::Lei(_), Some(entity)) = (&subject, &attributes.entity) {
        identity(collector, &subject, entity, registration, updated);
    }
    if let Some(relations) = &thing.relationships {
        for (kind, linked) in
            [(FactKind::DirectParent, &relations.direct_parent), (FactKind::UltimateParent, &relations.ultimate_parent)]
        {
            parent(collector, &subject, kind, linked.as_ref());
        }
    }
}

/// Name and state of a company that no register of ours speaks of. A lapsed record is kept up by nobody, and one that
/// nobody corroborated is the company's own word: neither says that the company is alive.
fn identity(
    collector: &mut Collector<'_>,
    subject: &Subject,
    entity: &Entity,
    registration: &Registration,
    updated: Day,
) {
    if let Some(name) = entity.legal_name.as_ref().and_then(|named| named.name.get()) {
        collector.fact(subject, FactKind::Name, name, updated, updated);
    }
    if let Some(country) = entity.jurisdiction.get().and_then(|place| place.get(..2)) {
        collector.fact(subject, FactKind::Country, country, updated, updated);
    }
    if let Some(created) = entity.creation_date.day() {
        collector.fact(subject, FactKind::CreatedOn, created.to_string(), created, updated.max(created));
    }
    let kept_up = registration.status.is("ISSUED") && registration.corroboration_level.is("FULLY_CORROBORATED");
    let expired = entity.expiration.as_ref().and_then(|expiration| expiration.date.day());
    match entity.status.any() {
        Some("INACTIVE") => {
            collector.fact(subject, FactKind::State, "ceased", expired.unwrap_or(updated), updated);
        }
        Some("ACTIVE") if kept_up => collector.fact(subject, FactKind::State, "active", updated, updated),
        _ => {
            let status = registration.status.any().unwrap_or("no registration");
            let level = registration.corroboration_level.any().unwrap_or("not corroborated");
            let why = format!("the record is {status}, {level}: it does not tell whether the company is alive");
            collector.missing(Some(subject), FactKind::State.code(), MissingKind::NotFetched, why);
        }
    }
}

/// Who the parent is stands in another answer; that there is one, or why none is told, stands here.
fn parent(collector: &mut Collector<'_>, subject: &Subject, kind: FactKind, linked: Option<&Linked>) {
    let links = linked.and_then(|linked| linked.links.as_ref());
    let (what, missing, why) = match links {
        Some(links) if links.lei_record.any().is_some() || links.relationship_record.any().is_some() => {
            (kind.code(), MissingKind::NotFetched, "a parent is reported; its record was not asked")
        }
        Some(links) if links.reporting_exception.any().is_some() => {
            (kind.code(), MissingKind::NotFetched, "no parent is reported, for a reason that was not asked")
        }
        _ => (kind.code(), MissingKind::NotFetched, "neither a parent nor a reason for having none is reported"),
    };
    collector.missing(Some(subject), what, missing, why);
}

fn relationship(collector: &mut Collector<'_>, attributes: &Attributes, published: Day) {
    let Some(relationship) = &attributes.relationship else { return };
    let kind = match relationship.kind.any() {
        Some("IS_DIRECTLY_CONSOLIDATED_BY") => FactKind::DirectParent,
        Some("IS_ULTIMATELY_CONSOLIDATED_BY") => FactKind::UltimateParent,
        other => {
            let other = other.unwrap_or_default().to_owned();
            collector.note(None, format!("a relationship of the kind `{other}`; left out"));
            return;
        }
    };
    let nodes = [&relationship.start_node, &relationship.end_node];
    let [Some(child), Some(parent)] = nodes else { return };
    let (Some(child), Some(parent)) = (lei(collector, &child.id), lei(collector, &parent.id)) else { return };
    let subject = collector.raw.asked.cloned().unwrap_or(Subject::Lei(child));
    if relationship.status.any().is_some_and(|status| status != "ACTIVE") {
        collector.note(Some(&subject), format!("the relationship to {} has ended", parent.as_str()));
        return;
    }
    let day = attributes.registration.as_ref().and_then(|registration| registration.last_update_date.day());
    let day = day.unwrap_or(published);
    collector.fact(&subject, kind, parent.as_str(), day, day);
}

/// Why no parent is told: `NATURAL_PERSONS`, `NON_CONSOLIDATING`, `NO_KNOWN_PERSON` and the like.
fn exception(collector: &mut Collector<'_>, attributes: &Attributes, published: Day) {
    let Some(child) = lei(collector, &attributes.lei) else { return };
    let subject = collector.raw.asked.cloned().unwrap_or(Subject::Lei(child));
    let kind = match attributes.category.any() {
        Some(category) if category.starts_with("DIRECT") => FactKind::DirectParent,
        Some(category) if category.starts_with("ULTIMATE") => FactKind::UltimateParent,
        _ => return,
    };
    let reason = attributes.reason.any().unwrap_or("no reason given").to_lowercase().replace('_', " ");
    collector.fact(&subject, kind, format!("none told: {reason}"), published, published);
}
