//! The explanation of an answer for whoever it is about: which procedure was followed and on which principles, what was known
//! and since when, what weighed, what another fact would have changed, who decides, and what can be asked for.
//!
//! CJEU C-203/22 (27 February 2025) asks for the procedure and the principles actually applied, and for how a change of the
//! data would have changed the result; C-634/21 (7 December 2023) for a human with real power to depart.

use encours_core::policy::words::french;
use encours_services::{Deed, Ruling, RulingStanding, Rulings};

use crate::answer::Answer;
use crate::labels;
use crate::view::{Line, View};
use crate::words::Lang;

/// The explanation as Markdown.
pub fn explanation(answer: &Answer, rulings: &Rulings, lang: Lang) -> String {
    let view = View::of(answer, lang);
    let parts = [
        format!(
            "# {} `{}`\n\n{}\n",
            lang.pick("Explication de la réponse", "Explanation of answer"),
            view.id,
            who(&view, lang)
        ),
        section(lang.pick("Le résultat", "The result"), &[view.sentence.clone(), standing(rulings, lang)]),
        section(lang.pick("Comment on y est arrivé", "How it came about"), &procedure(lang)),
        section(lang.pick("Ce qui a retenu la réponse", "What held the answer back"), &view.rules),
        section(
            lang.pick("Ce qui a pesé sur le risque de retard", "What weighed on the chance of lateness"),
            &weighed(&view),
        ),
        section(lang.pick("Ce qu’un changement changerait", "What a change would change"), &view.changes),
        section(
            lang.pick("Ce que l’on savait, de qui, depuis quand", "What was known, from whom, since when"),
            &known(&view, lang),
        ),
        section(lang.pick("Ce que l’on ne savait pas", "What was not known"), &lines(&view.missing, lang)),
        section(lang.pick("Vos droits", "Your rights"), &rights(lang)),
        section(lang.pick("Pour refaire ce calcul", "To make it again"), &lines(&view.made_with, lang)),
    ];
    match lang {
        Lang::Fr => french(&parts.concat()),
        Lang::En => parts.concat(),
    }
}

fn who(view: &View, lang: Lang) -> String {
    format!("{}, {} {}", view.name, lang.pick("au", "as of"), view.as_of)
}

fn section(title: &str, texts: &[String]) -> String {
    let texts: String = texts.iter().filter(|text| !text.is_empty()).map(|text| format!("- {text}\n")).collect();
    if texts.is_empty() { texts } else { format!("\n## {title}\n\n{texts}") }
}

fn procedure(lang: Lang) -> Vec<String> {
    let (fr, en) = (
        [
            "Le passé de paiement chez le vendeur, lu facture par facture et jusqu’à la veille, donne des points qui \
             s’additionnent ; leur somme donne le risque de retard. Aucun point n’est caché.",
            "Le registre public et les comptes, quand la politique du vendeur les lit, donnent un risque de défaillance.",
            "Des règles écrites dans la politique disent ce qui va à une personne et ce qui n’est pas vendu à crédit ; aucune \
             ne lève ce qu’une autre retient.",
            "Le prix du risque et de l’attente donne les conditions : délai, acompte, limite.",
            "Une réponse défavorable à une personne physique n’est jamais donnée par le programme : une personne décide, et \
             peut s’écarter du calcul.",
        ],
        [
            "What was paid to the seller, invoice by invoice and up to the day before, gives points that add up; their sum \
             gives the chance of lateness. No point is hidden.",
            "The public record and the accounts, where the seller’s policy reads them, give a chance of failure.",
            "Rules written in the policy say what goes to a person and what is not sold on credit; none lifts what another \
             holds back.",
            "The price of risk and waiting gives the conditions: days, deposit, limit.",
            "An answer against a natural person is never the program’s: a person decides, and may depart from the calculation.",
        ],
    );
    match lang {
        Lang::Fr => fr.map(str::to_owned).to_vec(),
        Lang::En => en.map(str::to_owned).to_vec(),
    }
}

