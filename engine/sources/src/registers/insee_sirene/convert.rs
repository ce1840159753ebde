//! From units, periods and establishments to facts.

use encours_domain::Day;
use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::identity::NATURAL_PERSON_LEGAL_FORM;
use encours_domain::subject::Subject;

use super::super::json::Text;
use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::payload::{Address, Answer, Establishment, Period, Unit};
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let answer: Answer =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    let mut collector = Collector::new(SPEC.name, raw);
    let status = answer.header.as_ref().map(|header| &header.statut).filter(|status| status.any().is_some());
    let status = status.unwrap_or(&answer.http_status_code).whole();
    match status {
        None | Some(200) => {}
        // Also the answer to a search without a hit.
        Some(404) => {
            collector.not_found(raw.asked.map_or("the number that was asked", Subject::number));
            return Ok(collector.done());
        }
        Some(403) => {
            let why = "the unit objects to any diffusion";
            if let Some(asked) = raw.asked {
                collector.fact(asked, FactKind::Diffusion, "none", raw.fetched_on, raw.fetched_on);
            }
            collector.missing(raw.asked, "all", MissingKind::Confidential, why);
            return Ok(collector.done());
        }
        Some(status) => {
            let header = answer.header.as_ref().and_then(|header| header.message.any());
            let message = header.or(answer.message.any()).unwrap_or("no message");
            return Err(raw.inside(SPEC.name, &format!("status {status}: {message}")));
        }
    }
    let units: Vec<&Unit> = answer.unite_legale.entries.iter().chain(&answer.unites_legales.entries).collect();
    let establishments: Vec<&Establishment> =
        answer.etablissement.entries.iter().chain(&answer.etablissements.entries).collect();
    if units.is_empty() && establishments.is_empty() {
        let reason = "found none of `uniteLegale`, `unitesLegales`, `etablissement`, `etablissements`";
        return Err(raw.shape(SPEC.name, ".", reason));
    }
    for unit in units {
        One::of(&mut collector, unit, &unit.siren);
    }
    for establishment in establishments {
        of_establishment(&mut collector, establishment);
    }
    Ok(collector.done())
}

fn of_establishment(collector: &mut Collector<'_>, establishment: &Establishment) {
    let Some(unit) = &establishment.unite_legale else {
        collector.note(None, "an establishment without its legal unit; left out");
        return;
    };
    let Some(one) = One::of(collector, unit, &establishment.siren) else { return };
    if establishment.etablissement_siege.is("true") {
        let hidden = !establishment.statut_diffusion_etablissement.is("O") || one.objects;
        one.address(collector, establishment.adresse_etablissement.as_ref(), hidden);
    }
}

struct One {
    subject: Subject,
    known: Day,
    objects: bool,
    person: bool,
}

impl One {
    fn of(collector: &mut Collector<'_>, unit: &Unit, number: &Text) -> Option<Self> {
        let Some(siren) = number.siren() else {
            let found = number.any().unwrap_or_default();
            collector.note(None, format!("a unit has the number `{found}`, which is no SIREN; left out"));
            return None;
        };
        let periods = if unit.periodes_unite_legale.entries.is_empty() {
            std::slice::from_ref(&unit.flat)
        } else {
            unit.periodes_unite_legale.entries.as_slice()
        };
        let person =
            periods.first().is_some_and(|period| period.categorie_juridique_unite_legale.is(NATURAL_PERSON_LEGAL_FORM));
        let one = Self {
            subject: Subject::Siren(siren),
            known: unit.date_dernier_traitement_unite_legale.day().unwrap_or(collector.raw.fetched_on),
            objects: !unit.statut_diffusion_unite_legale.is("O"),
            person,
        };
        one.unit(collector, unit);
        one.periods(collector, unit, periods);
        Some(one)
    }

    fn say(&self, collector: &mut Collector<'_>, kind: FactKind, value: Option<&str>, valid: Day) {
        if let Some(value) = value {
            collector.fact(&self.subject, kind, value, valid, self.known.max(valid));
        }
    }

