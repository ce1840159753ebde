//! How often invoices *like this one* were late: due on the same weekday or around the same day of the month, issued on
//! the same weekday, of about the same amount, on the same terms.

use encours_models::prior::smoothed_rate;

use super::lateness::{late_rate, tally};
use super::payday::shifted;
use crate::features::decay::Weights;
use crate::features::reading::{Reading, day_of_month, float, weekday};
use crate::features::registry::{Feature, FeatureFamily, of_amount, share, shown};
use crate::features::says::{NOTHING_ALIKE, Said};
use crate::ledger::InvoiceRecord;

const AMOUNTS: usize = 110;

/// What makes an invoice like another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Likeness {
    due_weekday: usize,
    issue_weekday: usize,
    due_day: usize,
    amount: usize,
    /// Place of its terms in the client's list.
    terms: usize,
}

/// The terms that a client has been given, each with its place, in the order in which they were first seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct TermsSeen(Vec<i32>);

impl TermsSeen {
    pub(crate) fn reset(&mut self) {
        self.0.clear();
    }

    fn place(&self, days: i32) -> Option<usize> {
        self.0.iter().position(|&seen| seen == days)
    }

    /// What an invoice is like; terms never seen before get a place.
    pub(crate) fn likeness(&mut self, record: &InvoiceRecord) -> Likeness {
        let days = record.due - record.issued;
        let terms = self.place(days).unwrap_or_else(|| {
            self.0.push(days);
            self.0.len() - 1
        });
        Likeness {
            due_weekday: weekday(record.due),
            issue_weekday: weekday(record.issued),
            due_day: day_of_month(record.due),
            amount: amount_bucket(record.own_amount()),
            terms,
        }
    }
}

/// Outcomes of one kind of invoice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    known: i32,
    late: i32,
}

impl Cell {
    fn add(&mut self, change: i64, corrected: bool) {
        self.known += i32::from(!corrected);
        self.late += i32::try_from(change).unwrap_or(0);
    }

    fn counts(self) -> (f64, f64) {
        (f64::from(self.late), f64::from(self.known))
    }

    fn drawn_to(self, prior: f64, strength: f64) -> f64 {
        smoothed_rate(f64::from(self.late), f64::from(self.known), prior, strength)
    }
}

/// Outcomes by likeness, at one horizon.
#[derive(Clone, Debug, Default)]
pub(crate) struct SimilarTally {
    due_weekday: [Cell; 7],
    /// Counts and late ones in weights of a half-life of 90 days.
    due_weekday_faded: [(f64, f64); 7],
    issue_weekday: [Cell; 7],
    /// By day of month of the due date, 1 to 31.
    due_day: [Cell; 32],
    amount: Vec<Cell>,
    /// By place of the terms in the client's list.
    terms: Vec<Cell>,
}

impl SimilarTally {
    pub(crate) fn reset(&mut self) {
        let (mut amount, mut terms) = (std::mem::take(&mut self.amount), std::mem::take(&mut self.terms));
        amount.clear();
        terms.clear();
        *self = Self { amount, terms, ..Self::default() };
    }

    pub(crate) fn observed(&mut self, likeness: &Likeness, change: i64, corrected: bool, weights: &Weights) {
        self.due_weekday[likeness.due_weekday].add(change, corrected);
        self.issue_weekday[likeness.issue_weekday].add(change, corrected);
        self.due_day[likeness.due_day].add(change, corrected);
        at_place(&mut self.amount, likeness.amount).add(change, corrected);
        at_place(&mut self.terms, likeness.terms).add(change, corrected);
        let faded = &mut self.due_weekday_faded[likeness.due_weekday];
        faded.0 += weights[1] * f64::from(u8::from(!corrected));
        faded.1 += weights[1] * float(change);
    }

    fn around_due_day(&self, day: usize) -> Cell {
        let mut around = Cell::default();
        for step in 29..=33 {
            // Two days before to two days after, round the month.
            let cell = self.due_day[(day + step - 1) % 31 + 1];
            around.known += cell.known;
            around.late += cell.late;
        }
        around
    }

