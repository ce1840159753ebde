//! E-invoices and statuses of many files, understood together.
//!
//! One file says what one company sent another; only the whole says whose sales these are, which invoice a status
//! speaks of and which takes another's place. So readers collect [`Documents`], and [`Documents::settle`] makes rows of
//! them. The order of files leaves no trace in the rows.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::invoice::EInvoice;
use super::party::Party;
use super::status::{Status, StatusRow};
use crate::day::Day;
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::ledger::{InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place};
use crate::money::{Currency, Money};

/// Attributes of an invoice read from an e-invoice, sorted.
const ATTRIBUTES: [&str; 3] = ["billing_process", "client_name", "siren"];

/// E-invoices and statuses, before they are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Documents {
    /// Names of the files.
    pub files: Vec<String>,
    /// Invoices, sales and purchases alike.
    pub invoices: Vec<EInvoice>,
    /// Statuses.
    pub statuses: Vec<StatusRow>,
    /// The sellers that the person says are theirs (`[seller]` in a map file).
    pub own: BTreeSet<Siren>,
}

impl Documents {
    /// Adds another file's documents. Linear in what is added.
    pub fn append(&mut self, other: Documents) {
        let shift = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        let moved = |place: Place| Place { file: place.file.saturating_add(shift), ..place };
        self.files.extend(other.files);
        self.invoices
            .extend(other.invoices.into_iter().map(|invoice| EInvoice { place: moved(invoice.place), ..invoice }));
        self.statuses.extend(other.statuses.into_iter().map(|row| StatusRow { place: moved(row.place), ..row }));
        self.own.extend(other.own);
    }

    /// Rows of a ledger: the sales as invoices, statuses 212 as payments, 207 and its end as dispute.
    ///
    /// `known` are invoices read from other files or stored before: a status may speak of them, and one whose dispute it
    /// tells comes back as a row with the dispute's days, to be merged. Absence of a status says nothing.
    pub fn settle(&self, known: &LedgerRows) -> (LedgerRows, FaultReport) {
        let mut report = FaultReport::default();
        let mut rows = LedgerRows {
            files: self.files.clone(),
            attribute_names: ATTRIBUTES.iter().map(|name| (*name).to_owned()).collect(),
            ..LedgerRows::default()
        };
        let own = match self.sellers() {
            Ok(own) => own,
            Err(fault) => {
                report.faults.push(fault);
                return (rows, report);
            }
        };
        self.sales(&own, &mut rows, &mut report);
        self.replaced(&mut rows, known, &mut report);
        let mut life = Life { documents: self, own: &own, report: &mut report };
        life.apply(&mut rows, known);
        (rows, report)
    }

    fn file_of(&self, place: Place) -> &str {
        let index = usize::try_from(place.file).unwrap_or(usize::MAX);
        self.files.get(index).map_or("?", String::as_str)
    }

    /// The sellers whose sales these are: those that the person names, else the only one there is.
    fn sellers(&self) -> Result<BTreeSet<String>, Fault> {
        if !self.own.is_empty() {
            return Ok(self.own.iter().map(|siren| siren.as_str().to_owned()).collect());
        }
        let mut sellers: BTreeMap<&str, (&Party, usize)> = BTreeMap::new();
        for invoice in &self.invoices {
            let key = invoice.seller.key().unwrap_or_default();
            sellers.entry(key).or_insert((&invoice.seller, 0)).1 += 1;
        }
        if sellers.len() <= 1 {
            return Ok(sellers.into_keys().map(str::to_owned).collect());
        }
        let buyers: BTreeSet<&str> = self.invoices.iter().filter_map(|invoice| invoice.buyer.key()).collect();
        let both = sellers.iter().find(|(key, _)| buyers.contains(*key)).map(|(_, (party, _))| party);
        let mut by_count: Vec<_> = sellers.values().collect();
        by_count.sort_by_key(|(party, count)| (std::cmp::Reverse(*count), party.key().map(str::to_owned)));
        let listed: Vec<String> = by_count.iter().take(5).map(|(party, count)| format!("{party}: {count}")).collect();
        let siren = both.and_then(|party| party.siren.as_ref()).map_or("…", Siren::as_str);
        let found = match both {
            Some(party) => format!("{party} is both seller and buyer, so sales and purchases are mixed"),
            None => format!("the invoices have {} sellers", sellers.len()),
        };
        let reason = format!(
            "{found} ({}), expected the sales of one company; hint: say which sellers are yours with `[seller]` and \
             `siren = [\"{siren}\"]` in a map file",
            listed.join(", ")
        );
        Err(Fault::of_file("the e-invoices", reason))
    }

