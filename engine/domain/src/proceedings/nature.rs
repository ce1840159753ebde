//! From the words of a notice to what it does.
//!
//! Courts write the nature in set phrases that changed over the years; words are told by their roots, without accents.
//! A phrase may name several kinds of proceedings (a *plan de redressement* is resolved into a *liquidation*), so the
//! order of the questions matters.

use super::notice::{Ending, How, Plan, Procedure, Step};
use crate::day::Day;
use crate::reader::french_day;
use crate::words::folded;

/// Reads the nature of a judgment; where it says nothing (`Autre jugement`), the text beside it is read.
///
/// ```
/// use encours_domain::proceedings::{How, Procedure, Step, read_nature};
/// let step = read_nature("Jugement prononçant la résolution du plan de redressement et la liquidation judiciaire", "");
/// assert_eq!(step, Step::Into(Procedure::Liquidation, How::PlanResolved));
/// assert_eq!(read_nature("Jugement d'interdiction de gérer", ""), Step::Sanction);
/// ```
pub fn read_nature(nature: &str, complement: &str) -> Step {
    let (nature, complement) = (plain(nature), plain(complement));
    match step(&nature, &complement) {
        Step::Unread => step(&complement, ""),
        step => step,
    }
}

/// Folded, with single spaces.
fn plain(text: &str) -> String {
    folded(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn any(text: &str, roots: &[&str]) -> bool {
    roots.iter().any(|root| text.contains(root))
}

fn step(text: &str, complement: &str) -> Step {
    if any(text, &["interdiction de gerer", "faillite personnelle", "sanction"]) {
        return Step::Sanction;
    }
    if let Some(undone) = undone(text, complement) {
        return undone;
    }
    if is_formality(text) {
        return Step::Formality;
    }
    let found = [of_resolution, of_resumption, of_conversion, of_ending, of_plan, of_opening];
    found.iter().find_map(|read| read(text, complement)).unwrap_or(Step::Unread)
}

/// What leaves the state as it is.
fn is_formality(text: &str) -> bool {
    let begins = [
        "depot ",
        "avis de depot",
        "liste des creances",
        "etat de collocation",
        "etat des creances",
        "projet de repartition",
    ];
    begins.iter().any(|begin| text.starts_with(begin))
        || any(
            text,
            &[
                "delai pour deposer",
                "modifiant la date de cessation",
                "report de la date de cessation",
                "reportant la date de cessation",
                "designation des organes",
                "remplacement",
                "prorogation",
                "prorogeant",
                "prolongation",
                "prolongeant",
                "poursuite d'activite",
                "poursuite de la periode",
                "rejet",
                "confirmant",
            ],
        )
}

/// A decision taken back by the court itself, or on appeal.
fn undone(text: &str, complement: &str) -> Option<Step> {
    if !any(text, &["retractation", "retractant", "infirm", "annulant le jugement", "annulation du jugement"]) {
        return None;
    }
    let (before, after) = split_at_any(complement, &["remettant", "replac", "et ouvre", "et prononce", "ouverture d"]);
    let target = procedure(text).or_else(|| procedure(before));
    let back_to = after.and_then(procedure);
    Some(Step::Undone { target, decided_on: day_in(before), back_to })
}

fn split_at_any<'t>(text: &'t str, marks: &[&str]) -> (&'t str, Option<&'t str>) {
    let first = marks.iter().filter_map(|mark| text.find(mark)).min();
    first.and_then(|at| text.split_at_checked(at)).map_or((text, None), |(before, after)| (before, Some(after)))
}

fn of_resolution(text: &str, complement: &str) -> Option<Step> {
    if !any(text, &["resolution d", "prononcant la resolution", "resolu"]) || !text.contains("plan") {
        return None;
    }
    let into = |procedure| Some(Step::Into(procedure, How::PlanResolved));
    let opens = |text: &str| any(text, &["ouverture", "ouvrant", "prononcant", "prononce"]);
    if text.contains("liquidation") {
        into(Procedure::Liquidation)
    } else if any(text, &["ouverture d'une procedure de redressement", "et le redressement judiciaire", "ouvrant"]) {
        into(Procedure::Receivership)
    } else if opens(complement) && complement.contains("liquidation judiciaire") {
        into(Procedure::Liquidation)
    } else {
        Some(Step::PlanFailed)
    }
}

fn of_resumption(text: &str, _: &str) -> Option<Step> {
    let resumes = text.contains("reprise de la procedure") || text.contains("reprise de la liquidation");
    resumes.then_some(Step::Into(procedure(text).unwrap_or(Procedure::Liquidation), How::Resumed))
}

fn of_conversion(text: &str, complement: &str) -> Option<Step> {
    let (_, after) = text.split_once("conver")?;
    // What stands before `de la procédure de` is where it goes, what stands after it where it came from.
    let (goal, _) = split_at_any(after, &["de la procedure de", "de la sauvegarde"]);
    let goal = procedure(goal).or_else(|| procedure(after)).or_else(|| procedure(complement));
    goal.map(|procedure| Step::Into(procedure, How::Converted))
}

fn of_ending(text: &str, _: &str) -> Option<Step> {
    let ended = |ending| Some(Step::Ended(ending, procedure(text)));
    if any(text, &["cloture", "cloturant"]) {
        return match (text.contains("insuffisance"), text.contains("extinction")) {
            (true, _) => ended(Ending::TooFewAssets),
            (_, true) => ended(Ending::DebtsPaid),
            _ => ended(Ending::Other),
        };
    }
    let carried_out = any(text, &["execution du plan", "bonne execution"]) && any(text, &["constat", "bonne"]);
    if carried_out {
        return Some(Step::Ended(Ending::DebtsPaid, None));
    }
    let ends = any(text, &["mettant fin a la procedure", "met fin a la procedure", "fin de la procedure"]);
    if ends { ended(Ending::Other) } else { None }
}

fn of_plan(text: &str, _: &str) -> Option<Step> {
    if any(text, &["homologation de l'accord", "homologuant l'accord"]) {
        return Some(Step::Conciliation);
    }
    let (_, plan) = text.split_once("plan d")?;
    if any(text, &["modifi", "modification"]) {
        return Some(Step::PlanChanged);
    }
    let plan = plan.trim_start_matches(['e', '\'', ' ']);
    let kind = if plan.starts_with("cession") {
        Plan::Sale
    } else if plan.starts_with("sauvegarde") {
        Plan::Safeguard
    } else if plan.starts_with("redressement") || plan.starts_with("continuation") {
        Plan::Recovery
    } else {
        return None;
    };
    Some(Step::Plan(kind))
}

fn of_opening(text: &str, _: &str) -> Option<Step> {
    let procedure = procedure(text)?;
    if text.contains("extension") || text.contains("etendant") {
        return Some(Step::Into(procedure, How::Extended));
    }
    let opens = any(text, &["ouverture", "ouvrant", "prononcant", "prononce", "ouvert"]);
    // A liquidation is pronounced in many words; the others are opened.
    let named = procedure == Procedure::Liquidation && text.starts_with("jugement");
    (opens || named).then_some(Step::Into(procedure, How::Opened))
}

/// The gravest proceedings that a text names.
fn procedure(text: &str) -> Option<Procedure> {
    if text.contains("retablissement professionnel") {
        Some(Procedure::DebtRelief)
    } else if text.contains("sortie de crise") {
        Some(Procedure::CrisisExit)
    } else if text.contains("liquidation") {
        Some(Procedure::Liquidation)
    } else if text.contains("redressement") {
        Some(Procedure::Receivership)
    } else if text.contains("sauvegarde") {
        Some(Procedure::Safeguard)
    } else {
        None
    }
}

/// The first day that a folded French text names: `06/09/2006` or `22 janvier 2008`.
fn day_in(text: &str) -> Option<Day> {
    let words: Vec<&str> = text.split([' ', ',', ';', '(', ')']).filter(|word| !word.is_empty()).collect();
    let slashed = |word: &&str| french_day(word);
    let named = |three: &[&str]| french_day(&three.join(" "));
    let first_slashed = words.iter().position(|word| slashed(word).is_some());
    let first_named = words.windows(3).position(|three| named(three).is_some());
    match (first_slashed, first_named) {
        (Some(at), Some(other)) if other < at => words.get(other..other + 3).and_then(named),
        (Some(at), _) => words.get(at).and_then(slashed),
        (None, Some(at)) => words.get(at..at + 3).and_then(named),
        (None, None) => None,
    }
}
