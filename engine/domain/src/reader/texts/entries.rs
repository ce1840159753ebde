//! Numbers for entries whose file gives none.
//!
//! A line without a number belongs with the lines before it, of the same journal and day, until debits and credits are
//! equal. Such an entry is named by the first document that its lines name, else by its place in its journal's day:
//! by content, so that the same entry exported again is the same.

use std::collections::HashMap;

use crate::accounting::Line;
use crate::day::Day;

/// Who takes the lines that are read.
pub(super) type Take<'s> = &'s mut dyn FnMut(Line<'_>);

/// Hands lines over, entries numbered.
pub(super) fn give_all(lines: Vec<Line<'_>>, take: Take<'_>) {
    let numbers = numbers(&lines);
    for (line, number) in lines.into_iter().zip(&numbers) {
        let entry = number.as_deref().unwrap_or(line.entry);
        take(Line { entry, ..line });
    }
}

/// The number of each line's entry, where the file gives none.
fn numbers(lines: &[Line<'_>]) -> Vec<Option<String>> {
    let mut numbers: Vec<Option<String>> = vec![None; lines.len()];
    let mut in_day: HashMap<(&str, Day), u32> = HashMap::new();
    let mut start = 0;
    while start < lines.len() {
        let end = start + entry_length(lines.get(start..).unwrap_or_default());
        let group = lines.get(start..end).unwrap_or_default();
        if let Some(first) = group.first().filter(|line| line.entry.is_empty()) {
            let place = in_day.entry((first.journal, first.date)).or_default();
            *place += 1;
            let piece = group.iter().map(|line| line.piece).find(|piece| !piece.is_empty());
            let number = piece.map_or_else(|| format!("{place}"), str::to_owned);
            for slot in numbers.iter_mut().take(end).skip(start) {
                *slot = Some(number.clone());
            }
        }
        start = end;
    }
    numbers
}

/// How many of the lines are one entry; at least one.
fn entry_length(lines: &[Line<'_>]) -> usize {
    let Some(first) = lines.first() else { return 1 };
    let (mut balance, mut moved) = (0_i128, false);
    for (at, line) in lines.iter().enumerate() {
        let belongs = line.journal == first.journal && line.date == first.date && line.entry == first.entry;
        if !belongs {
            return at.max(1);
        }
        balance += i128::from(line.amount);
        moved |= line.amount != 0;
        if moved && balance == 0 && line.entry.is_empty() {
            return at + 1;
        }
    }
    lines.len().max(1)
}
