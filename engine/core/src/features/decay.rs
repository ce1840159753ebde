//! Exponential forgetting by whole days.

use std::sync::Arc;

/// Half-lives in days, in the order of the arrays that use them.
pub(crate) const HALF_LIVES: [i32; 3] = [30, 90, 365];

const DAYS: usize = 4_096;

/// `0.5^(days / half-life)` for each half-life and day, from `libm` so that every machine has the same bits.
#[derive(Clone, Debug)]
pub(crate) struct HalfLives(Arc<[Vec<f64>; 3]>);

impl HalfLives {
    pub(crate) fn new() -> Self {
        let table = |half_life: i32| (0..DAYS).map(|day| factor(half_life, day)).collect();
        Self(Arc::new(HALF_LIVES.map(table)))
    }

    /// What is left after some days of what a unit was.
    pub(crate) fn left(&self, half_life: usize, days: i32) -> f64 {
        let days = usize::try_from(days).unwrap_or(0);
        let table = self.0.get(half_life).map(Vec::as_slice).unwrap_or_default();
        // Beyond eleven years nothing is left of any of them.
        table.get(days).copied().unwrap_or(0.0)
    }

    /// What a unit of some days ago would weigh today if today weighed one: the inverse of [`HalfLives::left`], for
    /// weights that grow from a fixed first day. Held at a thousand half-lives.
    pub(crate) fn grown(&self, half_life: usize, days: i32) -> f64 {
        let days = f64::from(days.max(0));
        let half_life = HALF_LIVES.get(half_life).copied().map_or(1.0, f64::from);
        libm::exp2((days / half_life).min(1_000.0))
    }
}

fn factor(half_life: i32, days: usize) -> f64 {
    let days = f64::from(u16::try_from(days).unwrap_or(u16::MAX));
    libm::exp2(-days / f64::from(half_life))
}

/// A count and a sum that fade, one pair for each half-life.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faded {
    count: [f64; 3],
    sum: [f64; 3],
    day: Option<i32>,
}

impl Faded {
    /// Adds an observation of a day; days must not go back (an earlier one counts as of the last).
    pub(crate) fn add(&mut self, day: i32, count: f64, value: f64, half_lives: &HalfLives) {
        let passed = self.day.map_or(0, |last| (day - last).max(0));
        if passed > 0 {
            for half_life in 0..HALF_LIVES.len() {
                let left = half_lives.left(half_life, passed);
                self.count[half_life] *= left;
                self.sum[half_life] *= left;
            }
        }
        for half_life in 0..HALF_LIVES.len() {
            self.count[half_life] += count;
            self.sum[half_life] += value;
        }
        self.day = Some(self.day.map_or(day, |last| last.max(day)));
    }

    /// The faded count and sum as of a day.
    pub(crate) fn as_of(&self, half_life: usize, day: i32, half_lives: &HalfLives) -> (f64, f64) {
        let left = self.day.map_or(0.0, |last| half_lives.left(half_life, day - last));
        let at = |values: &[f64; 3]| values.get(half_life).copied().unwrap_or(0.0) * left;
        (at(&self.count), at(&self.sum))
    }
}
