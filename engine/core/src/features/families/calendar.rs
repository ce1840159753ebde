//! The calendar: on which weekday the invoice falls due and was issued, and on what terms.
//!
//! The month is left out on purpose: with a year or two of history it stands for one-off events, and out of time it
//! misleads.

use encours_models::Direction;

use crate::features::reading::{Reading, count};
use crate::features::registry::{Feature, FeatureFamily, Unit, shown};

/// A feature of this family: free of direction, never missing.
const fn of(
    name: &'static str,
    unit: Unit,
    reads: &'static str,
    code: &'static str,
    fr: (&'static str, &'static str),
    en: (&'static str, &'static str),
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    Feature {
        name,
        unit,
        direction: Direction::Free,
        missing: "never missing",
        reads,
        code,
        fr,
        en,
        offered: true,
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
            ("ce jour de semaine est souvent dépassé", "ce jour de semaine est souvent tenu"),
            ("due dates on this weekday are often missed", "due dates on this weekday are often kept"),
            |reading| count(reading.due_weekday),
        ),
        shown(of(
            "due_day",
            Unit::DayOfMonth,
            "day of the month on which the invoice falls due",
            "DUE_DAY",
            ("cette période du mois est souvent dépassée", "cette période du mois est souvent tenue"),
            ("due dates at this time of month are often missed", "due dates at this time of month are often kept"),
            |reading| count(reading.due_day_of_month),
        )),
        of(
            "issue_weekday",
            Unit::Weekday,
            "weekday of issue, Monday nought",
            "ISSUE_WEEKDAY",
            ("les factures émises ce jour-là tardent", "les factures émises ce jour-là sont payées à l’heure"),
            ("invoices issued on this weekday are slow", "invoices issued on this weekday are paid on time"),
            |reading| count(reading.issue_weekday),
        ),
        shown(of(
            "terms",
            Unit::Days,
            "days from issue to due date",
            "TERMS",
            ("ce délai est souvent dépassé", "ce délai est souvent tenu"),
            ("these terms are often exceeded", "these terms are often kept"),
            |reading| f64::from(reading.shape.due - reading.shape.issued),
        )),
    ],
};
