//! The stored form of a ledger: two Parquet tables, sorted by client and date, named by their content.
//!
//! Row groups hold at most 50,000 rows. Amounts are minor units (`amount_minor`); text columns that a ledger does not
//! use are left out; further columns stand under their own names.

use std::sync::Arc;

use encours_domain::ledger::{
    DueDateOrigin, InvoiceKind, InvoiceRow, LedgerRows, PaymentKind, PaymentOrigin, PaymentRow, Place,
};
use encours_domain::{Currency, Day, Money};
use polars::prelude::{
    Column, DataFrame, DataType, IntoColumn, NamedFrom, ParquetCompression, ParquetWriter, Series, StatisticsOptions,
};
use sha2::{Digest, Sha256};

use super::check::CheckedLedger;
use super::columns::{NO_DAY, Piece};
use super::pieces::read_all;
use super::read::ReadOptions;
use super::{Book, TableSource};
use crate::CoreError;

const ROW_GROUP: usize = 50_000;

/// An immutable ledger: the bytes of its two tables and their hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// `invoices.parquet`.
    pub invoices: Arc<[u8]>,
    /// `payments.parquet`.
    pub payments: Arc<[u8]>,
}

impl Snapshot {
    /// Writes a checked ledger.
    ///
    /// # Errors
    /// When a table cannot be written (never because of the rows).
    pub fn write(ledger: &CheckedLedger) -> Result<Self, CoreError> {
        Self::written(ledger, Amounts::Minor)
    }

    /// The same two tables for other programs: `amount` in decimals of the currency, as readers take it.
    ///
    /// # Errors
    /// When a table cannot be written (never because of the rows).
    pub fn write_for_others(ledger: &CheckedLedger) -> Result<Self, CoreError> {
        Self::written(ledger, Amounts::Decimal)
    }

    fn written(ledger: &CheckedLedger, amounts: Amounts) -> Result<Self, CoreError> {
        let (invoices, payments) = rayon::join(
            || parquet("invoices", invoice_columns(ledger, amounts)?),
            || parquet("payments", payment_columns(ledger, amounts)?),
        );
        Ok(Self { invoices: invoices?, payments: payments? })
    }

    /// `sha256:` and the hash of both tables.
    pub fn hash(&self) -> String {
        let mut hasher = Sha256::new();
        hasher.update(u64::try_from(self.invoices.len()).unwrap_or(u64::MAX).to_le_bytes());
        hasher.update(&self.invoices);
        hasher.update(&self.payments);
        let hex: String = hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hex}")
    }

    /// Lays the ledger out by client.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn book(&self, options: &ReadOptions) -> Result<Book, CoreError> {
        let (invoices, payments) = self.tables();
        Book::read(&invoices, &payments, options)
    }

    /// Reads the rows back, to merge newer ones with them.
    ///
    /// # Errors
    /// When the bytes are damaged.
    pub fn ledger(&self) -> Result<CheckedLedger, CoreError> {
        let (invoices, payments) = self.tables();
        let mut rows = read_invoices(&invoices)?;
        rows.payments = read_payments(&payments)?;
        let LedgerRows { attribute_names, invoices, payments, .. } = rows;
        Ok(CheckedLedger { attribute_names, invoices, payments })
    }

    fn tables(&self) -> (TableSource<'static>, TableSource<'static>) {
        let invoices = TableSource::from_bytes("invoices.parquet", Arc::clone(&self.invoices));
        (invoices, TableSource::from_bytes("payments.parquet", Arc::clone(&self.payments)))
    }
}

fn parquet(table: &'static str, columns: Vec<Column>) -> Result<Arc<[u8]>, CoreError> {
    let failed = |source| CoreError::Write { table, source };
    let rows = columns.first().map_or(0, Column::len);
    let mut frame = DataFrame::new(rows, columns).map_err(failed)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(StatisticsOptions::full())
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .finish(&mut frame)
        .map_err(failed)?;
    Ok(bytes.into())
}