fn rights(lang: Lang) -> Vec<String> {
    let (fr, en) = (
        [
            "Demander qu’une personne revoie cette réponse, dire ce que vous en pensez, la contester.",
            "Faire corriger ce qui est faux : une facture, un paiement, une donnée du registre auprès de qui la publie.",
            "Recevoir les données vous concernant, en demander l’effacement dans les limites de la loi (les factures se gardent \
             dix ans), vous opposer à leur usage.",
            "Saisir la CNIL.",
        ],
        [
            "To ask that a person looks at this answer again, to give your view, to contest it.",
            "To have corrected what is wrong: an invoice, a payment, a fact of a register by whoever publishes it.",
            "To receive the data about you, to ask for their erasure within the law (invoices are kept ten years), to object to \
             their use.",
            "To turn to the CNIL.",
        ],
    );
    match lang {
        Lang::Fr => fr.map(str::to_owned).to_vec(),
        Lang::En => en.map(str::to_owned).to_vec(),
    }
}

/// Every point of the score, the heaviest first, each with what it does to the chance.
fn weighed(view: &View) -> Vec<String> {
    let points = view.points.iter().chain(&view.further_points);
    points
        .map(|point| match &point.effect {
            Some(effect) => format!("{} ({}, {effect})", point.says, point.points),
            None => format!("{} ({})", point.says, point.points),
        })
        .collect()
}

fn known(view: &View, lang: Lang) -> Vec<String> {
    let facts = view.known.iter().map(|fact| {
        let from = [fact.source.as_str(), fact.when.as_str()].into_iter().filter(|text| !text.is_empty());
        format!("{}{} {} ({})", fact.label, colon(lang), fact.value, from.collect::<Vec<_>>().join(", "))
    });
    let own = format!("{}{} {}", lang.pick("Chez le vendeur", "With the seller"), colon(lang), view.late.evidence);
    std::iter::once(own).chain(facts).collect()
}

fn lines(lines: &[Line], lang: Lang) -> Vec<String> {
    lines.iter().map(|line| format!("{}{} {}", line.label, colon(lang), line.value)).collect()
}

const fn colon(lang: Lang) -> &'static str {
    lang.pick("\u{a0}:", ":")
}

/// Who decided, or who is to decide.
fn standing(rulings: &Rulings, lang: Lang) -> String {
    let verdict = labels::verdict(rulings.verdict, lang);
    let last = || rulings.rulings.last().map_or("", |ruling: &Ruling| ruling.by.as_str());
    // Who sees to it is who was named for it, not who asked for it.
    let by = rulings.owner.as_deref().unwrap_or_else(last);
    match (rulings.standing, lang) {
        (RulingStanding::Open, Lang::Fr) => "Aucune personne n’a encore décidé.".to_owned(),
        (RulingStanding::Open, Lang::En) => "No person has decided yet.".to_owned(),
        (RulingStanding::Decided, Lang::Fr) => format!("Décision de {by} : {verdict}.{}", because(rulings, lang)),
        (RulingStanding::Decided, Lang::En) => format!("Decision of {by}: {verdict}.{}", because(rulings, lang)),
        // What was decided before something is waited for holds until then.
        (_, Lang::Fr) if has_decided(rulings) => {
            format!("{by} s’en occupe ; jusque-là vaut la décision : {verdict}.{}", because(rulings, lang))
        }
        (_, Lang::En) if has_decided(rulings) => {
            format!("{by} sees to it; until then the decision holds: {verdict}.{}", because(rulings, lang))
        }
        (_, Lang::Fr) => format!("{by} s’en occupe ; la décision n’est pas prise.{}", because(rulings, lang)),
        (_, Lang::En) => format!("{by} sees to it; nothing is decided.{}", because(rulings, lang)),
    }
}

/// Whether a person's decision holds already.
fn has_decided(rulings: &Rulings) -> bool {
    let decided = |ruling: &Ruling| matches!(ruling.deed, Deed::Decide { .. } | Deed::Confirm) && !ruling.needs_second;
    rulings.rulings.iter().any(decided)
}

/// The reason of the last decision that gave one of its own.
fn because(rulings: &Rulings, lang: Lang) -> String {
    let told = rulings.rulings.iter().rfind(|ruling| ruling.deed != Deed::Confirm);
    told.map_or_else(String::new, |ruling| {
        format!(" {}{} {}.", lang.pick("Motif", "Reason"), colon(lang), ruling.reason)
    })
}
