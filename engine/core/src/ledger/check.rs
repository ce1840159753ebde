//! What a reader cannot see in one row: repeats, payments of unknown invoices, instalments, payments beyond the claim.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::OnceLock;

use encours_domain::ledger::{InvoiceKind, InvoiceRow, LedgerRows, PaymentRow, Place};
use encours_domain::{Fault, FaultReport};
use foldhash::fast::FixedState;
use rayon::prelude::*;

use super::merge::STORED_LEDGER;

/// Rows of which every one can stand in the ledger, in the ledger's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CheckedLedger {
    pub(crate) attribute_names: Vec<String>,
    pub(crate) invoices: Vec<InvoiceRow>,
    pub(crate) payments: Vec<PaymentRow>,
}

impl CheckedLedger {
    /// Number of invoices and instalments.
    pub fn invoices(&self) -> usize {
        self.invoices.len()
    }

    /// Number of payments.
    pub fn payments(&self) -> usize {
        self.payments.len()
    }

    /// Names of the further columns, in the order of each row's attributes.
    pub fn attribute_names(&self) -> &[String] {
        &self.attribute_names
    }

    /// The invoices, by client, number and instalment as the ledger has them.
    pub fn invoice_rows(&self) -> &[InvoiceRow] {
        &self.invoices
    }

    /// The payments in the ledger's order.
    pub fn payment_rows(&self) -> &[PaymentRow] {
        &self.payments
    }

    /// All rows, as they would be read from a file; [`checked`] makes this ledger of them again.
    pub fn rows(&self) -> LedgerRows {
        self.clone().into_rows()
    }

    /// As [`CheckedLedger::rows`], for one that is not needed any more.
    pub fn into_rows(self) -> LedgerRows {
        let Self { attribute_names, invoices, payments } = self;
        LedgerRows { files: vec![STORED_LEDGER.to_owned()], attribute_names, invoices, payments }
    }

    /// Number of different clients.
    pub fn clients(&self) -> usize {
        self.invoices.chunk_by(|left, right| left.client_id == right.client_id).count()
    }
}

/// Client, number and instalment: what names an invoice.
type Key<'a> = (&'a str, &'a str, u32);

fn key(invoice: &InvoiceRow) -> Key<'_> {
    (&invoice.client_id, &invoice.invoice_id, invoice.instalment_no)
}

/// Checks rows against each other. What is refused goes to the report; the rest comes back in the ledger's order, so
/// that the order of rows in the files leaves no trace.
pub fn checked(mut rows: LedgerRows) -> (CheckedLedger, FaultReport) {
    let mut report = FaultReport::default();
    let files = std::mem::take(&mut rows.files);
    let names = Names(files);
    let (invoices, refused) = without_repeats(by_name(rows.invoices), &names, &mut report);
    let index = Index::of(&invoices);
    refuse_lost_credit_notes(&invoices, &index, &names, &mut report);
    let payments = refused.without_theirs(rows.payments, &names, &mut report);
    let payments = joined(payments, &index, &names, &mut report);
    let payments = within_claims(payments, &invoices, &names, &mut report);
    report.faults.sort();
    report.notes.sort();
    (in_order(rows.attribute_names, invoices, payments), report)
}

/// By client, number and instalment, those of one name by where they stood.
pub(crate) fn by_name(invoices: Vec<InvoiceRow>) -> Vec<InvoiceRow> {
    sorted_in_clients(invoices, invoiced, |left, right| key(left).cmp(&key(right)).then(left.place.cmp(&right.place)))
}

/// Whom an invoice is for.
fn invoiced(invoice: &InvoiceRow) -> Option<&str> {
    Some(&invoice.client_id)
}

/// Sorts rows of which the order asks for the client first: where clients stand together and in order already, as those
/// of books do, each is sorted by itself.
fn sorted_in_clients<T: Send + Sync>(
    mut rows: Vec<T>,
    client: impl Fn(&T) -> Option<&str> + Sync,
    order: impl Fn(&T, &T) -> Ordering + Sync,
) -> Vec<T> {
    if !rows.is_sorted_by(|left, right| client(left) <= client(right)) {
        return sorted(rows, order);
    }
    let of_clients = rows.par_chunk_by_mut(|left, right| client(left) == client(right));
    of_clients.for_each(|rows| rows.sort_by(&order));
    rows
}

/// Sorts wide rows by their positions, on all cores; equals stay in their order.
fn sorted<T: Sync>(rows: Vec<T>, order: impl Fn(&T, &T) -> Ordering + Sync) -> Vec<T> {
    if rows.is_sorted_by(|left, right| order(left, right).is_le()) {
        return rows;
    }
    let mut positions: Vec<(usize, &T)> = rows.iter().enumerate().collect();
    positions.par_sort_by(|(_, left), (_, right)| order(left, right));
    let positions: Vec<usize> = positions.into_iter().map(|(position, _)| position).collect();
    let mut rows: Vec<Option<T>> = rows.into_iter().map(Some).collect();
    positions.into_iter().filter_map(|position| rows.get_mut(position).and_then(Option::take)).collect()
}

