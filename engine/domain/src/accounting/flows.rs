//! What each line on a claim account is, by what stands on the other side of its entry.
//!
//! An entry of one client is told whole. One of many clients (a bank statement, a day's till) is told where each sign
//! has one other side, or one that makes up nearly all of it; the rest stays unexplained.

use super::account::{Claim, Side};
use super::clients::{ClientNumber, Clients};
use super::journal::{Journal, Record};
use super::line::LineNature;
use crate::reader::plain_letters;

/// Why a claim grew or shrank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Flow {
    /// Between claim accounts of one client, seen from 413 or 416, or inside one of them.
    Internal,
    /// From 411 to 413, or back.
    ToBill,
    /// From 411 to 416, or back.
    ToDoubtful,
    /// Sold, or credited.
    Sale,
    /// Deposit asked for, or set off.
    Deposit,
    /// Money in or out.
    Money,
    /// A bill handed to the bank, or taken back.
    BillAtBank,
    /// Discount for early payment.
    Discount,
    /// Given up.
    Loss,
    /// Cents.
    Rounding,
    /// Exchange difference.
    Exchange,
    /// Against what we owe the client as a supplier.
    SetOff,
    /// To or from another client.
    Transfer,
    /// To or from a factor.
    Factor,
    /// Money that had waited on 471.
    Waiting,
    /// What cannot be told.
    Unexplained,
}

/// A part of a line on a claim account.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    pub client: ClientNumber,
    pub claim: Claim,
    pub record: u32,
    pub entry: usize,
    pub flow: Flow,
    /// Effect on the claim.
    pub amount: i64,
}

/// Divides entries into parts.
pub(super) struct Divider<'j> {
    pub journal: &'j Journal,
    pub clients: &'j Clients,
    pub parts: Vec<Part>,
    /// Entries whose small other sides could not be put on one client.
    pub folded: u64,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    record: u32,
    client: ClientNumber,
    claim: Claim,
    left: i64,
}