fn texts<'a>(name: &str, cells: impl Iterator<Item = Option<&'a str>>) -> Column {
    Series::new(name.into(), cells.collect::<Vec<_>>()).into_column()
}

fn days(name: &str, cells: impl Iterator<Item = Option<Day>>) -> Result<Column, CoreError> {
    let numbers: Vec<Option<i32>> = cells.map(|day| day.map(Day::number)).collect();
    let column = Series::new(name.into(), numbers).into_column();
    column.cast(&DataType::Date).map_err(|source| CoreError::Write { table: "ledger", source })
}

/// How a table states its amounts.
#[derive(Clone, Copy)]
enum Amounts {
    /// `amount_minor`, whole numbers.
    Minor,
    /// `amount`, decimals of the currency.
    Decimal,
}

impl Amounts {
    fn column(self, cells: impl Iterator<Item = Money>) -> Column {
        match self {
            Amounts::Minor => {
                Series::new("amount_minor".into(), cells.map(Money::minor).collect::<Vec<i64>>()).into_column()
            }
            Amounts::Decimal => {
                Series::new("amount".into(), cells.map(Money::major).collect::<Vec<f64>>()).into_column()
            }
        }
    }
}

fn invoice_columns(ledger: &CheckedLedger, amounts: Amounts) -> Result<Vec<Column>, CoreError> {
    let rows = &ledger.invoices;
    let text = |name, cell: fn(&InvoiceRow) -> Option<&str>| texts(name, rows.iter().map(cell));
    let day = |name, cell: fn(&InvoiceRow) -> Option<Day>| days(name, rows.iter().map(cell));
    let instalments: Vec<u32> = rows.iter().map(|row| row.instalment_no).collect();
    let mut columns = vec![
        text("client_id", |row| Some(&row.client_id)),
        text("invoice_id", |row| Some(&row.invoice_id)),
        Series::new("instalment_no".into(), instalments).into_column(),
        amounts.column(rows.iter().map(|row| row.amount)),
        text("currency", |row| Some(row.amount.currency().code())),
        text("kind", |row| Some(row.kind.code())),
        text("due_date_origin", |row| Some(row.due_date_origin.code())),
        text("corrects", |row| row.corrects.as_deref()),
        text("entity", |row| row.entity.as_deref()),
        text("means_of_payment", |row| row.means_of_payment.as_deref()),
    ];
    columns.extend([
        day("issue_date", |row| Some(row.issue_date))?,
        day("due_date", |row| Some(row.due_date))?,
        day("disputed_on", |row| row.disputed_on)?,
        day("dispute_closed_on", |row| row.dispute_closed_on)?,
        day("known_on", |row| Some(row.known_on))?,
    ]);
    for (place, name) in ledger.attribute_names.iter().enumerate() {
        let cells = rows.iter().map(|row| row.attributes.get(place).and_then(Option::as_deref));
        columns.push(texts(name, cells));
    }
    Ok(columns)
}

fn payment_columns(ledger: &CheckedLedger, amounts: Amounts) -> Result<Vec<Column>, CoreError> {
    let rows = &ledger.payments;
    let text = |name, cell: fn(&PaymentRow) -> Option<&str>| texts(name, rows.iter().map(cell));
    let day = |name, cell: fn(&PaymentRow) -> Option<Day>| days(name, rows.iter().map(cell));
    let instalments: Vec<u32> = rows.iter().map(|row| row.instalment_no.unwrap_or(1)).collect();
    let mut columns = vec![
        text("client_id", |row| row.client_id.as_deref()),
        text("invoice_id", |row| Some(&row.invoice_id)),
        Series::new("instalment_no".into(), instalments).into_column(),
        amounts.column(rows.iter().map(|row| row.amount)),
        text("currency", |row| Some(row.amount.currency().code())),
        text("kind", |row| Some(row.kind.code())),
        text("origin", |row| Some(row.origin.code())),
    ];
    columns.extend([day("paid_date", |row| Some(row.paid_date))?, day("known_on", |row| Some(row.known_on))?]);
    Ok(columns)
}

