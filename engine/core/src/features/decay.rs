//! Exponential forgetting by whole days.

use std::sync::{Arc, LazyLock};

/// Half-lives in days, in the order of the arrays that use them.
pub(crate) const HALF_LIVES: [i32; 3] = [30, 90, 365];

const DAYS: i32 = 4_096;

/// Weights of a day for each half-life, counted from a client's first event: what happens later weighs more, and a
/// reading scales all of it back. Adding then costs one product, and nothing is ever faded in place.
pub(crate) type Weights = [f64; 3];

/// `2^(days / half-life)` and its inverse for each half-life and day, from `libm` so that every machine has the same
/// bits.
#[derive(Clone, Debug)]
pub(crate) struct HalfLives(Arc<[Tables; 3]>);

#[derive(Debug)]
struct Tables {
    grown: Vec<f64>,
    left: Vec<f64>,
}

impl HalfLives {
    /// The tables, which are the same for everybody.
    pub(crate) fn new() -> Self {
        static TABLES: LazyLock<HalfLives> = LazyLock::new(HalfLives::computed);
        TABLES.clone()
    }

    fn computed() -> Self {
        let tables = |half_life: i32| Tables {
            grown: (0..DAYS).map(|day| power(half_life, day)).collect(),
            left: (0..DAYS).map(|day| power(half_life, -day)).collect(),
        };
        Self(Arc::new(HALF_LIVES.map(tables)))
    }

    /// Weights of what happens some days after the first event.
    pub(crate) fn weights(&self, days: i32) -> Weights {
        [0, 1, 2].map(|half_life| self.at(half_life, days, |tables| &tables.grown, 1))
    }

    /// What brings a sum of weights back to a day some days after the first event, where what happens weighs one.
    pub(crate) fn scale(&self, half_life: usize, days: i32) -> f64 {
        self.at(half_life, days, |tables| &tables.left, -1)
    }

    fn at(&self, half_life: usize, days: i32, table: impl Fn(&Tables) -> &Vec<f64>, sign: i32) -> f64 {
        let days = days.max(0);
        let known = self.0.get(half_life).map(table);
        let found = usize::try_from(days).ok().and_then(|day| known?.get(day));
        found.copied().unwrap_or_else(|| power(HALF_LIVES.get(half_life).copied().unwrap_or(1), sign * days))
    }
}

/// `2^(days / half-life)`, held at a thousand half-lives.
fn power(half_life: i32, days: i32) -> f64 {
    libm::exp2((f64::from(days) / f64::from(half_life)).clamp(-1_000.0, 1_000.0))
}

/// A count and a sum that fade, one pair for each half-life, in weights of their day.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faded {
    count: Weights,
    sum: Weights,
}

impl Faded {
    /// Adds observations of a day.
    pub(crate) fn add(&mut self, weights: &Weights, count: f64, value: f64) {
        for ((weight, counted), summed) in weights.iter().zip(&mut self.count).zip(&mut self.sum) {
            *counted += weight * count;
            *summed += weight * value;
        }
    }

    /// The faded count and sum at a scale of [`HalfLives::scale`].
    pub(crate) fn scaled(&self, half_life: usize, scale: f64) -> (f64, f64) {
        (self.count[half_life] * scale, self.sum[half_life] * scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_half_life_later_half_is_left() {
        let half_lives = HalfLives::new();
        let mut faded = Faded::default();
        faded.add(&half_lives.weights(10), 1.0, 4.0);
        faded.add(&half_lives.weights(100), 1.0, 0.0);
        let (count, sum) = faded.scaled(1, half_lives.scale(1, 100));
        assert!((count - 1.5).abs() < 1e-12 && (sum - 2.0).abs() < 1e-12);
        assert!(half_lives.weights(1_000_000).iter().all(|weight| weight.is_finite()));
    }
}
