//! Texts written by the tests' own writers, and read back.

mod layouts;
mod properties;
mod tra_lines;

use super::layout::Layout;
use super::{records, tra};
use crate::accounting::{Line, LineNature};
use crate::fault::FaultReport;
use crate::reader::format::File;

/// A line, owned, in the words of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Told {
    line: u64,
    journal: String,
    journal_name: String,
    entry: String,
    date: String,
    account: String,
    account_name: String,
    auxiliary: String,
    auxiliary_name: String,
    piece: String,
    label: String,
    amount: i64,
    letter: String,
    due: String,
    means: String,
    nature: Option<LineNature>,
}

fn told(line: Line<'_>) -> Told {
    Told {
        line: line.place.line,
        journal: line.journal.to_owned(),
        journal_name: line.journal_name.to_owned(),
        entry: line.entry.to_owned(),
        date: line.date.to_string(),
        account: line.account.to_owned(),
        account_name: line.account_name.to_owned(),
        auxiliary: line.auxiliary.to_owned(),
        auxiliary_name: line.auxiliary_name.to_owned(),
        piece: line.piece.to_owned(),
        label: line.label.to_owned(),
        amount: line.amount,
        letter: line.letter.to_owned(),
        due: line.due_date.map(|due| due.to_string()).unwrap_or_default(),
        means: line.means_of_payment.to_owned(),
        nature: line.nature,
    }
}

fn read_tra(bytes: &[u8]) -> (Vec<Told>, FaultReport) {
    let (mut lines, mut report) = (Vec::new(), FaultReport::default());
    let file = File { name: "j.tra", bytes };
    if let Err(fault) = tra::read(file, &mut |line| lines.push(told(line)), &mut report) {
        report.faults.push(fault);
    }
    (lines, report)
}

fn read_by(layout: &Layout, bytes: &[u8]) -> (Vec<Told>, FaultReport) {
    let (mut lines, mut report) = (Vec::new(), FaultReport::default());
    let file = File { name: "j.txt", bytes };
    if let Err(fault) = records::read(file, layout, &mut |line| lines.push(told(line)), &mut report) {
        report.faults.push(fault);
    }
    (lines, report)
}

fn faults(report: &FaultReport) -> Vec<String> {
    report.faults.iter().map(ToString::to_string).collect()
}

fn notes(report: &FaultReport) -> Vec<String> {
    report.notes.iter().map(ToString::to_string).collect()
}

/// Puts a text at a place of a line; `right` for amounts.
fn put(line: &mut Vec<char>, start: usize, length: usize, text: &str, right: bool) {
    if line.len() < start + length {
        line.resize(start + length, ' ');
    }
    let text: Vec<char> = text.chars().take(length).collect();
    let shift = if right { length - text.len() } else { 0 };
    for (at, letter) in text.into_iter().enumerate() {
        line[start + shift + at] = letter;
    }
}

fn windows_1252(text: &str) -> Vec<u8> {
    encoding_rs::WINDOWS_1252.encode(text).0.into_owned()
}
