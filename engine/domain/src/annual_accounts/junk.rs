//! Rules for figures of several years: which of them cannot be true.
//!
//! Public figures are digitised by hand and by machine, and mixed from filings in euros, thousands and millions. A
//! figure that contradicts the others of its series is refused, not corrected.

/// Two figures of which one may be in thousands where the other is in euros: their ratio lies near 1,000 or 1,000,000.
pub fn is_unit_jump(left: i64, right: i64) -> bool {
    let (small, large) = (left.unsigned_abs().min(right.unsigned_abs()), left.unsigned_abs().max(right.unsigned_abs()));
    let near = |factor: u64| {
        let (Some(low), Some(high)) = (small.checked_mul(factor / 3), small.checked_mul(factor.saturating_mul(3)))
        else {
            return false;
        };
        small > 0 && (low..=high).contains(&large)
    };
    near(1_000) || near(1_000_000)
}

/// For each figure of a series (one company, one kind of accounts) whether its unit is doubtful: at least as many others
/// stand a thousand-fold away as at its own height. Of two alone that contradict each other neither is trusted.
///
/// ```
/// use encours_domain::annual_accounts::junk::out_of_scale;
/// assert_eq!(out_of_scale(&[21_000_000, 24_000_000, 25_000, 26_000_000]), [false, false, true, false]);
/// assert_eq!(out_of_scale(&[24_000_000, 25_000]), [true, true]);
/// ```
pub fn out_of_scale(figures: &[i64]) -> Vec<bool> {
    let doubtful = |(at, figure): (usize, &i64)| {
        let others = || figures.iter().enumerate().filter(move |(other, _)| *other != at);
        let away = others().filter(|(_, other)| is_unit_jump(*figure, **other)).count();
        let near = others().filter(|(_, other)| is_near(*figure, **other)).count();
        away > 0 && away >= near
    };
    figures.iter().enumerate().map(doubtful).collect()
}

/// At the same height: within a factor of thirty.
fn is_near(left: i64, right: i64) -> bool {
    let (small, large) = (left.unsigned_abs().min(right.unsigned_abs()), left.unsigned_abs().max(right.unsigned_abs()));
    small > 0 && large <= small.saturating_mul(30)
}

/// Whether a year only repeats the one before: at least two figures are there in both years, not nought, and all of
/// these are the same to the last digit.
pub fn repeats(before: &[Option<i64>], now: &[Option<i64>]) -> bool {
    let pairs: Vec<(i64, i64)> = before
        .iter()
        .zip(now)
        .filter_map(|(before, now)| Some(((*before)?, (*now)?)))
        .filter(|(before, now)| *before != 0 && *now != 0)
        .collect();
    pairs.len() >= 2 && pairs.iter().all(|(before, now)| before == now)
}

/// Whether a figure agrees with another that it is a known share of: `part = share × whole`, to within two per cent.
/// The share is in per cent. Where any of them is nought nothing can be said, and nothing is.
pub fn contradicts(whole: i64, part: i64, share: f64) -> bool {
    if whole == 0 || part == 0 || share == 0.0 || !share.is_finite() {
        return false;
    }
    #[expect(clippy::cast_precision_loss, reason = "two per cent are asked for")]
    let (whole, part) = (whole as f64, part as f64);
    let expected = whole * share / 100.0;
    // A share is given with three decimals: a small one is rounded coarsely.
    let rounding = (whole * 0.0005 / 100.0).abs();
    (expected - part).abs() > part.abs() * 0.02 + rounding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_of_a_thousand_and_of_a_million() {
        for (left, right, jump) in [
            (24_812_000_000, 25_287_000, true),
            (-5_000, 5_200_000, true),
            (3, 3_000_000, true),
            (100, 20_000, false),
            (100, 100, false),
            (0, 1_000, false),
            (i64::MAX, i64::MIN, false),
        ] {
            assert_eq!(is_unit_jump(left, right), jump, "{left} {right}");
            assert_eq!(is_unit_jump(right, left), jump, "{right} {left}");
        }
    }

    #[test]
    fn a_year_that_repeats_another() {
        let figures = [Some(635_000_000), Some(3_674_000_000), None];
        assert!(repeats(&figures, &figures));
        assert!(repeats(&figures, &[Some(635_000_000), Some(3_674_000_000), Some(5)]));
        assert!(repeats(&[Some(24), Some(22), Some(19)], &[Some(24), Some(22), Some(0)]));
        assert!(!repeats(&figures, &[Some(635_000_000), Some(3_674_000_001), None]));
        assert!(!repeats(&[Some(5), None], &[Some(5), None]), "one figure may be the same by chance");
        assert!(!repeats(&[Some(0), Some(0)], &[Some(0), Some(0)]));
    }

    #[test]
    fn figures_that_contradict_their_ratio() {
        // A turnover a hundred times too large beside the margin computed from the true one.
        assert!(contradicts(1_718_850_200, 1_549_389, 9.014));
        assert!(!contradicts(17_188_502, 1_549_389, 9.014));
        assert!(!contradicts(15_711_568, -1_438_048, -9.153));
        assert!(!contradicts(0, 5, 9.0) && !contradicts(5, 0, 0.0) && !contradicts(5, 5, f64::NAN));
    }
}
