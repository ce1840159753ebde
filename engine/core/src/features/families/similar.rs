//! How often invoices *like this one* were late: due on the same weekday or around the same day of the month, issued on
//! the same weekday, of about the same amount, on the same terms.

use encours_domain::Day;
use encours_models::Direction;
use encours_models::prior::smoothed_rate;

use super::lateness::{cells, late_rate, tally};
use super::payday::shifted;
use crate::features::decay::HalfLives;
use crate::features::reading::{Reading, float};
use crate::features::registry::{Feature, FeatureFamily, Unit};
use crate::ledger::InvoiceRecord;

const AMOUNTS: usize = 110;

/// Outcomes of one kind of invoice.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cell {
    known: i32,
    late: i32,
}

impl Cell {
    fn add(&mut self, change: i64, again: bool) {
        self.known += i32::from(!again);
        self.late += i32::try_from(change).unwrap_or(0);
    }

    fn drawn_to(self, prior: f64, strength: f64) -> f64 {
        smoothed_rate(f64::from(self.late), f64::from(self.known), prior, strength)
    }
}

/// Outcomes by likeness, at one horizon.
#[derive(Clone, Debug)]
pub(crate) struct SimilarTally {
    due_weekday: [Cell; 7],
    due_weekday_faded: [(f64, f64); 7],
    faded_on: Option<i32>,
    issue_weekday: [Cell; 7],
    /// By day of month of the due date, 1 to 31.
    due_day: [Cell; 32],
    amount: Vec<Cell>,
    /// By terms in days, ascending.
    terms: Vec<(i32, Cell)>,
}

impl Default for SimilarTally {
    fn default() -> Self {
        Self {
            due_weekday: [Cell::default(); 7],
            due_weekday_faded: [(0.0, 0.0); 7],
            faded_on: None,
            issue_weekday: [Cell::default(); 7],
            due_day: [Cell::default(); 32],
            amount: Vec::new(),
            terms: Vec::new(),
        }
    }
}

impl SimilarTally {
    pub(crate) fn reset(&mut self) {
        let (mut amount, mut terms) = (std::mem::take(&mut self.amount), std::mem::take(&mut self.terms));
        amount.clear();
        terms.clear();
        *self = Self { amount, terms, ..Self::default() };
    }

    pub(crate) fn observed(
        &mut self,
        record: &InvoiceRecord,
        change: i64,
        again: bool,
        known: i32,
        half_lives: &HalfLives,
    ) {
        let (due_weekday, issue_weekday, amount, terms) = cells(record);
        self.due_weekday[due_weekday].add(change, again);
        self.issue_weekday[issue_weekday].add(change, again);
        let day_of_month = Day::from_number(record.due).map_or(0, Day::day_of_month);
        self.due_day[usize::from(day_of_month)].add(change, again);
        if self.amount.len() <= amount {
            self.amount.resize(amount + 1, Cell::default());
        }
        self.amount[amount].add(change, again);
        let place = self.terms.binary_search_by_key(&terms, |(days, _)| *days).unwrap_or_else(|place| {
            self.terms.insert(place, (terms, Cell::default()));
            place
        });
        self.terms[place].1.add(change, again);
        self.fade_to(known, half_lives);
        let faded = &mut self.due_weekday_faded[due_weekday];
        faded.0 += f64::from(u8::from(!again));
        faded.1 += float(change);
    }

