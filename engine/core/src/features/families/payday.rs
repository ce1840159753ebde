//! Pay-day habit: clients pay when *they* pay (Thursdays, the tenth, the last working day), whatever the invoice says.
//!
//! The heart is `late_shifted`: take the delays the client is known for, in days on which money moves, lay them on this
//! invoice's due date, and count how many of them would end past the horizon. A client that always pays two working
//! days late is on time over 0 days for nobody, and late over 3 days only when the weekend falls in between.

use encours_models::Direction;
use encours_models::prior::smoothed_rate;

use super::lateness::tally;
use crate::features::decay::Weights;
use crate::features::priors::PayingWeek;
use crate::features::reading::{Reading, day_of_month, float, weekday};
use crate::features::registry::{Feature, FeatureFamily, Unit, share};
use crate::features::says::{NOTHING_ALIKE, NOTHING_RECENT, Said};
use crate::ledger::InvoiceRecord;

const LEAST: i32 = -30;
const MOST: i32 = 60;
const CELLS: usize = 91;
const MONTH_LEAST: i32 = -31;
const MONTH_MOST: i32 = 92;
const MONTH_CELLS: usize = 124;

/// What is counted of the days on which the client pays.
#[derive(Clone, Debug)]
pub(crate) struct PaydayTally {
    week: PayingWeek,
    count: i64,
    /// By delay in paying days.
    shift: [u32; CELLS],
    /// The same in weights of a half-life of 90 days.
    shift_recent: [f64; CELLS],
    recent_total: f64,
    /// By days from the Monday of the due week.
    in_week: [u32; CELLS],
    /// By days from the first of the due month.
    in_month: [u32; MONTH_CELLS],
    /// Money came in, by weekday and by day of month.
    weekday: [u32; 7],
    day_of_month: [u32; 32],
    pub(crate) last_money: Option<i32>,
}

/// The places of one payment in the tally.
struct Cells {
    shift: usize,
    in_week: usize,
    in_month: usize,
    weekday: usize,
    day_of_month: usize,
}

impl Default for PaydayTally {
    fn default() -> Self {
        Self {
            week: PayingWeek::default(),
            count: 0,
            shift: [0; CELLS],
            shift_recent: [0.0; CELLS],
            recent_total: 0.0,
            in_week: [0; CELLS],
            in_month: [0; MONTH_CELLS],
            weekday: [0; 7],
            day_of_month: [0; 32],
            last_money: None,
        }
    }
}

impl PaydayTally {
    pub(crate) fn new(week: PayingWeek) -> Self {
        Self { week, ..Self::default() }
    }

    pub(crate) fn reset(&mut self) {
        if self.count > 0 || self.last_money.is_some() {
            *self = Self::new(self.week);
        }
    }

    /// Money came in on a day, whether or not it closed an invoice.
    pub(crate) fn money_in(&mut self, day: i32) {
        self.last_money = self.last_money.max(Some(day));
    }

    pub(crate) fn settled(&mut self, record: &InvoiceRecord, beyond_terms: i32, weights: &Weights) {
        self.count += 1;
        let cells = self.cells_of(record, beyond_terms);
        self.shift_recent[cells.shift] += weights[1];
        self.recent_total += weights[1];
        self.counts(&cells).into_iter().for_each(|count| *count += 1);
    }

    /// A payment bounced: its day and its delay are no habit. `weights` are those it was added with.
    pub(crate) fn unsettled(&mut self, record: &InvoiceRecord, beyond_terms: i32, weights: &Weights) {
        self.count -= 1;
        let cells = self.cells_of(record, beyond_terms);
        self.shift_recent[cells.shift] -= weights[1];
        self.recent_total -= weights[1];
        self.counts(&cells).into_iter().for_each(|count| *count = count.saturating_sub(1));
    }

    /// Where a payment is counted.
    fn cells_of(&self, record: &InvoiceRecord, beyond_terms: i32) -> Cells {
        let paid = record.due + beyond_terms;
        let due_weekday = i32::try_from(weekday(record.due)).unwrap_or(0);
        let due_day = i32::try_from(day_of_month(record.due)).unwrap_or(1);
        Cells {
            shift: cell(self.week.number_of(paid) - self.week.number_of(record.due), LEAST, MOST),
            in_week: cell(beyond_terms + due_weekday, LEAST, MOST),
            in_month: cell(beyond_terms + due_day, MONTH_LEAST, MONTH_MOST),
            weekday: weekday(paid),
            day_of_month: day_of_month(paid),
        }
    }

    fn counts(&mut self, cells: &Cells) -> [&mut u32; 5] {
        [
            &mut self.shift[cells.shift],
            &mut self.in_week[cells.in_week],
            &mut self.in_month[cells.in_month],
            &mut self.weekday[cells.weekday],
            &mut self.day_of_month[cells.day_of_month],
        ]
    }

    /// The weekdays on which money comes in.
    pub(crate) fn week(&self) -> PayingWeek {
        self.week
    }

