//! Lines to entries: by journal, number and day; where programs number otherwise, by what balances.

use super::account::{Claim, is_at_bank, is_deposit, is_waiting};
use super::bare::{Named, is_bare};
use super::journal::{Journal, Record};
use super::union::content;
use crate::fault::{Fault, FaultReport};

/// Which lines are one entry, and how sure that is.
#[derive(Clone, Debug, Default)]
pub(super) struct Entries {
    /// Positions of lines, entry by entry.
    pub lines: Vec<u32>,
    /// Where each entry ends in `lines`.
    ends: Vec<usize>,
    /// Entries put together by month or piece, as their numbers did not balance.
    pub regrouped: u64,
    /// Entries that do not balance however they are put together.
    pub unbalanced: Vec<usize>,
    /// Lines without a number.
    pub unnumbered: u64,
    /// Entries of which every line stands twice, word for word.
    pub doubled: u64,
}

impl Entries {
    /// Each entry's lines.
    pub fn iter(&self) -> impl Iterator<Item = &[u32]> {
        (0..self.ends.len()).map(|entry| self.entry(entry))
    }

    /// One entry's lines.
    pub fn entry(&self, entry: usize) -> &[u32] {
        let end = self.ends.get(entry).copied().unwrap_or(0);
        let start = entry.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.lines.get(start..end).unwrap_or_default()
    }

    fn add(&mut self, lines: &[u32]) {
        self.lines.extend_from_slice(lines);
        self.ends.push(self.lines.len());
    }

    /// Gives lines the positions that they have once the others are gone.
    fn renumber(&mut self, kept: &[bool]) {
        let mut next = 0;
        let places: Vec<u32> = kept
            .iter()
            .map(|&kept| {
                let place = next;
                next += u32::from(kept);
                place
            })
            .collect();
        for line in &mut self.lines {
            *line = places.get(*line as usize).copied().unwrap_or(u32::MAX);
        }
    }

    /// Puts a journal's lines together.
    pub fn of(journal: &Journal) -> Self {
        let records = &journal.records;
        let mut entries = Entries { unnumbered: unnumbered(records), ..Entries::default() };
        let all: Vec<u32> = (0..).take(records.len()).collect();
        let by_number = grouped(records, &all, |record| {
            let piece = if record.entry == 0 { record.piece } else { 0 };
            (record.entry, record.journal, record.date.number(), piece)
        });
        let mut left: Vec<u32> = Vec::new();
        for lines in by_number.iter() {
            if sum(records, lines) == 0 {
                entries.doubled += u64::from(stand_twice(journal, lines));
                entries.add(lines);
            } else {
                left.extend_from_slice(lines);
            }
        }
        let month = |record: &Record| record.date.end_of_month().number();
        type Key = fn(&Record, i32) -> (u32, u32, i32, u32);
        let ways: [Key; 2] = [
            |record, month| (record.entry, record.journal, month, 0),
            |record, _| (record.piece, record.journal, record.date.number(), 0),
        ];
        for way in ways {
            let groups = grouped(records, &left, |record| way(record, month(record)));
            left.clear();
            for lines in groups.iter() {
                if sum(records, lines) == 0 {
                    entries.regrouped += 1;
                    entries.add(lines);
                } else {
                    left.extend_from_slice(lines);
                }
            }
        }
        let last = grouped(records, &left, |record| (record.entry, record.journal, record.date.number(), 0));
        for lines in last.iter() {
            entries.unbalanced.push(entries.ends.len());
            entries.add(lines);
        }
        entries
    }
}

/// Whether every line stands twice: the second half repeats the first, as in a file that was put together from two.
fn stand_twice(journal: &Journal, lines: &[u32]) -> bool {
    let (first, second) = lines.split_at(lines.len() / 2);
    let of = |line: &u32| journal.records.get(*line as usize);
    // One label may have several symbols.
    let without_label = |record: &Record| content(&Record { label: 0, ..*record });
    let same = |(one, next): (&u32, &u32)| match (of(one), of(next)) {
        (Some(one), Some(next)) => {
            without_label(one) == without_label(next) && journal.text(one.label) == journal.text(next.label)
        }
        _ => false,
    };
    first.len() >= 2 && first.len() == second.len() && first.iter().zip(second).all(same)
}