    fn fade_to(&mut self, day: i32, half_lives: &HalfLives) {
        let passed = self.faded_on.map_or(0, |last| day - last);
        if passed > 0 {
            let left = half_lives.left(1, passed);
            for (count, late) in &mut self.due_weekday_faded {
                *count *= left;
                *late *= left;
            }
        }
        self.faded_on = Some(self.faded_on.map_or(day, |last| last.max(day)));
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
    let left = similar.faded_on.map_or(0.0, |last| reading.state.half_life_left(1, reading.today - last));
    smoothed_rate(late * left, count * left, due_weekday(reading, prior), 2.0)
}

fn amount(reading: &Reading<'_>, prior: f64, strength: f64) -> f64 {
    let (late, of) = tally(reading).similar.around_amount(amount_bucket(reading.shape.amount));
    smoothed_rate(late, of, prior, strength)
}

fn terms(reading: &Reading<'_>) -> f64 {
    let terms = reading.shape.due - reading.shape.issued;
    let known = &tally(reading).similar.terms;
    let cell = known.binary_search_by_key(&terms, |(days, _)| *days).ok().and_then(|place| known.get(place));
    cell.map_or_else(Cell::default, |(_, cell)| *cell).drawn_to(late_rate(reading), 3.0)
}

/// A feature of this family: a share, risk up, never missing.
const fn share(
    name: &'static str,
    reads: &'static str,
    code: &'static str,
    fr: (&'static str, &'static str),
    en: (&'static str, &'static str),
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    let missing = "never missing: what it is drawn to when nothing alike is known";
    Feature {
        name,
        unit: Unit::Share,
        direction: Direction::RiskUp,
        missing,
        reads,
        code,
        fr,
        en,
        offered: true,
        value,
    }
}

/// Measured and shown, not learnt from: with fixed terms the issue weekday is the due weekday over again.
const fn shown(feature: Feature) -> Feature {
    Feature { offered: false, ..feature }
}

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "similar",
    features: &[
        share(
            "late_due_weekday",
            "late share of invoices due on the same weekday, drawn to late_rate by three",
            "LATE_DUE_WEEKDAY",
            ("tient mal les échéances de ce jour de semaine", "tient bien les échéances de ce jour de semaine"),
            ("keeps due dates on this weekday badly", "keeps due dates on this weekday well"),
            |reading| due_weekday(reading, late_rate(reading)),
        ),
        share(
            "late_due_weekday_90",
            "as late_due_weekday, fading with a half-life of 90 days, drawn to it by two",
            "LATE_DUE_WEEKDAY_RECENT",
            ("a récemment laissé passer ce jour d'échéance", "a récemment tenu ce jour d'échéance"),
            ("recently missed due dates on this weekday", "recently kept due dates on this weekday"),
            |reading| due_weekday_recent(reading, late_rate(reading)),
        ),
        share(
            "late_due_day",
            "late share of invoices due within two days of the same day of month, drawn to late_rate by three",
            "LATE_DUE_DAY",
            ("tient mal les échéances de cette période du mois", "tient bien les échéances de cette période du mois"),
            ("keeps due dates at this time of month badly", "keeps due dates at this time of month well"),
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(late_rate(reading), 3.0),
        ),
        shown(share(
            "late_issue_weekday",
            "late share of invoices issued on the same weekday, drawn to late_rate by three",
            "LATE_ISSUE_WEEKDAY",
            ("paie moins bien les factures émises ce jour-là", "paie mieux les factures émises ce jour-là"),
            ("pays invoices issued on this weekday worse", "pays invoices issued on this weekday better"),
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(late_rate(reading), 3.0),
        )),
        share(
            "late_amount",
            "late share of invoices of about this amount (half-octaves), drawn to late_rate by two",
            "LATE_AMOUNT",
            ("paie plus tard les montants de cet ordre", "paie à l'heure les montants de cet ordre"),
            ("pays amounts of this size later", "pays amounts of this size on time"),
            |reading| amount(reading, late_rate(reading), 2.0),
        ),
        share(
            "late_terms",
            "late share of invoices on the same terms in days, drawn to late_rate by three",
            "LATE_TERMS",
            ("tient mal ce délai de paiement", "tient bien ce délai de paiement"),
            ("keeps these terms badly", "keeps these terms well"),
            terms,
        ),
        share(
            "late_due_weekday_shifted",
            "as late_due_weekday, drawn to late_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT",
            ("ce jour d'échéance tombe mal pour ses habitudes", "ce jour d'échéance convient à ses habitudes"),
            ("this due weekday suits its habits badly", "this due weekday suits its habits"),
            |reading| due_weekday(reading, shifted(reading)),
        ),
        share(
            "late_due_weekday_shifted_90",
            "as late_due_weekday_90, drawn to late_due_weekday_shifted instead",
            "LATE_DUE_WEEKDAY_HABIT_RECENT",
            ("ce jour d'échéance tombe mal ces derniers temps", "ce jour d'échéance convient ces derniers temps"),
            ("this due weekday has suited badly of late", "this due weekday has suited well of late"),
            |reading| due_weekday_recent(reading, shifted(reading)),
        ),
        share(
            "late_due_day_shifted",
            "as late_due_day, drawn to late_shifted instead",
            "LATE_DUE_DAY_HABIT",
            ("cette période du mois tombe mal pour ses habitudes", "cette période du mois convient à ses habitudes"),
            ("this time of month suits its habits badly", "this time of month suits its habits"),
            |reading| tally(reading).similar.around_due_day(reading.due_day_of_month).drawn_to(shifted(reading), 3.0),
        ),
        shown(share(
            "late_issue_weekday_shifted",
            "as late_issue_weekday, drawn to late_shifted instead",
            "LATE_ISSUE_WEEKDAY_HABIT",
            ("ce jour d'émission tombe mal pour ses habitudes", "ce jour d'émission convient à ses habitudes"),
            ("this issue weekday suits its habits badly", "this issue weekday suits its habits"),
            |reading| tally(reading).similar.issue_weekday[reading.issue_weekday].drawn_to(shifted(reading), 3.0),
        )),
        share(
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
