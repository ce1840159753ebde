//! One form for notices of both kinds of files.

use encours_domain::proceedings::{Correction, Earlier};
use encours_domain::reader::french_day;
use encours_domain::{Day, Siren};
use serde_json::Value;

use super::super::json::Text;
use super::super::opendatasoft;
use super::super::reading::{Collector, Raw};
use super::SPEC;
use super::payload::{Act, Announcement, Deposit, Issue, Judgment, Modification, Number, Previous, Record, StrikeOff};
use crate::error::SourceError;

/// A notice, whatever file it came in.
#[derive(Debug)]
pub(super) struct Announced {
    pub id: String,
    pub number: String,
    pub published: Day,
    pub family: String,
    pub correction: Correction,
    /// The companies that it is about.
    pub subjects: Vec<Siren>,
    /// The name, where it is about one legal person alone.
    pub denomination: Option<String>,
    pub judgment: Option<Judgment>,
    pub act: Option<Act>,
    pub modification: Option<Modification>,
    pub strike_off: Option<StrikeOff>,
    pub deposit: Option<Deposit>,
}

/// All notices of an answer; what has no number or no day is told and left out.
pub(super) fn announced(raw: &Raw<'_>, collector: &mut Collector<'_>) -> Result<Vec<Announced>, SourceError> {
    let answer: Value =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    let issue = answer.as_object().and_then(|object| match object.len() {
        // `{"PCL_REDIFF": {"parution": …, "annonces": …}}`
        1 => object.values().next().filter(|issue| is_issue(issue)),
        _ => Some(&answer).filter(|answer| is_issue(answer)),
    });
    if let Some(issue) = issue {
        let issue: Issue = serde_json::from_value(issue.clone())
            .map_err(|error| raw.shape(SPEC.name, "annonces", error.to_string()))?;
        return Ok(of_issue(&issue, collector));
    }
    drop(answer);
    let page = opendatasoft::page(raw, SPEC.name, KEY)?;
    let mut notices = Vec::with_capacity(page.records.len());
    for (record, _) in page.records {
        match serde_json::from_value::<Record>(record) {
            Ok(record) => notices.extend(of_record(record, collector)),
            Err(error) => collector.note(None, format!("a notice could not be read: {error}")),
        }
    }
    Ok(notices)
}

/// What every notice of the open data has.
pub(super) const KEY: &str = "dateparution";

/// Proceedings stand in `annonces`, entries, strike-offs and filings in `listeAvis`.
fn is_issue(value: &Value) -> bool {
    ["annonces", "listeAvis"].iter().any(|name| value.get(*name).is_some())
}

fn of_record(record: Record, collector: &mut Collector<'_>) -> Option<Announced> {
    let letter = record.publicationavis.any().unwrap_or_default();
    let number = record.numeroannonce.any().unwrap_or_default().to_owned();
    let id = record.id.any().map(str::to_owned);
    let id = id.or_else(|| Some(format!("{letter}{}{number}", record.parution.any()?)))?;
    let Some(published) = record.dateparution.day().or_else(|| french(&record.dateparution)) else {
        collector.note(None, format!("notice {id} has no day of publication; left out"));
        return None;
    };
    let people = record.listepersonnes.as_ref().map(|list| list.personne.entries.as_slice()).unwrap_or_default();
    let in_people = people
        .iter()
        .flat_map(|person| person.numero_immatriculation.entries.iter().chain(&person.inscription_rm.entries));
    let mut subjects: Vec<Siren> = in_people.filter_map(siren).collect();
    // The field may hold numbers of several companies, twice each, in one text or in many.
    let written = record.registre.entries.iter().filter_map(Text::any).flat_map(|text| text.split(','));
    subjects.extend(written.filter_map(|text| text.parse().ok()));
    subjects.sort_unstable();
    subjects.dedup();
    let denomination = match people {
        [person] if !person.type_personne.is("pp") => person.denomination.get().map(str::to_owned),
        _ => None,
    };
    Some(Announced {
        id,
        number,
        published,
        family: record.familleavis.any().unwrap_or_default().to_owned(),
        correction: correction(record.typeavis.any().unwrap_or_default(), record.parutionavisprecedent.as_ref()),
        subjects,
        denomination,
        judgment: record.jugement,
        act: record.acte,
        modification: record.modificationsgenerales,
        strike_off: record.radiationaurcs,
        deposit: record.depot,
    })
}

