//! How far a client's coming rate may lie from what was foretold: chance alone, and the difference between clients that no
//! feature tells.
//!
//! A client's own rate is drawn from a beta distribution around the prediction, and its coming late invoices from a binomial
//! with that rate: together beta-binomial. Source: Skellam 1948; Griffiths 1973 for its likelihood.

use serde::{Deserialize, Serialize};

use crate::error::ModelError;
use crate::number::{count, real};

/// Invoices beyond which summing every outcome is no longer sensible.
const MOST: u64 = 100_000;

/// Bounds of the strength: below, clients are nearly all late or all on time; above, chance alone is left.
const STRENGTHS: (f64, f64) = (0.2, 100_000.0);

/// Steps of the search for the strength; each leaves 62 % of the span of its logarithm.
const STEPS: usize = 60;

/// Probabilities nearer to 0 or 1 than this are drawn in: a beta distribution needs both outcomes to be possible.
const LEAST: f64 = 1e-6;

/// Counts that may come of `trials` when each client's own rate is drawn around `mean`.
///
/// ```
/// use encours_models::BetaBinomial;
/// // Uniform rate: every count of ten is as likely as another.
/// let flat = BetaBinomial::new(0.5, 2.0, 10)?;
/// assert!((flat.chance(0) - 1.0 / 11.0).abs() < 1e-12);
/// assert!((flat.chance(7) - 1.0 / 11.0).abs() < 1e-12);
/// # Ok::<(), encours_models::ModelError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BetaBinomial {
    late: f64,
    on_time: f64,
    trials: u64,
}

/// Counts between which what comes should lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CountInterval {
    /// Least count.
    pub low: u64,
    /// Greatest count.
    pub high: u64,
    /// Chance of a count within them: at least what was asked for, and more where counts are few.
    pub chance: f64,
}

impl BetaBinomial {
    /// `trials` outcomes of a rate drawn from a beta distribution of this mean, worth `strength` trials (α + β).
    ///
    /// # Errors
    /// When `mean` lies outside 0 … 1, the strength isn't above 0 and finite, or there are more than 100,000 trials.
    pub fn new(mean: f64, strength: f64, trials: u64) -> Result<Self, ModelError> {
        if !(0.0..=1.0).contains(&mean) {
            return Err(ModelError::Value { what: "mean", found: mean, expected: "0 to 1" });
        }
        if !(strength > 0.0 && strength.is_finite()) {
            return Err(ModelError::Value { what: "strength", found: strength, expected: "a finite number above 0" });
        }
        if trials > MOST {
            return Err(ModelError::Value { what: "trials", found: real(trials), expected: "at most 100000" });
        }
        let mean = mean.clamp(LEAST, 1.0 - LEAST);
        Ok(Self { late: mean * strength, on_time: (1.0 - mean) * strength, trials })
    }

    /// Chance of exactly `late` late outcomes; 0 beyond the trials.
    pub fn chance(&self, late: u64) -> f64 {
        if late > self.trials { 0.0 } else { libm::exp(self.log_ways(late) + self.log_kernel(late)) }
    }

    /// The equal-tailed interval of this share: no more than half of the rest lies below it, no more than half above.
    ///
    /// # Errors
    /// When the share lies outside 0 … 1.
    pub fn interval(&self, share: f64) -> Result<CountInterval, ModelError> {
        if !(0.0..=1.0).contains(&share) {
            return Err(ModelError::Value { what: "share", found: share, expected: "0 to 1" });
        }
        let tail = (1.0 - share) / 2.0;
        let chances: Vec<f64> = (0..=self.trials).map(|late| self.chance(late)).collect();
        // How many counts from one end together stay below the tail.
        let beyond = |chances: &mut dyn Iterator<Item = &f64>| {
            let mut sum = 0.0;
            count(
                chances
                    .take_while(|chance| {
                        sum += **chance;
                        sum < tail
                    })
                    .count(),
            )
        };
        let low = beyond(&mut chances.iter()).min(self.trials);
        let high = self.trials.saturating_sub(beyond(&mut chances.iter().rev())).max(low);
        let within = (low..=high).fold(0.0, |sum, late| sum + self.chance(late));
        Ok(CountInterval { low, high, chance: within.min(1.0) })
    }

