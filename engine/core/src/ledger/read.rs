//! Reading a book from its two tables.

use rayon::prelude::*;

use super::book::{self, Attribute, Book, InvoiceIds};
use super::identifiers::{Interner, SortedTexts};
use super::index::{self, Finder, InvoiceIndex};
use super::layout::{self, Laid};
use super::payments::{self, Payments};
use super::pieces::read_all;
use super::sales::Sales;
use super::table::TableSource;
use crate::CoreError;

/// What a reader of a book needs beyond days and amounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadOptions {
    /// Keep invoice numbers, to tell somebody of single invoices.
    pub invoice_ids: bool,
    /// Further columns to keep.
    pub attributes: AttributeChoice,
}

/// Which further columns to keep.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum AttributeChoice {
    /// None.
    #[default]
    None,
    /// Every column that is none of the ledger's own.
    All,
    /// Those of these names, where the table has them.
    Named(Vec<String>),
}

/// Columns that mean something to the ledger itself.
const OWN_COLUMNS: &[&str] = &[
    "client_id",
    "invoice_id",
    "instalment_no",
    "issue_date",
    "due_date",
    "due_date_origin",
    "amount",
    "amount_minor",
    "currency",
    "kind",
    "corrects",
    "entity",
    "means_of_payment",
    "disputed_on",
    "dispute_closed_on",
    "known_on",
];

impl Book {
    /// Reads a book. The payment table needs `invoice_id`, `paid_date` and `amount` only; rows may stand in any order.
    ///
    /// # Errors
    /// When a table cannot be read, lacks a column, holds a value that is none, names an invoice that is not there, or
    /// has two invoices of one client, number and instalment. The message names table, line and column.
    pub fn read(
        invoices: &TableSource<'_>,
        payments: &TableSource<'_>,
        options: &ReadOptions,
    ) -> Result<Book, CoreError> {
        let mut laid = layout::read(invoices)?;
        laid.pieces.iter_mut().for_each(layout::InvoicePiece::shrink);
        let attributes = read_attributes(invoices, &laid, &options.attributes)?;
        let ids = if options.invoice_ids { laid.id_texts() } else { InvoiceIds::default() };
        let (payments, corrects) = match index::dense(&laid) {
            Some(dense) => {
                let index = InvoiceIndex::Dense(&dense);
                let corrects = laid.corrected(&index);
                // The table knows all: give the memory of the pieces back before the payments come in.
                laid.pieces = Vec::new();
                laid.record_of_row = Vec::new();
                (join(payments, &laid, &index)?, corrects)
            }
            None => {
                let index = index::sorted(&laid, invoices.name())?;
                (join(payments, &laid, &index)?, laid.corrected(&index))
            }
        };
        let Laid { clients, starts, records, mut details, currency, .. } = laid;
        details.corrects = corrects;
        Ok(Book { currency, clients, starts, records, payments, details, attributes, ids, sales: Sales::default() })
    }
}

fn join(payments: &TableSource<'_>, laid: &Laid, index: &InvoiceIndex<'_>) -> Result<Payments, CoreError> {
    let finder = Finder { index, clients: &laid.clients };
    payments::read(payments, laid.currency, laid.records.len(), &finder)
}

fn read_attributes(
    source: &TableSource<'_>,
    laid: &Laid,
    choice: &AttributeChoice,
) -> Result<Vec<Attribute>, CoreError> {
    let layout = source.layout()?;
    let wanted = |name: &&String| match choice {
        AttributeChoice::None => false,
        AttributeChoice::All => !OWN_COLUMNS.contains(&name.as_str()),
        AttributeChoice::Named(names) => names.contains(name),
    };
    let mut names: Vec<&String> = layout.columns.iter().filter(wanted).collect();
    names.sort_unstable();
    names.into_iter().map(|name| read_attribute(source, laid, name)).collect()
}

fn read_attribute(source: &TableSource<'_>, laid: &Laid, name: &str) -> Result<Attribute, CoreError> {
    let layout = source.layout()?;
    let pieces = read_all(source, &layout, &[name], |piece| piece.as_text(name))?;
    let mut interner = Interner::default();
    let mut by_row = Vec::with_capacity(laid.records.len());
    for text in pieces.iter().flatten() {
        by_row.push(if text.is_empty() { u32::MAX } else { interner.number(text)? });
    }
    let texts = interner.into_texts();
    let levels = SortedTexts::new(texts.clone());
    let rank = |text: &str| levels.number(text).and_then(|number| u32::try_from(number).ok()).unwrap_or(u32::MAX);
    let ranks: Vec<u32> = texts.iter().map(|text| rank(text)).collect();
    let code = |row: u32| {
        by_row.get(book::index(row)).and_then(|&code| ranks.get(book::index(code))).copied().unwrap_or(u32::MAX)
    };
    let codes = laid.records.par_iter().map(|record| code(record.row)).collect();
    Ok(Attribute { name: name.to_owned(), levels, codes })
}
