//! One client's parts as claims and credits, before they are joined.

use std::collections::{BTreeMap, HashMap};

use foldhash::fast::FixedState;

use super::account::{Claim, is_retention};
use super::flows::{Flow, Part};
use super::journal::{Journal, Record};
use super::letters::Groups;
use super::matching::references;
use super::reconciliation::{Item, Sums};
use crate::day::Day;
use crate::ledger::{InvoiceKind, PaymentKind};
use crate::reader::plain_letters;

/// A claim with a row of its own, or a credit note.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub record: u32,
    pub entry: usize,
    pub kind: InvoiceKind,
    /// The number as the file has it; empty where it has none.
    pub number: String,
    pub issue: Day,
    pub stated_due: Option<Day>,
    pub amount: i64,
    pub groups: Vec<u32>,
    /// Restates what was open before the first file.
    pub is_stock: bool,
}

/// A credit that is no credit note.
#[derive(Clone, Debug)]
pub(super) struct Given {
    pub record: u32,
    pub kind: PaymentKind,
    pub date: Day,
    pub known_on: Day,
    pub amount: i64,
    pub groups: Vec<u32>,
    pub references: Vec<String>,
    pub by_letter_only: bool,
}

/// A debit that is no invoice.
#[derive(Clone, Debug)]
pub(super) struct Debit {
    pub record: u32,
    pub date: Day,
    pub amount: i64,
    pub groups: Vec<u32>,
    /// Words of its label, letters only.
    pub words: Vec<String>,
    /// From the bank: a payment that came back, or money given back.
    pub from_bank: bool,
    /// From a factor, who gives a claim back.
    pub from_factor: bool,
    /// Whether it stands on 411, where it is reconciled.
    pub on_client: bool,
}

/// What one client's lines come to.
#[derive(Debug, Default)]
pub(super) struct Items {
    pub invoices: Vec<Draft>,
    pub notes: Vec<Draft>,
    pub given: Vec<Given>,
    pub debits: Vec<Debit>,
    pub sums: Sums,
    pub outside: i128,
}

/// What is known beyond one client: days on which cheques and bills reached the bank, and the last day of all.
pub(super) struct Bank {
    /// Days on which an amount left 5112 or 5113 for the bank.
    pub cleared: HashMap<(bool, i64), Vec<Day>, FixedState>,
    /// Days on which the bank received an amount that went to 471.
    pub waiting: HashMap<i64, Vec<Day>, FixedState>,
    pub last_day: Option<Day>,
    /// Entries in which a cheque account stands.
    pub has_cheques: Vec<bool>,
}

impl Bank {
    /// The one day, at most 45 days on, on which the amount reached the bank.
    fn day(&self, is_bill: bool, amount: i64, from: Day) -> Option<Day> {
        const LONGEST: i32 = 45;
        const LONGEST_BILL: i32 = 200;
        let longest = if is_bill { LONGEST_BILL } else { LONGEST };
        let days = self.cleared.get(&(is_bill, amount))?;
        only(days.iter().filter(|day| (0..=longest).contains(&day.days_since(from))))
    }

    /// The one day, at most a year before, on which the bank received the amount and nobody knew whose it was.
    fn received(&self, amount: i64, until: Day) -> Option<Day> {
        const LONGEST: i32 = 366;
        only(self.waiting.get(&amount)?.iter().filter(|day| (0..=LONGEST).contains(&until.days_since(**day))))
    }
}

fn only<'d>(mut days: impl Iterator<Item = &'d Day>) -> Option<Day> {
    match (days.next(), days.next()) {
        (Some(day), None) => Some(*day),
        _ => None,
    }
}

/// Reads one client's parts.
pub(super) struct Reading<'j> {
    pub journal: &'j Journal,
    pub groups: &'j Groups,
    pub bank: &'j Bank,
}

/// What left 411 for another claim account: its letters and numbers, for what is later paid there.
struct Moved {
    date: Day,
    amount: i64,
    groups: Vec<u32>,
    references: Vec<String>,
    due: Option<Day>,
}