/// Whether an entry with a line on this account is kept: clients, and what is on its way to the bank.
fn touches_clients(account: &str) -> bool {
    Claim::of(account).is_some() || is_deposit(account) || is_at_bank(account) || is_waiting(account)
}

/// As [`touches_clients`], while it isn't known whether an account without a general one is a client's.
pub(super) fn may_touch_clients(account: &str) -> bool {
    touches_clients(account) || is_bare(account)
}

fn unnumbered(records: &[Record]) -> u64 {
    records.iter().filter(|record| record.entry == 0).map(|_| 1).sum()
}

fn sum(records: &[Record], lines: &[u32]) -> i128 {
    lines.iter().filter_map(|&line| records.get(line as usize)).map(|record| i128::from(record.amount)).sum()
}

/// Positions by key; groups follow each other as their first lines do.
struct Groups {
    lines: Vec<u32>,
    starts: Vec<usize>,
}

impl Groups {
    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|pair| match pair {
            [from, to] => self.lines.get(*from..*to).unwrap_or_default(),
            _ => &[],
        })
    }
}

/// Lines of one key mostly follow each other, and no key comes back: runs of them are looked at, not lines.
fn grouped<K: Copy + Ord>(records: &[Record], of: &[u32], key: impl Fn(&Record) -> K) -> Groups {
    let mut runs: Vec<(K, u32, u32)> = Vec::new();
    for (at, &line) in (0_u32..).zip(of) {
        let Some(record) = records.get(line as usize) else { continue };
        let key = key(record);
        match runs.last_mut() {
            Some((known, _, end)) if *known == key && *end == at => *end = at + 1,
            _ => runs.push((key, at, at + 1)),
        }
    }
    // By key and then by place, so that a key's first run is the first of its group. Numbers of entries rise in a file,
    // and keys begin with them: there is mostly nothing to sort.
    let mut by_key: Vec<u32> = (0..).take(runs.len()).collect();
    let key_of = |run: &u32| runs.get(*run as usize).map(|(key, start, _)| (*key, *start));
    by_key.sort_unstable_by_key(key_of);
    let mut groups: Vec<&[u32]> =
        by_key.chunk_by(|left, right| key_of(left).map(|(key, _)| key) == key_of(right).map(|(key, _)| key)).collect();
    groups.sort_unstable_by_key(|runs| runs.first().copied());
    let mut lines = Vec::with_capacity(of.len());
    let mut starts = Vec::with_capacity(groups.len() + 1);
    for group in groups {
        starts.push(lines.len());
        for (_, start, end) in group.iter().filter_map(|&run| runs.get(run as usize)) {
            lines.extend_from_slice(of.get(*start as usize..*end as usize).unwrap_or_default());
        }
    }
    starts.push(lines.len());
    Groups { lines, starts }
}

impl Journal {
    /// Leaves out entries that touch neither a client nor what is on its way to the bank, and says what was seen.
    pub fn keep_client_entries(&mut self) -> Kept {
        let bare = self.name_bare_clients();
        let entries = Entries::of(self);
        let unbalanced = entries.unbalanced.iter().filter_map(|&entry| {
            let lines = entries.entry(entry);
            let first =
                lines.iter().filter_map(|&line| self.records.get(line as usize)).min_by_key(|record| record.place)?;
            Some((
                first.place.line,
                self.text(first.journal).to_owned(),
                self.text(first.entry).to_owned(),
                sum(&self.records, lines),
            ))
        });
        let mut unbalanced: Vec<(u64, String, String, i128)> = unbalanced.collect();
        unbalanced.sort_unstable();
        let kept = Kept { regrouped: entries.regrouped, unnumbered: entries.unnumbered, unbalanced, bare };
        let entries = self.keep_entries_of_clients(&entries);
        let first = self.records.first().map(|record| record.place.file);
        let is_one_file = self.records.iter().all(|record| Some(record.place.file) == first);
        self.settled = is_one_file.then_some(entries);
        kept
    }