const NOWHERE: Place = Place { file: 0, line: 0 };

/// Columns of the stored invoice table that are not attributes.
const INVOICE_COLUMNS: &[&str] = &[
    "client_id",
    "invoice_id",
    "instalment_no",
    "amount_minor",
    "currency",
    "kind",
    "due_date_origin",
    "corrects",
    "entity",
    "means_of_payment",
    "issue_date",
    "due_date",
    "disputed_on",
    "dispute_closed_on",
    "known_on",
];

fn read_invoices(source: &TableSource<'_>) -> Result<LedgerRows, CoreError> {
    let layout = source.layout()?;
    super::columns::require(source, &layout, INVOICE_COLUMNS)?;
    let own = |name: &&String| !INVOICE_COLUMNS.contains(&name.as_str());
    let mut attribute_names: Vec<String> = layout.columns.iter().filter(own).cloned().collect();
    attribute_names.sort_unstable();
    let names: Vec<&str> = layout.columns.iter().map(String::as_str).collect();
    let pieces = read_all(source, &layout, &names, |piece| invoice_rows(piece, &attribute_names))?;
    let invoices = pieces.into_iter().flatten().collect();
    Ok(LedgerRows { attribute_names, invoices, ..LedgerRows::default() })
}

/// One cell of a column, or an error that says where.
fn cell<'c, T>(column: &'c [T], piece: &Piece<'_>, row: usize, name: &str) -> Result<&'c T, CoreError> {
    column.get(row).ok_or_else(|| piece.error_at(row, name, "found no value"))
}

