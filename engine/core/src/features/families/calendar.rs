//! The calendar: on which weekday the invoice falls due and was issued, and on what terms.
//!
//! The month is left out on purpose: with a year or two of history it stands for one-off events, and out of time it
//! misleads.

use encours_models::Direction;

use crate::features::reading::{Reading, count};
use crate::features::registry::{Feature, FeatureFamily, Unit, shown};
use crate::features::says::{Phrase, Said, Tone};

const WEEKDAYS: [Phrase; 7] = [
    ("lundi", "Monday"),
    ("mardi", "Tuesday"),
    ("mercredi", "Wednesday"),
    ("jeudi", "Thursday"),
    ("vendredi", "Friday"),
    ("samedi", "Saturday"),
    ("dimanche", "Sunday"),
];

fn on_weekday(weekday: usize, (fr, en): Phrase) -> Said {
    let (day_fr, day_en) = WEEKDAYS.get(weekday).copied().unwrap_or(("jour", "day"));
    Said::Of { tone: Tone::Neither, fr: fr.replace("{day}", day_fr), en: en.replace("{day}", day_en) }
}

/// A feature of this family: free of direction, never missing.
const fn of(
    name: &'static str,
    unit: Unit,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        unit,
        direction: Direction::Free,
        missing: "never missing",
        reads,
        code,
        says,
        offered: true,
        of_amount: false,

        value,
    }
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "calendar",
    features: &[
        of(
            "due_weekday",
            Unit::Weekday,
            "weekday on which the invoice falls due, Monday nought",
            "DUE_WEEKDAY",
            |reading| on_weekday(reading.due_weekday, ("échéance un {day}", "falls due on a {day}")),
            |reading| count(reading.due_weekday),
        ),
        shown(of(
            "due_day",
            Unit::DayOfMonth,
            "day of the month on which the invoice falls due",
            "DUE_DAY",
            Said::nothing,
            |reading| count(reading.due_day_of_month),
        )),
        of(
            "issue_weekday",
            Unit::Weekday,
            "weekday of issue, Monday nought",
            "ISSUE_WEEKDAY",
            |reading| on_weekday(reading.issue_weekday, ("facture émise un {day}", "invoiced on a {day}")),
            |reading| count(reading.issue_weekday),
        ),
        shown(of("terms", Unit::Days, "days from issue to due date", "TERMS", Said::nothing, |reading| {
            f64::from(reading.shape.due - reading.shape.issued)
        })),
    ],
};