    /// The delays counted, laid on a due date: days beyond it, how many payments, and their fading weights, ascending in
    /// days. Those that the tally holds to its bounds stand on them.
    pub(crate) fn laid_on(&self, due: i32) -> impl Iterator<Item = (i32, u32, f64)> + '_ {
        let due_number = self.week.number_of(due);
        let cells = (LEAST..=MOST).zip(self.shift.iter().zip(&self.shift_recent));
        let counted = cells.filter(|(_, (count, _))| **count > 0);
        counted.map(move |(shift, (count, recent))| (self.week.day_of(due_number + shift) - due, *count, *recent))
    }

    /// The first cell of `shift` whose delay, laid on this due date, ends past the horizon.
    pub(crate) fn first_late_shift(&self, due: i32, late_over: i32) -> usize {
        let due_number = self.week.number_of(due);
        // Days of payment only ever follow each other, so that it is found by halving.
        let (mut low, mut high) = (LEAST, MOST + 1);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.week.day_of(due_number + middle) - due > late_over {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        usize::try_from(low - LEAST).unwrap_or(CELLS)
    }
}

fn cell(days: i32, least: i32, most: i32) -> usize {
    usize::try_from(days.clamp(least, most) - least).unwrap_or(0)
}

fn total(cells: &[u32]) -> f64 {
    float(cells.iter().map(|&count| i64::from(count)).sum())
}

/// Of the client's known delays, those that would make this invoice late, open late ones counting as late.
fn shifted_counts(reading: &Reading<'_>) -> (f64, f64) {
    let (payday, open_late) = (&reading.state.payday, float(tally(reading).open_late));
    (total(&payday.shift[reading.first_late_shift..]) + open_late, float(payday.count) + open_late)
}

/// Their share, drawn to the base rate of the due weekday with the weight of two.
pub(crate) fn shifted(reading: &Reading<'_>) -> f64 {
    let (late, of) = shifted_counts(reading);
    let base = reading.horizon_priors.rate_by_due_weekday[reading.due_weekday];
    smoothed_rate(late, of, base, 2.0)
}

fn shifted_recent_counts(reading: &Reading<'_>) -> (f64, f64) {
    let (payday, open_late) = (&reading.state.payday, float(tally(reading).open_late));
    let scale = reading.scale(1);
    let late: f64 = payday.shift_recent[reading.first_late_shift..].iter().sum();
    (late * scale + open_late, payday.recent_total * scale + open_late)
}

fn shifted_recent(reading: &Reading<'_>) -> f64 {
    let (late, of) = shifted_recent_counts(reading);
    smoothed_rate(late, of, shifted(reading), 2.0)
}

fn week_counts(reading: &Reading<'_>) -> (f64, f64) {
    let due = i32::try_from(reading.due_weekday).unwrap_or(0);
    let first = cell(due + reading.late_over + 1, LEAST, MOST + 1);
    let late = total(reading.state.payday.in_week.get(first..).unwrap_or(&[]));
    (late, float(reading.state.payday.count))
}

fn by_week(reading: &Reading<'_>) -> f64 {
    let (late, of) = week_counts(reading);
    smoothed_rate(late, of, shifted(reading), 3.0)
}

fn month_counts(reading: &Reading<'_>) -> (f64, f64) {
    let due = i32::try_from(reading.due_day_of_month).unwrap_or(1);
    let first = cell(due + reading.late_over + 1, MONTH_LEAST, MONTH_MOST + 1);
    let late = total(reading.state.payday.in_month.get(first..).unwrap_or(&[]));
    (late, float(reading.state.payday.count))
}

fn by_month(reading: &Reading<'_>) -> f64 {
    let (late, of) = month_counts(reading);
    smoothed_rate(late, of, shifted(reading), 3.0)
}

/// Mean wait from a place in a cycle to the client's pay days, each of which has `counts`.
fn mean_wait(counts: &[u32], from: usize, smoothing: f64) -> f64 {
    let length = counts.len();
    let (mut wait, mut of) = (0.0, 0.0);
    for (ahead, days) in (0..length).zip(0_u32..) {
        let count = counts.get((from + ahead) % length).copied().unwrap_or(0);
        let weight = f64::from(count) + smoothing;
        wait += weight * f64::from(days);
        of += weight;
    }
    if of > 0.0 { wait / of } else { f64::NAN }
}

fn when_paid(reading: &Reading<'_>, value: impl Fn(&PaydayTally) -> f64) -> f64 {
    let payday = &reading.state.payday;
    if payday.count == 0 { f64::NAN } else { value(payday) }
}

