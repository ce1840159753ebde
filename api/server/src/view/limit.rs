//! The limit as it is read, and other forms of the order.

use encours_domain::Money;

use super::{CandidateView, LimitView, Line, OfferView, capital};
use crate::answer::{Alternative, Instalment, Limit, Matrix};
use crate::labels;
use crate::words::Lang;

impl LimitView {
    pub(super) fn of(limit: &Limit, matrix: Option<Matrix>, lang: Lang) -> Self {
        let candidates = [
            ("need", limit.need),
            ("capacity", limit.capacity),
            ("concentration", limit.concentration),
            ("risk_budget", limit.risk_budget),
        ];
        let view = |(code, value): (&str, Option<Money>)| CandidateView {
            label: capital(&labels::word(code, lang)),
            value: value.map_or_else(|| unknown(limit, code, lang), |value| worked(limit, code, value, lang)),
            binds: code == limit.binding,
        };
        Self {
            prudent: lang.rounded(limit.prudent),
            bold: lang.rounded(limit.bold),
            makers: (limit.prudent_binding != limit.bold_binding)
                .then(|| (labels::word(&limit.prudent_binding, lang), labels::word(&limit.bold_binding, lang))),
            candidates: candidates
                .into_iter()
                .map(view)
                .chain(by_matrix(matrix, lang))
                .chain(set_by_a_person(limit, lang))
                .collect(),
        }
    }
}

/// Another form on a line: what it is, terms and deposit, and what it is worth.
pub(super) fn alternative(other: &Alternative, lang: Lang) -> Line {
    let label = match other.form.as_str() {
        "guarantee" => lang.pick("Avec une garantie", "With a guarantee"),
        "instalments" => lang.pick("En plusieurs échéances", "In instalments"),
        _ => lang.pick("Avec escompte", "With a discount"),
    };
    let share = |share: Option<f64>| lang.per_cent(share.unwrap_or(0.0));
    let how = match other.form.as_str() {
        "guarantee" => format!("{} {}", share(other.guarantee_share), lang.pick("garantis", "guaranteed")),
        "instalments" => {
            let part = |one: &Instalment| {
                format!("{} {} {}", lang.amount(one.amount), lang.pick("le", "on"), lang.date(one.due_date))
            };
            other.instalments.iter().map(part).collect::<Vec<_>>().join(", ")
        }
        _ => {
            let days = other.early_days.unwrap_or(0);
            format!(
                "{} {} {days} {}",
                share(other.early_discount),
                lang.pick("sous", "within"),
                lang.pick("jours", "days")
            )
        }
    };
    let offer = OfferView::of(&other.offer, lang);
    let worth = lang.rounded(other.offer.worth);
    let colon = lang.pick("\u{a0}:", ":");
    let value = format!(
        "{how}{colon} {}, {} ({} {worth})",
        offer.terms,
        offer.deposit,
        lang.pick("gain net HT", "worth to us")
    );
    Line::new(label, value)
}

/// What the matrix of lateness and failure leaves of the figures, where it takes something.
fn by_matrix(matrix: Option<Matrix>, lang: Lang) -> Option<CandidateView> {
    let cell = matrix.filter(|cell| cell.limit_share < 1.0)?;
    let value = format!(
        "× {} ({} {}, {} {})",
        lang.per_cent(cell.limit_share),
        lang.pick("retard", "lateness"),
        cell.late_band,
        lang.pick("défaillance", "failure"),
        cell.failure_band
    );
    let label = lang.pick("Part retenue à ce risque", "Share counted at this risk").to_owned();
    Some(CandidateView { label, value, binds: false })
}

/// What a person set binds, whatever the four say.
fn set_by_a_person(limit: &Limit, lang: Lang) -> Option<CandidateView> {
    let set = limit.set.as_ref()?;
    let until = set.until.map(|until| format!(" ({} {})", lang.pick("jusqu’au", "until"), lang.date(until)));
    let value = format!("{}{}", lang.rounded(set.amount), until.unwrap_or_default());
    Some(CandidateView {
        label: lang.pick("Fixée par une personne", "Set by a person").to_owned(), value, binds: true
    })
}

/// A candidate's amount, with the reason where there is one.
fn worked(limit: &Limit, code: &str, value: Money, lang: Lang) -> String {
    let amount = lang.rounded(value);
    match limit.capacity_reason.as_ref().filter(|_| code == "capacity") {
        Some(because) => format!("{amount} ({})", lang.of(because)),
        None => amount,
    }
}

fn unknown(limit: &Limit, code: &str, lang: Lang) -> String {
    let why = limit.unknown.iter().find(|missing| missing.what == code);
    // What is neither known nor lacking has no bearing: a need without a rhythm of buying.
    why.map_or(lang.pick("sans objet, pas de rythme d’achat", "not applicable, no rhythm of buying"), |missing| {
        labels::missing(missing.kind, lang)
    })
    .to_owned()
}
