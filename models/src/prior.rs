//! Little history: rates that lean on a prior, how much weight the history has earned, and how sure a rate is.

use serde::{Deserialize, Serialize};

pub use crate::number::logistic;
use crate::number::{count, real};

/// 95 % point of the standard normal, for two-sided 90 % intervals.
const NORMAL_95: f64 = 1.644_853_626_951_472_2;

/// (events + strength · base) / (trials + strength): the posterior mean of a rate under a beta prior of mean `base`
/// worth `strength` trials. `base` when nothing is known at all.
///
/// `events` and `trials` may be decayed counts. Source: empirical Bayes, Efron and Morris 1975.
///
/// ```
/// use encours_models::prior::smoothed_rate;
/// assert_eq!(smoothed_rate(0.0, 0.0, 0.3, 2.0), 0.3);
/// assert_eq!(smoothed_rate(3.0, 4.0, 0.5, 2.0), 4.0 / 6.0);
/// ```
pub fn smoothed_rate(events: f64, trials: f64, base: f64, strength: f64) -> f64 {
    let weight = trials + strength;
    if weight > 0.0 { (events + strength * base) / weight } else { base }
}

/// n / (n + k): the share of an estimate that a client's own `trials` have earned against a prior worth `strength`
/// trials. 0 when both are 0.
///
/// Source: credibility theory, Bühlmann 1967.
///
/// ```
/// use encours_models::prior::credibility;
/// assert_eq!(credibility(0.0, 8.0), 0.0);
/// assert_eq!(credibility(24.0, 8.0), 0.75);
/// ```
pub fn credibility(trials: f64, strength: f64) -> f64 {
    let weight = trials + strength;
    if weight > 0.0 { trials / weight } else { 0.0 }
}

/// Mixes two probabilities in log-odds: `weight` of `own` and the rest of `prior`.
///
/// Both are clipped to 1e-9 … 1 − 1e-9 first; a weight outside 0 … 1 is clipped too.
///
/// ```
/// use encours_models::prior::mixed;
/// assert!((mixed(0.8, 0.2, 0.5) - 0.5).abs() < 1e-12);
/// assert!((mixed(0.8, 0.2, 1.0) - 0.8).abs() < 1e-12);
/// ```
pub fn mixed(own: f64, prior: f64, weight: f64) -> f64 {
    let weight = weight.clamp(0.0, 1.0);
    let log_odds = weight * log_odds(own) + (1.0 - weight) * log_odds(prior);
    logistic(log_odds)
}

/// ln(p / (1 − p)), with p clipped to 1e-9 … 1 − 1e-9.
pub fn log_odds(probability: f64) -> f64 {
    let probability = probability.clamp(1e-9, 1.0 - 1e-9);
    libm::log(probability / (1.0 - probability))
}

/// How many trials a prior is worth, told from how much the rates of `groups` (events, trials) differ beyond chance: the
/// k of [`credibility`] and the strength of [`smoothed_rate`].
///
/// k = s² / a with s² = Σ n·p·(1 − p) / (N − I) within groups and
/// a = (Σ n·(p − p̄)² − (I − 1)·s²) / (N − Σ n² / N) between them, over I groups with trials and N trials in all.
/// Nothing when the groups don't differ more than chance, or when there aren't two of them with trials to spare.
/// Source: Bühlmann and Straub 1970. Sums run in the order of the groups.
///
/// ```
/// use encours_models::prior::strength;
/// // Half the clients are late 1 time in 10, half 9 in 10: s² = 0.1, a = 6.1/30. One trial says more than the prior.
/// let found = strength(&[(1.0, 10.0), (9.0, 10.0), (1.0, 10.0), (9.0, 10.0)]).unwrap();
/// assert!((found - 0.1 / (6.1 / 30.0)).abs() < 1e-12);
/// assert_eq!(strength(&[(5.0, 10.0), (5.0, 10.0)]), None);
/// ```
pub fn strength(groups: &[(f64, f64)]) -> Option<f64> {
    let known: Vec<(f64, f64)> = groups.iter().copied().filter(|(_, trials)| *trials > 0.0).collect();
    let count = real(count(known.len()));
    let (mut events, mut trials, mut squares, mut inner) = (0.0, 0.0, 0.0, 0.0);
    for (late, n) in &known {
        events += late;
        trials += n;
        squares += n * n;
        inner += late * (1.0 - late / n);
    }
    let mean = events / trials;
    let mut outer = 0.0;
    for (late, n) in &known {
        outer += n * (late / n - mean) * (late / n - mean);
    }
    let within = inner / (trials - count);
    let between = (outer - (count - 1.0) * within) / (trials - squares / trials);
    let defined = trials > count && within > 0.0 && between > 0.0;
    defined.then(|| within / between)
}

/// A two-sided 90 % interval of a rate.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RateInterval {
    /// 5 % bound.
    pub low: f64,
    /// 95 % bound.
    pub high: f64,
}

/// Wilson's 90 % score interval of a rate from `events` of `trials`; 0 … 1 when there are no trials.
///
/// Counts may be decayed or hold pseudo-counts of a prior. Source: Wilson 1927; recommended for few trials by Brown, Cai
/// and DasGupta 2001.
///
/// ```
/// use encours_models::prior::rate_interval;
/// let interval = rate_interval(1.0, 10.0);
/// assert!((interval.low - 0.022_63).abs() < 1e-4 && (interval.high - 0.347_72).abs() < 1e-4);
/// assert_eq!(rate_interval(0.0, 0.0).high, 1.0);
/// ```
pub fn rate_interval(events: f64, trials: f64) -> RateInterval {
    let known = trials > 0.0 && events.is_finite() && trials.is_finite();
    if !known {
        return RateInterval { low: 0.0, high: 1.0 };
    }
    let rate = (events / trials).clamp(0.0, 1.0);
    let square = NORMAL_95 * NORMAL_95;
    let centre = (rate + square / (2.0 * trials)) / (1.0 + square / trials);
    let variance = rate * (1.0 - rate) / trials + square / (4.0 * trials * trials);
    let half = NORMAL_95 * variance.sqrt() / (1.0 + square / trials);
    RateInterval { low: (centre - half).max(0.0), high: (centre + half).min(1.0) }
}