    /// The amount's own half-octave in full and its neighbours by half.
    fn around_amount(&self, bucket: usize) -> (f64, f64) {
        let at = |bucket: Option<usize>| bucket.and_then(|bucket| self.amount.get(bucket)).copied().unwrap_or_default();
        let (below, own, above) = (at(bucket.checked_sub(1)), at(Some(bucket)), at(Some(bucket + 1)));
        let late = f64::from(own.late) + 0.5 * f64::from(below.late + above.late);
        (late, f64::from(own.known) + 0.5 * f64::from(below.known + above.known))
    }
}

fn at_place(cells: &mut Vec<Cell>, place: usize) -> &mut Cell {
    if cells.len() <= place {
        cells.resize(place + 1, Cell::default());
    }
    &mut cells[place]
}

/// Half-octaves of the amount: 0 for nothing, one more each time it grows by about 1.41.
pub(crate) fn amount_bucket(minor: i64) -> usize {
    let major = u64::try_from(minor).unwrap_or(0) / 100 + 1;
    let octave = usize::try_from(major.ilog2()).unwrap_or(0);
    // The upper half of an octave begins at its bottom times the root of two: 99/70 to five figures.
    let upper = u128::from(major) * 70 >= (1_u128 << octave) * 99;
    (octave * 2 + usize::from(upper)).min(AMOUNTS - 1)
}

/// The weekday's own rate, then its recent one drawn to it.
fn due_weekday(reading: &Reading<'_>, prior: f64) -> f64 {
    tally(reading).similar.due_weekday[reading.due_weekday].drawn_to(prior, 3.0)
}

fn due_weekday_recent(reading: &Reading<'_>, prior: f64) -> f64 {
    let similar = &tally(reading).similar;
    let (count, late) = similar.due_weekday_faded[reading.due_weekday];
    let scale = reading.scale(1);
    smoothed_rate(late * scale, count * scale, due_weekday(reading, prior), 2.0)
}

fn amount(reading: &Reading<'_>, prior: f64, strength: f64) -> f64 {
    let (late, of) = tally(reading).similar.around_amount(amount_bucket(reading.shape.amount));
    smoothed_rate(late, of, prior, strength)
}

fn terms_cell(reading: &Reading<'_>) -> Cell {
    let place = reading.state.terms_seen.place(reading.shape.due - reading.shape.issued);
    place.and_then(|place| tally(reading).similar.terms.get(place)).copied().unwrap_or_default()
}

fn terms(reading: &Reading<'_>) -> f64 {
    terms_cell(reading).drawn_to(late_rate(reading), 3.0)
}

fn weekday_counts(reading: &Reading<'_>) -> (f64, f64) {
    tally(reading).similar.due_weekday[reading.due_weekday].counts()
}

fn weekday_recent_counts(reading: &Reading<'_>) -> (f64, f64) {
    let (count, late) = tally(reading).similar.due_weekday_faded[reading.due_weekday];
    let scale = reading.scale(1);
    (late * scale, count * scale)
}

fn due_day_counts(reading: &Reading<'_>) -> (f64, f64) {
    tally(reading).similar.around_due_day(reading.due_day_of_month).counts()
}

fn amount_counts(reading: &Reading<'_>) -> (f64, f64) {
    tally(reading).similar.around_amount(amount_bucket(reading.shape.amount))
}

fn terms_counts(reading: &Reading<'_>) -> (f64, f64) {
    terms_cell(reading).counts()
}

