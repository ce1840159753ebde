//! What time it is and how to wait: the system's in service, one that jumps in tests.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::Pending;

/// A clock that can be waited on.
pub trait Clock: Send + Sync {
    /// Time since 1970-01-01 00:00 UTC.
    fn now(&self) -> Duration;
    /// Comes back after this long.
    fn sleep(&self, long: Duration) -> Pending<'_, ()>;
}

/// The computer's own clock; waiting needs a tokio runtime with timers.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that asks")]
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn sleep(&self, long: Duration) -> Pending<'_, ()> {
        Box::pin(tokio::time::sleep(long))
    }
}
