//! How a ledger is made of its layers, in memory: a function of what they hold, whatever came first.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use encours_core::ledger::{CheckedLedger, STORED_LEDGER, checked};
use encours_domain::accounting::{Journal, Options, Reconciliation, Understood, understand};
use encours_domain::ledger::{DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows};
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
        if !(tables.invoices.is_empty() && tables.payments.is_empty() && tables.attribute_names.is_empty()) {
            (self.tables, faults) = merged(std::mem::take(&mut self.tables), tables);
            report.append(faults);
        }
        if !(documents.invoices.is_empty() && documents.statuses.is_empty()) {
            let (rows, told) = documents.settle(&self.tables.rows());
            report.append(told);
            (self.tables, faults) = std::mem::take(&mut self.tables).merged(rows);
            report.append(faults);
        }
        if !journals.is_empty() {
            let stored = self.journal.take().map(Arc::unwrap_or_clone);
            self.journal = Some(Arc::new(Journal::union(stored.into_iter().chain(journals))));
        }
        report.notes.retain(|note| note.file != STORED_LEDGER);
        report
    }

    /// Makes the ledger. Where two layers speak of one invoice, tables stand before live systems and these before the
    /// books, because they state the due date; what one of them lacks is taken from the next.
    pub fn ledger(self) -> Made {
        let Self { tables: mut ledger, journal, pulled, clients } = self;
        let mut notes = Vec::new();
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
