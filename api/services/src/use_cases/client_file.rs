//! The client file and the open orders come in; accounts of one company are joined.

use std::collections::BTreeSet;

use encours_domain::client::Duplicate;
use encours_domain::order::OrderRow;
use encours_domain::reader::{ColumnMap, read_clients, read_orders};
use encours_domain::{Day, Fault, FaultReport};
use serde::Serialize;

use super::import::{Put, count, named, put};
use crate::client_book::{ClientBook, OrderBook};
use crate::folder::Kept;
use crate::input::{MapFile, none_given};
use crate::layers::Layers;
use crate::making::{Made, Making};
use crate::services::blocking;
use crate::store::{Current, ManifestFile, ManifestKind, NewManifest};
use crate::{DataFolder, InputFile, Moment, Services, ServicesError};

/// What an import of the client file or of open orders did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BookReport {
    /// Rows read.
    pub rows: u64,
    /// Clients, or orders, that are known now.
    pub known: u64,
    /// Whether everything is what it was before.
    pub unchanged: bool,
    /// Ids that are no client of the ledger.
    pub strangers: Vec<String>,
    /// Accounts that look like one company.
    pub duplicates: Vec<Duplicate>,
    /// Rows that were left out, and what is worth knowing.
    pub refused: FaultReport,
}

/// What is about to be put in force.
pub(super) struct Change {
    layers: Layers,
    making: Making,
    report: BookReport,
    kind: ManifestKind,
    /// Clients that the file names.
    named: Vec<String>,
    /// Hash of the file that changed.
    snapshot: String,
}

impl Services {
    /// Takes a client file in: rows of clients that are known are replaced, others stay.
    ///
    /// # Errors
    /// As [`Services::import`].
    pub async fn import_clients(
        &self,
        files: Vec<InputFile>,
        map: Option<MapFile>,
        accept_partial: bool,
        now: Moment,
    ) -> Result<BookReport, ServicesError> {
        let names = named(&files);
        let change = move |folder: &DataFolder, layers: Layers| {
            let (rows, refused) = read_all(&files, map.as_ref(), read_clients);
            expect_clean(&refused, accept_partial, "the client file")?;
            let read = count(rows.len());
            edited(folder, layers, refused, read, |book| book.put(rows))
        };
        self.change(names, change, now).await
    }

    /// Joins accounts of one company: their invoices are the first one's from now on.
    ///
    /// # Errors
    /// When the ledger made of it would lose rows, or the disk or the database fails.
    pub async fn join_clients(
        &self,
        main: String,
        others: Vec<String>,
        now: Moment,
    ) -> Result<BookReport, ServicesError> {
        let change = move |folder: &DataFolder, layers: Layers| {
            edited(folder, layers, FaultReport::default(), 0, |book| book.join(&main, &others))
        };
        self.change(Vec::new(), change, now).await
    }

    /// Takes joins back.
    ///
    /// # Errors
    /// As [`Services::join_clients`].
    pub async fn separate_clients(&self, accounts: Vec<String>, now: Moment) -> Result<BookReport, ServicesError> {
        let change = move |folder: &DataFolder, layers: Layers| {
            edited(folder, layers, FaultReport::default(), 0, |book| book.separate(&accounts))
        };
        self.change(Vec::new(), change, now).await
    }

    /// Accounts that look like one company and were not joined.
    ///
    /// # Errors
    /// When a stored file is damaged.
    pub async fn likely_duplicates(&self) -> Result<Vec<Duplicate>, ServicesError> {
        let current = self.store().current().await?;
        let folder = self.data_folder().clone();
        blocking(move || Ok(stored_book(&folder, &Layers::in_force(&folder, &current)?)?.duplicates())).await
    }

    /// Takes open orders in; they take the place of those that were open before.
    ///
    /// # Errors
    /// As [`Services::import`].
    pub async fn import_orders(
        &self,
        files: Vec<InputFile>,
        map: Option<MapFile>,
        accept_partial: bool,
        now: Moment,
    ) -> Result<BookReport, ServicesError> {
        let names = named(&files);
        let change = move |folder: &DataFolder, layers: Layers| {
            let (mut rows, mut refused) = read_all(&files, map.as_ref(), read_orders);
            refused.faults.extend(of_days_to_come(&mut rows, now.today));
            expect_clean(&refused, accept_partial, "the open orders")?;
            ordered(folder, layers, refused, OrderBook::new(rows, Some(now.today)))
        };
        self.change(names, change, now).await
    }

    pub(super) async fn change(
        &self,
        files: Vec<ManifestFile>,
        change: impl FnOnce(&DataFolder, Layers) -> Result<Change, ServicesError> + Send + 'static,
        now: Moment,
    ) -> Result<BookReport, ServicesError> {
        let _alone = self.alone().await?;
        let base = self.store().current().await?;
        let (folder, from) = (self.data_folder().clone(), base.clone());
        let (mut change, next) = blocking(move || {
            let mut change = change(&folder, Layers::in_force(&folder, &from)?)?;
            let Put { next, made } = put(&folder, &from, &change.layers, std::mem::take(&mut change.making))?;
            change.report.strangers = strangers(&made, &change.named);
            Ok((change, next))
        })
        .await?;
        change.report.unchanged = next == base;
        if next != base {
            self.store().record_import(manifest(&change, base, next, files), &self.act(now)).await?;
            self.doubt_portfolio();
        }
        Ok(change.report)
    }
}

