//! The ledger laid out by client: one small record an invoice, its payments beside it.
//!
//! Inside a client, invoices stand in an order made of their *content* (issued, due, amount, kind, day of booking); twins
//! in all of that stand by the text of their numbers, for their payments may differ. So the order of rows in a file, and
//! whether numbers are text or integers, cannot touch a single bit of a score; nor can a dispute that comes later.

use encours_domain::Currency;
use encours_domain::ledger::InvoiceKind;

use super::columns::NO_DAY;
use super::identifiers::SortedTexts;
use super::payments::Payments;
use super::sales::Sales;

/// Days of a year of sales.
const YEAR: i32 = 365;

/// One invoice or instalment, 24 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvoiceRecord {
    /// Amount including VAT, minor units.
    pub amount: i64,
    /// Day of issue, days since 1970-01-01.
    pub issued: i32,
    /// Day on which it falls due.
    pub due: i32,
    /// Row of the table it came from.
    pub row: u32,
    /// What it is.
    pub kind: InvoiceKind,
    /// [`InvoiceRecord::FOREIGN`] and [`InvoiceRecord::DUE_INFERRED`].
    pub flags: u8,
}

impl InvoiceRecord {
    /// In another currency than the book's: its days count, its amount does not.
    pub const FOREIGN: u8 = 1;
    /// The due date was inferred: nothing is learnt from lateness against it.
    pub const DUE_INFERRED: u8 = 2;

    /// The amount when it is in the book's currency, else nothing.
    pub const fn own_amount(&self) -> i64 {
        self.own(self.amount)
    }

    /// An amount of this invoice when it is in the book's currency, else nothing.
    pub(crate) const fn own(&self, amount: i64) -> i64 {
        if self.flags & Self::FOREIGN == 0 { amount } else { 0 }
    }

    /// Whether the client owes something on it: not a credit note, and more than nothing.
    pub(crate) fn is_claim(&self) -> bool {
        self.kind != InvoiceKind::CreditNote && self.amount > 0
    }

    /// Whether lateness against its due date means anything.
    pub fn teaches_lateness(&self) -> bool {
        self.flags & Self::DUE_INFERRED == 0 && self.is_claim()
    }
}

/// Columns that most ledgers lack; each is empty when the table has none. In the order of the records.
#[derive(Clone, Debug, Default)]
pub(crate) struct Details {
    pub(crate) known: Vec<i32>,
    pub(crate) disputed: Vec<i32>,
    pub(crate) dispute_closed: Vec<i32>,
    /// Record that a credit note corrects, or [`NO_RECORD`].
    pub(crate) corrects: Vec<u32>,
    pub(crate) instalments: Vec<u32>,
}

/// Stands for "no record".
pub(crate) const NO_RECORD: u32 = u32::MAX;

/// A further column known at issue.
#[derive(Clone, Debug, Default)]
pub struct Attribute {
    /// The column's name.
    pub name: String,
    /// Its values, in byte order.
    pub levels: SortedTexts,
    /// For each record the number of its level, or `u32::MAX` when missing.
    pub codes: Vec<u32>,
}

/// The invoice numbers, kept only when somebody has to be told of single invoices.
#[derive(Clone, Debug, Default)]
pub struct InvoiceIds {
    pub(crate) bytes: String,
    pub(crate) ends: Vec<usize>,
}

impl InvoiceIds {
    /// The number of the invoice in a row of the table.
    pub fn text(&self, row: u32) -> &str {
        let row = usize::try_from(row).unwrap_or(usize::MAX);
        let Some(&end) = self.ends.get(row) else { return "" };
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.bytes.get(start..end).unwrap_or("")
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }
}

/// A whole ledger, by client.
#[derive(Clone, Debug)]
pub struct Book {
    pub(crate) currency: Currency,
    pub(crate) clients: SortedTexts,
    /// Where each client's records begin; one more at the end.
    pub(crate) starts: Vec<u32>,
    pub(crate) records: Vec<InvoiceRecord>,
    pub(crate) payments: Payments,
    pub(crate) details: Details,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) ids: InvoiceIds,
    /// Sums that are remembered; what they are summed from never changes.
    pub(crate) sales: Sales,
}

impl Book {
    /// The currency in which amounts are added up: the one most invoices have.
    pub fn currency(&self) -> Currency {
        self.currency
    }

    /// The clients, in byte order of their names.
    pub fn clients(&self) -> &SortedTexts {
        &self.clients
    }

    /// Number of invoices (instalments count each).
    pub fn invoices(&self) -> usize {
        self.records.len()
    }

    /// Number of payments.
    pub fn payments(&self) -> usize {
        self.payments.len()
    }

    /// Further columns.
    pub fn attributes(&self) -> &[Attribute] {
        &self.attributes
    }

    /// Invoice numbers by row of the table; empty unless the book was read with them.
    pub fn invoice_ids(&self) -> &InvoiceIds {
        &self.ids
    }

    /// The last day on which anything is dated (issue or payment); `None` for an empty ledger.
    pub fn last_day(&self) -> Option<i32> {
        self.span().map(|(_, last)| last)
    }

    /// The first day on which anything is dated; `None` for an empty ledger.
    pub fn first_day(&self) -> Option<i32> {
        self.span().map(|(first, _)| first)
    }

    fn span(&self) -> Option<(i32, i32)> {
        self.sales.span(|| {
            let days = || self.records.iter().map(|record| record.issued).chain(self.payments.days.iter().copied());
            days().min().zip(days().max())
        })
    }

    /// What one client owns of the book.
    pub fn client(&self, number: usize) -> ClientView<'_> {
        let bounds = self.starts.get(number).zip(self.starts.get(number + 1));
        let (start, end) = bounds.map_or((0, 0), |(&start, &end)| (index(start), index(end)));
        ClientView { book: self, start, end }
    }
}