/// A feature of this family: a share, risk up, never missing.
const fn habit(
    name: &'static str,
    reads: &'static str,
    code: &'static str,
    says: fn(&Reading<'_>) -> Said,
    value: fn(&Reading<'_>) -> f64,
) -> Feature {
    share(name, "never missing: the base rate of the due weekday when nothing is paid", reads, code, says, value)
}

const NONE_PAID: &str = "no invoice paid yet";

/// The family.
pub const FAMILY: FeatureFamily = FeatureFamily {
    name: "payday",
    features: &[
        habit(
            "late_shifted",
            "share of the client's delays, in paying days, that would take this due date past the horizon",
            "PAYDAY_MISS",
            |reading| {
                Said::habit(
                    reading,
                    shifted_counts(reading),
                    (
                        "selon ses habitudes de paiement, cette facture serait {often} payée {late}",
                        "by its payment habits this invoice would {often} be paid {late}",
                    ),
                    NOTHING_ALIKE,
                )
            },
            shifted,
        ),
        habit(
            "late_shifted_90",
            "as late_shifted, delays fading with a half-life of 90 days, drawn to it by two",
            "PAYDAY_MISS_RECENT",
            |reading| {
                Said::habit(
                    reading,
                    shifted_recent_counts(reading),
                    (
                        "selon ses derniers paiements, cette facture serait {often} payée {late}",
                        "by its recent payments this invoice would {often} be paid {late}",
                    ),
                    NOTHING_RECENT,
                )
            },
            shifted_recent,
        ),
        habit(
            "late_by_week",
            "share of delays that would be late when payments keep their place in the week, drawn to late_shifted by three",
            "PAYDAY_WEEK",
            |reading| {
                Said::habit(
                    reading,
                    week_counts(reading),
                    (
                        "selon ses jours de paiement dans la semaine, cette facture serait {often} payée {late}",
                        "by its payment days in the week this invoice would {often} be paid {late}",
                    ),
                    NOTHING_ALIKE,
                )
            },
            by_week,
        ),
        habit(
            "late_by_month",
            "share of delays that would be late when payments keep their place in the month, drawn to late_shifted by three",
            "PAYDAY_MONTH",
            |reading| {
                Said::habit(
                    reading,
                    month_counts(reading),
                    (
                        "selon ses dates de paiement dans le mois, cette facture serait {often} payée {late}",
                        "by its payment dates in the month this invoice would {often} be paid {late}",
                    ),
                    NOTHING_ALIKE,
                )
            },
            by_month,
        ),
        Feature {
            name: "wait_to_payday",
            unit: Unit::Days,
            direction: Direction::Free,
            missing: NONE_PAID,
            reads: "mean days from the due date to the client's payment weekdays, three tenths of a payment added to each",
            code: "PAYDAY_WAIT",
            says: Said::nothing,
            offered: false,
            of_amount: false,

            value: |reading| when_paid(reading, |payday| mean_wait(&payday.weekday, reading.due_weekday, 0.3)),
        },
        Feature {
            name: "wait_to_payday_of_month",
            unit: Unit::Days,
            direction: Direction::Free,
            missing: NONE_PAID,
            reads: "mean days from the due day of month to the client's payment days of month",
            code: "PAYDAY_WAIT_MONTH",
            says: Said::nothing,
            offered: false,
            of_amount: false,

            value: |reading| {
                let days =
                    |payday: &PaydayTally| mean_wait(&payday.day_of_month[1..], reading.due_day_of_month - 1, 0.0);
                when_paid(reading, days)
            },
        },
        Feature {
            name: "payday_concentration",
            unit: Unit::Share,
            direction: Direction::Free,
            missing: NONE_PAID,
            reads: "share of payments on the commonest weekday, three tenths of a payment added to each",
            code: "PAYDAY_FIXED",
            says: Said::nothing,
            offered: false,
            of_amount: false,

            value: |reading| {
                when_paid(reading, |payday| {
                    let most = payday.weekday.iter().copied().max().unwrap_or(0);
                    (f64::from(most) + 0.3) / (total(&payday.weekday) + 2.1)
                })
            },
        },
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_means_over_the_cycle() {
        // Pays on Thursdays only: from a Tuesday two days, from a Friday six.
        let thursdays = [0, 0, 0, 9, 0, 0, 0];
        assert!((mean_wait(&thursdays, 1, 0.0) - 2.0).abs() < 1e-12);
        assert!((mean_wait(&thursdays, 4, 0.0) - 6.0).abs() < 1e-12);
        assert!(mean_wait(&[0; 7], 1, 0.0).is_nan());
    }

    #[test]
    fn the_first_late_shift_jumps_over_weekends() {
        let tally = PaydayTally::new(PayingWeek::default());
        let friday = 20_777;
        let zero = usize::try_from(-LEAST).unwrap();
        // Due on a Friday: one paying day later is Monday, three calendar days.
        assert_eq!(tally.first_late_shift(friday, 0), zero + 1);
        assert_eq!(tally.first_late_shift(friday, 2), zero + 1);
        assert_eq!(tally.first_late_shift(friday, 3), zero + 2);
        // Due on a Saturday: even a payment on the next paying day is two days late.
        assert_eq!(tally.first_late_shift(friday + 1, 0), zero);
        assert_eq!(tally.first_late_shift(friday, 3_650), CELLS);
    }
}