impl Reading<'_> {
    pub fn record(&self, line: u32) -> Option<&Record> {
        self.journal.records.get(line as usize)
    }

    pub fn groups_of(&self, line: u32) -> Vec<u32> {
        self.groups.get(&line).map(|group| vec![*group]).unwrap_or_default()
    }

    pub fn references_of(&self, record: &Record) -> Vec<String> {
        references(self.journal.text(record.piece), self.journal.text(record.label))
    }

    /// All parts of one client, in any order.
    pub fn items(&self, parts: &[Part]) -> Items {
        let mut items = Items::default();
        let mut moved = self.moves(parts);
        self.sales(parts, &mut items);
        for part in parts {
            if let Some(item) = reconciled_as(part).filter(|_| part.claim == Claim::Client) {
                items.sums.add(item, part.amount);
            }
            let Some(record) = self.record(part.record) else { continue };
            match part.flow {
                Flow::Sale | Flow::Internal | Flow::ToBill | Flow::ToDoubtful => {}
                Flow::Deposit if part.amount > 0 => {}
                Flow::Transfer if part.amount > 0 && !self.undoes_a_payment(part, record, parts) => {
                    let draft = self.draft(part, record, part.amount, InvoiceKind::Invoice);
                    items.invoices.push(draft);
                }
                Flow::BillAtBank => self.bill_at_bank(part, record, &mut moved, &mut items),
                Flow::Waiting => self.waited(part, record, &mut items),
                _ if part.amount < 0 => {
                    let given = self.given(part, record, &mut moved);
                    items.given.push(given);
                }
                _ => items.debits.push(self.debit(part, record)),
            }
        }
        items
    }

    /// Whether a claim that came from another client takes back a payment that was booked on this one by mistake.
    fn undoes_a_payment(&self, part: &Part, record: &Record, parts: &[Part]) -> bool {
        let groups = self.groups_of(part.record);
        parts.iter().any(|other| {
            let same = other.flow == Flow::Money && other.amount == part.amount.saturating_neg();
            same && groups == self.groups_of(other.record)
                && self.record(other.record).is_some_and(|other| other.date <= record.date)
        })
    }

    fn draft(&self, part: &Part, record: &Record, amount: i64, kind: InvoiceKind) -> Draft {
        Draft {
            record: part.record,
            entry: part.entry,
            kind,
            number: self.number(record),
            issue: issue_day(record),
            stated_due: record.due_date,
            amount,
            groups: self.groups_of(part.record),
            is_stock: false,
        }
    }

    fn debit(&self, part: &Part, record: &Record) -> Debit {
        Debit {
            record: part.record,
            date: record.date,
            amount: part.amount,
            groups: self.groups_of(part.record),
            words: self.journal.text(record.label).split_whitespace().map(plain_letters).collect(),
            from_bank: matches!(part.flow, Flow::Money | Flow::BillAtBank),
            from_factor: part.flow == Flow::Factor,
            on_client: part.claim == Claim::Client,
        }
    }

    fn given(&self, part: &Part, record: &Record, moved: &mut Vec<Moved>) -> Given {
        let kind = match part.flow {
            Flow::Money if part.claim == Claim::Bill => PaymentKind::BillMatured,
            Flow::Money => PaymentKind::Payment,
            Flow::Discount => PaymentKind::Discount,
            Flow::Rounding | Flow::Exchange => PaymentKind::Rounding,
            Flow::Factor => PaymentKind::Assigned,
            Flow::Loss => PaymentKind::WriteOff,
            _ => PaymentKind::SetOff,
        };
        let amount = part.amount.saturating_neg();
        let by_cheque = self.bank.has_cheques.get(part.entry).copied().unwrap_or(false);
        let banked =
            (kind == PaymentKind::Payment && by_cheque).then(|| self.bank.day(false, amount, record.date)).flatten();
        let mut given = Given {
            record: part.record,
            kind,
            date: banked.unwrap_or(record.date),
            known_on: banked.unwrap_or(record.date),
            amount,
            groups: self.groups_of(part.record),
            references: self.references_of(record),
            by_letter_only: part.flow == Flow::Unexplained,
        };
        if part.claim != Claim::Client {
            self.follow(&mut given, moved);
        }
        given
    }

    /// Money that waited on 471 was paid on the one day on which the bank received as much; without it nobody knows what
    /// the line is.
    fn waited(&self, part: &Part, record: &Record, items: &mut Items) {
        let received = self.bank.received(part.amount.saturating_neg(), record.date);
        let flow = if received.is_some() { Flow::Money } else { Flow::Unexplained };
        let part = Part { flow, ..*part };
        if let Some(item) = reconciled_as(&part).filter(|_| part.claim == Claim::Client) {
            items.sums.add(item, part.amount);
        }
        if part.amount > 0 {
            return items.debits.push(self.debit(&part, record));
        }
        let given = self.given(&part, record, &mut Vec::new());
        items.given.push(Given { date: received.unwrap_or(given.date), known_on: record.date, ..given });
    }

    /// What is paid on 413 or 416 belongs to what was moved there: by letter or number, else by the same amount.
    fn follow(&self, given: &mut Given, moved: &mut Vec<Moved>) -> Option<Day> {
        let shares = |one: &Moved| {
            one.groups.iter().any(|group| given.groups.contains(group))
                || one
                    .references
                    .iter()
                    .any(|reference| given.references.contains(reference) && one.amount == given.amount)
        };
        let same = |one: &Moved| one.amount == given.amount && one.date <= given.date;
        let at = moved.iter().position(shares).or_else(|| moved.iter().position(same))?;
        let one = moved.remove(at);
        given.groups.extend(one.groups);
        given.references.extend(one.references);
        one.due
    }

    fn moves(&self, parts: &[Part]) -> Vec<Moved> {
        let mut entries: BTreeMap<usize, Moved> = BTreeMap::new();
        for part in parts {
            let is_move = matches!(part.flow, Flow::ToBill | Flow::ToDoubtful)
                || (part.flow == Flow::Internal && part.claim != Claim::Client);
            let Some(record) = self.record(part.record).filter(|_| is_move) else { continue };
            let one = entries.entry(part.entry).or_insert_with(|| Moved {
                date: record.date,
                amount: 0,
                groups: Vec::new(),
                references: Vec::new(),
                due: None,
            });
            if part.claim != Claim::Client {
                one.amount = one.amount.saturating_add(part.amount);
                one.due = one.due.max(record.due_date);
            }
            one.groups.extend(self.groups_of(part.record));
            one.references.extend(self.references_of(record));
        }
        let mut moved: Vec<Moved> = entries.into_values().filter(|one| one.amount > 0).collect();
        moved.sort_by(|left, right| {
            (left.date, left.amount, &left.references).cmp(&(right.date, right.amount, &right.references))
        });
        moved
    }

    /// A bill that the bank has is paid at maturity; where no maturity is known, when it reached the account.
    fn bill_at_bank(&self, part: &Part, record: &Record, moved: &mut Vec<Moved>, items: &mut Items) {
        let amount = part.amount;
        if amount > 0 {
            if items.outside >= i128::from(amount) {
                items.outside -= i128::from(amount);
            } else {
                items.debits.push(Debit { on_client: false, ..self.debit(part, record) });
            }
            return;
        }
        let mut given = self.given(&Part { flow: Flow::Money, claim: Claim::Bill, ..*part }, record, &mut Vec::new());
        let due = record.due_date.or(self.follow(&mut given, moved));
        let due = due.filter(|due| *due >= record.date).or_else(|| self.bank.day(true, given.amount, record.date));
        match due.filter(|due| self.bank.last_day.is_some_and(|last| *due <= last)) {
            Some(due) => {
                (given.date, given.known_on) = (due, due);
                items.given.push(given);
            }
            None => items.outside += i128::from(given.amount),
        }
    }

    /// Invoices and credit notes: lines of one entry and number that fall due together are one.
    fn sales(&self, parts: &[Part], items: &mut Items) {
        let mut sales: Vec<(&Part, &Record)> = parts
            .iter()
            .filter(|part| part.flow == Flow::Sale || (part.flow == Flow::Deposit && part.amount > 0))
            .filter_map(|part| self.record(part.record).map(|record| (part, record)))
            .collect();
        let key = |(part, record): &(&Part, &Record)| {
            let kind = self.kind(part, record);
            (part.entry, record.piece, kind, record.due_date)
        };
        sales.sort_by_key(key);
        for run in sales.chunk_by(|left, right| key(left) == key(right)) {
            let label = |record: &Record| self.journal.text(record.label);
            let first =
                run.iter().min_by_key(|(part, record)| (issue_day(record), label(record), part.amount, record.place));
            let Some((part, record)) = first else { continue };
            let mut groups: Vec<u32> = run.iter().flat_map(|(part, _)| self.groups_of(part.record)).collect();
            groups.sort_unstable();
            groups.dedup();
            let amount = run.iter().map(|(part, _)| part.amount).fold(0, i64::saturating_add);
            let kind = self.kind(part, record);
            let draft = Draft { groups, ..self.draft(part, record, amount, kind) };
            let list = if kind == InvoiceKind::CreditNote { &mut items.notes } else { &mut items.invoices };
            list.push(draft);
        }
        for list in [&mut items.invoices, &mut items.notes] {
            list.sort_by(|left, right| {
                let order = |draft: &Draft| (draft.issue, draft.amount, draft.stated_due);
                left.number.cmp(&right.number).then_with(|| order(left).cmp(&order(right)))
            });
        }
    }

    fn kind(&self, part: &Part, record: &Record) -> InvoiceKind {
        match part.flow {
            _ if part.amount < 0 => InvoiceKind::CreditNote,
            Flow::Deposit => InvoiceKind::Deposit,
            _ if is_retention(self.journal.text(record.account)) => InvoiceKind::Retention,
            _ => InvoiceKind::Invoice,
        }
    }

    /// The number of the document, else of the entry.
    pub fn number(&self, record: &Record) -> String {
        let text = |symbol| self.journal.text(symbol);
        match (text(record.piece), text(record.entry)) {
            ("", "") => format!("{} {}", text(record.journal), record.date),
            ("", entry) => format!("{} {entry}", text(record.journal)),
            (piece, _) => piece.to_owned(),
        }
    }
}