    fn unit(&self, collector: &mut Collector<'_>, unit: &Unit) {
        let diffusion = match unit.statut_diffusion_unite_legale.any() {
            Some("O") => Some("full"),
            Some("P") => Some("partial"),
            Some("N") => Some("none"),
            _ => None,
        };
        self.say(collector, FactKind::Diffusion, diffusion, self.known);
        let created = unit.date_creation_unite_legale.day();
        if let Some(created) = created {
            self.say(collector, FactKind::CreatedOn, Some(&created.to_string()), created);
        }
        // The year is that of the count; it may not be over.
        let end_of = |year: &Text| Some(format!("{}-12-31", year.any()?).parse::<Day>().ok()?.min(self.known));
        let band_day = end_of(&unit.annee_effectifs_unite_legale).unwrap_or(self.known);
        self.say(collector, FactKind::Size, unit.tranche_effectifs_unite_legale.get(), band_day);
        let category_day = end_of(&unit.annee_categorie_entreprise).unwrap_or(self.known);
        self.say(collector, FactKind::Category, unit.categorie_entreprise.get(), category_day);
    }

    /// Values of the periods, from the oldest on: a fact where a value begins. Periods without a state stand before the
    /// unit's creation and are passed over.
    fn periods(&self, collector: &mut Collector<'_>, unit: &Unit, periods: &[Period]) {
        let created = unit.date_creation_unite_legale.day();
        let mut before: [Option<String>; 4] = Default::default();
        for period in periods.iter().rev() {
            let state = match period.etat_administratif_unite_legale.any() {
                Some("A") => Some("active"),
                Some("C") => Some("ceased"),
                _ => None,
            };
            if state.is_none() && periods.len() > 1 {
                continue;
            }
            let begins = period.date_debut.day();
            let begins = begins.map(|day| created.map_or(day, |created| day.max(created)));
            // Without periods nobody says since when.
            let valid = begins.unwrap_or(self.known);
            let form = period.categorie_juridique_unite_legale.get();
            let name = self.name(unit, period);
            let now = [
                (FactKind::State, state.map(str::to_owned)),
                (FactKind::Name, name),
                (FactKind::LegalForm, form.map(str::to_owned)),
                (FactKind::Sector, period.activite_principale_unite_legale.get().map(str::to_owned)),
            ];
            for ((kind, value), before) in now.into_iter().zip(&mut before) {
                if value.is_some() && value != *before {
                    self.say(collector, kind, value.as_deref(), valid);
                    *before = value;
                }
            }
        }
        let masked = periods.iter().any(|period| {
            period.denomination_unite_legale.masked() || period.nom_unite_legale.masked() || unit.prenom1.masked()
        });
        if masked || (self.objects && self.person) {
            let why = "the unit objects to diffusion; its name stays masked";
            collector.missing(Some(&self.subject), FactKind::Name.code(), MissingKind::Confidential, why);
        }
    }

    /// The name of a company, or of a person who does not object.
    fn name(&self, unit: &Unit, period: &Period) -> Option<String> {
        if !self.person {
            return period.denomination_unite_legale.get().map(str::to_owned);
        }
        if self.objects {
            return None;
        }
        let first = unit.prenom_usuel_unite_legale.get().or(unit.prenom1.get());
        let last = period.nom_usage_unite_legale.get().or(period.nom_unite_legale.get())?;
        Some(first.map_or_else(|| last.to_owned(), |first| format!("{first} {last}")))
    }

    fn address(&self, collector: &mut Collector<'_>, address: Option<&Address>, hidden: bool) {
        let Some(address) = address else { return };
        if hidden {
            let why = "the unit objects to diffusion; its address stays masked";
            collector.missing(Some(&self.subject), FactKind::Address.code(), MissingKind::Confidential, why);
            return;
        }
        let street = [
            &address.complement_adresse_etablissement,
            &address.numero_voie_etablissement,
            &address.indice_repetition_etablissement,
            &address.type_voie_etablissement,
            &address.libelle_voie_etablissement,
        ];
        let town = [&address.code_postal_etablissement, &address.libelle_commune_etablissement];
        let parts = street.into_iter().filter(|_| !self.person).chain(town);
        let line: Vec<&str> = parts.filter_map(Text::get).collect();
        self.say(
            collector,
            FactKind::Address,
            Some(line.join(" ").as_str()).filter(|line| !line.is_empty()),
            self.known,
        );
    }
}
