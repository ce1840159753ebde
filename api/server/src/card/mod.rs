//! The model card as a person reads it: the same sections for page and Markdown, in French and in English.

mod application;
mod drift;
mod markdown;
mod picture;
mod quality;

pub use markdown::markdown;
pub use picture::{Bar, Dot, Pictures};

use encours_core::policy::words::french;
use encours_core::portfolio::validate::Verdict;
use encours_domain::{Currency, Day};
use encours_services::store::ModelState;
use encours_services::{ModelCard, ModelInfo};

use crate::view::Line;
use crate::words::Lang;

/// A card, written out.
#[derive(Debug)]
pub struct CardView {
    /// The model's id.
    pub id: String,
    /// One sentence: how good it is, and whether it may decide.
    pub sentence: String,
    /// Whether it may be put in force.
    pub passes: bool,
    /// What it is, by whom and of what it was made.
    pub facts: Vec<Line>,
    /// Tables, in reading order.
    pub sections: Vec<Section>,
    /// Pictures, where it was measured.
    pub pictures: Option<Pictures>,
    /// What it is not for.
    pub limits: Vec<String>,
}

/// A table with a title and a word of explanation.
#[derive(Debug)]
pub struct Section {
    /// What it shows.
    pub title: String,
    /// How to read it.
    pub note: String,
    /// Titles of the columns; the first column holds names, the others figures.
    pub header: Vec<String>,
    /// Rows, as long as the header.
    pub rows: Vec<Vec<String>>,
}

impl CardView {
    /// Writes a card out.
    pub fn of(card: &ModelCard, lang: Lang) -> Self {
        let headline = card.model.headline_over;
        let measured = card.validation.as_ref().and_then(|found| Some((found, found.at(headline)?)));
        let mut sections = Vec::new();
        if let Some((validation, at)) = measured {
            sections.extend(quality::sections(validation, at, card.currency.unwrap_or(Currency::EUR), lang));
        }
        sections.extend(quality::challenges(&card.challenges, lang));
        sections.extend(card.model.application.iter().map(|found| application::section(found, lang)));
        sections.extend(card.drift.iter().flat_map(|found| drift::sections(found, lang)));
        if lang == Lang::Fr {
            sections.iter_mut().for_each(Section::typeset);
        }
        Self {
            id: card.model.id.clone(),
            sentence: typeset(&sentence(&card.model, lang), lang),
            passes: card.model.verdict.as_ref().is_some_and(Verdict::passes),
            facts: facts(&card.model, lang),
            sections,
            pictures: measured.map(|(validation, at)| Pictures::of(validation, at)),
            limits: limits(lang),
        }
    }
}

impl Section {
    /// Puts no-break spaces where French wants them.
    fn typeset(&mut self) {
        self.title = french(&self.title);
        self.note = french(&self.note);
        self.rows.iter_mut().flatten().for_each(|cell| *cell = french(cell));
    }
}

fn typeset(text: &str, lang: Lang) -> String {
    match lang {
        Lang::Fr => french(text),
        Lang::En => text.to_owned(),
    }
}

/// The word for a state.
pub fn state(state: ModelState, lang: Lang) -> &'static str {
    match state {
        ModelState::Candidate => lang.pick("candidat", "candidate"),
        ModelState::Shadow => lang.pick("dans l’ombre", "in the shadow"),
        ModelState::Active => lang.pick("en vigueur", "in force"),
        ModelState::Retired => lang.pick("retiré", "retired"),
    }
}

/// `.1440`, with the decimal sign of the language.
pub fn decimals(value: f64, places: usize, lang: Lang) -> String {
    let text = format!("{value:.places$}");
    lang.pick(&text.replace('.', ","), &text).to_owned()
}

/// A day that stands in a document as `2026-05-31`.
pub fn day(text: &str, lang: Lang) -> String {
    text.get(..10).and_then(|day| day.parse::<Day>().ok()).map_or_else(|| text.to_owned(), |day| lang.date(day))
}

