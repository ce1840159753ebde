//! What a client without history is taken to be: constants frozen at training and kept in the model's artefact, so that
//! one client alone and the whole portfolio read the same numbers.

use std::collections::BTreeMap;

use encours_domain::{DomainError, Probability};
use serde::{Deserialize, Serialize};

/// The weekdays on which money comes in, and the numbering of days by them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayingWeek {
    /// Monday first; `true` on days on which clients pay.
    pub pays: [bool; 7],
}

impl Default for PayingWeek {
    fn default() -> Self {
        Self { pays: [true, true, true, true, true, false, false] }
    }
}

impl PayingWeek {
    /// The week of a ledger from its payments by weekday: a day with under 2 % of them counts as closed. Fewer than
    /// fifty payments say nothing: Monday to Friday stands in.
    pub fn of_counts(payments: &[u64; 7]) -> Self {
        let total: u64 = payments.iter().sum();
        if total < 50 {
            return Self::default();
        }
        Self { pays: payments.map(|count| count * 50 >= total) }
    }

    /// Paying days in a week; a week without any has seven.
    fn per_week(&self) -> i32 {
        match self.pays.iter().filter(|&&pays| pays).count() {
            0 => 7,
            count => i32::try_from(count).unwrap_or(7),
        }
    }

    /// The running number of a day among paying days; a closed day has the number of the next paying day.
    pub fn number_of(&self, day: i32) -> i32 {
        // 1969-12-29, three days before day nought, was a Monday.
        let (week, weekday) = ((day + 3).div_euclid(7), (day + 3).rem_euclid(7));
        if self.per_week() == 7 {
            return week * 7 + weekday;
        }
        let weekday = usize::try_from(weekday).unwrap_or(0);
        let before = self.pays.iter().take(weekday).filter(|&&pays| pays).count();
        week * self.per_week() + i32::try_from(before).unwrap_or(0)
    }

    /// The day of a running number.
    pub fn day_of(&self, number: i32) -> i32 {
        let per_week = self.per_week();
        let (week, place) = (number.div_euclid(per_week), number.rem_euclid(per_week));
        if per_week == 7 {
            return week * 7 + place - 3;
        }
        let open = self.pays.iter().zip(0_i32..).filter(|(pays, _)| **pays).map(|(_, weekday)| weekday);
        let weekday = open.zip(0_i32..).find(|(_, order)| *order == place).map_or(0, |(weekday, _)| weekday);
        week * 7 + weekday - 3
    }
}

/// Base rates at one horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HorizonPriors {
    /// The horizon, days.
    pub late_over: u16,
    /// Share of invoices late over it.
    pub rate: f64,
    /// The same by weekday of the due date, Monday first, drawn towards the whole.
    pub rate_by_due_weekday: [f64; 7],
}

/// All that a client without history borrows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Priors {
    /// Share of paid invoices that were paid after their due date.
    pub late_rate: f64,
    /// Mean days beyond terms of paid invoices (early payment counts negative), held to -60..180.
    pub mean_days_beyond_terms: f64,
    /// Weekdays on which money comes in.
    pub paying_week: PayingWeek,
    /// Base rates, horizons ascending.
    pub horizons: Vec<HorizonPriors>,
}

impl Priors {
    /// Published French base rates (Altares, first halves of 2023 and 2024: 51.3 % late, mean delay 12.9 days, 7.6 %
    /// beyond 30 days; the tail beyond is an expert reading). They stand in where a ledger is too small to train on.
    pub fn published() -> Self {
        let horizons = [(0, 0.513), (30, 0.076), (60, 0.035), (90, 0.02)];
        let prior = |(late_over, rate)| HorizonPriors { late_over, rate, rate_by_due_weekday: [rate; 7] };
        Self {
            late_rate: 0.513,
            mean_days_beyond_terms: 12.9,
            paying_week: PayingWeek::default(),
            horizons: horizons.map(prior).to_vec(),
        }
    }
}

/// Names under which priors stand in an artefact.
const LATE_RATE: &str = "late_rate";
const MEAN_DAYS: &str = "mean_days_beyond_terms";

fn pays_key(weekday: usize) -> String {
    format!("pays.{weekday}")
}

fn rate_key(late_over: u16) -> String {
    format!("rate_over.{late_over}")
}

