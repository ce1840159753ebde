//! How a ledger is made of its layers, in memory: a function of what they hold, whatever came first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use encours_core::ledger::{CheckedLedger, STORED_LEDGER, checked};
use encours_domain::accounting::{Journal, Options, Reconciliation, Understood, understand};
use encours_domain::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows, Place};
use encours_domain::reader::einvoice::{Documents, EInvoice, StatusRow};
use encours_domain::terms::Terms;
use encours_domain::{Fault, FaultReport};
use encours_sources::PulledLedger;

use crate::client_book::ClientBook;
use crate::input::{Held, merged};

/// The layers with what they hold.
#[derive(Default)]
pub(crate) struct Making {
    /// Rows of tables and e-invoices.
    pub tables: CheckedLedger,
    /// What speaks of those e-invoices, and of some that are not there yet.
    pub documents: Documents,
    /// Accounting lines.
    pub journal: Option<Arc<Journal>>,
    /// What live systems hold.
    pub pulled: Vec<PulledLedger>,
    /// The client file.
    pub clients: ClientBook,
}

/// A ledger, and what is worth knowing of its making.
pub(crate) struct Made {
    pub ledger: CheckedLedger,
    /// What was understood of the accounting lines, held against the accounts' own balances.
    pub reconciliation: Option<Reconciliation>,
    pub notes: Vec<Fault>,
    /// The client file that it was made with.
    pub clients: ClientBook,
}

impl Making {
    /// Lays what some files hold on the layers. Gives every fault and note of doing so.
    pub fn add(&mut self, held: Held) -> FaultReport {
        let Held { tables, journals, documents, mut report, read_as: _ } = held;
        let mut faults;
        // What was there has no file of its own any more.
        self.documents.files = vec![STORED_DOCUMENTS.to_owned()];
        if !(tables.invoices.is_empty() && tables.payments.is_empty() && tables.attribute_names.is_empty()) {
            (self.tables, faults) = merged(std::mem::take(&mut self.tables), tables);
            report.append(faults);
        }
        if !documents.is_empty() {
            let (rows, kept, told) = documents.sales();
            report.append(told);
            (self.tables, faults) = std::mem::take(&mut self.tables).merged(rows);
            report.append(faults);
            self.documents.append(kept);
        }
        if !self.documents.is_empty() {
            let (_, told) = with_documents(self.tables.clone(), &self.documents);
            report.append(told_of_new(told));
            self.documents = canonical(std::mem::take(&mut self.documents));
        }
        if !journals.is_empty() {
            let stored = self.journal.take().map(Arc::unwrap_or_clone);
            let (journal, told) = Journal::union(stored.into_iter().chain(journals));
            report.faults.extend(told);
            self.journal = Some(Arc::new(journal));
        }
        report.notes.retain(|note| note.file != STORED_LEDGER);
        report
    }

    /// Whether the ledger is the tables as they are, where there is no other layer.
    pub fn are_its_tables(&self) -> bool {
        self.documents.is_empty() && !self.tables.invoice_rows().iter().any(is_inferred)
    }

    /// Makes the ledger. Where two layers speak of one invoice, tables stand before live systems and these before the
    /// books, because they state the due date; what one of them lacks is taken from the next.
    pub fn ledger(self) -> Made {
        let Self { tables, documents, journal, pulled, clients } = self;
        let mut notes = Vec::new();
        // What is wrong with it was told when it came in.
        let (ledger, _) = with_documents(tables, &documents);
        let mut ledger = with_terms(ledger, &clients);
        for pulled in &pulled {
            let (rows, told) = pulled.rows();
            notes.extend(told.notes.into_iter().chain(told.faults));
            ledger = laid_under(ledger, rows, &mut notes);
        }
        let mut reconciliation = None;
        if let Some(journal) = journal {
            let options = Options { agreed: clients.terms(), usual: stated_terms(&ledger), ..Options::default() };
            let Understood { rows, reconciliation: done, report } = understand(&journal, &options);
            drop(journal);
            notes.extend(report.notes.into_iter().chain(report.faults));
            ledger = laid_under(ledger, rows, &mut notes);
            reconciliation = Some(done);
        }
        if clients.changes_rows() {
            let mut rows = ledger.into_rows();
            clients.fill(&mut rows);
            let told;
            (ledger, told) = checked(rows);
            notes.extend(told.faults);
        }
        Made { ledger, reconciliation, notes, clients }
    }
}

/// A ledger on which documents that speak of its invoices were put to work.
fn with_documents(ledger: CheckedLedger, documents: &Documents) -> (CheckedLedger, FaultReport) {
    if documents.is_empty() {
        return (ledger, FaultReport::default());
    }
    let mut rows = ledger.into_rows();
    let (payments, mut report) = documents.apply(&mut rows);
    let (ledger, told) = checked(rows);
    report.append(told);
    let (ledger, told) = ledger.merged(payments);
    report.append(told);
    (ledger, report)
}

/// What is told of documents that came in now. Notes on those that were there were told before; what contradicts one of
/// them stays told, and what comes in now isn't refused for it.
fn told_of_new(report: FaultReport) -> FaultReport {
    let is_new = |fault: &Fault| !(fault.file == STORED_DOCUMENTS || fault.file == STORED_LEDGER);
    let FaultReport { faults, mut notes } = report;
    notes.retain(is_new);
    let (faults, contradicted): (Vec<Fault>, Vec<Fault>) = faults.into_iter().partition(is_new);
    notes.extend(contradicted);
    FaultReport { faults, notes }
}