/// Takes out orders of days to come, and tells of them: what is yet to be placed is no exposure, and a mistyped day would hide an
/// order. A day begins somewhere before it does here.
fn of_days_to_come(rows: &mut Vec<OrderRow>, today: Day) -> Vec<Fault> {
    let last = today.plus_clamped(1);
    let fault = |row: &OrderRow| {
        let OrderRow { order_id, order_date, .. } = row;
        Fault::of_file(
            "the open orders",
            format!("order `{order_id}`: order_date: found {order_date}, allowed up to {last}"),
        )
    };
    let faults = rows.iter().filter(|row| row.order_date > last).map(fault).collect();
    rows.retain(|row| row.order_date <= last);
    faults
}

/// What reads a file's rows by a map.
type Reader<T> = fn(&str, &[u8], &ColumnMap) -> (Vec<T>, FaultReport);

fn read_all<T>(files: &[InputFile], map: Option<&MapFile>, read: Reader<T>) -> (Vec<T>, FaultReport) {
    let mut report = none_given(files);
    let map = match map {
        Some(MapFile { name, text }) => ColumnMap::from_toml(name, text),
        None => Ok(ColumnMap::plain()),
    };
    let mut rows = Vec::new();
    match map {
        Ok(map) => {
            for file in files {
                let (some, faults) = read(&file.name, &file.bytes, &map);
                rows.extend(some);
                report.append(faults);
            }
        }
        Err(faults) => report.faults.extend(faults),
    }
    (rows, report)
}

fn expect_clean(report: &FaultReport, accept_partial: bool, what: &'static str) -> Result<(), ServicesError> {
    if report.is_clean() || accept_partial {
        return Ok(());
    }
    Err(ServicesError::Refused { what, report: Box::new(report.clone()) })
}

fn stored_book(folder: &DataFolder, layers: &Layers) -> Result<ClientBook, ServicesError> {
    layers.clients.as_deref().map_or(Ok(ClientBook::default()), |hash| folder.read_json(Kept::Clients, hash))
}

pub(super) fn edited(
    folder: &DataFolder,
    layers: Layers,
    refused: FaultReport,
    rows: u64,
    edit: impl FnOnce(&mut ClientBook),
) -> Result<Change, ServicesError> {
    let mut making = Making::read(folder, &layers)?;
    edit(&mut making.clients);
    let bytes = serde_json::to_vec(&making.clients).map_err(ServicesError::document("the client file"))?;
    let snapshot = folder.keep(Kept::Clients, &bytes)?;
    let report = BookReport {
        rows,
        known: count(making.clients.len()),
        unchanged: false,
        strangers: Vec::new(),
        duplicates: making.clients.duplicates(),
        refused,
    };
    let layers = Layers { clients: Some(snapshot.clone()), ..layers };
    let named = making.clients.clients().map(|row| row.client_id.clone()).collect();
    Ok(Change { layers, making, report, kind: ManifestKind::Clients, named, snapshot })
}

fn ordered(
    folder: &DataFolder,
    layers: Layers,
    refused: FaultReport,
    book: OrderBook,
) -> Result<Change, ServicesError> {
    let making = Making::read(folder, &layers)?;
    let rows = count(book.orders.len());
    let bytes = serde_json::to_vec(&book).map_err(ServicesError::document("the open orders"))?;
    let snapshot = folder.keep(Kept::Orders, &bytes)?;
    let (strangers, duplicates) = (Vec::new(), Vec::new());
    let report = BookReport { rows, known: rows, unchanged: false, strangers, duplicates, refused };
    let layers = Layers { orders: Some(snapshot.clone()), ..layers };
    let named = book.orders.into_iter().map(|order| order.client_id).collect();
    Ok(Change { layers, making, report, kind: ManifestKind::Orders, named, snapshot })
}

/// Ids that no invoice of the ledger bears. A client nobody has sold to yet is one of them, so this is told and no fault.
fn strangers(made: &Made, named: &[String]) -> Vec<String> {
    let known: BTreeSet<&str> = made.ledger.invoice_rows().iter().map(|row| row.client_id.as_str()).collect();
    let joined = made.clients.joined();
    let strange = |id: &&String| !known.contains(id.as_str()) && !joined.contains_key(*id);
    let strangers: BTreeSet<&String> = named.iter().filter(strange).collect();
    strangers.into_iter().cloned().collect()
}

fn manifest(change: &Change, base: Current, next: Current, files: Vec<ManifestFile>) -> NewManifest {
    NewManifest {
        kind: change.kind,
        base,
        next,
        snapshot: change.snapshot.clone(),
        files,
        rows: change.report.rows,
        refused: count(change.report.refused.faults.len()),
        records: change.report.known,
        payments: 0,
        subjects: change.report.known,
    }
}