fn weekday_key(late_over: u16, weekday: usize) -> String {
    format!("rate_over.{late_over}.due_weekday.{weekday}")
}

impl Priors {
    /// The flat form that an artefact keeps.
    pub fn to_baselines(&self) -> BTreeMap<String, f64> {
        let mut flat = BTreeMap::new();
        flat.insert(LATE_RATE.to_owned(), self.late_rate);
        flat.insert(MEAN_DAYS.to_owned(), self.mean_days_beyond_terms);
        for (weekday, &pays) in self.paying_week.pays.iter().enumerate() {
            flat.insert(pays_key(weekday), f64::from(u8::from(pays)));
        }
        for prior in &self.horizons {
            flat.insert(rate_key(prior.late_over), prior.rate);
            for (weekday, &rate) in prior.rate_by_due_weekday.iter().enumerate() {
                flat.insert(weekday_key(prior.late_over, weekday), rate);
            }
        }
        flat
    }

    /// Reads the flat form back.
    ///
    /// # Errors
    /// Names the prior that is missing or no share.
    pub fn from_baselines(flat: &BTreeMap<String, f64>) -> Result<Self, DomainError> {
        let number = |key: &str| {
            let found = flat.get(key).copied().filter(|value| value.is_finite());
            found.ok_or_else(|| DomainError::unreadable("model prior", key, "a number under this name"))
        };
        let share = |key: &str| number(key).and_then(|value| Probability::new(value).map(Probability::value));
        let mut pays = [false; 7];
        for (weekday, slot) in pays.iter_mut().enumerate() {
            *slot = number(&pays_key(weekday))? > 0.5;
        }
        let mut late_overs: Vec<u16> =
            flat.keys().filter_map(|key| key.strip_prefix("rate_over.")?.parse().ok()).collect();
        late_overs.sort_unstable();
        let horizon = |late_over: u16| -> Result<HorizonPriors, DomainError> {
            let mut rate_by_due_weekday = [0.0; 7];
            for (weekday, slot) in rate_by_due_weekday.iter_mut().enumerate() {
                *slot = share(&weekday_key(late_over, weekday))?;
            }
            Ok(HorizonPriors { late_over, rate: share(&rate_key(late_over))?, rate_by_due_weekday })
        };
        Ok(Self {
            late_rate: share(LATE_RATE)?,
            mean_days_beyond_terms: number(MEAN_DAYS)?,
            paying_week: PayingWeek { pays },
            horizons: late_overs.into_iter().map(horizon).collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_day_week_rolls_over_the_weekend() {
        let week = PayingWeek::default();
        // 2026-11-20 is a Friday, day 20777.
        let friday = 20_777;
        assert_eq!(week.number_of(friday + 1), week.number_of(friday) + 1);
        assert_eq!(week.number_of(friday + 2), week.number_of(friday + 3));
        assert_eq!(week.day_of(week.number_of(friday) + 1), friday + 3);
        for day in -400..400 {
            let back = week.day_of(week.number_of(day));
            assert!((0..=2).contains(&(back - day)), "{day} came back as {back}");
        }
    }

    #[test]
    fn the_flat_form_comes_back() {
        let priors = Priors::published();
        assert_eq!(Priors::from_baselines(&priors.to_baselines()).unwrap(), priors);
        let mut damaged = priors.to_baselines();
        damaged.remove("rate_over.30.due_weekday.4");
        assert!(Priors::from_baselines(&damaged).unwrap_err().to_string().contains("due_weekday.4"));
        damaged = priors.to_baselines();
        damaged.insert("late_rate".to_owned(), 1.5);
        assert!(Priors::from_baselines(&damaged).is_err());
    }

    #[test]
    fn a_week_comes_from_counts() {
        assert_eq!(PayingWeek::of_counts(&[100, 90, 80, 120, 100, 1, 0]), PayingWeek::default());
        assert_eq!(PayingWeek::of_counts(&[10; 7]).pays, [true; 7]);
        assert_eq!(PayingWeek::of_counts(&[1, 0, 0, 0, 0, 0, 0]), PayingWeek::default());
        let all = PayingWeek { pays: [true; 7] };
        assert!((-20..20).all(|day| all.day_of(all.number_of(day)) == day));
    }
}