/// A feature of this family: a share, risk up, never missing.
const fn alike(
    name: &'static str,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    share(name, "never missing: what it is drawn to when nothing alike is known", reads, code, says, value)
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "similar",
    features: &[
        alike(
            "late_due_weekday",
            "late share of invoices due on the same weekday, drawn to late_rate by three",
            "LATE_DUE_WEEKDAY",
            |reading| {
                Said::often(
                    reading,
                    weekday_counts(reading),
                    (
                        "{often} {late} aux échéances de ce jour de semaine",
                        "{often} {late} on due dates of this weekday",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| due_weekday(reading, late_rate(reading)),
        ),
        alike(
            "late_due_weekday_90",
            "as late_due_weekday, fading with a half-life of 90 days, drawn to it by two",
            "LATE_DUE_WEEKDAY_RECENT",
            |reading| {
                Said::often(
                    reading,
                    weekday_recent_counts(reading),
                    (
                        "{often} {late} aux échéances de ce jour de semaine ces derniers mois",
                        "{often} {late} on due dates of this weekday in recent months",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| due_weekday_recent(reading, late_rate(reading)),
        ),
        alike(
            "late_due_day",
            "late share of invoices due within two days of the same day of month, drawn to late_rate by three",
            "LATE_DUE_DAY",
            |reading| {
                Said::often(
                    reading,
                    due_day_counts(reading),
                    (
                        "{often} {late} aux échéances de cette période du mois",
                        "{often} {late} on due dates at this time of month",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(late_rate(reading), 3.0),
        ),
        // With fixed terms the issue weekday is the due weekday over again.
        shown(alike(
            "late_issue_weekday",
            "late share of invoices issued on the same weekday, drawn to late_rate by three",
            "LATE_ISSUE_WEEKDAY",
            Said::nothing,
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(late_rate(reading), 3.0),
        )),
        of_amount(alike(
            "late_amount",
            "late share of invoices of about this amount (half-octaves), drawn to late_rate by two",
            "LATE_AMOUNT",
            |reading| {
                Said::often(
                    reading,
                    amount_counts(reading),
                    ("{often} {late} sur les montants de cet ordre", "{often} {late} on amounts of this size"),
                    NOTHING_ALIKE,
                )
            },
            |reading| amount(reading, late_rate(reading), 2.0),
        )),
        alike(
            "late_terms",
            "late share of invoices on the same terms in days, drawn to late_rate by three",
            "LATE_TERMS",
            |reading| {
                Said::often(
                    reading,
                    terms_counts(reading),
                    ("{often} {late} à ce délai de paiement", "{often} {late} on these terms"),
                    NOTHING_ALIKE,
                )
            },
            terms,
        ),
        alike(
            "late_due_weekday_shifted",
            "as late_due_weekday, drawn to late_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT",
            |reading| {
                Said::often(
                    reading,
                    weekday_counts(reading),
                    (
                        "{often} {late} aux échéances de ce jour de semaine, au regard de ses habitudes",
                        "{often} {late} on due dates of this weekday, given its payment habits",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| due_weekday(reading, shifted(reading)),
        ),
        alike(
            "late_due_weekday_shifted_90",
            "as late_due_weekday_90, drawn to late_due_weekday_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT_RECENT",
            |reading| {
                Said::often(
                    reading,
                    weekday_recent_counts(reading),
                    (
                        "{often} {late} aux échéances de ce jour de semaine ces derniers mois, au regard de ses habitudes",
                        "{often} {late} on due dates of this weekday in recent months, given its payment habits",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| due_weekday_recent(reading, shifted(reading)),
        ),
        alike(
            "late_due_day_shifted",
            "as late_due_day, drawn to late_shifted instead",
            "LATE_DUE_DAY_HABIT",
            |reading| {
                Said::often(
                    reading,
                    due_day_counts(reading),
                    (
                        "{often} {late} aux échéances de cette période du mois, au regard de ses habitudes",
                        "{often} {late} on due dates at this time of month, given its payment habits",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(shifted(reading), 3.0),
        ),
        shown(alike(
            "late_issue_weekday_shifted",
            "as late_issue_weekday, drawn to late_shifted instead",
            "LATE_ISSUE_WEEKDAY_HABIT",
            Said::nothing,
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(shifted(reading), 3.0),
        )),
        of_amount(alike(
            "late_amount_shifted",
            "as late_amount, drawn to late_shifted by three instead",
            "LATE_AMOUNT_HABIT",
            |reading| {
                Said::often(
                    reading,
                    amount_counts(reading),
                    (
                        "{often} {late} sur les montants de cet ordre, au regard de ses habitudes",
                        "{often} {late} on amounts of this size, given its payment habits",
                    ),
                    NOTHING_ALIKE,
                )
            },
            |reading| amount(reading, shifted(reading), 3.0),
        )),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amount_buckets_are_half_octaves_of_major_units() {
        for (minor, bucket) in [(-500, 0), (0, 0), (99, 0), (100, 2), (299, 3), (300, 4), (99_900, 19), (i64::MAX, 109)]
        {
            assert_eq!(amount_bucket(minor), bucket, "{minor}");
        }
        assert!((0..2_000_000).step_by(97).map(amount_bucket).is_sorted());
    }
}
