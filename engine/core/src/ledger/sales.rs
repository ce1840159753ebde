//! What a book has sold, remembered by day: every answer asks for it, most of them as of the same day, and the sum goes
//! through every record.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

/// Sums by the day as of which they were asked. A book never changes, so that what was summed once stays.
#[derive(Debug, Default)]
pub(crate) struct Sales {
    sums: Mutex<BTreeMap<i32, Option<i64>>>,
    /// The last day of the book before the day asked.
    ends: Mutex<BTreeMap<i32, Option<i32>>>,
    span: OnceLock<Option<(i32, i32)>>,
}

impl Sales {
    /// The sum as of a day; summed by whoever asks first, outside the lock, so that nobody else waits.
    pub(super) fn of(&self, day: i32, sum: impl FnOnce() -> Option<i64>) -> Option<i64> {
        remembered(&self.sums, day, sum)
    }

    /// The last day before a day, found by whoever asks first.
    pub(super) fn end(&self, day: i32, find: impl FnOnce() -> Option<i32>) -> Option<i32> {
        remembered(&self.ends, day, find)
    }

    /// The first and the last day of the book, looked for once.
    pub(super) fn span(&self, look: impl FnOnce() -> Option<(i32, i32)>) -> Option<(i32, i32)> {
        *self.span.get_or_init(look)
    }
}

/// What is remembered of a day, else what `find` finds, outside the lock. No panic can leave a half-written entry behind it.
fn remembered<T: Copy>(days: &Mutex<BTreeMap<i32, T>>, day: i32, find: impl FnOnce() -> T) -> T {
    let lock = || days.lock().unwrap_or_else(PoisonError::into_inner);
    let known = lock().get(&day).copied();
    known.unwrap_or_else(|| {
        let found = find();
        lock().insert(day, found);
        found
    })
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
