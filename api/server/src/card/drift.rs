//! Whether the model still holds.

use encours_core::portfolio::drift::{Drift, DriftAlert, DriftKind, MonthDrift};
use encours_models::drift::DriftLevel;

use super::{Section, day, decimals};
use crate::words::Lang;

/// Sections about drift: the months, and what moved.
pub fn sections(drift: &Drift, lang: Lang) -> Vec<Section> {
    let mut sections = vec![months(drift, lang)];
    if !drift.alerts.is_empty() {
        sections.push(alerts(drift, lang));
    }
    sections
}

/// The word for a level.
fn level(level: DriftLevel, lang: Lang) -> &'static str {
    match level {
        DriftLevel::TooFew => lang.pick("trop peu de factures", "too few invoices"),
        DriftLevel::Fine => lang.pick("rien à signaler", "fine"),
        DriftLevel::Look => lang.pick("à regarder", "look"),
        DriftLevel::Act => lang.pick("agir", "act"),
    }
}

fn months(drift: &Drift, lang: Lang) -> Section {
    let row = |month: &MonthDrift| {
        let came = month.calibration.as_ref();
        let pending = || lang.pick("pas encore connu", "not known yet").to_owned();
        vec![
            month.month.clone(),
            lang.count(month.score.rows),
            decimals(month.score.index, 3, lang),
            level(month.score.level, lang).to_owned(),
            came.map_or_else(pending, |came| lang.per_cent(came.mean_prediction)),
            came.map_or_else(String::new, |came| lang.per_cent(came.rate)),
            came.map_or_else(String::new, |came| level(came.level, lang).to_owned()),
        ]
    };
    let as_of = day(&drift.as_of, lang);
    let note = match drift.months.is_empty() {
        true => lang.pick(
            &format!("Au {as_of}, aucune facture n’a été émise depuis l’entraînement."),
            &format!("As of {as_of}, no invoice was issued since the training."),
        )
        .to_owned(),
        false => lang.pick(
            &format!("Au {as_of}, les factures de chaque mois contre celles sur lesquelles il a été mesuré. PSI : en dessous de 0,10 rien, de 0,10 à 0,25 regarder, au-delà agir. Puis ce qui était annoncé et ce qui est venu, quand les issues du mois sont connues."),
            &format!("As of {as_of}, each month’s invoices against those that it was measured on. PSI: below 0.10 fine, 0.10 to 0.25 look, above act. Then what was foretold and what came, once the month’s outcomes are known."),
        )
        .to_owned(),
    };
    let header = [
        lang.pick("Mois", "Month"),
        lang.pick("Factures", "Invoices"),
        lang.pick("PSI du score", "PSI of the score"),
        "",
        lang.pick("Annoncé", "Foretold"),
        lang.pick("En retard", "Late"),
        "",
    ];
    Section {
        title: lang.pick("Tient-il encore ?", "Does it still hold?").to_owned(),
        note,
        header: header.map(str::to_owned).to_vec(),
        rows: drift.months.iter().map(row).collect(),
    }
}

fn alerts(drift: &Drift, lang: Lang) -> Section {
    let what = |alert: &DriftAlert| match (alert.what, &alert.feature) {
        (DriftKind::Calibration, _) => lang.pick("retards de plus qu’annoncé", "late more than foretold").to_owned(),
        (_, Some(feature)) => format!("CSI · {feature}"),
        (_, None) => lang.pick("PSI du score", "PSI of the score").to_owned(),
    };
    let value = |alert: &DriftAlert| match alert.what {
        DriftKind::Calibration => lang.per_cent(alert.value),
        _ => decimals(alert.value, 3, lang),
    };
    let row =
        |alert: &DriftAlert| vec![what(alert), alert.month.clone(), value(alert), level(alert.level, lang).to_owned()];
    let header = [lang.pick("Quoi", "What"), lang.pick("Mois", "Month"), lang.pick("Mesure", "Measure"), ""];
    Section {
        title: lang.pick("Ce qui a bougé", "What moved").to_owned(),
        note: String::new(),
        header: header.map(str::to_owned).to_vec(),
        rows: drift.alerts.iter().map(row).collect(),
    }
}