    /// Leaves out entries that touch no client, and gives those that are left.
    pub(super) fn keep_entries_of_clients(&mut self, entries: &Entries) -> Entries {
        let is_account: Vec<bool> = self.account_symbols(touches_clients);
        let touches = |lines: &[u32]| {
            let mut records = lines.iter().filter_map(|&line| self.records.get(line as usize));
            records.any(|record| is_account.get(record.account as usize).copied().unwrap_or(false))
        };
        let mut keep = vec![false; self.records.len()];
        let mut left = Entries::default();
        for lines in entries.iter().filter(|lines| touches(lines)) {
            for &line in lines {
                if let Some(keep) = keep.get_mut(line as usize) {
                    *keep = true;
                }
            }
            left.doubled += u64::from(stand_twice(self, lines));
            left.add(lines);
        }
        if keep.contains(&false) {
            let mut kept = keep.iter().copied();
            self.records.retain(|_| kept.next().unwrap_or(true));
        }
        self.records.shrink_to_fit();
        // Where numbers alone made the entries, those that are left are what they were.
        if entries.regrouped > 0 || !entries.unbalanced.is_empty() {
            return Entries::of(self);
        }
        left.renumber(&keep);
        left.unnumbered = unnumbered(&self.records);
        left
    }

    /// For each symbol that lines use as an account, what it is; the default for any other.
    pub(super) fn account_symbols<T: Copy + Default>(&self, is: impl Fn(&str) -> T) -> Vec<T> {
        let mut known: Vec<Option<T>> = Vec::new();
        for record in &self.records {
            let at = record.account as usize;
            if at >= known.len() {
                known.resize(at + 1, None);
            }
            if let Some(slot) = known.get_mut(at) {
                slot.get_or_insert_with(|| is(self.text(record.account)));
            }
        }
        known.into_iter().map(Option::unwrap_or_default).collect()
    }
}

/// What was seen while entries were put together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// Entries that balance by month or document and not by number.
    pub regrouped: u64,
    /// Lines without a number of entry.
    pub unnumbered: u64,
    /// Entries that do not balance: first line, journal, number, and debit less credit in cents.
    pub unbalanced: Vec<(u64, String, String, i128)>,
    bare: Named,
}

impl Kept {
    /// Lines on accounts that do not begin with three digits and were taken for a client's.
    pub(crate) fn odd_client_lines(&self) -> u64 {
        self.bare.odd_lines
    }

    /// Notes it in a report.
    pub fn tell(&self, file: &str, report: &mut FaultReport) {
        const TOLD: usize = 20;
        for (line, journal, entry, sum) in self.unbalanced.iter().take(TOLD) {
            let (side, minor) = if *sum > 0 { ("debit", *sum) } else { ("credit", -sum) };
            let (whole, cents) = (minor / 100, minor % 100);
            let reason = format!(
                "the entry `{entry}` of journal `{journal}` does not balance: {side} is {whole},{cents:02} more"
            );
            report.notes.push(Fault::of_line(file, *line, reason));
        }
        let more = self.unbalanced.len().saturating_sub(TOLD);
        if more > 0 {
            report.notes.push(Fault::of_file(file, format!("{more} more entries do not balance")));
        }
        if self.bare.lines > 0 {
            let reason = format!(
                "{} lines stand on {} accounts without a general account, such as `{}`, and were taken for clients' (411): \
                 sales and receipts stand beside them",
                self.bare.lines, self.bare.accounts, self.bare.first
            );
            report.notes.push(Fault::of_file(file, reason));
        }
        if self.regrouped > 0 {
            let reason = format!(
                "{} entries balance by month or document, not by their numbers, and were read so",
                self.regrouped
            );
            report.notes.push(Fault::of_file(file, reason));
        }
        if self.unnumbered > 0 {
            let reason = format!(
                "{} lines have no number of entry; lines of one journal, day and document were read as one entry",
                self.unnumbered
            );
            report.notes.push(Fault::of_file(file, reason));
        }
    }
}
