//! Reading a table by row groups on all cores, the pieces coming back in file order.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::columns::Piece;
use super::table::{Layout, TableSource};
use crate::CoreError;

/// Reads every row group with `read` and returns the results in file order; which worker read what leaves no trace.
pub(crate) fn read_all<T: Send>(
    source: &TableSource<'_>,
    layout: &Layout,
    columns: &[&str],
    read: impl Fn(&Piece<'_>) -> Result<T, CoreError> + Sync,
) -> Result<Vec<T>, CoreError> {
    let (pieces, _) = read_with_workers(source, layout, columns, || (), |(), piece| read(piece))?;
    Ok(pieces.into_iter().map(|(_, piece)| piece).collect())
}

/// As [`read_all`], each worker keeping a state of its own; a piece comes back with its worker's number, and the
/// workers' states beside them.
#[expect(clippy::type_complexity, reason = "each part is used once, here")]
pub(crate) fn read_with_workers<S: Send, T: Send>(
    source: &TableSource<'_>,
    layout: &Layout,
    columns: &[&str],
    start: impl Fn() -> S + Sync,
    read: impl Fn(&mut S, &Piece<'_>) -> Result<T, CoreError> + Sync,
) -> Result<(Vec<(usize, T)>, Vec<S>), CoreError> {
    let next = AtomicUsize::new(0);
    let done: Mutex<Vec<(usize, usize, Result<T, CoreError>)>> = Mutex::new(Vec::new());
    let states: Mutex<Vec<(usize, S)>> = Mutex::new(Vec::new());
    let workers = rayon::current_num_threads().min(layout.groups.len()).max(1);
    let work = |worker: usize| {
        let mut state = start();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(group) = layout.groups.get(number) else { break };
            let result = source
                .read(columns, group)
                .and_then(|frame| read(&mut state, &Piece { source, frame: &frame, start: group.start }));
            lock(&done).push((number, worker, result));
        }
        lock(&states).push((worker, state));
    };
    rayon::scope(|scope| (0..workers).for_each(|worker| scope.spawn(move |_| work(worker))));
    let mut states = states.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    states.sort_unstable_by_key(|(worker, _)| *worker);
    let mut done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    done.sort_unstable_by_key(|(number, ..)| *number);
    let pieces = done.into_iter().map(|(_, worker, result)| result.map(|piece| (worker, piece)));
    Ok((pieces.collect::<Result<_, _>>()?, states.into_iter().map(|(_, state)| state).collect()))
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}
