//! What opening entries say of one client: balances that earlier files know already, and stock that they do not.

use std::collections::BTreeMap;

use super::account::Claim;
use super::flows::Part;
use super::items::{Draft, Given, Items, Reading};
use super::reconciliation::Item;
use crate::day::Day;
use crate::ledger::{InvoiceKind, PaymentKind};

/// A line of an opening entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Restated {
    pub day: Day,
    pub claim: Claim,
    pub record: u32,
    pub amount: i64,
}

/// What the openings of one client added.
#[derive(Debug, Default)]
pub(super) struct Stock {
    /// Day and amount where an opening says something else than the evening before.
    pub differences: Vec<(Day, i128)>,
}

/// Takes the openings of one client in: what restates a known balance gives its letters to the items it restates, the
/// rest becomes stock.
pub(super) fn open(
    reading: &Reading<'_>,
    restated: &[Restated],
    parts: &[Part],
    first_day: Option<Day>,
    items: &mut Items,
) -> Stock {
    let mut stock = Stock::default();
    let mut by_opening: BTreeMap<(Day, Claim), Vec<&Restated>> = BTreeMap::new();
    for line in restated {
        by_opening.entry((line.day, line.claim)).or_default().push(line);
    }
    let mut days: Vec<Day> = restated.iter().map(|line| line.day).collect();
    days.sort_unstable();
    days.dedup();
    let mut added: BTreeMap<Claim, i128> = BTreeMap::new();
    let empty = Vec::new();
    for day in days {
        let known_before = first_day.is_some_and(|first| first < day);
        for claim in [Claim::Client, Claim::Bill, Claim::Doubtful] {
            let lines = by_opening.get(&(day, claim)).unwrap_or(&empty);
            let opening: i128 = lines.iter().map(|line| i128::from(line.amount)).sum();
            let moved: i128 = parts
                .iter()
                .filter(|part| part.claim == claim && part_day(reading, part) < Some(day))
                .map(|part| i128::from(part.amount))
                .sum();
            let before = moved + added.get(&claim).copied().unwrap_or(0);
            let difference = opening - before;
            if before != 0 || difference == 0 {
                restate(reading, lines, items);
            }
            if difference == 0 {
                continue;
            }
            *added.entry(claim).or_default() += difference;
            let item = if known_before { Item::OpeningDifference } else { Item::Opening };
            if known_before {
                stock.differences.push((day, difference));
            }
            if claim == Claim::Client {
                items.sums.add_wide(item, difference);
            }
            if before == 0 {
                for line in lines {
                    take_line(reading, line, items);
                }
            } else {
                take_lump(reading, day, difference, parts, lines, items);
            }
        }
    }
    stock
}

fn part_day(reading: &Reading<'_>, part: &Part) -> Option<Day> {
    reading.record(part.record).map(|record| record.date)
}

/// An opening line that restates an open item carries the letter under which it is settled in the new year.
fn restate(reading: &Reading<'_>, lines: &[&Restated], items: &mut Items) {
    for line in lines {
        let groups = reading.groups_of(line.record);
        let Some(record) = reading.record(line.record).filter(|_| !groups.is_empty()) else { continue };
        let piece = reading.journal.text(record.piece);
        let earlier = |date: Day| date < line.day;
        if line.amount > 0 {
            let fits = |draft: &&mut Draft| earlier(draft.issue) && draft.amount >= line.amount;
            let named = items.invoices.iter_mut().filter(fits).find(|draft| !piece.is_empty() && draft.number == piece);
            if let Some(draft) = named {
                draft.groups.extend(groups);
                continue;
            }
            let mut same =
                items.invoices.iter_mut().filter(|draft| earlier(draft.issue) && draft.amount == line.amount);
            if let (Some(draft), None) = (same.next(), same.next()) {
                draft.groups.extend(groups);
            }
        } else {
            let amount = line.amount.saturating_neg();
            let mut same = items.given.iter_mut().filter(|given| earlier(given.date) && given.amount == amount);
            if let (Some(given), None) = (same.next(), same.next()) {
                given.groups.extend(groups);
            }
        }
    }
}

/// A line of stock: the dated invoice that it restates where it says so, else a claim of unknown date.
fn take_line(reading: &Reading<'_>, line: &Restated, items: &mut Items) {
    let Some(record) = reading.record(line.record) else { return };
    let groups = reading.groups_of(line.record);
    if line.amount > 0 {
        let dated = record.piece_date.filter(|day| *day < line.day && record.piece != 0);
        items.invoices.push(Draft {
            record: line.record,
            entry: usize::MAX,
            kind: InvoiceKind::Invoice,
            number: if dated.is_some() { reading.number(record) } else { stock_number(line.day) },
            issue: dated.unwrap_or(line.day),
            stated_due: record.due_date,
            amount: line.amount,
            groups,
            is_stock: dated.is_none(),
        });
    } else if line.amount < 0 {
        items.given.push(credit(reading, line.record, line.day, line.amount.saturating_neg(), groups, false));
    }
}

/// A difference that no line shows by itself.
fn take_lump(
    reading: &Reading<'_>,
    day: Day,
    difference: i128,
    parts: &[Part],
    lines: &[&Restated],
    items: &mut Items,
) {
    let by_size =
        |line: &&&Restated| (line.amount, reading.record(line.record).map(|record| reading.journal.text(record.label)));
    let first = lines.iter().max_by_key(by_size).map(|line| line.record);
    let before = parts.iter().filter(|part| part_day(reading, part) < Some(day)).map(|part| part.record).max();
    let Some(record) = first.or(before) else { return };
    let amount = i64::try_from(difference.unsigned_abs()).unwrap_or(i64::MAX);
    if difference > 0 {
        items.invoices.push(Draft {
            record,
            entry: usize::MAX,
            kind: InvoiceKind::Invoice,
            number: stock_number(day),
            issue: day,
            stated_due: None,
            amount,
            groups: Vec::new(),
            is_stock: true,
        });
    } else {
        items.given.push(credit(reading, record, day, amount, Vec::new(), true));
    }
}

/// The number under which stock of unknown date stands.
fn stock_number(day: Day) -> String {
    format!("AN {day}")
}

fn credit(reading: &Reading<'_>, record: u32, day: Day, amount: i64, groups: Vec<u32>, by_letter_only: bool) -> Given {
    let references = reading.record(record).filter(|_| !by_letter_only).map(|record| reading.references_of(record));
    Given {
        record,
        kind: PaymentKind::SetOff,
        date: day,
        known_on: day,
        amount,
        groups,
        references: references.unwrap_or_default(),
        by_letter_only,
    }
}
