//! The only conversions between floats and integers in this package.
//!
//! Amounts are integers (cents) wherever they are added; floats are drawn, then rounded once.

/// The nearest whole number, halves away from zero.
///
/// Values that an `i64` can't hold saturate and `NaN` gives 0, as Rust defines the cast;
/// drawn values lie far inside.
pub(crate) fn whole(value: f64) -> i64 {
    libm::round(value) as i64
}

/// Cents as a float. Exact below 2^53 cents, that is ninety thousand billion euros.
pub(crate) fn float(cents: i64) -> f64 {
    cents as f64
}

/// Cents as euros, for files that carry decimals. The nearest float to the decimal amount.
pub(crate) fn euros(cents: i64) -> f64 {
    float(cents) / 100.0
}

/// A count as a float, for shares and means. Exact below 2^53.
pub(crate) fn count(items: usize) -> f64 {
    items as f64
}

/// A share of an amount in cents, rounded to the cent.
pub(crate) fn share(cents: i64, part: f64) -> i64 {
    whole(float(cents) * part)
}

/// Cents as text with two decimals.
pub(crate) fn decimal(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    let absolute = cents.unsigned_abs();
    format!("{sign}{}.{:02}", absolute / 100, absolute % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_keep_sign_and_zeros() {
        for (cents, expected) in [(0, "0.00"), (-5, "-0.05"), (123_456, "1234.56"), (-100, "-1.00")] {
            assert_eq!(decimal(cents), expected);
        }
    }

    #[test]
    fn rounding_is_half_away_from_zero() {
        assert_eq!([whole(2.5), whole(-2.5), whole(2.4), whole(f64::NAN)], [3, -3, 2, 0]);
    }
}