    /// ln of the number of orders in which `late` of the trials are late.
    fn log_ways(&self, late: u64) -> f64 {
        let (late, trials) = (real(late), real(self.trials));
        libm::lgamma(trials + 1.0) - libm::lgamma(late + 1.0) - libm::lgamma(trials - late + 1.0)
    }

    /// ln B(late + α, on time + β) − ln B(α, β).
    fn log_kernel(&self, late: u64) -> f64 {
        let (late, trials) = (real(late), real(self.trials));
        let beta = |a: f64, b: f64| libm::lgamma(a) + libm::lgamma(b) - libm::lgamma(a + b);
        beta(late + self.late, trials - late + self.on_time) - beta(self.late, self.on_time)
    }
}

/// What came of one client after a prediction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Came {
    /// The rate that was foretold.
    pub foretold: f64,
    /// Late outcomes.
    pub late: u64,
    /// Outcomes.
    pub of: u64,
}

/// How much clients differ from what is foretold of them, learnt from what came.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spread {
    /// Trials that a prediction is worth: the fewer, the further clients lie from it.
    pub strength: f64,
    /// Clients that it was learnt from.
    pub clients: u64,
    /// Their outcomes.
    pub outcomes: u64,
}

/// Fewest clients with two outcomes or more that a spread is learnt from.
const FEWEST_CLIENTS: usize = 20;

impl Spread {
    /// The strength under which what came of the clients is likeliest (maximum likelihood, found by golden-section search
    /// of its logarithm); nothing below twenty clients with two outcomes or more.
    ///
    /// # Errors
    /// When a foretold rate lies outside 0 … 1, or a client has more late outcomes than outcomes, or more than 100,000.
    pub fn learnt(came: &[Came]) -> Result<Option<Self>, ModelError> {
        let telling: Vec<Came> = came.iter().copied().filter(|one| one.of >= 2).collect();
        for one in &telling {
            BetaBinomial::new(one.foretold, 1.0, one.of)?;
            if one.late > one.of {
                let found = real(one.late);
                return Err(ModelError::Value { what: "late outcomes", found, expected: "no more than the outcomes" });
            }
        }
        if telling.len() < FEWEST_CLIENTS {
            return Ok(None);
        }
        let strength = likeliest(|log_strength| log_likelihood(&telling, libm::exp(log_strength)));
        Ok(Some(Self {
            strength: (libm::exp(strength) * 1e6).round() / 1e6,
            clients: count(telling.len()),
            outcomes: telling.iter().map(|one| one.of).sum(),
        }))
    }
}

/// Σ ln P(what came), without the number of orders, which no strength changes.
fn log_likelihood(came: &[Came], strength: f64) -> f64 {
    let one =
        |came: &Came| BetaBinomial::new(came.foretold, strength, came.of).map_or(0.0, |it| it.log_kernel(came.late));
    came.iter().fold(0.0, |sum, came| sum + one(came))
}

/// Where a function of one peak is highest between the logarithms of [`STRENGTHS`]. Source: Kiefer 1953.
fn likeliest(height: impl Fn(f64) -> f64) -> f64 {
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    let (mut from, mut to) = (libm::log(STRENGTHS.0), libm::log(STRENGTHS.1));
    let (mut left, mut right) = (to - golden * (to - from), from + golden * (to - from));
    let (mut at_left, mut at_right) = (height(left), height(right));
    for _ in 0..STEPS {
        if at_left < at_right {
            (from, left, at_left) = (left, right, at_right);
            right = from + golden * (to - from);
            at_right = height(right);
        } else {
            (to, right, at_right) = (right, left, at_left);
            left = to - golden * (to - from);
            at_left = height(left);
        }
    }
    (from + to) / 2.0
}