fn of_issue(issue: &Issue, collector: &mut Collector<'_>) -> Vec<Announced> {
    let parution = issue.parution.any().unwrap_or_default();
    let Some(published) = french(&issue.date_parution) else {
        collector.note(None, format!("issue {parution} has no day; its notices are left out"));
        return Vec::new();
    };
    let Some(list) = &issue.annonces else { return Vec::new() };
    let announcements = list.annonce.entries.iter().chain(&list.avis.entries);
    announcements.map(|one| of_announcement(one, parution, published)).collect()
}

fn of_announcement(one: &Announcement, parution: &str, published: Day) -> Announced {
    let number = one.numero_annonce.any().unwrap_or_default().trim_start_matches('0').to_owned();
    let letter = if one.deposit_only() {
        "C"
    } else if one.radiation.is_some() {
        "B"
    } else {
        "A"
    };
    let people = one.personnes.as_ref().map(|list| list.personne.entries.as_slice()).unwrap_or_default();
    let inside = people.iter().flat_map(|person| {
        let legal = person.personne_morale.entries.iter().flat_map(|legal| &legal.numero_immatriculation.entries);
        legal.chain(&person.numero_immatriculation.entries)
    });
    let numbers = one.numero_immatriculation.entries.iter().chain(&one.inscription_rm.entries).chain(inside);
    let mut subjects: Vec<Siren> = numbers.filter_map(siren).collect();
    subjects.sort_unstable();
    subjects.dedup();
    let kind = match &one.type_annonce {
        Value::String(word) => word.as_str(),
        Value::Object(object) => object.keys().next().map_or("", String::as_str),
        _ => "",
    };
    let alone = one.personne_morale.entries.len() == 1 && one.personne_physique.entries.is_empty();
    let denomination = one.personne_morale.first().filter(|_| alone).and_then(|person| person.denomination.get());
    Announced {
        id: format!("{letter}{parution}{number}"),
        number,
        published,
        family: match (&one.jugement, &one.radiation) {
            (Some(_), _) => "collective",
            (None, Some(_)) => "radiation",
            (None, None) => "",
        }
        .to_owned(),
        correction: correction(kind, one.parution_avis_precedent.as_ref()),
        subjects,
        denomination: denomination.map(str::to_owned),
        judgment: one.jugement.as_ref().map(Judgment::copied),
        act: None,
        modification: None,
        strike_off: one.radiation.as_ref().map(StrikeOff::copied),
        deposit: one.depot.as_ref().map(Deposit::copied),
    }
}

impl Announcement {
    fn deposit_only(&self) -> bool {
        self.depot.is_some() && self.jugement.is_none()
    }
}

impl Judgment {
    fn copied(&self) -> Self {
        let Self { famille, nature, date, complement_jugement } = self;
        let (famille, nature) = (famille.clone(), nature.clone());
        Self { famille, nature, date: date.clone(), complement_jugement: complement_jugement.clone() }
    }
}

impl StrikeOff {
    fn copied(&self) -> Self {
        Self { ceased_on: self.ceased_on.clone(), person: None, commentaire: self.commentaire.clone() }
    }
}

impl Deposit {
    fn copied(&self) -> Self {
        let Self { date_cloture, type_depot, descriptif } = self;
        Self { date_cloture: date_cloture.clone(), type_depot: type_depot.clone(), descriptif: descriptif.clone() }
    }
}

fn siren(number: &Number) -> Option<Siren> {
    [&number.numero_identification, &number.rcs, &number.rm].iter().find_map(|text| text.siren())
}

/// A day in any of the ways that notices write one.
pub(super) fn french(text: &Text) -> Option<Day> {
    french_day(text.any()?)
}

/// What the notice corrects. The number of the earlier one is the last letter of the publication, the issue and the
/// number within it; issues of old notices such as `00000234` make no number that was ever given.
fn correction(kind: &str, previous: Option<&Previous>) -> Correction {
    let earlier = previous.map_or_else(Earlier::default, |previous| {
        let letter = previous.nom_publication.any().and_then(|name| name.chars().last());
        let issue = previous.numero_parution.any().filter(|issue| issue.len() == 8 && !issue.starts_with("0000"));
        let number = previous.numero_annonce.any().map(|number| number.trim_start_matches('0').to_owned());
        let id = match (letter, issue, &number) {
            (Some(letter), Some(issue), Some(number)) => Some(format!("{letter}{issue}{number}")),
            _ => None,
        };
        Earlier { id, number, published: previous.date_parution.day().or_else(|| french(&previous.date_parution)) }
    });
    match kind {
        "rectificatif" => Correction::Replaces(earlier),
        "annulation" => Correction::Annuls(earlier),
        _ => Correction::None,
    }
}
