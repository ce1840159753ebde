//! From notices to facts.

use std::collections::BTreeMap;

use encours_domain::fact::FactKind;
use encours_domain::proceedings::{Correction, Notice, Step, changes, read_nature};
use encours_domain::subject::Subject;
use encours_domain::words::folded;
use encours_domain::{Day, Siren};

use super::super::reading::{Collector, Raw, Reading};
use super::SPEC;
use super::notice::{Announced, announced, french};
use super::payload::{Deposit, StrikeOff};
use crate::error::SourceError;

/// Reads an answer.
pub(super) fn parse(raw: &Raw<'_>) -> Result<Reading, SourceError> {
    let mut collector = Collector::new(SPEC.name, raw);
    let notices = announced(raw, &mut collector)?;
    tell(&mut collector, &notices);
    Ok(collector.done())
}

/// The facts of all notices, company by company.
pub(super) fn tell(collector: &mut Collector<'_>, notices: &[Announced]) {
    let mut by_company: BTreeMap<&Siren, Vec<&Announced>> = BTreeMap::new();
    for notice in notices {
        if notice.subjects.is_empty() {
            let text = format!("notice {} names no company by a SIREN; left out", notice.id);
            collector.note(None, text);
        }
        for siren in &notice.subjects {
            by_company.entry(siren).or_default().push(notice);
        }
    }
    for (siren, notices) in by_company {
        let subject = Subject::Siren(siren.clone());
        let annulled = replaced(&notices);
        proceedings(collector, &subject, &notices);
        names(collector, &subject, &notices);
        for notice in &notices {
            // A notice that was taken back is still evidence of proceedings as they were known; of nothing else.
            if !annulled.contains(&notice.id.as_str()) && !matches!(notice.correction, Correction::Annuls(_)) {
                others(collector, &subject, notice);
            }
            if matches!(notice.correction, Correction::Annuls(_)) && notice.family == "radiation" {
                collector.fact(&subject, FactKind::State, "active", notice.published, notice.published);
            }
        }
    }
}

/// Numbers of notices that a later one replaced or annulled.
fn replaced<'n>(notices: &'n [&Announced]) -> Vec<&'n str> {
    let corrections = notices.iter().filter_map(|notice| match &notice.correction {
        Correction::None => None,
        Correction::Replaces(earlier) | Correction::Annuls(earlier) => earlier.id.as_deref(),
    });
    corrections.collect()
}

/// Proceedings: one fact for each notice, and one for each day on which the known state changed.
fn proceedings(collector: &mut Collector<'_>, subject: &Subject, notices: &[&Announced]) {
    let mut read: Vec<Notice> = Vec::new();
    for announced in notices {
        let Some(judgment) = &announced.judgment else { continue };
        let nature = judgment.nature.any().unwrap_or_default();
        let step = read_nature(nature, judgment.complement_jugement.any().unwrap_or_default());
        let notice = Notice {
            id: announced.id.clone(),
            number: announced.number.clone(),
            published: announced.published,
            judged: judgment.date.day().or_else(|| french(&judgment.date)),
            step,
            correction: announced.correction.clone(),
        };
        if step == Step::Unread {
            let text = format!("notice {}: `{nature}` is no decision that is known; it changes no state", announced.id);
            collector.note(Some(subject), text);
        }
        let code = match announced.correction {
            Correction::None => step.code(),
            Correction::Replaces(_) => format!("{} (corrected)", step.code()),
            Correction::Annuls(_) => "annulled".to_owned(),
        };
        let value = format!("{code} {}", announced.id);
        collector.fact(subject, FactKind::ProceedingsNotice, value, notice.holds_from(), announced.published);
        read.push(notice);
    }
    for change in changes(&read) {
        let (word, since) = (change.stand.standing.word(), change.stand.since);
        collector.fact(subject, FactKind::Proceedings, word, since, change.known_from);
    }
}

fn others(collector: &mut Collector<'_>, subject: &Subject, notice: &Announced) {
    let published = notice.published;
    if let Some(deposit) = &notice.deposit {
        filing(collector, subject, notice, deposit);
    }
    match notice.family.as_str() {
        "radiation" => strike_off(collector, subject, notice),
        "vente" => collector.fact(subject, FactKind::BusinessSale, &notice.id, published, published),
        "creation" | "immatriculation" => {
            let stated = notice.act.as_ref().and_then(|act| {
                let inner = act.creation.as_ref().or(act.immatriculation.as_ref());
                act.date_immatriculation.day().or_else(|| inner?.date_immatriculation.day())
            });
            let day = stated.filter(|day| *day <= published).unwrap_or(published);
            collector.fact(subject, FactKind::RegisteredOn, day.to_string(), day, published);
        }
        "modification" => {
            let text = notice.modification.as_ref().and_then(|change| change.descriptif.any()).unwrap_or_default();
            for word in changed(text) {
                collector.fact(subject, FactKind::Change, format!("{word} {}", notice.id), published, published);
            }
        }
        _ => {}
    }
}

