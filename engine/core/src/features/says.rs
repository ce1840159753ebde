//! What a feature's value says in words. The sentence follows the value, never the points: a client that owes money past
//! due is never told to owe none, whatever the model makes of it.

use super::reading::Reading;

/// Which way a sentence leans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Against the client.
    Against,
    /// For the client.
    For,
    /// Neither: it tells the value and no more.
    Neither,
}

/// What a value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// There is no history of which it could say anything.
    NoHistory,
    /// A sentence without its full stop.
    Of {
        /// Which way it leans.
        tone: Tone,
        /// French.
        fr: String,
        /// English.
        en: String,
    },
}

/// A phrase in French and in English.
pub(crate) type Phrase = (&'static str, &'static str);

/// Nothing lately: rates that fade then rest on the whole history.
pub(crate) const NOTHING_RECENT: Phrase =
    ("rien de récent, son histoire plus ancienne compte", "nothing recent, its older history counts");
/// Nothing like this invoice: likenesses then rest on the whole history.
pub(crate) const NOTHING_ALIKE: Phrase =
    ("aucune facture semblable encore, toutes comptent", "no invoice alike yet, all of them count");

impl Said {
    /// A sentence with its leaning.
    pub(crate) fn of(tone: Tone, (fr, en): Phrase) -> Self {
        Said::Of { tone, fr: fr.to_owned(), en: en.to_owned() }
    }

    /// The three sentences of a measure that speaks against the client as it rises: up to `good`, from `bad` on, between.
    pub(crate) fn level(value: f64, good: f64, bad: f64, [low, middle, high]: [Phrase; 3]) -> Self {
        if value <= good {
            Said::of(Tone::For, low)
        } else if value >= bad {
            Said::of(Tone::Against, high)
        } else {
            Said::of(Tone::Neither, middle)
        }
    }

    /// How often something happened: `{often}` and `{late}` in the phrase are filled in. `late` of `of` cases, which may
    /// fade; fewer than half a case says `thin` instead.
    pub(crate) fn often(reading: &Reading<'_>, (late, of): (f64, f64), phrase: Phrase, thin: Phrase) -> Self {
        if !reading.has_outcomes() {
            return Said::NoHistory;
        }
        if of < 0.5 {
            return Said::of(Tone::Neither, thin);
        }
        // To be late at all is common; to be late by weeks is not.
        let (good, bad) = if reading.late_over == 0 { (0.2, 0.5) } else { (0.05, 0.2) };
        let (tone, fr, en) = match late / of {
            share if share <= good => (Tone::For, "rarement", "rarely"),
            share if share >= bad => (Tone::Against, "souvent", "often"),
            _ => (Tone::Neither, "parfois", "sometimes"),
        };
        let (late_fr, late_en) = match reading.late_over {
            0 => ("en retard".to_owned(), "late".to_owned()),
            1 => ("plus d’un jour en retard".to_owned(), "more than a day late".to_owned()),
            days => (format!("plus de {days} jours en retard"), format!("more than {days} days late")),
        };
        Said::Of { tone, fr: filled(phrase.0, fr, &late_fr), en: filled(phrase.1, en, &late_en) }
    }

    /// As [`Said::often`] of payment habits, which nobody has who has not paid yet.
    pub(crate) fn habit(reading: &Reading<'_>, counts: (f64, f64), phrase: Phrase, thin: Phrase) -> Self {
        Self::once_paid(reading, || Self::often(reading, counts, phrase, thin))
    }

    /// Once something was paid, what `says` makes of it.
    pub(crate) fn once_paid(reading: &Reading<'_>, says: impl FnOnce() -> Self) -> Self {
        if reading.state.days.count == 0 { Said::NoHistory } else { says() }
    }

    /// For features that models do not learn from, and that give no reason.
    pub(crate) fn nothing(_: &Reading<'_>) -> Self {
        Said::NoHistory
    }
}

/// A phrase with its two places filled in.
fn filled(phrase: &str, often: &str, late: &str) -> String {
    let mut text = String::with_capacity(phrase.len() + often.len() + late.len());
    for (place, part) in phrase.split(['{', '}']).enumerate() {
        text.push_str(match part {
            // What stands between braces is every second part.
            "often" if place % 2 == 1 => often,
            "late" if place % 2 == 1 => late,
            plain => plain,
        });
    }
    text
}

impl Reading<'_> {
    /// Whether the outcome of an invoice is known at the horizon.
    pub(crate) fn has_outcomes(&self) -> bool {
        self.state.lateness.get(self.horizon).is_some_and(|tally| tally.known > 0)
    }

    /// Why there is nothing to say: one reason for all that it holds for.
    pub(crate) fn no_history(&self) -> Phrase {
        if self.state.rhythm.count == 0 {
            ("aucun historique avec nous", "no history with us")
        } else if self.state.days.count == 0 {
            ("aucune facture payée encore", "no invoice paid yet")
        } else {
            ("trop peu d’échéances passées", "too few due dates gone by")
        }
    }
}
