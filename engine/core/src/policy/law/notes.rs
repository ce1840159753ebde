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
    pub(in crate::policy) public_buyer: bool,
    /// What is sold, a name of the table.
    pub(in crate::policy) goods: &'a str,
    pub(in crate::policy) deposit_in_play: bool,
    /// When the oldest claim of ours that is overdue fell due.
    pub(in crate::policy) oldest_overdue: Option<Day>,
    /// When the opening of the proceedings that run was published, where the client owes us something.
    pub(in crate::policy) opening_published: Option<Day>,
    /// What an established client usually has, and the most that it is offered, in days, where that is less.
    pub(in crate::policy) cut: Option<(u16, Option<u16>)>,
}

/// The notes of a decision, in a fixed order.
pub(in crate::policy) fn notes(law: &LawTable, subject: &Subject<'_>) -> Vec<LawNote> {
    let mut notes = vec![of_ceiling(subject.ceiling)];
    let above = !subject.ceiling.allows(subject.asked) && matches!(subject.ceiling, Ceiling::Known { .. });
    if above && !subject.public_buyer {
        notes.extend(of_fine(law, subject.asked));
    }
    notes.push(if subject.public_buyer {
        of_public_interest(law, subject.as_of)
    } else {
        of_interest(law, subject.as_of)
    });
    notes.push(of_fee(law, subject.public_buyer));
    if subject.deposit_in_play {
        notes.extend(of_deposit(law));
    }
    notes.extend(subject.cut.and_then(|(usual, offered)| law.break_up_note(usual, offered)));
    notes.extend(subject.opening_published.and_then(|published| of_claim(law, published)));
    notes.extend(subject.oldest_overdue.and_then(|due| of_prescription(law, subject, due)));
    notes
}

/// Missing this day loses the claim.
fn of_claim(law: &LawTable, published: Day) -> Option<LawNote> {
    let (claim, title) = (law.claim_deadline(published, false)?, law.title_deadline(published)?);
    let (on, back, published) = (date(claim.on), date(title.on), date(published));
    let stops = law.interest_stops_article().unwrap_or_default();
    Some(note(
        &claim.article,
        say(
            format!(
                "Procédure publiée le {} : déclarez ce qui est dû d’avant au plus tard le {}, intérêts courus compris \
                    ({stops}) ; revendiquez sous réserve de propriété au plus tard le {} ({}).",
                published.fr, on.fr, back.fr, title.article
            ),
            format!(
                "Opening published on {}: declare what was owed before by {}, with the interest run up to then ({stops}); \
                    claim goods under retention of title by {} ({}).",
                published.en, on.en, back.en, title.article
            ),
        ),
    ))
}

/// A claim for carriage is barred a year after the delivery, whose day the ledger does not have.
fn of_carriage(law: &LawTable) -> Option<LawNote> {
    let (years, article) = law.prescription_rule("transport")?;
    Some(note(
        article,
        say(
            format!(
                "Transport : une créance se prescrit par {years} an à compter de la livraison, et non de l’échéance ; des \
                    factures sont en retard, agissez à temps."
            ),
            format!(
                "Carriage: a claim is time-barred {years} year after the delivery, not the due date; invoices are overdue, act \
                    in time."
            ),
        ),
    ))
}

