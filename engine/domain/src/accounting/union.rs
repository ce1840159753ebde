//! The union of overlapping exports: a line that two files hold is one line.
//!
//! A provisional file of six months and the final one of the year hold the same lines, some lettered since, some under
//! another entry number. Each line is there as often as the file that has it most often says, by everything that books
//! it; letter, day of matching and of validation, entry number and names come from the file that lettered most of its
//! copies, then from the one that reaches furthest.

use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeMap, BTreeSet};

use super::entries::Entries;
use super::journal::{Journal, Record};
use crate::day::Day;
use crate::fault::Fault;

/// By what two lines of one entry are known: its number, or what is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Told<'t> {
    Entry(&'t str, &'t str),
    Booked(&'t str, (Day, &'t str, i64)),
}

/// Lines that one file alone has, on days that another reaches.
#[derive(Default)]
struct Lonely<'r> {
    lines: Vec<&'r Record>,
    /// The file that has one, and the other.
    files: BTreeSet<(u32, u32)>,
}

impl<'r> Lonely<'r> {
    fn add(&mut self, record: &'r Record, other: u32) {
        self.lines.push(record);
        self.files.insert((record.place.file, other));
    }

    /// Whether two files each have lines that the other should have.
    fn differ(&self) -> bool {
        self.files.iter().any(|(file, other)| self.files.contains(&(*other, *file)))
    }
}

impl Journal {
    /// Several journals as one, whatever their order: nothing repeats, and only entries of clients are left. Beside it, the
    /// entries that two exports of the same books tell differently: each stands as both have it, which is rarely true.
    pub fn union(journals: impl IntoIterator<Item = Journal>) -> (Journal, Vec<Fault>) {
        let mut journals = journals.into_iter();
        let mut whole = journals.next().unwrap_or_default();
        for journal in journals {
            whole.append(&journal);
        }
        let faults = whole.settle();
        (whole, faults)
    }

    /// Takes repeats once, leaves out what touches no client, and says of each line to which day its file reaches.
    pub(super) fn settle(&mut self) -> Vec<Fault> {
        let faults = self.take_repeats_once();
        if self.settled.is_none() {
            let entries = Entries::of(self);
            self.settled = Some(self.keep_entries_of_clients(&entries));
        }
        faults
    }

    /// Whether there is nothing that [`Journal::settle`] would change.
    pub(super) fn is_settled(&self) -> bool {
        self.settled.is_some() && self.records.iter().all(|record| record.state_of.is_some())
    }

    /// Takes a line that several files hold once.
    fn take_repeats_once(&mut self) -> Vec<Fault> {
        self.note_states();
        let first = self.records.first().map(|record| record.place.file);
        if self.records.iter().all(|record| Some(record.place.file) == first) {
            return Vec::new();
        }
        self.take_labels_once();
        let mut records = std::mem::take(&mut self.records);
        records.sort_unstable_by(|left, right| content(left).cmp(&content(right)).then(left.place.cmp(&right.place)));
        let faults = self.told_differently(&records);
        for run in records.chunk_by(|left, right| content(left) == content(right)) {
            self.take_run(run);
        }
        faults
    }

    /// Entries of which two exports of the same books hold other lines: one number of one journal, or one day, account and
    /// amount, with lines in either that the other, which covers their day, does not have. Of books that share no line
    /// nothing is said: they are of two companies, or of two parts of one.
    fn told_differently(&self, records: &[Record]) -> Vec<Fault> {
        let mut spans: BTreeMap<u32, (Day, Day)> = BTreeMap::new();
        for record in records {
            let span = spans.entry(record.place.file).or_insert((record.date, record.date));
            *span = (span.0.min(record.date), span.1.max(record.date));
        }
        let (mut shared, mut lonely) = (0_usize, BTreeMap::<Told<'_>, Lonely<'_>>::new());
        for run in records.chunk_by(|left, right| content(left) == content(right)) {
            let Some(first) = run.first() else { continue };
            if run.iter().any(|record| record.place.file != first.place.file) {
                shared += 1;
                continue;
            }
            // Most lines of another year stand where no other file reaches, and need not be looked at.
            let others = spans
                .iter()
                .filter(|(file, (from, until))| **file != first.place.file && (*from..=*until).contains(&first.date));
            let booked = (first.date, self.text(first.account), first.amount);
            let mut known = vec![Told::Booked(self.text(first.journal), booked)];
            if first.entry != 0 {
                known.push(Told::Entry(self.text(first.journal), self.text(first.entry)));
            }
            for (other, _) in others {
                for told in &known {
                    lonely.entry(*told).or_default().add(first, *other);
                }
            }
        }
        let told: Vec<&Record> = lonely.into_values().filter(Lonely::differ).flat_map(|lonely| lonely.lines).collect();
        let entries: BTreeSet<(&str, &str)> =
            told.iter().map(|record| (self.text(record.journal), self.text(record.entry))).collect();
        let latest = told.into_iter().max_by_key(|record| (record.place.file, Reverse(record.place.line)));
        let Some(record) = latest.filter(|_| shared >= entries.len()) else { return Vec::new() };
        let (journal, entry) = (self.text(record.journal), self.text(record.entry));
        let others = entries.len() - 1;
        let others = if others == 0 { String::new() } else { format!(", and {others} more entries") };
        let reason = format!(
            "entry `{entry}` of journal `{journal}`{others}: another export of these books has other lines for it, and both \
             would count; hint: import only the later export, into a data folder without the earlier one, or take both with \
             `--accept-partial`"
        );
        let file = self.files.get(record.place.file as usize).map_or("?", String::as_str);
        vec![Fault::of_line(file, record.place.line, reason)]
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
pub(super) fn content(record: &Record) -> impl Ord + PartialEq + use<> {
    (
        (record.date, record.journal, record.account, record.auxiliary, record.amount),
        (record.piece, record.piece_date, record.label, record.due_date, record.means_of_payment),
        (record.nature, record.foreign, record.establishment),
    )
}