    fn sales(&self, own: &BTreeSet<String>, rows: &mut LedgerRows, report: &mut FaultReport) {
        let mut purchases = 0_u64;
        for invoice in &self.invoices {
            let is = |party: &Party| party.key().is_some_and(|key| own.contains(key));
            match (is(&invoice.seller), is(&invoice.buyer)) {
                (true, true) => {
                    let reason = format!("{} sells to itself: no claim on a client", invoice.seller);
                    report.notes.push(self.note_on(invoice, reason));
                }
                (true, false) => rows.invoices.extend(rows_of(invoice)),
                (false, true) => purchases += 1,
                (false, false) => {
                    let reason = format!("sold by {}, expected one of the sellers in the map file", invoice.seller);
                    report.faults.push(self.note_on(invoice, reason));
                }
            }
        }
        if purchases > 0 {
            let reason = format!("{purchases} invoices are purchases of yours and were passed over");
            report.notes.push(Fault::of_file("the e-invoices", reason));
        }
        if self.own.is_empty()
            && let Some(invoice) = self.invoices.first()
        {
            let reason =
                format!("taken as the sales of {}; if these are your purchases, leave them out", invoice.seller);
            report.notes.push(Fault::of_file("the e-invoices", reason));
        }
    }

    fn note_on(&self, invoice: &EInvoice, reason: String) -> Fault {
        let (file, line) = (self.file_of(invoice.place), invoice.place.line);
        Fault::of_value(file, line, "BT-1 number", &invoice.number, reason)
    }

    /// A corrected invoice (384) takes the earlier one's place whole: the earlier one is taken back by a credit note
    /// that bears both numbers, on the day of the corrected one.
    fn replaced(&self, rows: &mut LedgerRows, known: &LedgerRows, report: &mut FaultReport) {
        let replacing: Vec<&EInvoice> = self.invoices.iter().filter(|invoice| invoice.replaces).collect();
        if replacing.is_empty() {
            return;
        }
        let mut earlier: HashMap<(String, String), Vec<InvoiceRow>> = HashMap::new();
        for row in rows.invoices.iter().chain(&known.invoices).filter(|row| row.kind != InvoiceKind::CreditNote) {
            earlier.entry((row.client_id.clone(), row.invoice_id.clone())).or_default().push(row.clone());
        }
        let mut done = BTreeSet::new();
        let mut credits = Vec::new();
        for invoice in replacing {
            let Some(number) = invoice.earlier.as_ref().filter(|number| **number != invoice.number) else {
                report.notes.push(self.note_on(invoice, "a corrected invoice that names no earlier one".to_owned()));
                continue;
            };
            let Some(parts) = client_id(invoice).and_then(|client| earlier.get(&(client, number.clone()))) else {
                let reason = format!("corrects `{number}`, which is not there; import both together");
                report.notes.push(self.note_on(invoice, reason));
                continue;
            };
            let mut numbers = BTreeSet::new();
            for part in parts.iter().filter(|part| numbers.insert(part.instalment_no)) {
                let id = format!("{number} replaced by {}", invoice.number);
                if id.chars().count() <= 200 && done.insert((id.clone(), part.instalment_no)) {
                    credits.push(taken_back(part, id, invoice));
                }
            }
            let reason = format!("takes the place of `{number}`, which was taken back by a credit note");
            report.notes.push(self.note_on(invoice, reason));
        }
        rows.invoices.extend(credits);
    }
}

/// The credit note that takes an invoice back.
fn taken_back(part: &InvoiceRow, invoice_id: String, by: &EInvoice) -> InvoiceRow {
    InvoiceRow {
        place: by.place,
        invoice_id,
        issue_date: by.issued.max(part.issue_date),
        due_date: by.issued.max(part.issue_date),
        amount: Money::from_minor(-part.amount.minor(), part.amount.currency()),
        kind: InvoiceKind::CreditNote,
        corrects: Some(part.invoice_id.clone()),
        disputed_on: None,
        dispute_closed_on: None,
        known_on: by.issued.max(part.known_on),
        attributes: attributes_of(by),
        ..part.clone()
    }
}

fn client_id(invoice: &EInvoice) -> Option<String> {
    invoice.buyer.key().map(str::to_owned)
}

fn attributes_of(invoice: &EInvoice) -> Vec<Option<String>> {
    let siren = invoice.buyer.siren.as_ref().map(Siren::to_string);
    vec![invoice.process.clone(), invoice.buyer.name.clone(), siren]
}

