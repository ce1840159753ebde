//! Numbers between nought and one that say what they are.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::DomainError;

/// A probability: finite, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Probability(f64);

impl Probability {
    /// Cannot happen.
    pub const ZERO: Probability = Probability(0.0);

    /// Checks and wraps.
    ///
    /// # Errors
    /// When the number is not finite or lies outside 0 to 1.
    pub fn new(value: f64) -> Result<Self, DomainError> {
        checked("probability", value).map(Self)
    }

    /// The nearest probability to a finite number; a number that is none at all becomes `when_not_a_number`.
    pub fn clamped(value: f64, when_not_a_number: Probability) -> Self {
        if value.is_nan() { when_not_a_number } else { Self(value.clamp(0.0, 1.0)) }
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }
}

/// A share of a whole: finite, from 0 to 1 (a deposit, a margin, an insured part).
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Share(f64);

impl Share {
    /// None of it.
    pub const NONE: Share = Share(0.0);
    /// All of it.
    pub const WHOLE: Share = Share(1.0);

    /// Checks and wraps.
    ///
    /// # Errors
    /// When the number is not finite or lies outside 0 to 1.
    pub fn new(value: f64) -> Result<Self, DomainError> {
        checked("share", value).map(Self)
    }

    /// The number.
    pub const fn value(self) -> f64 {
        self.0
    }
}

fn checked(what: &'static str, value: f64) -> Result<f64, DomainError> {
    if (0.0..=1.0).contains(&value) { Ok(value) } else { Err(DomainError::out_of_range(what, value, "0 to 1")) }
}

macro_rules! number_conversions {
    ($name:ident) => {
        impl TryFrom<f64> for $name {
            type Error = DomainError;
            fn try_from(value: f64) -> Result<Self, DomainError> {
                Self::new(value)
            }
        }
        impl From<$name> for f64 {
            fn from(wrapped: $name) -> f64 {
                wrapped.0
            }
        }
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    };
}
number_conversions!(Probability);
number_conversions!(Share);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_nought_to_one() {
        for value in [0.0, 0.5, 1.0] {
            assert!(Probability::new(value).is_ok() && Share::new(value).is_ok());
        }
        for value in [-0.01, 1.01, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(Probability::new(value).is_err() && Share::new(value).is_err());
        }
    }
}