struct Names(Vec<String>);

impl Names {
    fn file(&self, place: Place) -> &str {
        usize::try_from(place.file).ok().and_then(|file| self.0.get(file)).map_or("?", String::as_str)
    }

    fn fault(&self, place: Place, column: &str, value: &str, reason: impl Into<String>) -> Fault {
        Fault::of_value(self.file(place), place.line, column, value, reason)
    }
}

/// Line of rows that are in the ledger already; files begin at 1.
pub(crate) const STORED: u64 = 0;

/// Takes an invoice that stands twice word for word once. Of two different ones of one name that a file brings, neither
/// is taken; the one that the ledger has already stays.
fn without_repeats(
    invoices: Vec<InvoiceRow>,
    names: &Names,
    report: &mut FaultReport,
) -> (Vec<InvoiceRow>, Contradicted) {
    let mut refused = Contradicted::default();
    if !invoices.is_empty() && invoices.is_sorted_by(|left, right| key(left) < key(right)) {
        return (invoices, refused);
    }
    let mut kept = Vec::with_capacity(invoices.len());
    let mut rows = invoices.into_iter().peekable();
    let mut others: Vec<InvoiceRow> = Vec::new();
    while let Some(first) = rows.next() {
        while let Some(other) = rows.next_if(|row| key(row) == key(&first)) {
            others.push(other);
        }
        let stored = first.place.line == STORED;
        let mut all_same = true;
        let mut repeats = vec![first.place];
        for mut other in others.drain(..) {
            let place = std::mem::replace(&mut other.place, first.place);
            if other == first {
                repeats.push(place);
                continue;
            }
            all_same = false;
            refused.places.insert(place);
            let (line, file) = (first.place.line, names.file(first.place));
            let where_it_stands = if stored { file.to_owned() } else { format!("{file}, line {line}") };
            let reason = format!(
                "another invoice of client `{}` has this number and instalment {} ({where_it_stands}); expected one",
                first.client_id, first.instalment_no
            );
            report.faults.push(names.fault(place, "invoice_id", &other.invoice_id, reason));
        }
        if stored || all_same {
            kept.push(first);
        } else {
            refused.places.extend(repeats);
            refused.invoices.push(first);
        }
    }
    (kept, refused)
}

/// Invoices of which two say different things, so that none was taken.
#[derive(Default)]
struct Contradicted {
    /// One of each name.
    invoices: Vec<InvoiceRow>,
    /// Where all of them stand.
    places: BTreeSet<Place>,
}

impl Contradicted {
    /// Leaves out the payments of these invoices: those of the same rows without a word, as the row is told already,
    /// others with a note.
    fn without_theirs(
        &self,
        mut payments: Vec<PaymentRow>,
        names: &Names,
        report: &mut FaultReport,
    ) -> Vec<PaymentRow> {
        if self.places.is_empty() {
            return payments;
        }
        let mut by_number: BTreeMap<&str, Vec<&InvoiceRow>> = BTreeMap::new();
        for invoice in &self.invoices {
            by_number.entry(&invoice.invoice_id).or_default().push(invoice);
        }
        let is_theirs = |payment: &PaymentRow| {
            by_number.get(payment.invoice_id.as_str()).into_iter().flatten().any(|invoice| {
                payment.client_id.as_ref().is_none_or(|client| *client == invoice.client_id)
                    && payment.instalment_no.is_none_or(|number| number == invoice.instalment_no)
            })
        };
        payments.retain(|payment| {
            if payment.place.line != STORED && self.places.contains(&payment.place) {
                return false;
            }
            let theirs = is_theirs(payment);
            if theirs {
                let reason = "left out: of its invoice two say different things";
                report.notes.push(names.fault(payment.place, "invoice_id", &payment.invoice_id, reason));
            }
            !theirs
        });
        payments
    }
}

/// Where invoices stand that lie by client, number and instalment.
struct Index<'i> {
    invoices: &'i [InvoiceRow],
    clients: HashMap<&'i str, Range<usize>, FixedState>,
    /// The same number of several clients; asked only where a payment names none.
    numbers: OnceLock<HashMap<&'i str, Vec<usize>, FixedState>>,
}

impl<'i> Index<'i> {
    fn of(invoices: &'i [InvoiceRow]) -> Self {
        let mut clients = HashMap::with_hasher(FixedState::with_seed(13));
        let mut start = 0;
        for run in invoices.chunk_by(|left, right| left.client_id == right.client_id) {
            if let Some(first) = run.first() {
                clients.insert(first.client_id.as_str(), start..start + run.len());
            }
            start += run.len();
        }
        Self { invoices, clients, numbers: OnceLock::new() }
    }