/// An invoice's rows, one for each instalment.
fn rows_of(invoice: &EInvoice) -> Vec<InvoiceRow> {
    let Some(client_id) = client_id(invoice) else { return Vec::new() };
    let numbered = (1_u32..).zip(&invoice.due);
    let row = |(instalment_no, due): (u32, &super::invoice::Due)| InvoiceRow {
        place: invoice.place,
        client_id: client_id.clone(),
        invoice_id: invoice.number.clone(),
        instalment_no,
        issue_date: invoice.issued,
        due_date: due.date,
        due_date_origin: due.origin,
        amount: due.amount,
        kind: invoice.kind,
        corrects: invoice.earlier.clone().filter(|_| invoice.kind == InvoiceKind::CreditNote),
        entity: invoice.seller.key().map(str::to_owned),
        means_of_payment: invoice.means_of_payment.clone(),
        disputed_on: None,
        dispute_closed_on: None,
        known_on: invoice.issued,
        attributes: attributes_of(invoice),
    };
    numbered.map(row).collect()
}

/// Statuses at work on rows.
struct Life<'d> {
    documents: &'d Documents,
    own: &'d BTreeSet<String>,
    report: &'d mut FaultReport,
}

/// What the statuses of one invoice say together.
#[derive(Default)]
struct Told {
    disputed_on: Option<Day>,
    closed_on: Option<Day>,
    refused: Option<(u16, Day)>,
}

impl<'d> Life<'d> {
    fn apply(&mut self, rows: &mut LedgerRows, known: &LedgerRows) {
        let by_invoice = self.by_invoice();
        if by_invoice.is_empty() {
            return;
        }
        let mut here: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, row) in rows.invoices.iter().enumerate() {
            here.entry(&row.invoice_id).or_default().push(at);
        }
        let mut before: HashMap<&str, Vec<&InvoiceRow>> = HashMap::new();
        for row in &known.invoices {
            before.entry(&row.invoice_id).or_default().push(row);
        }
        let (mut changes, mut copies, mut payments) = (Vec::new(), Vec::new(), Vec::new());
        for ((number, issued), statuses) in &by_invoice {
            let is_meant = |row: &InvoiceRow| issued.is_none_or(|issued| row.issue_date == issued);
            let places: Vec<usize> = here.get(number).into_iter().flatten().copied().collect();
            let found: Vec<(usize, &InvoiceRow)> = places
                .into_iter()
                .filter_map(|at| Some((at, rows.invoices.get(at)?)))
                .filter(|(_, row)| is_meant(row))
                .collect();
            let stored: Vec<&InvoiceRow> =
                before.get(number).into_iter().flatten().copied().filter(|row| is_meant(row)).collect();
            let target = found.first().map(|(_, row)| *row).or(stored.first().copied());
            let several = |row: &InvoiceRow| target.is_some_and(|target| target.client_id != row.client_id);
            if found.iter().any(|(_, row)| several(row)) || (found.is_empty() && stored.iter().any(|row| several(row)))
            {
                self.tell(statuses, "two clients have an invoice of this number and day, so the status fits either");
                continue;
            }
            let told = self.told(statuses, target);
            payments.extend(self.payments(statuses, target));
            let place = statuses.first().map(|status| status.place);
            for (at, row) in &found {
                changes.push((*at, with_dispute(row, &told)));
            }
            if found.is_empty() {
                let changed = stored.iter().map(|row| (with_dispute(row, &told), *row));
                let changed = changed.filter(|(new, old)| new != *old);
                copies.extend(changed.map(|(row, _)| InvoiceRow { place: place.unwrap_or(row.place), ..row }));
            }
        }
        for (at, row) in changes {
            if let Some(slot) = rows.invoices.get_mut(at) {
                *slot = row;
            }
        }
        rows.payments.extend(payments);
        if !copies.is_empty() {
            // Their attributes stand in another order; the files are the same.
            let names = known.attribute_names.clone();
            let mut others = LedgerRows { attribute_names: names, invoices: copies, ..LedgerRows::default() };
            others.append(std::mem::take(rows));
            *rows = others;
        }
    }

    /// Statuses by invoice, each once, in the order in which they happened; those of purchases are passed over.
    fn by_invoice(&mut self) -> BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> {
        let documents = self.documents;
        let mut found: BTreeMap<(&'d str, Option<Day>), Vec<&'d StatusRow>> = BTreeMap::new();
        let mut foreign = 0_u64;
        for row in &documents.statuses {
            let is_own = |seller: &Siren| self.own.is_empty() || self.own.contains(seller.as_str());
            if row.seller.as_ref().is_none_or(is_own) {
                found.entry((&row.invoice, row.issued)).or_default().push(row);
            } else {
                foreign += 1;
            }
        }
        if foreign > 0 {
            let reason = format!("{foreign} statuses are of invoices that others sold and were passed over");
            self.report.notes.push(Fault::of_file("the statuses", reason));
        }
        for statuses in found.values_mut() {
            statuses.sort_by(|left, right| order_of(left).cmp(&order_of(right)));
            // The same status is often sent twice, to the buyer and to the tax office.
            statuses.dedup_by(|left, right| {
                (left.code, &left.moment, &left.receipts) == (right.code, &right.moment, &right.receipts)
            });
        }
        found
    }

    fn tell(&mut self, statuses: &[&StatusRow], reason: &str) {
        if let Some(status) = statuses.first() {
            let fault = self.on(status, reason);
            self.report.faults.push(fault);
        }
    }

    fn note(&mut self, status: &StatusRow, reason: &str) {
        let note = self.on(status, reason);
        self.report.notes.push(note);
    }

    fn on(&self, status: &StatusRow, reason: &str) -> Fault {
        let file = self.documents.file_of(status.place);
        let value = format!("{} of {}", status.code, status.invoice);
        Fault::of_value(file, status.place.line, "status", &value, reason)
    }

    fn told(&mut self, statuses: &[&StatusRow], target: Option<&InvoiceRow>) -> Told {
        let mut told = Told { disputed_on: target.and_then(|row| row.disputed_on), ..Told::default() };
        for status in statuses {
            match status.status {
                Status::Disputed => {
                    told.disputed_on = Some(told.disputed_on.map_or(status.day, |day| day.min(status.day)));
                    told.closed_on = None;
                }
                Status::Settled | Status::Paid if told.disputed_on.is_some_and(|day| day <= status.day) => {
                    told.closed_on = told.closed_on.or(Some(status.day));
                }
                Status::Refused => {
                    told.refused = Some((status.code, status.day));
                    let reason = "refused or rejected: it counts as disputed from that day and is not learnt from, and \
                                  is owed until its credit note comes";
                    self.note(status, reason);
                }
                _ => {}
            }
            if target.is_none() && matches!(status.status, Status::Disputed | Status::Refused) {
                self.note(status, "the invoice is not there, so the status changes nothing; import both together");
            }
        }
        told
    }

    fn payments(&mut self, statuses: &[&StatusRow], target: Option<&InvoiceRow>) -> Vec<PaymentRow> {
        let mut payments = Vec::new();
        for status in statuses.iter().filter(|status| status.status == Status::Paid) {
            if target.is_some_and(|row| row.kind == InvoiceKind::CreditNote) {
                self.note(status, "a status of payment on a credit note is not taken");
                continue;
            }
            for receipt in &status.receipts {
                let Some(currency) = receipt.currency.or(target.map(|row| row.amount.currency())) else {
                    self.tell(&[status], "the amount names no currency and the invoice is not there");
                    continue;
                };
                if receipt.minor != 0 {
                    payments.push(payment(status, receipt.date, receipt.minor, currency, target));
                }
            }
        }
        payments
    }
}