fn of_prescription(law: &LawTable, subject: &Subject<'_>, due: Day) -> Option<LawNote> {
    if subject.goods == "road_freight" {
        return of_carriage(law);
    }
    let public = subject.public_buyer.then(|| law.prescription("public", due)).flatten();
    let end = public.or_else(|| law.prescription("traders", due))?;
    let (due, on) = (date(due), date(end.on));
    Some(note(
        &end.article,
        say(
            format!(
                "La plus ancienne facture en retard (échue le {}) se prescrit le {} ; une mise en demeure n’y change \
                    rien, un acompte ou une action en justice si.",
                due.fr, on.fr
            ),
            format!(
                "The oldest overdue invoice (due on {}) is time-barred after {}; a formal notice does not change that, a \
                    part payment or a court action does.",
                due.en, on.en
            ),
        ),
    ))
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

fn of_fine(law: &LawTable, asked: Terms) -> Option<LawNote> {
    let fine = law.late.fine.as_ref()?;
    let (person, company) = (amount(fine.person), amount(fine.company));
    let asked = asked.says();
    Some(note(
        &fine.article,
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
    ))
}

fn of_interest(law: &LawTable, day: Day) -> LawNote {
    let article = &law.late.article;
    let Some(interest) = law.late_interest(day) else {
        return note(
            article,
            say(
                format!(
                    "Taux des pénalités de retard : le semestre du {} n’est pas dans la table de loi, à vérifier.",
                    date(day).fr
                ),
                format!("Late-interest rate: the half-year of {} is not in the law table, check.", date(day).en),
            ),
        );
    };
    let percent = rate(interest.rate);
    let (from, to) = (date(interest.from), date(interest.to));
    let single = interest.sources < 2;
    let (doubt_fr, doubt_en) =
        if single { (" (une seule source : à vérifier)", " (one source only: check)") } else { ("", "") };
    let floor = interest.floor.map(rate).map_or_else(
        || Bilingual::new("", ""),
        |floor| {
            say(
                format!(" ; un taux contractuel est d’au moins {} (trois fois le taux légal)", floor.fr),
                format!("; a contractual rate is at least {} (three times the legal rate)", floor.en),
            )
        },
    );
    note(
        article,
        say(
            format!(
                "Pénalités de retard : BCE + {} points, taux du semestre du retard ; aujourd’hui {} (du {} au \
                    {}){doubt_fr}{}.",
                law.late.points_above_ecb, percent.fr, from.fr, to.fr, floor.fr
            ),
            format!(
                "Late interest: ECB + {} points, at the rate of the half-year of the delay; today {} ({} to \
                    {}){doubt_en}{}.",
                law.late.points_above_ecb, percent.en, from.en, to.en, floor.en
            ),
        ),
    )
}

/// The rate of the half-year in which interest begins holds until it is paid.
fn of_public_interest(law: &LawTable, day: Day) -> LawNote {
    let points = law.late.public_points_above_ecb;
    let today = today(law, day, points);
    note(
        &law.late.public_article,
        say(
            format!(
                "Acheteur public : intérêts moratoires de plein droit au taux de la BCE en vigueur au premier jour du \
                    semestre où ils commencent à courir, majoré de {points} points{}.",
                today.fr
            ),
            format!(
                "Public buyer: interest by right at the ECB rate of the half-year in which it begins to run, plus \
                    {points} points{}.",
                today.en
            ),
        ),
    )
}

fn of_fee(law: &LawTable, public_buyer: bool) -> LawNote {
    let fee = amount(law.late.fixed_fee);
    let article = if public_buyer { &law.late.public_fixed_fee_article } else { &law.late.fixed_fee_article };
    note(
        article,
        say(
            format!("Indemnité forfaitaire de {} par facture en retard.", fee.fr),
            format!("A fixed fee of {} for each late invoice.", fee.en),
        ),
    )
}

fn of_deposit(law: &LawTable) -> Option<LawNote> {
    let article = law.contract.deposit.as_deref()?;
    Some(note(
        article,
        say(
            "Écrivez « acompte » : il engage les deux parties. Des arrhes permettraient à chacune de se dédire.",
            "Write “acompte”: it binds both sides. “Arrhes” would let either withdraw.",
        ),
    ))
}

/// `(12,15 % aujourd’hui)`, or nothing when the table lacks the half-year.
pub(super) fn today(law: &LawTable, day: Day, points: u16) -> Bilingual {
    let Some(ecb) = law.ecb(day) else { return Bilingual::new("", "") };
    let figure = rate(ecb + 100 * i64::from(points));
    Bilingual::new(format!(" ({} aujourd’hui)", figure.fr), format!(" ({} today)", figure.en))
}

/// The late-payment clause of a quote: the rate as a rule, since the half-year of the default decides, with today's figure
/// where the table has it.
pub(in crate::policy) fn late_interest_sentence(law: &LawTable, public_buyer: bool, day: Day) -> Bilingual {
    let points = if public_buyer { law.late.public_points_above_ecb } else { law.late.points_above_ecb };
    let (fee, today) = (amount(law.late.fixed_fee), today(law, day, points));
    if public_buyer {
        return say(
            format!(
                "Tout retard donne lieu de plein droit à des intérêts moratoires au taux de la BCE du premier jour du \
                    semestre où ils commencent à courir majoré de {points} points{} et à une indemnité forfaitaire de {} pour \
                    frais de recouvrement.",
                today.fr, fee.fr
            ),
            format!(
                "Any delay bears interest by right at the ECB rate of the first day of the half-year in which it begins to run \
                    plus {points} points{}, and a fixed recovery fee of {}.",
                today.en, fee.en
            ),
        );
    }
    say(
        format!(
            "Tout retard donne lieu, sans rappel, à des pénalités au taux de la BCE du semestre du retard majoré de \
                {points} points{} et à une indemnité forfaitaire de {} pour frais de recouvrement. Pas d’escompte pour \
                paiement anticipé.",
            today.fr, fee.fr
        ),
        format!(
            "Any delay bears interest, without reminder, at the ECB rate of the half-year of the delay plus {points} \
                points{}, and a fixed recovery fee of {}. No discount for early payment.",
            today.en, fee.en
        ),
    )
}