    /// The instalments of a client's number.
    fn of_client(&self, client: &str, number: &str) -> Range<usize> {
        let Some(range) = self.clients.get(client) else { return 0..0 };
        let own = self.invoices.get(range.clone()).unwrap_or_default();
        let from = own.partition_point(|invoice| invoice.invoice_id.as_str() < number);
        let same = |invoice: &&InvoiceRow| invoice.invoice_id == number;
        let length = own.iter().skip(from).take_while(same).count();
        range.start + from..range.start + from + length
    }

    /// The first instalment of a number at each client that has it.
    fn of_number(&self, number: &str) -> &[usize] {
        let numbers = self.numbers.get_or_init(|| {
            let mut numbers: HashMap<&str, Vec<usize>, FixedState> = HashMap::with_hasher(FixedState::with_seed(15));
            let same = |left: &InvoiceRow, right: &InvoiceRow| {
                (&left.client_id, &left.invoice_id) == (&right.client_id, &right.invoice_id)
            };
            let mut start = 0;
            for run in self.invoices.chunk_by(same) {
                if let Some(first) = run.first() {
                    numbers.entry(first.invoice_id.as_str()).or_default().push(start);
                }
                start += run.len();
            }
            numbers
        });
        numbers.get(number).map_or(&[], Vec::as_slice)
    }
}

fn refuse_lost_credit_notes(invoices: &[InvoiceRow], index: &Index<'_>, names: &Names, report: &mut FaultReport) {
    for note in invoices {
        let Some(corrects) = &note.corrects else { continue };
        if index.of_client(&note.client_id, corrects).is_empty() {
            let reason = format!("client `{}` has no invoice of this number to correct", note.client_id);
            report.notes.push(names.fault(note.place, "corrects", corrects, reason));
        }
    }
}

/// A payment and where its invoice stands.
struct Joined {
    /// All instalments of the invoice.
    invoice: Range<usize>,
    /// Those that it may pay.
    fitting: Range<usize>,
    payment: PaymentRow,
}

/// Finds the invoice, or the instalments, that each payment may belong to.
fn joined(payments: Vec<PaymentRow>, index: &Index<'_>, names: &Names, report: &mut FaultReport) -> Vec<Joined> {
    let found: Vec<_> = payments.par_iter().map(|payment| fitting(payment, index)).collect();
    let mut joined = Vec::with_capacity(payments.len());
    for (payment, found) in payments.into_iter().zip(found) {
        match found {
            Ok((invoice, fitting)) => joined.push(Joined { invoice, fitting, payment }),
            Err(Misfit { column, value, reason }) => {
                report.faults.push(names.fault(payment.place, column, &value, reason));
            }
        }
    }
    joined
}

/// Why a payment has no invoice, and which of its columns says so.
struct Misfit {
    column: &'static str,
    value: String,
    reason: String,
}

/// All instalments of a payment's invoice, and those that it may pay.
fn fitting(payment: &PaymentRow, index: &Index<'_>) -> Result<(Range<usize>, Range<usize>), Misfit> {
    let number = &payment.invoice_id;
    let misfit = |reason: &str| Err(Misfit { column: "invoice_id", value: number.clone(), reason: reason.to_owned() });
    let of_client = |client: &str| {
        let invoice = index.of_client(client, &payment.invoice_id);
        let Some(instalment) = payment.instalment_no else { return (invoice.clone(), invoice) };
        let own = index.invoices.get(invoice.clone()).unwrap_or_default();
        let at = own.iter().position(|invoice| invoice.instalment_no == instalment);
        let fitting = at.map_or(0..0, |at| invoice.start + at..invoice.start + at + 1);
        (invoice, fitting)
    };
    let (invoice, fitting) = if let Some(client) = &payment.client_id {
        of_client(client)
    } else {
        let clients = index.of_number(&payment.invoice_id).iter().filter_map(|&first| index.invoices.get(first));
        let mut found = clients.map(|first| of_client(&first.client_id)).filter(|(_, fitting)| !fitting.is_empty());
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                return misfit("invoices of several clients have this number; expected client_id beside it");
            }
            (found, _) => found.unwrap_or((0..0, 0..0)),
        }
    };
    let Some(first) = index.invoices.get(fitting.clone()).and_then(<[InvoiceRow]>::first) else {
        return misfit("no invoice has this number for this client and instalment; a payment needs its invoice");
    };
    let (own, found) = (first.amount.currency(), payment.amount.currency());
    if own != found {
        let reason = format!("the payment is in another currency than its invoice `{number}`; expected {own}");
        return Err(Misfit { column: "currency", value: found.code().to_owned(), reason });
    }
    Ok((invoice, fitting))
}