fn optional_day(number: i32) -> Result<Option<Day>, CoreError> {
    if number == NO_DAY { Ok(None) } else { Ok(Some(Day::from_number(number)?)) }
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn invoice_rows(piece: &Piece<'_>, attribute_names: &[String]) -> Result<Vec<InvoiceRow>, CoreError> {
    let text = |name| piece.as_text(name);
    let (clients, numbers) = (text("client_id")?, text("invoice_id")?);
    let (instalments, amounts) = (text("instalment_no")?, piece.amounts("amount_minor", Currency::EUR)?);
    let (currencies, kinds, origins) = (text("currency")?, text("kind")?, text("due_date_origin")?);
    let (corrects, entities, means) = (text("corrects")?, text("entity")?, text("means_of_payment")?);
    let (issued, due) = (piece.days("issue_date")?, piece.days("due_date")?);
    let (disputed, closed) = (piece.optional_days("disputed_on")?, piece.optional_days("dispute_closed_on")?);
    let known = piece.days("known_on")?;
    let attributes = attribute_names.iter().map(|name| piece.as_text(name)).collect::<Result<Vec<_>, _>>()?;
    let row = |row: usize| -> Result<InvoiceRow, CoreError> {
        let currency: Currency = cell(&currencies, piece, row, "currency")?.parse()?;
        Ok(InvoiceRow {
            place: NOWHERE,
            client_id: cell(&clients, piece, row, "client_id")?.clone(),
            invoice_id: cell(&numbers, piece, row, "invoice_id")?.clone(),
            instalment_no: cell(&instalments, piece, row, "instalment_no")?.parse().unwrap_or(1),
            issue_date: Day::from_number(*cell(&issued, piece, row, "issue_date")?)?,
            due_date: Day::from_number(*cell(&due, piece, row, "due_date")?)?,
            due_date_origin: DueDateOrigin::parse(cell(&origins, piece, row, "due_date_origin")?)?,
            amount: Money::from_minor(*cell(&amounts, piece, row, "amount_minor")?, currency),
            kind: InvoiceKind::parse(cell(&kinds, piece, row, "kind")?)?,
            corrects: filled(cell(&corrects, piece, row, "corrects")?),
            entity: filled(cell(&entities, piece, row, "entity")?),
            means_of_payment: filled(cell(&means, piece, row, "means_of_payment")?),
            disputed_on: optional_day(*cell(&disputed, piece, row, "disputed_on")?)?,
            dispute_closed_on: optional_day(*cell(&closed, piece, row, "dispute_closed_on")?)?,
            known_on: Day::from_number(*cell(&known, piece, row, "known_on")?)?,
            attributes: attributes.iter().map(|column| column.get(row).and_then(|text| filled(text))).collect(),
        })
    };
    (0..piece.frame.height()).map(row).collect()
}

fn read_payments(source: &TableSource<'_>) -> Result<Vec<PaymentRow>, CoreError> {
    let layout = source.layout()?;
    let names: Vec<&str> = layout.columns.iter().map(String::as_str).collect();
    Ok(read_all(source, &layout, &names, payment_rows)?.into_iter().flatten().collect())
}

fn payment_rows(piece: &Piece<'_>) -> Result<Vec<PaymentRow>, CoreError> {
    let text = |name| piece.as_text(name);
    let (clients, numbers, instalments) = (text("client_id")?, text("invoice_id")?, text("instalment_no")?);
    let (amounts, currencies) = (piece.amounts("amount_minor", Currency::EUR)?, text("currency")?);
    let (kinds, origins) = (text("kind")?, text("origin")?);
    let (paid, known) = (piece.days("paid_date")?, piece.days("known_on")?);
    let row = |row: usize| -> Result<PaymentRow, CoreError> {
        let currency: Currency = cell(&currencies, piece, row, "currency")?.parse()?;
        Ok(PaymentRow {
            place: NOWHERE,
            client_id: filled(cell(&clients, piece, row, "client_id")?),
            invoice_id: cell(&numbers, piece, row, "invoice_id")?.clone(),
            instalment_no: cell(&instalments, piece, row, "instalment_no")?.parse().ok(),
            paid_date: Day::from_number(*cell(&paid, piece, row, "paid_date")?)?,
            amount: Money::from_minor(*cell(&amounts, piece, row, "amount_minor")?, currency),
            kind: PaymentKind::parse(cell(&kinds, piece, row, "kind")?)?,
            origin: PaymentOrigin::parse(cell(&origins, piece, row, "origin")?)?,
            known_on: Day::from_number(*cell(&known, piece, row, "known_on")?)?,
        })
    };
    (0..piece.frame.height()).map(row).collect()
}

/// Turns any Parquet table into the CSV that the one row reader takes: dates in ISO form, numbers written plainly, and
/// the exact amounts of a stored table as decimals of its currency.
///
/// # Errors
/// When the file is no Parquet or a column has a type that is neither text, date nor number.
pub fn parquet_as_csv(source: &TableSource<'_>) -> Result<Vec<u8>, CoreError> {
    let layout = source.layout()?;
    let names: Vec<&str> = layout.columns.iter().map(String::as_str).collect();
    let pieces = read_all(source, &layout, &names, |piece| {
        names.iter().map(|name| cells(piece, name, layout.has("currency"))).collect::<Result<Vec<_>, _>>()
    })?;
    let mut writer = csv::Writer::from_writer(Vec::new());
    let failed = |error: csv::Error| source.error(error.to_string());
    writer
        .write_record(names.iter().map(|&name| if name == "amount_minor" { "amount" } else { name }))
        .map_err(failed)?;
    for columns in pieces {
        let rows = columns.first().map_or(0, Vec::len);
        for row in 0..rows {
            let cells = columns.iter().map(|column| column.get(row).map_or("", String::as_str));
            writer.write_record(cells).map_err(failed)?;
        }
    }
    writer.into_inner().map_err(|error| source.error(error.to_string()))
}

fn cells(piece: &Piece<'_>, name: &str, has_currency: bool) -> Result<Vec<String>, CoreError> {
    if name != "amount_minor" {
        return piece.as_text(name);
    }
    let amounts = piece.amounts(name, Currency::EUR)?;
    let currencies = if has_currency { super::layout::currencies(piece)? } else { vec![Currency::EUR; amounts.len()] };
    let decimal = |(amount, currency)| Money::from_minor(amount, currency).decimal();
    Ok(amounts.into_iter().zip(currencies).map(decimal).collect())
}
