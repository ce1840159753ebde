//! The union of overlapping exports: a line that two files hold is one line.
//!
//! A provisional file of six months and the final one of the year hold the same lines, some lettered since, some under
//! another entry number. Each line is there as often as the file that has it most often says, by everything that books
//! it; letter, day of matching and of validation, entry number and names come from the file that lettered most of its
//! copies, then from the one that reaches furthest.

use std::cmp::Ordering;

use super::entries::Entries;
use super::journal::{Journal, Record};
use crate::day::Day;

impl Journal {
    /// Several journals as one, whatever their order: nothing repeats, and only entries of clients are left.
    pub fn union(journals: impl IntoIterator<Item = Journal>) -> Journal {
        let mut journals = journals.into_iter();
        let mut whole = journals.next().unwrap_or_default();
        for journal in journals {
            whole.append(&journal);
        }
        whole.settle();
        whole
    }

    /// Takes repeats once, leaves out what touches no client, and says of each line to which day its file reaches.
    pub(super) fn settle(&mut self) {
        self.take_repeats_once();
        if self.settled.is_none() {
            let entries = Entries::of(self);
            self.settled = Some(self.keep_entries_of_clients(&entries));
        }
    }

    /// Whether there is nothing that [`Journal::settle`] would change.
    pub(super) fn is_settled(&self) -> bool {
        self.settled.is_some() && self.records.iter().all(|record| record.state_of.is_some())
    }

    /// Takes a line that several files hold once.
    fn take_repeats_once(&mut self) {
        self.note_states();
        let first = self.records.first().map(|record| record.place.file);
        if self.records.iter().all(|record| Some(record.place.file) == first) {
            return;
        }
        self.take_labels_once();
        let mut records = std::mem::take(&mut self.records);
        records.sort_unstable_by(|left, right| content(left).cmp(&content(right)).then(left.place.cmp(&right.place)));
        for run in records.chunk_by(|left, right| content(left) == content(right)) {
            self.take_run(run);
        }
    }

    /// Says of each line to which day its file reaches, unless a stored journal said so before.
    fn note_states(&mut self) {
        let mut last: Vec<Option<Day>> = Vec::new();
        for record in &self.records {
            let at = record.place.file as usize;
            if at >= last.len() {
                last.resize(at + 1, None);
            }
            if let Some(last) = last.get_mut(at) {
                *last = (*last).max(Some(record.date));
            }
        }
        for record in &mut self.records {
            if record.state_of.is_none() {
                record.state_of = last.get(record.place.file as usize).copied().flatten();
            }
        }
    }

    /// One line's copies in all files.
    fn take_run(&mut self, run: &[Record]) {
        let mut files: Vec<Vec<Record>> = run
            .chunk_by(|left, right| left.place.file == right.place.file)
            .map(|copies| {
                let mut copies = copies.to_vec();
                copies.sort_by(|left, right| self.better(right, left));
                copies
            })
            .collect();
        files.sort_by(|left, right| self.fuller(right, left));
        let most = files.iter().map(Vec::len).max().unwrap_or(0);
        let mut taken: Vec<Record> = Vec::with_capacity(most);
        for copies in files {
            let have = taken.len();
            taken.extend(copies.into_iter().skip(have));
        }
        self.records.append(&mut taken);
    }

    /// Which of two copies of a line says more.
    fn better(&self, left: &Record, right: &Record) -> Ordering {
        let lettered = |record: &Record| record.letter != 0;
        lettered(left)
            .cmp(&lettered(right))
            .then(left.state_of.cmp(&right.state_of))
            .then(left.letter_date.cmp(&right.letter_date))
            .then(left.validated_on.cmp(&right.validated_on))
            .then_with(|| self.text(left.letter).cmp(self.text(right.letter)))
            .then_with(|| self.text(left.entry).cmp(self.text(right.entry)))
            .then_with(|| self.text(left.auxiliary_name).cmp(self.text(right.auxiliary_name)))
            .then_with(|| self.text(left.account_name).cmp(self.text(right.account_name)))
            .then_with(|| self.text(left.journal_name).cmp(self.text(right.journal_name)))
    }

    /// Which of two files says more of a line's copies.
    fn fuller(&self, left: &[Record], right: &[Record]) -> Ordering {
        let lettered = |copies: &[Record]| copies.iter().filter(|record| record.letter != 0).count();
        let state = |copies: &[Record]| copies.iter().map(|record| record.state_of).max();
        let in_turn = || {
            let pairs = left.iter().zip(right);
            pairs.map(|(left, right)| self.better(left, right)).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        };
        lettered(left)
            .cmp(&lettered(right))
            .then_with(|| state(left).cmp(&state(right)))
            .then_with(in_turn)
            .then_with(|| left.len().cmp(&right.len()))
    }
}

/// Everything that books a line; its number is left out, as it changes when a provisional entry becomes final.
fn content(record: &Record) -> impl Ord + PartialEq {
    (
        (record.date, record.journal, record.account, record.auxiliary, record.amount),
        (record.piece, record.piece_date, record.label, record.due_date, record.means_of_payment),
        (record.nature, record.foreign, record.establishment),
    )
}
