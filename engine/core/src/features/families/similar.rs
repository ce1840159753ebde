//! How often invoices *like this one* were late: due on the same weekday or around the same day of the month, issued on
//! the same weekday, of about the same amount, on the same terms.

use encours_models::prior::smoothed_rate;

use super::lateness::{late_rate, tally};
use super::payday::shifted;
use crate::features::decay::Weights;
use crate::features::reading::{Reading, day_of_month, float, weekday};
use crate::features::registry::{Feature, FeatureFamily, share, shown};
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

fn terms(reading: &Reading<'_>) -> f64 {
    let place = reading.state.terms_seen.place(reading.shape.due - reading.shape.issued);
    let cell = place.and_then(|place| tally(reading).similar.terms.get(place)).copied();
    cell.unwrap_or_default().drawn_to(late_rate(reading), 3.0)
}

/// A feature of this family: a share, risk up, never missing.
const fn alike(
    name: &'static str,
    reads: &'static str,
    code: &'static str,
    fr: (&'static str, &'static str),
    en: (&'static str, &'static str),
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    share(name, "never missing: what it is drawn to when nothing alike is known", reads, code, fr, en, value)
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "similar",
    features: &[
        alike(
            "late_due_weekday",
            "late share of invoices due on the same weekday, drawn to late_rate by three",
            "LATE_DUE_WEEKDAY",
            ("tient mal les échéances de ce jour de semaine", "tient bien les échéances de ce jour de semaine"),
            ("keeps due dates on this weekday badly", "keeps due dates on this weekday well"),
            |reading| due_weekday(reading, late_rate(reading)),
        ),
        alike(
            "late_due_weekday_90",
            "as late_due_weekday, fading with a half-life of 90 days, drawn to it by two",
            "LATE_DUE_WEEKDAY_RECENT",
            ("a récemment laissé passer ce jour d’échéance", "a récemment tenu ce jour d’échéance"),
            ("recently missed due dates on this weekday", "recently kept due dates on this weekday"),
            |reading| due_weekday_recent(reading, late_rate(reading)),
        ),
        alike(
            "late_due_day",
            "late share of invoices due within two days of the same day of month, drawn to late_rate by three",
            "LATE_DUE_DAY",
            ("tient mal les échéances de cette période du mois", "tient bien les échéances de cette période du mois"),
            ("keeps due dates at this time of month badly", "keeps due dates at this time of month well"),
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(late_rate(reading), 3.0),
        ),
        // With fixed terms the issue weekday is the due weekday over again.
        shown(alike(
            "late_issue_weekday",
            "late share of invoices issued on the same weekday, drawn to late_rate by three",
            "LATE_ISSUE_WEEKDAY",
            ("paie moins bien les factures émises ce jour-là", "paie mieux les factures émises ce jour-là"),
            ("pays invoices issued on this weekday worse", "pays invoices issued on this weekday better"),
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(late_rate(reading), 3.0),
        )),
        alike(
            "late_amount",
            "late share of invoices of about this amount (half-octaves), drawn to late_rate by two",
            "LATE_AMOUNT",
            ("paie plus tard les montants de cet ordre", "paie à l’heure les montants de cet ordre"),
            ("pays amounts of this size later", "pays amounts of this size on time"),
            |reading| amount(reading, late_rate(reading), 2.0),
        ),
        alike(
            "late_terms",
            "late share of invoices on the same terms in days, drawn to late_rate by three",
            "LATE_TERMS",
            ("tient mal ce délai de paiement", "tient bien ce délai de paiement"),
            ("keeps these terms badly", "keeps these terms well"),
            terms,
        ),
        alike(
            "late_due_weekday_shifted",
            "as late_due_weekday, drawn to late_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT",
            ("ce jour d’échéance tombe mal pour ses habitudes", "ce jour d’échéance convient à ses habitudes"),
            ("this due weekday suits its habits badly", "this due weekday suits its habits"),
            |reading| due_weekday(reading, shifted(reading)),
        ),
        alike(
            "late_due_weekday_shifted_90",
            "as late_due_weekday_90, drawn to late_due_weekday_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT_RECENT",
            ("ce jour d’échéance tombe mal ces derniers temps", "ce jour d’échéance convient ces derniers temps"),
            ("this due weekday has suited badly of late", "this due weekday has suited well of late"),
            |reading| due_weekday_recent(reading, shifted(reading)),
        ),
        alike(
            "late_due_day_shifted",
            "as late_due_day, drawn to late_shifted instead",
            "LATE_DUE_DAY_HABIT",
            ("cette période du mois tombe mal pour ses habitudes", "cette période du mois convient à ses habitudes"),
            ("this time of month suits its habits badly", "this time of month suits its habits"),
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(shifted(reading), 3.0),
        ),
        shown(alike(
            "late_issue_weekday_shifted",
            "as late_issue_weekday, drawn to late_shifted instead",
            "LATE_ISSUE_WEEKDAY_HABIT",
            ("ce jour d’émission tombe mal pour ses habitudes", "ce jour d’émission convient à ses habitudes"),
            ("this issue weekday suits its habits badly", "this issue weekday suits its habits"),
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(shifted(reading), 3.0),
        )),
        alike(
            "late_amount_shifted",
            "as late_amount, drawn to late_shifted by three instead",
            "LATE_AMOUNT_HABIT",
            ("un tel montant attend chez ce client", "un tel montant passe sans attendre"),
            ("such an amount waits with this client", "such an amount goes through without waiting"),
            |reading| amount(reading, shifted(reading), 3.0),
        ),
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
