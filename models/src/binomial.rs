//! The exact binomial test: whether a count could be chance.

use crate::error::ModelError;
use crate::number::{count, real};

/// Trials beyond which summing every outcome is no longer sensible.
const MOST: u64 = 10_000_000;

/// Outcomes whose chance is above that of the found one by no more than this share count as equally unlikely.
const TIE: f64 = 1e-7;

/// Two-sided p-value of `successes` in `trials` when each succeeds with `chance`: the chance of every outcome that is no
/// likelier than the one found, as `scipy.stats.binomtest` has it. Used to ask whether intervals cover what they
/// promise.
///
/// # Errors
/// When there are more successes than trials or more than ten million trials, or `chance` lies outside 0 … 1.
///
/// ```
/// use encours_models::binomial_test;
/// // Heads 9 times of 10: 2 · (10 + 1) / 1024.
/// assert!((binomial_test(9, 10, 0.5)? - 22.0 / 1024.0).abs() < 1e-12);
/// assert_eq!(binomial_test(0, 0, 0.9)?, 1.0);
/// # Ok::<(), encours_models::ModelError>(())
/// ```
pub fn binomial_test(successes: u64, trials: u64, chance: f64) -> Result<f64, ModelError> {
    if !(0.0..=1.0).contains(&chance) {
        return Err(ModelError::Value { what: "chance", found: chance, expected: "0 to 1" });
    }
    if trials > MOST {
        return Err(ModelError::Value { what: "trials", found: real(trials), expected: "at most 10000000" });
    }
    if successes > trials {
        return Err(ModelError::Value {
            what: "successes",
            found: real(successes),
            expected: "no more than the trials",
        });
    }
    let found = mass(successes, trials, chance);
    let as_rare = (0..=trials).map(|outcome| mass(outcome, trials, chance)).filter(|mass| *mass <= found * (1.0 + TIE));
    Ok(as_rare.fold(0.0, |sum, mass| sum + mass).min(1.0))
}

/// P(exactly `successes`).
fn mass(successes: u64, trials: u64, chance: f64) -> f64 {
    let (won, lost) = (real(successes), real(trials - successes));
    // 0 · ln 0 is nothing here, and not "not a number".
    let part = |times: f64, chance: f64| if times == 0.0 { 0.0 } else { times * libm::log(chance) };
    let ways = libm::lgamma(real(trials) + 1.0) - libm::lgamma(won + 1.0) - libm::lgamma(lost + 1.0);
    libm::exp(ways + part(won, chance) + part(lost, 1.0 - chance))
}

/// How often intervals held what they were made for.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// Intervals.
    pub intervals: u64,
    /// Of these, how many held what came.
    pub held: u64,
    /// Share that should have.
    pub promised: f64,
    /// Two-sided p-value of that count, were the promise true and the intervals independent.
    pub p_value: f64,
}

impl Coverage {
    /// Counts which of `held` are true, against the share that was promised.
    ///
    /// # Errors
    /// When `promised` lies outside 0 … 1.
    pub fn of(held: &[bool], promised: f64) -> Result<Self, ModelError> {
        let intervals = count(held.len());
        let held = count(held.iter().filter(|held| **held).count());
        Ok(Self { intervals, held, promised, p_value: binomial_test(held, intervals, promised)? })
    }
}