fn order_of(row: &StatusRow) -> (Day, &str, u16, &[super::status::Receipt], Place) {
    (row.day, &row.moment, row.code, &row.receipts, row.place)
}

fn payment(
    status: &StatusRow,
    date: Option<Day>,
    minor: i64,
    currency: Currency,
    target: Option<&InvoiceRow>,
) -> PaymentRow {
    let paid_date = date.unwrap_or(status.day);
    PaymentRow {
        place: status.place,
        client_id: target.map(|row| row.client_id.clone()),
        invoice_id: status.invoice.clone(),
        instalment_no: None,
        paid_date,
        amount: Money::from_minor(minor, currency),
        kind: if minor < 0 { PaymentKind::Reversal } else { PaymentKind::Payment },
        origin: PaymentOrigin::Stated,
        known_on: status.day.max(paid_date),
    }
}

/// A row with the days of its dispute; a refusal is a dispute that doesn't end.
fn with_dispute(row: &InvoiceRow, told: &Told) -> InvoiceRow {
    let (disputed_on, closed) = match (told.refused, told.disputed_on) {
        (Some((_, refused)), Some(disputed)) => (Some(refused.min(disputed)), None),
        (Some((_, refused)), None) => (Some(refused), None),
        (None, disputed) => (disputed, told.closed_on.or(row.dispute_closed_on)),
    };
    InvoiceRow { disputed_on, dispute_closed_on: closed, ..row.clone() }
}
