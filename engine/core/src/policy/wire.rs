//! How numbers leave: rounded to what a person would expect to read, here and nowhere before.

use encours_domain::Probability;
use serde::Serializer;

/// A probability to six decimals.
pub(in crate::policy) fn probability<S: Serializer>(value: &Probability, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value.value() * 1e6).round() / 1e6)
}
