//! From results to facts.
//!
//! A result tells what is so today and, but for a few dates, not since when: such a fact holds from the day of the
//! record's last change.

use encours_domain::fact::{FactKind, MissingKind};
use encours_domain::identity::NATURAL_PERSON_LEGAL_FORM;
use encours_domain::subject::Subject;
use encours_domain::{Day, Siren, VatNumber};

use super::super::json::Text;
use super::super::reading::{Collector, FoundCompanies, Raw, Reading};
use super::SPEC;
use super::payload::{Figures, Page, Seat, Unit};
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    found(raw).map(|found| found.reading)
}

/// Reads an answer that must be about one company: one that names others alone answers another question.
pub(super) fn parse_about(raw: &Raw<'_>, subject: &Subject) -> Result<Reading, SourceError> {
    let reading = parse(raw)?;
    let about = |other: &&Subject| *other == subject;
    let subjects = || reading.facts.iter().map(|fact| &fact.subject);
    if let Some(other) = subjects().next().filter(|_| subjects().find(about).is_none() && reading.not_found.is_empty())
    {
        let reason = format!("the answer is about {}, and {} was asked for", other.number(), subject.number());
        return Err(raw.shape(SPEC.name, "results", reason));
    }
    Ok(reading)
}

/// Reads an answer, and in which order it names companies.
pub(super) fn found(raw: &Raw<'_>) -> Result<FoundCompanies, SourceError> {
    let page: Page =
        serde_json::from_slice(raw.json()).map_err(|error| raw.shape(SPEC.name, ".", error.to_string()))?;
    if let Some(error) = page.erreur.any() {
        return Err(raw.inside(SPEC.name, error));
    }
    let Some(results) = page.results else {
        return Err(raw.shape(SPEC.name, "results", "nothing is there; expected a list of companies"));
    };
    let mut collector = Collector::new(SPEC.name, raw);
    if results.unread > 0 {
        collector.note(None, format!("{} results could not be read", results.unread));
    }
    for unit in &results.entries {
        read(&mut collector, unit);
    }
    let asked = raw.asked.filter(|_| results.entries.is_empty());
    if let Some(asked) = asked {
        collector.not_found(asked.number());
    }
    let named = results.entries.iter().filter(|unit| !is_ghost(unit));
    let order = named.filter_map(|unit| unit.siren.siren()).collect();
    Ok(FoundCompanies { order, reading: collector.done() })
}

/// A number that only the national register of companies knows has a record in which everything that makes a company
/// is null: it is not found.
fn is_ghost(unit: &Unit) -> bool {
    let known = [
        &unit.etat_administratif,
        &unit.nom_complet,
        &unit.nom_raison_sociale,
        &unit.date_creation,
        &unit.nature_juridique,
    ];
    known.iter().all(|field| field.any().is_none())
}

fn read(collector: &mut Collector<'_>, unit: &Unit) {
    let number = unit.siren.any().unwrap_or_default();
    let nine_digits = number.len() == 9 && number.bytes().all(|digit| digit.is_ascii_digit());
    if is_ghost(unit) && nine_digits {
        collector.not_found(number);
        return;
    }
    let Ok(siren) = number.parse::<Siren>() else {
        let shown = encours_domain::error::shortened(number);
        collector.note(None, format!("a result has the number `{shown}`, which is no SIREN; left out"));
        return;
    };
    let known = [&unit.date_mise_a_jour_insee, &unit.date_mise_a_jour, &unit.date_mise_a_jour_rne];
    let known = known.iter().find_map(|field| field.day()).unwrap_or(collector.raw.fetched_on);
    let one = One { subject: Subject::Siren(siren), unit, known };
    one.identity(collector);
    one.state(collector);
    one.size(collector);
    one.entry(collector);
    one.seat(collector);
    one.figures(collector);
}

struct One<'u> {
    subject: Subject,
    unit: &'u Unit,
    /// The day of the record's last change: whatever it says was public by then.
    known: Day,
}

