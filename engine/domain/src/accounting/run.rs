//! Lines of one entry that follow each other in a file: an entry of purchases or salaries need not be kept at all.
//!
//! A run is left out when it balances and touches no client. That is what [`Journal::keep_client_entries`] would do with
//! it, unless other lines of the same entry stand elsewhere in the file: then [`Runs::are_whole`] says no, and the file
//! is read again with every line.

use std::collections::HashSet;
use std::hash::BuildHasher;

use foldhash::fast::FixedState;

use super::entries::may_touch_clients;
use super::journal::Journal;
use super::line::Line;
use crate::day::Day;

/// The run that is being read, and what became of those before.
#[derive(Debug, Default)]
pub(crate) struct Runs<'t> {
    lines: Vec<(Line<'t>, Option<Day>)>,
    sum: i128,
    touches: bool,
    seen: Seen,
}

/// Hashes of journal, number and day of the runs of a file.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    left_out: Vec<u64>,
    kept: Vec<u64>,
}

impl<'t> Runs<'t> {
    /// Takes a line, and the run before it when the line begins another.
    pub fn add(&mut self, line: Line<'t>, state_of: Option<Day>, journal: &mut Journal) {
        let entry = |line: &Line<'t>| (line.entry, line.date, line.journal);
        if self.lines.last().is_some_and(|(last, _)| entry(last) != entry(&line)) {
            self.end(journal);
        }
        self.sum += i128::from(line.amount);
        self.touches |= may_touch_clients(line.account);
        self.lines.push((line, state_of));
    }

    fn end(&mut self, journal: &mut Journal) {
        let Some((first, _)) = self.lines.first() else { return };
        let hash = FixedState::with_seed(0x52).hash_one((first.journal, first.entry, first.date.number()));
        if self.sum == 0 && !self.touches && !first.entry.is_empty() {
            journal.leave_out(self.lines.len());
            self.seen.left_out.push(hash);
            self.lines.clear();
        } else {
            self.seen.kept.push(hash);
            for (line, state_of) in self.lines.drain(..) {
                journal.push_state_of(line, state_of);
            }
        }
        (self.sum, self.touches) = (0, false);
    }

    /// The file, or a part of it, is over.
    pub fn finish(mut self, journal: &mut Journal) -> Seen {
        self.end(journal);
        self.seen
    }
}

impl Seen {
    /// Adds those of another part.
    pub fn append(&mut self, mut other: Seen) {
        self.left_out.append(&mut other.left_out);
        self.kept.append(&mut other.kept);
    }

    /// Whether nothing that was left out had more lines elsewhere.
    pub fn are_whole(&self) -> bool {
        let mut left_out: HashSet<u64, FixedState> =
            HashSet::with_capacity_and_hasher(self.left_out.len(), FixedState::with_seed(0x53));
        self.left_out.iter().all(|hash| left_out.insert(*hash))
            && (left_out.is_empty() || !self.kept.iter().any(|hash| left_out.contains(hash)))
    }
}
