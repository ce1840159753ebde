//! How well the same training does on later invoices.

use encours_core::portfolio::Validation;
use encours_core::portfolio::validate::{
    BandValidation, Challenge, ComingValidation, Comparison, DaysValidation, HorizonValidation, Measured, Segment,
    SegmentKind,
};
use encours_domain::{Currency, Money};
use encours_models::{Interval, ReliabilityBin};

use super::{Section, day, decimals};
use crate::words::Lang;

/// Sections about quality, in reading order; `at` is the headline's.
pub fn sections(validation: &Validation, at: &HorizonValidation, currency: Currency, lang: Lang) -> Vec<Section> {
    let mut sections = vec![horizons(validation, lang)];
    sections.extend(apart(validation, lang));
    sections.extend([segments(at, currency, lang), reliability(at, lang), lift(at, lang)]);
    sections.extend(validation.days.as_ref().map(|found| days(found, lang)));
    sections.extend(validation.days.as_ref().map(|found| bands(found, lang)));
    sections.extend(coming(validation, lang));
    sections
}

fn header(first: &str, others: &[&str]) -> Vec<String> {
    std::iter::once(first).chain(others.iter().copied()).map(str::to_owned).collect()
}

fn late_over(days: u16, lang: Lang) -> String {
    lang.pick(&format!("> {days} j"), &format!("> {days} d")).to_owned()
}