/// How good it is at the headline, and what follows.
pub fn sentence(model: &ModelInfo, lang: Lang) -> String {
    let days = model.headline_over;
    match model.verdict {
        Some(Verdict::Better { model, past_rate }) => {
            let (model, past) = (decimals(model, 4, lang), decimals(past_rate, 4, lang));
            lang.pick(
                &format!("À plus de {days} jours de retard, son score de Brier est {model} sur les factures venues après, contre {past} pour le taux passé de chaque client : il peut décider."),
                &format!("For late over {days} days its Brier score is {model} on later invoices, against {past} of each client’s own past rate: it may decide."),
            )
            .to_owned()
        }
        Some(Verdict::NoBetter { model, past_rate }) => {
            let (model, past) = (decimals(model, 4, lang), decimals(past_rate, 4, lang));
            lang.pick(
                &format!("À plus de {days} jours de retard, son score de Brier est {model} sur les factures venues après, et le taux passé de chaque client fait {past} sans rien apprendre : il ne peut pas décider."),
                &format!("For late over {days} days its Brier score is {model} on later invoices, and each client’s own past rate has {past} without learning: it may not decide."),
            )
            .to_owned()
        }
        Some(Verdict::Untold { rows, late }) => {
            let (rows, late) = (lang.count(rows), lang.count(late));
            lang.pick(
                &format!("Trop peu de factures venues après ont une issue connue ({rows}, dont {late} en retard) pour dire s’il est bon : il ne peut pas décider."),
                &format!("Too few later invoices have a known outcome ({rows}, {late} of them late) to tell whether it is good: it may not decide."),
            )
            .to_owned()
        }
        None => lang
            .pick(
                "Il n’a pas été mesuré sur des factures venues après : il ne peut pas décider.",
                "It was not measured on later invoices: it may not decide.",
            )
            .to_owned(),
    }
}

fn facts(model: &ModelInfo, lang: Lang) -> Vec<Line> {
    let nobody = || lang.pick("non dit", "not said").to_owned();
    let by = |who: &Option<String>| who.clone().unwrap_or_else(nobody);
    let learnt = format!("{} ({} {})", lang.count(model.rows), lang.count(model.late), lang.pick("en retard", "late"));
    let mut facts = vec![
        Line::new(lang.pick("État", "State"), state(model.state, lang)),
        Line::new(lang.pick("Sorte", "Kind"), &model.kind),
        Line::new(lang.pick("Factures apprises", "Invoices learnt from"), learnt),
        Line::new(lang.pick("Connues avant le", "Known before"), day(&model.cutoff, lang)),
        Line::new(lang.pick("Retard compté en", "Lateness counted in"), lateness_rule(model, lang)),
        Line::new(lang.pick("Entraîné le", "Trained on"), day(&model.registered_at, lang)),
        Line::new(lang.pick("Entraîné par", "Trained by"), by(&model.trained_by)),
    ];
    if let Some(at) = &model.rehearsed_at {
        facts.push(Line::new(lang.pick("Répété le", "Rehearsed on"), day(at, lang)));
    }
    if let Some(at) = &model.promoted_at {
        facts.push(Line::new(lang.pick("Mis en vigueur le", "Put in force on"), day(at, lang)));
        facts.push(Line::new(lang.pick("Mis en vigueur par", "Put in force by"), by(&model.promoted_by)));
    }
    facts.push(Line::new(lang.pick("Grand livre", "Ledger"), &model.ledger));
    facts
}

/// The rule stands in the artefact in English; the one that there is has a French form.
fn lateness_rule(model: &ModelInfo, lang: Lang) -> String {
    match model.lateness_rule.as_str() {
        "calendar days after the due date, no grace" => {
            lang.pick("jours calendaires après l’échéance, sans délai de grâce", &model.lateness_rule).to_owned()
        }
        other => other.to_owned(),
    }
}

fn limits(lang: Lang) -> Vec<String> {
    let texts = [
        (
            "Il dit le retard de paiement, pas la défaillance, qui suit une autre règle.",
            "It tells of late payment, not of failure, which has a rule of its own.",
        ),
        (
            "Il a appris de clients acceptés : d’un client qui aurait été refusé, il sait peu.",
            "It has learnt from accepted clients: of one who would have been refused it knows little.",
        ),
        (
            "Il vaut pour ce vendeur et ce grand livre ; ailleurs, il faut le mesurer de nouveau.",
            "It holds for this seller and this ledger; elsewhere it must be measured anew.",
        ),
        (
            "Il ne refuse jamais seul une personne physique : une personne décide.",
            "It never declines a natural person by itself: a person decides.",
        ),
    ];
    texts.map(|(fr, en)| typeset(lang.pick(fr, en), lang)).to_vec()
}