/// Gives each payment its instalment (the oldest still open when the file does not say) and refuses what goes beyond
/// the claim net of its credit notes.
fn within_claims(
    joined: Vec<Joined>,
    invoices: &[InvoiceRow],
    names: &Names,
    report: &mut FaultReport,
) -> Vec<PaymentRow> {
    let mut left = claims(invoices);
    let mut kept = Vec::with_capacity(joined.len());
    for Joined { fitting, mut payment, .. } in sorted(joined, Joined::order) {
        let amount = payment.amount.minor();
        let open = |position: &usize| left.get(*position).is_some_and(|&left| amount <= 0 || left >= amount);
        let Some(position) = fitting.clone().find(open).or(fitting.last()) else { continue };
        let (Some(room), Some(invoice)) = (left.get_mut(position), invoices.get(position)) else { continue };
        if amount > 0 && amount > *room {
            let room = encours_domain::Money::from_minor((*room).max(0), payment.amount.currency());
            let reason =
                format!("more than is left to pay of invoice `{}`; expected at most {room}", payment.invoice_id);
            // A payment that stands in its invoice's row has a column of its own there.
            let column = if payment.place == invoice.place { "paid_amount" } else { "amount" };
            report.faults.push(names.fault(payment.place, column, &payment.amount.decimal(), reason));
            continue;
        }
        if payment.kind.is_money() && amount > 0 && payment.paid_date < invoice.issue_date {
            let reason = format!("before invoice `{}` was issued, `{}`", payment.invoice_id, invoice.issue_date);
            report.notes.push(names.fault(payment.place, "paid_date", &payment.paid_date.to_string(), reason));
        }
        *room -= amount;
        if payment.client_id.is_none() {
            payment.client_id = Some(invoice.client_id.clone());
        }
        payment.instalment_no = Some(invoice.instalment_no);
        kept.push(payment);
    }
    kept
}

impl Joined {
    /// Invoice by invoice, which have nothing to do with each other; on one of them money in before money back of the
    /// same day, so that a reversal never precedes what it reverses.
    fn order(&self, other: &Self) -> Ordering {
        fn of(payment: &PaymentRow) -> impl Ord {
            let back = payment.amount.minor() < 0;
            (payment.paid_date, back, payment.amount.minor(), payment.kind, payment.place)
        }
        self.invoice.start.cmp(&other.invoice.start).then_with(|| of(&self.payment).cmp(&of(&other.payment)))
    }
}

/// What is to be paid of each invoice: its amount less the credit notes that point at it, oldest instalment first.
/// A credit note that points nowhere can be paid back in full.
fn claims(invoices: &[InvoiceRow]) -> Vec<i64> {
    let mut claims: Vec<i64> = invoices.iter().map(|invoice| invoice.amount.minor()).collect();
    let notes = invoices.iter().filter(|invoice| invoice.kind == InvoiceKind::CreditNote);
    for note in notes {
        let Some(corrects) = &note.corrects else { continue };
        let mut credit = -note.amount.minor();
        let from = invoices.partition_point(|invoice| key(invoice) < (note.client_id.as_str(), corrects.as_str(), 0));
        let same = |invoice: &&InvoiceRow| invoice.client_id == note.client_id && invoice.invoice_id == *corrects;
        let targets = invoices.get(from..).unwrap_or(&[]).iter().take_while(same).count();
        for claim in claims.iter_mut().skip(from).take(targets) {
            let taken = credit.min((*claim).max(0));
            *claim -= taken;
            credit -= taken;
        }
    }
    claims
}

fn in_order(
    attribute_names: Vec<String>,
    mut invoices: Vec<InvoiceRow>,
    mut payments: Vec<PaymentRow>,
) -> CheckedLedger {
    let nowhere = Place { file: 0, line: STORED };
    for invoice in &mut invoices {
        invoice.place = nowhere;
    }
    for payment in &mut payments {
        payment.place = nowhere;
    }
    let (invoices, payments) = rayon::join(
        || sorted_in_clients(invoices, invoiced, |left, right| invoice_order(left).cmp(&invoice_order(right))),
        || sorted_in_clients(payments, payer, |left, right| stored_order(left).cmp(&stored_order(right))),
    );
    CheckedLedger { attribute_names, invoices, payments }
}

/// Whom a payment is from.
fn payer(payment: &PaymentRow) -> Option<&str> {
    payment.client_id.as_deref()
}

fn invoice_order(invoice: &InvoiceRow) -> impl Ord {
    (&invoice.client_id, invoice.issue_date, invoice.instalment_no, &invoice.invoice_id)
}

fn stored_order(payment: &PaymentRow) -> impl Ord {
    let PaymentRow { client_id, paid_date, invoice_id, instalment_no, kind, known_on, origin, .. } = payment;
    (client_id, paid_date, invoice_id, instalment_no, payment.amount.minor(), kind, known_on, origin)
}
