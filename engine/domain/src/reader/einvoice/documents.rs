//! E-invoices and statuses of many files, understood together.
//!
//! One file says what one company sent another; only the whole says whose sales these are, which invoice a status
//! speaks of and which takes another's place. So readers collect [`Documents`], and [`Documents::settle`] makes rows of
//! them. The order of files leaves no trace in the rows.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::invoice::EInvoice;
use super::life::Life;
use super::party::Party;
use super::rows::{ATTRIBUTES, client_id, rows_of, taken_back};
use super::status::StatusRow;
use crate::fault::{Fault, FaultReport};
use crate::identity::Siren;
use crate::ledger::{InvoiceKind, InvoiceRow, LedgerRows, Place};

/// E-invoices and statuses, before they are understood.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Documents {
    /// Names of the files; not kept.
    #[serde(skip)]
    pub files: Vec<String>,
    /// Invoices, sales and purchases alike.
    pub invoices: Vec<EInvoice>,
    /// Statuses.
    pub statuses: Vec<StatusRow>,
    /// The sellers that the person says are theirs (`[seller]` in a map file); not kept.
    #[serde(skip)]
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

    /// The sales as rows of a ledger, and the documents that speak of others and have to be kept for that: statuses of
    /// one's own sales, and invoices that take another's place. Absence of a status says nothing.
    pub fn sales(&self) -> (LedgerRows, Documents, FaultReport) {
        let mut report = FaultReport::default();
        let mut rows = LedgerRows {
            files: self.files.clone(),
            attribute_names: ATTRIBUTES.iter().map(|name| (*name).to_owned()).collect(),
            ..LedgerRows::default()
        };
        let mut kept = Documents { files: self.files.clone(), ..Documents::default() };
        let own = match self.sellers() {
            Ok(own) => own,
            Err(fault) => {
                report.faults.push(fault);
                return (rows, kept, report);
            }
        };
        self.sell(&own, &mut rows, &mut report);
        let is_own = |party: &Party| party.key().is_some_and(|key| own.contains(key));
        let replacing = self.invoices.iter().filter(|invoice| invoice.replaces && is_own(&invoice.seller));
        kept.invoices = replacing.cloned().collect();
        kept.statuses = self.own_statuses(&own, &mut report);
        (rows, kept, report)
    }

    /// Puts documents that speak of others to work on rows: statuses 212 become payments, which come back apart because
    /// other files may know them too, 207 and its end a dispute; an invoice that another replaces is taken back.
    pub fn apply(&self, rows: &mut LedgerRows) -> (LedgerRows, FaultReport) {
        let mut report = FaultReport::default();
        self.replaced(rows, &mut report);
        let payments = Life { documents: self, report: &mut report }.apply(rows);
        (LedgerRows { files: self.files.clone(), payments, ..LedgerRows::default() }, report)
    }

    /// Whether nothing is there.
    pub fn is_empty(&self) -> bool {
        self.invoices.is_empty() && self.statuses.is_empty()
    }

    /// Statuses of what these sellers sold, of anything where no seller is known; those of purchases are passed over.
    fn own_statuses(&self, own: &BTreeSet<String>, report: &mut FaultReport) -> Vec<StatusRow> {
        let is_own = |seller: &Siren| own.is_empty() || own.contains(seller.as_str());
        let (own, foreign): (Vec<&StatusRow>, Vec<&StatusRow>) =
            self.statuses.iter().partition(|row| row.seller.as_ref().is_none_or(is_own));
        if !foreign.is_empty() {
            let reason = format!("{} statuses are of invoices that others sold and were passed over", foreign.len());
            report.notes.push(Fault::of_file("the statuses", reason));
        }
        own.into_iter().cloned().collect()
    }

    /// The name of the file that something stood in.
    pub(super) fn file_of(&self, place: Place) -> &str {
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

    fn sell(&self, own: &BTreeSet<String>, rows: &mut LedgerRows, report: &mut FaultReport) {
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
    fn replaced(&self, rows: &mut LedgerRows, report: &mut FaultReport) {
        let replacing: Vec<&EInvoice> = self.invoices.iter().filter(|invoice| invoice.replaces).collect();
        if replacing.is_empty() {
            return;
        }
        let wanted: BTreeSet<&str> = replacing.iter().filter_map(|invoice| invoice.earlier.as_deref()).collect();
        let mut earlier: BTreeMap<(String, String), Vec<InvoiceRow>> = BTreeMap::new();
        let claims = rows.invoices.iter().filter(|row| row.kind != InvoiceKind::CreditNote);
        for row in claims.filter(|row| wanted.contains(row.invoice_id.as_str())) {
            earlier.entry((row.client_id.clone(), row.invoice_id.clone())).or_default().push(row.clone());
        }
        let mut done = BTreeSet::new();
        let mut credits = LedgerRows {
            files: self.files.clone(),
            attribute_names: ATTRIBUTES.iter().map(|name| (*name).to_owned()).collect(),
            ..LedgerRows::default()
        };
        for invoice in replacing {
            let Some(number) = invoice.earlier.as_ref().filter(|number| **number != invoice.number) else {
                report.notes.push(self.note_on(invoice, "a corrected invoice that names no earlier one".to_owned()));
                continue;
            };
            let Some(parts) = client_id(invoice).and_then(|client| earlier.get(&(client, number.clone()))) else {
                let reason = format!("corrects `{number}`, which is not there yet; once it comes it is taken back");
                report.notes.push(self.note_on(invoice, reason));
                continue;
            };
            let mut numbers = BTreeSet::new();
            for part in parts.iter().filter(|part| numbers.insert(part.instalment_no)) {
                let id = format!("{number} replaced by {}", invoice.number);
                if id.chars().count() <= 200 && done.insert((id.clone(), part.client_id.clone(), part.instalment_no)) {
                    credits.invoices.push(taken_back(part, id, invoice));
                }
            }
            let reason = format!("takes the place of `{number}`, which was taken back by a credit note");
            report.notes.push(self.note_on(invoice, reason));
        }
        rows.append(credits);
    }
}
