//! What the law says about this quote, each with its article.

use encours_domain::{Bilingual, Day};
use serde::Serialize;

use super::{Ceiling, LawTable};
use crate::policy::terms::Terms;
use crate::policy::words::{amount, date, rate, say};

/// One thing that the law says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LawNote {
    /// `L441-10`.
    pub article: String,
    /// In words.
    pub says: Bilingual,
}

/// What the notes are about.
pub(in crate::policy) struct Subject<'a> {
    pub(in crate::policy) ceiling: &'a Ceiling,
    pub(in crate::policy) asked: Terms,
    pub(in crate::policy) as_of: Day,
    pub(in crate::policy) deposit_in_play: bool,
}

/// The notes of a decision, in a fixed order.
pub(in crate::policy) fn notes(law: &LawTable, subject: &Subject<'_>) -> Vec<LawNote> {
    let mut notes = vec![of_ceiling(subject.ceiling)];
    if !subject.ceiling.allows(subject.asked) && matches!(subject.ceiling, Ceiling::Known { .. }) {
        notes.push(of_fine(law, subject.asked));
    }
    notes.push(of_interest(law, subject.as_of));
    notes.push(of_fee(law));
    if subject.deposit_in_play {
        notes.push(of_deposit());
    }
    notes
}

fn note(article: &str, says: Bilingual) -> LawNote {
    LawNote { article: article.to_owned(), says }
}

fn of_ceiling(ceiling: &Ceiling) -> LawNote {
    match ceiling {
        Ceiling::Known { days, end_of_month_days: None, article, .. } => note(
            article,
            say(
                format!("Délai convenu de {days} jours au plus, sans fin de mois."),
                format!("At most {days} days may be agreed, not end of month."),
            ),
        ),
        Ceiling::Known { days, end_of_month_days: Some(end), article, .. } => note(
            article,
            say(
                format!(
                    "Délai convenu de {days} jours au plus à compter de la facture, ou {end} jours fin de mois \
                        si le contrat le dit expressément, avec le mode de calcul."
                ),
                format!(
                    "At most {days} days from the invoice may be agreed, or {end} days end of month if the \
                        contract says so expressly, with the way of counting."
                ),
            ),
        ),
        Ceiling::Unknown { article, why } => note(
            article,
            say(
                format!(
                    "Plafond inconnu, à vérifier : {}. Seul le paiement à la livraison ou d’avance est proposé.",
                    why.fr
                ),
                format!("Ceiling unknown, check: {}. Only payment on delivery or in advance is offered.", why.en),
            ),
        ),
    }
}

fn of_fine(law: &LawTable, asked: Terms) -> LawNote {
    let (person, company) = (amount(law.late.fine_person), amount(law.late.fine_company));
    let asked = asked.says();
    note(
        &law.late.fine_article,
        say(
            format!(
                "{} : au-delà du plafond légal, amende administrative jusqu’à {} (personne physique) ou {} \
                    (personne morale).",
                asked.fr, person.fr, company.fr
            ),
            format!(
                "{}: above the legal ceiling, a fine of up to {} (a person) or {} (a company).",
                asked.en, person.en, company.en
            ),
        ),
    )
}

fn of_interest(law: &LawTable, day: Day) -> LawNote {
    let Some(interest) = law.late_interest(day) else {
        return note(
            "L441-10",
            say(
                format!(
                    "Taux des pénalités de retard : le semestre du {} n’est pas dans la table de loi, à vérifier.",
                    date(day).fr
                ),
                format!("Late-interest rate: the half-year of {} is not in the law table, check.", date(day).en),
            ),
        );
    };
    let (percent, floor) = (rate(interest.rate), rate(interest.floor));
    let (from, to) = (date(interest.from), date(interest.to));
    let single = interest.sources < 2;
    let (doubt_fr, doubt_en) =
        if single { (" (une seule source : à vérifier)", " (one source only: check)") } else { ("", "") };
    note(
        "L441-10",
        say(
            format!(
                "Pénalités de retard : BCE + {} points, soit {} du {} au {}{doubt_fr} ; un taux contractuel est \
                    d’au moins {} (trois fois le taux légal).",
                law.late.points_above_ecb, percent.fr, from.fr, to.fr, floor.fr
            ),
            format!(
                "Late interest: ECB + {} points, {} from {} to {}{doubt_en}; a contractual rate is at least {} \
                    (three times the legal rate).",
                law.late.points_above_ecb, percent.en, from.en, to.en, floor.en
            ),
        ),
    )
}

fn of_fee(law: &LawTable) -> LawNote {
    let fee = amount(law.late.fixed_fee);
    note(
        &law.late.fixed_fee_article,
        say(
            format!("Indemnité forfaitaire de {} par facture en retard.", fee.fr),
            format!("A fixed fee of {} for each late invoice.", fee.en),
        ),
    )
}

fn of_deposit() -> LawNote {
    note(
        "1590 C. civ.",
        say(
            "Écrivez « acompte » : il engage les deux parties. Des arrhes permettraient à chacune de se dédire.",
            "Write “acompte”: it binds both sides. “Arrhes” would let either withdraw.",
        ),
    )
}

/// The late-payment clause of a quote: the rate as a rule, with the figure of the half-year where the table has it.
pub(in crate::policy) fn late_interest_sentence(law: &LawTable, day: Day) -> Bilingual {
    let points = law.late.points_above_ecb;
    let fee = amount(law.late.fixed_fee);
    let figure = law.late_interest(day).map(|interest| rate(interest.rate));
    let (figure_fr, figure_en) = figure.map_or_else(
        || (String::new(), String::new()),
        |figure| (format!(" ({} ce semestre)", figure.fr), format!(" ({} this half-year)", figure.en)),
    );
    say(
        format!(
            "Tout retard donne lieu, sans rappel, à des pénalités au taux de la BCE majoré de {points} \
                points{figure_fr} et à une indemnité forfaitaire de {} pour frais de \
                recouvrement. Pas d’escompte pour paiement anticipé.",
            fee.fr
        ),
        format!(
            "Any delay bears interest, without reminder, at the ECB rate plus {points} points{figure_en}, and a \
                fixed recovery fee of {}. No discount for early payment.",
            fee.en
        ),
    )
}
