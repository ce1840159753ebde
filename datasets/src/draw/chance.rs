//! Chance with a fixed stream.
//!
//! ChaCha's output is specified; everything drawn from it is written out here, on `libm`,
//! because a library's distribution code may change its stream between versions and the
//! platform's `exp` and `ln` differ in the last bits. The same seed gives the same bytes anywhere.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::number::whole;

/// A source of chance. Each client draws from a stream of its own, so that a change to one
/// client doesn't move the others.
#[derive(Clone)]
pub(crate) struct Chance(ChaCha8Rng);

impl Chance {
    /// Stream number `stream` of the seed.
    pub(crate) fn new(seed: u64, stream: u64) -> Self {
        let mut key = [0_u8; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let mut generator = ChaCha8Rng::from_seed(key);
        generator.set_stream(stream);
        Self(generator)
    }

    /// Uniform in [0, 1) with 53 bits.
    pub(crate) fn unit(&mut self) -> f64 {
        let high = f64::from(self.0.next_u32() >> 5);
        let low = f64::from(self.0.next_u32() >> 6);
        (high * 67_108_864.0 + low) / 9_007_199_254_740_992.0
    }

    /// True with the given probability.
    pub(crate) fn happens(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Uniform in [low, high).
    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = crate::draw::number::float((high - low).max(0)) + 1.0;
        low + whole(libm::floor(width * self.unit()))
    }

    /// Normal with mean 0 and deviation 1 (Box-Muller, one of the pair).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = libm::sqrt(-2.0 * libm::log(1.0 - self.unit()));
        radius * libm::cos(std::f64::consts::TAU * self.unit())
    }

    /// Exponential with the given mean.
    pub(crate) fn exponential(&mut self, mean: f64) -> f64 {
        -mean * libm::log(1.0 - self.unit())
    }

    /// Log-normal around a median.
    pub(crate) fn log_normal(&mut self, median: f64, sigma: f64) -> f64 {
        median * libm::exp(sigma * self.normal())
    }

    /// One of a fixed list, all equally likely.
    pub(crate) fn pick<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        const { assert!(N > 0) };
        let place = libm::floor(crate::draw::number::count(N) * self.unit());
        items[usize::try_from(whole(place)).map_or(0, |place| place.min(N - 1))]
    }

    /// One of a fixed list, by weight.
    pub(crate) fn weighted<T: Copy, const N: usize>(&mut self, items: &[(T, f64); N]) -> T {
        const { assert!(N > 0) };
        let total: f64 = items.iter().map(|(_, weight)| weight).sum();
        let mut left = self.unit() * total;
        for (item, weight) in items {
            left -= weight;
            if left < 0.0 {
                return *item;
            }
        }
        items[N - 1].0
    }

    /// Puts a list in a random order (Fisher-Yates).
    pub(crate) fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let drawn = libm::floor(crate::draw::number::count(last + 1) * self.unit());
            let other = usize::try_from(whole(drawn)).map_or(0, |other| other.min(last));
            items.swap(last, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, stream| Chance::new(seed, stream).unit();
        assert_eq!(draw(7, 1).to_bits(), draw(7, 1).to_bits());
        assert_ne!(draw(7, 1).to_bits(), draw(7, 2).to_bits());
        assert_ne!(draw(7, 1).to_bits(), draw(8, 1).to_bits());
    }

    #[test]
    fn moments_are_right() {
        let mut chance = Chance::new(1, 0);
        let draws: Vec<f64> = (0..20_000).map(|_| chance.normal()).collect();
        let mean = draws.iter().sum::<f64>() / 20_000.0;
        let variance = draws.iter().map(|x| x * x).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let waits: f64 = (0..20_000).map(|_| chance.exponential(4.0)).sum();
        assert!((waits / 20_000.0 - 4.0).abs() < 0.15);
    }

    #[test]
    fn whole_numbers_reach_both_ends() {
        let mut chance = Chance::new(2, 0);
        let drawn: Vec<i64> = (0..500).map(|_| chance.between(-1, 2)).collect();
        assert!((-1..=2).all(|value| drawn.contains(&value)));
        assert!(drawn.iter().all(|value| (-1..=2).contains(value)));
    }

    #[test]
    fn weights_of_zero_never_come() {
        let mut chance = Chance::new(3, 0);
        assert!((0..500).all(|_| chance.weighted(&[('a', 1.0), ('b', 0.0)]) == 'a'));
    }
}