impl One<'_> {
    fn created(&self) -> Option<Day> {
        self.unit.date_creation.day()
    }

    fn is_person(&self) -> bool {
        self.unit.nature_juridique.is(NATURAL_PERSON_LEGAL_FORM)
    }

    fn objects(&self) -> bool {
        !self.unit.statut_diffusion.is("O")
    }

    fn say(&self, collector: &mut Collector<'_>, kind: FactKind, value: Option<&str>, valid: Day) {
        if let Some(value) = value {
            collector.fact(&self.subject, kind, value, valid, self.known.max(valid));
        }
    }

    fn identity(&self, collector: &mut Collector<'_>) {
        let unit = self.unit;
        let diffusion = match unit.statut_diffusion.any() {
            Some("O") => Some("full"),
            Some("P") => Some("partial"),
            Some("N") => Some("none"),
            _ => None,
        };
        self.say(collector, FactKind::Diffusion, diffusion, self.known);
        let name = if self.is_person() { &unit.nom_complet } else { &unit.nom_raison_sociale };
        let name = if name.any().is_some() { name } else { &unit.nom_complet };
        if name.masked() || (self.objects() && self.is_person()) {
            let why = "the unit objects to diffusion; its name stays masked";
            collector.missing(Some(&self.subject), FactKind::Name.code(), MissingKind::Confidential, why);
        } else {
            self.say(collector, FactKind::Name, name.get(), self.known);
        }
        let form =
            unit.nature_juridique.get().filter(|form| form.len() == 4 && form.bytes().all(|b| b.is_ascii_digit()));
        self.say(collector, FactKind::LegalForm, form, self.known);
        self.say(collector, FactKind::Sector, unit.activite_principale.get(), self.known);
        for number in &unit.tva.entries {
            self.vat_number(collector, number);
        }
    }

    fn vat_number(&self, collector: &mut Collector<'_>, number: &Text) {
        let Some(text) = number.get() else { return };
        match text.parse::<VatNumber>() {
            Ok(number) if number.siren().map(Subject::Siren).as_ref() == Some(&self.subject) => {
                self.say(collector, FactKind::VatNumber, Some(number.as_str()), self.known);
            }
            Ok(_) => collector.note(Some(&self.subject), format!("the number for VAT `{text}` is another company's")),
            Err(error) => collector.note(Some(&self.subject), error.to_string()),
        }
    }

    fn state(&self, collector: &mut Collector<'_>) {
        let unit = self.unit;
        if let Some(created) = self.created() {
            self.say(collector, FactKind::CreatedOn, Some(&created.to_string()), created);
        }
        match unit.etat_administratif.any() {
            Some("A") => self.say(collector, FactKind::State, Some("active"), self.known),
            Some("C" | "F") => {
                let ceased = unit.date_fermeture.day().unwrap_or(self.known);
                self.say(collector, FactKind::State, Some("ceased"), ceased);
            }
            Some(other) => collector.note(Some(&self.subject), format!("`{other}` is no state that is known")),
            None => {
                let why = "the register gives no state";
                collector.missing(Some(&self.subject), FactKind::State.code(), MissingKind::NotFetched, why);
            }
        }
    }

    fn size(&self, collector: &mut Collector<'_>) {
        let unit = self.unit;
        // The year is that of the count; it may not be over.
        let end_of = |year: &Text| Some(format!("{}-12-31", year.any()?).parse::<Day>().ok()?.min(self.known));
        let band = unit.tranche_effectif_salarie.get();
        let band_day = end_of(&unit.annee_tranche_effectif_salarie).unwrap_or(self.known);
        self.say(collector, FactKind::Size, band, band_day);
        let category_day = end_of(&unit.annee_categorie_entreprise).unwrap_or(self.known);
        self.say(collector, FactKind::Category, unit.categorie_entreprise.get(), category_day);
        if let Some(open) = unit.nombre_etablissements_ouverts.whole() {
            self.say(collector, FactKind::Establishments, Some(&open.to_string()), self.known);
        }
    }

    fn entry(&self, collector: &mut Collector<'_>) {
        let Some(entry) = &self.unit.immatriculation else { return };
        if let Some(day) = entry.date_immatriculation.day() {
            self.say(collector, FactKind::RegisteredOn, Some(&day.to_string()), day);
        }
        if let (Some(struck_off), false) = (entry.date_radiation.day(), self.unit.etat_administratif.is("C")) {
            let text = format!("struck off the register of commerce on {struck_off} and yet active for INSEE");
            collector.note(Some(&self.subject), text);
        }
        let capital = entry.capital_social.money().filter(|_| entry.devise_capital.is("EUR"));
        if let Some(capital) = capital.filter(|capital| capital.minor() > 0) {
            self.say(collector, FactKind::ShareCapital, Some(&capital.decimal()), self.known);
        }
        if self.is_person() {
            return;
        }
        for director in &self.unit.dirigeants.entries {
            if let Some(company) = director.siren.siren().filter(|_| director.type_dirigeant.is("personne morale")) {
                let office = director.qualite.get().unwrap_or("office not stated");
                self.say(collector, FactKind::CompanyDirector, Some(&format!("{company} {office}")), self.known);
            }
        }
    }

    fn seat(&self, collector: &mut Collector<'_>) {
        let Some(Seat { adresse, code_postal, libelle_commune, statut_diffusion_etablissement }) = &self.unit.siege
        else {
            return;
        };
        let hidden = adresse.masked() || self.objects() || statut_diffusion_etablissement.is("P");
        if hidden {
            let why = "the unit objects to diffusion; its address stays masked";
            collector.missing(Some(&self.subject), FactKind::Address.code(), MissingKind::Confidential, why);
        } else if self.is_person() {
            let town = [code_postal.get(), libelle_commune.get()];
            let town = town.into_iter().flatten().collect::<Vec<_>>().join(" ");
            self.say(collector, FactKind::Address, Some(town.as_str()).filter(|town| !town.is_empty()), self.known);
        } else {
            self.say(collector, FactKind::Address, adresse.get(), self.known);
        }
    }

    /// The figures come from one closing of which nobody says whether it is the company's own or its group's: the
    /// consolidated one is preferred where there is one. They are never taken for the company's. A nought is an absence.
    fn figures(&self, collector: &mut Collector<'_>) {
        let Some(years) = self.unit.finances.as_ref().filter(|years| !years.is_empty()) else {
            let form = self.unit.nature_juridique.any().unwrap_or_default();
            // Public bodies and natural persons file none (Code de commerce L123-12, L232-21 and following).
            let (kind, why) = if self.is_person() || form.starts_with(['4', '7']) {
                (MissingKind::NotApplicable, "accounts of this legal form are not filed")
            } else {
                (MissingKind::NotFetched, "no figures here: they are confidential (L232-25), or none were filed")
            };
            collector.missing(Some(&self.subject), "accounts", kind, why);
            return;
        };
        for (year, figures) in years {
            let Ok(end) = format!("{year}-12-31").parse::<Day>() else { continue };
            self.of_year(collector, end, figures);
        }
    }

    fn of_year(&self, collector: &mut Collector<'_>, end: Day, figures: &Figures) {
        let fetched = collector.raw.fetched_on;
        let group = matches!(self.unit.categorie_entreprise.any(), Some("GE" | "ETI"));
        for (kind, field) in
            [(FactKind::StatedTurnover, &figures.ca), (FactKind::StatedNetResult, &figures.resultat_net)]
        {
            match field.whole() {
                None | Some(0) => {}
                Some(euros) if group => {
                    let what = kind.code().replace('_', " ");
                    let text = format!(
                        "{what} of {euros} EUR for {}: not taken, a company of a group this large may be given its \
                         group's figures here",
                        end.date().format("%Y")
                    );
                    collector.note(Some(&self.subject), text);
                }
                Some(euros) if euros < 0 && kind == FactKind::StatedTurnover => {
                    collector.note(Some(&self.subject), format!("a turnover of {euros} EUR is none"));
                }
                // The year is known and the closing day is not: the figures hold by its end at the latest.
                Some(euros) => collector.euros(&self.subject, kind, euros, end, fetched.max(end)),
            }
        }
    }
}