/// The day of the document, where it is near the booking; else the day of booking.
pub(super) fn issue_day(record: &Record) -> Day {
    let near = |day: &Day| (-31..=366).contains(&record.date.days_since(*day));
    record.piece_date.filter(near).unwrap_or(record.date)
}

/// The line of the reconciliation that a part on 411 goes to; absent for what the bank took, which is decided later.
fn reconciled_as(part: &Part) -> Option<Item> {
    let up = part.amount > 0;
    Some(match part.flow {
        Flow::Sale if up => Item::Invoiced,
        Flow::Sale => Item::Credited,
        Flow::Deposit if up => Item::DepositsInvoiced,
        Flow::Deposit => Item::DepositsSetOff,
        Flow::Money if up => return None,
        Flow::Money => Item::Paid,
        Flow::BillAtBank | Flow::ToBill => Item::MovedToBills,
        Flow::ToDoubtful => Item::MovedToDoubtful,
        Flow::Factor => Item::MovedToFactor,
        Flow::Discount => Item::Discounts,
        Flow::Loss => Item::WrittenOff,
        Flow::Rounding => Item::Rounding,
        Flow::Exchange => Item::Exchange,
        Flow::SetOff => Item::SetOff,
        Flow::Transfer => Item::Transferred,
        // Decided when it is known whether the bank had received it.
        Flow::Waiting => return None,
        Flow::Internal | Flow::Unexplained => Item::Unexplained,
    })
}