fn predictors(comparison: &Comparison, lang: Lang) -> [(&'static str, &Measured); 3] {
    [
        (lang.pick("modèle", "model"), &comparison.model),
        (lang.pick("taux passé", "past rate"), &comparison.past_rate),
        (lang.pick("taux moyen", "base rate"), &comparison.base_rate),
    ]
}

/// `0.871 (0.862–0.880)`
fn with_interval(value: f64, interval: Option<Interval>, places: usize, lang: Lang) -> String {
    let own = decimals(value, places, lang);
    // A constant has the same measure in every draw.
    let Some(Interval { low, high }) = interval.filter(|found| found.low < found.high) else { return own };
    format!("{own} ({}–{})", decimals(low, places, lang), decimals(high, places, lang))
}

fn table(title: &str, note: String, rows: Vec<Vec<String>>, lang: Lang) -> Section {
    let first = lang.pick("Retard", "Late over");
    let others = [
        lang.pick("Par", "By"),
        lang.pick("Factures", "Invoices"),
        lang.pick("En retard", "Late"),
        "AUC",
        lang.pick("Précision moyenne", "Average precision"),
        "Brier",
        lang.pick("Perte log.", "Log loss"),
        "ECE",
    ];
    Section { title: title.to_owned(), note, header: header(first, &others), rows }
}

fn rows(days: u16, comparison: &Comparison, lang: Lang) -> Vec<Vec<String>> {
    let row = |(name, found): (&str, &Measured)| {
        let (metrics, within) = (&found.metrics, &found.intervals);
        vec![
            late_over(days, lang),
            name.to_owned(),
            lang.count(metrics.rows),
            lang.per_cent(metrics.base_rate),
            with_interval(metrics.auc, within.auc, 3, lang),
            decimals(metrics.average_precision, 3, lang),
            with_interval(metrics.brier, within.brier, 4, lang),
            decimals(metrics.log_loss, 4, lang),
            with_interval(metrics.calibration_error, within.calibration_error, 3, lang),
        ]
    };
    predictors(comparison, lang).map(row).to_vec()
}

fn horizons(validation: &Validation, lang: Lang) -> Section {
    let from = day(&validation.trained_before, lang);
    let note = lang.pick(
        &format!("Le même entraînement, fait avec ce qui était connu avant le {from}, prédit chaque facture émise depuis, le jour de son émission. Entre parenthèses, l’intervalle à 90 % : les clients sont retirés au sort, chacun avec toutes ses factures. AUC et précision : plus haut vaut mieux ; Brier, perte et ECE (erreur de calibration) : plus bas."),
        &format!("The same training, made with what was known before {from}, predicts each invoice issued since, on its day of issue. In brackets the 90% interval: clients are drawn anew, each with all its invoices. AUC and precision: higher is better; Brier, loss and ECE (calibration error): lower is."),
    ).to_owned();
    let rows = validation.horizons.iter().flat_map(|found| rows(found.late_over_days, &found.all, lang)).collect();
    table(lang.pick("Sur les factures venues après", "On later invoices"), note, rows, lang)
}

fn apart(validation: &Validation, lang: Lang) -> Option<Section> {
    let apart =
        validation.horizons.iter().filter_map(|found| Some((found.late_over_days, found.without_known_bad.as_ref()?)));
    let rows: Vec<Vec<String>> = apart.flat_map(|(days, found)| rows(days, found, lang)).collect();
    let note = lang.pick(
        "Sans les factures de clients déjà connus pour mauvais ce matin-là : une créance échue depuis plus de 30 jours, ou un paiement revenu impayé et pas encore régularisé. Prédire qu’un mauvais payeur le reste n’est pas un exploit ; voici le reste.",
        "Without invoices of clients known to be bad on that morning: a claim overdue for more than 30 days, or a payment that came back on a claim still open. It is no art to foretell that somebody who doesn’t pay goes on not paying; here is the rest.",
    );
    let title = lang.pick("Sans les mauvais payeurs déjà connus", "Apart from clients known to be bad");
    (!rows.is_empty()).then(|| table(title, note.to_owned(), rows, lang))
}

/// Other programs on the same invoices; nothing when there was none.
pub fn challenges(found: &[Challenge], lang: Lang) -> Option<Section> {
    let row = |name: &str, days: u16, of: &Measured| {
        vec![
            name.to_owned(),
            late_over(days, lang),
            with_interval(of.metrics.auc, of.intervals.auc, 3, lang),
            with_interval(of.metrics.brier, of.intervals.brier, 4, lang),
            with_interval(of.metrics.calibration_error, of.intervals.calibration_error, 3, lang),
        ]
    };
    let model = found.first().map(|one| row(lang.pick("modèle", "model"), one.late_over_days, &one.model));
    let others = found.iter().map(|one| row(&one.name, one.late_over_days, &one.challenger));
    let note = lang.pick(
        "D’autres programmes ont appris des mêmes factures et prédit les mêmes. Ils sont là pour comparer et ne décident de rien.",
        "Other programs have learnt from the same invoices and predicted the same. They are here for comparison, and decide nothing.",
    );
    let model = model?;
    Some(Section {
        title: lang.pick("À côté d’autres programmes", "Beside other programs").to_owned(),
        note: note.to_owned(),
        header: header(lang.pick("Qui", "Who"), &[lang.pick("Retard", "Late over"), "AUC", "Brier", "ECE"]),
        rows: std::iter::once(model).chain(others).collect(),
    })
}

/// The days of payment against what came.
fn days(found: &DaysValidation, lang: Lang) -> Section {
    let row = |name: &str, error: f64| vec![name.to_owned(), lang.decimal(error)];
    let range = &found.range;
    let (held, foretold) = (lang.per_cent(share(range.held, range.intervals)), lang.per_cent(range.promised));
    let (asked, rows) = (lang.per_cent(found.asked), lang.count(found.rows));
    let note = lang.pick(
        &format!("Sur {rows} factures échues depuis 30 jours. La plage qui doit contenir {asked} des jours de paiement en a contenu {held} (annoncé {foretold} : les jours sont entiers). Ci-dessous, l’écart moyen en jours entre ce qui était annoncé et le paiement."),
        &format!("On {rows} invoices that are 30 days past their due date. The range that should hold {asked} of the days of payment held {held} (foretold {foretold}: days are whole). Below, the mean days between what was foretold and the payment."),
    ).to_owned();
    Section {
        title: lang.pick("Le jour du paiement", "The day of payment").to_owned(),
        note,
        header: header(lang.pick("Par", "By"), &[lang.pick("Écart moyen, jours", "Mean error, days")]),
        rows: vec![
            row(lang.pick("médiane du modèle", "the model’s median"), found.median_error),
            row(lang.pick("médiane passée du client", "the client’s own past median"), found.past_median_error),
            row(lang.pick("échéance", "due date"), found.due_date_error),
        ],
    }
}

/// Calibration of each band of days.
fn bands(found: &DaysValidation, lang: Lang) -> Section {
    let row = |band: &BandValidation| {
        vec![
            format!("≤ {}", band.up_to),
            lang.count(band.entered),
            lang.per_cent(band.foretold),
            lang.per_cent(share(band.ended, band.entered)),
        ]
    };
    let note = lang.pick(
        "Parmi les factures encore impayées au début de chaque tranche de jours, part payée dans la tranche. Les factures ouvertes comptent tant qu’elles ont été vues.",
        "Of the invoices still unpaid when a band of days begins, the share paid within it. Open invoices count as far as they were seen.",
    );
    Section {
        title: lang.pick("Tranche par tranche", "Band by band").to_owned(),
        note: note.to_owned(),
        header: header(
            lang.pick("Jours après l’échéance", "Days beyond terms"),
            &[lang.pick("Impayées", "Unpaid"), lang.pick("Annoncé", "Foretold"), lang.pick("Payées", "Paid")],
        ),
        rows: found.bands.iter().map(row).collect(),
    }
}

/// Clients' coming late rates against their intervals; nothing where none was measured.
fn coming(validation: &Validation, lang: Lang) -> Option<Section> {
    let found = validation.horizons.iter().filter_map(|found| Some((found.late_over_days, found.coming.as_ref()?)));
    let row = |(days, of): (u16, &ComingValidation)| {
        vec![
            late_over(days, lang),
            lang.count(of.asked.intervals),
            lang.per_cent(share(of.asked.held, of.asked.intervals)),
            lang.per_cent(of.asked.promised),
            decimals(of.asked.p_value, 3, lang),
            lang.per_cent(of.foretold.promised),
            decimals(of.foretold.p_value, 3, lang),
        ]
    };
    let rows: Vec<Vec<String>> = found.map(row).collect();
    let note = lang.pick(
        "Clients ayant au moins dix factures venues après : l’intervalle à 90 % donné avant la première contenait-il leur taux de retard ? Une valeur p sous 0,01 dirait que non. Les retards se comptent en entiers : un intervalle promet donc souvent plus que 90 %.",
        "Clients with ten or more later invoices: did the 90% interval given before the first hold their late rate? A p-value below 0.01 would say that it doesn’t. Late invoices are whole: an interval often promises more than 90%.",
    );
    let others = [
        lang.pick("Clients", "Clients"),
        lang.pick("Contenu", "Held"),
        lang.pick("Demandé", "Asked"),
        "p",
        lang.pick("Promis", "Promised"),
        "p",
    ];
    (!rows.is_empty()).then(|| Section {
        title: lang.pick("Le taux à venir des clients", "Clients’ coming rates").to_owned(),
        note: note.to_owned(),
        header: header(lang.pick("Retard", "Late over"), &others),
        rows,
    })
}

/// A part of a whole; nought of nothing.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "a percentage needs few bits")]
fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn segments(at: &HorizonValidation, currency: Currency, lang: Lang) -> Section {
    let row = |segment: &Segment| {
        let (model, past) = (&segment.comparison.model, &segment.comparison.past_rate);
        vec![
            segment_name(segment, currency, lang),
            lang.count(model.metrics.rows),
            lang.count(segment.comparison.clients),
            lang.per_cent(model.metrics.base_rate),
            with_interval(model.metrics.auc, model.intervals.auc, 3, lang),
            decimals(past.metrics.auc, 3, lang),
            with_interval(model.metrics.brier, model.intervals.brier, 4, lang),
            decimals(past.metrics.brier, 4, lang),
        ]
    };
    let days = at.late_over_days;
    Section {
        title: lang.pick("Par sorte de client et de facture", "By kind of client and invoice").to_owned(),
        note: lang
            .pick(
                &format!(
                    "À plus de {days} jours de retard. Un modèle peut être bon en moyenne et mauvais pour les nouveaux."
                ),
                &format!("Late over {days} days. A model may be good on average and bad for the new."),
            )
            .to_owned(),
        header: header(
            lang.pick("Sorte", "Kind"),
            &[
                lang.pick("Factures", "Invoices"),
                lang.pick("Clients", "Clients"),
                lang.pick("En retard", "Late"),
                lang.pick("AUC du modèle", "AUC of the model"),
                lang.pick("du taux passé", "of the past rate"),
                lang.pick("Brier du modèle", "Brier of the model"),
                lang.pick("du taux passé", "of the past rate"),
            ],
        ),
        rows: at.segments.iter().map(row).collect(),
    }
}

fn segment_name(segment: &Segment, currency: Currency, lang: Lang) -> String {
    let part = segment.part.as_str();
    match segment.kind {
        SegmentKind::History => match part {
            "new" => lang.pick("aucune issue connue", "no known outcome"),
            "thin" => lang.pick("1 à 9 issues connues", "1 to 9 known outcomes"),
            _ => lang.pick("10 issues connues et plus", "10 known outcomes and more"),
        }
        .to_owned(),
        SegmentKind::Amount => {
            let amount = |minor: i64| lang.rounded(Money::from_minor(minor, currency));
            let range = segment.amounts.map(|(least, most)| format!("{} – {}", amount(least), amount(most)));
            format!("{} {}", lang.pick("montant", "amount"), range.unwrap_or_default())
        }
        SegmentKind::Currency => match part {
            "own" => lang.pick("devise du grand livre", "the ledger’s currency"),
            _ => lang.pick("autre devise", "another currency"),
        }
        .to_owned(),
        SegmentKind::Attribute => {
            let column = segment.column.as_deref().unwrap_or_default();
            let part = match part {
                "" => lang.pick("non dit", "not said"),
                "…" => lang.pick("les autres", "the others"),
                part => part,
            };
            format!("{column}{}{part}", lang.pick(" : ", ": "))
        }
    }
}

fn reliability(at: &HorizonValidation, lang: Lang) -> Section {
    let row = |bin: &ReliabilityBin| {
        vec![
            format!("{} – {}", lang.per_cent(bin.least), lang.per_cent(bin.greatest)),
            lang.count(bin.rows),
            lang.per_cent(bin.mean_prediction),
            lang.per_cent(bin.rate),
            format!("{} – {}", lang.per_cent(bin.interval.low), lang.per_cent(bin.interval.high)),
        ]
    };
    Section {
        title: lang.pick("Ce qui était annoncé, ce qui est venu", "What was foretold, what came").to_owned(),
        note: lang
            .pick(
                "Par dixièmes des factures, de la moins à la plus risquée. L’intervalle à 90 % prend les factures pour indépendantes : il est un peu étroit.",
                "By tenths of the invoices, from the least to the most risky. The 90% interval takes invoices for independent: it is a little narrow.",
            )
            .to_owned(),
        header: header(
            lang.pick("Chance annoncée", "Chance foretold"),
            &[
                lang.pick("Factures", "Invoices"),
                lang.pick("Moyenne annoncée", "Mean foretold"),
                lang.pick("En retard", "Late"),
                lang.pick("Intervalle", "Interval"),
            ],
        ),
        rows: at.reliability.tenths.iter().map(row).collect(),
    }
}

fn lift(at: &HorizonValidation, lang: Lang) -> Section {
    let row = |(tenths, captured): (u32, &f64)| {
        let past = usize::try_from(tenths - 1).ok().and_then(|place| at.past_rate_lift.captured.get(place));
        vec![
            lang.per_cent(f64::from(tenths) / 10.0),
            lang.per_cent(*captured),
            past.map_or_else(String::new, |past| lang.per_cent(*past)),
            at.lift.worst(tenths).map_or_else(String::new, |lift| format!("× {}", lang.decimal(lift))),
        ]
    };
    Section {
        title: lang
            .pick("Ce que tiennent les factures les plus risquées", "What the riskiest invoices hold")
            .to_owned(),
        note: lang
            .pick(
                "Part de toutes les factures en retard qui se trouve parmi les plus risquées.",
                "Share of all late invoices that stands among the riskiest.",
            )
            .to_owned(),
        header: header(
            lang.pick("Les plus risquées", "Riskiest"),
            &[
                lang.pick("Par le modèle", "By the model"),
                lang.pick("Par le taux passé", "By the past rate"),
                lang.pick("Mieux qu’au hasard", "Better than chance"),
            ],
        ),
        rows: (1_u32..).zip(&at.lift.captured).take(5).map(row).collect(),
    }
}