impl Divider<'_> {
    /// Divides one entry, piece by piece where each of its pieces balances.
    pub fn take(&mut self, entry: usize, lines: &[u32]) {
        let mut all = lines.iter().filter_map(|&line| self.record(line)).map(|record| record.piece);
        let first = all.next();
        if all.all(|piece| Some(piece) == first) {
            return self.take_unit(entry, lines);
        }
        let mut pieces: Vec<(u32, i64, u32)> = lines
            .iter()
            .filter_map(|&line| self.record(line).map(|record| (record.piece, record.amount, line)))
            .collect();
        pieces.sort_unstable_by_key(|(piece, _, line)| (*piece, *line));
        let balanced =
            |run: &[(u32, i64, u32)]| run.iter().map(|(_, amount, _)| i128::from(*amount)).sum::<i128>() == 0;
        if pieces.chunk_by(|left, right| left.0 == right.0).all(balanced) {
            for run in pieces.chunk_by(|left, right| left.0 == right.0) {
                let unit: Vec<u32> = run.iter().map(|(_, _, line)| *line).collect();
                self.take_unit(entry, &unit);
            }
        } else {
            self.take_unit(entry, lines);
        }
    }

    fn record(&self, line: u32) -> Option<&Record> {
        self.journal.records.get(line as usize)
    }

    fn take_unit(&mut self, entry: usize, lines: &[u32]) {
        let mut open: Vec<Open> = Vec::new();
        let mut sides: Vec<(Side, i64)> = Vec::new();
        for &line in lines {
            let Some(record) = self.record(line) else { continue };
            let account = self.journal.text(record.account);
            match (Claim::of(account), self.clients.number(record)) {
                (Some(claim), Some(client)) => open.push(Open { record: line, client, claim, left: record.amount }),
                _ => {
                    let side = Side::of(account, self.journal.text(record.account_name));
                    match sides.iter_mut().find(|(known, _)| *known == side) {
                        Some((_, amount)) => *amount = amount.saturating_sub(record.amount),
                        None => sides.push((side, record.amount.saturating_neg())),
                    }
                }
            }
        }
        if open.is_empty() {
            return;
        }
        if open.len() > 1 {
            let (journal, clients) = (self.journal, self.clients);
            let texts = |open: &Open| {
                let record = journal.records.get(open.record as usize);
                record.map(|r| (journal.text(r.piece), r.due_date, journal.text(r.letter), journal.text(r.label)))
            };
            open.sort_by(|left, right| {
                let order = |open: &Open| (open.claim, std::cmp::Reverse(open.left.saturating_abs()), open.left);
                order(left)
                    .cmp(&order(right))
                    .then_with(|| clients.id(left.client).cmp(clients.id(right.client)))
                    .then_with(|| texts(left).cmp(&texts(right)))
            });
        }
        let mut flows = self.folded_sides(&open, sides);
        let missing = open.iter().map(|open| open.left).fold(0_i64, i64::saturating_add)
            - flows.iter().map(|(_, amount)| *amount).fold(0_i64, i64::saturating_add);
        if missing != 0 {
            let flow = open.first().map_or(Flow::Unexplained, |open| self.told_otherwise(open.record));
            match flows.iter_mut().find(|(known, _)| *known == flow) {
                Some((_, amount)) => *amount = amount.saturating_add(missing),
                None => flows.push((flow, missing)),
            }
            flows.retain(|(_, amount)| *amount != 0);
        }
        flows.sort_unstable();
        self.divide(entry, open, flows);
    }

    /// The other sides as flows: VAT and bank charges go with what they belong to.
    fn folded_sides(&self, open: &[Open], sides: Vec<(Side, i64)>) -> Vec<(Flow, i64)> {
        let has = |side: Side| sides.iter().any(|(known, amount)| *known == side && *amount != 0);
        let first_of = |choices: &[(Side, Flow)], otherwise: Flow| {
            choices.iter().find(|(side, _)| has(*side)).map_or(otherwise, |(_, flow)| *flow)
        };
        let vat_choices = [
            (Side::Sale, Flow::Sale),
            (Side::Discount, Flow::Discount),
            (Side::Loss, Flow::Loss),
            (Side::Deposit, Flow::Deposit),
        ];
        let vat = first_of(&vat_choices, Flow::Sale);
        let charge_choices = [
            (Side::BillAtBank, Flow::BillAtBank),
            (Side::Money, Flow::Money),
            (Side::Factor, Flow::Factor),
            (Side::Sale, Flow::Sale),
            (Side::Vat, Flow::Sale),
        ];
        let charge = first_of(&charge_choices, Flow::Unexplained);
        // A discounted bill brings money at once and is not matured: the bank may come back for it.
        let is_bill = open.iter().any(|open| open.claim == Claim::Bill);
        let money = if is_bill && has(Side::Charge) && has(Side::Money) { Flow::BillAtBank } else { Flow::Money };
        let charge = if charge == Flow::Money { money } else { charge };
        let mut flows: Vec<(Flow, i64)> = Vec::with_capacity(sides.len());
        for (side, amount) in sides {
            let flow = match side {
                Side::Sale => Flow::Sale,
                Side::Vat => vat,
                Side::Money => money,
                Side::BillAtBank => Flow::BillAtBank,
                Side::Deposit => Flow::Deposit,
                Side::Discount => Flow::Discount,
                Side::Loss => Flow::Loss,
                Side::Rounding => Flow::Rounding,
                Side::Exchange => Flow::Exchange,
                Side::Supplier => Flow::SetOff,
                Side::Factor => Flow::Factor,
                Side::Waiting => Flow::Waiting,
                Side::Charge => charge,
                Side::Other => Flow::Unexplained,
            };
            match flows.iter_mut().find(|(known, _)| *known == flow) {
                Some((_, sum)) => *sum = sum.saturating_add(amount),
                None => flows.push((flow, amount)),
            }
        }
        flows.retain(|(_, amount)| *amount != 0);
        flows
    }

    /// Where the other side is missing: what the program says the line is, else what its journal is for.
    fn told_otherwise(&self, line: u32) -> Flow {
        let Some(record) = self.record(line) else { return Flow::Unexplained };
        match record.nature {
            Some(LineNature::Invoice | LineNature::CreditNote) => return Flow::Sale,
            Some(LineNature::Receipt) => return Flow::Money,
            None => {}
        }
        let code = plain_letters(self.journal.text(record.journal));
        let name = plain_letters(self.journal.text(record.journal_name));
        if matches!(code.as_str(), "ve" | "vt" | "vte" | "ven" | "fac" | "vl") || name.contains("vente") {
            return Flow::Sale;
        }
        let is_bank = ["bq", "bnq", "banq", "bqe", "ca", "cai"].contains(&code.as_str())
            || ["banque", "caisse", "tresorerie"].iter().any(|word| name.contains(word));
        if is_bank { Flow::Money } else { Flow::Unexplained }
    }

    fn divide(&mut self, entry: usize, mut open: Vec<Open>, mut flows: Vec<(Flow, i64)>) {
        let one_account = open.iter().all(|line| line.claim == open.first().map_or(line.claim, |first| first.claim));
        if let ([(flow, _)], true) = (flows.as_slice(), one_account) {
            return self.give_all(entry, &open, *flow);
        }
        let up =
            |amounts: &mut dyn Iterator<Item = i64>| amounts.filter(|amount| *amount > 0).fold(0, i64::saturating_add);
        let grown = up(&mut open.iter().map(|line| line.left));
        let mut between = grown - up(&mut flows.iter().map(|(_, amount)| *amount));
        // Pairs are sought in entries that a person can have written.
        const MOST_LINES: usize = 1_000;
        let between_is_sought = open.len() <= MOST_LINES;
        if between > 0 && between_is_sought {
            self.move_inside(entry, &mut open, &mut between, flows.is_empty());
        }
        if flows.is_empty() {
            return self.give_all(entry, &open, Flow::Transfer);
        }
        if between > 0 && between_is_sought {
            self.transfer_exact(entry, &mut open, &mut between);
        }
        open.retain(|line| line.left != 0);
        if let [(flow, _)] = flows.as_slice() {
            return self.give_all(entry, &open, *flow);
        }
        let one_client = open.iter().all(|line| line.client == open.first().map_or(0, |first| first.client));
        if one_client {
            return self.pour(entry, &mut open, &mut flows);
        }
        for sign in [1, -1] {
            let lines: Vec<Open> = open.iter().filter(|line| line.left.signum() == sign).copied().collect();
            let total = lines.iter().map(|line| line.left).fold(0, i64::saturating_add);
            let same: Vec<(Flow, i64)> = flows.iter().filter(|(_, amount)| amount.signum() == sign).copied().collect();
            let sum = same.iter().map(|(_, amount)| *amount).fold(0, i64::saturating_add);
            let main = same.iter().max_by_key(|(_, amount)| amount.saturating_abs()).copied();
            // Nearly all: at least nineteen parts in twenty of what the lines come to.
            let is_main = |amount: i64| {
                let (amount, total) = (i128::from(amount).abs(), i128::from(total).abs());
                amount * 20 >= total * 19 && total * 20 >= amount * 19
            };
            let flow = match (same.as_slice(), main) {
                ([(flow, _)], _) if sum == total => *flow,
                (_, Some((flow, amount))) if is_main(amount) => {
                    self.folded += 1;
                    flow
                }
                _ => Flow::Unexplained,
            };
            self.give_all(entry, &lines, flow);
        }
    }

    fn give_all(&mut self, entry: usize, open: &[Open], flow: Flow) {
        for line in open {
            self.give(entry, line, flow, line.left);
        }
    }

    fn give(&mut self, entry: usize, line: &Open, flow: Flow, amount: i64) {
        if amount != 0 {
            let Open { record, client, claim, .. } = *line;
            self.parts.push(Part { client, claim, record, entry, flow, amount });
        }
    }

    /// What moves between two claim accounts of one client, equal amounts first; with nothing else in the entry, what
    /// moves inside one account too.
    fn move_inside(&mut self, entry: usize, open: &mut [Open], between: &mut i64, alone: bool) {
        for exact in [true, false] {
            for at in 0..open.len() {
                for other in 0..open.len() {
                    let (Some(gain), Some(loss)) = (open.get(at).copied(), open.get(other).copied()) else { continue };
                    let apart = gain.claim != loss.claim || alone;
                    let fits = gain.left > 0 && loss.left < 0 && gain.client == loss.client && apart;
                    if !fits || *between <= 0 || (exact && gain.left != loss.left.saturating_neg()) {
                        continue;
                    }
                    let amount = gain.left.min(loss.left.saturating_neg()).min(*between);
                    self.take_pair(entry, open, (at, other), Flow::Internal, amount);
                    *between -= amount;
                }
            }
        }
    }

    fn transfer_exact(&mut self, entry: usize, open: &mut [Open], between: &mut i64) {
        for at in 0..open.len() {
            for other in 0..open.len() {
                let (Some(gain), Some(loss)) = (open.get(at).copied(), open.get(other).copied()) else { continue };
                let fits = gain.left > 0 && gain.left == loss.left.saturating_neg() && gain.client != loss.client;
                if fits && gain.left <= *between {
                    self.take_pair(entry, open, (at, other), Flow::Transfer, gain.left);
                    *between -= gain.left;
                }
            }
        }
    }

    fn take_pair(&mut self, entry: usize, open: &mut [Open], pair: (usize, usize), flow: Flow, amount: i64) {
        for (at, other, amount) in [(pair.0, pair.1, amount), (pair.1, pair.0, -amount)] {
            let other = open.get(other).map(|other| other.claim);
            let Some(line) = open.get_mut(at) else { continue };
            line.left -= amount;
            let line = *line;
            let flow = match (flow, line.claim, other) {
                (Flow::Internal, Claim::Client, Some(Claim::Bill)) => Flow::ToBill,
                (Flow::Internal, Claim::Client, Some(Claim::Doubtful)) => Flow::ToDoubtful,
                _ => flow,
            };
            self.give(entry, &line, flow, amount);
        }
    }

    /// All lines are one client's: flows of each sign fill the lines of that sign, and what is left over stands on the
    /// largest line.
    fn pour(&mut self, entry: usize, open: &mut [Open], flows: &mut [(Flow, i64)]) {
        for line in open.iter_mut() {
            for (flow, left) in flows.iter_mut() {
                if left.signum() != line.left.signum() {
                    continue;
                }
                let amount = if *left > 0 { (*left).min(line.left) } else { (*left).max(line.left) };
                *left -= amount;
                line.left -= amount;
                let line = *line;
                self.give(entry, &line, *flow, amount);
            }
        }
        // What remains of flows and lines comes to the same sum.
        let Some(first) = open.first().copied() else { return };
        for (flow, left) in flows.iter() {
            self.give(entry, &first, *flow, *left);
        }
        let rest: i64 = flows.iter().map(|(_, left)| *left).fold(0, i64::saturating_add);
        let lines: i64 = open.iter().map(|line| line.left).fold(0, i64::saturating_add);
        for line in open.iter() {
            self.give(entry, line, Flow::Internal, line.left);
        }
        self.give(entry, &first, Flow::Internal, -lines);
        self.give(entry, &first, Flow::Unexplained, lines - rest);
    }
}
