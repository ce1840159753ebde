//! The card for who has no history yet.

use encours_core::portfolio::application::label;
use encours_services::ApplicationInfo;

use super::{Section, decimals};
use crate::words::Lang;

/// What it was learnt from, how it did, and what weighs.
pub fn section(found: &ApplicationInfo, lang: Lang) -> Section {
    let (rows, late) = (lang.count(found.rows), lang.count(found.late));
    let measured = &found.measured;
    let (card, without) = (decimals(measured.card.brier, 4, lang), decimals(measured.without.brier, 4, lang));
    let (card_auc, without_auc) = (decimals(measured.card.auc, 3, lang), decimals(measured.without.auc, 3, lang));
    let (later, strength) = (lang.count(measured.card.rows), decimals(found.strength, 1, lang));
    let note = lang.pick(
        &format!("Apprise de {rows} premières factures de nouveaux clients, dont {late} en retard, avec ce que les registres en disaient alors. Sur {later} premières factures venues après : score de Brier {card} contre {without} sans elle, AUC {card_auc} contre {without_auc}. Son poids est la moitié quand {strength} issues d’un client sont connues, puis il décroît."),
        &format!("Learnt from {rows} first invoices of new clients, {late} of them late, with what the registers said of them then. On {later} later first invoices: Brier score {card} against {without} without it, AUC {card_auc} against {without_auc}. Its weight is one half when {strength} outcomes of a client are known, and falls from there."),
    )
    .to_owned();
    let header = [
        lang.pick("Ce qui pèse", "What weighs"),
        lang.pick("points au moins", "least points"),
        lang.pick("points au plus", "most points"),
    ];
    let name =
        |feature: &str| label(feature).map_or_else(|| feature.to_owned(), |(fr, en)| lang.pick(fr, en).to_owned());
    let row = |row: &encours_services::CardRow| vec![name(&row.feature), row.least.to_string(), row.most.to_string()];
    Section {
        title: lang.pick("Sans historique : la carte de demande", "Without history: the application card").to_owned(),
        note,
        header: header.map(str::to_owned).to_vec(),
        rows: found.card.iter().map(row).collect(),
    }
}
