//! Priors learnt from a ledger as it was known on a day.

use encours_models::prior::smoothed_rate;

use crate::features::{Cut, HorizonPriors, Horizons, PayingWeek, Priors};
use crate::ledger::Book;
use crate::portfolio::rows::{Outcome, each_client};
use crate::{CoreError, features::NEVER};

/// Invoices that a weekday's base rate is drawn to the whole with.
const WEEKDAY_STRENGTH: f64 = 50.0;

#[derive(Clone, Default)]
struct Sums {
    paid: i64,
    paid_late: i64,
    days: i64,
    weekdays: [u64; 7],
    /// For each horizon: known and late, by weekday of the due date.
    horizons: Vec<[(i64, i64); 7]>,
}

impl Sums {
    fn add(&mut self, other: &Sums) {
        self.paid += other.paid;
        self.paid_late += other.paid_late;
        self.days += other.days;
        for (own, other) in self.weekdays.iter_mut().zip(&other.weekdays) {
            *own += other;
        }
        if self.horizons.is_empty() {
            self.horizons.clone_from(&other.horizons);
            return;
        }
        for (own, other) in self.horizons.iter_mut().flatten().zip(other.horizons.iter().flatten()) {
            own.0 += other.0;
            own.1 += other.1;
        }
    }
}

impl Priors {
    /// Base rates of all invoices whose outcome was known before `cutoff`; whole-number sums, so their order is of no
    /// matter. Where a ledger says nothing, [`Priors::published`] stands in.
    ///
    /// # Errors
    /// When a client is too large to be folded.
    pub fn learnt(book: &Book, horizons: &Horizons, cutoff: i32) -> Result<Self, CoreError> {
        let week = PayingWeek::default();
        let sums = each_client(book, horizons, week, |client, state| {
            state.advance(client, Cut::start_of(cutoff));
            let mut sums = Sums { horizons: vec![[(0, 0); 7]; horizons.days().len()], ..Sums::default() };
            for (position, record) in client.records().iter().enumerate() {
                let Some(life) = state.lives.get(position).filter(|life| life.issued) else { continue };
                if life.settled != NEVER && record.teaches_lateness() && !life.disputed {
                    let days = (life.settled - record.due).clamp(-60, 180);
                    sums.paid += 1;
                    sums.paid_late += i64::from(days > 0);
                    sums.days += i64::from(days);
                    sums.weekdays[crate::features::reading::weekday(life.settled)] += 1;
                }
                for (number, cells) in sums.horizons.iter_mut().enumerate() {
                    let outcome = Outcome::known_by(state, record, position, number, cutoff);
                    let cell = &mut cells[crate::features::reading::weekday(record.due)];
                    cell.0 += i64::from(outcome.is_some());
                    cell.1 += i64::from(outcome == Some(Outcome::Late));
                }
            }
            Ok(sums)
        })?;
        let mut whole = Sums::default();
        sums.iter().for_each(|sums| whole.add(sums));
        Ok(Self::of_sums(&whole, horizons))
    }

    fn of_sums(sums: &Sums, horizons: &Horizons) -> Self {
        let published = Priors::published();
        let float = crate::features::reading::float;
        // Five invoices' worth of the published rates: a ledger of a dozen invoices says little.
        let rate = |events: i64, of: i64, prior: f64| smoothed_rate(float(events), float(of), prior, 5.0);
        let horizons = horizons.days().iter().zip(&sums.horizons).map(|(&late_over, cells)| {
            let (known, late) = cells.iter().fold((0, 0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1));
            let whole = rate(late, known, published.rate_over(late_over));
            let by_weekday =
                cells.map(|(known, late)| smoothed_rate(float(late), float(known), whole, WEEKDAY_STRENGTH));
            HorizonPriors { late_over, rate: whole, rate_by_due_weekday: by_weekday }
        });
        Self {
            late_rate: rate(sums.paid_late, sums.paid, published.late_rate),
            mean_days_beyond_terms: smoothed_rate(
                float(sums.days),
                float(sums.paid),
                published.mean_days_beyond_terms,
                5.0,
            ),
            paying_week: PayingWeek::of_counts(&sums.weekdays),
            horizons: horizons.collect(),
        }
    }

    /// The same priors at other horizons.
    pub(crate) fn over(&self, horizons: &Horizons) -> Self {
        let prior = |&late_over: &u16| {
            let rate = self.rate_over(late_over);
            HorizonPriors { late_over, rate, rate_by_due_weekday: [rate; 7] }
        };
        Self { horizons: horizons.days().iter().map(prior).collect(), ..self.clone() }
    }

    /// The base rate of a horizon, log-linear between those that are known and level outside them.
    pub(crate) fn rate_over(&self, late_over: u16) -> f64 {
        let mut below: Option<&HorizonPriors> = None;
        for prior in &self.horizons {
            if prior.late_over == late_over {
                return prior.rate;
            }
            if prior.late_over > late_over {
                let Some(below) = below else { return prior.rate };
                let (from, to) = (f64::from(below.late_over), f64::from(prior.late_over));
                let share = (f64::from(late_over) - from) / (to - from);
                return libm::exp(libm::log(below.rate) * (1.0 - share) + libm::log(prior.rate) * share);
            }
            below = Some(prior);
        }
        below.map_or(0.5, |prior| prior.rate)
    }
}
