//! How politely a host is asked: how often, how patiently, how much at a time.

use std::time::Duration;

use chrono::DateTime;

/// The manners towards one system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Manners {
    /// Time between the beginnings of two requests to one host.
    pub spacing: Duration,
    /// Requests under way at once.
    pub at_once: usize,
    /// How often one question is asked before it is given up.
    pub attempts: u32,
    /// Wait after the first failure; it doubles with each further one.
    pub first_wait: Duration,
    /// The longest wait of our own choosing.
    pub longest_wait: Duration,
    /// The longest wait that a host may ask for; beyond it we come back another day.
    pub patience: Duration,
    /// For a whole answer to arrive.
    pub timeout: Duration,
    /// Bytes of one answer.
    pub body_limit: usize,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            spacing: Duration::from_millis(200),
            at_once: 2,
            attempts: 6,
            first_wait: Duration::from_millis(500),
            longest_wait: Duration::from_secs(30),
            patience: Duration::from_secs(300),
            timeout: Duration::from_secs(60),
            body_limit: 32 << 20,
        }
    }
}

impl Manners {
    /// The wait before the next attempt, when `failed` have failed: doubled each time, bounded, and between half and
    /// the whole of it by chance, so that many clients do not come back together.
    pub fn wait_after(&self, failed: u32, chance: u64) -> Duration {
        let doubled = self.first_wait.saturating_mul(1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX));
        let most = doubled.min(self.longest_wait);
        let half = most / 2;
        let steps = u32::try_from(chance % 1001).unwrap_or(0);
        half.saturating_add(half.saturating_mul(steps) / 1000)
    }
}

/// What `Retry-After` asks for: seconds, or the time to an HTTP date (RFC 9110, 10.2.3). A date that has passed is no
/// wait; what is neither says nothing.
pub fn retry_after(value: &str, now: Duration) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = DateTime::parse_from_rfc2822(value).ok()?;
    let then = Duration::from_secs(u64::try_from(date.timestamp()).ok()?);
    Some(then.saturating_sub(now))
}

/// Chance from a seed (splitmix64), for the jitter of waits only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chance(pub u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = Duration::from_secs(784_111_777);
        for (value, seconds) in [
            ("3", Some(3)),
            (" 120 ", Some(120)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(0)),
            ("Sun, 06 Nov 1994 08:50:07 GMT", Some(30)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
            ("-5", None),
            ("", None),
        ] {
            assert_eq!(retry_after(value, now), seconds.map(Duration::from_secs), "{value}");
        }
    }

    proptest! {
        #[test]
        fn waits_grow_and_stay_bounded(failed in 1_u32..200, chance: u64) {
            let manners = Manners::default();
            let wait = manners.wait_after(failed, chance);
            prop_assert!(wait <= manners.longest_wait);
            prop_assert!(wait >= manners.first_wait / 2);
            prop_assert!(manners.wait_after(failed + 1, 0) >= manners.wait_after(failed, 0));
        }
    }
}
