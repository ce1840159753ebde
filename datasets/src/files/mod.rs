//! The portfolio as files.

mod columns;
mod facts;
mod rows;

use polars::prelude::{ParquetCompression, ParquetWriter, PolarsError, StatisticsOptions};

use crate::company::{REGISTER_SOURCE, SOURCE};
use crate::portfolio::Portfolio;
use columns::Columns;
use rows::{InvoiceRow, PaymentRow, invoice_rows, payment_rows};

/// Rows in a group at most; the sample fits in one.
const ROW_GROUP: usize = 50_000;

/// A file, ready to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Name without folder.
    pub name: &'static str,
    /// All of it.
    pub bytes: Vec<u8>,
}

/// Why the portfolio couldn't be put into a file.
#[derive(Debug, thiserror::Error)]
#[error("could not write `{file}`")]
pub struct WriteError {
    /// Name of the file.
    pub file: &'static str,
    /// What the column library said.
    pub source: PolarsError,
}

/// The portfolio as `invoices.parquet`, `payments.parquet`, `companies.csv` and `register.csv`.
///
/// The same portfolio gives the same bytes: one thread, fixed row groups, compression and
/// statistics, no time of writing. Another version of polars or zstd may pack the same rows into
/// other bytes; the workspace pins both.
///
/// # Errors
///
/// When the column library refuses a table, which would be a fault of this package.
///
/// ```
/// let portfolio = encours_datasets::generate(3);
/// let files = encours_datasets::render(&portfolio)?;
/// assert_eq!(files, encours_datasets::render(&portfolio)?);
/// # Ok::<(), encours_datasets::WriteError>(())
/// ```
pub fn render(portfolio: &Portfolio) -> Result<Vec<File>, WriteError> {
    Ok(vec![
        parquet("invoices.parquet", invoice_columns(&invoice_rows(portfolio)))?,
        parquet("payments.parquet", payment_columns(&payment_rows(portfolio)))?,
        File { name: "companies.csv", bytes: facts::csv(&portfolio.facts, SOURCE).into_bytes() },
        File { name: "register.csv", bytes: facts::csv(&portfolio.register, REGISTER_SOURCE).into_bytes() },
    ])
}

fn parquet(file: &'static str, columns: Columns) -> Result<File, WriteError> {
    let refused = |source| WriteError { file, source };
    let mut table = columns.table().map_err(refused)?;
    let mut bytes = Vec::new();
    ParquetWriter::new(&mut bytes)
        .with_compression(ParquetCompression::Zstd(None))
        .with_statistics(statistics())
        .with_row_group_size(Some(ROW_GROUP))
        .set_parallel(false)
        .finish(&mut table)
        .map_err(refused)?;
    Ok(File { name: file, bytes })
}

/// Every choice written out: a default could be read from the environment.
fn statistics() -> StatisticsOptions {
    StatisticsOptions {
        min_value: true,
        max_value: true,
        distinct_count: false,
        null_count: true,
        binary_statistics_truncate_length: Some(64),
    }
}

fn invoice_columns(rows: &[InvoiceRow<'_>]) -> Columns {
    let mut columns = Columns::new(rows.len());
    columns.text("client_id", rows.iter().map(|row| Some(row.client.id.as_str())));
    columns.text("invoice_id", rows.iter().map(|row| Some(row.number)));
    columns.date("issue_date", rows.iter().map(|row| Some(row.issued_on)));
    columns.date("due_date", rows.iter().map(|row| Some(row.due_on)));
    columns.number("instalment_no", rows.iter().map(|row| row.instalment));
    columns.amount("amount", rows.iter().map(|row| row.amount));
    columns.text("currency", rows.iter().map(|_| Some("EUR")));
    columns.text("kind", rows.iter().map(|row| Some(row.kind)));
    columns.text("corrects", rows.iter().map(|row| row.corrects));
    columns.date("disputed_on", rows.iter().map(|row| row.dispute.map(|d| d.opened_on)));
    columns.date("dispute_closed_on", rows.iter().map(|row| row.dispute.and_then(|d| d.closed_on)));
    columns.date("known_on", rows.iter().map(|row| Some(row.known_on)));
    client_columns(&mut columns, rows);
    columns
}

/// What the seller knew of the client when it wrote the invoice.
fn client_columns(columns: &mut Columns, rows: &[InvoiceRow<'_>]) {
    let companies = || rows.iter().map(|row| &row.client.company);
    columns.text("client_name", companies().map(|company| Some(company.name.as_str())));
    columns.text("siren", companies().map(|company| Some(company.siren.as_str())));
    columns.text("legal_form", companies().map(|company| Some(company.legal_form.code())));
    columns.text("sector", companies().map(|company| Some(company.sector.label())));
    columns.text("size", companies().map(|company| Some(company.size.label())));
    columns.text("region", companies().map(|company| Some(company.region.name)));
}

fn payment_columns(rows: &[PaymentRow<'_>]) -> Columns {
    let mut columns = Columns::new(rows.len());
    columns.text("client_id", rows.iter().map(|row| Some(row.client_id)));
    columns.text("invoice_id", rows.iter().map(|row| Some(row.number)));
    columns.number("instalment_no", rows.iter().map(|row| row.instalment));
    columns.date("paid_date", rows.iter().map(|row| Some(row.payment.paid_on)));
    columns.amount("amount", rows.iter().map(|row| row.payment.amount));
    columns.text("kind", rows.iter().map(|row| Some(row.payment.kind.label())));
    columns.text("origin", rows.iter().map(|_| Some("stated")));
    columns.date("known_on", rows.iter().map(|row| Some(row.payment.known_on)));
    columns
}