/// Widens an index of the layout.
pub(crate) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// One client's invoices and payments.
#[derive(Clone, Copy, Debug)]
pub struct ClientView<'a> {
    book: &'a Book,
    start: usize,
    end: usize,
}

impl<'a> ClientView<'a> {
    /// The invoices, in content order.
    pub fn records(&self) -> &'a [InvoiceRecord] {
        self.book.records.get(self.start..self.end).unwrap_or(&[])
    }

    /// The book it is part of.
    pub fn book(&self) -> &'a Book {
        self.book
    }

    /// The record number in the book of the client's `position`-th invoice.
    pub fn record_number(&self, position: usize) -> usize {
        self.start + position
    }

    /// Payments of the client's `position`-th invoice.
    pub(crate) fn payments_of(&self, position: usize) -> std::ops::Range<usize> {
        self.book.payments.of_record(self.start + position)
    }

    /// The last day on which anything of the client is dated; `None` without an invoice.
    pub fn last_day(&self) -> Option<i32> {
        let paid = self.payments().days.get(self.payment_range()).unwrap_or_default().iter().copied();
        self.records().iter().map(|record| record.issued).chain(paid).max()
    }

    /// All the client's payments, in the order of its invoices.
    pub(crate) fn payment_range(&self) -> std::ops::Range<usize> {
        let at = |record: usize| self.book.payments.starts.get(record).copied().map_or(0, index);
        at(self.start)..at(self.end)
    }

    pub(crate) fn payments(&self) -> &'a Payments {
        &self.book.payments
    }

    /// Whether the client owes something on its `position`-th invoice: all but credit notes and invoices of nothing.
    /// Money back on one that is no claim is a refund.
    pub(crate) fn is_claim(&self, position: usize) -> bool {
        self.records().get(position).is_some_and(InvoiceRecord::is_claim)
    }

    /// The day on which an invoice entered the books.
    pub fn known(&self, position: usize) -> i32 {
        let issued = || self.records().get(position).map_or(NO_DAY, |record| record.issued);
        self.book.details.known.get(self.start + position).copied().unwrap_or_else(issued)
    }

    /// The day on which an invoice was disputed, and the day on which that ended.
    pub fn dispute(&self, position: usize) -> (Option<i32>, Option<i32>) {
        let at = |days: &[i32]| days.get(self.start + position).copied().filter(|&day| day != NO_DAY);
        (at(&self.book.details.disputed), at(&self.book.details.dispute_closed))
    }

    /// The position of the invoice that a credit note corrects, when it is one of this client's.
    pub(crate) fn corrects(&self, position: usize) -> Option<usize> {
        let target = *self.book.details.corrects.get(self.start + position)?;
        let target = index(target).checked_sub(self.start)?;
        (target < self.end - self.start).then_some(target)
    }

    /// Whether a credit note may point at an invoice here.
    pub(crate) fn has_corrections(&self) -> bool {
        let own = self.book.details.corrects.get(self.start..self.end);
        own.is_some_and(|own| own.iter().any(|&target| target != NO_RECORD))
    }

    /// The instalment number of an invoice.
    pub fn instalment(&self, position: usize) -> u32 {
        self.book.details.instalments.get(self.start + position).copied().unwrap_or(1)
    }
}

impl Book {
    /// Sales of the 365 days before a day, with what was known before it: incl. VAT, credit notes taken off, minor units
    /// of the book's currency; `None` without an invoice in them. The walk through the book is made once a day asked.
    pub fn sales_before(&self, day: i32) -> Option<i64> {
        self.sales.of(day, || self.sum_of_sales(day))
    }

    /// The last day before a day on which anything is dated that was known before it; `None` when nothing was.
    pub fn last_day_before(&self, day: i32) -> Option<i32> {
        self.sales.end(day, || {
            let mut last = None;
            for (number, record) in self.records.iter().enumerate() {
                let known = self.known(number).unwrap_or(record.issued).max(record.issued);
                if known >= day {
                    // A payment of an invoice that isn't known yet isn't either.
                    continue;
                }
                last = last.max(Some(record.issued));
                for payment in self.payments.of_record(number) {
                    let paid = self.payments.days.get(payment).copied();
                    last = last.max(paid.filter(|&paid| self.payments.known(payment).max(paid) < day));
                }
            }
            last
        })
    }

    fn sum_of_sales(&self, day: i32) -> Option<i64> {
        let (mut sum, mut any) = (0_i64, false);
        for (number, record) in self.records.iter().enumerate() {
            let known = self.known(number).unwrap_or(record.issued);
            if (1..=YEAR).contains(&(day - record.issued)) && known < day {
                any = true;
                sum = sum.saturating_add(record.own_amount());
            }
        }
        any.then_some(sum)
    }

    /// All records, by client.
    pub fn records(&self) -> &[InvoiceRecord] {
        &self.records
    }

    /// The day on which a record entered the books, where the ledger says.
    pub(crate) fn known(&self, record: usize) -> Option<i32> {
        self.details.known.get(record).copied()
    }

    /// A record by its number.
    pub fn record(&self, number: usize) -> Option<&InvoiceRecord> {
        self.records.get(number)
    }

    /// The value of a further column for a record.
    pub fn attribute_of(&self, name: &str, record: usize) -> Option<&str> {
        let attribute = self.attributes.iter().find(|attribute| attribute.name == name)?;
        let code = attribute.codes.get(record).copied().filter(|&code| code != u32::MAX)?;
        Some(attribute.levels.text(index(code)))
    }
}