/// A company's name may always be shown; which of several a notice means nobody says. Told once, until it changes.
fn names(collector: &mut Collector<'_>, subject: &Subject, notices: &[&Announced]) {
    let mut order: Vec<&Announced> = notices.iter().copied().filter(|notice| notice.subjects.len() == 1).collect();
    order.sort_by_key(|notice| (notice.published, &notice.id));
    let mut last: Option<&str> = None;
    for notice in order {
        if let Some(name) = notice.denomination.as_deref().filter(|name| last != Some(name)) {
            collector.fact(subject, FactKind::Name, name, notice.published, notice.published);
            last = Some(name);
        }
    }
}

/// What a modification is about, told by its words; the text itself may name persons and is not kept.
fn changed(text: &str) -> Vec<&'static str> {
    const ROOTS: &[(&str, &[&str])] = &[
        ("dissolution", &["dissolution", "liquidation amiable", "cessation d'activite"]),
        ("merger", &["fusion", "scission", "apport partiel"]),
        ("capital", &["capital"]),
        ("seat", &["siege", "adresse", "transfert"]),
        ("directors", &["administration", "gerant", "president", "directeur", "dirigeant", "commissaire aux comptes"]),
        ("name", &["denomination", "nom commercial", "sigle"]),
        ("activity", &["activite", "objet social"]),
        ("legal_form", &["forme juridique"]),
    ];
    let text = folded(text);
    ROOTS.iter().filter(|(_, roots)| roots.iter().any(|root| text.contains(root))).map(|(word, _)| *word).collect()
}

/// A filing tells that accounts exist and whether they may be seen, never what they say.
fn filing(collector: &mut Collector<'_>, subject: &Subject, notice: &Announced, deposit: &Deposit) {
    let published = notice.published;
    let Some(closed) = deposit.date_cloture.day().or_else(|| french(&deposit.date_cloture)) else {
        collector.note(Some(subject), format!("notice {}: accounts without their closing day", notice.id));
        return;
    };
    if closed > published {
        let text = format!("notice {}: accounts closed on {closed}, after their publication; left out", notice.id);
        collector.note(Some(subject), text);
        return;
    }
    let kind = folded(deposit.type_depot.any().unwrap_or_default());
    if kind.contains("consolid") {
        collector.fact(subject, FactKind::Filing, format!("consolidated {}", notice.id), closed, published);
        return;
    }
    collector.fact(subject, FactKind::Filing, format!("company {}", notice.id), closed, published);
    let status = confidentiality(deposit.descriptif.any().unwrap_or_default());
    collector.fact(subject, FactKind::AccountsStatus, status, closed, published);
    collector.fact(subject, FactKind::AccountsClosedOn, closed.to_string(), closed, published);
}

/// L232-25: the first paragraph keeps all of the accounts confidential (micro-enterprises), the second the income
/// statement (small companies), the third simplifies what is published (medium ones). Where a declaration names the
/// first and the second together, all may be kept.
fn confidentiality(text: &str) -> &'static str {
    let text = folded(text);
    if !text.contains("confidentialite") && !text.contains("confidentiel") {
        return "public";
    }
    let income_only = text.contains("compte de resultat") || (text.contains("deuxieme") && !text.contains("premier"));
    if income_only { "partly_confidential" } else { "confidential" }
}

/// A company that is struck off has ceased, unless only its seat moved to another court (before 1 April 2012 that was
/// published as a striking off), or a correction says that the report was made by mistake.
fn strike_off(collector: &mut Collector<'_>, subject: &Subject, notice: &Announced) {
    let published = notice.published;
    let comment = notice.strike_off.as_ref().and_then(|strike_off| strike_off.commentaire.any());
    let comment = folded(comment.unwrap_or_default());
    if comment.contains("transfert du siege hors ressort") {
        collector.fact(subject, FactKind::Change, format!("seat {}", notice.id), published, published);
        return;
    }
    if comment.contains("rapport de radiation") {
        collector.fact(subject, FactKind::State, "active", published, published);
        return;
    }
    let ceased = notice.strike_off.as_ref().and_then(StrikeOff::ceased).filter(|day| *day <= published);
    collector.fact(subject, FactKind::State, "ceased", ceased.unwrap_or(published), published);
}

impl StrikeOff {
    /// Given for natural persons alone.
    fn ceased(&self) -> Option<Day> {
        let inner = self.person.as_ref().map(|person| &person.ceased_on);
        [Some(&self.ceased_on), inner].into_iter().flatten().find_map(|text| text.day().or_else(|| french(text)))
    }
}