/// What messages call documents that are stored.
const STORED_DOCUMENTS: &str = "the stored documents";

/// Documents in an order of their own, each once: what came first leaves no trace.
fn canonical(documents: Documents) -> Documents {
    let Documents { invoices, statuses, .. } = documents;
    let place = Place::default();
    let named = |debug: &dyn std::fmt::Debug| format!("{debug:?}");
    let invoices = invoices.into_iter().map(|one| EInvoice { place, ..one });
    let invoices: BTreeMap<String, EInvoice> = invoices.map(|one| (named(&one), one)).collect();
    let statuses = statuses.into_iter().map(|one| StatusRow { place, ..one });
    let statuses: BTreeMap<String, StatusRow> = statuses.map(|one| (named(&one), one)).collect();
    Documents {
        invoices: invoices.into_values().collect(),
        statuses: statuses.into_values().collect(),
        ..Documents::default()
    }
}

/// Lays rows under a ledger: an invoice that is known stays as it is, with its payments when it has any.
fn laid_under(ledger: CheckedLedger, mut rows: LedgerRows, notes: &mut Vec<Fault>) -> CheckedLedger {
    let known: BTreeMap<(&str, &str), &InvoiceRow> =
        ledger.invoice_rows().iter().map(|row| ((row.client_id.as_str(), row.invoice_id.as_str()), row)).collect();
    let paid: BTreeSet<(&str, &str)> = ledger
        .payment_rows()
        .iter()
        .filter_map(|row| Some((row.client_id.as_deref()?, row.invoice_id.as_str())))
        .collect();
    let (mut both, mut other_amount) = (0_u64, Vec::new());
    rows.invoices.retain(|row| {
        let Some(stands) = known.get(&(row.client_id.as_str(), row.invoice_id.as_str())) else { return true };
        both += 1;
        if stands.amount != row.amount && stands.instalment_no == row.instalment_no {
            other_amount.push(row.invoice_id.clone());
        }
        false
    });
    rows.payments.retain(|row| {
        let key = row.client_id.as_deref().map(|client| (client, row.invoice_id.as_str()));
        key.is_none_or(|key| !paid.contains(&key))
    });
    if both > 0 {
        let reason = format!("{both} of its invoices are known from elsewhere too, and are taken from there");
        notes.push(Fault::of_file(first_file(&rows), reason));
    }
    for number in other_amount.iter().take(5) {
        let reason = "has another amount elsewhere, which stands";
        notes.push(Fault {
            column: Some("invoice_id".to_owned()),
            value: Some(number.clone()),
            ..Fault::of_file(first_file(&rows), reason)
        });
    }
    let (ledger, told) = ledger.merged(rows);
    notes.extend(told.faults.into_iter().chain(told.notes).filter(|note| note.file != STORED_LEDGER));
    ledger
}

fn first_file(rows: &LedgerRows) -> &str {
    rows.files.first().map_or("-", String::as_str)
}

/// Gives invoices whose due date is the legal default those of the terms that are known: the agreed ones, else those that
/// the client's other invoices state.
fn with_terms(ledger: CheckedLedger, clients: &ClientBook) -> CheckedLedger {
    if !ledger.invoice_rows().iter().any(is_inferred) {
        return ledger;
    }
    let (agreed, usual) = (clients.terms(), stated_terms(&ledger));
    let mut rows = ledger.into_rows();
    for row in rows.invoices.iter_mut().filter(|row| is_inferred(row)) {
        let known = agreed.get(&row.client_id).map(|terms| (terms.due_date(row.issue_date), DueDateOrigin::Contract));
        let shown = || {
            let terms = usual.get(&row.client_id)?;
            Some((terms.due_within_the_law(row.issue_date), DueDateOrigin::UsualTerms))
        };
        if let Some(found) = known.or_else(shown) {
            (row.due_date, row.due_date_origin) = found;
        }
    }
    // Due dates change neither names nor amounts: what was checked before still is.
    checked(rows).0
}

/// Whether an invoice falls due when the law says, for want of anything better.
fn is_inferred(row: &InvoiceRow) -> bool {
    row.due_date_origin == DueDateOrigin::LegalDefault && row.kind != InvoiceKind::CreditNote
}

/// The terms that each client's latest invoice with a stated due date shows.
fn stated_terms(ledger: &CheckedLedger) -> BTreeMap<String, Terms> {
    let mut latest: BTreeMap<&str, &InvoiceRow> = BTreeMap::new();
    let stated = |row: &&InvoiceRow| {
        row.due_date_origin == DueDateOrigin::Stated && row.kind == InvoiceKind::Invoice && row.instalment_no == 1
    };
    for row in ledger.invoice_rows().iter().filter(stated) {
        let slot = latest.entry(&row.client_id).or_insert(row);
        if (row.issue_date, &row.invoice_id) > (slot.issue_date, &slot.invoice_id) {
            *slot = row;
        }
    }
    let terms = |row: &InvoiceRow| u16::try_from(row.due_date.days_since(row.issue_date)).ok().map(Terms::net);
    latest.into_iter().filter_map(|(client, row)| Some((client.to_owned(), terms(row)?))).collect()
}
