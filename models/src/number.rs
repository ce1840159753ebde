//! The few conversions between counts, floats and points, each with its bounds, so that no `as` stands elsewhere.

/// A count as a float. Exact below 2⁵³, which no ledger reaches.
#[expect(
    clippy::as_conversions,
    clippy::cast_precision_loss,
    reason = "exact below 2^53, and nothing here counts further"
)]
pub(crate) fn real(count: u64) -> f64 {
    count as f64
}

/// A length as a count.
pub(crate) fn count(length: usize) -> u64 {
    // usize is never wider than 64 bits on any target of Rust.
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// The whole part of a number of rows, for shares of a length: 0 when negative or not finite.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float-to-int `as` saturates and sends NaN to 0, which is what is wanted"
)]
pub(crate) fn whole_rows(rows: f64) -> u64 {
    rows.floor() as u64
}

/// Points rounded half away from zero, or nothing when they lie beyond ±1,000,000.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "the bound before the cast keeps it exact")]
pub(crate) fn points(value: f64) -> Option<i32> {
    let rounded = value.round();
    (rounded.abs() <= 1_000_000.0).then_some(rounded as i32)
}

/// One unit of [`fixed`]: sums of a billion rows stay exact in 64 bits.
const FIXED: f64 = 1_073_741_824.0;

/// A number of small size as a whole number of 2⁻³⁰, so that sums don't depend on their order.
#[expect(
    clippy::as_conversions,
    clippy::cast_possible_truncation,
    reason = "a float-to-int `as` saturates and sends NaN to 0; what is added up here is small"
)]
pub(crate) fn fixed(value: f64) -> i64 {
    (value * FIXED).round() as i64
}

/// Back from [`fixed`].
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "beyond 2^53 the last bits are of no matter")]
pub(crate) fn unfixed(sum: i64) -> f64 {
    sum as f64 / FIXED
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014) over both numbers.
pub(crate) fn mixed(state: u64, value: u64) -> u64 {
    let mut bits = (state ^ value).wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// The logistic function 1 / (1 + e⁻ˣ), from `libm`, so that every machine gives the same bits.
pub fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + libm::exp(-log_odds))
}

/// Rounds to nine decimals: finer than any decision, coarser than the noise of an optimiser.
pub(crate) fn nine_decimals(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    // No negative zero in an artefact.
    rounded + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_round_half_away_from_zero_and_stay_in_bounds() {
        let cases = [
            (0.0, Some(0)),
            (2.5, Some(3)),
            (-2.5, Some(-3)),
            (1_000_000.0, Some(1_000_000)),
            (1_000_001.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ];
        for (value, expected) in cases {
            assert_eq!(points(value), expected, "{value}");
        }
    }

    #[test]
    fn shares_of_rows_saturate() {
        let cases = [(2.9, 2), (-1.0, 0), (f64::NAN, 0)];
        for (value, expected) in cases {
            assert_eq!(whole_rows(value), expected, "{value}");
        }
    }

    #[test]
    fn nine_decimals_has_no_negative_zero() {
        assert_eq!(nine_decimals(-1e-12).to_bits(), 0.0_f64.to_bits());
        assert_eq!(nine_decimals(0.123_456_789_4), 0.123_456_789);
    }
}
