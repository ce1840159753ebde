//! What a book has sold, remembered by day: every answer asks for it, most of them as of the same day, and the sum goes
//! through every record.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Sums by the day as of which they were asked. A book never changes, so that what was summed once stays.
#[derive(Debug, Default)]
pub(crate) struct Sales {
    sums: Mutex<BTreeMap<i32, Option<i64>>>,
    span: OnceLock<Option<(i32, i32)>>,
}

impl Sales {
    /// The sum as of a day; summed by whoever asks first, outside the lock, so that nobody else waits.
    pub(super) fn of(&self, day: i32, sum: impl FnOnce() -> Option<i64>) -> Option<i64> {
        let known = self.days().get(&day).copied();
        known.unwrap_or_else(|| {
            let sum = sum();
            self.days().insert(day, sum);
            sum
        })
    }

    /// The first and the last day of the book, looked for once.
    pub(super) fn span(&self, look: impl FnOnce() -> Option<(i32, i32)>) -> Option<(i32, i32)> {
        *self.span.get_or_init(look)
    }

    /// No panic can leave a half-written entry behind a lock.
    fn days(&self) -> std::sync::MutexGuard<'_, BTreeMap<i32, Option<i64>>> {
        self.sums.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clone for Sales {
    /// A copy sums for itself.
    fn clone(&self) -> Self {
        Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_day_is_summed_once() {
        let sales = Sales::default();
        let asked = std::cell::Cell::new(0);
        let sum = |day: i32| {
            sales.of(day, || {
                asked.set(asked.get() + 1);
                (day > 0).then_some(i64::from(day) * 100)
            })
        };
        assert_eq!([7, 7, 0, 8, 0, 7].map(sum), [Some(700), Some(700), None, Some(800), None, Some(700)]);
        assert_eq!(asked.get(), 3);
    }
}
